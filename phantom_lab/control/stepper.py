"""The controls of a run: stepping, breakpoints, edits at rest, and giving what an action came back with."""

from __future__ import annotations

import contextvars
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from phantom_lab.control.breakpoints import Breakpoint, Breakpoints
from phantom_lab.control.edits import Edits, answered
from phantom_lab.control.stepping import arrives
from phantom_lab.engine.gate import Changes
from phantom_lab.engine.pending import Pending
from phantom_lab.engine.record import RunRecord
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.errors import InputError, RunStopped, RunUnwound, StepperError, one_line
from phantom_lab.history import (
    ActionCompleted,
    CustomFunctionCompleted,
    Failure,
    GapMet,
    InvocationStarted,
    OutcomeMissing,
    PlaybookCompleted,
)
from phantom_lab.isolation.interrupt import Interrupt
from phantom_lab.misspelt import Attributes, closest, did_you_mean, keyworded, meant
from phantom_lab.model import given_json, json_copy
from phantom_lab.outcomes import (
    ActionCall,
    Outcome,
    declined,
    failure,
    outcome_of,
    responses,
    success,
    timed_out,
)
from phantom_lab.source.signatures import takes
from phantom_lab.views.sentences import ending, why

_WAITING = ("resting", "needs_outcome", "ended")
_COMPLETIONS = ("action", "custom_function", "playbook", "prompt")
"""Kinds of causes that come with a success or a failure."""
_COMPLETED = (ActionCompleted, CustomFunctionCompleted, PlaybookCompleted)
COMMANDS = ("step", "step_over", "step_out", "resume", "stop")


@dataclass(frozen=True, slots=True)
class Position(Attributes):
    """Where a stepped run is."""

    state: str
    """``ready``, ``running``, ``resting``, ``needs_outcome`` or ``ended``."""
    invocation: InvocationStarted | None
    """The invocation it rests at."""
    status: str
    """The run's status."""
    why: str
    """One sentence: why this block is invoked now, what is needed, or how the run ended."""
    at: str = "entry"
    """Where in the invocation it rests: ``entry``, ``exit``, or ``gap`` (something is not emulated)."""

    def __repr__(self) -> str:
        return f"<{self.state}: {self.why}>"


def _passed(name: str) -> property:
    """What the block at rest was passed by a name, with edits: a copy; None where it was not passed."""
    return property(lambda stepper: stepper._argument(name), doc=_passed.__doc__)


