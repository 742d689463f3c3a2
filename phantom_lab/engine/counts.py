"""The rounds of loops and the calls of inner functions in a module, counted while it is executed."""

from __future__ import annotations

from datetime import timedelta
from types import CodeType
from typing import Any, Protocol

from phantom_lab.engine.steps import Steps, taken
from phantom_lab.errors import RunUnwound
from phantom_lab.source.rounds import ENTER, NEXT, ROUND, counter
from phantom_lab.source.source import Source

_BATCH = 256
"""Rounds of one loop that are counted together."""
_ROUNDS = (True,) * (_BATCH - 1) + (False,)
_Entered = tuple[int, int, int, timedelta, int, int]
"""State when a loop begins: steps counted, events, clock readings, clock, full batches of its place, and rounds left of
the current batch. A plain tuple, as it is made at every loop."""
_START: _Entered = (0, 0, 0, timedelta(), 0, _BATCH)


class Ends(Protocol):
    """What may end the code that is counted."""

    unwinding: RunUnwound | None
    """The exception that ends the runs, once there is one."""

    def check(self) -> None:
        """Raise it, or the one that ends the executing custom function."""


class Counts:
    """Counts the rounds in one module.

    Args:
        source: of the module.
        steps: of the tree; full batches are added to it.
        ends: checked after each full batch.
        builtins: of the module; the counters are put in there.
    """

    def __init__(self, source: Source, steps: Steps, ends: Ends, builtins: dict[str, Any]) -> None:
        self.source = source
        self.steps = steps
        self._ends = ends
        self._builtins = builtins
        self._batches = [0] * len(source.places)
        self._counting: list[Any] = [iter(_ROUNDS) for _ in source.places]
        self._entered: dict[int, _Entered] = {}
        for number, rounds in enumerate(self._counting):
            builtins[counter(number)] = rounds
        builtins.update({NEXT: next, ENTER: self._enter, ROUND: self._round})

    def around(self, code: CodeType, line: int) -> list[int]:
        """Numbers of the loops and comprehensions that contain a line of a code object, the innermost first."""
        places = self.source.places
        found = [number for number, one in enumerate(places) if one.holds(code, line)]
        return sorted(found, key=lambda number: (-places[number].line, places[number].end))

    def since(self, number: int) -> tuple[int, int, float]:
        """Steps, rounds and seconds of the clock since a loop last began."""
        began = self._entered.get(number, _START)
        self._enter(number)
        now, self._entered[number] = self._entered[number], began
        return (taken(*now[:3]) - taken(*began[:3]), (now[4] - began[4]) * _BATCH + began[5] - now[5],
                (now[3] - began[3]).total_seconds())

    def _enter(self, number: int) -> None:
        clock = self.steps.clock
        self._entered[number] = (self.steps.counted, self.steps.journal.happened, clock.readings, clock.so_far,
                                 self._batches[number], self._counting[number].__length_hint__())

    def _round(self, number: int) -> bool:
        """A batch is full. What counts the next one is another iterator: several threads may go round here. Once the
        runs are to end, every round is told.
        """
        self._batches[number] += 1
        self._counting[number] = iter(_ROUNDS if self._ends.unwinding is None else ())
        self._builtins[counter(number)] = self._counting[number]
        self.steps.counted += _BATCH
        self._ends.check()
        return True
