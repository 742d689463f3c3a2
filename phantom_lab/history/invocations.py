"""Invocations, folded from their start and end events."""

from __future__ import annotations

from collections.abc import Iterable

from phantom_lab.history.events import Event, Failure, InvocationEnded, InvocationStarted
from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation, from its start event and, once it has ended, its end event."""

    started: InvocationStarted
    ended: InvocationEnded | None = None

    @property
    def failure(self) -> Failure | None:
        """The exception that left the block."""
        return self.ended.failure if self.ended else None


def invocations(events: Iterable[Event]) -> dict[int, Invocation]:
    """Invocations by number, in order of their start."""
    found: dict[int, Invocation] = {}
    for event in events:
        if isinstance(event, InvocationStarted):
            found[event.n] = Invocation(event)
        elif isinstance(event, InvocationEnded):
            found[event.n] = Invocation(found[event.n].started, event)
    return found


def block_of(blocks: dict[int, Invocation], n: int) -> str | None:
    """The block of an invocation, by its number."""
    return blocks[n].started.block if n in blocks else None