@keyworded
class Stepper(Attributes):
    """Runs a playbook in a worker thread that rests at the entry of invocations.

    ``step``, ``step_over``, ``step_out`` and ``resume`` wait until the run rests, needs an outcome or has ended;
    `request` returns at once, and is what widgets use.

    Args:
        run: executed once, by this stepper.
        breakpoints: where to rest; None for none.
    """

    def __init__(self, run: PlaybookRun, breakpoints: Breakpoints | None = None) -> None:
        self.run = run
        self.breakpoints = Breakpoints() if breakpoints is None else breakpoints
        self.lock = threading.RLock()
        """Covers commands and the publishing of state."""
        self._turn = threading.Condition(self.lock)
        self._state = "ready"
        self._mode = "step"
        self._rest: InvocationStarted | None = None
        self._at = "entry"
        self._reason = ""
        self._origin: InvocationStarted | None = None
        self._changes = Changes()
        self._missing: OutcomeMissing | None = None
        self._call: ActionCall | None = None
        self._given: Outcome | None = None
        self._command: str | None = None
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[], None]] = []
        self._hits: Counter[Any] = Counter()
        self._edited: dict[int, dict[str, Any]] = {}
        self._function: Callable[..., Any] | None = None
        self._interrupted = False
        self._problem = ""
        self._rested = 0.0
        run.tree.gate = _Gate(self)

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

    def skip(self, returned: Any = None) -> Position:
        """Do not execute the block it rests at; go on to the next invocation.

        Args:
            returned: what the block's caller gets.

        Raises:
            StepperError: the run does not rest at the entry of a block.
        """
        with self.lock:
            self._at_entry("skip")
            value = given_json(returned, "what the block returns")
            self._changes.skip, self._changes.returned = True, value
            self._edits(self.resting).record("skip", self._rest.block if self._rest else "", None, value)
            self.request("step")
        return self.wait()

    def request(self, command: str) -> None:
        """Ask for a command and return at once.

        Raises:
            StepperError: unknown, or not possible in the present state.
        """
        if command not in COMMANDS:
            raise StepperError(f"no command {command!r}", hint=meant(str(command), COMMANDS))
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

        An interrupt gives up waiting, and the run rests at its next invocation; a second one aborts the run.
        """
        with self.lock:
            try:
                self._turn.wait_for(lambda: self._state in _WAITING, timeout)
            except KeyboardInterrupt:
                if self._interrupted:
                    self._stop()
                self._mode, self._interrupted = "step", True
        return self.position

    # -- giving what an action came back with ----------------------------------------------------------------------

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

    def respond(self, *given: Any, user: str | None = None) -> Position:
        """Reply to the prompt that the run waits for, one response per question, and go on as commanded before.

        None at all completes a task, or approves an action.
        """
        self.answer(responses(*given, user=user))
        return self.wait()

    def time_out(self) -> Position:
        """Let the time of the prompt that the run waits for be over."""
        self.answer(timed_out())
        return self.wait()

    def decline(self, message: str = "declined") -> Position:
        """Decline the prompt, task or approval that the run waits for."""
        self.answer(declined(message))
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
            self._given = outcome_of(answer, self._call, where="the given result", source="given by hand", by="hand")
            self._set("running")
            self._turn.notify_all()

    # -- edits at rest ---------------------------------------------------------------------------------------------

    def edit(self, *, arguments: dict[str, Any] | None = None, run_data: dict[str, Any] | None = None,
             container: dict[str, Any] | None = None) -> None:
        """Change what the run goes on with; every change is journaled.

        Args:
            arguments: keyword arguments of the block it rests at, such as ``{"success": False}``.
            run_data: what ``get_run_data`` gives, as text or any JSON; None removes a key.
            container: fields of the run's container.

        Raises:
            StepperError: the run does not rest (for `arguments`: at the entry of a block).
            InputError: a value is no JSON.
        """
        with self.lock:
            self._at_rest("edit")
            new = _named(arguments, "the arguments")
            data, fields = _named(run_data, "the run data"), _named(container, "the container")
            if new:
                self._at_entry("edit arguments")
                unknown = [name for name in new if self._function and not takes(self._function, name)]
                if unknown and self._rest:
                    raise StepperError(f"{self._rest.block} takes no argument {', '.join(map(repr, unknown))}",
                                       hint=did_you_mean(unknown, self._arguments(self._rest)))
            if "id" in fields:
                raise StepperError("the id of a container cannot be changed")
            self._edit_arguments(new)  # only now: all or nothing
            self._edits(self.resting).run_data(data)
            self._edits(self.resting).container(fields)
            self._tell()

    @property
    def pending(self) -> tuple[Pending, ...]:
        """What was asked for and has not completed, in the order in which it will."""
        with self.lock:
            return self.run.tree.queue.pending

    def edit_pending(self, name: str, *, answer: dict[str, Any] | None = None, asset: str | None = None,
                     delay: float | None = None) -> None:
        """Change what is pending: what an action or a prompt comes back with, or when anything takes its turn.

        Args:
            name: the name of the action run, prompt, custom function or child playbook.
            answer: see `phantom_lab.success`, `phantom_lab.failure` and `phantom_lab.responses`.
            asset: the answer is for this asset only.
            delay: seconds by which it completes later, or (negative) earlier.

        Raises:
            StepperError: the run does not rest, nothing of this name is pending, or nobody answers it.
            InputError: no such result is possible.
        """
        with self.lock:
            self._at_rest("edit what is pending")
            found = next((one for one in self.pending if one.name == name), None)
            if found is None:
                raise StepperError(f"nothing pending is called {name!r}{self._closest(name)}",
                                   hint=f"Pending: {self._pending_names()}.")
            if answer is not None or asset is not None:
                found = answered(found, answer, asset)
            if delay is not None:
                if isinstance(delay, bool) or not isinstance(delay, int | float) or not isfinite(delay):
                    raise StepperError(f"a delay is a number of seconds, not {delay!r}")
                found = replace(found, due=found.due + delay)
            self._edits(found.run).pending(found)
            self._tell()

    def reorder(self, *names: str) -> None:
        """Let what is pending complete in this order.

        Raises:
            StepperError: the run does not rest, or nothing of one of these names is pending.
        """
        with self.lock:
            self._at_rest("reorder")
            unknown = [name for name in names if all(one.name != name for one in self.pending)]
            if unknown or not names:
                called = ", ".join(map(repr, unknown))
                what = (f"nothing pending is called {called}{self._closest(unknown[0])}" if unknown else
                        "reorder needs names")
                raise StepperError(what, hint=f"Pending: {self._pending_names()}.")
            self._edits(self.run).order(list(names))
            self._tell()

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def position(self) -> Position:
        """Where the run is."""
        with self.lock:
            return Position(self._state, self._rest, self.run.status, self._why(), self._at)

    action, success, results = _passed("action"), _passed("success"), _passed("results")
    container, handle = _passed("container"), _passed("handle")
    filtered_artifacts, filtered_results = _passed("filtered_artifacts"), _passed("filtered_results")
    custom_function, loop_state_json = _passed("custom_function"), _passed("loop_state_json")

    def _argument(self, name: str) -> Any:
        with self.lock:
            if self._state != "resting" or self._rest is None:
                raise StepperError(f"no block is at rest that could have been passed {name!r}: the run is "
                                   f"{self._state}", hint="frames.results(stepper) and frames.arguments(stepper, at=N) "
                                   "show what came before.")
            given = self._arguments(self._rest)
            if name == "container" and self._rest.cause.kind in ("start", "finish"):  # passed by position, first
                return next(iter(given.values()), None)
            return given.get(name)

    @property
    def resting(self) -> PlaybookRun:
        """The run that rests: the one that was started, or a child playbook."""
        at = self._missing or self._rest
        return self.run.tree.runs[at.run] if at else self.run

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

    # -- the worker's side: the gate -------------------------------------------------------------------------------

    def _enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        with self.lock:
            reason = self._reason_to_rest(invocation, "before")
            if self.breakpoints.logs(invocation.block):
                self._log(invocation)
            arrived = arrives(self._mode, self._origin, invocation, self.run.tree.runs)
            if reason is None and (self.breakpoints.passes_by(invocation.block) or not arrived):
                if arrived:
                    self._mode = "step"  # to the next block that is not passed by, wherever it is
                return None
            changes = Changes()
            self._park(invocation, "entry", reason or "", changes, function)
            return changes

    def _leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        with self.lock:
            reason = self._reason_to_rest(invocation, "after")
            if reason is None and raised is not None and "failure" in self.breakpoints.events:
                reason = f"it raised {raised}"
            if reason is not None:
                self._park(invocation, "exit", reason)

    def _gap(self, gap: GapMet) -> None:
        with self.lock:
            at = self.run.journal.index.invocation(gap.invocation)
            if "not_emulated" in self.breakpoints.events and at is not None:
                self._park(at.started, "gap", f"{gap.name} is not emulated yet (line {gap.line})")

    def _needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        with self.lock:
            self._take_turn()
            self._call, self._missing, self._given = call, missing, None
            self._await("needs_outcome", lambda: self._given is not None)
            given, self._call, self._missing, self._given = self._given, None, None, None
            self._turn.notify_all()
        assert given is not None
        return given

    def _rested_so_far(self) -> float:
        now = time.monotonic()
        return self._rested + now if self._rested < 0 else self._rested

    def _park(self, invocation: InvocationStarted, at: str, reason: str, changes: Changes | None = None,
              function: Callable[..., Any] | None = None) -> None:
        self._take_turn()
        self._rest, self._at, self._reason = invocation, at, reason
        self._changes, self._function = changes or Changes(), function
        self._interrupted = False
        self._await("resting", lambda: self._command is not None)

    def _take_turn(self) -> None:
        """Threads of a playbook rest one after the other: a command is for one of them."""
        self._wait_on_worker(lambda: self._state == "running" and self._command is None and self._call is None)

    def _await(self, state: str, done: Callable[[], bool]) -> None:
        self._command = None
        self._set(state)
        self._rested -= time.monotonic()
        try:
            self._wait_on_worker(done)
        finally:
            self._rested += time.monotonic()
        self._command = None
        self._set("running")
        self._turn.notify_all()

    def _wait_on_worker(self, done: Callable[[], bool]) -> None:
        over = ("stop", "ended")
        self._turn.wait_for(lambda: self._command in over or self._state in over or done())
        if self._command in over or self._state in over:
            raise self._unwind()

    def _reason_to_rest(self, invocation: InvocationStarted, when: str) -> str | None:
        """What a breakpoint says; a condition that raises rests, too, and says so."""
        reasons = [self._hit(point, invocation) for point in self.breakpoints.at(invocation.block, when)]
        if when == "before" and "failure" in self.breakpoints.events and invocation.cause.kind in _COMPLETIONS:
            done = self.run.journal.index.last(*_COMPLETED)
            assert isinstance(done, _COMPLETED)
            kind = invocation.cause.kind.replace("_", " ")
            reasons.append(f"{kind} {done.name} failed" if done.status == "failed" else None)
        return next((reason for reason in reasons if reason), None)

    def _hit(self, point: Breakpoint, invocation: InvocationStarted) -> str | None:
        try:
            holds = point.holds(self._arguments(invocation))
        except (Exception, SystemExit) as exc:
            return one_line(f"breakpoint {point}: the condition raised {type(exc).__name__}: {exc}")
        self._hits[point] += holds
        return f"breakpoint {point}" if holds and self._hits[point] >= point.hits else None

    def _log(self, invocation: InvocationStarted) -> None:
        shown = ", ".join(f"{name}={value!r}"[:80] for name, value in self._arguments(invocation).items()
                          if name != "container")
        self.run.tree.executing.log_point(f"passed {invocation.block} (invocation {invocation.n}): {shown}")

    def _arguments(self, invocation: InvocationStarted) -> dict[str, Any]:
        """Copies of what a block is handed, with edits."""
        found = {name: self.run.journal.get(ref) for name, ref in invocation.arguments.items()}
        return {**found, **json_copy(self._edited.get(invocation.n, {}))}

    def _work(self) -> None:
        try:
            self.run.execute()
        except BaseException as exc:
            self._problem = f" The lab itself failed: {type(exc).__name__}: {exc}."
        finally:
            with self.lock:
                # An interrupt that came after the run's own end would never give up.
                if self.run.tree.ending.interrupt is not None:
                    self.run.tree.ending.interrupt.settle()
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
        if self._state == "ready":
            self._unwind()
            self._start()  # it unwinds before its first block, and says so in the journal
            return
        again = self.run.tree.ending.interrupt is not None
        if not again and self._thread and self._thread.ident:
            self.run.tree.ending.interrupt = Interrupt(self._thread.ident, self.run.tree.ending.files)
        self._unwind()
        if self._state != "running":
            self._command = "stop"
            self._set("running")
            self._turn.notify_all()
        if self.run.tree.ending.interrupt and not again:  # at rest, too: playbook code may swallow what is raised there
            self.run.tree.ending.interrupt.start()

    def _unwind(self) -> RunUnwound:
        ending = self.run.tree.ending
        if ending.unwinding is None:
            if self.run.begun:
                ending.stopped("stopped by hand")
            ending.unwinding = RunStopped("stopped by hand")
        return ending.unwinding

    def _pending_names(self) -> str:
        return ", ".join(one.name for one in self.pending) or "nothing"

    def _closest(self, name: str) -> str:
        return closest(name, (one.name for one in self.pending))

    def _at_rest(self, wish: str) -> None:
        if self._state not in ("resting", "needs_outcome"):
            raise StepperError(f"cannot {wish}: the run is {self._state}", hint="It must rest.")

    def _at_entry(self, wish: str) -> None:
        if self._state != "resting" or self._at != "entry":
            raise StepperError(f"cannot {wish}: the run does not rest at the entry of a block")

    def _edits(self, run: RunRecord) -> Edits:
        return Edits(run, self.run.tree.queue)

    def _edit_arguments(self, new: dict[str, Any]) -> None:
        assert self._rest is not None
        before = self._arguments(self._rest)
        for name, value in new.items():
            self._edits(self.resting).record("argument", name, before.get(name), value)
        self._changes.arguments.update(new)
        self._edited.setdefault(self._rest.n, {}).update(new)

    def _set(self, state: str) -> None:
        self._state = state
        if state in _WAITING:
            self._turn.notify_all()
        self._tell()

    def _tell(self) -> None:
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
            return why(self._rest, self._at, self._reason)
        if self._state == "ended":
            return f"{ending(self.run.summary())}{self._problem}"
        if self._state == "running" and self._interrupted:
            return f"{name} is running, and rests at its next invocation; another interrupt aborts it"
        return f"{name} has not started" if self._state == "ready" else f"{name} is running"


def _named(given: Any, what: str) -> dict[str, Any]:
    if given is not None and (not isinstance(given, dict) or not all(isinstance(name, str) for name in given)):
        raise InputError(f"{what} must be given by name", hint='For instance {"success": False}.')
    named: dict[str, Any] = given_json(given or {}, what)
    return named


class _Gate:
    """The stepper's side of the pause primitive."""

    def __init__(self, stepper: Stepper) -> None:
        self.enter = stepper._enter
        self.leave = stepper._leave
        self.gap = stepper._gap
        self.needs_outcome = stepper._needs_outcome
        self.rested = stepper._rested_so_far
