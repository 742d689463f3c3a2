"""What a summary tells, section by section: each field of `phantom_lab.views.summary.Summary` has a method here."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from phantom_lab.history.events import (
    ActionCompleted,
    Changed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Diagnosed,
    Edited,
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
from phantom_lab.history.invocations import Invocation
from phantom_lab.history.journal import Journal
from phantom_lab.history.past import past
from phantom_lab.views.counted import counted
from phantom_lab.views.each import each
from phantom_lab.views.fan_out import fan_out
from phantom_lab.views.hints import hints
from phantom_lab.views.net import change
from phantom_lab.views.outcome_sources import sources
from phantom_lab.views.receipt import receipt
from phantom_lab.views.requested import requested
from phantom_lab.views.unmatched import unmatched
from phantom_lab.views.unrecorded import unrecorded
from phantom_lab.views.unstarted import unstarted
from phantom_lab.why.origins.handed_over import HandedOver
from phantom_lab.why.responsible import responsible

if TYPE_CHECKING:
    from phantom_lab.views import rows


class Sections:
    """Each section of a journal, as the journal was when it held so many events."""

    def __init__(self, journal: Journal, length: int) -> None:
        self._then, self._length = journal, length
        self._origins: tuple[Journal, HandedOver] | None = None

    @property
    def _journal(self) -> Journal:
        self._then = past(self._then, self._length)  # once it has gone on, and no longer the run's own
        return self._then

    @property
    def _over(self) -> HandedOver:
        journal = self._journal
        if self._origins is None or self._origins[0] is not journal:
            self._origins = journal, HandedOver(journal)
        return self._origins[1]

    def status(self) -> str:
        return end.status if (end := self._end) else "running"  # or its process ended before the run did

    def message(self) -> str:
        return end.message if (end := self._end) else ""

    def invocations(self) -> list[rows.InvocationRow]:
        journal = self._journal
        raised = {one.started.n: str(one.failure) for one in journal.index.failed}
        return [{**row, "error": raised[row["n"]]} if row["n"] in raised else row
                for row in each(journal, InvocationStarted, _invocation)]

    def action_runs(self) -> list[rows.ActionRunRow]:
        return each(self._journal, ActionCompleted, _action_run)

    def custom_function_runs(self) -> list[rows.FunctionRunRow]:
        get, of_kind = self._journal.get, self._journal.index.of_kind
        asked = {event.custom_function_run_id: event for event in of_kind(CustomFunctionStarted)}
        return [{"name": event.name, "custom_function": event.function, "status": event.status,
                 "message": event.message, "results": get(event.results), "origins": [
                     [one.as_json() for one in each] for each in self._over.of_function(
                         asked[event.custom_function_run_id])]} for event in of_kind(CustomFunctionCompleted)]

    def playbook_runs(self) -> list[rows.PlaybookRunRow]:
        index, get = self._journal.index, self._journal.get
        asked = {event.child: event for event in index.of_kind(PlaybookStarted)}
        outputs = {event.run: event.output for event in index.of_kind(OutputSaved)}
        return [{"id": event.run, "parent": event.parent, "name": event.name, "playbook": event.playbook,
                 "inputs": get(event.inputs),
                 "origins": [one.as_json() for one in self._over.of_child(asked[event.run])] if event.run in asked
                 else [],
                 "outputs": get(outputs[event.run]) if event.run in outputs else None,
                 "status": index.ends[event.run].status if event.run in index.ends else "running",
                 "message": index.ends[event.run].message if event.run in index.ends else ""}
                for event in index.of_kind(RunStarted) if event.parent is not None]

    def unstarted(self) -> list[rows.UnstartedRow]:
        return unstarted(self._journal)

    def changes(self) -> list[rows.ChangeRow]:
        return each(self._journal, Changed, change)

    def edits(self) -> list[rows.EditRow]:
        return each(self._journal, Edited, _edit)

    def gaps(self) -> dict[str, int]:
        return dict(Counter(event.name for event in self._journal.index.of_kind(GapMet)))

    def debug(self) -> list[str]:
        return [event.message for event in self._logged("debug", "error")]

    def log(self) -> list[rows.LogRow]:
        blocks = self._journal.index.block_of
        return [{"run": event.run, "block": blocks(event.invocation), "line": event.line, "level": event.level,
                 "message": event.message} for event in self._logged("debug", "error")]

    def outputs(self) -> Any:
        saved = [event.output for event in self._journal.index.of_kind(OutputSaved) if event.run == self._root]
        return self._journal.get(saved[-1]) if saved else None

    def notes(self) -> list[str]:
        return [event.message for event in self._logged("note", "breakpoint")]

    def failures(self) -> list[rows.FailureRow]:
        return [_failure(one, one.failure) for one in self._journal.index.failed
                if one.failure is not None and one.started.caller is None]

    def unmatched(self) -> list[rows.UnmatchedRow]:
        return unmatched(self._journal)

    def diagnoses(self) -> list[rows.DiagnosisRow]:
        return counted(each(self._journal, Diagnosed, _diagnosis))

    def hints(self) -> list[rows.Hint]:
        return hints(self._journal)

    def responsible(self) -> list[dict[str, Any]]:
        told = [found for one in each(self._journal, InvocationEnded, _responsible) for found in one]
        return sorted(told, key=lambda one: int(one["invocation"]))

    def receipt(self) -> list[rows.ReceiptRow]:
        return receipt(self._journal, self._over)

    def fan_out(self) -> list[rows.FanOutRow]:
        return fan_out(self._journal)

    def http(self) -> list[rows.RequestRow]:
        return requested(self._journal)

    def unrecorded(self) -> list[rows.UnrecordedRow]:
        return unrecorded(self._journal)

    @property
    def _root(self) -> int:
        return self._then.events[0].run if self._length else 0

    @property
    def _end(self) -> RunEnded | None:
        return self._journal.index.ends.get(self._root)

    def _logged(self, *levels: str) -> list[Logged]:
        return [event for event in self._journal.index.of_kind(Logged) if event.level in levels]


def _invocation(journal: Journal, started: InvocationStarted) -> rows.InvocationRow:
    """Without its error, which comes when it ends."""
    success = journal.get(started.arguments["success"]) if "success" in started.arguments else None
    cause: rows.CauseRow = {"kind": started.cause.kind, "name": started.cause.name, "caller": started.cause.caller}
    return {"n": started.n, "run": started.run, "block": started.block, "cause": cause, "success": success,
            "error": None}


def _action_run(journal: Journal, event: ActionCompleted) -> rows.ActionRunRow:
    told, results = sources(journal), journal.get(event.results)
    for one in results:
        one["source"] = "; ".join(dict.fromkeys(told[one["app_run_id"]]))
    return {"name": event.name, "action": event.action, "status": event.status, "message": event.message,
            "results": results}


def _edit(journal: Journal, event: Edited) -> rows.EditRow:
    return {"what": event.what, "name": event.name, "before": journal.get(event.before),
            "after": journal.get(event.after), "block": journal.index.block_of(event.invocation)}


def _diagnosis(journal: Journal, event: Diagnosed) -> rows.DiagnosisRow:
    return {"run": event.run, "block": journal.index.block_of(event.invocation), "line": event.line, "api": event.api,
            "argument": event.argument, "datapath": event.datapath, "message": event.message}


def _failure(one: Invocation, failure: Failure) -> rows.FailureRow:
    return {"run": one.started.run, "invocation": failure.invocation or one.started.n, "block": failure.block,
            "custom_function": one.started.custom_function, "file": failure.file, "line": failure.line,
            "type": failure.type, "message": str(failure)}


def _responsible(journal: Journal, ended: InvocationEnded) -> list[dict[str, Any]]:
    """Of the block that raised, not of those around it."""
    failure = ended.failure if ended.failure and ended.failure.invocation == ended.n else None
    found = responsible(journal, failure) if failure else None
    return [{"invocation": ended.n, **asdict(found), "message": str(found)}] if found else []
