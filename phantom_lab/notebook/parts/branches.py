"""Re-run, fork, and what came of it: the runs of the lab as a tree, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.errors import InputError, cut
from phantom_lab.frames import differences
from phantom_lab.history import Journal
from phantom_lab.history.start import spec_of
from phantom_lab.lab.again import Live, Making
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.misspelt import meant
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.part import Part
from phantom_lab.terminal import visible
from phantom_lab.views.history_tree import Branch, history_tree

MOST = 40
"""Runs that are listed: the latest, and those that were shown in the panel."""
NAME = 120
"""Characters of a name."""


class Branches(Part):
    """Shown once the lab has more than one run that somebody holds; a list once one branched off in the panel, else one
    line.

    ``{"type": "rerun", "n"}``, ``{"type": "fork", "n"}``, ``{"type": "reload"}``, ``{"type": "history"}`` opens and
    closes the list, ``{"type": "follow", "uid"}``, ``{"type": "compare", "uid"}``; any other message is that of the
    table of differences.
    """

    name = "branches"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._open: bool | None = None
        """What somebody wants; None: nobody said."""
        self._compared: tuple[str, Page] | None = None

    def take(self, message: dict[str, Any]) -> bool:
        """A new branch, another run to look at, or a comparison."""
        kind, look = str(message.get("type")), self.look
        if kind in ("rerun", "fork"):
            look.follow(getattr(look.stepper, kind)(int(message.get("n") or 0) or None))
        elif kind == "reload":
            look.follow(look.stepper.reload())
        elif kind == "follow":
            self._follow(self._of(message))
        elif kind == "history":
            self._open = not self._listed
            return False
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
        """``runs``: how many there are; ``branches``, once they are listed (``open``), are ``{uid, level, playbook,
        label, status, invocations, shown, again}``, parents first, with ``again`` where a run has to be executed again
        to be shown; ``compared`` is what one of them did otherwise than the one shown, as a table."""
        journals = self._journals()
        if len(journals) < 2:
            return {}
        own = {one.journal for one in self.look.branches}
        listed = [one for place, one in enumerate(journals) if place >= len(journals) - MOST or one in own]
        tree = history_tree(listed) if self._listed else []
        known = {_uid(one): one for one in listed} if tree else {}
        return {"runs": len(journals), "open": self._listed,
                "branches": [self._shown(one, known[one.uid]) for one in tree], "compared":
                self._compared and {"uid": self._compared[0], "table": self._compared[1].view()}}

    @property
    def _listed(self) -> bool:
        return len(self.look.branches) > 1 if self._open is None else self._open

    @property
    def _lab(self) -> Live | None:
        made = self.look.stepper.run.tree.made_by
        return made.lab if isinstance(made, Making) else None

    def _journals(self) -> list[Journal]:
        """Of the runs that the lab made and somebody holds, the oldest first, and of those shown in the panel."""
        lab = self._lab
        there = lab.journals if lab else []
        known = set(there)
        return [*(one.journal for one in self.look.branches if one.journal not in known), *there]

    def _of(self, message: Mapping[str, Any]) -> Journal:
        known = {_uid(one): one for one in self._journals()}
        uid = str(message.get("uid"))
        if uid not in known:
            raise InputError("nobody holds that run any more", hint=meant(uid, known))
        return known[uid]

    def _stepper(self, journal: Journal) -> Stepper | None:
        lab = self._lab
        own = next((one for one in self.look.branches if one.journal is journal), None)
        return own or (lab.stepper_of(journal) if lab else None)

    def _follow(self, journal: Journal) -> None:
        """A run that nothing moves is executed again as it is recorded, to where it was."""
        look, lab = self.look, self._lab
        if (stepper := self._stepper(journal)) is None and lab is not None:
            stepper = RecordedRun(journal, lab=lab).rerun()
            look.notice = f"Run {_uid(journal)[:8]} was executed again from its journal, as a run of its own."
        if stepper is not None:
            look.follow(stepper)

    def _compare(self, other: Journal) -> None:
        frame = differences(other, self.look.stepper.journal)
        caption = f"What the run shown does otherwise (right) than {_uid(other)[:8]} (left)."
        self._compared = _uid(other), Page(frame, caption=caption, empty="Both do the same so far.", blank=True)

    def _shown(self, one: Branch, journal: Journal) -> dict[str, Any]:
        place = (f"from {one.block} (invocation {one.invocation})" if one.block else f"from {one.forked_from[:8]}" +
                 ("" if one.level else ", which nobody holds") if one.forked_from else "")
        return {"uid": one.uid, "level": one.level, "playbook": visible(cut(one.playbook, NAME)),
                "label": visible(cut(place, NAME)), "status": one.status, "invocations": one.invocations,
                "shown": journal is self.look.stepper.journal, "again": self._stepper(journal) is None}


def _uid(journal: Journal) -> str:
    return spec_of(journal).uid
