"""The pause primitive: the one place where a run may come to rest."""

from __future__ import annotations

from typing import Protocol

from phantom_lab.errors import OutcomeNeeded
from phantom_lab.journal import InvocationStarted, OutcomeMissing
from phantom_lab.outcomes import ActionCall, Outcome


class Gate(Protocol):
    """What a run passes through; called on the run's own thread."""

    def rest(self, invocation: InvocationStarted) -> None:
        """At the entry of every invocation. May wait; raises `RunStopped` to stop the run."""

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """No provider knows the outcome of a call. May wait for one; raises `OutcomeNeeded` to end the run."""


class FreeGate:
    """Never rests: a headless run, which ends where an outcome is missing."""

    def rest(self, invocation: InvocationStarted) -> None:
        """Go on."""

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """End the run."""
        raise OutcomeNeeded(missing.message)
