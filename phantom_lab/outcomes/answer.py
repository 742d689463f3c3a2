"""Answers: the small JSON object in which people give one result."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.misspelt import did_you_mean, keywords
from phantom_lab.model import ActionResult, given_json
from phantom_lab.outcomes.outcome import ActionCall, Outcome
from phantom_lab.outcomes.prompts import MARKS, is_reply, read_reply, timed_out

KEYS = {"status", "message", "summary", "data", "delay", *MARKS}


@keywords
def success(data: list[Any] | None = None, *, summary: dict[str, Any] | None = None,
            message: str | None = None) -> dict[str, Any]:
    """An answer that succeeded."""
    return {"status": "success", "data": data or [], "summary": summary or {}, "message": message}


@keywords
def failure(message: str, *, data: list[Any] | None = None, summary: dict[str, Any] | None = None) -> dict[str, Any]:
    """An answer that failed."""
    return {"status": "failed", "data": data or [], "summary": summary or {}, "message": message}


def outcome_of(answer: Any, call: ActionCall, *, where: str, source: str,
               by: str = "provider") -> Outcome:
    """Make an outcome of an answer.

    Args:
        answer: as for `read_answer`; ``delay`` is the seconds until it arrives. A prompt is also answered by
            `phantom_lab.responses`, `phantom_lab.timed_out` and `phantom_lab.declined`.
        call: what it answers.
        where: who gave it, for messages.
        source: who gave it, for the journal.
        by: what kind of giver that is, see `Outcome.by`.

    Raises:
        InputError: the answer has another shape, is no JSON, or does not fit the prompt's questions.
    """
    if isinstance(answer, dict) and is_reply(answer):
        given = given_json(answer, "the answer", where=where)
        _check_keys(given, where)
        result, delay = read_reply(given, call.parameter, where=where)
        waited, minutes = max(delay, _delay(given, where)), call.parameter.get("respond_in_mins")
        if minutes is not None and waited > minutes * 60:  # documented: a failure is what was not answered in time
            result, waited = read_reply(timed_out(), call.parameter, where=where)
        return Outcome((result,), source, waited, by=by)
    result = read_answer(answer, call.parameter, where=where)
    return Outcome((result,), source, _delay(answer, where) if isinstance(answer, dict) else 0.0, by=by)


def read_answer(answer: Any, parameter: dict[str, Any], *, where: str) -> ActionResult:
    """Make an action result of an answer.

    Args:
        answer: ``{"status"?, "message"?, "summary"?, "data"?}``, or a list, which is the data of a success.
        parameter: the parameter set it answers.
        where: who gave it, for messages.

    Raises:
        InputError: the answer has another shape, or is no JSON.
    """
    if isinstance(answer, list):
        answer = {"data": answer}
    if not isinstance(answer, dict):
        raise InputError(f"a result must be an object, not {type(answer).__name__}", where=where, hint=_HINT)
    _check_keys(answer, where)
    if is_reply(answer):
        return read_reply(given_json(answer, "the answer", where=where), parameter, where=where)[0]
    given = given_json(answer, "the result", where=where)
    status = given.get("status") or "success"
    summary = given["summary"] if given.get("summary") is not None else {}
    data = given.get("data") if given.get("data") is not None else []
    if status not in ("success", "failed"):
        raise InputError(f"status {status!r} is neither \"success\" nor \"failed\"", where=where)
    if not isinstance(summary, dict):
        raise InputError("`summary` must be an object", where=where)
    if not isinstance(data, dict | list):
        raise InputError(f"`data` must be a list of data objects, or one of them, not {type(data).__name__}",
                         where=where, hint="Write [{\"name\": value}].")
    message = given.get("message")
    if message is None:
        message = message_of(summary)
    return ActionResult(status, str(message), parameter, data if isinstance(data, list) else [data], summary)


def message_of(summary: dict[str, Any]) -> str:
    """The message that an app's base class makes of a summary: ``Total positives: 3, Source: cache``."""
    return ", ".join(f"{key.replace('_', ' ').capitalize()}: {value}" for key, value in summary.items())


_HINT = "Give {\"status\"?, \"message\"?, \"summary\"?, \"data\"?} or a list of data objects."


_OTHER_WORDS = {"value": "data", "values": "data", "result": "data", "results": "data", "output": "data",
                "outputs": "data", "error": "message", "reason": "message", "success": "status", "answer": "responses",
                "reply": "responses", "seconds": "delay", "inputs": "parameter", "params": "parameter",
                "block": "name", "app": "asset"}
"""What people call the keys of an answer, and of an entry, besides misspelling them."""


def key_meant(unknown: Iterable[str], known: Iterable[str]) -> str:
    """A hint: the key that was meant by the first of some unknown ones; empty where that cannot be told."""
    names, there = sorted(unknown), sorted(known)
    said = next((word for one in names if (word := _OTHER_WORDS.get(one.lower())) in there), None)
    return f"Did you mean {said}?" if said else did_you_mean(names, there)


def _check_keys(answer: dict[str, Any], where: str) -> None:
    if unknown := answer.keys() - KEYS:
        raise InputError(f"a result has no key {', '.join(sorted(map(repr, unknown)))}", where=where,
                         hint=f"{key_meant(unknown, KEYS - answer.keys())} {_HINT}".strip())
    if answer.keys() & MARKS and not is_reply(answer):
        raise InputError(f"{', '.join(sorted(answer.keys() & MARKS))} must be true, or left out", where=where)


def _delay(answer: dict[str, Any], where: str) -> float:
    delay = answer.get("delay") or 0
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not isfinite(delay) or delay < 0:
        raise InputError(f"delay must be a number of seconds, not {delay!r}", where=where)
    return float(delay)
