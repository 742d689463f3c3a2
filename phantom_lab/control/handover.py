"""The gate of a run that goes on from where a recorded one was: first what is recorded is done again, then it rests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.control.gate import StepperGate
from phantom_lab.control.redo import RecordedGate
from phantom_lab.engine.gate import Changes
from phantom_lab.history import Failure, GapMet, InvocationStarted, OutcomeMissing
from phantom_lab.history.cursor import Cursor
from phantom_lab.outcomes import ActionCall, Outcome


class HandoverGate:
    """Does again what people did at rest, as long as that is recorded; from there on it is the stepper's gate.

    Args:
        cursor: the recorded run.
        recorded, stepped: the two gates.
    """

    def __init__(self, cursor: Cursor, recorded: RecordedGate, stepped: StepperGate) -> None:
        self._cursor, self._recorded, self._stepped = cursor, recorded, stepped
        self.rested = stepped.rested

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """Go on, with what was edited; or rest, where the recording ends at this rest."""
        before = None if self._cursor.live else self._recorded.enter(invocation, function)
        if not self._cursor.live:
            return before
        return self._stepped.enter(invocation, function, before)

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        """The same at the exit of a block."""
        if not self._cursor.live:
            self._recorded.leave(invocation, raised)
        if self._cursor.live:
            self._stepped.leave(invocation, raised)

    def gap(self, gap: GapMet) -> None:
        """The same where something is not emulated."""
        if not self._cursor.live:
            self._recorded.gap(gap)
        if self._cursor.live:
            self._stepped.gap(gap)

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """What was given by hand, or will be."""
        if not self._cursor.live and (given := self._recorded.given(missing)) is not None:
            return given
        return self._stepped.needs_outcome(call, missing)
