"""``condition`` and ``decision``: which rows pass, and what a named filter keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from phantom_lab.datapath import OPERATORS, Path, Source, collect, comparison, operand
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.journal import Evaluated
from phantom_lab.model import json_copy
from phantom_lab.rules.diagnosis import diagnose
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import restrict, results_of
from phantom_lab.rules.sources import (
    RESULTS,
    Restriction,
    below_items,
    custom_list,
    cut_down,
    identities,
    item_alone,
    items_of,
    kept_values,
    records,
    stored,
    values,
)
from phantom_lab.state import Subset

SHOWN = 1000
"""Rows of each source, and values of another one, that the journal keeps of an evaluation."""
Row = Sequence[Any]
Test = Callable[[Row], bool]


@emulates("condition", in_custom_function="refused")
def condition(run: PlaybookRun, container: Any, action_results: Any, conditions: Any, logical_operator: Any,
              scope: Any, filtered_artifacts: Any, filtered_results: Any, limit: Any, trace: Any, name: Any, auto: Any,
              case_sensitive: Any, handle: Any, delimiter: Any) -> tuple[list[int], list[Any]]:
    """Filter: ``(matched artifact ids, matched results)``; the matches are kept under `name`.

    Where neither artifacts nor results were tested, the second list holds the elements that passed (observed: the next
    block is gated on one of the two being true).
    """
    call = _call(run, "condition", name, logical_operator, case_sensitive, delimiter,
                 _restriction(run, "condition", container, scope, limit, filtered_artifacts, filtered_results,
                              action_results))
    lots, passed = _evaluate(call, conditions)
    subset, elements = _keep(call, lots) if passed else (Subset(), [])
    if call.name:  # what is kept and what is handed out are copies of their own
        run.store_subset(call.name, Subset(list(subset.artifact_ids), json_copy(subset.results),
                                           json_copy(subset.values)))
    return subset.artifact_ids, json_copy([one for runs in subset.results.values() for one in runs] or elements)


@emulates("decision", in_custom_function="refused")
def decision(run: PlaybookRun, container: Any, action_results: Any, conditions: Any, logical_operator: Any, scope: Any,
             filtered_artifacts: Any, filtered_results: Any, limit: Any, trace: Any, name: Any, auto: Any,
             case_sensitive: Any, delimiter: Any) -> bool:
    """Whether any row passes. No row at all counts as one row of None (assumed; an option)."""
    call = _call(run, "decision", name, logical_operator, case_sensitive, delimiter,
                 _restriction(run, "decision", container, scope, limit, filtered_artifacts, filtered_results,
                              action_results))
    return _evaluate(call, conditions)[1]


def matches(run: PlaybookRun, conditions: Any, logical_operator: str, *, container: Any, results: Any) -> bool:
    """Whether any row passes, as the exit conditions of a loop are tested."""
    call = _call(run, "LoopState", "", logical_operator, True, ",", Restriction(container, passed=results))
    return _evaluate(call, conditions)[1]


def judge(operator: str, left: dict[str, Any], right: dict[str, Any], *, case_sensitive: bool,
          delimiter: str | None) -> Test:
    """What tells whether a comparison holds in a row: a pure function of what the journal keeps.

    Args:
        left, right: sides as `phantom_lab.journal.Evaluated` describes them.
    """
    if "cells" in right:
        value = _cell(left)
        inside = _membership(right["cells"], case_sensitive, delimiter if "column" in left else None)
        return lambda row: inside(value(row)) is (operator == "in")
    compare = comparison(operator, case_sensitive=case_sensitive, delimiter=delimiter,
                         left_collected="value" not in left, right_collected="value" not in right)
    if "values" in left or "values" in right:
        return _against_any(operator, compare, left, right)
    if "column" in left and "value" in right:  # the most frequent by far, and so a fast one
        column, value = left["column"], right["value"]
        return lambda row: compare(row[column], value)
    one, other = _cell(left), _cell(right)
    return lambda row: compare(one(row), other(row))


# -- what was asked ------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Call:
    run: PlaybookRun
    api: str
    name: str
    restriction: Restriction
    together: bool
    """``and``: every comparison of one source must hold in the same row (documented)."""
    case_sensitive: bool
    delimiter: str | None

    @property
    def skips(self) -> bool:
        """Whether an operand without rows counts as no row."""
        return self.run.tree.options.no_rows == "skip"


@dataclass(frozen=True, slots=True)
class _Comparison:
    number: int
    left: Any
    operator: str
    right: Any
    left_path: Path | None
    right_path: Path | None
    whole: bool = False
    """The whole value is compared, in no row of its own."""

    @property
    def path(self) -> Path | None:
        """The path whose rows are tested."""
        right = self.right_path
        return self.left_path or (None if right is not None and right.source is Source.CUSTOM_LIST else right)

    @property
    def columns(self) -> list[Path]:
        """The paths that are read in these rows."""
        tested = self.path
        return [path for path in (self.left_path, self.right_path)
                if path is not None and tested is not None and _rows_of(path) == _rows_of(tested)]


def _call(run: PlaybookRun, api: str, name: Any, logical_operator: Any, case_sensitive: Any, delimiter: Any,
          restriction: Restriction) -> _Call:
    logic = str(logical_operator or "or").strip().lower()
    if logic not in ("and", "or"):
        raise PlaybookArgumentError(f"{api}: logical_operator must be 'and' or 'or', not {logical_operator!r}")
    if delimiter is not None and not isinstance(delimiter, str):
        raise PlaybookArgumentError(f"{api}: delimiter must be a text or None, not {delimiter!r}")
    return _Call(run, api, str(name) if name else "", restriction, logic == "and", bool(case_sensitive), delimiter)


def _restriction(run: PlaybookRun, api: str, container: Any, scope: Any, limit: Any, artifact_ids: Any,
                 filtered_results: Any, action_results: Any) -> Restriction:
    passed = results_of(api, "filtered_results", filtered_results) or action_results
    return restrict(run, api, container=container, scope=scope, limit=limit, filter_artifacts=artifact_ids,
                    ids_argument="filtered_artifacts", action_results=passed)


def _read(conditions: Any, api: str, *, unnamed: bool) -> list[_Comparison]:
    form = f"{api}: conditions must be a list of [left, operator, right]"
    if not isinstance(conditions, list | tuple):
        raise PlaybookArgumentError(f"{form}, not {type(conditions).__name__}")
    read = []
    for number, given in enumerate(conditions):
        if not isinstance(given, list | tuple) or len(given) != 3:
            raise PlaybookArgumentError(f"{form}; found {given!r}")
        left, operator, right = given
        if not isinstance(operator, str) or operator not in OPERATORS:
            raise PlaybookArgumentError(f"{api}: no operator {operator!r}",
                                        hint=f"There are {' '.join(sorted(OPERATORS))}.")
        one = _Comparison(number, left, operator, right, operand(left, unnamed=unnamed),
                          operand(right, unnamed=unnamed))
        read.append(_whole(_listed(one)))
    return read


def _listed(given: _Comparison) -> _Comparison:
    """A custom list on either side: whether a value equals one of its cells; ``==`` acts as ``in`` (observed)."""
    left, right = (path is not None and path.source is Source.CUSTOM_LIST
                   for path in (given.left_path, given.right_path))
    if given.operator not in _MEMBERSHIP or not (left or right):
        return given
    operator = _MEMBERSHIP[given.operator]
    if right:
        return replace(given, operator=operator)
    value = given.right
    if given.right_path is None and isinstance(value, str) and given.operator == operator:
        value = [value, *filter(None, map(str.strip, value.split(",")))]  # the texts that a text of `in` stands for
    return replace(given, left=value, left_path=given.right_path, operator=operator, right=given.left,
                   right_path=given.left_path)


_MEMBERSHIP = {"in": "in", "==": "in", "not in": "not in", "!=": "not in"}


def _whole(given: _Comparison) -> _Comparison:
    """A code block's output against a list literal is compared as a whole (public playbooks test ``== []``)."""
    path = given.left_path or given.right_path
    other = given.right if given.left_path else given.left
    alone = given.left_path is None or given.right_path is None
    if path is None or path.source is not Source.CUSTOM_FUNCTION or path.filter or len(path.steps) != 1:
        return given
    return replace(given, whole=alone and isinstance(other, list) and given.operator in ("==", "!="))


