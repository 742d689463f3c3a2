"""The datapath microscope: a datapath is typed or clicked together, and read at the moment that is looked at."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.answers.walk import Walk, moment_at, offers, walk_at
from phantom_lab.datapath.walked import Level
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import InputError, LabError, cut
from phantom_lab.notebook.cells import text_of
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.part import Part
from phantom_lab.rules.then import run_then
from phantom_lab.terminal import visible
from phantom_lab.views import Moment

ROWS, CELL, SAMPLE, LONGEST = 50, 200, 1_500, 1_000
"""Rows, characters of a cell, of a level's value, and of a datapath."""


class Microscope(Part):
    """A drawer. ``{"type": "open"}``, ``{"type": "close"}``, ``{"type": "path", "text"}``."""

    name = "microscope"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._open, self._text = False, ""
        self._read: tuple[Moment, PlaybookRun] | None = None
        """The run as it was at the moment that was read last."""

    def take(self, message: dict[str, Any]) -> None:
        """Open it, close it, or read another datapath."""
        kind = message.get("type")
        if kind == "path":
            self._open, self._text = True, str(message.get("text") or "")[:LONGEST]
        elif kind in ("open", "close"):
            self._open = kind == "open" and not (message.get("toggle") and self._open)
        else:
            raise InputError(f"the microscope takes no {kind!r}")

    def view(self) -> dict[str, Any]:
        """The rows, the walk, what is wrong, and how the datapath may go on."""
        if not self._open:
            self._read = None
            return {}
        if not self.look.journal.length:
            return {"text": self._text, "problem": "the run has not begun", **_nothing()}
        moment = moment_at(self.look.stepper)
        found = moment.invocation
        if self._read is None or self._read[0] != moment:
            self._read = moment, run_then(moment)
        run = self._read[1]
        begun = self._text.rstrip()
        whole = begun[:-1] if begun.endswith(".") else "" if begun.endswith(":") else begun  # it is being typed
        try:
            walk = walk_at(moment, run, whole)
            there = offers(moment, run, self._text)
        except LabError as exc:
            return {"text": self._text, "problem": visible(str(exc)), **_nothing()}
        place = f"invocation {found.started.n}, {found.started.block}" if found else "outside of any block"
        return {"text": self._text, "at": visible(place), "problem": visible(walk.problem),
                "hints": [visible(one) for one in walk.hints], "total": len(walk.cells),
                "rows": [visible(cut(text_of(one), CELL)) for one in walk.cells[:ROWS]],
                "levels": [_level(one) for one in walk.levels], "lost": _lost(walk),
                "offers": [{"text": one.text, "name": visible(cut(one.name, 80)), "count": one.count} for one in there]}


def _nothing() -> dict[str, Any]:
    return {"at": "", "hints": [], "total": 0, "rows": [], "levels": [], "lost": -1, "offers": []}


def _level(one: Level) -> dict[str, Any]:
    sample = one.samples[0] if one.samples else None
    text = json.dumps(sample, indent=1, ensure_ascii=False, default=str) if one.samples else ""
    lost = json.dumps(one.before[0], indent=1, ensure_ascii=False, default=str) if one.before else ""
    return {"step": visible(cut(one.step, 80)), "there": one.there, "lost": one.lost, "odd": one.odd,
            "json": visible(cut(text, SAMPLE)), "where_lost": visible(cut(lost, SAMPLE))}


def _lost(walk: Walk) -> int:
    """The level at which nothing is left; -1: there is something to the end."""
    return next((place for place, one in enumerate(walk.levels) if not one.there), -1)
