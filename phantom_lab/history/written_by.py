"""Which call of a playbook a write belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field

from phantom_lab.history.events import ApiCalled, Changed, Event, InvocationEnded, OutcomeGiven, PlaybookStarted
from phantom_lab.history.index import Reducer
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass


@dataclass(slots=True)
class Calls(Reducer):
    """What API calls wrote, and which of them carried an action out: a reducer."""

    behind: dict[int, ApiCalled] = field(default_factory=dict)
    """The call behind a write, by the identity of the event."""
    wrote: set[int] = field(default_factory=set)
    """Commands that wrote to the platform, or started a playbook, which the journal tells."""
    carried: dict[int, ApiCalled] = field(default_factory=dict)
    """The request behind an outcome that the platform itself gave, by the identity of the outcome."""
    _open: defaultdict[tuple[int, int], list[Changed]] = field(default_factory=lambda: defaultdict(list))
    takes = frozenset({ApiCalled, Changed, InvocationEnded, OutcomeGiven, PlaybookStarted})

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        """A call stands behind what it wrote, and directly before the outcome that it gave; most wrote nothing."""
        for position in positions:
            event = events[position]
            if type(event) is ApiCalled:
                if self._open and (writes := self._open.pop((event.run, event.made.invocation), None)):
                    self.behind.update((id(one), event) for one in writes)
                    self.wrote.add(event.command)
            elif type(event) is OutcomeGiven:
                if event.local and position and isinstance(call := events[position - 1], ApiCalled):
                    self.carried[id(event)] = call
            else:
                self.take(event, position)

    def take(self, event: Event, position: int) -> None:
        """The next event that is neither."""
        if isinstance(event, Changed):
            self._open[event.run, event.invocation].append(event)
        elif isinstance(event, PlaybookStarted):
            self.wrote.add(event.command)
        elif isinstance(event, InvocationEnded):
            self._open.pop((event.run, event.n), None)


def calls_of(journal: Journal) -> Calls:
    """Of a journal, as it is now."""
    return journal.reduced(Calls)
