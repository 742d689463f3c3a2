"""What a block did, row by row: its calls, what it queued, debug lines, changes, blocks and helpers called."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from phantom_lab.history.events import (
    ActionStarted,
    ApiCalled,
    Changed,
    Evaluated,
    Event,
    HelperCalled,
    InvocationStarted,
    Logged,
    Ref,
)
from phantom_lab.history.index import Reducer
from phantom_lab.history.journal import Journal
from phantom_lab.history.timeline import Timeline
from phantom_lab.model import QUESTIONS
from phantom_lab.views.fan_out import multiplied, sets_of

DEEDS = frozenset({ActionStarted, ApiCalled, Changed, HelperCalled, InvocationStarted, Logged})
"""Kinds of events that `deed` tells."""


class Happened(Reducer):
    """Deeds and evaluated conditions by invocation, with their positions, as far as the run has gone."""

    takes = DEEDS | {Evaluated}

    def __init__(self) -> None:
        self._deeds: defaultdict[int, list[int]] = defaultdict(list)
        self._evaluated: defaultdict[int, list[int]] = defaultdict(list)
        self._named: Timeline[str, Evaluated] = Timeline()

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, Evaluated) and event.name:
            self._named.set(position, event.name, event)
        number: Any = event.caller if isinstance(event, InvocationStarted) else getattr(event, "invocation", None)
        if number is not None:
            (self._evaluated if isinstance(event, Evaluated) else self._deeds)[number].append(position)

    def deeds(self, n: int, until: int) -> list[int]:
        """Where the deeds of an invocation stand, up to a position."""
        return _until(self._deeds.get(n, []), until)

    def named(self, until: int) -> dict[str, Evaluated]:
        """The latest evaluation of every named condition, up to a position."""
        return self._named.at(until)

    def evaluated(self, n: int, until: int) -> list[int]:
        """Where the conditions stand that an invocation evaluated, up to a position."""
        return _until(self._evaluated.get(n, []), until)


def deed(journal: Journal, event: Event, get: Callable[[Ref], Any]) -> dict[str, Any]:
    """``{line, what, name, given, returned}`` of an event of `DEEDS`; of what was given the container comes last.

    Args:
        get: gives a value of the journal.
    """
    match event:
        case InvocationStarted():
            return _row(event.cause.line, "called block", event.block, None, None)
        case ApiCalled():
            given = {name: get(ref) for name, ref in event.arguments.items()}
            told = {name: value for name, value in given.items() if value not in (None, False, {}, [])}
            return _row(event.line, "called", f"phantom.{event.name}", _container_last(told),
                        event.error or get(event.returned))
        case HelperCalled():
            given = {name: get(ref) for name, ref in event.arguments.items()}
            return _row(event.line, "called helper", event.name, _container_last(given),
                        event.error or get(event.returned))
        case ActionStarted():
            calls = None if event.action in QUESTIONS else multiplied(sets_of(journal, event), len(event.targets))
            return _row(None, "queued", f"{event.action} ({event.name})", None, calls)
        case Logged():
            return _row(event.line or None, event.level, event.message, None, None)
        case Changed():
            return _row(None, "changed", f"{event.kind} {event.id} {event.field}", get(event.before), get(event.after))
    raise TypeError(event)


def _row(line: int | None, what: str, name: str, given: Any, returned: Any) -> dict[str, Any]:
    return {"line": line, "what": what, "name": name, "given": given, "returned": returned}


def _container_last(given: dict[str, Any]) -> dict[str, Any]:
    if "container" in given:
        return {**{name: value for name, value in given.items() if name != "container"},
                "container": given["container"]}
    return given


def _until(positions: list[int], until: int) -> list[int]:
    return positions[:bisect_right(positions, until)]
