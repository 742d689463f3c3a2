"""``condition`` and ``decision``: which rows pass, and what a named filter keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any

from phantom_lab.datapath import Family, Path, Row, Test, judge
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import Evaluated
from phantom_lab.later import dataclass
from phantom_lab.model import json_copy
from phantom_lab.rules.comparisons import Call, Comparison, call_of, read_comparisons, records_read, restriction_of
from phantom_lab.rules.diagnosis import diagnose, hint_of_text
from phantom_lab.rules.families import refuse_unknown_family
from phantom_lab.rules.passing import cut_down, item_alone, kept_values
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.row_groups import RowGroup, row_groups
from phantom_lab.rules.slips import tell_literal
from phantom_lab.rules.sources import RESULTS, RUNS, Restriction, stored, values
from phantom_lab.state import Subset

SHOWN = 1000
"""Rows of each source, and values of another one, that the journal keeps of an evaluation."""


@emulates("condition", gaps=("`handle`: what it is for is unknown",))
def condition(run: PlaybookRun, container: Any, action_results: Any, conditions: Any, logical_operator: Any,
              scope: Any, filtered_artifacts: Any, filtered_results: Any, limit: Any, trace: Any, name: Any, auto: Any,
              case_sensitive: Any, handle: Any, delimiter: Any) -> tuple[list[int], list[Any]]:
    """Filter: ``(matched artifact ids, matched results)``; the matches are kept under `name`.

    Where neither artifacts nor results were tested, the second list holds the elements that passed (observed: the next
    block is gated on one of the two being true). `auto` changes nothing, as nothing outlives the run.
    """
    call = call_of(run, "condition", name, logical_operator, case_sensitive, delimiter,
                   restriction_of(run, "condition", container, scope, limit, filtered_artifacts, filtered_results,
                                  action_results))
    groups, passed = _evaluate(call, conditions)
    subset, elements = _keep(call, groups) if passed else (Subset(), [])
    if call.name:  # what is kept and what is handed out are copies of their own
        run.store_subset(call.name, Subset(list(subset.artifact_ids), json_copy(subset.results),
                                           json_copy(subset.values)))
    return subset.artifact_ids, json_copy([one for runs in subset.results.values() for one in runs] or elements)


@emulates("decision")
def decision(run: PlaybookRun, container: Any, action_results: Any, conditions: Any, logical_operator: Any, scope: Any,
             filtered_artifacts: Any, filtered_results: Any, limit: Any, trace: Any, name: Any, auto: Any,
             case_sensitive: Any, delimiter: Any) -> bool:
    """Whether any row passes. No row at all counts as one row of None (assumed; an option). `auto` changes nothing."""
    call = call_of(run, "decision", name, logical_operator, case_sensitive, delimiter,
                   restriction_of(run, "decision", container, scope, limit, filtered_artifacts, filtered_results,
                                  action_results))
    return _evaluate(call, conditions)[1]


def matches(run: PlaybookRun, conditions: Any, logical_operator: str, *, container: Any, results: Any) -> bool:
    """Whether any row passes, as the exit conditions of a loop are tested."""
    call = call_of(run, "LoopState", "", logical_operator, True, ",", Restriction(container, passed=results))
    return _evaluate(call, conditions)[1]


def _evaluate(call: Call, conditions: Any) -> tuple[list[RowGroup], bool]:
    """Test comparisons: those on one source row by row, ``and`` within the same row; sources apart from each other."""
    comparisons = read_comparisons(conditions, call.api, unnamed=call.restriction.passed is not None,
                                   blank=call.run.tree.options.is_none == "blank")
    for one in comparisons:
        for path, side in ((one.left_path, one.left), (one.right_path, one.right)):
            if path is None:
                tell_literal(call.run, call.api, side)
        if one.left_path is None and one.right_path is None:
            refuse_unknown_family(call.run, call.api, one.left)
            refuse_unknown_family(call.run, call.api, one.right)
    if not comparisons:
        call.run.hint(f"{call.api}: there are no conditions, and so none holds")
    sources: dict[Any, list[Comparison]] = {}
    for one in comparisons:
        sources.setdefault(records_read(one.path), []).append(one)
    sides = _Sides(call)
    groups, described = [], []
    for same in sources.values():
        for group in row_groups(call, same):
            tested = [(one, *sides.of(one, group)) for one in group.comparisons]
            _test(call, group, [judge(one.operator, left, right, case_sensitive=call.case_sensitive,
                                    delimiter=call.delimiter) for one, left, right in tested])
            groups.append(group)
            described.append(_described(group, tested))
    verdicts = [group.passed for group in groups]
    passed = bool(verdicts) and (all(verdicts) if call.together else any(verdicts))
    _record(call, conditions, described, passed)
    return groups, passed


@dataclass(slots=True)
class _Sides:
    """Both sides of a comparison, as `judge` reads them; another source is collected once."""

    call: Call
    collected: dict[Path, list[Any]] = field(default_factory=dict)

    def of(self, one: Comparison, group: RowGroup) -> tuple[dict[str, Any], dict[str, Any]]:
        """The left and the right side."""
        left, right = (self._side(*side, one, group)
                       for side in ((one.left_path, one.left, one.right), (one.right_path, one.right, one.left)))
        return left, right

    def _side(self, path: Path | None, given: Any, other: Any, one: Comparison, group: RowGroup) -> dict[str, Any]:
        if path is None:
            return self._literal(given, other, one)
        if one.whole:
            value = stored(self.call.run, path)
            self._diagnose(path, [value])
            return {"text": path.text, "value": value}
        if path in one.columns:
            column = group.paths.index(path)
            self._diagnose(path, (row[column] for row in (group.table if group.total else ())))
            return {"text": path.text, "column": column}
        if path.source is Family.CUSTOM_LIST and one.operator in ("in", "not in"):
            return {"text": path.text, "cells": self._cells(path)}
        return {"text": path.text, "values": self._values(path)}

    def _literal(self, given: Any, other: Any, one: Comparison) -> dict[str, Any]:
        """A list against a value is what a datapath gave (observed: generated code passes such variables)."""
        hint_of_text(self.call.run, given)
        lone = one.path is None and one.right_path is None and one.operator not in ("in", "not in")
        if lone and isinstance(given, list | tuple) and not isinstance(other, list | tuple):
            return {"values": list(given) or ([] if self.call.skips else [None])}
        return {"value": given}

    def _values(self, path: Path) -> list[Any]:
        if path not in self.collected:
            found = values(self.call.run, path, self.call.restriction)
            self._diagnose(path, found)
            self.collected[path] = found or ([] if self.call.skips else [None])
        return self.collected[path]

    def _cells(self, path: Path) -> list[Any]:
        if path not in self.collected:
            self.collected[path] = stored(self.call.run, path)
        return self.collected[path]

    def _diagnose(self, path: Path, cells: Iterable[Any]) -> None:
        diagnose(self.call.run, self.call.api, "conditions", path, self.call.restriction, cells)


# -- tests ---------------------------------------------------------------------------------------------------------

def _test(call: Call, group: RowGroup, tests: list[Test]) -> None:
    """Find the rows that pass; of a decision the first is enough."""
    passing: Iterable[int]
    if group.beside:
        passing = (number for number, row in enumerate(group.table) if _holds_beside(call, group, tests, number, row))
    else:
        test = _joined(tests, call.together)
        passing = (number for number, row in enumerate(group.table) if test(row))
    if call.api == "condition":
        group.hits = list(passing)
        group.passed = bool(group.hits)
    else:
        group.passed = next(iter(passing), None) is not None


def _holds_beside(call: Call, group: RowGroup, tests: list[Test], number: int, row: Row) -> bool:
    beside = group.beside.get(number, ())
    if call.together and beside:
        return False
    verdicts = (test(row) for one, test in zip(group.comparisons, tests, strict=True) if one.number not in beside)
    return all(verdicts) if call.together else any(verdicts)


def _joined(tests: list[Test], together: bool) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return (lambda row: first(row) and second(row)) if together else (lambda row: first(row) or second(row))
    join = all if together else any
    return lambda row: join(test(row) for test in tests)


# -- what is kept --------------------------------------------------------------------------------------------------

def _keep(call: Call, groups: list[RowGroup]) -> tuple[Subset, list[Any]]:
    """What the rows that pass let through: a subset, and the elements of sources without ids."""
    subset, elements = Subset(), []
    for group in groups:
        places = list(dict.fromkeys(group.places[row] for row in group.hits)) if group.places else []
        passing = _passing(group, places)
        if not passing:
            if group.passed and (not group.paths or any(one.whole for one in group.comparisons)):
                elements.append(True)  # nothing to let through, and yet the next block is gated on something true
        elif group.paths[0].source is Family.ARTIFACT:
            subset.artifact_ids[:] = dict.fromkeys([*subset.artifact_ids, *(one["id"] for one in passing)])
        elif group.paths[0].source in (*RESULTS, *RUNS):
            for name, runs in cut_down(passing, group.paths[0]).items():
                subset.results.setdefault(name, []).extend(runs)
        else:
            elements += [element for one in passing for element in _elements(group, one)]
            for key, kept in _kept(call, group, places).items():
                subset.values.setdefault(key, []).extend(kept)
    return subset, elements


def _passing(group: RowGroup, places: Iterable[int]) -> list[Any]:
    if not group.items:
        return [group.records[place] for place in places] if group.paths else []
    pieces = (group.items[place] for place in places)
    return [item_alone(group.records[place], group.paths[0].source, item) for place, item in pieces]


def _elements(group: RowGroup, record: Any) -> list[Any]:
    if group.paths[0].source in (Family.FINDING, Family.FORMATTED_DATA):
        return [record]
    return [record.get(path.steps[0] if path.steps else "") for path in group.paths]


def _kept(call: Call, group: RowGroup, places: list[int]) -> dict[str, list[Any]]:
    if not call.name or group.paths[0].source in (Family.CONTAINER, Family.PLAYBOOK, Family.CUSTOM_LIST):
        return {}
    return kept_values(call.run, group.paths, places)


# -- what the journal keeps ----------------------------------------------------------------------------------------

def _described(group: RowGroup, tested: list[tuple[Comparison, dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    shown = []
    for one, left, right in tested:
        beside = [row for row, numbers in group.beside.items() if row < SHOWN and one.number in numbers]
        shown.append({"number": one.number, "left": _cut(left), "operator": one.operator, "right": _cut(right),
                      **({"beside": beside} if beside else {})})
    source = " and ".join(dict.fromkeys(map(_source, group.paths)))
    return {"source": source, "total": group.total, "rows": group.table[:SHOWN], "comparisons": shown}


def _source(path: Path) -> str:
    label = f"artifact:{path.label}" if path.source is Family.ARTIFACT else path.source.value
    return ":".join(filter(None, [path.filter and f"filtered-data:{path.filter}", path.block, label]))


def _cut(side: dict[str, Any]) -> dict[str, Any]:
    for kind in ("values", "cells"):
        if kind in side:
            return {**side, kind: side[kind][:SHOWN], "total": len(side[kind])}
    return side


def _record(call: Call, conditions: Any, described: list[dict[str, Any]], passed: bool) -> None:
    run, put = call.run, call.run.journal.put
    run.journal.append(Evaluated(
        run.id, run.invocation, run.command, call.api, call.name, run.line, "and" if call.together else "or",
        call.case_sensitive, call.delimiter, put(conditions), put(described), passed))
