"""The gate of a run that goes on from where a recorded one was: what is recorded is done again, then it is live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.control.gate import StepperGate
from phantom_lab.control.redo import RecordedGate
from phantom_lab.engine.gate import Changes, Gate
from phantom_lab.engine.tree import Tree
from phantom_lab.history import Failure, GapMet, InvocationStarted, OutcomeMissing
from phantom_lab.history.cursor import Cursor
from phantom_lab.outcomes import ActionCall, Outcome


class HandoverGate:
    """Does again what people did at rest, as long as that is recorded; from there on the run passes another gate.

    Args:
        cursor: the recorded run.
        tree: the run that is executed again.
        live: the gate from there on.
    """

    def __init__(self, cursor: Cursor, tree: Tree, live: Gate) -> None:
        self._cursor, self._tree, self._live = cursor, tree, live
        self._recorded = RecordedGate(cursor, tree)
        self.rested = live.rested

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """Go on, with what was edited; or rest, where the recording ends at this rest."""
        before = None if self._cursor.live else self._recorded.enter(invocation, function)
        if not self._cursor.live:
            return before
        if isinstance(self._live, StepperGate):
            self._live.before = before
        return self._live.enter(invocation, function) or before

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        """The same at the exit of a block."""
        if not self._cursor.live:
            self._recorded.leave(invocation, raised)
        if self._cursor.live:
            self._live.leave(invocation, raised)

    def gap(self, gap: GapMet) -> None:
        """The same where something is not emulated."""
        if not self._cursor.live:
            self._recorded.gap(gap)
        if self._cursor.live:
            self._live.gap(gap)

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """What was given by hand. Where the recording ends at that question, whoever knows by now answers it."""
        if not self._cursor.live and (given := self._recorded.given(missing)) is not None:
            return given
        known = None if self._cursor.went_on else self._tree.outside.providers.outcome(call)
        return known or self._live.needs_outcome(call, missing)
