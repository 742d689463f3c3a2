"""One writer at a time: a lock on a journal's file, which ends with the process."""

from __future__ import annotations

import os
from pathlib import Path


def lock(descriptor: int) -> bool:
    """Take the lock of an open file; False: somebody else has it. Where the system knows no such locks, nobody has."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def is_written(file: Path) -> bool:
    """Whether somebody writes a journal just now."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return False
    try:
        return not lock(descriptor)
    finally:
        os.close(descriptor)
