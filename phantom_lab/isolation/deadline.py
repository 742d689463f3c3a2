"""An end for playbooks that have none."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from phantom_lab.errors import RunEndless
from phantom_lab.isolation import stuck
from phantom_lab.isolation.whose import playbook_frame

_AGAIN = 0.005
"""Seconds between two attempts: playbook code may swallow what is raised, and the lab's own is spared."""
_PATIENCE = 10.0
"""After so many times the seconds by the clock, what computes nothing is ended, and the lab's own code is not spared
any more."""
_GRACE = 2.0, 10.0
"""After as many seconds more, between these, in which not one instruction of Python was executed, the process is
ended, where it may be."""


class _AnyFile:
    def __contains__(self, file: object) -> bool:
        return True


@contextmanager
def deadline(seconds: float, *, patience: float = _PATIENCE, told: str | None = None) -> Iterator[None]:
    """End the playbook that executes here once it has computed for so many seconds, however busy the machine is.

    Args:
        told: the limit, for people; empty: that of `Options`.

    A signal ends a long search by `re` as well, which no thread can. Only the main thread gets signals, and not every
    system has this one: elsewhere there is no deadline. What no signal ends either, `stuck` does.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    over, late = time.thread_time() + seconds, time.monotonic() + patience * seconds
    lives, grace = 0.0, max(_GRACE[0], min(seconds, _GRACE[1]))

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal late, lives
        if watched and time.monotonic() > lives:
            lives = time.monotonic() + grace / 10
            stuck.expect(grace)
        is_late, inside = time.monotonic() > late, playbook_frame(frame, _AnyFile()) is not None
        if is_late:
            late = time.monotonic() + seconds  # what it ends may take a while to say so
        if is_late or (inside and time.thread_time() > over):
            raise RunEndless(f"A run takes at most {seconds:g} seconds here" if told is None else told)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    watched = stuck.expect(seconds + grace)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        stuck.expect_nothing()
        signal.signal(signal.SIGALRM, before)
