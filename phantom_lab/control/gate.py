"""The gate of a stepped run: where its thread rests, and what it waits for there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

from phantom_lab.control.halts import Halts
from phantom_lab.control.worker import Worker
from phantom_lab.engine.gate import Changes
from phantom_lab.history import Failure, GapMet, InvocationStarted, Journal, OutcomeMissing
from phantom_lab.later import dataclass
from phantom_lab.outcomes import ActionCall, Outcome


@dataclass(slots=True)
class Rest:
    """Where the run rests, or rested last."""

    invocation: InvocationStarted
    at: str
    """Where in the invocation: ``entry``, ``exit``, or ``gap``."""
    reason: str
    """Why there; empty: a command leads there."""
    function: Callable[..., Any] | None = None
    """The block that is about to execute."""
    changes: Changes = field(default_factory=Changes)
    """With what it goes on."""


@dataclass(slots=True)
class Need:
    """An outcome that nobody knows."""

    call: ActionCall
    missing: OutcomeMissing
    given: Outcome | None = None


class StepperGate:
    """Lets the run pass, or rest (see `phantom_lab.engine.gate.Gate`).

    Args:
        worker: executes the run.
        halts: says where it rests.
        journal: of the run.
    """

    def __init__(self, worker: Worker, halts: Halts, journal: Journal) -> None:
        self.rest: Rest | None = None
        self.need: Need | None = None
        self.before: Changes | None = None
        """What was changed already at the next rest."""
        self.rested = worker.rested
        self._worker = worker
        self._halts = halts
        self._journal = journal

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """Rest before a block, and go on with what was changed meanwhile."""
        with self._worker.lock:
            reason, (before, self.before) = self._halts.at_entry(invocation), (self.before, None)
            return None if reason is None else self._park(
                Rest(invocation, "entry", reason, function, before or Changes()))

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        """Rest after a block."""
        with self._worker.lock:
            reason = self._halts.at_exit(invocation, raised)
            if reason is not None:
                self._park(Rest(invocation, "exit", reason))

    def gap(self, gap: GapMet) -> None:
        """Rest where something is not emulated."""
        with self._worker.lock:
            met, reason = self._journal.index.invocation(gap.invocation), self._halts.at_gap(gap)
            if reason is not None and met is not None:
                self._park(Rest(met.started, "gap", reason))

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """Wait until somebody gives an outcome."""
        with self._worker.lock:
            self._worker.take_turn()
            self.need = need = Need(call, missing)
            self._worker.rest("needs_outcome")
            self.need = None
        assert need.given is not None
        return need.given

    def _park(self, rest: Rest) -> Changes:
        self._worker.take_turn()
        self.rest, self._halts.interrupted = rest, False
        self._worker.rest("resting")
        return rest.changes
