"""Replies to prompts, tasks and approvals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.misspelt import did_you_mean, keywords
from phantom_lab.model import ActionResult

MARKS = {"responses", "timed_out", "declined"}
"""Keys that make an answer a reply."""


def is_reply(answer: dict[str, Any]) -> bool:
    """Whether an answer is a reply; a mark that is false is none."""
    return "responses" in answer or bool(answer.get("timed_out") or answer.get("declined"))


@keywords
def responses(*given: Any, user: str | None = None) -> dict[str, Any]:
    """A reply to a prompt: one text per question; none at all completes a task or approves an action.

    Args:
        given: the responses, in the order of the questions.
        user: who replied.
    """
    return {"responses": list(given), **({"data": [{"user": user}]} if user else {})}


@keywords
def timed_out() -> dict[str, Any]:
    """Nobody replies until the prompt's time is over."""
    return {"timed_out": True}


@keywords
def declined(message: str = "declined") -> dict[str, Any]:
    """Somebody declines."""
    return {"declined": True, "message": message}


def read_reply(given: dict[str, Any], parameter: dict[str, Any], *, where: str) -> tuple[ActionResult, float]:
    """The result of a prompt, and the seconds until it arrives.

    An answer, also a "No", is a success. Nobody's answer is a failure without responses (documented), and so is a
    refusal (assumed).

    Raises:
        InputError: the responses do not fit the questions.
    """
    if given.get("timed_out"):
        minutes = parameter.get("respond_in_mins")
        within = f"within {minutes} minutes" if minutes is not None else "in time"
        return ActionResult("failed", f"no response {within}", parameter), float(minutes or 0) * 60
    if given.get("declined"):
        return ActionResult("failed", str(given.get("message") or "declined"), parameter), 0.0
    found = given.get("responses")
    found = found if isinstance(found, list) else [found]
    _check(found, parameter.get("response_types") or [], where)
    summary = {"response": found[0], "responses": found} if found else {}
    user = next((one.get("user") for one in given.get("data") or () if isinstance(one, dict)), parameter.get("to"))
    data = [{"user": user, **summary}]
    return ActionResult("success", str(given.get("message") or "responded"), parameter, data, summary), 0.0


def _check(found: list[Any], questions: list[dict[str, Any]], where: str) -> None:
    """Whether every question is answered by something that its form allows."""
    if questions and len(found) != len(questions):
        raise InputError(f"{_count(len(found), 'response')} to {_count(len(questions), 'question')}", where=where,
                         hint=f"Asked is {', '.join(repr(one.get('prompt', '')) for one in questions)}.")
    for response, question in zip(found, questions, strict=False):
        if told := refused(response, question):
            raise InputError(told[0], where=where, hint=told[1])


def refused(response: Any, question: dict[str, Any]) -> tuple[str, str] | None:
    """Why a response is none to a question, and a hint; None where it is one."""
    options = question.get("options") or {}
    if response in (None, "") and options.get("required") is False:
        return None
    choices, kind = options.get("choices"), options.get("type")
    if kind == "list" and choices and str(response) not in map(str, choices):
        return (f"response {response!r} is no choice",
                f"{_meant(response, choices)} There are {', '.join(map(str, choices))}.".strip())
    if kind == "range" and not _between(response, options.get("min"), options.get("max")):
        return f"response {response!r} is not between {options.get('min')} and {options.get('max')}", ""
    return None


def _meant(response: Any, choices: Iterable[Any]) -> str:
    """The choice that a response is but for case and blanks, or else is most like."""
    texts, given = [str(one) for one in choices], "".join(str(response).split()).casefold()
    same = next((one for one in texts if "".join(one.split()).casefold() == given), "")
    return f"Did you mean {same!r}? Case and blanks count." if same else did_you_mean([str(response)], texts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _between(response: Any, low: Any, high: Any) -> bool:
    try:
        return float(low if low is not None else response) <= float(response) <= float(
            high if high is not None else response)
    except (TypeError, ValueError):
        return False
