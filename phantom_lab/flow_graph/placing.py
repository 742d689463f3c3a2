"""Where a graph is drawn: at the places of the export, and where they are missing or overlap, as near as can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from phantom_lab.flow_graph.graph import Graph, Layout, Point
from phantom_lab.flow_graph.layered import BLOCKS, GAP, HEIGHT, LAYER, WIDTH, Routes, layered

_MODERN, _CLASSIC = (0.62, 0.6), (0.92, 0.75)
"""Our pixels for one of the editor, across and down: its blocks are larger."""
_COLUMNS = 4
"""Blocks that nothing leads to or from stand in rows of at least so many."""
_MARGIN = 28


def placed(graph: Graph, given: Mapping[str, Point], *, sideways: bool = False) -> Layout:
    """Where everything is drawn.

    Args:
        given: the middle of blocks in pixels of the editor; used where half of the blocks have one.
        sideways: whether the editor draws from left to right.
    """
    names = [one.name for one in graph.blocks]
    edges = [(one.source, one.target) for one in graph.edges]
    known = {name: given[name] for name in names if name in given}
    routes: Routes = {}
    plain = False
    if 2 * len(known) >= len(names) and len(names) <= 5 * BLOCKS:
        across, down = _CLASSIC if sideways else _MODERN
        places = {name: (x * across - WIDTH / 2, y * down - HEIGHT / 2) for name, (x, y) in known.items()}
        for name in _in_order(set(names) - known.keys(), names, edges):
            if found := _beside(name, edges, places, sideways):
                places[name] = found
        places = _apart(_in_line(places, int(sideways)), sideways)
    else:
        known, sideways = {}, False
        joined = {name for source, target in edges if source != target for name in (source, target)}
        places, routes = layered([name for name in names if name in joined], edges)
        plain = bool(joined) and not routes
    alone = [name for name in names if name not in places]
    left, bottom = min((x for x, _ in places.values()), default=0), max((y for _, y in places.values()), default=0)
    right = max((x for x, _ in places.values()), default=0)
    columns = max(_COLUMNS, int((right - left) / (WIDTH + GAP)) + 1)
    first = bottom + HEIGHT + LAYER if places else 0.0
    for number, name in enumerate(alone):
        row, column = divmod(number, columns)
        places[name] = left + column * (WIDTH + GAP), first + row * (HEIGHT + GAP)
    return _at_origin(places, routes, given=len(known), plain=plain, sideways=sideways)


def _in_order(missing: set[str], names: list[str], edges: Iterable[tuple[str, str]]) -> list[str]:
    """Those first to which something with a place leads."""
    led: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        led[source].append(target)
    found = [name for name in names if name not in missing]
    seen = {*found}
    for one in found:  # grows by what it leads to
        for target in led[one]:
            if target not in seen:
                seen.add(target)
                found.append(target)
    return [name for name in found if name in missing] + [name for name in names if name not in seen]


def _beside(name: str, edges: Iterable[tuple[str, str]], places: Mapping[str, Point], sideways: bool) -> Point | None:
    """Behind a block that leads to it, else before one that it leads to."""
    step = (WIDTH + LAYER, 0.0) if sideways else (0.0, HEIGHT + LAYER)
    for source, target in edges:
        if target == name and source in places:
            return places[source][0] + step[0], places[source][1] + step[1]
    for source, target in edges:
        if source == name and target in places:
            return places[target][0] - step[0], places[target][1] - step[1]
    return None


def _in_line(places: Mapping[str, Point], axis: int) -> dict[str, Point]:
    """The same with blocks that stand nearly in a line in one: export and hand leave them a few pixels off."""
    near, found, line = (HEIGHT if axis else WIDTH) / 7, {name: list(place) for name, place in places.items()}, None
    for name in sorted(places, key=lambda one: places[one][axis]):
        if line is None or places[name][axis] - line > near:
            line = places[name][axis]
        found[name][axis] = line
    return {name: (x, y) for name, (x, y) in found.items()}


def _apart(places: Mapping[str, Point], sideways: bool) -> dict[str, Point]:
    """The same without overlaps: one after the other is moved down, where it is drawn over another one."""
    found: dict[str, Point] = {}
    cells: dict[tuple[int, int], list[Point]] = defaultdict(list)
    gap = GAP / 2
    for name in sorted(places, key=lambda one: (places[one][not sideways], places[one][sideways], one)):
        x, y = places[name]
        while below := [other[1] for other in _near(cells, x, y)
                        if abs(other[0] - x) < WIDTH + gap - 1 and abs(other[1] - y) < HEIGHT + gap - 1]:
            y = max(below) + HEIGHT + gap
        found[name] = x, y
        cells[int(x // (2 * WIDTH)), int(y // (2 * HEIGHT))].append((x, y))
    return {name: found[name] for name in places}


def _near(cells: Mapping[tuple[int, int], list[Point]], x: float, y: float) -> list[Point]:
    column, row = int(x // (2 * WIDTH)), int(y // (2 * HEIGHT))
    return [one for across in (-1, 0, 1) for down in (-1, 0, 1)
            if (column + across, row + down) in cells for one in cells[column + across, row + down]]


def _at_origin(places: dict[str, Point], routes: Routes, **told: int) -> Layout:
    """With the upper left corner at the origin; ``told`` are further fields of `Layout`."""
    points = [*places.values(), *(one for route in routes.values() for one in route)]
    left, top = (min((one[axis] for one in points), default=0.0) - _MARGIN for axis in (0, 1))
    ends = [*((x + WIDTH, y + HEIGHT) for x, y in places.values()), *points]
    width, height = (max((one[axis] for one in ends), default=0.0) + _MARGIN - start
                     for axis, start in ((0, left), (1, top)))
    return Layout({name: (round(x - left, 1), round(y - top, 1)) for name, (x, y) in places.items()},
                  {way: tuple((round(x - left, 1), round(y - top, 1)) for x, y in route)
                   for way, route in routes.items()}, round(width, 1), round(height, 1), **told)  # type: ignore[arg-type]
