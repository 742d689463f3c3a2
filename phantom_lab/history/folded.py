"""A dict as it was at every position of a journal, folded only where somebody asks, and only up to there."""

from __future__ import annotations

import threading
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from phantom_lab.history.events import Event
from phantom_lab.history.index import Reducer

Key = TypeVar("Key")
Value = TypeVar("Value")
_LEAST = 512
"""Events from one checkpoint to the next, at least."""


class Folded(Reducer, Generic[Key, Value]):
    """Notes where its events stand; between them it keeps a copy of the dict for every so many events as it has items.

    So what it keeps grows with the events alone, and a look costs what is in the dict, but for the first one: that
    makes the copies up to its position. `phantom_lab.history.timeline.Timeline` is for what changes seldom.
    """

    def __init__(self) -> None:
        self._events: Sequence[Event] = ()
        self._positions: list[int] = []
        self._places = [0]
        self._checkpoints: list[dict[Key, Value]] = [{}]
        """The dict before the event at each of the places."""
        self._lock = threading.Lock()

    @abstractmethod
    def fold(self, now: dict[Key, Value], events: Sequence[Event]) -> None:
        """Bring the dict up to date with the events that come next; a new key is the last one."""

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        """Note the next events."""
        self._events = events
        self._positions.extend(positions)

    def at(self, position: int) -> dict[Key, Value]:
        """The dict after the event at a position, the caller's own."""
        last = bisect_right(self._positions, position)
        with self._lock:  # the panel looks from a thread of its own
            while (place := self._places[-1] + max(_LEAST, len(self._checkpoints[-1]))) <= last:
                self._checkpoints.append(self._until(place, len(self._checkpoints) - 1))
                self._places.append(place)
        return self._until(last, bisect_right(self._places, last) - 1)

    def _until(self, place: int, number: int) -> dict[Key, Value]:
        now = dict(self._checkpoints[number])
        self.fold(now, [self._events[one] for one in self._positions[self._places[number]:place]])
        return now
