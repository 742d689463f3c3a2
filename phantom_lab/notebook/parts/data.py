"""What came in: a tab for every argument, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from phantom_lab import frames
from phantom_lab.frames.flatten import flatten, table
from phantom_lab.history import Invocation
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.part import Part
from phantom_lab.views import sources

TABS = {
    "action": "action", "success": "success", "container": "container", "results": "results", "handle": "handle",
    "filtered_artifacts": "filtered artifacts", "filtered_results": "filtered results",
    "custom_function": "custom function", "finding": "finding", "did": "last block",
}
_MEANING = {
    "action": "which action run came back",
    "success": "False only if the action failed on every asset with every parameter set",
    "container": "the container as it was when the block was invoked",
    "results": "one row per asset × parameter set × data item",
    "handle": "what the caller of the action passed along",
    "custom_function": "which custom function run came back",
}


class Data(Part):
    """The chosen tab. ``{"type": "tab", "tab": "results"}``; any other message is the table's: see `Page`."""

    name = "data"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.tab = "container"
        self._table: Page | None = None
        self._old = True

    def refresh(self) -> None:
        """The same tab, of what is looked at now; made when it is shown."""
        self._old = True

    def take(self, message: dict[str, Any]) -> None:
        """Another tab, or something of its table."""
        if message.get("type") != "tab":
            self._shown().command(message)
        elif message.get("tab") in TABS:
            self.tab = message["tab"]
            self._table = None  # another table: no sorting, filter or page of the last one's

    def view(self) -> dict[str, Any]:
        """The tabs, and the table of the chosen one."""
        return {"tabs": self._tabs(self.look.current), "tab": self.tab, "table": self._shown().view()}

    def _shown(self) -> Page:
        if self._table is None:
            self._table = self._page()
        elif self._old:
            self._table = self._page().keep(self._table)
        self._old = False
        return self._table

    def _page(self) -> Page:
        current = self.look.current
        if current is None:
            return Page(table([]), empty="no block has been invoked yet")
        n, run = current.started.n, self.look.stepper.run
        if self.tab == "did":
            return self._did(current)
        if self.tab == "finding":
            found = _record(frames.finding(run, at=n))
            return Page(_fields(found) if found else table([]), caption="what `finding:` reads in this block",
                        empty="the run is about no finding")
        given = frames.arguments(run, at=n)
        if self.tab == "filtered_artifacts":
            return _filtered(frames.filtered_artifacts(run, at=n), "filtered_artifacts" in given)
        if self.tab == "filtered_results":
            return _filtered(frames.filtered_results(run, at=n), "filtered_results" in given)
        if self.tab not in given:
            handed = ", ".join(given) or "nothing"
            return Page(table([]), empty=f"not passed: {current.started.block} was handed {handed}")
        value = given[self.tab]
        frame = _results(value, sources(run.journal)) if self.tab == "results" else _fields(value)
        child = self.tab == "results" and current.started.cause.kind == "playbook"
        meaning = "what the child playbook was given, and came back with" if child else _MEANING[self.tab]
        return Page(frame, caption=f"{self.tab}: {meaning}", empty="passed, and empty")

    def _did(self, current: Invocation) -> Page:
        resting = self.look.position.state == "resting" and not self.look.past
        n = current.started.n - 1 if resting else current.started.n
        block = self.look.journal.index.invocation(n)
        if block is None:
            return Page(table([]), empty="nothing has run yet: this is the first block")
        so_far = "" if block.ended else " so far"
        ended = f" It raised {block.failure}." if block.failure else ""
        return Page(frames.deeds(self.look.stepper.run, n), caption=f"What {block.started.block} (invocation {n}) "
                    f"did{so_far}.{ended}", empty=f"{block.started.block} called nothing", blank=True)

    def _tabs(self, current: Invocation | None) -> list[dict[str, Any]]:
        if current is None:
            return [{"key": key, "label": label, "passed": False, "count": ""} for key, label in TABS.items()]
        run, n = self.look.stepper.run, current.started.n
        given = frames.arguments(run, at=n)
        counts = {"results": len(_results(given["results"])) if given.get("results") else 0,
                  "filtered_artifacts": len(frames.filtered_artifacts(run, at=n)),
                  "filtered_results": len(frames.filtered_results(run, at=n))}
        about = bool(len(frames.finding(run, at=n)))
        tabs = []
        for key, label in TABS.items():
            if key == "finding" and not about:
                continue
            passed = key in ("did", "finding") or key in given or bool(counts.get(key))
            count = str(counts[key]) if counts.get(key) else ""
            if key == "success" and key in given:
                count = str(given[key])
            tabs.append({"key": key, "label": label, "passed": passed, "count": count})
        return tabs


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    """The only row of a frame by column."""
    return {str(name): value for name, value in frame.iloc[0].items()} if len(frame) else {}


def _filtered(frame: pd.DataFrame, passed: bool) -> Page:
    note = "passed as an argument, and " if passed else ""
    labels = ", ".join(dict.fromkeys(frame["filter"])) if len(frame) else ""
    return Page(frame, caption=f"{note}let through by: {labels}" if labels else "",
                empty="no filter has let anything through so far")


def _results(value: Any, told: Mapping[int, list[str]] | None = None) -> pd.DataFrame:
    """A ``results`` argument; a playbook may have put anything there."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return _fields(value)
    names = {one.get("name") for one in value}
    return frames.results_table(value, names.pop() if len(names) == 1 else None, told)


def _fields(value: Any) -> pd.DataFrame:
    """A value as a table of fields."""
    if isinstance(value, dict):
        return table([{"field": name.removeprefix("."), "value": one} for name, one in flatten(value, "").items()
                      if name or one], ["field", "value"])
    items = value if isinstance(value, list) else [value]
    return table([{"value": item} for item in items], ["value"])