# -- rows ----------------------------------------------------------------------------------------------------------

@dataclass(slots=True)
class _Lot:
    """The rows of one source, the comparisons that test them, and which rows pass."""

    comparisons: list[_Comparison]
    paths: list[Path] = field(default_factory=list)
    """One per column; none for literals."""
    records: Sequence[Any] = ()
    table: list[list[Any]] = field(default_factory=list)
    total: int = 0
    """Number of the rows; 0 where one of None stands for no rows."""
    places: Sequence[int] = ()
    """Of each row the number of its record, or of its item; nobody asks for those of a decision."""
    items: Sequence[tuple[int, int]] = ()
    """Where the items of results pass for themselves, these: numbers of a record and of an item of its data."""
    beside: dict[int, set[int]] = field(default_factory=dict)
    """By row, numbers of the comparisons that say nothing of it."""
    hits: list[int] = field(default_factory=list)
    passed: bool = False


def _evaluate(call: _Call, conditions: Any) -> tuple[list[_Lot], bool]:
    """Test comparisons: those on one source row by row, ``and`` within the same row; sources apart from each other."""
    comparisons = _read(conditions, call.api, unnamed=call.restriction.passed is not None)
    sources: dict[Any, list[_Comparison]] = {}
    for one in comparisons:
        sources.setdefault(_meeting(one.path), []).append(one)
    sides = _Sides(call)
    lots, described = [], []
    for same in sources.values():
        for lot in _lots(call, same):
            tested = [(one, *sides.of(one, lot)) for one in lot.comparisons]
            _test(call, lot, [judge(one.operator, left, right, case_sensitive=call.case_sensitive,
                                    delimiter=call.delimiter) for one, left, right in tested])
            lots.append(lot)
            described.append(_described(lot, tested))
    verdicts = [lot.passed for lot in lots]
    passed = bool(verdicts) and (all(verdicts) if call.together else any(verdicts))
    _record(call, conditions, described, passed)
    return lots, passed


