"""One writer at a time: a lock on a journal's file, which ends with the process."""

from __future__ import annotations

import os
from pathlib import Path

from phantom_lab.later import regex

_LONGEST = 1 << 20
"""Bytes of a line that are read at once: those that tell of a process are far shorter."""
_PROCESS = regex(rb'\{"(?:journal|continued)": ?\d{1,9},[^{}]*"process": ?(\d{1,12})[,}]')


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


def holder(file: Path) -> str:
    """Which process writes a journal, in brackets, as the file tells; empty where it does not."""
    process = 0
    try:
        with file.open("rb") as there:
            for line in iter(lambda: there.readline(_LONGEST), b""):
                if found := _PROCESS.match(line):
                    process = int(found[1])
    except OSError:
        pass
    return f" ({'this process' if process == os.getpid() else f'process {process}'})" if process else ""
