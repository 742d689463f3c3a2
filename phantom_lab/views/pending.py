"""The queue of a run, at every position of its journal."""

from __future__ import annotations

from phantom_lab.history.events import Event, Queued, TurnTaken
from phantom_lab.history.index import Reducer
from phantom_lab.history.timeline import Timeline


def in_turn(due: float, rank: float, now: float | None) -> tuple[float, float]:
    """What the queue is sorted by.

    Args:
        now: the run's clock, where all that are due by now stand in random order; else None.
    """
    return (due if now is None else max(due, now)), rank


class Queue(Reducer):
    """What was pending, at any time."""

    takes = frozenset({Queued, TurnTaken})

    def __init__(self) -> None:
        self._waiting: Timeline[tuple[str, int], Queued] = Timeline()

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, Queued):
            self._waiting.set(position, (event.kind, event.id), event)
        elif isinstance(event, TurnTaken):
            self._waiting.drop(position, (event.kind, event.id))

    def at(self, position: int, now: float | None) -> list[Queued]:
        """What waits for its turn after the event at a position, in the order of the turns.

        Args:
            now: see `in_turn`.
        """
        return sorted(self._waiting.at(position).values(), key=lambda one: in_turn(one.due, one.rank, now))
