"""How far a run has gone, in steps, which are the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import CodeType
from typing import TYPE_CHECKING, Any

from phantom_lab.source.rounds import ENTER, NEXT, ROUND, counter

if TYPE_CHECKING:
    from phantom_lab.engine.tree import Tree
    from phantom_lab.source.source import Source

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
_BATCH = 256
"""Rounds at a place that are counted at once."""
_ROUNDS = (True,) * (_BATCH - 1) + (False,)


class Steps:
    """Rounds of loops and calls of inner functions, waits, and events of the journal, added up.

    Args:
        tree: of the runs that they are of.
        most: how many the runs may take together.
    """

    def __init__(self, tree: Tree, most: int) -> None:
        self.tree = tree
        self.most = self._end = most
        self.began = 0
        """When the custom function that executes began; 0 outside of any."""
        self.counted = 0
        """What is neither an event nor a look at the clock; who adds to it checks soon."""

    @property
    def taken(self) -> int:
        """How many have been taken so far."""
        return taken(self.counted, self.tree.journal.length, self.tree.clock.readings)

    @property
    def over(self) -> bool:
        """Whether what executes, the runs or a custom function, may take no more."""
        return self.taken > self._end

    @property
    def all_taken(self) -> bool:
        """Whether the runs may take no more."""
        return self.taken > self.most

    @contextmanager
    def of_function(self) -> Iterator[None]:
        """Let a custom function take no more than its part."""
        self.began = self.taken
        self._end = min(self.most, self.began + self.most // _SHARE)
        try:
            yield
        finally:
            self.began, self._end = 0, self.most


_Entered = tuple[int, int, int, timedelta, int, int]
"""What is kept of a loop when it begins, as fast as can be: the three kinds of steps, the time, and of its place the
batches that are full and the rounds that are left of one."""
_START: _Entered = (0, 0, 0, timedelta(), 0, _BATCH)


def taken(counted: int, events: int, readings: int) -> int:
    """Steps altogether."""
    return counted + EVENT * events + READING * readings


class Counts:
    """Counts the rounds in one module.

    Args:
        source: what is executed there.
        builtins: of the module: the counters are put in there.
    """

    def __init__(self, source: Source, steps: Steps, builtins: dict[str, Any]) -> None:
        self.source = source
        self.steps = steps
        self._journal, self._clock = steps.tree.journal, steps.tree.clock
        self._builtins = builtins
        self._batches = [0] * len(source.places)
        self._counting: list[Any] = [iter(_ROUNDS) for _ in source.places]
        self._entered: dict[int, _Entered] = {}
        for number, rounds in enumerate(self._counting):
            builtins[counter(number)] = rounds
        builtins.update({NEXT: next, ENTER: self._enter, ROUND: self._round})

    def around(self, code: CodeType, line: int) -> list[int]:
        """Numbers of the loops and comprehensions that some code is in when it is at a line, the innermost first."""
        places = self.source.places
        found = [number for number, one in enumerate(places) if one.holds(code, line)]
        return sorted(found, key=lambda number: (-places[number].line, places[number].end))

    def since(self, number: int) -> tuple[int, int, float]:
        """Of a loop, since it began the last time: steps, rounds, and seconds of the clock."""
        began = self._entered.get(number, _START)
        self._enter(number)
        now, self._entered[number] = self._entered[number], began
        return (taken(*now[:3]) - taken(*began[:3]), (now[4] - began[4]) * _BATCH + began[5] - now[5],
                (now[3] - began[3]).total_seconds())

    def _enter(self, number: int) -> None:
        clock = self._clock
        self._entered[number] = (self.steps.counted, self._journal.length, clock.readings, clock.so_far,
                                 self._batches[number], self._counting[number].__length_hint__())

    def _round(self, number: int) -> bool:
        """A batch is full. What counts the next one is another iterator: several threads may go round here. Once the
        runs are to end, every round is told.
        """
        self._batches[number] += 1
        self._counting[number] = iter(_ROUNDS if self.steps.tree.unwinding is None else ())
        self._builtins[counter(number)] = self._counting[number]
        self.steps.counted += _BATCH
        self.steps.tree.check()
        return True
