"""Ending playbook code that runs on another thread."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable, Container
from contextlib import suppress
from types import FrameType

from phantom_lab.errors import RunStopped, Unwinding
from phantom_lab.isolation.watchdog import WATCHDOG
from phantom_lab.isolation.whose import playbook_frame

_PAUSE = 0.002
"""Seconds between two attempts."""
_POLITE = 50
"""Attempts that spare the libraries a playbook calls: what is raised in a weakref's callback is printed and lost."""
_set_async_exc = ctypes.pythonapi.PyThreadState_SetAsyncExc


class CustomFunctionTimedOut(Unwinding):
    """A custom function took too long."""


class Interrupt:
    """Raises an exception in a thread until it has come out of its playbook's code.

    The exception is set only while the thread executes playbook code, never inside the lab: the interpreter raises it
    at the very place, as both happen under the interpreter's lock. It is not delivered inside a C call that does not
    return. A bare ``except:`` may swallow it, so it is raised again and again; and what goes on after it may have
    swallowed is checked (see `phantom_lab.source.source.CHECK`).

    Args:
        thread: identity of the run's thread.
        files: file names of playbook code, as its code objects have them; more may come.
        exception: what is raised.
    """

    def __init__(self, thread: int, files: Container[str], exception: type[BaseException] = RunStopped) -> None:
        self._thread = ctypes.c_ulong(thread)
        self._files = files
        self._exception = exception
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
            with suppress(self._exception), self._lock:
                self._settled = True
        # One may be pending. It is not cleared with NULL, after which CPython 3.11 hangs under a trace function: it is
        # replaced by one that is received here. It is set again until it is: since Python 3.12 garbage is collected
        # between two instructions, and what is raised in a finalizer is lost; 3.13.0 was once seen not to raise it.
        with suppress(self._exception):
            while True:
                _set_async_exc(self._thread, ctypes.py_object(self._exception))
                time.sleep(0)  # lets the other threads go on

    def _work(self) -> None:
        pause, attempts = threading.Event(), 0
        while not self._settled:
            with self._lock:
                if not self._settled and self._may_raise(polite=attempts < _POLITE):
                    _set_async_exc(self._thread, ctypes.py_object(self._exception))
            attempts += 1
            pause.wait(_PAUSE)

    def _may_raise(self, *, polite: bool) -> bool:
        frame = sys._current_frames().get(self._thread.value)
        if polite:
            return frame is not None and frame.f_code.co_filename in self._files
        return playbook_frame(frame, self._files) is not None and not _collecting(frame)


def _collecting(frame: FrameType | None) -> bool:
    """Whether a callback of the garbage collector is being called: what is raised in there is printed and lost, too."""
    callbacks = [getattr(one, "__code__", None) for one in gc.callbacks]
    while callbacks and frame is not None:
        if frame.f_code in callbacks:
            return True
        frame = frame.f_back
    return False


class Limit:
    """Ends what takes longer than so many seconds of real time, rests not counted.

    Args:
        seconds: the limit.
        files: as for `Interrupt`.
        rested: seconds that the run has rested so far; called from another thread.
        exception: what is raised then.
    """

    def __init__(self, seconds: float, files: Container[str], rested: Callable[[], float],
                 exception: type[BaseException]) -> None:
        self._seconds = seconds
        self._rested = rested
        self._exception = exception
        self._began = time.monotonic() - rested()
        self._thread, self._files = threading.get_ident(), files
        self._interrupt: Interrupt | None = None
        self.exceeded = False
        """Whether the time is over, and the exception is being raised."""

    def __enter__(self) -> None:
        WATCHDOG.add(self)

    def __exit__(self, *raised: object) -> None:
        with suppress(self._exception):
            WATCHDOG.remove(self)
        self.settle()

    def settle(self) -> None:
        """What it ends has come out of playbook code: nothing is raised any more."""
        if self._interrupt is not None:
            self._interrupt.settle()

    def left(self) -> float:
        """Seconds of the time that are left."""
        return self._seconds - (time.monotonic() - self._rested() - self._began)

    def time_is_over(self) -> None:
        """Begin to raise."""
        self._interrupt = Interrupt(self._thread, self._files, self._exception)
        self.exceeded = True
        self._interrupt.start()
