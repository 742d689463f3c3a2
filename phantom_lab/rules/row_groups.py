"""The rows that conditions test: those of one source, or of several spellings that read the same records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.datapath import UNARY, Family, Path, collect
from phantom_lab.later import dataclass
from phantom_lab.rules.comparisons import Call, Comparison
from phantom_lab.rules.passing import below_items, identities, item_alone, items_of
from phantom_lab.rules.shapes import collected
from phantom_lab.rules.sources import RESULTS, records


@dataclass(slots=True)
class RowGroup:
    """The rows of one source, the comparisons that test them, and which rows pass."""

    comparisons: list[Comparison]
    paths: list[Path] = field(default_factory=list)
    """One per column; none for literals."""
    records: Sequence[Any] = ()
    table: list[list[Any]] = field(default_factory=list)
    total: int = 0
    """Number of the rows; 0 where one of None stands for no rows."""
    places: Sequence[int] = ()
    """Of each row the number of its record, or of its item in `items`; empty for a decision, which filters nothing."""
    items: Sequence[tuple[int, int]] = ()
    """Where each item of a result's data passes or fails on its own: the numbers of the record and of the item."""
    beside: dict[int, set[int]] = field(default_factory=dict)
    """By row, the numbers of the comparisons that do not apply to it."""
    hits: list[int] = field(default_factory=list)
    passed: bool = False


def row_groups(call: Call, same: list[Comparison]) -> Iterator[RowGroup]:
    """The rows of comparisons that read the same records; a source that gives no row is a group of its own."""
    if same[0].path is None:
        yield RowGroup(same, table=[[]], total=1)
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


def _reading(same: list[Comparison], origins: Iterable[Any]) -> list[Comparison]:
    return [one for one in same if one.path and one.path.origin in origins]


def _empty(call: Call, same: list[Comparison], paths: list[Path]) -> RowGroup:
    group = RowGroup(same, paths)
    if not call.skips:
        group.table = [[None] * len(paths)]
    elif any(one.whole or one.operator in UNARY for one in same):  # a missing value is None, whatever the option says
        group.table = [[None] * len(paths)]
        group.beside = {0: {one.number for one in same if not (one.whole or one.operator in UNARY)}}
    return group


def _filled(call: Call, same: list[Comparison], paths: list[Path], found: Sequence[Any]) -> RowGroup:
    """The rows that collect2 gives for these paths."""
    steps, source = [path.steps for path in paths], paths[0].source
    table = collected(call.run, found, paths)
    group = RowGroup(same, paths, found, table, len(table))
    if call.api != "condition":
        return group
    if source in RESULTS and below_items(paths):
        group.items = items_of(found, source)
        group.places = range(len(table)) if len(group.items) == len(table) else _item_places(group)
    else:
        group.places = range(len(table)) if len(found) == len(table) else _places(found, steps)
    return group


def _item_places(group: RowGroup) -> list[int]:
    """The item of each row. Lists inside an item give several rows; rows that lists beside ``data`` add count as the
    last item's."""
    source = group.paths[0].source
    every, below = [path.steps for path in group.paths], [path.steps for path in group.paths if below_items([path])]
    places: list[int] = []
    end = 0
    for number, (place, item) in enumerate(group.items):
        places += [number] * len(collect((item_alone(group.records[place], source, item),), below, copy=False))
        if number + 1 == len(group.items) or group.items[number + 1][0] != place:
            end += len(collect((group.records[place],), every, copy=False))
            places += [number] * (end - len(places))
    return places


def _places(found: Sequence[Any], steps: Sequence[Any]) -> list[int]:
    return [place for place, record in enumerate(found) for _ in collect((record,), steps, copy=False)]


def _met(call: Call, same: list[Comparison], paths: list[Path], found: dict[Any, list[Any]]) -> RowGroup:
    """The rows of records that several spellings read: each row holds the cells of all of them.

    Where one of the spellings reads through a filter, the record is read as the filter left it.
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
    if source is Family.ARTIFACT:
        order = {number: place for place, number in enumerate(call.run.platform.artifacts)}
        met.sort(key=lambda one: order[one[0]["id"]])
    steps, every = [path.steps for path in paths], [record for record, _ in met]
    table = collected(call.run, every, paths)
    places = range(len(every)) if len(table) == len(every) else _places(every, steps)
    group = RowGroup(same, paths, every, table, len(table), places)
    for row, place in enumerate(places):
        there = met[place][1]
        if len(there) < len(found):
            group.beside[row] = {one.number for one in same if one.path and one.path.origin not in there}
    return group
