"""The form for what a person replies: a prompt, a task, or an approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.errors import InputError, cut
from phantom_lab.history import ActionStarted
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.notebook.cells import head
from phantom_lab.notebook.look import Look
from phantom_lab.outcomes import ActionCall, declined, responses, timed_out
from phantom_lab.outcomes.prompts import refused
from phantom_lab.terminal import visible

MESSAGE, QUESTIONS, CHOICES, CHOICE = 20_000, 50, 200, 300
"""Characters of the message, questions, choices of one, and characters of a choice."""


class PersonForm:
    """The message, and a question with its kind of answer each.

    Args:
        look: what the panel looks at.
        call: what is asked.
    """

    def __init__(self, look: Look, call: ActionCall) -> None:
        self._look, self._call = look, call
        given = call.parameter.get("response_types")
        asked = given if given is not None else [{}] if call.action == "prompt" else []
        self._questions: list[dict[str, Any]] = [one for one in asked if isinstance(one, dict)]
        self._given: list[str] = []
        self._wrong: list[str] = []

    def take(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """The reply that is to be given."""
        if message.get("type") != "reply":
            raise InputError(f"the form takes no {message.get('type')!r}")
        return self.answer(message)

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """The reply; None where a response is none to its question, which the form then shows."""
        reply = message.get("reply")
        self._given = [str(one) for one in message.get("responses") or ()]
        self._wrong = []
        if reply == "timed_out":
            return timed_out()
        if reply == "declined":
            return declined()
        told = [refused(response, question) for response, question in zip(self._given, self._questions, strict=False)]
        if any(told):
            self._wrong = [_told(response, one) for response, one in zip(self._given, told, strict=False)]
            return None
        return responses(*self._given)

    def view(self) -> dict[str, Any]:
        """Who is asked what, and how long there is time."""
        parameter = self._call.parameter
        text = str(parameter.get("message") or "")
        return {"kind": PEOPLE[self._call.action], "to": head(asked_of(parameter)),
                "text": visible(cut(text, MESSAGE)), "left": self._left(),
                "questions": [_question(one) for one in self._questions[:QUESTIONS]], "asked": len(self._questions),
                "given": self._given, "wrong": [visible(one) for one in self._wrong]}

    def _left(self) -> str:
        """How much of its time is left on the run's clock, which stands still meanwhile."""
        minutes, journal = self._call.parameter.get("respond_in_mins"), self._look.journal
        asking = self._look.asking
        if not isinstance(minutes, int | float) or asking is None:
            return ""
        sent = next(journal.stamps[one].at for one in reversed(journal.index.positions(ActionStarted))
                    if journal.events[one] is asking)
        left = minutes * 60 - (self._look.stepper.run.clock.passed - sent)
        return f"{_duration(left)} of {_duration(minutes * 60)} left on the run's clock, which stands still here"


def _told(response: str, wrong: tuple[str, str] | None) -> str:
    if wrong is None:
        return ""
    return f"{wrong[0]}. {wrong[1]}".strip(". ") if response.strip() else "not answered yet"


def _question(one: Mapping[str, Any]) -> dict[str, Any]:
    options = one.get("options") if isinstance(one.get("options"), dict) else {}
    assert isinstance(options, dict)
    choices = [str(choice) for choice in options.get("choices") or ()]
    kind = options.get("type")
    kinds = {"list": "choices" if choices else "text", "range": "range"}
    return {"text": visible(cut(str(one.get("prompt") or "response"), 2_000)), "kind": kinds.get(str(kind), "text"),
            "choices": choices[:CHOICES], "of": len(choices),
            "shown": [visible(cut(choice, CHOICE)) or '""' for choice in choices[:CHOICES]],
            "min": options.get("min"), "max": options.get("max"), "required": options.get("required") is not False}


def _duration(seconds: float) -> str:
    """``1 h 30 min``."""
    whole = max(0, round(seconds))
    parts = [(whole // 86_400, "d"), (whole // 3_600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
