"""Joins without a guard that may go on twice, and those that wait for what a decision may leave out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from phantom_lab.check.blocks import Finding
from phantom_lab.check.joins import repeated, stuck
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.starts import ASKED, COMPLETION_CALLS, Ask, Node, Start, awaited

KIND = "join-twice"
Sides = Mapping[tuple[str, int], Sequence[set[Node]]]
"""By function and place where it decides, for each side what is reached where that is not taken."""
_KEPT = ("get_run_data", "get_data", "get_object")


def twice(flow: Flow) -> Iterator[Finding]:
    """A join that two of its ways may each take on: one of them brings nothing that it waits for."""
    if not any(flow.reading.calls_of(*COMPLETION_CALLS)):
        return
    guarded, sides = _guarded(flow), sides_of(flow)
    for call in flow.reading.calls_of(*COMPLETION_CALLS):
        join, names = call.function, awaited(call)
        if join in guarded or not names or not any(one.awaited for one in flow.of[join]):
            continue
        ways = [(one, _arrives(flow, one)) for one in flow.to[join]]
        for (one, first), (other, second) in combinations(ways, 2):
            brought = first in names and second in names and first != second
            if first and second and not brought and not exclude(one, other, sides):
                told = f"'{first}' and '{second}' lead" if first != second else f"two ways from '{first}' lead"
                yield (call.line, "warning", KIND, (f"{join} may go on twice: {told} to it, it waits for "
                                                   f"{_listed(sorted(names))}, and nothing keeps that it went on"))
                break


def left_out(flow: Flow) -> Iterator[Finding]:
    """A join that requires what one side of a decision alone asks for, and that is reached on the other side too."""
    if not any(flow.reading.calls_of(*COMPLETION_CALLS)):
        return
    asks, again, decided = _asks(flow), repeated(flow), sides_of(flow)
    never = {line for line, *_ in stuck(flow)}
    for call in flow.reading.calls_of(*COMPLETION_CALLS):
        required = [name for name in sorted(awaited(call) & asks.keys())
                    if all(name in one.awaited for one in flow.of[call.function] if one.awaited)]
        told: dict[str, str] = {}
        for (function, _), sides in decided.items() if required and call.line not in never else ():
            for without in sides if function not in again else ():
                if call.function in without:
                    told.update({name: function for name in required if asks[name] not in without and name not in told})
        if told:
            where = ", ".join(sorted(set(told.values())))
            yield (call.line, "warning", "join-left-out",
                   (f"{call.function} waits for {_listed(sorted(told))}, which one side of {where} asks for alone: "
                   f"where another one is taken, it does not go on"))


def _asks(flow: Flow) -> Mapping[str, Ask]:
    return {name: one[0] for (kind, name), one in flow.asks.items()
            if kind == ASKED and isinstance(name, str) and len(one) == 1}


def sides_of(flow: Flow) -> Sides:
    """Where the code decides, and what is reached without each of its sides."""
    found: dict[tuple[str, int], dict[int, list[Start]]] = defaultdict(lambda: defaultdict(list))
    for one in flow.starts:
        if isinstance(one.source, str):
            for place, side in one.sides:
                found[one.source, place][side].append(one)
    return {place: [flow.reached(flow.top, cut=starts) for starts in taken.values()] for place, taken in found.items()}


def exclude(one: Start, other: Start, sides: Sides) -> bool:
    """Whether a decision takes one of two ways only."""
    if one.source == other.source and one.excludes(other):
        return True
    for without in sides.values():
        if any(one.source not in left and other.source not in right for left in without for right in without
               if left is not right):
            return True
    return False


def _guarded(flow: Flow) -> set[str]:
    """Functions that look up, or keep, whether they went on."""
    return {*flow.reading.sharing, *(call.function for call in flow.reading.calls_of(*_KEPT))}


def _arrives(flow: Flow, start: Start) -> str:
    """The name of what has just come back where a way leads to a join; empty where several things may have."""
    found = arrives(flow, start)
    return found.what[1] if found and isinstance(found.what[1], str) else ""


def arrives(flow: Flow, start: Start) -> Ask | None:
    """What has just come back where a way leads to a function; None where several things may have."""
    source, seen = start.source, set[str]()
    while isinstance(source, str) and source not in seen:
        seen.add(source)
        before = {one.source for one in flow.to[source]}
        if len(before) != 1:
            return None
        (source,) = before
    return source if isinstance(source, Ask) else None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in names)
