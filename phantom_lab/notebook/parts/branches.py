"""Re-run, fork, and what came of it: the branches of the run, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.errors import InputError
from phantom_lab.frames import differences
from phantom_lab.history.start import spec_of
from phantom_lab.misspelt import meant
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.part import Part
from phantom_lab.terminal import visible
from phantom_lab.views.history_tree import Branch, history_tree


class Branches(Part):
    """Shown once there is more than one.

    ``{"type": "rerun", "n"}``, ``{"type": "fork", "n"}``, ``{"type": "reload"}``, ``{"type": "follow", "uid"}``,
    ``{"type": "compare", "uid"}``; any other message is that of the table of differences.
    """

    name = "branches"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._compared: tuple[str, Page] | None = None

    def take(self, message: dict[str, Any]) -> bool:
        """A new branch, another one to look at, or a comparison."""
        kind, look = str(message.get("type")), self.look
        if kind in ("rerun", "fork"):
            look.follow(getattr(look.stepper, kind)(int(message.get("n") or 0) or None))
        elif kind == "reload":
            look.follow(look.stepper.reload())
        elif kind == "follow":
            look.follow(self._of(message))
        elif kind == "compare":
            self._compare(self._of(message))
            return False
        elif self._compared is not None:
            if message.get("what") == "done":
                self._compared = None
            else:
                self._compared[1].command(message)
            return False
        self._compared = None
        return True

    def view(self) -> dict[str, Any]:
        """``branches`` are ``{uid, level, label, status, shown}``, parents first; ``compared`` is what one of them did
        otherwise than the one shown, as a table."""
        if len(self.look.branches) < 2:
            return {}
        here = _uid(self.look.stepper)
        return {"branches": [_shown(one, here) for one in history_tree(self.look.branches)],
                "compared": self._compared and {"uid": self._compared[0], "table": self._compared[1].view()}}

    def _of(self, message: Mapping[str, Any]) -> Stepper:
        known = {_uid(one): one for one in self.look.branches}
        uid = str(message.get("uid"))
        if uid not in known:
            raise InputError("that branch is not in this panel", hint=meant(uid, known))
        return known[uid]

    def _compare(self, other: Stepper) -> None:
        frame = differences(other.journal, self.look.stepper.journal)
        caption = f"What the branch shown does otherwise (right) than {_uid(other)[:8]} (left)."
        self._compared = _uid(other), Page(frame, caption=caption, empty="Both do the same so far.", blank=True)


def _uid(stepper: Stepper) -> str:
    return spec_of(stepper.journal).uid


def _shown(one: Branch, here: str) -> dict[str, Any]:
    place = f"from {one.block} (invocation {one.invocation})" if one.block else "the first run"
    return {"uid": one.uid, "level": one.level, "label": visible(place)[:200], "status": one.status,
            "invocations": one.invocations, "shown": one.uid == here}
