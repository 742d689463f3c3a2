"""The panel without widgets: commands in, plain snapshots out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from phantom_lab import frames
from phantom_lab.control import Stepper
from phantom_lab.errors import InputError, LabError
from phantom_lab.frames.flatten import flatten, table
from phantom_lab.frames.invoked import InvocationColumns
from phantom_lab.history import Invocation
from phantom_lab.history.index import Index
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.notebook.page import Columns, Page
from phantom_lab.outcomes import ActionCall, declined, responses, timed_out
from phantom_lab.terminal import visible
from phantom_lab.views import sources, why

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


class Controller:
    """What the panel shows, and what its buttons do.

    Args:
        stepper: the run under control.
    """

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        self.tab = "container"
        self.problem = ""
        self._looking: int | None = None
        self._table = Page(table([]))
        self._list = Page(table([]))
        self.refresh()

    def command(self, message: dict[str, Any]) -> None:
        """Carry out a message of the browser; what goes wrong becomes `problem`, one line.

        ``{"type": "command", "command": "step"}``, ``{"type": "tab", "tab": "results"}``,
        ``{"type": "answer", "status", "data", "summary", "message"}`` (JSON texts), ``{"type": "answer", "reply",
        "responses"}`` (``responses``, ``timed_out`` or ``declined``), ``{"type": "look", "n": 3}``.
        """
        self.problem = ""
        kind = message.get("type")
        try:
            if kind == "command":
                self._looking = None
                self.stepper.request(str(message.get("command")))
            elif kind == "answer":
                self.stepper.answer(_answer(message))
            elif kind == "tab" and message.get("tab") in TABS:
                self.tab = message["tab"]
                self._table = Page(table([]))  # another table: no sorting, filter or page of the last one's
            elif kind == "look":  # a second click comes back to the present
                self._looking = None if self._looking == message.get("n") else message.get("n")
        except LabError as exc:
            self.problem = str(exc)
        self.refresh()

    def table_command(self, message: dict[str, Any]) -> None:
        """A message of the table."""
        self._table.command(message)

    def list_command(self, message: dict[str, Any]) -> None:
        """A message of the list of invocations; a click on a row looks at that invocation."""
        if message.get("type") == "cell":
            row = self._list.row(int(message.get("row", -1)))
            if row is not None:
                self.command({"type": "look", "n": row["n"]})
        else:
            self._list.command(message)

    def refresh(self) -> None:
        """Take a new look at the run."""
        self._table = self._page().keep(self._table)
        journal = self.stepper.run.journal
        invoked = journal.reduced(InvocationColumns)
        found = invoked.columns(journal.get)
        of = ["run", "playbook"] if len(invoked.runs) > 1 else []
        names = ["n", "block", *of, "cause", "success", "error", "why"]
        listed = Columns(names, [found[name] for name in names], len(found["n"]))
        self._list = Page(listed, caption="Invocations so far. Click one to look at what came in, again to come back.",
                          empty="no block has been invoked yet", size=10, blank=True).keep(self._list)
        if self._looking is None and listed.length > self._list.size:
            self._list.command({"type": "page", "page": listed.length // self._list.size})

    def snapshot(self) -> dict[str, Any]:
        """Everything that the toolbar, the sentence and the tabs show."""
        position = self.stepper.position
        current = self._current()
        looking = self._looking is not None and current is not None
        sentence = why(current.started) if looking and current else position.why
        call = self.stepper.needed
        return {
            "playbook": visible(self._whose(current)), "state": position.state, "status": position.status,
            "block": visible(current.started.block) if current else "", "n": current.started.n if current else 0,
            "line": current.started.line if current else 0, "sentence": visible(sentence), "looking": looking,
            "tabs": self._tabs(current), "tab": self.tab, "problem": self.problem,
            "needs": call and _needed(call),
            "commands": {name: self._possible(name, position.state) for name in
                         ("step", "step_over", "step_out", "resume", "stop")},
        }

    def table_view(self) -> dict[str, Any]:
        """The table of the chosen tab."""
        return self._table.view()

    def list_view(self) -> dict[str, Any]:
        """The list of invocations."""
        return self._list.view()

    def _whose(self, current: Invocation | None) -> str:
        """The playbook; of a child's invocation the child besides, by its run."""
        root = self.stepper.run
        run = root.tree.runs.get(current.started.run, root) if current else root
        return root.playbook.name if run is root else f"{root.playbook.name} › {run.playbook.name} (run {run.id})"

    # -- what is looked at -----------------------------------------------------------------------------------------

    @property
    def _index(self) -> Index:
        return self.stepper.run.journal.index

    def _current(self) -> Invocation | None:
        """The invocation picked, or the one the run rests at, or the latest."""
        if self._looking is not None and (picked := self._index.invocation(self._looking)):
            return picked
        rest = self.stepper.position.invocation
        return self._index.invocation(rest.n) if rest else self._index.latest

    def _page(self) -> Page:
        current = self._current()
        if current is None:
            return Page(table([]), empty="no block has been invoked yet")
        n, run = current.started.n, self.stepper.run
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
        resting = self.stepper.position.state == "resting" and self._looking is None
        n = current.started.n - 1 if resting else current.started.n
        block = self._index.invocation(n)
        if block is None:
            return Page(table([]), empty="nothing has run yet: this is the first block")
        so_far = "" if block.ended else " so far"
        ended = f" It raised {block.failure}." if block.failure else ""
        return Page(frames.deeds(self.stepper.run, n), caption=f"What {block.started.block} (invocation {n}) "
                    f"did{so_far}.{ended}", empty=f"{block.started.block} called nothing", blank=True)

    def _tabs(self, current: Invocation | None) -> list[dict[str, Any]]:
        if current is None:
            return [{"key": key, "label": label, "passed": False, "count": ""} for key, label in TABS.items()]
        run, n = self.stepper.run, current.started.n
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

    @staticmethod
    def _possible(command: str, state: str) -> bool:
        if command == "stop":
            return state != "ended"
        return state in ("ready", "resting")


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


def _needed(call: ActionCall) -> dict[str, Any]:
    """What the form asks: of a prompt, task or approval its text and questions, each with its choices."""
    parameter = {key: value for key, value in call.parameter.items() if key != "context"}
    told = {"action": call.action, "asset": call.asset, "name": call.name,
            "parameter": json.dumps(parameter, ensure_ascii=False)}
    needed: dict[str, Any] = {**{key: visible(text) for key, text in told.items()}, "person": call.action in PEOPLE}
    if needed["person"]:
        given = parameter.get("response_types")
        asked = given if given is not None else [{}] if call.action == "prompt" else []
        needed["to"], needed["text"] = visible(asked_of(parameter)), visible(str(parameter.get("message")))
        needed["questions"] = [{"text": visible(str(one.get("prompt") or "response")),
                                "choices": [str(choice) for choice in (one.get("options") or {}).get("choices") or ()]}
                               for one in asked]
    return needed


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    """The typed-in answer; its JSON texts are read here, so that a slip is told where it was made."""
    if message.get("reply") == "responses":
        return responses(*(message.get("responses") or ()))
    if message.get("reply"):
        return timed_out() if message["reply"] == "timed_out" else declined()
    answer: dict[str, Any] = {"status": message.get("status", "success"), "message": message.get("message") or None}
    for key in ("data", "summary"):
        typed = str(message.get(key) or "").strip()
        if typed:
            try:
                answer[key] = json.loads(typed)
            except json.JSONDecodeError as exc:
                raise InputError(f"{key} is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})") from None
    return answer
