"""What people did at rest in a recorded run, done again where the run is executed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from phantom_lab.control.edits import Edits
from phantom_lab.engine.gate import Changes
from phantom_lab.engine.outside import outcome_from
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import OutcomeNeeded
from phantom_lab.history import Edited, Failure, GapMet, InvocationStarted, Logged, OutcomeGiven, OutcomeMissing
from phantom_lab.history.cursor import Cursor
from phantom_lab.outcomes import ActionCall, Outcome


class RecordedGate:
    """Never rests: wherever somebody changed something, it is changed again.

    Args:
        cursor: the recorded run.
        tree: the run that is executed again.
    """

    def __init__(self, cursor: Cursor, tree: Tree) -> None:
        self._cursor = cursor
        self._tree = tree

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """Go on with the arguments that were edited, or skip the block that was skipped."""
        changes, edited = Changes(), False
        while isinstance(coming := self._cursor.upcoming, Edited) or self._says(coming):
            if isinstance(coming, Edited):
                edited = True
                self._apply(coming, changes)
            elif isinstance(coming, Logged):
                self._tree.runs[coming.run].log_point(coming.message)
        return changes if edited else None

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        """Edit what was edited at the exit of a block."""
        self._edit()

    def gap(self, gap: GapMet) -> None:
        """Go on."""
        self._edit()

    def needs_outcome(self, call: ActionCall, missing: OutcomeMissing) -> Outcome:
        """What was given by hand; the run ends where nobody gave anything."""
        if (given := self.given(missing)) is None:
            raise OutcomeNeeded(missing.message)
        return given

    def given(self, missing: OutcomeMissing) -> Outcome | None:
        """What was given by hand for an outcome that nobody knew; None: nothing is recorded."""
        self._edit()
        given = next((one for one in self._cursor.ahead() if isinstance(one, OutcomeGiven | OutcomeMissing)), None)
        if isinstance(given, OutcomeGiven) and (given.run, given.action_run_id) == (missing.run, missing.action_run_id):
            return outcome_from(given, self._cursor)
        return None

    def rested(self) -> float:
        """It never does."""
        return 0.0

    def _says(self, coming: object) -> bool:
        return isinstance(coming, Logged) and coming.level == "breakpoint"

    def _edit(self) -> None:
        while isinstance(coming := self._cursor.upcoming, Edited):
            self._apply(coming, Changes())

    def _apply(self, edit: Edited, changes: Changes) -> None:
        edits, value = Edits(self._tree.runs[edit.run], self._tree.queue), self._cursor.value(edit.after)
        if edit.what == "argument":
            changes.arguments[edit.name] = value
        elif edit.what == "skip":
            changes.skip, changes.returned = True, value
        elif edit.what == "run data":
            edits.run_data({edit.name: value})
            return
        elif edit.what == "container":
            edits.container({edit.name: value})
            return
        elif edit.what == "order":
            edits.order(edit.given)
            return
        elif edit.what == "delay":
            waiting = next(one for one in self._tree.queue.pending if one.name == edit.name)
            edits.pending(replace(waiting, due=value))
            return
        edits.record(edit.what, edit.name, self._cursor.value(edit.before), value)  # outcomes are handed back
