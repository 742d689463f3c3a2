"""The invocations so far; a click looks at one."""

from __future__ import annotations

from typing import Any

from phantom_lab.frames.invoked import InvocationColumns
from phantom_lab.notebook.page import Columns, Page
from phantom_lab.notebook.parts.part import Part


class Timeline(Part):
    """A table of the invocations. Messages are those of `Page`; a click on a cell is the head's ``go``."""

    name = "timeline"

    def __init__(self, look: Any) -> None:
        super().__init__(look)
        self._page = Page(Columns([], [], 0))
        self._old = True

    def refresh(self) -> None:
        """Rows may have been added."""
        self._old = True

    def _shown(self) -> Page:
        """The page with the latest, unless an earlier one is looked at."""
        if not self._old:
            return self._page
        self._old = False
        journal = self.look.journal
        invoked = journal.reduced(InvocationColumns)
        found = invoked.columns(journal.get)
        of = ["run", "playbook"] if len(invoked.runs) > 1 else []
        names = ["n", "block", *of, "cause", "success", "error", "why"]
        listed = Columns(names, [found[name] for name in names], len(found["n"]))
        self._page = Page(listed, caption="Invocations so far. Click one to look at what came in, again to come back.",
                          empty="no block has been invoked yet", size=10, blank=True).keep(self._page)
        if not self.look.past and listed.length > self._page.size:
            self._page.command({"type": "page", "page": listed.length // self._page.size})
        return self._page

    def take(self, message: dict[str, Any]) -> None:
        """Paging, sorting, filtering."""
        self._shown().command(message)

    def view(self) -> dict[str, Any]:
        """One page; ``current`` is the row that is looked at, by its ``n``."""
        return {**self._shown().view(), "current": self.look.n}
