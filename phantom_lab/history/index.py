"""What is asked of a journal again and again, kept up to date as events come: nothing is looked through twice."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, ClassVar, Protocol, TypeVar

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
    """Folds a journal: `Journal.reduced` makes one for a journal, and keeps it up to date. Each has one of the methods.
    """

    takes: ClassVar[frozenset[type[Event]] | None] = None
    """The kinds of events that it is handed; None: all."""

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        """Those of the events that come next, by where they stand."""
        take = self.take
        for position in positions:
            take(events[position], position)

    def take(self, event: Event, position: int) -> None:
        """The next event, and where it stands."""
        raise NotImplementedError


Reduced = TypeVar("Reduced", bound=Reducer)


class Parts(Protocol):
    """What an index is made of: a journal."""

    def reduced(self, kind: Callable[[], Reduced]) -> Reduced:
        """See `phantom_lab.history.journal.Journal.reduced`."""


class _Started(Reducer):
    takes = frozenset({InvocationStarted})

    def __init__(self) -> None:
        self.at: dict[int, int] = {}

    def take(self, event: Event, position: int) -> None:
        self.at[event.n] = position  # type: ignore[attr-defined]


class _Ended(Reducer):
    takes = frozenset({InvocationStarted, InvocationEnded})

    def __init__(self) -> None:
        self.at: dict[int, int] = {}
        self.open: dict[int, None] = {}
        self.failed: dict[int, None] = {}

    def take(self, event: Event, position: int) -> None:
        if isinstance(event, InvocationStarted):
            self.open[event.n] = None
        elif isinstance(event, InvocationEnded):
            self.at[event.n] = position
            self.open.pop(event.n, None)
            if event.failure is not None:
                self.failed[event.n] = None


class _Runs(Reducer):
    takes = frozenset({RunStarted, PlaybookStarted, RunEnded})

    def __init__(self) -> None:
        self.going_on: dict[int, None] = {}
        self.ends: dict[int, RunEnded] = {}

    def take(self, event: Event, position: int) -> None:
        if isinstance(event, RunStarted):
            self.going_on[event.run] = None
        elif isinstance(event, PlaybookStarted):
            self.going_on[event.child] = None
        elif isinstance(event, RunEnded):
            self.ends[event.run] = event
            self.going_on.pop(event.run, None)


class _Calls(Reducer):
    takes = frozenset({CallMade, ApiCalled})

    def __init__(self) -> None:
        self.made: dict[int, CallMade] = {}
        self.returned: dict[int, int] = {}
        self.by_name: defaultdict[str, list[int]] = defaultdict(list)
        self.raised: list[int] = []

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        made, returned, by_name = self.made, self.returned, self.by_name
        for position in positions:
            event: Any = events[position]
            if type(event) is ApiCalled:
                returned[event.command] = position
                if event.error:
                    self.raised.append(position)
                event = event.made  # in a journal of format 1 nothing else tells of it
                by_name[event.name].append(position)
            made[event.command] = event


class Within(Reducer):
    """Where the events of an invocation stand, and the starts of those that it called."""

    def __init__(self) -> None:
        self.at: defaultdict[int, list[int]] = defaultdict(list)

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        number: Any = event.caller if isinstance(event, InvocationStarted) else getattr(event, "invocation", None)
        if number is not None:
            self.at[number].append(position)


class Index:
    """Where the events of a kind, of an invocation and of a run's end stand. What nobody asks for is not folded.

    Args:
        journal: folds the parts.
        events: those of the journal, which grow.
        kinds: where they stand, by kind, which grow as well.
        kept: see there.
    """

    __slots__ = ("_events", "_journal", "_kinds", "kept")

    def __init__(self, journal: Parts, events: list[Event], kinds: Mapping[type[Event], list[int]],
                 kept: dict[Any, list[Any]]) -> None:
        self._journal, self._events, self._kinds = journal, events, kinds
        self.kept = kept
        """What views make of events, once for each of them (see `phantom_lab.views.each`): by what makes it."""

    @property
    def ends(self) -> dict[int, RunEnded]:
        """How runs ended, by run."""
        return self._journal.reduced(_Runs).ends

    def _invocation(self, n: int, start: int, ends: Mapping[int, int]) -> Invocation:
        end = ends.get(n)
        return Invocation(self._events[start],  # type: ignore[arg-type]
                          None if end is None else self._events[end])  # type: ignore[arg-type]

    @property
    def invocations(self) -> dict[int, Invocation]:
        """Invocations by number, in the order of their starts: a copy that does not grow."""
        ends = self._journal.reduced(_Ended).at
        return {n: self._invocation(n, start, ends) for n, start in self._journal.reduced(_Started).at.items()}

    def invocation(self, n: int) -> Invocation | None:
        """An invocation by its number."""
        start = self.start_of(n)
        return None if start is None else self._invocation(n, start, self._journal.reduced(_Ended).at)

    @property
    def latest(self) -> Invocation | None:
        """The invocation that started last."""
        started = self.last(InvocationStarted)
        return None if started is None else self.invocation(started.n)  # type: ignore[attr-defined]

    @property
    def innermost(self) -> int:
        """Number of the newest invocation that has not ended; 0 outside of any."""
        return next(reversed(self._journal.reduced(_Ended).open), 0)

    @property
    def failed(self) -> list[Invocation]:
        """Those that an exception left, in the order of their starts."""
        failed = sorted(self._journal.reduced(_Ended).failed)
        return [found for n in failed if (found := self.invocation(n)) is not None]

    def started(self, n: int) -> InvocationStarted | None:
        """The start of an invocation, by its number."""
        starts = self._kinds.get(InvocationStarted, [])
        if 0 < n <= len(starts) and (found := self._events[starts[n - 1]]).n == n:  # type: ignore[attr-defined]
            return found  # type: ignore[return-value]
        start = self.start_of(n)
        return None if start is None else self._events[start]  # type: ignore[return-value]

    def block_of(self, n: int) -> str | None:
        """The block of an invocation, by its number."""
        found = self.started(n)
        return found.block if found else None

    @property
    def all_ended(self) -> bool:
        """Whether the run and every child playbook that it started have ended. A child may go on when its parent has
        ended; what ends all of them at once leaves out those that had not begun."""
        root, runs = self._events[0].run if self._events else 0, self._journal.reduced(_Runs)
        return root in runs.ends and (not runs.going_on or runs.ends[root].status not in _BY_THEMSELVES)

    def is_over(self, n: int) -> bool:
        """Whether an invocation and all those around it have ended."""
        open_ = self._journal.reduced(_Ended).open
        found = self.started(n) if open_ else None
        while found is not None and found.n not in open_:
            found = self.started(found.caller or 0)
        return found is None

    def start_of(self, n: int) -> int | None:
        """Where an invocation starts; None: there is no such invocation."""
        starts = self._kinds.get(InvocationStarted, [])
        if 0 < n <= len(starts) and self._events[starts[n - 1]].n == n:  # type: ignore[attr-defined]
            return starts[n - 1]  # as every run numbers them; only a hand-made journal does not
        return self._journal.reduced(_Started).at.get(n)

    def end_of(self, n: int) -> int | None:
        """Where an invocation ends; None: it has not."""
        return self._journal.reduced(_Ended).at.get(n)

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
        made = self._journal.reduced(_Calls).made.get(command)
        return made.line if made is not None else 0

    def name_of(self, command: int) -> str:
        """What an API call calls; empty: there is no such call."""
        made = self._journal.reduced(_Calls).made.get(command)
        return made.name if made is not None else ""

    def of_kinds(self, *kinds: type[Kind], until: int | None = None) -> list[Kind]:
        """The events of several kinds, in order: all, or those before a position."""
        every = (self._kinds.get(one, []) for one in kinds)
        positions = sorted(chain.from_iterable(one if until is None else one[:bisect_left(one, until)]
                                               for one in every))
        return [self._events[one] for one in positions]  # type: ignore[misc]

    def calls(self, *names: str) -> list[ApiCalled]:
        """API calls of some names, in the order in which they returned."""
        calls = self._journal.reduced(_Calls).by_name
        positions = sorted(one for name in names for one in calls.get(name, ()))
        return [self._events[one] for one in positions]  # type: ignore[misc]

    def raised(self, *among: type[Event]) -> list[Event]:
        """API calls that an exception left, among the events of some kinds, in order."""
        every = [self._journal.reduced(_Calls).raised, *(self._kinds.get(one, []) for one in among)]
        return [self._events[one] for one in sorted(chain.from_iterable(every))]

    @property
    def returned(self) -> Mapping[int, int]:
        """Where API calls returned, by their command."""
        return self._journal.reduced(_Calls).returned

    def returned_at(self, command: int) -> int | None:
        """Where an API call returned; None: it did not."""
        return self._journal.reduced(_Calls).returned.get(command)

    @property
    def called(self) -> list[str]:
        """The names of API calls that have returned."""
        return list(self._journal.reduced(_Calls).by_name)

    def positions(self, kind: type[Event]) -> tuple[int, ...]:
        """Where the events of a kind stand."""
        return tuple(self._kinds.get(kind, ()))

    def last(self, *kinds: type[Event]) -> Event | None:
        """The newest event of some kinds."""
        newest = max((positions[-1] for one in kinds if (positions := self._kinds.get(one))), default=None)
        return None if newest is None else self._events[newest]

    def within(self, n: int) -> Iterator[Event]:
        """What happened in an invocation, and the starts of those that it called, in order."""
        return (self._events[one] for one in tuple(self._journal.reduced(Within).at.get(n, ())))
