"""What is asked of a journal again and again, kept up to date as events come: nothing is looked through twice."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from phantom_lab.history.events import (
    ApiCalled,
    CallMade,
    Event,
    InvocationEnded,
    InvocationStarted,
    PlaybookStarted,
    RunEnded,
    RunStarted,
)
from phantom_lab.history.invocations import Invocation

_BY_THEMSELVES = ("success", "failed", "error")
"""How a run ends that nothing ended from outside."""
Kind = TypeVar("Kind", bound=Event)


class Reducer:
    """Folds a journal, one event at a time: `Journal.reduced` makes one for a journal, and keeps it up to date."""

    takes: ClassVar[frozenset[type[Event]] | None] = None
    """The kinds of events that it is handed; None: all."""

    @abstractmethod
    def take(self, event: Event, position: int) -> None:
        """The next event, and where it stands."""


class Index(Reducer):
    """Where the events of a kind, of an invocation and of a run's end stand."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._kinds: defaultdict[type[Event], list[int]] = defaultdict(list)
        self._within: defaultdict[int, list[int]] = defaultdict(list)
        self._invocations: dict[int, Invocation] = {}
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._open: dict[int, None] = {}
        self._failed: dict[int, None] = {}
        self._going_on: dict[int, None] = {}
        self._lines: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._returned: dict[int, int] = {}
        self._calls: defaultdict[str, list[int]] = defaultdict(list)
        self.ends: dict[int, RunEnded] = {}
        """How runs ended, by run."""
        self.kept: dict[Any, list[Any]] = {}
        """What views make of events, once for each of them (see `phantom_lab.views.each`): by what makes it."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        self._events.append(event)
        self._kinds[type(event)].append(position)
        if isinstance(event, CallMade | ApiCalled):
            self._lines[event.command], self._names[event.command] = event.line, event.name
            if isinstance(event, ApiCalled):
                self._returned[event.command] = position
                self._calls[event.name].append(position)
        elif isinstance(event, InvocationStarted):
            self._invocations[event.n], self._starts[event.n] = Invocation(event), position
            self._open[event.n] = None
            if event.caller is not None:
                self._within[event.caller].append(position)
        elif isinstance(event, InvocationEnded):
            self._invocations[event.n] = Invocation(self._invocations[event.n].started, event)
            self._ends[event.n] = position
            self._open.pop(event.n, None)
            if event.failure is not None:
                self._failed[event.n] = None
        elif isinstance(event, RunStarted):
            self._going_on[event.run] = None
        elif isinstance(event, PlaybookStarted):
            self._going_on[event.child] = None
        elif isinstance(event, RunEnded):
            self.ends[event.run] = event
            self._going_on.pop(event.run, None)
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

    @property
    def all_ended(self) -> bool:
        """Whether the run and every child playbook that it started have ended. A child may go on when its parent has
        ended; what ends all of them at once leaves out those that had not begun."""
        root = self._events[0].run if self._events else 0
        return root in self.ends and (not self._going_on or self.ends[root].status not in _BY_THEMSELVES)

    def is_over(self, n: int) -> bool:
        """Whether an invocation and all those around it have ended."""
        found = self._invocations.get(n)
        while found is not None and found.ended is not None:
            found = self._invocations.get(found.started.caller or 0)
        return found is None

    def start_of(self, n: int) -> int | None:
        """Where an invocation starts; None: there is no such invocation."""
        return self._starts.get(n)

    def end_of(self, n: int) -> int | None:
        """Where an invocation ends; None: it has not."""
        return self._ends.get(n)

    def of_kind(self, kind: type[Kind], until: int | None = None) -> list[Kind]:
        """The events of a kind, in order: all, or those before a position."""
        positions = self._kinds.get(kind, [])
        count = len(positions) if until is None else bisect_left(positions, until)
        return [self._events[one] for one in positions[:count]]  # type: ignore[misc]

    def some(self, kind: type[Kind], first: int, until: int) -> list[Kind]:
        """The events of a kind from a position on, and before another one."""
        positions = self._kinds.get(kind, [])
        return [self._events[one] for one in  # type: ignore[misc]
                positions[bisect_left(positions, first):bisect_left(positions, until)]]

    def count(self, kind: type[Event], until: int) -> int:
        """How many events of a kind there are before a position."""
        return bisect_left(self._kinds.get(kind, ()), until)

    def before(self, kind: type[Kind], position: int) -> Iterator[Kind]:
        """The events of a kind before a position, the latest first."""
        positions = self._kinds.get(kind, [])
        for one in range(bisect_left(positions, position) - 1, -1, -1):
            yield self._events[positions[one]]  # type: ignore[misc]

    def newer(self, kind: type[Kind], count: int) -> list[Kind]:
        """The events of a kind, but for the first so many."""
        return [self._events[one] for one in self._kinds.get(kind, ())[count:]]  # type: ignore[misc]

    def line_of(self, command: int) -> int:
        """The line of an API call; 0: there is no such call."""
        return self._lines.get(command, 0)

    def name_of(self, command: int) -> str:
        """What an API call calls; empty: there is no such call."""
        return self._names.get(command, "")

    def of_kinds(self, *kinds: type[Kind]) -> list[Kind]:
        """The events of several kinds, in order."""
        positions = sorted(one for kind in kinds for one in self._kinds.get(kind, ()))
        return [self._events[one] for one in positions]  # type: ignore[misc]

    def calls(self, *names: str) -> list[ApiCalled]:
        """API calls of some names, in the order in which they returned."""
        positions = sorted(one for name in names for one in self._calls.get(name, ()))
        return [self._events[one] for one in positions]  # type: ignore[misc]

    def returned_at(self, command: int) -> int | None:
        """Where an API call returned; None: it did not."""
        return self._returned.get(command)

    @property
    def called(self) -> list[str]:
        """The names of API calls that have returned."""
        return list(self._calls)

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
