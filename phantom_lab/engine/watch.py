"""Which way code goes on where it forks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from phantom_lab.engine.ending import Ending
from phantom_lab.engine.record import RunRecord
from phantom_lab.history import BranchTaken
from phantom_lab.source.forks import Fork

T = TypeVar("T")


class Watch:
    """Journals each way that the code of a run takes, once; what the calls give is what the code would have had.

    Args:
        run: whose code it is.
        ending: of its tree: what is executed after its end is journaled no more.
        forks: of its source.
    """

    def __init__(self, run: RunRecord, ending: Ending, forks: Sequence[Fork]) -> None:
        self._run = run
        self._ending = ending
        self._forks = forks
        self._taken: set[tuple[int, int]] = set()
        self._begun: dict[int, int] = {}
        """By fork, the frame in which a loop is about to be tested for the first time."""

    def took(self, number: int, way: int, value: Any = None) -> Any:
        """A way of a fork is taken."""
        if (number, way) not in self._taken and self._ending.unwinding is None:
            self._taken.add((number, way))
            fork = self._forks[number]
            self._run.journal.append(BranchTaken(
                self._run.id, self._run.invocation, fork.function, fork.name, fork.ways[way], fork.line))
        return value

    def test(self, number: int, value: object) -> bool:
        """A test decides."""
        held = bool(value)
        self.took(number, 0 if held else 1)
        return held

    def operand(self, number: int, value: T) -> T:
        """An operand decides whether the next one is looked at."""
        self.took(number, 0 if value else 1)
        return value

    def rounds(self, number: int, values: Iterable[T]) -> Iterator[T]:
        """A loop goes round, or never does. Its first value is taken at once, as the loop would."""
        rest = iter(values)
        for first in rest:
            self.took(number, 0)
            return chain((first,), rest)
        self.took(number, 1)
        return iter(())

    def begins(self, number: int) -> None:
        """A ``while`` is reached."""
        self._begun[number] = id(sys._getframe(1))

    def again(self, number: int, value: object) -> bool:
        """The test of a ``while``: the first one tells whether the loop is entered at all."""
        held = bool(value)
        if self._begun.get(number) == id(sys._getframe(1)):
            self._begun.pop(number, None)
            self.took(number, 0 if held else 1)
        return held
