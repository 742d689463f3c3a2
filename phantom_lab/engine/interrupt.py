"""Ending playbook code that runs on another thread."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Container
from contextlib import suppress

from phantom_lab.engine.guard import playbook_frame
from phantom_lab.errors import RunStopped

_PAUSE = 0.002
"""Seconds between two attempts."""
_POLITE = 50
"""Attempts that spare the libraries a playbook calls: what is raised in a weakref's callback is printed and lost."""
_set_async_exc = ctypes.pythonapi.PyThreadState_SetAsyncExc


class Interrupt:
    """Raises `RunStopped` in a thread until its run has ended.

    The exception is set only while the thread executes playbook code, never inside the lab: the interpreter raises it
    at the very place, as both happen under the interpreter's lock. It is not delivered inside a C call that does not
    return. A bare ``except:`` may swallow it, so it is raised again and again, until it hits between two ``try``.

    Args:
        thread: identity of the run's thread.
        files: file names of playbook code, as its code objects have them; more may come.
    """

    def __init__(self, thread: int, files: Container[str]) -> None:
        self._thread = ctypes.c_ulong(thread)
        self._files = files
        self._settled = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to raise; once the run knows its interrupt, so that it settles it."""
        threading.Thread(target=self._work, daemon=True, name="phantom_lab stop").start()

    def settle(self) -> None:
        """The run has come out of its playbook: called on its own thread, before anything else.

        After it nothing is raised any more; a thread that is started next may even have the same identity.
        """
        while not self._settled:
            with suppress(RunStopped), self._lock:
                self._settled = True
        # One may be pending. It is not cleared with NULL, after which CPython 3.11 hangs under a trace function: it is
        # replaced by one that is received here.
        with suppress(RunStopped):
            _set_async_exc(self._thread, ctypes.py_object(RunStopped))
            while True:
                pass

    def _work(self) -> None:
        pause, attempts = threading.Event(), 0
        while not self._settled:
            with self._lock:
                if not self._settled and self._may_raise(polite=attempts < _POLITE):
                    _set_async_exc(self._thread, ctypes.py_object(RunStopped))
            attempts += 1
            pause.wait(_PAUSE)

    def _may_raise(self, *, polite: bool) -> bool:
        frame = sys._current_frames().get(self._thread.value)
        if polite:
            return frame is not None and frame.f_code.co_filename in self._files
        return playbook_frame(frame, self._files) is not None
