"""Answers: the small JSON object in which people give one result."""

from __future__ import annotations

from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model import ActionResult, given_json

_KEYS = {"status", "message", "summary", "data"}


def success(data: list[Any] | None = None, *, summary: dict[str, Any] | None = None,
            message: str | None = None) -> dict[str, Any]:
    """An answer that succeeded."""
    return {"status": "success", "data": data or [], "summary": summary or {}, "message": message}


def failure(message: str, *, data: list[Any] | None = None, summary: dict[str, Any] | None = None) -> dict[str, Any]:
    """An answer that failed."""
    return {"status": "failed", "data": data or [], "summary": summary or {}, "message": message}


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
    hint = "Give {\"status\"?, \"message\"?, \"summary\"?, \"data\"?} or a list of data objects."
    if not isinstance(answer, dict):
        raise InputError(f"a result must be an object, not {type(answer).__name__}", where=where, hint=hint)
    if unknown := answer.keys() - _KEYS:
        raise InputError(f"a result has no key {', '.join(sorted(map(repr, unknown)))}", where=where, hint=hint)
    given = given_json(answer, "the result", where=where)
    status = given.get("status") or "success"
    summary = given["summary"] if given.get("summary") is not None else {}
    data = given.get("data") if given.get("data") is not None else []
    if status not in ("success", "failed"):
        raise InputError(f"status {status!r} is neither \"success\" nor \"failed\"", where=where)
    if not isinstance(summary, dict):
        raise InputError("`summary` must be an object", where=where)
    message = given.get("message")
    if message is None:
        message = message_of(summary)
    return ActionResult(status, str(message), parameter, data if isinstance(data, list) else [data], summary)


def message_of(summary: dict[str, Any]) -> str:
    """The message that an app's base class makes of a summary: ``Total positives: 3, Source: cache``."""
    return ", ".join(f"{key.replace('_', ' ').capitalize()}: {value}" for key, value in summary.items())
