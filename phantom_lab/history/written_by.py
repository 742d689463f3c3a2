"""Which call of a playbook a write belongs to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from phantom_lab.history.events import ApiCalled, Changed, InvocationEnded, OutcomeGiven, PlaybookStarted
from phantom_lab.history.journal import Journal


@dataclass(frozen=True, slots=True)
class Calls:
    """What API calls wrote, and which of them carried an action out."""

    behind: dict[int, ApiCalled] = field(default_factory=dict)
    """The call behind a write, by the identity of the event."""
    wrote: set[int] = field(default_factory=set)
    """Commands that wrote to the platform, or started a playbook, which the journal tells."""
    carried: dict[int, ApiCalled] = field(default_factory=dict)
    """The request behind an outcome that the platform itself gave, by the identity of the outcome."""


def calls_of(journal: Journal) -> Calls:
    """Go through a journal once: a call stands behind what it wrote, and directly before the outcome that it gave."""
    found, before = Calls(), None
    open_: defaultdict[tuple[int, int], list[Changed]] = defaultdict(list)
    for event in journal.events:
        if isinstance(event, Changed):
            open_[event.run, event.invocation].append(event)
        elif isinstance(event, ApiCalled):
            writes = open_.pop((event.run, event.invocation), [])
            found.behind.update((id(one), event) for one in writes)
            found.wrote.update([event.command] if writes else ())
        elif isinstance(event, PlaybookStarted):
            found.wrote.add(event.command)
        elif isinstance(event, InvocationEnded):
            open_.pop((event.run, event.n), None)
        elif isinstance(event, OutcomeGiven) and event.local and isinstance(before, ApiCalled):
            found.carried[id(event)] = before
        before = event
    return found
