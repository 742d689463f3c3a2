"""Counting the work of runs in steps, which are the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from phantom_lab.history import Journal
from phantom_lab.state import Clock

EVENT = 100
"""Steps per event of the journal. One step takes about the time of an empty round of a loop."""
READING = 5
"""Steps per reading of the clock."""
SLEEP = 10
"""Steps per ``sleep``."""
WORK = 500
"""Steps per turn of the queue and per HTTP request, in addition to their events."""
_SHARE = 4
"""A custom function may take one part in so many of the steps of a run."""


class Steps:
    """Adds up rounds of loops, calls of inner functions, waits, events and clock readings over a tree of runs.

    Args:
        journal, clock: those of the tree.
        most: how many the runs may take together.
    """

    def __init__(self, journal: Journal, clock: Clock, most: int) -> None:
        self.journal = journal
        self.clock = clock
        self.most = self._end = most
        self.began = 0
        """Value of `taken` at which the executing custom function began; 0 outside of any."""
        self.counted = 0
        """Steps other than events and clock readings; whoever adds to it calls `Ending.check` soon after."""

    @property
    def taken(self) -> int:
        """Steps taken so far."""
        return taken(self.counted, self.journal.happened, self.clock.readings)

    @property
    def over(self) -> bool:
        """Whether the limit of what executes, the runs or a custom function, is exceeded."""
        return self.taken > self._end

    @property
    def all_taken(self) -> bool:
        """Whether the limit of the runs is exceeded."""
        return self.taken > self.most

    def at_most(self, most: int) -> None:
        """Lower the limit of the runs, before the first step."""
        self.most = self._end = min(self.most, most)

    @contextmanager
    def of_function(self) -> Iterator[None]:
        """Apply the limit of a custom function meanwhile."""
        self.began = self.taken
        self._end = min(self.most, self.began + self.most // _SHARE)
        try:
            yield
        finally:
            self.began, self._end = 0, self.most


def taken(counted: int, events: int, readings: int) -> int:
    """The sum, in steps."""
    return counted + EVENT * events + READING * readings
