"""Where a stepped run comes to rest: what the last command, its breakpoints and their hits say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from phantom_lab.control.breakpoints import Breakpoint, Breakpoints
from phantom_lab.control.edits import Arguments
from phantom_lab.control.stepping import arrives
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import one_line
from phantom_lab.history import (
    ActionCompleted,
    CustomFunctionCompleted,
    Failure,
    GapMet,
    InvocationStarted,
    PlaybookCompleted,
)
from phantom_lab.views.watching import Watched

_COMPLETIONS = ("action", "custom_function", "playbook", "prompt")
"""Kinds of causes that come with a success or a failure."""
_COMPLETED = (ActionCompleted, CustomFunctionCompleted, PlaybookCompleted)


class Halts:
    """Decides for each invocation whether the run rests there. A reason is a sentence, empty for the command itself.

    Args:
        tree: of the run.
        breakpoints: where to rest.
        arguments: what conditions are evaluated over.
    """

    def __init__(self, tree: Tree, breakpoints: Breakpoints, arguments: Arguments) -> None:
        self.breakpoints = breakpoints
        self.command = "step"
        """The last one that was given."""
        self.origin: InvocationStarted | None = None
        """The invocation at which it was given."""
        self.interrupted = False
        """Whether somebody gave up waiting since the run rested last: it rests at its next invocation."""
        self._tree = tree
        self._arguments = arguments
        self._hits: Counter[Breakpoint] = Counter()
        self._watched: dict[str, tuple[Watched, int]] = {}
        """By expression, and how many changes have been told of."""

    def interrupt(self) -> None:
        """Rest at the next invocation."""
        self.command, self.interrupted = "step", True

    def at_entry(self, invocation: InvocationStarted) -> str | None:
        """Why to rest before a block; None: go on."""
        reason = self._hit(invocation, "before") or self._told_failure(invocation) or self._changed()
        if self.breakpoints.logs(invocation.block):
            self._log(invocation)
        if reason is not None:
            return reason
        if not arrives(self.command, self.origin, invocation, self._tree.runs):
            return None
        if self.breakpoints.passes_by(invocation.block):
            self.command = "step"  # to the next block that is not passed by, wherever it is
            return None
        return ""

    def at_exit(self, invocation: InvocationStarted, raised: Failure | None) -> str | None:
        """Why to rest after a block; None: go on."""
        reason = self._hit(invocation, "after")
        if reason is None and raised is not None and "failure" in self.breakpoints.events:
            return f"it raised {raised}"
        return reason

    def at_gap(self, gap: GapMet) -> str | None:
        """Why to rest where something is not emulated; None: go on."""
        met = "not_emulated" in self.breakpoints.events
        return f"{gap.name} is not emulated yet (line {gap.line})" if met else None

    def _hit(self, invocation: InvocationStarted, when: str) -> str | None:
        """What a breakpoint says; all of them count their hits."""
        reasons = [self._counted(point, invocation) for point in self.breakpoints.at(invocation.block, when)]
        return next((reason for reason in reasons if reason), None)

    def _counted(self, point: Breakpoint, invocation: InvocationStarted) -> str | None:
        """What one breakpoint says; a condition that raises is a reason to rest, and to say so."""
        try:
            holds = point.holds(self._arguments.of(invocation))
        except (Exception, SystemExit) as exc:
            return one_line(f"breakpoint {point}: the condition raised {type(exc).__name__}: {exc}")
        self._hits[point] += holds
        return f"breakpoint {point}" if holds and self._hits[point] >= point.hits else None

    def _changed(self) -> str | None:
        """What has changed since the last invocation, of what the run rests on a change of."""
        reasons = []
        for expression in sorted(self.breakpoints.changes):
            watched, told = self._watched.get(expression) or (Watched(self._tree.journal, expression), -1)
            changes = watched.changes()
            self._watched[expression] = watched, len(changes)
            if 0 <= told < len(changes):
                reasons.append(f"{expression} changed {changes[-1].told}")
        return one_line("; ".join(reasons)) if reasons else None

    def _told_failure(self, invocation: InvocationStarted) -> str | None:
        """That a block is told of a failure, where the run is to rest on one."""
        kind = invocation.cause.kind
        if kind not in _COMPLETIONS or "failure" not in self.breakpoints.events:
            return None
        done: Any = self._tree.journal.index.last(*_COMPLETED)
        assert isinstance(done, _COMPLETED)
        return f"{kind.replace('_', ' ')} {done.name} failed" if done.status == "failed" else None

    def _log(self, invocation: InvocationStarted) -> None:
        shown = ", ".join(f"{name}={value!r}"[:80] for name, value in self._arguments.of(invocation).items()
                          if name != "container")
        self._tree.executing.log_point(f"passed {invocation.block} (invocation {invocation.n}): {shown}")
