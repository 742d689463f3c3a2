"""How far a run has gone, in steps, which are the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from phantom_lab.history import Journal
from phantom_lab.state import Clock

EVENT = 100
"""Steps of an event of the journal. A step is about what an empty round of a loop takes."""
READING = 5
"""Steps of a look at the clock."""
SLEEP = 10
"""Steps of a wait."""
WORK = 500
"""Steps of a turn of the queue, and of a request, besides their events."""
_SHARE = 4
"""A custom function may take this part of what a run may."""


class Steps:
    """Rounds of loops and calls of inner functions, waits, and events of the journal, added up over a tree of runs.

    Args:
        journal, clock: those of the tree.
        most: how many the runs may take together.
    """

    def __init__(self, journal: Journal, clock: Clock, most: int) -> None:
        self.journal = journal
        self.clock = clock
        self.most = self._end = most
        self.began = 0
        """When the custom function that executes began; 0 outside of any."""
        self.counted = 0
        """What is neither an event nor a look at the clock; who adds to it checks soon."""

    @property
    def taken(self) -> int:
        """How many have been taken so far."""
        return taken(self.counted, self.journal.length, self.clock.readings)

    @property
    def over(self) -> bool:
        """Whether what executes, the runs or a custom function, may take no more."""
        return self.taken > self._end

    @property
    def all_taken(self) -> bool:
        """Whether the runs may take no more."""
        return self.taken > self.most

    def at_most(self, most: int) -> None:
        """Before the first step: let the runs take no more than this, either."""
        self.most = self._end = min(self.most, most)

    @contextmanager
    def of_function(self) -> Iterator[None]:
        """Let a custom function take no more than its part."""
        self.began = self.taken
        self._end = min(self.most, self.began + self.most // _SHARE)
        try:
            yield
        finally:
            self.began, self._end = 0, self.most


def taken(counted: int, events: int, readings: int) -> int:
    """Steps altogether."""
    return counted + EVENT * events + READING * readings
