"""Paths as playbook code gives them, and as a run sees them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from phantom_lab.isolation.room import Room

Original = Callable[..., Any]
"""What a stand-in stands for."""


def text(path: Any) -> str:
    """A path as text.

    Raises:
        TypeError: it is none.
    """
    return os.fsdecode(os.fspath(path))


@contextmanager
def naming(*given: Any) -> Iterator[None]:
    """Errors of the system name what was given, not where that lies."""
    try:
        yield
    except OSError as exc:
        if exc.filename is not None:
            exc.filename = given[0]
            if len(given) > 1 and exc.filename2 is not None:
                exc.filename2 = given[1]
        raise


def resolved(room: Room, path: Any, at: int | None = None, *, last: bool = True) -> str:
    """A path, or the number of an open file, as `Overlay.resolved` gives it."""
    if isinstance(path, int):
        return room.overlay.of_descriptor(path)
    return room.overlay.resolved(room.overlay.absolute(text(path), at), last=last)
