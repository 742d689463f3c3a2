"""The controls of a run: stepping, edits at rest, and giving what an action came back with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.control.breakpoints import Breakpoints
from phantom_lab.control.edits import Edits, answered, delayed, listed, named, waiting
from phantom_lab.control.stepped import Position, SteppedRun
from phantom_lab.engine.record import RunRecord
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.errors import StepperError
from phantom_lab.misspelt import did_you_mean, keyworded, meant
from phantom_lab.model import given_json
from phantom_lab.outcomes import declined, failure, outcome_of, responses, success, timed_out
from phantom_lab.questions import public
from phantom_lab.source.signatures import takes

COMMANDS = ("step", "step_over", "step_out", "resume", "stop")


@keyworded
class Stepper(SteppedRun):
    """Runs a playbook in a worker thread that rests at the entry of invocations.

    ``step``, ``step_over``, ``step_out`` and ``resume`` wait until the run rests, needs an outcome or has ended;
    `request` returns at once, and is what widgets use.

    Args:
        run: executed once, by this stepper.
        breakpoints: where to rest; None for none.
    """

    def __init__(self, run: PlaybookRun, breakpoints: Breakpoints | None = None) -> None:
        super().__init__(run, Breakpoints() if breakpoints is None else breakpoints)

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
            rest = self._at_entry("skip")
            value = given_json(returned, "what the block returns")
            rest.changes.skip, rest.changes.returned = True, value
            self._edits(self.resting).record("skip", rest.invocation.block, None, value)
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
            if command != "stop":
                self._at_present(command)
            state, need = self._worker.state, self._gate.need
            if state == "ended":
                raise StepperError(f"the run has ended ({self.run.status})", hint="lab.step(…) starts a new one.")
            if command == "stop":
                self._worker.stop()
                return
            if state == "needs_outcome":
                raise StepperError(need.missing.message if need else "an outcome is needed")
            self._halts.command = command
            if state == "ready":
                self._worker.start()
            elif state == "resting":
                self._halts.origin = self.position.invocation
                self._worker.go_on()

    def wait(self, timeout: float | None = None) -> Position:
        """Wait until the run rests, needs an outcome or has ended.

        An interrupt gives up waiting, and the run rests at its next invocation; a second one aborts the run.
        """
        with self.run.tree.followed(), self.lock:
            try:
                self._worker.wait(timeout)
            except KeyboardInterrupt:
                if self._halts.interrupted:
                    self._worker.stop()
                self._halts.interrupt()
        return self.position

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever the position changes, under `lock`; returns what ends that."""
        listeners = self._worker.listeners
        listeners.append(listener)
        return lambda: listeners.remove(listener) if listener in listeners else None

    def _do(self, command: str) -> Position:
        self.request(command)
        return self.wait()

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

    def made_up(self) -> dict[str, Any]:
        """See `phantom_lab.made_up`."""
        found: dict[str, Any] = public("made_up")(self)
        return found

    def last_answer(self) -> Any:
        """See `phantom_lab.last_answer`."""
        return public("last_answer")(self)

    def pin(self, answer: Any, *, any_parameter: bool = False) -> Position:
        """See `phantom_lab.pin_answer`."""
        found: Position = public("pin_answer")(self, answer, any_parameter=any_parameter)
        return found

    def answer(self, answer: dict[str, Any]) -> None:
        """Give an answer (see `phantom_lab.success`) and return at once.

        Raises:
            StepperError: no outcome is needed now.
            InputError: no such result is possible.
        """
        with self.lock:
            state, need = self._worker.state, self._gate.need
            if state != "needs_outcome" or need is None:
                raise StepperError(f"no outcome is needed now (the run is {state})")
            need.given = outcome_of(answer, need.call, where="the given result", source="given by hand", by="hand")
            self._worker.go_on()

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
            new = named(arguments, "the arguments")
            data, fields = named(run_data, "the run data"), named(container, "the container")
            if new:
                self._check_arguments(new)
            if "id" in fields:
                raise StepperError("the id of a container cannot be changed")
            edits = self._edits(self.resting)  # only now: all or nothing
            self._edit_arguments(edits, new)
            edits.run_data(data)
            edits.container(fields)
            self._worker.tell()

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
            [found] = waiting(self.pending, name)
            if answer is not None or asset is not None:
                found = answered(found, answer, asset)
            if delay is not None:
                found = delayed(found, delay)
            self._edits(found.run).pending(found)
            self._worker.tell()

    def reorder(self, *names: str) -> None:
        """Let what is pending complete in this order.

        Raises:
            StepperError: the run does not rest, or nothing of one of these names is pending.
        """
        with self.lock:
            self._at_rest("reorder")
            if not names:
                raise StepperError("reorder needs names", hint=f"Pending: {listed(self.pending)}.")
            waiting(self.pending, *names)
            self._edits(self.run).order(list(names))
            self._worker.tell()

    def _check_arguments(self, new: dict[str, Any]) -> None:
        rest = self._at_entry("edit arguments")
        unknown = [name for name in new if rest.function and not takes(rest.function, name)]
        if unknown:
            raise StepperError(f"{rest.invocation.block} takes no argument {', '.join(map(repr, unknown))}",
                               hint=did_you_mean(unknown, self._arguments.of(rest.invocation)))

    def _edit_arguments(self, edits: Edits, new: dict[str, Any]) -> None:
        if new and (rest := self._gate.rest) is not None:
            before = self._arguments.of(rest.invocation)
            for name, value in new.items():
                edits.record("argument", name, before.get(name), value)
            rest.changes.arguments.update(new)
            self._arguments.change(rest.invocation, new)

    def _edits(self, run: RunRecord) -> Edits:
        return Edits(run, self.run.tree.queue)
