"""What is asked of a journal again and again, kept up to date as events come: nothing is looked through twice."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

from phantom_lab.history.events import Event, InvocationEnded, InvocationStarted, RunEnded
from phantom_lab.history.invocations import Invocation

Kind = TypeVar("Kind", bound=Event)


class Reducer(Protocol):
    """Folds a journal, one event at a time: `Journal.reduced` makes one for a journal, and keeps it up to date."""

    def take(self, event: Event, position: int) -> None:
        """The next event, and where it stands."""


class Index:
    """Where the events of a kind, of an invocation and of a run's end stand."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._kinds: defaultdict[type[Event], list[int]] = defaultdict(list)
        self._within: defaultdict[int, list[int]] = defaultdict(list)
        self._invocations: dict[int, Invocation] = {}
        self._starts: dict[int, int] = {}
        self._open: dict[int, None] = {}
        self._failed: dict[int, None] = {}
        self.ends: dict[int, RunEnded] = {}
        """How runs ended, by run."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        self._events.append(event)
        self._kinds[type(event)].append(position)
        if isinstance(event, InvocationStarted):
            self._invocations[event.n], self._starts[event.n] = Invocation(event), position
            self._open[event.n] = None
            if event.caller is not None:
                self._within[event.caller].append(position)
        elif isinstance(event, InvocationEnded):
            self._invocations[event.n] = Invocation(self._invocations[event.n].started, event)
            self._open.pop(event.n, None)
            if event.failure is not None:
                self._failed[event.n] = None
        elif isinstance(event, RunEnded):
            self.ends[event.run] = event
        number: Any = getattr(event, "invocation", None)
        if number is not None:
            self._within[number].append(position)

    @property
    def invocations(self) -> dict[int, Invocation]:
        """Invocations by number, in the order of their starts: a copy that does not grow."""
        return dict(self._invocations)

    def invocation(self, n: int) -> Invocation | None:
        """An invocation by its number."""
        return self._invocations.get(n)

    @property
    def latest(self) -> Invocation | None:
        """The invocation that started last."""
        return self._invocations[next(reversed(self._invocations))] if self._invocations else None

    @property
    def innermost(self) -> int:
        """Number of the newest invocation that has not ended; 0 outside of any."""
        return next(reversed(self._open), 0)

    @property
    def failed(self) -> list[Invocation]:
        """Those that an exception left, in the order of their starts."""
        return [self._invocations[n] for n in sorted(self._failed)]

    def block_of(self, n: int) -> str | None:
        """The block of an invocation, by its number."""
        found = self._invocations.get(n)
        return found.started.block if found else None

    def start_of(self, n: int) -> int | None:
        """Where an invocation starts; None: there is no such invocation."""
        return self._starts.get(n)

    def of_kind(self, kind: type[Kind], until: int | None = None) -> list[Kind]:
        """The events of a kind, in order: all, or those before a position."""
        positions = self._kinds.get(kind, [])
        count = len(positions) if until is None else bisect_left(positions, until)
        return [self._events[one] for one in positions[:count]]  # type: ignore[misc]

    def positions(self, kind: type[Event]) -> tuple[int, ...]:
        """Where the events of a kind stand."""
        return tuple(self._kinds.get(kind, ()))

    def last(self, *kinds: type[Event]) -> Event | None:
        """The newest event of some kinds."""
        newest = max((positions[-1] for one in kinds if (positions := self._kinds.get(one))), default=None)
        return None if newest is None else self._events[newest]

    def within(self, n: int) -> Iterator[Event]:
        """What happened in an invocation, and the starts of those that it called, in order."""
        return (self._events[one] for one in tuple(self._within.get(n, ())))
