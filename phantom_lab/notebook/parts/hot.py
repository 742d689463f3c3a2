"""What became of a source since the run took it: the file, the cell or the notebook's functions are others now."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from phantom_lab.errors import LabError
from phantom_lab.history import InvocationStarted
from phantom_lab.lab.again import Making
from phantom_lab.lab.current_code import current, stamp
from phantom_lab.notebook.highlight import LONGEST
from phantom_lab.notebook.look import Look
from phantom_lab.source.line_changes import LineChange, line_changes
from phantom_lab.terminal import visible
from phantom_lab.views.code import Code

SHOWN, KEPT = 40, 8
"""Lines of changes that are told, and states of files that are remembered."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a source."""

    found: tuple[LineChange, ...] = ()
    problem: str = ""
    """Why it is not known."""

    def view(self, first: int, last: int) -> dict[str, Any]:
        """``lines``: numbers in the window that were changed; ``told``: ``[sign, number, text]`` of these changes."""
        within = [one for one in self.found if one.first <= last and one.last >= first]
        numbers = sorted({n for one in within for n in range(max(first, one.first), min(last, one.last) + 1)})
        told = [line for one in within for line in _told(one)]
        return {"count": len(self.found), "here": len(within), "lines": numbers, "told": told[:SHOWN],
                "more": max(0, len(told) - SHOWN), "problem": visible(self.problem)}


class Hot:
    """Compares sources with what they are now; each state of a file is read once.

    Args:
        look: what the panel looks at.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._seen: deque[tuple[Any, str | LabError]] = deque(maxlen=KEPT)
        """States, and what they hold; the newest first."""

    def changes(self, started: InvocationStarted, code: Code) -> Changes:
        """What became of the source of an invocation; nothing is known of custom functions."""
        tree = self._look.stepper.run.tree
        run = tree.runs.get(started.run)
        if code.custom_function or run is None or not isinstance(made := tree.made_by, Making):
            return Changes()
        given = made.playbook if run is tree.root else run.playbook
        now = self._now(Making(made.lab, given))
        return Changes(problem=str(now)) if isinstance(now, LabError) else Changes(line_changes(code.text, now))

    def _now(self, made: Making) -> str | LabError:
        state = stamp(made.playbook)
        found = next((text for seen, text in self._seen if state is not None and seen == state), None)
        if found is None:
            try:
                found = current(made).source
            except LabError as exc:
                found = exc
            self._seen.appendleft((state, found))
        return found


def _told(one: LineChange) -> list[list[Any]]:
    return [*(["-", one.first + place, visible(text[:LONGEST])] for place, text in enumerate(one.before)),
            *(["+", one.first_after + place, visible(text[:LONGEST])] for place, text in enumerate(one.after))]
