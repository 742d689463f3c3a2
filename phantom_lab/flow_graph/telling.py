"""What a run did in a graph as plain JSON, beside its drawing: by the indices of blocks and edges."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from phantom_lab.flow_graph.drawing import DETAIL, LABEL, MOST, joined, middle, way
from phantom_lab.flow_graph.graph import END, Branch, Graph, Layout
from phantom_lab.flow_graph.state import Passed, Rows, State

_NAMES, _SHORT = 12, 16
"""Names and numbers of a block that are told, and characters of one above it."""
NOT_REACHED = "not reached"


def telling(graph: Graph, layout: Layout, state: State) -> dict[str, Any]:
    """What changes while a run goes on; what says nothing is left out.

    Returns:
        ``{"run", "status", "current": index or None, "blocks", "edges", "labels", "more", "others", "path"}``.
        ``blocks``: ``{index: {"count", "invocations", "children", "state", "marks", "notes"}}``, with ``state`` one of
        ``raised``, ``failed``, ``waits``, ``pending`` and ``ran``;
        ``edges``: ``{index: [how often, last invocation]}``, ``[0, 0]`` of one to the end, which the platform invokes
        by itself; ``labels``: ``{index of an edge: [text, taken or None, sentence]}``;
        ``more``: ways that were taken and are not drawn, ``{"path", "count"}``; ``others``: functions that the graph
        does not show.
    """
    shown = graph.blocks[:MOST]
    index = {one.name: number for number, one in enumerate(shown)}
    lines = [one for one in joined(graph).items() if one[0][0] in index and one[0][1] in index]
    blocks = {str(index[name]): _block(one) for name, one in state.blocks.items() if name in index}
    edges = {str(number): list(state.edges[ends]) for number, (ends, _) in enumerate(lines) if ends in state.edges}
    edges |= {str(number): [0, 0] for number, ((source, target), _) in enumerate(lines)
              if graph.by_name[target].type == END and {source, target} <= state.blocks.keys()}
    labels = {str(number): _label([(graph.by_name[source].branches[one], state.branches.get((source, one)))
                                   for one in branches])
              for number, ((source, _), branches) in enumerate(lines) if branches}
    drawn = {ends for ends, _ in lines}
    helpers = {one.name for one in shown if one.type == "helper"}
    more = [{"path": way(layout, *ends)[1], "count": count} for ends, (count, _) in state.edges.items()
            if ends not in drawn and set(ends) <= index.keys() and not helpers & set(ends)]
    return {"run": state.run, "status": state.status, "current": index.get(state.current),
            "function": middle(state.function, DETAIL) if state.function != state.current else "",
            "blocks": blocks, "edges": edges, "labels": labels, "more": more,
            "others": {middle(name, DETAIL): count for name, count in list(state.others.items())[:_NAMES]},
            "path": [[n, index.get(source), index.get(target)] for n, source, target in state.path]}


@lru_cache(maxsize=2_048)
def _block(one: Passed) -> dict[str, Any]:
    """Kept: most of them are what they were at the last step."""
    waits = [(middle(name, DETAIL), why) for each in one.waits for name, why in each.lacks][:_NAMES]
    pending = [middle(name, DETAIL) for name in one.pending[:_NAMES]]
    told = {"count": one.count, "invocations": list(one.invocations[-_NAMES:]),
            "children": list(one.children[-_NAMES:]),
            "state": "raised" if one.raised else "failed" if one.failed else "waits" if one.waits else
            "pending" if one.pending or one.missing else "ran" if one.count else "",
            "marks": _marks(one, waits), "notes": _notes(one, waits, pending)}
    return {name: value for name, value in told.items() if value}


def _marks(one: Passed, waits: list[tuple[str, str]]) -> str:
    """What stands above a block, in a few words."""
    found = ["raised" if one.raised else "", "failed" if one.failed else "",
             "needs an outcome" if one.missing else "",
             f"{len(one.pending)} pending" if one.pending else "",
             f"waits for {middle(waits[0][0], _SHORT)}" if waits else "waits" if one.waits else ""]
    return " · ".join(filter(None, found))


def _notes(one: Passed, waits: list[tuple[str, str]], pending: list[str]) -> list[str]:
    """What is said of a block where the pointer rests, line by line."""
    found = [f"invoked {one.count} times" if one.count > 1 else "invoked once" if one.count else NOT_REACHED]
    found += [f"{one.raised} exceptions came of it"] if one.raised else []
    found += [f"{one.failed} of what it asked for failed"] if one.failed else []
    more = len(one.pending) - len(pending)
    found += [f"the run waits for the outcome of {middle(one.missing, DETAIL)}"] if one.missing else []
    found += [f"pending: {', '.join(pending)}{f' and {more} more' if more else ''}"] if pending else []
    found += [f"waits for {name}: {why}" for name, why in waits]
    return found + (["waits, and nothing asks again"] if one.waits and not waits else [])


def _label(branches: list[tuple[Branch, Rows | None]]) -> list[Any]:
    """Of the branches on which a block leads to another one: those that were taken come first."""
    first, *rest = sorted(branches, key=lambda one: not (one[1] and one[1].held))
    asked = [rows for _, rows in branches if rows]
    more = f" +{len(rest)}" if rest else ""
    return [f"{middle(first[0].label, LABEL)}{_short(first[1])}{more}",
            any(one.held for one in asked) if asked else None,
            "\n".join(_sentence(*one) for one in branches[:_NAMES])]


def _short(rows: Rows | None) -> str:
    if rows is None:
        return ""
    return f" · {'' if rows.sure else '≥'}{rows.rows}/{rows.total}" if rows.total else f" · {rows.held}×"


def _sentence(branch: Branch, rows: Rows | None) -> str:
    name = middle(branch.label, DETAIL)
    if rows is None:
        return f"{name}: not asked so far"
    least = "" if rows.sure else "at least "
    told = f", for {least}{rows.rows} of {rows.total} rows" if rows.total else ""
    return f"{name}: taken {rows.held} of {rows.asked} times{told}"
