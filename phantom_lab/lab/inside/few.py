"""Of what comes again and again, the first few and the last few, and how many there were."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

One = TypeVar("One")


class Few(Generic[One]):
    """Takes one after the other.

    Args:
        most: how many of the first, and of the last, are kept.
    """

    def __init__(self, most: int) -> None:
        self.count = 0
        self._first: list[One] = []
        self._last: deque[One] = deque(maxlen=most)
        self._most = most

    def take(self, one: One) -> One:
        """The next one; returns it."""
        self.count += 1
        if len(self._first) < self._most:
            self._first.append(one)
        else:
            self._last.append(one)
        return one

    @property
    def latest(self) -> One:
        """The last that was taken."""
        return self._last[-1] if self._last else self._first[-1]

    def kept(self) -> Iterator[tuple[int, One | None]]:
        """Those that are kept, with their numbers from 1; between the first and the last, with the number of the first
        that is left out, None."""
        yield from enumerate(self._first, 1)
        if left := self.count - len(self._first) - len(self._last):
            yield self._most + 1, None
        yield from enumerate(self._last, self._most + 1 + left)

    @property
    def left_out(self) -> int:
        """How many are not kept."""
        return self.count - len(self._first) - len(self._last)
