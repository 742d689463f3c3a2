"""One thread of the process watches everything that has a limit of time; it goes away when there is nothing left."""

from __future__ import annotations

import os
import threading
import time
from typing import Protocol

_SLICE = 0.5
"""Seconds that it sleeps at most, and stays when nothing is watched: runs often follow each other."""


class Watched(Protocol):
    """Something that has a limit."""

    def left(self) -> float:
        """Seconds that are left of its time."""

    def time_is_over(self) -> None:
        """Called once, on the thread that watches."""


class Watchdog:
    """Tells whoever has taken its time."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._watched: dict[int, tuple[float, Watched]] = {}
        self._thread: threading.Thread | None = None

    def add(self, one: Watched) -> None:
        """Watch something from now on."""
        with self._changed:
            self._watched[id(one)] = time.monotonic() + one.left(), one
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="phantom_lab limit")
                self._thread.start()
            elif one.left() < _SLICE:
                self._changed.notify()

    def remove(self, one: Watched) -> None:
        """Once it returns, nothing is told any more."""
        with self._changed:
            self._watched.pop(id(one), None)

    def _work(self) -> None:
        with self._changed:
            while True:
                first = min((when for when, _ in self._watched.values()), default=None)
                now = time.monotonic()
                if first is None and not self._changed.wait(_SLICE) and not self._watched:
                    self._thread = None
                    return
                if first is not None and first > now:
                    self._changed.wait(min(first - now, _SLICE))
                elif first is not None:
                    self._look(now)

    def _look(self, now: float) -> None:
        for key, (when, one) in list(self._watched.items()):
            if when > now:
                continue
            if (left := one.left()) > 0:
                self._watched[key] = now + left, one
            else:
                del self._watched[key]
                one.time_is_over()


WATCHDOG = Watchdog()


def _anew() -> None:
    """A forked process has none of the threads."""
    WATCHDOG.__init__()  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_anew)