def _meeting(path: Path | None) -> Any:
    """Paths of equal keys meet on the same artifact or result, however they are spelled."""
    if path is None:
        return None
    if path.source is Source.ARTIFACT:
        return path.source
    if path.source in RESULTS:
        return path.source, path.block
    return _rows_of(path)


def _rows_of(path: Path) -> Any:
    """What paths have in common that are read in the same rows; a format's text is no row of its own."""
    return (*path.origin, bool(path.steps)) if path.source is Source.FORMATTED_DATA else path.origin


def _lots(call: _Call, same: list[_Comparison]) -> Iterator[_Lot]:
    """The rows of comparisons that meet; what has no row stands alone, for it has nothing to meet on."""
    if same[0].path is None:
        yield _Lot(same, table=[[]], total=1)
        return
    origins: dict[Any, dict[Path, None]] = {}
    for one in same:
        for path in one.columns:
            origins.setdefault(path.origin, {})[path] = None
    found = {origin: records(call.run, list(paths), call.restriction) for origin, paths in origins.items()}
    full = {origin: paths for origin, paths in origins.items() if found[origin]}
    for origin, paths in origins.items():
        if origin not in full:
            yield _empty(call, _reading(same, [origin]), list(paths))
    if len(full) == 1:
        (origin, only), = full.items()
        yield _filled(call, _reading(same, full), list(only), found[origin])
    elif full:
        yield _met(call, _reading(same, full), [path for paths in full.values() for path in paths],
                   {origin: found[origin] for origin in full})


def _reading(same: list[_Comparison], origins: Iterable[Any]) -> list[_Comparison]:
    return [one for one in same if one.path and one.path.origin in origins]


def _empty(call: _Call, same: list[_Comparison], paths: list[Path]) -> _Lot:
    lot = _Lot(same, paths)
    if not call.skips:
        lot.table = [[None] * len(paths)]
    elif any(one.whole for one in same):
        lot.table = [[None] * len(paths)]
        lot.beside = {0: {one.number for one in same if not one.whole}}
    return lot


def _filled(call: _Call, same: list[_Comparison], paths: list[Path], found: Sequence[Any]) -> _Lot:
    """The rows that collect2 gives for these paths."""
    steps, source = [path.steps for path in paths], paths[0].source
    table = collect(found, steps, copy=False)
    lot = _Lot(same, paths, found, table, len(table))
    if call.api != "condition":
        return lot
    if source in RESULTS and below_items(paths):
        lot.items = items_of(found, source)
        lot.places = range(len(table)) if len(lot.items) == len(table) else _item_places(lot)
    else:
        lot.places = range(len(table)) if len(found) == len(table) else _places(found, steps)
    return lot


