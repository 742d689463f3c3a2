"""Ending playbook code that runs on another thread."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from types import FrameType

from phantom_lab.engine.failures import is_own
from phantom_lab.errors import RunStopped

_PAUSE = 0.002
"""Seconds between two attempts."""


def unwind(thread: int, file: str, ended: Callable[[], bool]) -> None:
    """Raise `RunStopped` in a thread until its run has ended; returns at once.

    The exception is set only while the thread executes playbook code, never inside the lab: the interpreter raises it
    at the very place, as both happen under the interpreter's lock. A bare ``except:`` may swallow it, so it is raised
    again and again; it is not delivered inside a C call that does not return.

    Args:
        thread: identity of the run's thread.
        file: the playbook's file name, as its code objects have it.
        ended: whether to give up.
    """

    def work() -> None:
        pause = threading.Event()
        while not ended():
            if _in_playbook(sys._current_frames().get(thread), file):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(RunStopped))
            pause.wait(_PAUSE)

    threading.Thread(target=work, daemon=True, name="phantom_lab stop").start()


def _in_playbook(frame: FrameType | None, file: str) -> bool:
    """Whether playbook code, or a library it called, is on top of the stack."""
    while frame is not None:
        if frame.f_code.co_filename == file:
            return True
        if is_own(frame.f_code.co_filename):
            return False
        frame = frame.f_back
    return False
