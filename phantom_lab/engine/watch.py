"""Journaling which branch playbook code takes at each fork."""

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
    """Journals each branch that the code of a run takes, once.

    The compiled code calls these methods around its tests and loops; each returns what the code itself would have used.

    Args:
        run: whose code it is.
        ending: of its tree; once something unwinds the runs, nothing is journaled.
        forks: of its source.
    """

    def __init__(self, run: RunRecord, ending: Ending, forks: Sequence[Fork]) -> None:
        self._run = run
        self._ending = ending
        self._forks = forks
        self._taken: set[tuple[int, int]] = set()
        self._begun: dict[int, int] = {}
        """By fork: id of the frame that has reached a ``while`` and not tested it yet."""

    def took(self, number: int, way: int, value: Any = None) -> Any:
        """Journal one branch of a fork; returns the value unchanged."""
        if (number, way) not in self._taken and self._ending.unwinding is None:
            self._taken.add((number, way))
            fork = self._forks[number]
            self._run.journal.append(BranchTaken(
                self._run.id, self._run.invocation, fork.function, fork.name, fork.ways[way], fork.line))
        return value

    def test(self, number: int, value: object) -> bool:
        """The test of an ``if`` or a conditional expression, as a boolean."""
        held = bool(value)
        self.took(number, 0 if held else 1)
        return held

    def operand(self, number: int, value: T) -> T:
        """An operand of ``and`` or ``or``, unchanged."""
        self.took(number, 0 if value else 1)
        return value

    def rounds(self, number: int, values: Iterable[T]) -> Iterator[T]:
        """The iterable of a ``for``; its first value is read at once, as the loop itself does."""
        rest = iter(values)
        for first in rest:
            self.took(number, 0)
            return chain((first,), rest)
        self.took(number, 1)
        return iter(())

    def begins(self, number: int) -> None:
        """A ``while`` is reached; its first test follows."""
        self._begun[number] = id(sys._getframe(1))

    def again(self, number: int, value: object) -> bool:
        """The test of a ``while``, as a boolean; the first one is journaled: whether the loop is entered."""
        held = bool(value)
        if self._begun.get(number) == id(sys._getframe(1)):
            self._begun.pop(number, None)
            self.took(number, 0 if held else 1)
        return held
