"""What became of a call of the platform: why its callback was not called, or why it came to nothing."""

from __future__ import annotations

from typing import Any

from phantom_lab.answers.answer import Cause
from phantom_lab.answers.conditions import nothing_given
from phantom_lab.answers.ran import Frame, Ran
from phantom_lab.errors import cut
from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CallFailed,
    CallRefused,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Edited,
    Event,
    OutcomeMissing,
    PlaybookCompleted,
    PlaybookStarted,
)
from phantom_lab.history.index import Kind
from phantom_lab.history.journal import Journal
from phantom_lab.history.written_by import calls_of
from phantom_lab.model import QUESTIONS

_ASKS = ("act", "prompt", "prompt2", "task", "custom_function", "playbook")


def after_asking(ran: Ran, frame: Frame, call: ApiCalled, callback: str) -> Cause:
    """Why what a call registered as its callback was not called."""
    return _failed(ran, frame, call) or _without_answer(ran, frame, call) or _made(
        ran, frame, call, "ended", f"{_what(ran.journal, call)} completed, and {callback} was not called: "
        f"{_ending(ran)}", None)


def call_cause(ran: Ran, frame: Frame, call: ApiCalled) -> Cause:
    """What a call came to that was made."""
    journal = ran.journal
    if (failed := _failed(ran, frame, call)) is not None:
        return failed
    if call.name in _ASKS:
        return _without_answer(ran, frame, call) or _refused(ran, frame, call) or _done(ran, frame, call)
    if call.command in calls_of(journal).wrote:
        return _made(ran, frame, call, "ran", f"phantom.{call.name} in line {call.line} did it", None)
    if call.name.startswith(("set_", "update", "add_", "delete_", "close", "remove_")):
        return _made(ran, frame, call, "unchanged", f"phantom.{call.name} in line {call.line} changed nothing: it was "
                     "so already", journal.index.returned_at(call.command))
    return _made(ran, frame, call, "ran", f"phantom.{call.name} was called in line {call.line}", None)


def _failed(ran: Ran, frame: Frame, call: ApiCalled) -> Cause | None:
    journal = ran.journal
    if call.error:
        return _made(ran, frame, call, "refused", f"phantom.{call.name} in line {call.line} raised {cut(call.error)}",
                     journal.index.returned_at(call.command))
    failed = next((one for one in journal.index.of_kind(CallFailed) if one.command == call.command), None)
    if failed is not None:
        kind = "not started" if call.name == "playbook" else "not carried out"
        return _made(ran, frame, call, kind, f"phantom.{call.name} in line {call.line} was not carried "
                     f"out: {failed.reason}", _place(journal, failed))
    return None


def _without_answer(ran: Ran, frame: Frame, call: ApiCalled) -> Cause | None:
    """Why something that was asked for did not complete; None where it did."""
    journal = ran.journal
    started = _of(journal, ActionStarted, call) or _of(journal, CustomFunctionStarted, call) or _of(
        journal, PlaybookStarted, call)
    what = _what(journal, call)
    if started is None:
        kind = "not started" if call.name == "playbook" else "not carried out"
        return _made(ran, frame, call, kind, f"{what} was not started in line {call.line}; the error log says why",
                     journal.index.returned_at(call.command))
    if _completed(journal, started):
        skipped = next((one for one in journal.index.of_kind(Edited) if one.what == "skip" and one.name == getattr(
            started, "name", "")), None)
        return _made(ran, frame, call, "skipped", f"{what} was passed by, by hand", _place(journal, skipped)
                     ) if skipped else None
    if isinstance(started, ActionStarted):
        missing = next((one for one in journal.index.of_kind(OutcomeMissing)
                        if one.action_run_id == started.action_run_id), None)
        if missing is not None:
            return _made(ran, frame, call, "no outcome", f"{what} has no outcome: nobody says what it came back with",
                         _place(journal, missing), [{"told": missing.message, "asset": missing.asset}])
    return _made(ran, frame, call, "not completed", f"{what} was asked for in line {call.line} and did not complete: "
                 f"{_ending(ran)}", _place(journal, started))


def _refused(ran: Ran, frame: Frame, call: ApiCalled) -> Cause | None:
    """Parameter sets that were not dispatched, or none at all."""
    journal, started = ran.journal, _of(ran.journal, ActionStarted, call)
    if started is None:
        return None
    refused = [one for one in journal.index.of_kind(CallRefused) if one.action_run_id == started.action_run_id]
    rows = [{"asset": one.asset, "told": one.message} for one in refused]
    if refused:
        return _made(ran, frame, call, "refused", f"{_what(journal, call)} was refused: {refused[0].message}",
                     _place(journal, refused[0]), rows)
    if not journal.get(started.parameters) and started.action not in QUESTIONS:
        return _made(ran, frame, call, "not carried out", f"{_what(journal, call)} in line {call.line} had an empty "
                     "list of parameters: nothing was called", _place(journal, started),
                     nothing_given(journal, call.invocation))
    return None


def _done(ran: Ran, frame: Frame, call: ApiCalled) -> Cause:
    started = _of(ran.journal, ActionStarted, call)
    done = next((one for one in ran.journal.index.of_kind(ActionCompleted) if started is not None
                 and one.action_run_id == started.action_run_id), None)
    told = f" and came back: {done.status}, {cut(done.message)}" if done else " and completed"
    return _made(ran, frame, call, "ran", f"{_what(ran.journal, call)} was asked for in line {call.line}{told}",
                 _place(ran.journal, done) if done else None)


def _completed(journal: Journal, started: Event) -> bool:
    if isinstance(started, ActionStarted):
        return any(one.action_run_id == started.action_run_id for one in journal.index.of_kind(ActionCompleted))
    if isinstance(started, CustomFunctionStarted):
        return any(one.custom_function_run_id == started.custom_function_run_id
                   for one in journal.index.of_kind(CustomFunctionCompleted))
    return isinstance(started, PlaybookStarted) and any(one.child == started.child
                                                        for one in journal.index.of_kind(PlaybookCompleted))


def _of(journal: Journal, kind: type[Kind], call: ApiCalled) -> Kind | None:
    return next((one for one in journal.index.of_kind(kind) if getattr(one, "command", 0) == call.command), None)


def _what(journal: Journal, call: ApiCalled) -> str:
    words = {"act": "action", "custom_function": "custom function", "playbook": "child playbook", "prompt2": "prompt"}
    name = journal.get(call.arguments["name"]) if "name" in call.arguments else None
    named = next((journal.get(call.arguments[one]) for one in ("action", "custom_function", "playbook")
                  if one in call.arguments), "")
    return f"{words.get(call.name, call.name)} {name or named}"


def _ending(ran: Ran) -> str:
    end = ran.journal.index.ends.get(ran.number)
    if end is None:
        return "the journal ends before"
    return f"the run ended before ({end.status}{f': {cut(end.message)}' if end.message else ''})"


def _place(journal: Journal, event: Event) -> int | None:
    return next((one for one in journal.index.positions(type(event)) if journal.events[one] is event), None)


def _made(ran: Ran, frame: Frame, call: ApiCalled, kind: str, told: str, position: int | None,
          rows: list[dict[str, Any]] | None = None) -> Cause:
    at = position if position is not None else ran.journal.index.returned_at(call.command)
    return Cause(kind, told, frame.name, call.line, ran.number, frame.invocation, at, tuple(rows or ()))
