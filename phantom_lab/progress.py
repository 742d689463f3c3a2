"""How far something has come that takes a while: loops tell it, and whoever shows it listens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

T = TypeVar("T")
Told = Callable[[int], None]
"""Is told how many are done; raises `KeyboardInterrupt` where somebody stops it."""
Listener = Callable[[str, int | None], AbstractContextManager[Told]]
"""Is given what is counted, and how many there are at most (None: nobody knows)."""
AFTER = 1.0
"""Seconds after which it is worth being shown."""

_listening: list[Listener] = []
_followed: list[str] = []


def show_with(listener: Listener | None) -> None:
    """Show progress with this from now on; None: with nothing."""
    _listening[:] = [] if listener is None else [listener]


def followed(items: Iterable[T], what: str, most: int | None = None) -> Iterator[T]:
    """The items, counted for whoever listens; within another loop that is followed, nothing is told.

    Args:
        what: is counted, such as ``playbooks``.
        most: how many there are, at most.
    """
    if not _listening or _followed:
        yield from items
        return
    _followed.append(what)
    try:
        with _listening[0](what, most) as told:
            for done, item in enumerate(items, 1):
                yield item
                told(done)
    finally:
        _followed.clear()
