"""Joins that can never go on: they wait for what comes behind them, or for two branches of which one is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from phantom_lab.check.blocks import Finding
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.starts import ASKED, COMPLETION_CALLS, Ask, Node, Start, awaited


def stuck(flow: Flow) -> Iterator[Finding]:
    """A join of which the flow tells that it waits without end. Each question stands for itself: one of several
    alternatives waits without the others."""
    there = flow.reached(flow.top)
    asks = {name: one[0] for (kind, name), one in flow.asks.items()
            if kind == ASKED and isinstance(name, str) and len(one) == 1 and one[0] in there}
    decided = list(apart(flow, asks))
    for call in flow.reading.calls_of(*COMPLETION_CALLS):
        names = sorted(awaited(call) & asks.keys())
        for name in names:
            behind = [one for one in flow.of[call.function] if name in one.awaited]
            if asks[name] not in flow.reached(flow.top, cut=behind):
                yield call.line, "warning", "join", f"{call.function} waits for '{name}', which is asked for behind it"
        for function, branches in decided:
            taken = [found for branch in branches if (found := sorted(branch.intersection(names)))]
            if len(taken) > 1:
                told = " and ".join(f"'{name}'" for found in taken for name in found)
                yield (call.line, "warning", "join",
                       f"{call.function} waits for {told}, which stand in different branches of {function}")


def apart(flow: Flow, asks: Mapping[str, Ask]) -> Iterator[tuple[str, list[set[str]]]]:
    """Functions that decide, with the names that are asked for on one side only, by side."""
    sides: dict[tuple[str, int], dict[int, list[Start]]] = defaultdict(lambda: defaultdict(list))
    again = repeated(flow)
    for one in flow.starts:
        if isinstance(one.source, str) and one.source not in again:
            for place, side in one.sides:
                sides[one.source, place][side].append(one)
    for (function, _), starts in sides.items():
        without = [flow.reached(flow.top, cut=cut) for cut in starts.values()]
        yield function, [{name for name, ask in asks.items() if ask not in reached} for reached in without]


def repeated(flow: Flow) -> set[str]:
    """Functions that may run more than once, so that they may take one side after the other.

    A join is not among them: it goes on when the last of what it waits for has come, or says that it has been called.
    """
    functions = flow.reading.functions.keys()
    joins = {call.function for call in flow.reading.calls_of("get_run_data", *COMPLETION_CALLS)}
    following: dict[Node, set[str]] = defaultdict(set)
    for name in functions:
        for start in flow.to[name]:
            following[_starter(start)].add(name)
    once: set[Node] = set(flow.top)
    waiting = list(functions)
    while waiting:
        one = waiting.pop()
        if one not in once and (one in joins or _started_once(flow, one, once)):
            once.add(one)
            waiting += following[one]
    return {one for one in functions if one not in once}


def _starter(start: Start) -> Node:
    """The function that a start is of, also where that waits for an answer."""
    return start.source.function if isinstance(start.source, Ask) else start.source


def _started_once(flow: Flow, name: str, once: set[Node]) -> bool:
    """Whether everything that starts a function runs once itself, and only one of it is ever taken."""
    found = flow.to[name]
    return bool(found) and all(_starter(one) in once for one in found) and all(
        one is other or (one.source == other.source and one.excludes(other)) for one in found for other in found)
