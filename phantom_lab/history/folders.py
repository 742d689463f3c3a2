"""Folders of runs, which go away with them, or with the next process where theirs was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress

from phantom_lab.history.locks import lock

_PREFIX, _LOCK = "phantom_lab-", "lock"
_swept = False


def make_folder(owner: object) -> str:
    """Make a folder that goes away with its owner.

    A lock in the folder above it tells that it is in use; what a killed process has left is removed.
    """
    global _swept
    if not _swept:
        _swept = True
        _sweep(tempfile.gettempdir())
    while True:
        above = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        held = os.open(os.path.join(above, _LOCK), os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o600)
        if lock(held):
            break
        os.close(held)  # somebody takes it for one that was left
    made = os.path.join(above, "files")
    os.mkdir(made, 0o700)
    weakref.finalize(owner, _remove, above, held)
    return os.path.realpath(made)


def _remove(folder: str, held: int) -> None:
    shutil.rmtree(folder, onerror=_unlock)
    os.close(held)


def _unlock(function: object, path: str, error: object) -> None:
    """Remove what lies in a folder that playbook code has made read-only."""
    with suppress(OSError):
        os.chmod(os.path.dirname(path), 0o700)
        if os.path.islink(path) or not os.path.isdir(path):
            os.unlink(path)
        else:
            os.chmod(path, 0o700)
            shutil.rmtree(path, ignore_errors=True)


def _sweep(place: str) -> None:
    """Remove the folders of processes that are no more."""
    with suppress(OSError):
        for one in os.listdir(place):
            if one.startswith(_PREFIX):
                with suppress(OSError):  # it has none yet, it is somebody else's, or it goes away just now
                    held = os.open(os.path.join(place, one, _LOCK), os.O_RDONLY | os.O_NONBLOCK)
                    if lock(held):
                        shutil.rmtree(os.path.join(place, one), ignore_errors=True)
                    os.close(held)
