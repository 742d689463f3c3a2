"""Places for blocks that no export places: in layers, so that few edges cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from phantom_lab.flow_graph.graph import Point

WIDTH, HEIGHT = 188, 52
"""Of every block, in pixels."""
GAP, LAYER = 28, 58
"""Between blocks beside each other, and between layers."""
BLOCKS, EDGES = 400, 600
"""Larger graphs are placed plainly: the time that a good layout takes grows with the square."""
Routes = Mapping[tuple[str, str], tuple[Point, ...]]


def layered(blocks: Sequence[str], edges: Sequence[tuple[str, str]]) -> tuple[dict[str, Point], Routes]:
    """The upper left corners of blocks from top to bottom, and the points of every edge from border to border.

    Where the graph is too large, or the library is not installed, no edge has points.
    """
    ways = [one for one in dict.fromkeys(edges) if one[0] != one[1]]
    if not ways:
        return {}, {}
    try:
        import graphlay
    except ImportError:  # no wheel for this machine
        return plain(blocks, ways), {}
    if len(blocks) > BLOCKS or len(ways) > EDGES:
        return plain(blocks, ways), {}
    graph = graphlay.Graph()
    for one in blocks:
        graph.node(one, width=WIDTH, height=HEIGHT, label="")
    for source, target in ways:
        graph.edge(source, target)
    found = graphlay.layout(graph, options={
        "direction": "topbottom", "spacing": {"layer_gap": LAYER, "node_gap": GAP}, "routing": {"style": "diagonal"}})
    places = {name: (x - WIDTH / 2, y - HEIGHT / 2) for name, (x, y) in found.positions().items()}
    routes = {way: tuple((one["x"], one["y"]) for one in edge["points"])
              for way, edge in zip(ways, found.edges, strict=True)}
    return places, routes


def plain(blocks: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, Point]:
    """Rows by the number of steps on a shortest way from a block to which nothing leads."""
    after: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    led = {target for _, target in edges}
    row: dict[str, int] = {}
    for start in [*(one for one in blocks if one not in led), *blocks]:
        waiting = [] if start in row else [start]
        row.setdefault(start, 0)
        for one in waiting:  # grows by what it leads to
            for target in after[one]:
                if target not in row:
                    row[target] = row[one] + 1
                    waiting.append(target)
    taken: dict[int, int] = defaultdict(int)
    places: dict[str, Point] = {}
    for one in blocks:
        places[one] = taken[row[one]] * (WIDTH + GAP), row[one] * (HEIGHT + LAYER)
        taken[row[one]] += 1
    return places
