"""A dict as it was at every position of a journal."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
_GONE: Any = object()
_LEAST = 64
"""Changes from one checkpoint to the next, at least."""


class Timeline(Generic[Key, Value]):
    """Keeps every change, and a copy of the whole whenever as much has changed as there is.

    So what it keeps grows with the changes alone, and the dict at a position costs what is in it, however long the
    journal is.
    """

    __slots__ = ("_changes", "_checkpoints", "_left", "_places", "_positions", "now")

    def __init__(self) -> None:
        self.now: dict[Key, Value] = {}
        """After the last change."""
        self._positions: list[int] = []
        self._changes: list[tuple[Key, Value]] = []
        self._places: list[int] = [0]
        self._checkpoints: list[dict[Key, Value]] = [{}]
        """The dict before the change at each of the places."""
        self._left = _LEAST
        """Changes until the next of them."""

    def set(self, position: int, key: Key, value: Value) -> None:
        """From this position on, a key stands for a value; a new key is the last one."""
        if not self._left:
            self._check()
        self._left -= 1
        self._changes.append((key, value))
        self._positions.append(position)
        self.now[key] = value

    def drop(self, position: int, key: Key) -> None:
        """From this position on, there is no such key."""
        self.set(position, key, _GONE)
        del self.now[key]

    def at(self, position: int) -> dict[Key, Value]:
        """The dict after the event at a position, the caller's own."""
        last = bisect_right(self._positions, position)
        number = bisect_right(self._places, last) - 1
        found = dict(self._checkpoints[number])
        for key, value in self._changes[self._places[number]:last]:
            if value is _GONE:
                found.pop(key, None)
            else:
                found[key] = value
        return found

    def _check(self) -> None:
        self._checkpoints.append(dict(self.now))
        self._places.append(len(self._changes))
        self._left = max(_LEAST, len(self.now))
