"""The pause primitive: the one place where a run may come to rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, Protocol

from phantom_lab.errors import OutcomeNeeded
from phantom_lab.history import Failure, GapMet, InvocationStarted, OutcomeMissing
from phantom_lab.later import dataclass
from phantom_lab.outcomes import ActionCall, Outcome


@dataclass(slots=True)
class Changes:
    """What is to be different when a block goes on from its entry."""

    arguments: dict[str, Any] = field(default_factory=dict)
    """New values by parameter name."""
    skip: bool = False
    """Do not execute the block at all."""
    returned: Any = None
    """What a skipped block returns."""


class Gate(Protocol):
    """What a run passes through; called on the run's own thread. Each may wait, and raises `RunStopped` to stop."""

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """At the entry of every invocation, before its block, this function, executes."""

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        """At the exit of every invocation, after its end is journaled; `raised` is what this very block raised."""

    def gap(self, gap: GapMet) -> None:
        """Something is not emulated; the run is unwound after this."""

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """No provider knows the outcome of a call. Raises `OutcomeNeeded` to end the run."""

    def rested(self) -> float:
        """Seconds of real time that the run has rested so far; called from any thread."""


class FreeGate:
    """Never rests: a headless run, which ends where an outcome is missing."""

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """Go on."""

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        """Go on."""

    def gap(self, gap: GapMet) -> None:
        """Go on."""

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """End the run."""
        raise OutcomeNeeded(missing.message)

    def rested(self) -> float:
        """It never does."""
        return 0.0
