"""The invocations so far in their order, as marks to click and as a table."""

from __future__ import annotations

from typing import Any

from phantom_lab.frames.invoked import InvocationColumns
from phantom_lab.history import Journal
from phantom_lab.notebook.columns import Columns, OfColumns
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.part import Part
from phantom_lab.terminal import visible

WINDOW = 60
"""Invocations that are shown as marks at a time, at least."""
EVERY = 20
"""Invocations after which the first mark is another one: until then those that are there stand still."""
NAME = 80
"""Characters of a block's name that are sent."""


class _Listed(OfColumns):
    """Invocations."""

    def about(self, place: int) -> tuple[str, str]:
        """The invocation."""
        row = self.row(place)
        return f"{row['block']}@{row['n']}", ""


class Timeline(Part):
    """Marks around the invocation looked at; a click is the head's ``go``.

    ``{"type": "window", "first": 61}`` shows marks from there on, ``{"type": "list"}`` opens and closes the table,
    whose messages are those of `Page`.
    """

    name = "timeline"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._first: int | None = None
        self._listed = False
        self._page: Page | None = None
        self._old = True
        self._made: tuple[Journal, dict[tuple[int, bool], dict[str, Any]]] = look.journal, {}
        """The marks that were shown last, by the invocation and whether it has ended: nothing else changes one."""

    def refresh(self) -> None:
        """There may be more of them; what is looked at is in sight again."""
        self._old, self._first = True, None

    def take(self, message: dict[str, Any]) -> None:
        """Other marks, or something of the table."""
        if message.get("type") == "window":
            self._first = int(message.get("first", 1))
        elif message.get("type") == "list":
            self._listed = not self._listed
        else:
            self._shown().command(message)

    def view(self) -> dict[str, Any]:
        """``marks`` are ``{n, block, cause, state, child, why}``, with ``state`` one of ``ran``, ``raised``, ``failed``
        (told of a failure) and ``here`` (rests, and has not ended)."""
        journal = self.look.journal
        invoked = journal.reduced(InvocationColumns)
        columns = invoked.columns(journal.get)
        last = len(columns["n"])
        newest = max(last - WINDOW, 0) // EVERY * EVERY + 1
        first = min(max(self._first or self._around(newest), 1), newest)
        until = last if first == newest else first - 1 + WINDOW
        before = self._made[1] if self._made[0] is journal else {}
        made = {}
        for row in range(first - 1, until):
            key = n, over = columns["n"][row], journal.index.end_of(columns["n"][row]) is not None
            made[key] = before.get(key) or self._mark(columns, row, n, over=over)
        self._made = journal, made
        return {"marks": [*made.values()], "first": first, "last": last, "window": WINDOW, "current": self.look.n,
                "past": self.look.past, "table": self.table() if self._listed else None}

    def table(self) -> dict[str, Any]:
        """One page of them."""
        return self._shown().view()

    def _around(self, newest: int) -> int:
        """The first mark: what is looked at stands in the middle, the present at the end."""
        return self.look.n - WINDOW // 2 if self.look.past else newest

    def _mark(self, columns: dict[str, list[Any]], row: int, n: int, *, over: bool) -> dict[str, Any]:
        state = ("raised" if columns["error"][row] else "here" if not over else
                 "failed" if columns["success"][row] is False else "ran")
        run = self.look.stepper.run
        return {"n": n, "block": visible(columns["block"][row])[:NAME], "cause": columns["cause"][row], "state": state,
                "child": visible(columns["playbook"][row] or "")[:NAME] if columns["run"][row] != run.id else "",
                "why": visible(columns["error"][row] or columns["why"][row])[:400]}

    def _shown(self) -> Page:
        """The page of the table with the latest, unless an earlier one is looked at."""
        if self._page is not None and not self._old:
            return self._page
        journal = self.look.journal
        invoked = journal.reduced(InvocationColumns)
        found = invoked.columns(journal.get)
        of = ["run", "playbook"] if len(invoked.runs) > 1 else []
        names = ["n", "block", *of, "cause", "success", "error", "why"]
        listed = Columns(names, [found[name] for name in names], len(found["n"]))
        page = Page(_Listed(listed), caption="Click an invocation to look at what came in.",
                    empty="no block has been invoked yet", size=10, blank=True)
        self._page, self._old = page.keep(self._page) if self._page else page, False
        if not self.look.past and listed.length > page.size:
            page.command({"type": "page", "page": listed.length // page.size})
        return page
