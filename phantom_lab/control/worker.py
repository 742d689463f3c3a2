"""The thread that executes a stepped run, and how it and whoever commands it wait for each other."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable

from phantom_lab.engine.run import PlaybookRun
from phantom_lab.errors import RunStopped, RunUnwound
from phantom_lab.isolation.interrupt import Interrupt
from phantom_lab.progress import SLICE, tick

_WAITING = ("resting", "needs_outcome", "ended")
"""States in which the run waits for nobody but the caller."""


class Worker:
    """Executes a run in a thread of its own, which may rest; at most one of thread and caller goes on at a time.

    Everything but `wait` and `rested` is called under `lock`.

    Args:
        run: executed once.
    """

    def __init__(self, run: PlaybookRun) -> None:
        self.lock = threading.RLock()
        """Covers commands and the publishing of state."""
        self.state = "ready"
        """``ready``, ``running``, ``resting``, ``needs_outcome`` or ``ended``."""
        self.problem = ""
        """What failed that is no part of the run."""
        self.listeners: list[Callable[[], None]] = []
        """Called whenever the state changes."""
        self._run = run
        self._turn = threading.Condition(self.lock)
        self._thread: threading.Thread | None = None
        self._parked = False
        """Whether a thread of the playbook rests, or has been let go on and has not woken up."""
        self._released = False
        self._stopped = False
        """Whether it was stopped at rest."""
        self._rested = 0.0
        """Seconds; while it rests, less the moment at which it began to."""

    # -- the caller's side -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to execute."""
        # The copied context pins what the playbook prints to the cell that started it.
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._work,), daemon=True,
                                        name=f"playbook {self._run.playbook.name}")
        self._set("running")
        self._thread.start()

    def go_on(self) -> None:
        """Let the thread that rests go on."""
        self._released = True
        self._set("running")
        self._turn.notify_all()

    def stop(self) -> None:
        """End the run, whatever it does."""
        ending = self._run.tree.ending
        if self.state == "ready":
            self._unwind()
            self.start()  # it unwinds before its first block, and says so in the journal
            return
        interrupted = ending.interrupt is not None
        if not interrupted and self._thread and self._thread.ident:
            ending.interrupt = Interrupt(self._thread.ident, ending.files)
        self._unwind()
        if self.state != "running":
            self._stopped = True
            self.go_on()
        if ending.interrupt and not interrupted:  # at rest, too: playbook code may swallow what is raised there
            ending.interrupt.start()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the run rests, needs an outcome or has ended."""
        until = None if timeout is None else time.monotonic() + timeout
        with self.lock:
            while self.state not in _WAITING and (left := SLICE if until is None else until - time.monotonic()) > 0:
                self._turn.wait(min(left, SLICE))
                tick()

    # -- the thread's side -----------------------------------------------------------------------------------------

    def take_turn(self) -> None:
        """Wait until no other thread of the playbook rests: a command is for one of them.

        Raises:
            RunUnwound: the run was stopped meanwhile.
        """
        self._wait(lambda: self.state == "running" and not self._parked)

    def rest(self, state: str) -> None:
        """Rest in this state until `go_on`; the thread has taken its turn. Raises as `take_turn`."""
        self._parked, self._released = True, False
        self._set(state)
        self._rested -= time.monotonic()
        try:
            self._wait(lambda: self._released)
        finally:
            self._rested += time.monotonic()
        self._parked = False
        self._turn.notify_all()

    def rested(self) -> float:
        """Seconds of real time that the run has rested so far; called from any thread."""
        now = time.monotonic()
        return self._rested + now if self._rested < 0 else self._rested

    def _work(self) -> None:
        try:
            self._run.execute()
        except BaseException as exc:
            self.problem = f" The lab itself failed: {type(exc).__name__}: {exc}."
        finally:
            with self.lock:
                # An interrupt that came after the run's own end would never give up.
                if (interrupt := self._run.tree.ending.interrupt) is not None:
                    interrupt.settle()
                self._set("ended")
                self._turn.notify_all()

    # -- both sides ------------------------------------------------------------------------------------------------

    def tell(self) -> None:
        """Call the listeners."""
        for listener in tuple(self.listeners):
            try:
                listener()
            except Exception as exc:  # a view that fails must not take the run with it
                self.problem = f" A view failed: {type(exc).__name__}: {exc}."

    def _set(self, state: str) -> None:
        self.state = state
        if state in _WAITING:
            self._turn.notify_all()
        self.tell()

    def _wait(self, done: Callable[[], bool]) -> None:
        self._turn.wait_for(lambda: self._stopped or self.state == "ended" or done())
        if self._stopped or self.state == "ended":
            raise self._unwind()

    def _unwind(self) -> RunUnwound:
        ending = self._run.tree.ending
        if ending.unwinding is None:
            if self._run.begun:
                ending.stopped("stopped by hand")
            ending.unwinding = RunStopped("stopped by hand")
        return ending.unwinding
