"""Templates of Django that end: their steps, their time and the texts that they make are counted.

Nothing of Django is replaced: the filters of an engine of our own, and the nodes of its templates, are wrapped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.later import regex
from phantom_lab.limits import check_made

STEPS, SECONDS = 1_000_000, 10.0
_WIDE = frozenset({"center", "floatformat", "ljust", "rjust", "stringformat"})
"""Filters that make a text as wide as their argument says."""
_NUMBER = regex(r"[0-9]+")
_WORD, _PARAGRAPH = 15, 2_500
"""More characters than those of the tag ``lorem`` have."""


class _Meter:
    """What a rendering has taken so far."""

    def __init__(self) -> None:
        self._steps, self._end = 0, time.monotonic() + SECONDS

    def step(self, made: Any) -> None:
        if isinstance(made, str | list):
            check_made(len(made))
        self._steps += 1
        if self._steps > STEPS or time.monotonic() > self._end:
            raise PlaybookArgumentError(f"the template takes more than {STEPS:,} steps, or {SECONDS:g} seconds")


_meter: ContextVar[_Meter] = ContextVar("phantom_lab_template")


@contextmanager
def metering() -> Iterator[None]:
    """Within it, templates whose parts are metered are rendered.

    Raises:
        PlaybookArgumentError: one takes too long, or makes too much.
    """
    before = _meter.set(_Meter())
    try:
        yield
    finally:
        _meter.reset(before)


def meter_node(node: Any) -> None:
    """Count what a node of a template makes; of all its turns in a loop, as they are still to be joined."""
    render, made = node.render_annotated, 0

    def counted(context: Any) -> Any:
        nonlocal made
        if type(node).__name__ == "LoremNode":
            check_made(_number(node.count.resolve(context)) * (_WORD if node.method == "w" else _PARAGRAPH))
        text = render(context)
        made += len(text)
        check_made(made)
        _meter.get().step(text)
        return text

    node.render_annotated = counted


def metered_filter(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that makes no more than it may."""

    @wraps(function)
    def counted(value: Any, *given: Any, **more: Any) -> Any:
        if name in _WIDE:
            check_made(max(map(_number, _NUMBER.findall(" ".join(map(str, given)))), default=0))
        elif name == "join" and given and isinstance(value, str | list | tuple | dict):
            check_made(len(value) * len(str(given[0])))
        found = function(value, *given, **more)
        _meter.get().step(found)
        return found

    return counted


def _number(given: Any) -> int:
    try:
        return int(str(given)[:18])
    except ValueError:
        return 0
