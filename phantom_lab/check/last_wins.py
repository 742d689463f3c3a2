"""What branches that run side by side both write: the last one wins, and which that is, nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from phantom_lab.check.blocks import Finding
from phantom_lab.check.shared import written
from phantom_lab.check.twice import Sides, arrives, exclude, sides_of
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.starts import COMPLETION_CALLS, Ask, Start

KIND = "order"
_SET = {"set_severity": "severity", "set_status": "status", "set_owner": "owner", "set_sensitivity": "sensitivity",
        "set_label": "label"}
_ACTING = ("act", "prompt", "prompt2", "add_note", "playbook")
_KEPT = ("get_run_data", "get_data", "get_object", "get_action_status", "runs_completed", "get_summary")
_Writes = Mapping[str, dict[str, tuple[int, Any]]]
"""By what is written, the functions that write it: where, and which value."""


def order(flow: Flow) -> Iterator[Finding]:
    """Run data, a field of the container or a global that two branches write, or one callback of several actions."""
    found = _writes(flow)
    yield from _repeated(flow, found)
    sides: Sides | None = None
    for what, writers in found.items():
        for one, other in combinations(sorted(writers, key=lambda name: writers[name][0]), 2):
            if writers[one][1] is not COMPUTED and writers[one][1] == writers[other][1]:
                continue
            sides = sides_of(flow) if sides is None else sides
            if starter := _beside(flow, one, other, sides):
                yield (writers[other][0], "warning", KIND,
                       (f"{one} and {other} both write {what}, and {starter} starts both: which is last depends on "
                        f"what comes back last"))
                break


def _repeated(flow: Flow, written: _Writes) -> Iterator[Finding]:
    """A block that several things lead to that run side by side, and no join: it runs once for each."""
    asks: dict[str, list[tuple[Start, Start]]] = defaultdict(list)
    asked_at = {one.target: one for one in flow.starts if isinstance(one.target, Ask)}
    for one in flow.starts:
        if isinstance(one.target, str) and len(flow.to[one.target]) > 1 and (ask := arrives(flow, one)) in asked_at:
            asks[one.target].append((one, asked_at[ask]))
    joining = {call.function for call in flow.reading.calls_of(*COMPLETION_CALLS, *_KEPT)} | flow.reading.sharing
    acting = {call.function: call.line for call in flow.reading.calls_of(*_ACTING)}
    sides = sides_of(flow) if any(len(one) > 1 for one in asks.values()) else {}
    for name, found in asks.items():
        if name in joining or len(found) < 2:
            continue
        pair = next(((one, other) for (way, one), (second, other) in combinations(found, 2)
                     if one.target != other.target and one.source == other.source and not one.excludes(other)
                     and not exclude(way, second, sides)), None)
        if pair is None:
            continue
        what = next((what for what, writers in written.items() if name in writers and writers[name][1] is COMPUTED), "")
        both = " and ".join(f"'{one.target.what[1]}'" for one in pair if isinstance(one.target, Ask))
        if what:
            yield (written[what][name][0], "warning", KIND,
                   f"{name} writes {what} once for each of {both}: which is last depends on what comes back last")
        elif name in acting:
            yield (acting[name], "warning", "join-twice",
                   f"{name} goes on once for each of {both}, which lead to it: there is no join")


def _writes(flow: Flow) -> _Writes:
    found: dict[str, dict[str, tuple[int, Any]]] = defaultdict(dict)
    for call in flow.reading.calls_of("save_run_data", *_SET):
        if call.name == "save_run_data":
            key = call.get("key")
            own = not isinstance(key, str) or key.endswith("_called") or key.partition(":")[0] in flow.reading.functions
            if not own:
                found[f"run data '{key}'"].setdefault(call.function, (call.line, call.get("value")))
        else:
            value = call.get(_SET[call.name])
            found[f"the {_SET[call.name]}"].setdefault(call.function, (call.line, COMPUTED if value is None else value))
    for call in flow.reading.calls_of("update"):
        fields = call.get("update")
        for field, value in fields.items() if isinstance(fields, dict) else ():
            found[f"the {field}"].setdefault(call.function, (call.line, value))
    for call in flow.reading.calls_of("save_object", "save_data"):
        if isinstance(key := call.get("key"), str):
            found[f"the data under '{key}'"].setdefault(call.function, (call.line, call.get("value")))
    for name, writers in written(flow.reading).items():
        found[f"the global '{name}'"].update({one: (line, COMPUTED) for one, line in writers.items()})
    return found


def _beside(flow: Flow, one: str, other: str, sides: Sides) -> str:
    """A function that starts both without waiting for either; empty where one is behind the other, or excludes it."""
    if other in flow.reached([one]) or one in flow.reached([other]):
        return ""
    if any(one not in left and other not in right for found in sides.values() for left in found for right in found
           if left is not right):
        return ""
    later = [start for start in flow.starts if not start.called]
    ways = {name: (flow.leading(name), flow.leading(name, cut=later)) for name in (one, other)}
    for function in flow.reading.functions:
        own = flow.of[function]
        for first in own:
            for second in own:
                if (first is not second and first.target in ways[one][0] and second.target in ways[other][0]
                        and first.target not in ways[other][0] and second.target not in ways[one][0]
                        and not first.excludes(second)
                        and not (first.target in ways[one][1] and second.target in ways[other][1])):
                    return function
    return ""
