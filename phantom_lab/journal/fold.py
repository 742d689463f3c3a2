"""Pure functions from events to what people and tools look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.journal.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    Changed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Diagnosed,
    Edited,
    Evaluated,
    Event,
    Failure,
    GapMet,
    InvocationEnded,
    InvocationStarted,
    Logged,
    OutputSaved,
    PlaybookStarted,
    RunEnded,
    RunStarted,
)
from phantom_lab.journal.journal import Journal


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation, from its start event and, once it has ended, its end event."""

    started: InvocationStarted
    ended: InvocationEnded | None = None

    @property
    def failure(self) -> Failure | None:
        """The exception that left the block."""
        return self.ended.failure if self.ended else None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, in the shape that ``phantom-lab run --json`` prints."""

    status: str
    """Of the run that was started; child playbooks have their own."""
    invocations: list[dict[str, Any]] = field(default_factory=list)
    action_runs: list[dict[str, Any]] = field(default_factory=list)
    custom_function_runs: list[dict[str, Any]] = field(default_factory=list)
    playbook_runs: list[dict[str, Any]] = field(default_factory=list)
    """Child playbooks."""
    changes: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)
    debug: list[str] = field(default_factory=list)
    outputs: Any = None
    notes: list[str] = field(default_factory=list)
    message: str = ""
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    """Invocations in which no condition held, and after which nothing was called or asked for."""
    diagnoses: list[dict[str, Any]] = field(default_factory=list)
    """Datapaths that gave no value, and why."""


def invocations(events: Iterable[Event]) -> dict[int, Invocation]:
    """Invocations by number, in order of their start."""
    found: dict[int, Invocation] = {}
    for event in events:
        if isinstance(event, InvocationStarted):
            found[event.n] = Invocation(event)
        elif isinstance(event, InvocationEnded):
            found[event.n] = Invocation(found[event.n].started, event)
    return found


def summarize(journal: Journal) -> Summary:
    """Fold a whole journal."""
    events, get = journal.events, journal.get
    root = events[0].run if events else 0
    ends = {event.run: event for event in events if isinstance(event, RunEnded)}
    end = ends.get(root)
    blocks = invocations(events)
    outputs = {event.run: event.output for event in events if isinstance(event, OutputSaved)}
    return Summary(
        status=end.status if end else "running",  # or its process ended before the run did
        message=end.message if end else "",
        invocations=[_invocation(one, get) for one in blocks.values()],
        action_runs=[{"name": event.name, "action": event.action, "status": event.status, "message": event.message,
                      "results": get(event.results)} for event in events if isinstance(event, ActionCompleted)],
        changes=[{"object": event.kind, "id": event.id, "field": event.field, "before": get(event.before),
                  "after": get(event.after), "block": _block(blocks, event.invocation)}
                 for event in events if isinstance(event, Changed)],
        edits=[{"what": event.what, "name": event.name, "before": get(event.before), "after": get(event.after),
                "block": _block(blocks, event.invocation)} for event in events if isinstance(event, Edited)],
        gaps=dict(Counter(event.name for event in events if isinstance(event, GapMet))),
        debug=[event.message for event in events if isinstance(event, Logged) and event.level in ("debug", "error")],
        outputs=get(outputs[root]) if root in outputs else None,
        custom_function_runs=[
            {"name": event.name, "custom_function": event.function, "status": event.status, "message": event.message,
             "results": get(event.results)} for event in events if isinstance(event, CustomFunctionCompleted)],
        playbook_runs=[
            {"id": event.run, "parent": event.parent, "name": event.name, "playbook": event.playbook,
             "inputs": get(event.inputs), "outputs": get(outputs[event.run]) if event.run in outputs else None,
             "status": ends[event.run].status if event.run in ends else "running",
             "message": ends[event.run].message if event.run in ends else ""}
            for event in events if isinstance(event, RunStarted) and event.parent is not None],
        notes=[event.message for event in events if isinstance(event, Logged) and event.level == "note"],
        unmatched=unmatched(journal),
        diagnoses=[{"block": _block(blocks, event.invocation), "line": event.line, "api": event.api,
                    "argument": event.argument, "datapath": event.datapath, "message": event.message}
                   for event in events if isinstance(event, Diagnosed)],
    )


def unmatched(journal: Journal) -> list[dict[str, Any]]:
    """Invocations in which every ``condition`` and ``decision`` was false, and after which nothing happened there.

    Returns:
        ``{"invocation", "run", "block", "line", "conditions"}``; a condition is a text with the first values compared.
    """
    asked: dict[int, list[Evaluated]] = {}
    went_on: set[int] = set()
    for event in journal.events:
        if isinstance(event, Evaluated) and event.api in _GATES:
            asked.setdefault(event.invocation, []).append(event)
            went_on.discard(event.invocation)
        elif (number := _deed_of(event)) in asked:
            went_on.add(number)
    blocks = invocations(journal.events)
    return [{"invocation": number, "run": found[0].run, "block": _block(blocks, number), "line": found[0].line,
             "conditions": [text for event in found for text in _conditions(journal, event)]}
            for number, found in asked.items()
            if number not in went_on and not any(event.passed for event in found) and _returned(blocks.get(number))]


_GATES = ("condition", "decision")


def _deed_of(event: Event) -> int:
    """The invocation in which something was called or asked for; 0 for what is neither."""
    if isinstance(event, InvocationStarted):
        return event.caller or 0
    if isinstance(event, ApiCalled):
        return 0 if event.name in _GATES else event.invocation
    if isinstance(event, ActionStarted | CustomFunctionStarted | PlaybookStarted | Changed):
        return event.invocation
    return 0


def _returned(one: Invocation | None) -> bool:
    return one is not None and one.ended is not None and one.failure is None


def _conditions(journal: Journal, event: Evaluated) -> list[str]:
    """The comparisons of an evaluation as texts, with the first values of their datapaths."""
    texts: dict[int, str] = {}
    for source in journal.get(event.operands):
        row = next(iter(source["rows"]), None)
        for one in source["comparisons"]:
            sides = [_side(one[name], row) for name in ("left", "right")]
            texts[one["number"]] = f"{sides[0]} {one['operator']} {sides[1]}"
    return [texts[number] for number in sorted(texts)]


def _side(side: dict[str, Any], row: list[Any] | None) -> str:
    if "value" in side:
        shown = repr(side["value"])
        return f"{side['text']} ({_short(shown)})" if "text" in side else _short(shown)
    if "column" in side:
        return f"{side['text']} ({'no row' if row is None else _short(repr(row[side['column']]))})"
    found = side.get("values", side.get("cells", []))
    shown = ", ".join(map(repr, found[:3])) + (", …" if side["total"] > 3 else "")
    return f"{side['text']} ({_short(shown) or 'empty'})" if "text" in side else f"[{_short(shown)}]"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _invocation(one: Invocation, get: Any) -> dict[str, Any]:
    started = one.started
    success = get(started.arguments["success"]) if "success" in started.arguments else None
    cause = {"kind": started.cause.kind, "name": started.cause.name, "caller": started.cause.caller}
    return {"n": started.n, "run": started.run, "block": started.block, "cause": cause, "success": success,
            "error": str(one.failure) if one.failure else None}


def _block(blocks: dict[int, Invocation], n: int) -> str | None:
    return blocks[n].started.block if n in blocks else None
