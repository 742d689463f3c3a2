"""The drawing of a graph as plain JSON: places, lines and bounded labels; what a run did is told apart (`telling`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from phantom_lab.flow_graph.graph import Graph, Layout, Point
from phantom_lab.flow_graph.layered import BLOCKS, EDGES, HEIGHT, LAYER, WIDTH
from phantom_lab.terminal import visible

NAME, KIND, DETAIL, LABEL = 23, 22, 24, 16
"""Characters that fit into a block, in a list, and on an edge beside its rows."""
WHOLE = 200
"""Characters of a name or label where the pointer rests."""
MOST = 1_500
"""Blocks that are drawn."""


def drawing(graph: Graph, layout: Layout) -> dict[str, Any]:
    """What does not change while a run goes on.

    Returns:
        ``{"name", "width", "height", "size": [width, height] of a block, "note", "blocks", "edges"}``; ``note`` says
        what is not as good as it could be.
        ``blocks`` are ``{"x", "y", "name", "whole", "type", "kind" (with what it does), "line"}``, and are referred to
        by their index; ``edges`` are ``{"from", "to", "path", "head" (its arrow), "label": [x, y]}``.
    """
    shown = graph.blocks[:MOST]
    index = {one.name: number for number, one in enumerate(shown)}
    blocks = []
    for one in shown:
        x, y = layout.places[one.name]
        blocks.append({"x": x, "y": y, "name": middle(one.name, NAME), "whole": middle(one.name, WHOLE),
                       "type": one.type, "kind": start(" · ".join(filter(None, (one.type, one.detail))), KIND),
                       "line": one.line})
    edges = []
    for source, target in joined(graph):
        if source in index and target in index:
            points, path = way(layout, source, target)
            edges.append({"from": index[source], "to": index[target], "path": path, "head": arrow(path),
                          "label": [round(one, 1) for one in label_at(points)]})
    return {"name": middle(graph.name, WHOLE), "width": layout.width, "height": layout.height,
            "size": [WIDTH, HEIGHT], "note": _note(graph, layout), "blocks": blocks, "edges": edges}


def _note(graph: Graph, layout: Layout) -> str:
    found = []
    if (left := len(graph.blocks) - MOST) > 0:
        found.append(f"{left:,} of {len(graph.blocks):,} blocks are not drawn.")
    if layout.plain and (len(graph.blocks) > BLOCKS or len(joined(graph)) > EDGES):
        found.append("Blocks stand in plain rows: there are too many for a better layout.")
    elif layout.plain:
        found.append("Blocks stand in plain rows: pip install 'phantom-lab[graph]' places them better.")
    return " ".join(found)


def joined(graph: Graph) -> dict[tuple[str, str], list[int]]:
    """The branches on which a block leads to another one, by the two; none where it does without a condition."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one in graph.edges:
        branches = found[one.source, one.target]
        if one.branch is not None:
            branches.append(one.branch)
    return dict(found)


def middle(text: str, most: int) -> str:
    """A text in one line whose middle is left out where it is too long; what steers nothing is an escape."""
    if len(text) > most:
        head = most // 2
        text = f"{text[:head]}…{text[len(text) - (most - 1 - head):]}"
    return start(text, 2 * most)  # escapes are longer than what they stand for


def start(text: str, most: int) -> str:
    """The beginning of a text in one line; what steers nothing is an escape."""
    told = " ".join(visible(text[:most + 1]).split())
    return told if len(told) <= most else f"{told[:most - 1]}…"


def way(layout: Layout, source: str, target: str) -> tuple[list[Point], str]:
    """Points on the line from one block to another one, and its path."""
    if route := layout.routes.get((source, target)):
        return list(route), _rounded(route)
    (x, y), (u, v) = layout.places[source], layout.places[target]
    if source == target:
        start, end = (x + WIDTH, y + HEIGHT * 0.3), (x + WIDTH, y + HEIGHT * 0.75)
        return _curve(start, (start[0] + 34, start[1] - 8), (end[0] + 34, end[1] + 8), end)
    if layout.sideways:
        start, end = (x + WIDTH, y + HEIGHT / 2), (u, v + HEIGHT / 2)
        reach = max(abs(end[0] - start[0]) / 2, 24) if end[0] > start[0] else WIDTH * 0.6
        return _curve(start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end)
    start, end = (x + WIDTH / 2, y + HEIGHT), (u + WIDTH / 2, v)
    if end[1] > start[1]:
        reach = max((end[1] - start[1]) / 2, 16)
        return _curve(start, (start[0], start[1] + reach), (end[0], end[1] - reach), end)
    side = 1 if u <= x else -1  # back up, around the side
    start, end = (x + (WIDTH if side > 0 else 0), y + HEIGHT / 2), (u + (WIDTH if side > 0 else 0), v + HEIGHT / 2)
    return _curve(start, (start[0] + side * LAYER * 1.5, start[1]), (end[0] + side * LAYER * 1.5, end[1]), end)


def label_at(points: Sequence[Point]) -> Point:
    """Where the label of an edge stands: beyond the middle, where edges of one block have parted."""
    lengths = [((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(points)]
    left = sum(lengths) * 0.64
    for length, (a, b) in zip(lengths, pairwise(points), strict=True):
        if left <= length and length:
            return a[0] + (b[0] - a[0]) * left / length, a[1] + (b[1] - a[1]) * left / length
        left -= length
    return points[-1]


def _curve(start: Point, first: Point, second: Point, end: Point) -> tuple[list[Point], str]:
    def at(t: float) -> Point:
        parts = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3
        x, y = (sum(part * point[axis] for part, point in zip(parts, (start, first, second, end), strict=True))
                for axis in (0, 1))
        return x, y

    told = " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, end))
    return [at(step / 12) for step in range(13)], f"M{start[0]:.1f} {start[1]:.1f}C{told}"


def _rounded(points: Sequence[Point], radius: float = 12) -> str:
    """Straight lines with round corners."""
    told = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (a, b), (c, d) = _towards(corner, before, radius), _towards(corner, after, radius)
        told.append(f"L{a:.1f} {b:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {c:.1f} {d:.1f}")
    return "".join([*told, f"L{points[-1][0]:.1f} {points[-1][1]:.1f}"])


def _towards(corner: Point, other: Point, radius: float) -> Point:
    length = ((other[0] - corner[0]) ** 2 + (other[1] - corner[1]) ** 2) ** 0.5
    part = min(radius / length, 0.5) if length else 0.0
    return corner[0] + (other[0] - corner[0]) * part, corner[1] + (other[1] - corner[1]) * part


def arrow(path: str) -> str:
    """The head of an arrow at the end of a path, along its last direction."""
    numbers = [float(one) for one in path.translate(dict.fromkeys(map(ord, "MLQC"), " ")).split()]
    (a, b), (x, y) = numbers[-4:-2], numbers[-2:]
    length = ((x - a) ** 2 + (y - b) ** 2) ** 0.5 or 1.0
    u, v = (x - a) / length * 8, (y - b) / length * 8
    return (f"M{x:.1f} {y:.1f}L{x - u - v / 2:.1f} {y - v + u / 2:.1f}"
            f"L{x - u + v / 2:.1f} {y - v - u / 2:.1f}Z")
