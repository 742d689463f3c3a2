"""What the tests look at inside of a kernel; its cells import it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from phantom_lab.control import Stepper
from tests.patience import LONG


def tell_when_waiting(word: str) -> None:
    """Print ``WORD waits`` once the main thread waits for a run, so that an interrupt meets it there."""
    main = threading.main_thread()

    def watch() -> None:
        print(f"{word} waits" if _steadily(lambda: _waits(main)) else f"{word} never waited")

    threading.Thread(target=watch, daemon=True).start()


def executing(stepper: Stepper) -> bool:
    """Wait until the playbook's own code executes; False if it does not."""
    name, file = f"playbook {stepper.run.playbook.name}", stepper.run.playbook.file
    found = [thread for thread in threading.enumerate() if thread.name == name]
    return _steadily(lambda: any(frame.f_code.co_filename == file for one in found for frame in _stack(one)))


def commanders(stepper: Stepper) -> list[str]:
    """A list that the names of the threads that command a run are added to."""
    threads: list[str] = []
    worker = f"playbook {stepper.run.playbook.name}"

    def changed() -> None:
        name = threading.current_thread().name
        if name != worker:
            threads.append("subshell" if name.startswith("subshell-") else name)

    stepper.on_change(changed)
    return threads


def _steadily(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold, twice in a row."""
    end, before = time.monotonic() + LONG, False
    while time.monotonic() < end:
        now = holds()
        if now and before:
            return True
        before = now
        time.sleep(0.01)
    return False


def _waits(thread: threading.Thread) -> bool:
    stack = _stack(thread)
    return (bool(stack) and stack[0].f_code is threading.Condition.wait.__code__
            and any(frame.f_code is Stepper.wait.__code__ for frame in stack))


def _stack(thread: threading.Thread) -> list[FrameType]:
    """Frames, innermost first."""
    frame = sys._current_frames().get(thread.ident or 0)
    stack = []
    while frame is not None:
        stack.append(frame)
        frame = frame.f_back
    return stack