def _item_places(lot: _Lot) -> list[int]:
    """Of each row its item: lists in an item give it several; what lists beside the data add is the last one's."""
    source = lot.paths[0].source
    every, below = [path.steps for path in lot.paths], [path.steps for path in lot.paths if below_items([path])]
    places: list[int] = []
    end = 0
    for number, (place, item) in enumerate(lot.items):
        places += [number] * len(collect((item_alone(lot.records[place], source, item),), below, copy=False))
        if number + 1 == len(lot.items) or lot.items[number + 1][0] != place:
            end += len(collect((lot.records[place],), every, copy=False))
            places += [number] * (end - len(places))
    return places


def _places(found: Sequence[Any], steps: Sequence[Any]) -> list[int]:
    return [place for place, record in enumerate(found) for _ in collect((record,), steps, copy=False)]


def _met(call: _Call, same: list[_Comparison], paths: list[Path], found: dict[Any, list[Any]]) -> _Lot:
    """One artifact or result read by several spellings: each of its rows holds the cells of all of them.

    What a filter cut down is read as such where the filter must have let it through.
    """
    source = paths[0].source
    if source in RESULTS and below_items(paths):
        found = {origin: [item_alone(each[place], source, item) for place, item in items_of(each, source)]
                 for origin, each in found.items()}
    together: dict[Any, tuple[Any, set[Any]]] = {}
    for origin in sorted(found, key=lambda origin: bool(origin[2]) is not call.together):
        for identity, record in zip(identities(found[origin], source), found[origin], strict=True):
            together.setdefault(identity, (record, set()))[1].add(origin)
    met = list(together.values())
    if source is Source.ARTIFACT:
        order = {number: place for place, number in enumerate(call.run.platform.artifacts)}
        met.sort(key=lambda one: order[one[0]["id"]])
    steps, every = [path.steps for path in paths], [record for record, _ in met]
    table = collect(every, steps, copy=False)
    places = range(len(every)) if len(table) == len(every) else _places(every, steps)
    lot = _Lot(same, paths, every, table, len(table), places)
    for row, place in enumerate(places):
        there = met[place][1]
        if len(there) < len(found):
            lot.beside[row] = {one.number for one in same if one.path and one.path.origin not in there}
    return lot


@dataclass(slots=True)
class _Sides:
    """Both sides of a comparison, as `judge` reads them; another source is collected once."""

    call: _Call
    collected: dict[Path, list[Any]] = field(default_factory=dict)

    def of(self, one: _Comparison, lot: _Lot) -> tuple[dict[str, Any], dict[str, Any]]:
        """The left and the right side."""
        left, right = (self._side(*side, one, lot)
                       for side in ((one.left_path, one.left, one.right), (one.right_path, one.right, one.left)))
        return left, right

    def _side(self, path: Path | None, given: Any, other: Any, one: _Comparison, lot: _Lot) -> dict[str, Any]:
        if path is None:
            return self._literal(given, other, one)
        if one.whole:
            value = stored(self.call.run, path)
            diagnose(self.call.run, self.call.api, "conditions", path, self.call.restriction, [value])
            return {"text": path.text, "value": value}
        if path in one.columns:
            column = lot.paths.index(path)
            diagnose(self.call.run, self.call.api, "conditions", path, self.call.restriction,
                     (row[column] for row in (lot.table if lot.total else ())))
            return {"text": path.text, "column": column}
        if path.source is Source.CUSTOM_LIST and one.operator in ("in", "not in"):
            return {"text": path.text, "cells": self._cells(path)}
        return {"text": path.text, "values": self._values(path)}

    def _literal(self, given: Any, other: Any, one: _Comparison) -> dict[str, Any]:
        """A list against a value is what a datapath gave (observed: generated code passes such variables)."""
        lone = one.path is None and one.right_path is None and one.operator not in ("in", "not in")
        if lone and isinstance(given, list | tuple) and not isinstance(other, list | tuple):
            return {"values": list(given) or ([] if self.call.skips else [None])}
        return {"value": given}

    def _values(self, path: Path) -> list[Any]:
        if path not in self.collected:
            found = values(self.call.run, path, self.call.restriction)
            diagnose(self.call.run, self.call.api, "conditions", path, self.call.restriction, found)
            self.collected[path] = found or ([] if self.call.skips else [None])
        return self.collected[path]

    def _cells(self, path: Path) -> list[Any]:
        if path not in self.collected:
            self.collected[path] = [cell for row in custom_list(self.call.run, str(path.steps[0])) for cell in row]
        return self.collected[path]


# -- tests ---------------------------------------------------------------------------------------------------------

def _test(call: _Call, lot: _Lot, tests: list[Test]) -> None:
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


