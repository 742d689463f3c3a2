"""``condition`` and ``decision``: which rows pass, and what a named filter keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.datapath import Path, Row, Source, Test, judge
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import Evaluated
from phantom_lab.model import json_copy
from phantom_lab.rules.comparisons import Call, Comparison, call_of, meeting, read_comparisons, restriction_of
from phantom_lab.rules.diagnosis import diagnose, hint_of_text
from phantom_lab.rules.families import refuse_unknown_family
from phantom_lab.rules.kept import cut_down, item_alone, kept_values
from phantom_lab.rules.lots import Lot, lots_of
from phantom_lab.rules.registry import emulates
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
    lots, passed = _evaluate(call, conditions)
    subset, elements = _keep(call, lots) if passed else (Subset(), [])
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


def _evaluate(call: Call, conditions: Any) -> tuple[list[Lot], bool]:
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
    sources: dict[Any, list[Comparison]] = {}
    for one in comparisons:
        sources.setdefault(meeting(one.path), []).append(one)
    sides = _Sides(call)
    lots, described = [], []
    for same in sources.values():
        for lot in lots_of(call, same):
            tested = [(one, *sides.of(one, lot)) for one in lot.comparisons]
            _test(call, lot, [judge(one.operator, left, right, case_sensitive=call.case_sensitive,
                                    delimiter=call.delimiter) for one, left, right in tested])
            lots.append(lot)
            described.append(_described(lot, tested))
    verdicts = [lot.passed for lot in lots]
    passed = bool(verdicts) and (all(verdicts) if call.together else any(verdicts))
    _record(call, conditions, described, passed)
    return lots, passed


@dataclass(slots=True)
class _Sides:
    """Both sides of a comparison, as `judge` reads them; another source is collected once."""

    call: Call
    collected: dict[Path, list[Any]] = field(default_factory=dict)

    def of(self, one: Comparison, lot: Lot) -> tuple[dict[str, Any], dict[str, Any]]:
        """The left and the right side."""
        left, right = (self._side(*side, one, lot)
                       for side in ((one.left_path, one.left, one.right), (one.right_path, one.right, one.left)))
        return left, right

    def _side(self, path: Path | None, given: Any, other: Any, one: Comparison, lot: Lot) -> dict[str, Any]:
        if path is None:
            return self._literal(given, other, one)
        if one.whole:
            value = stored(self.call.run, path)
            self._diagnose(path, [value])
            return {"text": path.text, "value": value}
        if path in one.columns:
            column = lot.paths.index(path)
            self._diagnose(path, (row[column] for row in (lot.table if lot.total else ())))
            return {"text": path.text, "column": column}
        if path.source is Source.CUSTOM_LIST and one.operator in ("in", "not in"):
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

def _test(call: Call, lot: Lot, tests: list[Test]) -> None:
    """Find the rows that pass; of a decision the first is enough."""
    passing: Iterable[int]
    if lot.beside:
        passing = (number for number, row in enumerate(lot.table) if _holds_beside(call, lot, tests, number, row))
    else:
        test = _joined(tests, call.together)
        passing = (number for number, row in enumerate(lot.table) if test(row))
    if call.api == "condition":
        lot.hits = list(passing)
        lot.passed = bool(lot.hits)
    else:
        lot.passed = next(iter(passing), None) is not None


def _holds_beside(call: Call, lot: Lot, tests: list[Test], number: int, row: Row) -> bool:
    beside = lot.beside.get(number, ())
    if call.together and beside:
        return False
    verdicts = (test(row) for one, test in zip(lot.comparisons, tests, strict=True) if one.number not in beside)
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

def _keep(call: Call, lots: list[Lot]) -> tuple[Subset, list[Any]]:
    """What the rows that pass let through: a subset, and the elements of sources without ids."""
    subset, elements = Subset(), []
    for lot in lots:
        places = list(dict.fromkeys(lot.places[row] for row in lot.hits)) if lot.places else []
        passing = _passing(lot, places)
        if not passing:
            if lot.passed and (not lot.paths or any(one.whole for one in lot.comparisons)):
                elements.append(True)  # nothing to let through, and yet the next block is gated on something true
        elif lot.paths[0].source is Source.ARTIFACT:
            subset.artifact_ids[:] = dict.fromkeys([*subset.artifact_ids, *(one["id"] for one in passing)])
        elif lot.paths[0].source in (*RESULTS, *RUNS):
            for name, runs in cut_down(passing, lot.paths[0]).items():
                subset.results.setdefault(name, []).extend(runs)
        else:
            elements += [element for one in passing for element in _elements(lot, one)]
            for key, kept in _kept(call, lot, places).items():
                subset.values.setdefault(key, []).extend(kept)
    return subset, elements


def _passing(lot: Lot, places: Iterable[int]) -> list[Any]:
    if not lot.items:
        return [lot.records[place] for place in places] if lot.paths else []
    pieces = (lot.items[place] for place in places)
    return [item_alone(lot.records[place], lot.paths[0].source, item) for place, item in pieces]


def _elements(lot: Lot, record: Any) -> list[Any]:
    if lot.paths[0].source in (Source.FINDING, Source.FORMATTED_DATA):
        return [record]
    return [record.get(path.steps[0] if path.steps else "") for path in lot.paths]


def _kept(call: Call, lot: Lot, places: list[int]) -> dict[str, list[Any]]:
    if not call.name or lot.paths[0].source in (Source.CONTAINER, Source.PLAYBOOK, Source.CUSTOM_LIST):
        return {}
    return kept_values(call.run, lot.paths, places)


# -- what the journal keeps ----------------------------------------------------------------------------------------

def _described(lot: Lot, tested: list[tuple[Comparison, dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    shown = []
    for one, left, right in tested:
        beside = [row for row, numbers in lot.beside.items() if row < SHOWN and one.number in numbers]
        shown.append({"number": one.number, "left": _cut(left), "operator": one.operator, "right": _cut(right),
                      **({"beside": beside} if beside else {})})
    source = " and ".join(dict.fromkeys(map(_source, lot.paths)))
    return {"source": source, "total": lot.total, "rows": lot.table[:SHOWN], "comparisons": shown}


def _source(path: Path) -> str:
    label = f"artifact:{path.label}" if path.source is Source.ARTIFACT else path.source.value
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
