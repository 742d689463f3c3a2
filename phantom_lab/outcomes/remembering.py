"""Functions of the user's that keep something from one call to the next, which no execution again takes back."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count, islice
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

_DEEP, _WIDE, _MANY = 4, 50, 200
"""How deep values are looked at, how many of one, and of all."""
_PLAIN = (int, str, float, bool, type(None), bytes)
_CODE = (FunctionType, ModuleType, type)


class Keeping(NamedTuple):
    """A function that keeps something."""

    source: str
    """As it is told where it answered."""
    stand_in: tuple[str, str] | None
    """Kind and name of what it stands in for; None: it answers actions."""
    calls: int
    """How often it was called so far."""


class Remembering:
    """A function, and whether a call has changed what it keeps: variables around it, globals that it names, defaults,
    attributes.

    Args:
        function: of the user's.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls = 0
        self.keeps = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        before = None if self.keeps else _kept(self.function)
        try:
            return self.function(*args, **kwargs)
        finally:
            self.keeps = self.keeps or _kept(self.function) != before


def _kept(function: Any) -> Any:
    """What a function keeps, so that it is equal as long as nothing changes."""
    plain = getattr(function, "__func__", function)
    code = getattr(plain, "__code__", None)
    held = [getattr(function, "__self__", None), getattr(plain, "__dict__", None), getattr(plain, "__defaults__", None),
            getattr(plain, "__kwdefaults__", None)]
    if isinstance(code, CodeType):
        held += [plain.__globals__.get(name) for name in _names(code)]
        held += [_content(cell) for cell in plain.__closure__ or ()]
    room = count(_MANY, -1)
    return [_print(one, 0, room) for one in held if not isinstance(one, _CODE)]


def _names(code: CodeType) -> Iterator[str]:
    """What some code, and functions within it, name."""
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names(one)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing is in it yet
        return None


def _print(value: Any, depth: int, room: Iterator[int]) -> Any:
    """What tells a value from itself as it was; nothing of the user's is called."""
    kind = type(value)
    if depth == _DEEP or next(room) < 0 or kind in _PLAIN:
        return value if kind in _PLAIN else id(value)
    if kind in (list, tuple, deque):
        return len(value), [_print(one, depth + 1, room) for one in islice(value, _WIDE)]
    if isinstance(value, dict):
        pairs = islice(dict.items(value), _WIDE)
        return len(value), [(_print(key, depth + 1, room), _print(one, depth + 1, room)) for key, one in pairs]
    if isinstance(value, random.Random):
        return random.Random.getstate(value)
    if kind in (set, frozenset):
        return id(value), len(value)
    if hasattr(kind, "__next__"):
        return object()  # it goes on with every look
    own = getattr(value, "__dict__", None)
    return id(value), _print(own, depth + 1, room) if type(own) is dict else None
