"""What a run did, in the fields that expectations have: see `phantom_lab.scenarios.expectation.SECTIONS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from phantom_lab.errors import LabError
from phantom_lab.history import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CallFailed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Evaluated,
    Journal,
    Logged,
    OutcomeGiven,
    OutcomeMissing,
    OutputSaved,
    PlaybookStarted,
    Refused,
    RunStarted,
)
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.reading.condition_names import condition_names, conditions_of
from phantom_lab.reading.read import read
from phantom_lab.scenarios.expectation import NOT_STARTED
from phantom_lab.source.source import Source
from phantom_lab.views.fan_out import sets_of, without_context
from phantom_lab.views.net import net_writes
from phantom_lab.views.receipt import container_meant
from phantom_lab.views.requested import requested
from phantom_lab.views.unstarted import unstarted

Fact = Mapping[str, Any]
"""One thing that happened, by the fields of its section."""


class Facts:
    """The facts of a journal, made by section where they are asked for; those of child playbooks among them."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._get, self._index = journal.get, journal.index
        self._runs = {one.run: one for one in self._index.of_kind(RunStarted)}
        self._root = next(iter(self._runs), 0)
        self._made: dict[str, list[Fact]] = {}

    def of(self, section: str) -> list[Fact]:
        """The facts of a section, in their order."""
        if section not in self._made:
            self._made[section] = list(_TOLD[section](self))
        return self._made[section]

    @property
    def status(self) -> str:
        """How the run ended; ``running`` where it has not."""
        return end.status if (end := self._index.ends.get(self._root)) else "running"

    @property
    def message(self) -> str:
        """Why it ended so."""
        return end.message if (end := self._index.ends.get(self._root)) else ""

    @cached_property
    def calls(self) -> list[str]:
        """What was asked for, by block and in order; of a child playbook with its name before it."""
        events: list[Any] = self._index.of_kinds(ActionStarted, CustomFunctionStarted, PlaybookStarted)
        asked = [one for one in events if not isinstance(one, ActionStarted) or sets_of(self.journal, one)]
        root = self.playbook(self._root)
        return [one.name if self.playbook(one.run) == root else f"{self.playbook(one.run)}: {one.name}"
                for one in asked]

    def playbook(self, run: int) -> str:
        """The playbook of a run."""
        return self._runs[run].playbook if run in self._runs else ""

    @property
    def sources(self) -> Iterator[Source]:
        """The playbooks of the runs."""
        return (Source(one.playbook, self._get(one.source), None) for one in self._runs.values())

    def actions(self) -> Iterator[Fact]:
        for event in self._index.of_kind(ActionStarted):
            sets = sets_of(self.journal, event)
            if event.action not in PEOPLE and sets:
                ended = self._completed.get(event.action_run_id)
                yield {"action": event.action, **self._named(event), "asset": [one["asset"] for one in event.targets],
                       "parameter": sets, "parameters": sets, "status": ended.status if ended else "",
                       "message": ended.message if ended else ""}

    def prompts(self) -> Iterator[Fact]:
        """Prompts and tasks; and the approvals that actions needed."""
        started = {one.action_run_id: one for one in self._index.of_kind(ActionStarted)}
        events: list[Any] = self._index.of_kinds(ActionStarted, OutcomeGiven, OutcomeMissing)
        for event in events:
            asked = started[event.action_run_id]
            if isinstance(event, ActionStarted):
                given = self._get(event.parameters) if event.action in PEOPLE else []
            else:
                own = event.action in PEOPLE and event.action != asked.action
                given = [self._get(event.parameter)] if own else []
            ended = self._completed.get(event.action_run_id)
            for one in without_context([one for one in given if isinstance(one, dict)]):
                yield {**self._named(asked), "action": event.action, "to": asked_of(one),
                       "message": str(one.get("message", "")), "status": ended.status if ended else ""}

    def custom_functions(self) -> Iterator[Fact]:
        done = {one.custom_function_run_id: one for one in self._index.of_kind(CustomFunctionCompleted)}
        for event in self._index.of_kind(CustomFunctionStarted):
            ended = done.get(event.custom_function_run_id)
            given = self._get(event.parameters)
            sets = given if isinstance(given, list) else [given]
            yield {"custom_function": event.function, **self._named(event), "parameter": sets, "parameters": sets,
                   "status": ended.status if ended else "", "message": ended.message if ended else ""}

    def children(self) -> Iterator[Fact]:
        """Child playbooks; ``waited`` is whether a callback waits for one that was not started."""
        outputs = {one.run: self._get(one.output) for one in self._index.of_kind(OutputSaved)}
        for event in self._index.of_kind(PlaybookStarted):
            ended = self._index.ends.get(event.child)
            yield {"child": event.playbook, **self._named(event), "inputs": self._get(event.inputs),
                   "outputs": outputs.get(event.child), "status": ended.status if ended else "",
                   "message": ended.message if ended else "", "waited": False}
        for row in unstarted(self.journal):
            names = [one for one in (row["name"], row["block"]) if one]
            yield {"child": row["playbook"], "block": names, "playbook": self.playbook(row["run"]), "inputs": {},
                   "outputs": None, "status": NOT_STARTED, "message": "", "waited": row["waited"]}

    def requests(self) -> Iterator[Fact]:
        for row in requested(self.journal):
            yield {"method": row["method"], "url": row["url"], "status": row["status_code"], "block": row["block"],
                   "playbook": self.playbook(self._root)}

    def blocks(self) -> Iterator[Fact]:
        for one in self._index.invocations.values():
            if not one.started.custom_function:
                yield {"block": one.started.block, "playbook": self.playbook(one.started.run)}

    def conditions(self) -> Iterator[Fact]:
        names = {run: self._conditions(one) for run, one in self._runs.items()}
        for event in self._index.of_kind(Evaluated):
            if (name := names.get(event.run, {}).get(event.line)) is not None:
                yield {**self._within(event), "condition": name, "held": event.passed}

    def changes(self) -> Iterator[Fact]:
        for (kind, number), fields in net_writes(self.journal).items():
            for name, (event, before, values) in fields.items():
                yield {"object": kind, "id": number, "field": name, "from": before, "to": values[-1],
                       **self._within(event)}

    def notes(self) -> Iterator[Fact]:
        for fact in self.of("changes"):
            if (fact["object"], fact["field"]) == ("note", "added"):
                title, content = str(fact["to"].get("title") or ""), str(fact["to"].get("content") or "")
                yield {"text": [title, content], "title": title, "content": content, "block": fact["block"],
                       "playbook": fact["playbook"]}

    def comments(self) -> Iterator[Fact]:
        for fact in self.of("changes"):
            if (fact["object"], fact["field"]) == ("container_comment", "added"):
                yield {"text": str(fact["to"].get("comment")), "block": fact["block"], "playbook": fact["playbook"]}

    def messages(self) -> Iterator[Fact]:
        for event in self._index.of_kind(Logged):
            if event.level in ("debug", "error"):
                yield {"text": event.message, **self._within(event)}

    def outputs(self) -> Iterator[Fact]:
        saved = [one for one in self._index.of_kind(OutputSaved) if one.run == self._root]
        given = self._get(saved[-1].output) if saved else {}
        for name, value in given.items() if isinstance(given, dict) else [("", given)]:
            yield {"name": name, "value": value}

    def errors(self) -> Iterator[Fact]:
        for one in self._index.failed:
            if one.failure is not None and one.started.caller is None:
                yield {"type": one.failure.type, "message": one.failure.message, "block": one.failure.block,
                       "playbook": self.playbook(one.started.run)}

    def refused(self) -> Iterator[Fact]:
        events: list[Any] = self._index.of_kinds(CallFailed, Refused)
        calls = {one.command: one for one in self._index.of_kind(ApiCalled)} if events else {}
        own = {one.run: one.container_id for one in self._index.of_kind(RunStarted)}
        for event in events:
            if isinstance(event, Refused):
                yield {"what": event.what, "on": event.on, "reason": "refused by the lab", **self._within(event)}
            elif event.write:
                on = event.on or container_meant(self._get, calls.get(event.command), own.get(event.run))
                yield {"what": event.api, "on": on, "reason": event.reason, **self._within(event)}

    @cached_property
    def _completed(self) -> dict[int, ActionCompleted]:
        return {one.action_run_id: one for one in self._index.of_kind(ActionCompleted)}

    def _conditions(self, started: RunStarted) -> dict[int, str]:
        try:
            found = read(Source(started.playbook, self._get(started.source), None))
        except LabError:  # stubbed, or too deep to be read
            return {}
        return {call.line: name for call, name in condition_names(conditions_of(found))}

    def _named(self, event: Any) -> dict[str, Any]:
        """What was asked for goes by its own name, and by that of the block that asks."""
        block = self._index.block_of(event.invocation)
        return {"block": [event.name, *([block] if block and block != event.name else [])],
                "playbook": self.playbook(event.run)}

    def _within(self, event: Any) -> dict[str, str]:
        return {"block": self._index.block_of(event.invocation) or "", "playbook": self.playbook(event.run)}


_TOLD: dict[str, Callable[[Facts], Iterator[Fact]]] = {
    "actions": Facts.actions, "prompts": Facts.prompts, "custom_functions": Facts.custom_functions,
    "children": Facts.children, "requests": Facts.requests, "blocks": Facts.blocks, "conditions": Facts.conditions,
    "changes": Facts.changes, "notes": Facts.notes, "comments": Facts.comments, "messages": Facts.messages,
    "outputs": Facts.outputs, "errors": Facts.errors, "refused": Facts.refused}

