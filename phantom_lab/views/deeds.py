"""What a run did, thing by thing, as two runs are compared by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CallFailed,
    Changed,
    Contained,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Diagnosed,
    Edited,
    Evaluated,
    Event,
    GapMet,
    Hinted,
    InvocationEnded,
    InvocationStarted,
    Logged,
    OutputSaved,
    PlaybookCompleted,
    PlaybookStarted,
    Refused,
    Replaced,
    RunEnded,
    RunStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.model import naming
from phantom_lab.progress import followed
from phantom_lab.views.alike import Alike
from phantom_lab.views.fan_out import without_context
from phantom_lab.views.net import net_writes
from phantom_lab.views.requested import left_platform

GIVEN, NOTES = "given", "notes"
SECTIONS = {
    "edits": "edited by hand",
    "blocks": "blocks that were invoked",
    "conditions": "what conditions came to",
    "actions": "actions, requests, custom functions and child playbooks, with what they were given",
    "results": "what these came back with",
    "changes": "writes to the platform and to files, and what was refused",
    "messages": "debug log",
    NOTES: "remarks of the lab",
    "outputs": "outputs of playbooks",
    "status": "how runs ended, and what raised",
    GIVEN: "container, artifacts and inputs"}
"""What is compared, in this order; what a run was given is told, and is nothing that it did."""
_OWN = frozenset({"id", "current_rule_run_id"})
"""Fields of a container that say nothing of it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a run did, or was given."""

    section: str
    what: str
    value: str
    """JSON text."""
    position: int
    """Of its event in the journal, from 0."""
    block: str
    line: int
    """0 where there is none."""
    effect: str = ""
    """``what`` without names that are the playbook's own, of what reaches beyond the playbook; else empty."""


def deeds(journal: Journal, alike: Alike) -> list[Deed]:
    """All of them, in the order of their events."""
    return sorted(_Deeds(journal, alike).all(), key=lambda one: one.position)


