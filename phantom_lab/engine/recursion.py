"""Room for the frames that the lab adds to every call of a playbook's function."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 4
"""Frames per call of a block: the function's own and the lab's three."""
_lock = threading.Lock()
_users = 0
_before = 0


@contextmanager
def recursion_room() -> Iterator[None]:
    """Raise the process's recursion limit while a run executes, so that a playbook recurses as deep as without us.

    The limit is the process's: it is raised once for all runs that execute, and the last one puts it back.
    """
    global _users, _before
    with _lock:
        if not _users:
            _before = sys.getrecursionlimit()
            sys.setrecursionlimit(_before * _FRAMES)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                sys.setrecursionlimit(_before)
