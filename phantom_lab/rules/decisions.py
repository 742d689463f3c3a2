"""``condition`` and ``decision``: which rows pass, and what a named filter keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.datapath import OPERATORS, STAR, Path, Source, compare, operand, rows
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import json_copy
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.sources import Restriction, records, source_key, stored, values
from phantom_lab.state import Subset


@emulates("condition", in_custom_function="refused")
def condition(run: PlaybookRun, container: Any, action_results: Any, conditions: Any, logical_operator: Any,
              scope: Any, filtered_artifacts: Any, filtered_results: Any, limit: Any, trace: Any, name: Any, auto: Any,
              case_sensitive: Any, handle: Any, delimiter: Any) -> tuple[list[int], list[Any]]:
    """Filter: ``(matched artifact ids, matched results)``; the matches are kept under `name`."""
    restriction = Restriction(container, scope, limit, filtered_artifacts, [], filtered_results or action_results)
    matches = _evaluate(run, conditions, logical_operator, restriction, bool(case_sensitive), delimiter, "condition")
    subset = matches.subset
    if name:
        run.store_subset(str(name), subset)
    results = [one for runs in subset.results.values() for one in runs]
    matched = results or [one for found in subset.values.values() for one in found]
    return list(subset.artifact_ids), json_copy(matched)


@emulates("decision", in_custom_function="refused")
def decision(run: PlaybookRun, container: Any, action_results: Any, conditions: Any, logical_operator: Any, scope: Any,
             filtered_artifacts: Any, filtered_results: Any, limit: Any, trace: Any, name: Any, auto: Any,
             case_sensitive: Any, delimiter: Any) -> bool:
    """Whether any row passes. No row at all counts as one row of None (assumed)."""
    restriction = Restriction(container, scope, limit, filtered_artifacts, [], filtered_results or action_results)
    passed = _evaluate(run, conditions, logical_operator, restriction, bool(case_sensitive), delimiter,
                       "decision").passed
    if name:
        run.state.decisions[str(name)] = passed
    return passed


def matches(run: PlaybookRun, conditions: Any, logical_operator: str, *, container: Any, results: Any) -> bool:
    """Whether any row passes, as the exit conditions of a loop are tested."""
    return _evaluate(run, conditions, logical_operator, Restriction(container, passed=results), True, ",",
                     "LoopState").passed


@dataclass(slots=True)
class _Matches:
    passed: bool = False
    subset: Subset = field(default_factory=Subset)


@dataclass(frozen=True, slots=True)
class _Comparison:
    left: Any
    operator: str
    right: Any
    left_path: Path | None
    right_path: Path | None

    @property
    def path(self) -> Path | None:
        """The path whose records are tested."""
        return self.left_path or self.right_path


@dataclass(frozen=True, slots=True)
class _Test:
    run: PlaybookRun
    restriction: Restriction
    case_sensitive: bool
    delimiter: str | None

    def holds(self, comparison: _Comparison, row: dict[Path, Any]) -> bool:
        left = row.get(comparison.left_path, comparison.left) if comparison.left_path else comparison.left
        if comparison.right_path is None:
            rights, collected = [comparison.right], False
        elif comparison.right_path in row:
            rights, collected = [row[comparison.right_path]], True
        else:
            rights, collected = values(self.run, comparison.right_path, self.restriction) or [None], True
        verdicts = [compare(left, comparison.operator, right, case_sensitive=self.case_sensitive,
                            delimiter=self.delimiter, left_collected=comparison.left_path is not None,
                            right_collected=collected) for right in rights]
        return all(verdicts) if comparison.operator == "not in" else any(verdicts)


def _evaluate(run: PlaybookRun, conditions: Any, logical_operator: Any, restriction: Restriction,
              case_sensitive: bool, delimiter: Any, name: str) -> _Matches:
    """Test comparisons: those on one source row by row, ``and`` within the same row; sources apart from each other."""
    comparisons = [_whole(run, one) for one in _read(conditions, name, unnamed=restriction.passed is not None)]
    together = str(logical_operator or "or").lower() == "and"
    test = _Test(run, restriction, case_sensitive, delimiter)
    groups: dict[Any, list[_Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault(comparison.path.origin if comparison.path else None, []).append(comparison)
    matches, verdicts = _Matches(), []
    for group in groups.values():
        verdicts.append(_group(test, group, together, matches.subset))
    matches.passed = bool(verdicts) and (all(verdicts) if together else any(verdicts))
    subset = matches.subset
    # What is kept and handed out is the filter's own copy.
    matches.subset = Subset(subset.artifact_ids, json_copy(subset.results), json_copy(subset.values)) \
        if matches.passed else Subset()
    return matches


def _group(test: _Test, group: Sequence[_Comparison], together: bool, subset: Subset) -> bool:
    """Test the comparisons of one source and add what matches to the subset."""
    first = group[0].path
    join = all if together else any
    if first is None:
        passed = join(test.holds(one, {}) for one in group)
        if passed:  # nothing to keep, and yet the next block is gated on something true
            subset.values.setdefault("literal", []).append(True)
        return passed
    paths = list(dict.fromkeys(
        path for one in group for path in (one.left_path, one.right_path) if path and path.origin == first.origin))
    found = records(test.run, paths, test.restriction)
    if first.source is Source.ACTION_RESULT:
        found = _split(found, paths)
    steps = [path.steps for path in paths]
    passed, matching = False, []
    for record in found or [{}]:
        lines = [dict(zip(paths, row, strict=True)) for row in rows(record, steps)]
        hits = [line for line in lines if join(test.holds(one, line) for one in group)]
        passed = passed or bool(hits)
        if hits and found:
            matching.append((record, hits))
    _keep(first, matching, subset)
    return passed


def _keep(path: Path, matching: list[tuple[Any, list[dict[Path, Any]]]], subset: Subset) -> None:
    if path.source is Source.ARTIFACT:
        subset.artifact_ids.extend(record["id"] for record, _ in matching if record["id"] not in subset.artifact_ids)
    elif path.source is Source.ACTION_RESULT:
        for runs in _joined([record for record, _ in matching]).values():
            subset.results.setdefault(runs[0].get("name", path.block), []).extend(runs)
    else:
        for _, hits in matching:
            for line in hits:
                for one, value in line.items():
                    subset.values.setdefault(source_key(one), []).append(value)


def _split(found: list[dict[str, Any]], paths: Sequence[Path]) -> list[dict[str, Any]]:
    """One record per data item, where the paths test items: what passes is kept item by item."""
    data = [path.steps[2:] for path in paths if path.steps[:2] == ("action_result", "data")]
    if not data or not all(steps[:1] == (STAR,) for steps in data):
        return found
    return [{"action_result": {**record["action_result"], "data": items}, "app_run": record["app_run"],
             "of": id(record["action_result"])}
            for record in found for items in ([[item] for item in record["action_result"].get("data") or ()] or [[]])]


def _joined(matching: list[dict[str, Any]]) -> dict[Any, list[dict[str, Any]]]:
    """App runs cut down to the matching rows, by name."""
    runs: dict[int, dict[str, Any]] = {}
    results: dict[int, dict[str, Any]] = {}
    for record in matching:
        app_run, result = record["app_run"], record["action_result"]
        kept = runs.setdefault(id(app_run), {**app_run, "action_results": []})
        identity = record.get("of", id(result))
        if identity in results:
            results[identity]["data"] = [*results[identity]["data"], *result["data"]]
        else:
            results[identity] = dict(result)
            kept["action_results"].append(results[identity])
    by_name: dict[Any, list[dict[str, Any]]] = {}
    for kept in runs.values():
        by_name.setdefault(kept.get("name"), []).append(kept)
    return by_name


def _whole(run: PlaybookRun, comparison: _Comparison) -> _Comparison:
    """A code block's output against a list literal is compared as a whole (public playbooks test ``== []``)."""
    path, other = comparison.left_path, comparison.right
    if path is None or path.source is not Source.CUSTOM_FUNCTION or comparison.right_path or path.filter:
        return comparison
    if not isinstance(other, list) or comparison.operator not in ("==", "!="):
        return comparison
    return _Comparison(stored(run, path), comparison.operator, other, None, None)


def _read(conditions: Any, name: str, *, unnamed: bool) -> list[_Comparison]:
    form = f"{name}: conditions must be a list of [left, operator, right]"
    if not isinstance(conditions, list | tuple):
        raise PlaybookArgumentError(f"{form}, not {type(conditions).__name__}")
    read = []
    for given in conditions:
        if not isinstance(given, list | tuple) or len(given) != 3:
            raise PlaybookArgumentError(f"{form}; found {given!r}")
        left, operator, right = given
        if operator not in OPERATORS:
            raise PlaybookArgumentError(f"{name}: no operator {operator!r}",
                                        hint=f"There are {' '.join(sorted(OPERATORS))}.")
        read.append(_Comparison(left, operator, right, operand(left, unnamed=unnamed),
                                operand(right, unnamed=unnamed)))
    return read
