"""How far something has come that takes a while: whoever does it tells, and whoever shows it listens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")
Told = Callable[[int], None]
"""Is told how many are done, also where it is as many as before; raises `KeyboardInterrupt` where somebody stops it."""
Listener = Callable[[str, int | None], AbstractContextManager[Told]]
"""Is given what is counted, and how many there are at most (None: nobody knows)."""
AFTER = 1.0
"""Seconds after which it is worth being shown."""
SLICE = 0.2
"""Seconds for which whoever waits for another thread or process waits between two calls of `tick`."""

_listening: list[Listener] = []


class _Here(threading.local):
    """Of a thread."""

    listener: Listener | None = None
    tell: Callable[[], None] | None = None
    """Tells how far what is followed in this thread has come."""


_here = _Here()


def show_with(listener: Listener | None) -> None:
    """Show with this what the main thread does from now on; None: show nothing, not even what is shown now."""
    _listening[:] = [] if listener is None else [listener]
    if listener is None:
        _here.tell = None


@contextmanager
def shown_here(listener: Listener) -> Iterator[None]:
    """Show with this what the present thread does meanwhile."""
    before, _here.listener = _here.listener, listener
    try:
        yield
    finally:
        _here.listener = before


@contextmanager
def following(count: Callable[[], int], what: str, most: int | None = None) -> Iterator[None]:
    """Whoever listens is shown meanwhile how many are done, whenever somebody calls `tick`; within something else that
    is followed, that one is.

    Args:
        count: how many are done.
        what: is counted, such as ``playbooks``.
        most: how many there are, at most.
    """
    listener = _here.listener
    if listener is None and _listening and threading.current_thread() is threading.main_thread():
        listener = _listening[0]
    if listener is None or _here.tell is not None:
        yield
        return
    with listener(what, most) as told:
        _here.tell = lambda: told(count())
        try:
            yield
        finally:
            _here.tell = None


def followed(items: Iterable[T], what: str, most: int | None = None) -> Iterator[T]:
    """The items, counted; arguments as for `following`."""
    done = 0
    with following(lambda: done, what, most):
        for item in items:
            yield item
            done += 1
            tick()


def in_words(done: int, what: str, most: int | None, seconds: float) -> str:
    """How far it is: ``3 of 20 playbooks, 7 s``."""
    return f"{done:,}{f' of {most:,}' if most and done <= most else ''} {what}, {seconds:.0f} s"


def tick() -> None:
    """Called now and then by whatever may take long, in any thread.

    Raises:
        KeyboardInterrupt: somebody stops what is followed.
    """
    if (tell := _here.tell) is not None:
        tell()
