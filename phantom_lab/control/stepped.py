"""A run in a worker thread: where it is, and what its block at rest was passed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from phantom_lab.control.breakpoints import Breakpoints
from phantom_lab.control.edits import Arguments
from phantom_lab.control.gate import Rest, StepperGate
from phantom_lab.control.halts import Halts
from phantom_lab.control.rewinding import Rewinding
from phantom_lab.control.worker import Worker
from phantom_lab.engine.pending import Pending
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.errors import StepperError, shown
from phantom_lab.history import InvocationStarted, Journal
from phantom_lab.later import dataclass
from phantom_lab.misspelt import Attributes
from phantom_lab.outcomes import ActionCall
from phantom_lab.questions import Questions
from phantom_lab.views import Summary
from phantom_lab.views.sentences import ending, why


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
        return shown(f"<{self.state}: {self.why}>")


def _passed(name: str) -> property:
    """What the block at rest was passed by a name, with edits: a copy; None where it was not passed."""
    return property(lambda stepped: stepped._argument(name), doc=_passed.__doc__)


class SteppedRun(Rewinding, Questions, Attributes):
    """A run that is executed in a worker thread, and rests where it is told to.

    Args:
        run: executed once, by this worker.
        breakpoints: where to rest.
    """

    @classmethod
    def _elsewhere(cls) -> dict[str, Collection[str]]:
        return {"stepper.run.{}": ("status", "message", "debug", "outputs", "report", "summary", "playbook"),
                "stepper.run.summary().{}": Summary.__slots__, "frames.{}(stepper)": ("arguments", "artifacts")}

    def __init__(self, run: PlaybookRun, breakpoints: Breakpoints) -> None:
        super().__init__()
        self.run = run
        self._worker = Worker(run)
        self.lock = self._worker.lock
        """Covers commands and the publishing of state."""
        self._arguments = Arguments(run.journal)
        self._halts = Halts(run.tree, breakpoints, self._arguments)
        self._gate = run.tree.gate = StepperGate(self._worker, self._halts, run.journal)

    @property
    def journal(self) -> Journal:
        """Of its run."""
        return self.run.journal

    @property
    def breakpoints(self) -> Breakpoints:
        """Where it rests besides the next step."""
        return self._halts.breakpoints

    @breakpoints.setter
    def breakpoints(self, breakpoints: Breakpoints) -> None:
        self._halts.breakpoints = breakpoints

    @property
    def position(self) -> Position:
        """Where the run is."""
        with self.lock:
            rest, state = self._gate.rest, self._worker.state
            return Position(state, rest.invocation if rest and state != "ended" else None, self.run.status,
                            self._why(), rest.at if rest else "entry")

    action, success, results = _passed("action"), _passed("success"), _passed("results")
    container, handle = _passed("container"), _passed("handle")
    filtered_artifacts, filtered_results = _passed("filtered_artifacts"), _passed("filtered_results")
    custom_function, loop_state_json = _passed("custom_function"), _passed("loop_state_json")

    @property
    def resting(self) -> PlaybookRun:
        """The run that rests: the one that was started, or a child playbook."""
        if (need := self._gate.need) is not None:
            return self.run.tree.runs[need.missing.run]
        at = self.position.invocation
        return self.run.tree.runs[at.run] if at else self.run

    @property
    def needed(self) -> ActionCall | None:
        """The call whose outcome is needed now."""
        need = self._gate.need
        return need.call if need is not None and self._worker.state == "needs_outcome" else None

    @property
    def pending(self) -> tuple[Pending, ...]:
        """What was asked for and has not completed, in the order in which it will."""
        with self.lock:
            return self.run.tree.queue.pending

    def _looked(self) -> None:
        with self.lock:
            self._worker.tell()

    def _argument(self, name: str) -> Any:
        with self.lock:
            if (moment := self.moment) is not None:
                return moment.arguments.get(name)
            position = self.position
            if position.state != "resting" or position.invocation is None:
                raise StepperError(f"no block is at rest that could have been passed {name!r}: the run is "
                                   f"{position.state}", hint="frames.results(stepper) and frames.arguments(stepper, "
                                   "at=N) show what came before.")
            given = self._arguments.of(position.invocation)
            if name == "container" and position.invocation.cause.kind in ("start", "finish"):
                return next(iter(given.values()), None)  # it is passed by position, first
            return given.get(name)

    def __repr__(self) -> str:
        return shown(f"<{type(self).__name__} of {self.run.playbook.name}, {self.position!r}>")

    def _at_present(self, wish: str) -> None:
        if self.looking is not None:
            raise StepperError(f"cannot {wish}: it is invocation {self.looking} that is looked at, which is over",
                               hint="present() goes back to where the run is; fork() and rerun() go on from here.")

    def _at_rest(self, wish: str) -> None:
        self._at_present(wish)
        if self._worker.state not in ("resting", "needs_outcome"):
            raise StepperError(f"cannot {wish}: the run is {self._worker.state}", hint="It must rest.")

    def _at_entry(self, wish: str) -> Rest:
        self._at_present(wish)
        rest = self._gate.rest
        if self._worker.state != "resting" or rest is None or rest.at != "entry":
            raise StepperError(f"cannot {wish}: the run does not rest at the entry of a block")
        return rest

    def _why(self) -> str:
        name, state, rest, need = self.run.playbook.name, self._worker.state, self._gate.rest, self._gate.need
        if state == "needs_outcome" and need:
            return need.missing.message
        if state == "resting" and rest:
            return why(rest.invocation, rest.at, rest.reason)
        if state == "ended":
            return f"{ending(self.run.summary())}{self._worker.problem}"
        if state == "running" and self._halts.interrupted:
            return f"{name} is running, and rests at its next invocation; another interrupt aborts it"
        return f"{name} has not started" if state == "ready" else f"{name} is running"