class _Deeds:
    def __init__(self, journal: Journal, alike: Alike) -> None:
        self._journal, self._alike, self._get = journal, alike, journal.get
        of_kind = journal.index.of_kind
        self._runs = {one.run: one for one in of_kind(RunStarted)}
        self._root = next(iter(self._runs), 0)
        self._left = left_platform(journal)
        self._saved = {one.run: one for one in of_kind(OutputSaved)}
        self._positions = {id(event): place for place, event in zip(
            journal.index.positions(Changed), of_kind(Changed), strict=True)}

    def all(self) -> Iterator[Deed]:
        events = self._journal.events
        for position, event in enumerate(followed(events, "events", len(events))):
            if (tell := _TELL.get(type(event))) is not None:
                yield from tell(self, event, position)
        yield from self._writes()

    def started(self, event: RunStarted, position: int) -> Iterator[Deed]:
        if event.run != self._root:
            return
        for name, value in self._get(event.container).items():
            if name not in _OWN:
                yield self._deed(event, position, GIVEN, f"container {name}", value)
        for one in self._get(event.artifacts):
            named = self._alike.of("artifact", one.get("id") or 0)
            yield self._deed(event, position, GIVEN, named, {key: value for key, value in one.items() if key != "id"})
        for name, value in self._get(event.inputs).items():
            yield self._deed(event, position, GIVEN, f"input {name}", value)

    def edited(self, event: Edited, position: int) -> Iterator[Deed]:
        after = event.given or self._get(event.after)
        yield self._deed(event, position, "edits", f"{event.what} {event.name}".strip(), after)

    def invoked(self, event: InvocationStarted, position: int) -> Iterator[Deed]:
        yield self._deed(event, position, "blocks", self._within(event.run, event.block), None, event.line)

    def evaluated(self, event: Evaluated, position: int) -> Iterator[Deed]:
        sides = (" ".join('""' if side == "" else str(side) for side in one) if isinstance(one, list) else str(one)
                 for one in self._get(event.comparisons) or ())
        told = f" {event.logical_operator} ".join(sides)
        what = f"{self._block(event)}: {event.api}{f' {event.name}' if event.name else ''}: {told}"
        yield self._deed(event, position, "conditions", what, event.passed, event.line)

    def asked(self, event: ActionStarted, position: int) -> Iterator[Deed]:
        line = self._journal.index.line_of(event.command)
        sets = without_context([one for one in self._get(event.parameters) if isinstance(one, dict)])
        for asset in [one["asset"] for one in event.targets] or ["no asset"]:
            on = f"{event.action.lower()} on {asset}"
            yield from (self._deed(event, position, "actions", self._within(event.run, f"{event.name}: {on}"), one,
                                   line, on) for one in sets)
            if not sets:
                yield self._deed(event, position, "actions", self._within(
                    event.run, f"{event.name}: {on}, without a parameter set"), None, line)

    def requested(self, event: ApiCalled, position: int) -> Iterator[Deed]:
        if not event.name.startswith("requests."):
            return
        given = {name: self._get(ref) for name, ref in event.arguments.items()}
        answer = self._get(event.returned)
        answer = answer if isinstance(answer, dict) else {}
        what = f"{event.name.removeprefix('requests.').upper()} {answer.get('url') or given.get('url', '')}"
        leaves = "source" in answer or event.command in self._left
        yield self._deed(event, position, "actions", what, {key: one for key, one in given.items() if key != "url"},
                         event.line, what if leaves else "")
        yield self._deed(event, position, "results", what, event.error or answer.get("status_code"), event.line)

    def function_asked(self, event: CustomFunctionStarted, position: int) -> Iterator[Deed]:
        what = self._within(event.run, f"{event.name}: custom function {event.function}")
        sets = self._get(event.parameters)
        for one in sets if isinstance(sets, list) else [sets]:
            yield self._deed(event, position, "actions", what, one, self._journal.index.line_of(event.command))

    def child_asked(self, event: PlaybookStarted, position: int) -> Iterator[Deed]:
        what = self._within(event.run, f"{event.name}: child playbook {event.playbook}")
        yield self._deed(event, position, "actions", what, self._get(event.inputs),
                         self._journal.index.line_of(event.command),
                         f"child playbook {naming.original(naming.base(event.playbook))}")

    def came_back(self, event: ActionCompleted, position: int) -> Iterator[Deed]:
        for run in self._get(event.results):
            what = self._within(event.run, f"{event.name}: {event.action.lower()} on {run.get('asset')}")
            for one in run["action_results"]:
                told = {key: one.get(key) for key in ("status", "message", "data", "summary")}
                yield self._deed(event, position, "results", what, told)

    def function_done(self, event: CustomFunctionCompleted, position: int) -> Iterator[Deed]:
        what = self._within(event.run, f"{event.name}: custom function {event.function}")
        results = self._get(event.results)
        for one in results if isinstance(results, list) else [results]:
            told = {key: one.get(key) for key in ("status", "message", "data")} if isinstance(one, dict) else one
            yield self._deed(event, position, "results", what, told)

    def child_done(self, event: PlaybookCompleted, position: int) -> Iterator[Deed]:
        yield self._deed(event, position, "results",
                         self._within(event.run, f"{event.name}: child playbook {event.playbook}"), event.status)

    def contained(self, event: Contained, position: int) -> Iterator[Deed]:
        yield self._beyond(event, position, f"{event.what} {event.on}", event.size, event.line)

    def refused(self, event: Refused, position: int) -> Iterator[Deed]:
        yield self._beyond(event, position, f"{event.what} {event.on}".strip(), "refused by the lab", event.line)

    def failed(self, event: CallFailed, position: int) -> Iterator[Deed]:
        if event.write:
            on = f" on {self._alike.words(event.on)}" if event.on else ""
            yield self._beyond(event, position, f"{event.api}{on}", f"not carried out: {event.reason}", event.line)

    def replaced(self, event: Replaced, position: int) -> Iterator[Deed]:
        yield self._deed(event, position, NOTES, f"{event.kind} {event.on}", f"not executed: {event.source} answers")

    def logged(self, event: Logged, position: int) -> Iterator[Deed]:
        if event.level != "breakpoint":
            section = NOTES if event.level == "note" else "messages"
            yield self._deed(event, position, section, f"{event.level} of {self._block(event) or 'the run'}",
                             event.message, event.line)

    def remarked(self, event: Diagnosed | Hinted, position: int) -> Iterator[Deed]:
        yield self._deed(event, position, NOTES, f"remark on {self._block(event)}", event.message, event.line)

    def raised(self, event: InvocationEnded, position: int) -> Iterator[Deed]:
        if (failure := event.failure) is not None and failure.invocation in (0, event.n):
            yield self._deed(event, position, "status", f"{self._within(event.run, failure.block)} raised",
                             f"{failure.type}: {failure.message}", failure.line, block=failure.block)

    def met(self, event: GapMet, position: int) -> Iterator[Deed]:
        yield self._beyond(event, position, event.name, "not emulated", event.line)

    def saved(self, event: OutputSaved, position: int) -> Iterator[Deed]:
        if self._saved[event.run] is event:
            told = self._get(event.output)
            for name, value in told.items() if isinstance(told, dict) else [("", told)]:
                yield self._deed(event, position, "outputs", self._within(event.run, name), value,
                                 self._line(position), name if event.run == self._root else "")

    def ended(self, event: RunEnded, position: int) -> Iterator[Deed]:
        own = event.run == self._root
        what = "the run" if own else f"playbook run {self._name(event.run)}"
        told = event.status if event.status in ("success", "failed", "error") else f"{event.status}: {event.message}"
        yield self._deed(event, position, "status", what, told, effect="the run" if own else "a child playbook")

    def _writes(self) -> Iterator[Deed]:
        """What was written in the end: by record and field."""
        for (kind, number), fields in net_writes(self._journal).items():
            for name, (event, _, values) in fields.items():
                whole = name in ("added", "deleted", "added and deleted")
                what = f"{kind if whole else self._alike.of(kind, number)} {name}"
                if len(values) > 1:  # each counts, in any order, and the one that stays
                    stays = f"{what} in the end"
                    yield self._deed(event, self._positions[id(event)], "changes", stays, values[-1],
                                     self._line(self._positions[id(event)]), stays)
                for value in values:
                    told = {key: one for key, one in value.items() if key != "id"} if isinstance(value, dict) else value
                    position = self._positions[id(event)]
                    told = self._alike.of(kind, number) if name == "deleted" else told
                    yield self._deed(event, position, "changes", what, told, self._line(position), what)

    def _beyond(self, event: Any, position: int, what: str, value: Any, line: int) -> Deed:
        return self._deed(event, position, "changes", what, value, line, what)

    def _deed(self, event: Event, position: int, section: str, what: str, value: Any, line: int = 0, effect: str = "",
              *, block: str = "") -> Deed:
        return Deed(section, what, self._alike.text(value), position, block or self._block(event), line, effect)

    def _block(self, event: Any) -> str:
        own = getattr(event, "block", None)
        number = getattr(event, "invocation", 0)
        return self._within(event.run, own or self._journal.index.block_of(number) or "") if own or number else ""

    def _within(self, run: int, name: str) -> str:
        """A name of a run's own; of a child playbook's with the child."""
        return name if run == self._root else f"{self._name(run)}: {name}"

    def _name(self, run: int) -> str:
        return self._runs[run].playbook if run in self._runs else str(run)

    def _line(self, position: int) -> int:
        return self._journal.index.line_of(self._journal.stamps[position].command)


_TELL: dict[type[Event], Callable[[_Deeds, Any, int], Iterator[Deed]]] = {
    RunStarted: _Deeds.started, Edited: _Deeds.edited, InvocationStarted: _Deeds.invoked, Evaluated: _Deeds.evaluated,
    ActionStarted: _Deeds.asked, ApiCalled: _Deeds.requested, CustomFunctionStarted: _Deeds.function_asked,
    PlaybookStarted: _Deeds.child_asked, ActionCompleted: _Deeds.came_back,
    CustomFunctionCompleted: _Deeds.function_done, PlaybookCompleted: _Deeds.child_done, Contained: _Deeds.contained,
    Refused: _Deeds.refused, CallFailed: _Deeds.failed, Replaced: _Deeds.replaced, Logged: _Deeds.logged,
    Diagnosed: _Deeds.remarked, Hinted: _Deeds.remarked, InvocationEnded: _Deeds.raised, GapMet: _Deeds.met,
    OutputSaved: _Deeds.saved, RunEnded: _Deeds.ended}
