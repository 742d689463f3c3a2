"""What a run would have changed on a real platform: outside of it, by asking people, and on the platform itself."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

from phantom_lab.journal.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    Changed,
    Event,
    Logged,
    OutcomeGiven,
    OutcomeMissing,
    RunEnded,
    RunStarted,
)
from phantom_lab.journal.fan_out import PEOPLE, without_context
from phantom_lab.journal.invocations import block_of, invocations
from phantom_lab.journal.journal import Journal
from phantom_lab.journal.net import net_writes

OUTSIDE, PERSON, INSIDE = "outside", "person", "inside"
UNKNOWN = "unknown, taken as a change"
_DONE, _NOT = "carried out", "not carried out"
_LOCAL = "local REST"
"""Who answers actions of the HTTP app that stay on the platform."""
_REQUESTS = "requests."
_SAFE = frozenset({"requests.get", "requests.head", "requests.options"})
_REPLACED = re.compile("(child playbook|custom function) (.+) is not executed: (.+) answers", re.DOTALL)
"""The note that a stand-in leaves."""


def receipt(journal: Journal) -> list[dict[str, Any]]:
    """Everything that a run and its child playbooks changed, or set out to change.

    Actions that an app declares to be read-only are left out; where nothing is declared, ``known`` says so: it is taken
    as a change, and so is a child playbook or custom function that something stands in for. Actions of the HTTP app
    that the local REST answered are told by what they wrote.

    Returns:
        ``{"side", "change", "on", "given", "from", "status", "known", "run", "block", "line"}``. ``side`` is
        ``outside`` (one row per asset and parameter set), ``person`` or ``inside`` (one row per record that came or
        went, and per field that is another one at the end); ``from`` is the artifact that the parameters name, with the
        fields that hold their values, or the run's container.
    """
    fold = _Fold(journal)
    return [*fold.asked(), *fold.requests(), *fold.replaced(), *fold.written()]

_Source = ActionStarted | ApiCalled | Changed | Logged
"""Events that rows come from."""


class _Fold:
    """One journal, with what rows need of it."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._get, self._events = journal, journal.get, journal.events
        self._blocks = invocations(self._events)
        self._lines = {one.command: one.line for one in self._events if isinstance(one, ApiCalled)}
        self._containers = {one.run: one.container_id for one in self._events if isinstance(one, RunStarted)}
        self._ended = {one.run for one in self._events if isinstance(one, RunEnded)}
        self._completed = {one.action_run_id: one for one in self._events if isinstance(one, ActionCompleted)}
        self._outcomes = _outcomes(self._events)
        self._cef = {one.get("id"): one["cef"] for one in self._artifacts()
                     if isinstance(one, dict) and isinstance(one.get("cef"), dict)}

    def asked(self) -> Iterator[dict[str, Any]]:
        """Rows of actions, of prompts and tasks, and of the approvals that actions needed."""
        for event in self._events:
            if not isinstance(event, ActionStarted):
                continue
            for review in self._outcomes[event.action_run_id, "approve", "phantom"]:
                yield self._person(event, "approve", self._get(review.parameter), review)
            if event.action in PEOPLE or event.read_only is not True:
                yield from self._calls(event)

    def requests(self) -> Iterator[dict[str, Any]]:
        """Rows of what the playbook itself would have sent elsewhere."""
        for event in self._events:
            if isinstance(event, ApiCalled) and event.name.startswith(_REQUESTS) and event.name not in _SAFE:
                given = {name: self._get(ref) for name, ref in event.arguments.items()}
                status = _sent(self._get(event.returned) or {}, event.error)
                if status:
                    yield self._row(event, OUTSIDE, event.name, on=str(given.pop("url", "")), given=given,
                                    status=status, known="by its method")

    def replaced(self) -> Iterator[dict[str, Any]]:
        """Rows of child playbooks and custom functions of which nothing was executed."""
        for event in self._events:
            if isinstance(event, Logged) and event.level == "note" and (found := _REPLACED.fullmatch(event.message)):
                kind, name, source = found.groups()
                yield self._row(event, OUTSIDE, kind, on=name, given={}, status=f"{_NOT}: {source} answers",
                                known=UNKNOWN)

    def written(self) -> Iterator[dict[str, Any]]:
        """Rows of records of the platform."""
        for (kind, number), fields in net_writes(self._journal).items():
            for name, (event, before, after) in fields.items():
                if before != after:
                    given = after if name == "added" else before if name == "deleted" else {
                        "before": before, "after": after}
                    yield self._row(event, INSIDE, f"{kind} {name}", on=f"{kind} {number}", given=given, status=_DONE)

    def _calls(self, event: ActionStarted) -> Iterator[dict[str, Any]]:
        """One row per asset and parameter set."""
        given = [one for one in self._get(event.parameters) if isinstance(one, dict)]
        for asset in [one["asset"] for one in event.targets] or ["no asset"]:
            outcomes = self._outcomes[event.action_run_id, event.action, asset]
            for parameter in given:
                outcome = outcomes.popleft() if outcomes else None
                if event.action in PEOPLE:
                    yield self._person(event, event.action, parameter, outcome)
                elif not (isinstance(outcome, OutcomeGiven) and outcome.source == _LOCAL):
                    yield self._row(event, OUTSIDE, event.action, on=asset, given=parameter,
                                    status=self._status(event, outcome, _DONE, "failed"),
                                    known="declared a change" if event.read_only is False else UNKNOWN)

    def _person(self, event: ActionStarted, kind: str, parameter: dict[str, Any], outcome: Event | None,
                ) -> dict[str, Any]:
        return self._row(event, PERSON, kind, on=str(parameter.get("to")), given=parameter,
                         status=self._status(event, outcome, "answered", "not answered"))

    def _status(self, event: ActionStarted, outcome: Event | None, good: str, bad: str) -> str:
        if isinstance(outcome, OutcomeGiven):
            results = [one for one in self._get(outcome.results) if isinstance(one, dict)]
            failed = [one["message"] for one in results if one["status"] != "success"]
            share = f"{len(failed)} of {len(results)} " if len(failed) < len(results) else ""
            return f"{share}{bad}: {failed[0]}" if failed else good
        if event.action_run_id in self._completed:
            return f"{_NOT}: {self._completed[event.action_run_id].message}"
        if event.run in self._ended:
            return f"{_NOT}: {'no outcome' if isinstance(outcome, OutcomeMissing) else 'the run ended before'}"
        return "pending"

    def _row(self, event: _Source, side: str, change: str, *, on: str, given: Any = None,
             status: str, known: str = "") -> dict[str, Any]:
        shown = without_context([given])[0] if isinstance(event, ActionStarted) else given
        return {"side": side, "change": change, "on": on, "given": shown, "from": self._origin(event, given),
                "status": status, "known": known, "run": event.run,
                "block": block_of(self._blocks, event.invocation),
                "line": self._lines.get(event.command, 0) if isinstance(event, ActionStarted | ApiCalled) else 0}

    def _origin(self, event: _Source, given: Any) -> str:
        """The artifact that parameters name, with the fields that hold their values; else the run's container."""
        context = given.get("context") if isinstance(event, ActionStarted) else None
        number = context.get("artifact_id") if isinstance(context, dict) else None
        if not number or not isinstance(number, int | str):
            return f"container {self._containers.get(event.run)}"
        values = [one for one in given.values() if isinstance(one, str | int | float) and one not in ("", 0, 1)]
        cef = self._cef.get(int(number) if str(number).isdecimal() else number, {})
        fields = [f"cef.{name}" for name, value in cef.items() if isinstance(value, str | int | float)
                  and value in values]
        return f"artifact {number} {', '.join(fields)}".rstrip()

    def _artifacts(self) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, RunStarted):
                yield from self._get(event.artifacts)
            elif isinstance(event, Changed) and (event.kind, event.field) == ("artifact", "added"):
                yield self._get(event.after)


def _sent(answer: dict[str, Any], error: str) -> str:
    """What became of a request; empty of one that did not leave the platform, or was none."""
    if error:
        return f"failed: {error}" if error.startswith(("ConnectionError", "ReadTimeout")) else ""
    if not answer:
        return f"{_NOT}: no outcome"
    if "source" not in answer:
        return ""
    return _DONE if answer["status_code"] < 400 else f"failed: status code {answer['status_code']}"


def _outcomes(events: Iterable[Event]) -> dict[tuple[int, str, str], deque[OutcomeGiven | OutcomeMissing]]:
    """What came back, by action run, action and asset, in the order of the parameter sets."""
    found = defaultdict[tuple[int, str, str], deque[OutcomeGiven | OutcomeMissing]](deque)
    for event in events:
        if isinstance(event, OutcomeGiven | OutcomeMissing):
            lot = found[event.action_run_id, event.action, event.asset]
            if lot and isinstance(lot[-1], OutcomeMissing):  # it has been given by hand
                lot.pop()
            lot.append(event)
    return found
