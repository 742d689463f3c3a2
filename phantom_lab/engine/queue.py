"""The run queue: what was asked for and has not completed."""

from __future__ import annotations

from dataclasses import replace

from phantom_lab.engine.actions import PendingAction
from phantom_lab.state import Clock


class RunQueue:
    """Pending actions; the one that is due first completes first, of several the one that was asked for first.

    Args:
        clock: moves on to what is due.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: list[PendingAction] = []

    def __bool__(self) -> bool:
        return bool(self._pending)

    @property
    def pending(self) -> tuple[PendingAction, ...]:
        """In the order in which they will complete."""
        return tuple(sorted(self._pending, key=lambda one: one.due))

    def add(self, pending: PendingAction) -> None:
        """Queue an action."""
        self._pending.append(pending)

    def next(self) -> PendingAction:
        """Take the next one out; its time has come."""
        pending = self.pending[0]
        self._pending.remove(pending)
        self._clock.advance(pending.due - self._clock.elapsed())
        return pending

    def replace(self, pending: PendingAction) -> PendingAction:
        """Put a changed action in place of the one with its id, which is returned."""
        place = next(place for place, one in enumerate(self._pending) if one.id == pending.id)
        old, self._pending[place] = self._pending[place], pending
        return old

    def reorder(self, names: list[str]) -> None:
        """Let actions complete in this order; what is not named comes after."""
        place = {name: number for number, name in enumerate(names)}
        first = min(one.due for one in self._pending)
        self._pending = [replace(one, due=first) for one in
                         sorted(self.pending, key=lambda one: place.get(one.name, len(place)))]
