"""Pure functions from events to what people and tools look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from phantom_lab.history.events import (
    ActionCompleted,
    Changed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Diagnosed,
    Edited,
    Failure,
    GapMet,
    Logged,
    OutputSaved,
    PlaybookStarted,
    RunEnded,
    RunStarted,
)
from phantom_lab.history.invocations import Invocation, block_of
from phantom_lab.history.journal import Journal
from phantom_lab.misspelt import Attributes
from phantom_lab.views.counted import counted
from phantom_lab.views.fan_out import fan_out
from phantom_lab.views.hints import hints
from phantom_lab.views.outcome_sources import sources
from phantom_lab.views.receipt import receipt
from phantom_lab.views.requested import requested
from phantom_lab.views.unmatched import unmatched
from phantom_lab.views.unrecorded import unrecorded
from phantom_lab.views.unstarted import unstarted
from phantom_lab.why.origins.handed_over import HandedOver
from phantom_lab.why.responsible import responsible


@dataclass(frozen=True, slots=True)
class Summary(Attributes):
    """What a run did, in the shape that ``phantom-lab run --json`` prints."""

    status: str
    """Of the run that was started; child playbooks have their own."""
    invocations: list[dict[str, Any]] = field(default_factory=list)
    action_runs: list[dict[str, Any]] = field(default_factory=list)
    custom_function_runs: list[dict[str, Any]] = field(default_factory=list)
    """With the ``origins`` of every parameter set, as in the receipt."""
    playbook_runs: list[dict[str, Any]] = field(default_factory=list)
    """Child playbooks, with the ``origins`` of their inputs."""
    unstarted: list[dict[str, Any]] = field(default_factory=list)
    """Child playbooks that the platform refused to start: see `phantom_lab.views.unstarted`."""
    changes: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)
    debug: list[str] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    """The lines of ``debug`` with their place: ``{"run", "block", "line", "level", "message"}``."""
    outputs: Any = None
    notes: list[str] = field(default_factory=list)
    message: str = ""
    failures: list[dict[str, Any]] = field(default_factory=list)
    """Exceptions that no code of a playbook caught, of the run, its child playbooks and its custom functions: ``{"run",
    "invocation", "block", "custom_function", "file", "line", "type", "message"}``; ``custom_function`` is the id of the
    custom function run, or 0."""
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    """Invocations in which no condition held, and after which nothing was called or asked for."""
    diagnoses: list[dict[str, Any]] = field(default_factory=list)
    """Datapaths that gave no value, and why."""
    hints: list[dict[str, Any]] = field(default_factory=list)
    """What the platform passes over in silence: see `phantom_lab.views.hints`."""
    responsible: list[dict[str, Any]] = field(default_factory=list)
    """The values that made blocks raise: see `phantom_lab.why.responsible`."""
    receipt: list[dict[str, Any]] = field(default_factory=list)
    """What it would have changed: see `phantom_lab.views.receipt`."""
    fan_out: list[dict[str, Any]] = field(default_factory=list)
    """How many calls every action makes, and what they multiply from: see `phantom_lab.views.fan_out`."""
    http: list[dict[str, Any]] = field(default_factory=list)
    """Requests of the playbook itself, and who answered them: see `phantom_lab.views.requested`."""
    unrecorded: list[dict[str, Any]] = field(default_factory=list)
    """What the playbook reads of the machine: see `phantom_lab.views.unrecorded`."""


def summarize(journal: Journal) -> Summary:
    """Fold a whole journal."""
    events, get = journal.events, journal.get
    root = events[0].run if events else 0
    ends = {event.run: event for event in events if isinstance(event, RunEnded)}
    end = ends.get(root)
    blocks, told, over = journal.index.invocations, sources(journal), HandedOver(journal)
    logged = [event for event in events if isinstance(event, Logged) and event.level in ("debug", "error")]
    functions = {event.custom_function_run_id: event for event in events if isinstance(event, CustomFunctionStarted)}
    children = {event.child: event for event in events if isinstance(event, PlaybookStarted)}
    outputs = {event.run: event.output for event in events if isinstance(event, OutputSaved)}
    return Summary(
        status=end.status if end else "running",  # or its process ended before the run did
        message=end.message if end else "",
        invocations=[_invocation(one, get) for one in blocks.values()],
        action_runs=[{"name": event.name, "action": event.action, "status": event.status, "message": event.message,
                      "results": [{**one, "source": "; ".join(dict.fromkeys(told[one["app_run_id"]]))}
                                  for one in get(event.results)]}
                     for event in events if isinstance(event, ActionCompleted)],
        changes=[{"object": event.kind, "id": event.id, "field": event.field, "before": get(event.before),
                  "after": get(event.after), "block": block_of(blocks, event.invocation)}
                 for event in events if isinstance(event, Changed)],
        edits=[{"what": event.what, "name": event.name, "before": get(event.before), "after": get(event.after),
                "block": block_of(blocks, event.invocation)} for event in events if isinstance(event, Edited)],
        gaps=dict(Counter(event.name for event in events if isinstance(event, GapMet))),
        debug=[event.message for event in logged],
        log=[{"run": event.run, "block": block_of(blocks, event.invocation), "line": event.line, "level": event.level,
              "message": event.message} for event in logged],
        failures=[_failure(one, one.failure) for one in blocks.values()
                  if one.failure is not None and one.started.caller is None],
        outputs=get(outputs[root]) if root in outputs else None,
        custom_function_runs=[
            {"name": event.name, "custom_function": event.function, "status": event.status, "message": event.message,
             "results": get(event.results), "origins": [
                 [one.as_json() for one in each] for each in over.of_function(functions[event.custom_function_run_id])]}
            for event in events if isinstance(event, CustomFunctionCompleted)],
        playbook_runs=[
            {"id": event.run, "parent": event.parent, "name": event.name, "playbook": event.playbook,
             "inputs": get(event.inputs),
             "origins": [one.as_json() for one in over.of_child(children[event.run])] if event.run in children else [],
             "outputs": get(outputs[event.run]) if event.run in outputs else None,
             "status": ends[event.run].status if event.run in ends else "running",
             "message": ends[event.run].message if event.run in ends else ""}
            for event in events if isinstance(event, RunStarted) and event.parent is not None],
        unstarted=unstarted(journal),
        notes=[event.message for event in events
               if isinstance(event, Logged) and event.level in ("note", "breakpoint")],
        unmatched=unmatched(journal),
        diagnoses=counted(
            {"run": event.run, "block": block_of(blocks, event.invocation), "line": event.line, "api": event.api,
             "argument": event.argument, "datapath": event.datapath, "message": event.message}
            for event in events if isinstance(event, Diagnosed)),
        hints=hints(journal),
        responsible=[found for one in blocks.values() for found in _responsible(one, journal)],
        receipt=receipt(journal, over),
        fan_out=fan_out(journal),
        http=requested(journal),
        unrecorded=unrecorded(journal),
    )


def _invocation(one: Invocation, get: Any) -> dict[str, Any]:
    started = one.started
    success = get(started.arguments["success"]) if "success" in started.arguments else None
    cause = {"kind": started.cause.kind, "name": started.cause.name, "caller": started.cause.caller}
    return {"n": started.n, "run": started.run, "block": started.block, "cause": cause, "success": success,
            "error": str(one.failure) if one.failure else None}


def _failure(one: Invocation, failure: Failure) -> dict[str, Any]:
    return {"run": one.started.run, "invocation": failure.invocation or one.started.n, "block": failure.block,
            "custom_function": one.started.custom_function, "file": failure.file, "line": failure.line,
            "type": failure.type, "message": str(failure)}


def _responsible(one: Invocation, journal: Journal) -> list[dict[str, Any]]:
    """Of the block that raised, not of those around it."""
    failure = one.failure if one.failure and one.failure.invocation == one.started.n else None
    found = responsible(journal, failure) if failure else None
    return [{"invocation": one.started.n, **asdict(found), "message": str(found)}] if found else []
