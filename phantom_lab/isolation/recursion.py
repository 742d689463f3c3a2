"""Room for the frames that the lab adds to every call of a playbook's function."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 4
"""Frames per call of a block: the function's own and the lab's three."""
_OWN = 200
"""Frames that the lab keeps for itself at the end of the room."""
_lock = threading.Lock()
_users = 0
_before = 0
_room = 1 << 30
"""How deep the stack may be where a function of a playbook is called."""


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1  # type: ignore[assignment]
    return depth


def check_room() -> None:
    """Raise what Python raises where recursion has no end, before the lab has begun with a call."""
    try:
        sys._getframe(_room)  # by far the cheapest way to count them
    except ValueError:
        return
    raise RecursionError("maximum recursion depth exceeded")


@contextmanager
def recursion_room() -> Iterator[None]:
    """Raise the process's recursion limit while a run executes, so that a playbook recurses as deep as without us.

    The limit is the process's: it is raised once for all runs that execute, and the last one puts it back. What is on
    the stack already takes nothing of it, so that a run recurses as deep wherever it is executed.
    """
    global _users, _before, _room
    with _lock:
        if not _users:
            _before = sys.getrecursionlimit()
            _room = _before * _FRAMES + _depth()
            sys.setrecursionlimit(_room + _OWN)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                sys.setrecursionlimit(_before)