def _holds_beside(call: _Call, lot: _Lot, tests: list[Test], number: int, row: Row) -> bool:
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


def _cell(side: dict[str, Any]) -> Callable[[Row], Any]:
    if "column" in side:
        return itemgetter(side["column"])
    value = side["value"]
    return lambda row: value


def _against_any(operator: str, compare: Callable[[Any, Any], bool], left: dict[str, Any],
                 right: dict[str, Any]) -> Test:
    """One value of another source is enough; only ``not in`` must hold for all of them (assumed)."""
    join = all if operator == "not in" else any
    if "values" in left:
        others = right["values"] if "values" in right else [right["value"]]
        verdict = join(compare(one, other) for one in left["values"] for other in others)
        return lambda row: verdict
    distinct, one = _distinct(right["values"]), _cell(left)
    test = _remembering(lambda value: join(compare(value, other) for other in distinct))
    return lambda row: test(one(row))


def _membership(cells: list[Any], case_sensitive: bool, delimiter: str | None) -> Callable[[Any], bool]:
    """Whether a value, or a part of it, equals a whole cell. Empty cells and missing values equal nothing (assumed)."""
    distinct = _distinct(cell for cell in cells if cell is not None)
    texts = {_folded(cell, case_sensitive) for cell in distinct if isinstance(cell, str)}
    others = [cell for cell in distinct if not isinstance(cell, str)]
    compare = comparison("in", case_sensitive=case_sensitive, delimiter=None, left_collected=False,
                         right_collected=False)

    def inside(value: Any) -> bool:
        if isinstance(value, str):  # texts equal each other or not: no need to go through them
            parts = [part.strip() for part in value.split(delimiter)] if delimiter and delimiter in value else []
            return any(_folded(part, case_sensitive) in texts or compare(part, others)
                       for part in [value, *filter(None, parts)])
        if isinstance(value, list | tuple):
            return any(map(inside, value))
        return value is not None and compare(value, distinct)

    return _remembering(inside)


def _folded(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else text.lower()


def _remembering(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    known: dict[Any, bool] = {}

    def remembered(value: Any) -> bool:
        if type(value) not in (str, int, float, bool):
            return test(value)
        key = type(value), value
        if key not in known:
            known[key] = test(value)
        return known[key]

    return remembered


def _distinct(found: Iterable[Any]) -> list[Any]:
    seen: set[Any] = set()
    distinct = []
    for value in found:
        key = (type(value), value) if isinstance(value, str | int | float | bool | None) else None
        if key is None or key not in seen:
            distinct.append(value)
            seen.add(key)
    return distinct


# -- what is kept --------------------------------------------------------------------------------------------------

def _keep(call: _Call, lots: list[_Lot]) -> tuple[Subset, list[Any]]:
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
        elif lot.paths[0].source in RESULTS:
            for name, runs in cut_down(passing, lot.paths[0]).items():
                subset.results.setdefault(name, []).extend(runs)
        else:
            elements += [element for one in passing for element in _elements(lot, one)]
            for key, kept in _kept(call, lot, places).items():
                subset.values.setdefault(key, []).extend(kept)
    return subset, elements


def _passing(lot: _Lot, places: Iterable[int]) -> list[Any]:
    if not lot.items:
        return [lot.records[place] for place in places] if lot.paths else []
    pieces = (lot.items[place] for place in places)
    return [item_alone(lot.records[place], lot.paths[0].source, item) for place, item in pieces]


def _elements(lot: _Lot, record: Any) -> list[Any]:
    if lot.paths[0].source is Source.FORMATTED_DATA:
        return [record]
    return [record.get(path.steps[0] if path.steps else "") for path in lot.paths]


def _kept(call: _Call, lot: _Lot, places: list[int]) -> dict[str, list[Any]]:
    if not call.name or lot.paths[0].source in (Source.CONTAINER, Source.PLAYBOOK, Source.CUSTOM_LIST):
        return {}
    return kept_values(call.run, lot.paths, places)


# -- what the journal keeps ----------------------------------------------------------------------------------------

def _described(lot: _Lot, tested: list[tuple[_Comparison, dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
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


def _record(call: _Call, conditions: Any, described: list[dict[str, Any]], passed: bool) -> None:
    run, put = call.run, call.run.journal.put
    run.journal.append(Evaluated(
        run.id, run.invocation, run.command, call.api, call.name, run.line, "and" if call.together else "or",
        call.case_sensitive, call.delimiter, put(conditions), put(described), passed))
