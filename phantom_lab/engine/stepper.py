"""The controls of a run: step, step over, step out, resume, stop; and giving what an action came back with."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phantom_lab.engine.interrupt import unwind
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.errors import RunStopped, RunUnwound, StepperError
from phantom_lab.journal import InvocationStarted, OutcomeMissing
from phantom_lab.outcomes import ActionCall, Outcome, failure, read_answer, success

_WAITING = ("resting", "needs_outcome", "ended")
COMMANDS = ("step", "step_over", "step_out", "resume", "stop")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a stepped run is."""

    state: str
    """``ready``, ``running``, ``resting``, ``needs_outcome`` or ``ended``."""
    invocation: InvocationStarted | None
    """The invocation it rests at."""
    status: str
    """The run's status."""
    why: str
    """One sentence: why this block is invoked now, what is needed, or how the run ended."""

    def __repr__(self) -> str:
        return f"<{self.state}: {self.why}>"


class Stepper:
    """Runs a playbook in a worker thread that rests at the entry of invocations.

    ``step``, ``step_over``, ``step_out`` and ``resume`` wait until the run rests, needs an outcome or has ended;
    `request` returns at once, and is what widgets use.
    """

    def __init__(self, run: PlaybookRun) -> None:
        self.run = run
        self.breakpoints: set[str] = set()
        """Blocks to rest at, whatever the command."""
        self.lock = threading.RLock()
        """Covers commands and the publishing of state."""
        self._turn = threading.Condition(self.lock)
        self._state = "ready"
        self._mode = "step"
        self._rest: InvocationStarted | None = None
        self._origin: InvocationStarted | None = None
        self._missing: OutcomeMissing | None = None
        self._call: ActionCall | None = None
        self._given: Outcome | None = None
        self._command: str | None = None
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[], None]] = []
        self._problem = ""
        run.gate = _Gate(self)

    # -- commands --------------------------------------------------------------------------------------------------

    def step(self) -> Position:
        """Go on to the next invocation, anywhere."""
        return self._do("step")

    def step_over(self) -> Position:
        """Go on to the next invocation that the present block did not make."""
        return self._do("step_over")

    def step_out(self) -> Position:
        """Go on to the first invocation after the present block's caller has returned."""
        return self._do("step_out")

    def resume(self) -> Position:
        """Go on to the next breakpoint, or to the end."""
        return self._do("resume")

    def stop(self) -> Position:
        """End the run."""
        return self._do("stop")

    def give(self, data: list[Any] | None = None, *, summary: dict[str, Any] | None = None,
             message: str | None = None) -> Position:
        """Say what the action that the run waits for came back with, and go on as commanded before.

        Raises:
            StepperError: no outcome is needed now.
            InputError: no such result is possible.
        """
        self.answer(success(data, summary=summary, message=message))
        return self.wait()

    def fail(self, message: str) -> Position:
        """Say that the action that the run waits for failed, and go on as commanded before."""
        self.answer(failure(message))
        return self.wait()

    def answer(self, answer: dict[str, Any]) -> None:
        """Give an answer (see `phantom_lab.success`) and return at once.

        Raises:
            StepperError: no outcome is needed now.
            InputError: no such result is possible.
        """
        with self.lock:
            if self._state != "needs_outcome" or self._call is None:
                raise StepperError(f"no outcome is needed now (the run is {self._state})")
            result = read_answer(answer, self._call.parameter, where="the given result")
            self._given = Outcome((result,), "given by hand")
            self._set("running")
            self._turn.notify_all()

    def request(self, command: str) -> None:
        """Ask for a command and return at once.

        Raises:
            StepperError: unknown, or not possible in the present state.
        """
        if command not in COMMANDS:
            raise StepperError(f"no command {command!r}", hint=f"There are {', '.join(COMMANDS)}.")
        with self.lock:
            if self._state == "ended":
                raise StepperError(f"the run has ended ({self.run.status})", hint="lab.step(…) starts a new one.")
            if command == "stop":
                self._stop()
                return
            if self._state == "needs_outcome":
                raise StepperError(self._missing.message if self._missing else "an outcome is needed")
            self._mode = command
            if self._state == "ready":
                self._start()
            elif self._state == "resting":
                self._origin = self._rest
                self._command = command
                self._set("running")
                self._turn.notify_all()

    def wait(self, timeout: float | None = None) -> Position:
        """Wait until the run rests, needs an outcome or has ended.

        An interrupt gives up waiting, and the run rests at its next invocation.
        """
        with self.lock:
            try:
                self._turn.wait_for(lambda: self._state in _WAITING, timeout)
            except KeyboardInterrupt:
                self._mode = "step"
                raise
        return self.position

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def position(self) -> Position:
        """Where the run is."""
        with self.lock:
            return Position(self._state, self._rest, self.run.status, self._why())

    @property
    def needed(self) -> ActionCall | None:
        """The call whose outcome is needed now."""
        return self._call if self._state == "needs_outcome" else None

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever the position changes, under `lock`; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def __repr__(self) -> str:
        return f"<Stepper of {self.run.playbook.name}, {self.position!r}>"

    # -- the worker's side -----------------------------------------------------------------------------------------

    def rest_at(self, invocation: InvocationStarted) -> None:
        """Called by the gate, on the worker: wait here if the command says so."""
        with self.lock:
            if not self._should_rest(invocation):
                return
            self._rest = invocation
            self._await("resting")

    def await_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """Called by the gate, on the worker: wait until somebody gives the outcome."""
        with self.lock:
            self._call, self._missing, self._given = call, missing, None
            self._await("needs_outcome", done=lambda: self._given is not None)
            given, self._call, self._missing, self._given = self._given, None, None, None
        assert given is not None
        return given

    def _await(self, state: str, done: Callable[[], bool] | None = None) -> None:
        self._command = None
        self._set(state)
        self._turn.wait_for(lambda: self._command == "stop" or (done() if done else self._command is not None))
        if self._command == "stop":
            raise self._unwind()
        self._set("running")

    def _should_rest(self, invocation: InvocationStarted) -> bool:
        if invocation.block in self.breakpoints or self._mode == "step":
            return True
        if self._mode == "resume":
            return False
        origin = self._origin
        if origin is None or invocation.caller is None:
            return True
        allowed = origin.depth if self._mode == "step_over" else origin.depth - 1
        return invocation.depth <= allowed

    def _work(self) -> None:
        try:
            self.run.execute()
        except BaseException as exc:
            self._problem = f" The lab itself failed: {type(exc).__name__}: {exc}."
        finally:
            with self.lock:
                self._rest = None
                self._set("ended")
                self._turn.notify_all()

    # -- both sides, under the lock --------------------------------------------------------------------------------

    def _do(self, command: str) -> Position:
        self.request(command)
        return self.wait()

    def _start(self) -> None:
        # The copied context pins what the playbook prints to the cell that started it.
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._work,), daemon=True,
                                        name=f"playbook {self.run.playbook.name}")
        self._set("running")
        self._thread.start()

    def _stop(self) -> None:
        self._unwind()
        if self._state == "ready":
            self._start()  # it unwinds before its first block, and says so in the journal
        elif self._state == "running":
            if self._thread and self._thread.ident:
                unwind(self._thread.ident, self.run.playbook.file, lambda: self._state == "ended")
        else:
            self._command = "stop"
            self._set("running")
        self._turn.notify_all()

    def _unwind(self) -> RunUnwound:
        self.run.unwinding = self.run.unwinding or RunStopped("stopped by hand")
        return self.run.unwinding

    def _set(self, state: str) -> None:
        self._state = state
        if state in _WAITING:
            self._turn.notify_all()
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception as exc:  # a view that fails must not take the run with it
                self._problem = f" A view failed: {type(exc).__name__}: {exc}."

    def _why(self) -> str:
        name = self.run.playbook.name
        if self._state == "needs_outcome" and self._missing:
            return self._missing.message
        if self._state == "resting" and self._rest:
            return why(self._rest)
        if self._state == "ended":
            return f"{_ending(self.run)}{self._problem}"
        return f"{name} has not started" if self._state == "ready" else f"{name} is running"


class _Gate:
    """The stepper's side of the pause primitive."""

    def __init__(self, stepper: Stepper) -> None:
        self._stepper = stepper

    def rest(self, invocation: InvocationStarted) -> None:
        self._stepper.rest_at(invocation)

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        return self._stepper.await_outcome(call, missing)


def why(invocation: InvocationStarted) -> str:
    """One sentence: why a block is invoked."""
    cause, block = invocation.cause, invocation.block
    if cause.kind == "start":
        return f"{block} is invoked because the playbook starts on {cause.detail}."
    if cause.kind == "finish":
        return f"{block} is invoked because nothing is pending any more."
    if cause.kind == "action":
        asked = f" {cause.caller} asked for it in line {cause.line}." if cause.caller else ""
        return f"{block} is invoked because action {cause.name} completed: {cause.detail}.{asked}"
    return f"{block} is invoked because {cause.caller or 'the playbook'} calls it in line {cause.line}."


def _ending(run: PlaybookRun) -> str:
    message = run.summary().message
    return f"The run has ended: {run.status}{f' ({message})' if message else ''}."

