"""The invocation view: the chosen tab, the chosen table of it, and the place in that."""

from __future__ import annotations

from typing import Any

from phantom_lab.errors import LabError
from phantom_lab.frames import export
from phantom_lab.frames.rows import Listed
from phantom_lab.history import Invocation
from phantom_lab.notebook.handed import to_notebook
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.data.given import MEANING, not_passed
from phantom_lab.notebook.parts.data.raising import told
from phantom_lab.notebook.parts.data.sight import Sight, Step, Values, given_to
from phantom_lab.notebook.parts.data.tab import Tab
from phantom_lab.notebook.parts.data.tabs import tabs_of
from phantom_lab.notebook.parts.part import Part
from phantom_lab.views.raised import raised

SHOWN = 60
"""Tabs that are shown."""
_FIRST = ("results", "filtered_results", "filtered_artifacts", "container")
"""What is opened first, the first that was passed."""


class Data(Part):
    """What came in, what the run holds and what the block did.

    ``{"type": "tab", "tab": "results"}``, ``{"type": "chip", "chip": KEY}`` another table of the tab; any other message
    is the table's: see `Page.command`.
    """

    name = "data"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.tab = ""
        """What somebody chose; empty: nobody did."""
        self._chips: dict[str, str] = {}
        self._dismissed = 0
        """The invocation whose exception somebody turned away from."""
        self._page: Page | None = None
        self._of: tuple[str, str] | None = None
        self._old = True
        self._values = Values(look.journal)
        self._here: Step | None = None
        self._before: Step | None = None
        self._place: tuple[int, str, str] = (0, "", "")
        self._noted()

    def refresh(self) -> None:
        """The same tab, of what is looked at now; made when it is shown."""
        if self._values.journal is not self.look.journal:  # another branch
            self._values, self._here, self._before, self._page = Values(self.look.journal), None, None, None
        self._chips.pop("exception", None)  # its locals are not made again with every step
        self._noted()
        self._old = True

    def take(self, message: dict[str, Any]) -> None:
        """Another tab, another table of it, or something of the table."""
        kind = message.get("type")
        if kind == "tab":
            current = self.look.current
            self._dismissed = current.started.n if current is not None and current.failure is not None else 0
            self.tab = str(message.get("tab"))
            self._chips.pop("exception", None)
            self._page = None  # another table: no sorting, filter or page of the last one's
        elif kind == "chip":
            tabs = self._tabs()
            key = self._key(tabs)
            before, self._chips[key] = self._chips.get(key, ""), str(message.get("chip"))
            try:
                self._shown(tabs)  # what cannot be made is told here
            except LabError:
                self._chips[key] = before
                raise
        elif kind == "frame":
            self.look.notice = to_notebook(self.frame())
        elif kind == "save":
            saved = export(self.frame(), str(message.get("file")))
            self.look.notice = f"written: {saved}"
        else:
            self._shown(self._tabs())[0].command(message)

    def view(self) -> dict[str, Any]:
        """``tabs``, ``tab``, its ``chips`` and ``chip``, ``table``, the ``argument`` that it is of, and ``raised``: the
        exception, on its tab."""
        tabs = self._tabs()
        page, tab = self._shown(tabs)
        table = page.view()
        if tab is not None and tab.large:
            tabs = self._tabs()  # it is counted now
            tab = next(one for one in tabs if one.key == tab.key)
        chips = tab.chips if tab is not None and len(tab.chips) > 1 else []
        current = self.look.current
        found = raised(self.look.journal, current) if current is not None and tab and tab.key == "exception" else None
        return {"tabs": [_told(one) for one in tabs[:SHOWN]], "all": len(tabs), "tab": self._key(tabs),
                "chips": [{"key": one.key, "label": one.label, "count": one.count, "kind": one.kind, "wait": one.wait}
                          for one in chips], "chip": self._of[1] if self._of else "", "note": tab.note if tab else "",
                "table": table, "argument": tab.argument if tab else "",
                "raised": told(found) if found else None}

    def frame(self) -> Any:
        """The table that is shown, whole, as a pandas frame: of all rows, without what a filter hides."""
        return self._shown(self._tabs())[0].frame()

    def came_in(self, current: Invocation) -> dict[str, Any]:
        """The arguments of an invocation of the run, which nobody changes: what is large is decoded once."""
        values = self._values
        return {name: values.get(ref) for name, ref in given_to(values.journal, current).items()}

    def _noted(self) -> None:
        """Remember where the step before was: where the run rested last, but for edits there."""
        look = self.look
        if look.position.state == "running" or look.past:
            return
        place = (look.n, look.position.state, look.position.at)
        if self._here is not None and self._place != place:
            self._before = self._here
        self._here, self._place = Step(look.n, look.journal.length - 1), place

    def _tabs(self) -> list[Tab]:
        current = self.look.current
        if current is None:
            return []
        before = self._before
        if self.look.past or before is None:
            start = self.look.journal.index.start_of(current.started.n - 1)
            before = Step(current.started.n - 1, start) if start is not None else None
        return tabs_of(Sight(self.look, current, before, self._values))

    def _key(self, tabs: list[Tab]) -> str:
        """The tab that is shown: an exception opens by itself; else the one that was chosen."""
        keys = [one.key for one in tabs]
        if "exception" in keys and self._dismissed != self.look.n:
            return "exception"
        if self.tab in keys:
            return self.tab
        if self.tab in MEANING:
            return "absent" if "absent" in keys else ""
        return next((one for one in _FIRST if one in keys), keys[0] if keys else "")

    def _shown(self, tabs: list[Tab]) -> tuple[Page, Tab | None]:
        key = self._key(tabs)
        tab = next((one for one in tabs if one.key == key), None)
        if tab is None:
            return Page(Listed([]), empty="no block has been invoked yet"), None
        chip = tab.chip(self._chips.get(key, ""))
        if self._page is None or self._old or self._of != (key, chip.key):
            kept = self._page if self._of == (key, chip.key) else None
            wanted = self.tab if key == "absent" and self.tab in MEANING else ""
            made = self._asked_for(wanted) if wanted else chip.make()
            self._page, self._of = (made.keep(kept) if kept else made), (key, chip.key)
        self._old = False
        return self._page, tab

    def _asked_for(self, wanted: str) -> Page:
        current = self.look.current
        assert current is not None
        return not_passed(Sight(self.look, current, None, self._values), wanted)


def _told(tab: Tab) -> dict[str, Any]:
    return {"key": tab.key, "label": tab.label, "group": tab.group, "count": tab.count, "changed": tab.changed,
            "kind": tab.kind, "title": tab.title, **({"argument": tab.argument} if tab.argument else {})}
