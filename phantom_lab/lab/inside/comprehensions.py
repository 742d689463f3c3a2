"""The rounds of comprehensions, heard of where they are counted: a comprehension has no lines of its own to watch."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import partial
from types import CodeType, FrameType
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.source.rounds import ROUND, Place, counter
from phantom_lab.source.source import Source

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Hear = Callable[[Place, FrameType], None]
"""Is told of a round, and of the frame in which its names are set."""


@dataclass(slots=True, eq=False)
class Written:
    """A comprehension as the source has it."""

    text: str
    line: int
    names: tuple[str, ...]
    """What its rounds set."""
    _innermost: tuple[int, int]
    """Where that is which its innermost ``for`` goes through: the rounds of that are its rounds."""
    _known: dict[tuple[CodeType, int], bool] = field(default_factory=dict)

    def is_round(self, frame: FrameType) -> bool:
        """Whether a round of its innermost ``for`` begins in a frame, and not one of a ``for`` around that."""
        key = frame.f_code, frame.f_lasti
        if key not in self._known:
            line, _, column, _ = [*frame.f_code.co_positions()][frame.f_lasti // 2]
            self._known[key] = (line, column) == self._innermost
        return self._known[key]


def written(node: Comprehension, text: str) -> Written:
    """What is known of a comprehension before it is executed."""
    names = [one.id for each in node.generators for one in ast.walk(each.target) if isinstance(one, ast.Name)]
    through = node.generators[-1].iter
    return Written(text, node.lineno, tuple(dict.fromkeys(names)), (through.lineno, through.col_offset))


class _Rounds:
    """Stands in for the counter of a place."""

    __slots__ = ("_counter", "_hear")

    def __init__(self, counter: Iterator[Any], hear: Callable[[FrameType], None]) -> None:
        self._counter, self._hear = counter, hear

    def __next__(self) -> Any:
        self._hear(sys._getframe(1))
        return next(self._counter)


def listen(source: Source, builtins: dict[str, Any], hear: Hear) -> None:
    """Hear of every round of the comprehensions of a module that is executed.

    Args:
        builtins: the module's own.
        hear: raises nothing.
    """
    places = {number: one for number, one in enumerate(source.places) if one.kind == "comprehension"}
    full = builtins[ROUND]

    def begin(number: int) -> None:
        builtins[counter(number)] = _Rounds(builtins[counter(number)], partial(hear, places[number]))

    def again(number: int) -> Any:
        told = full(number)  # it puts another counter there
        if number in places:
            begin(number)
        return told

    for number in places:
        begin(number)
    builtins[ROUND] = again
