"""What the run waits for: the outcome of an action, or a person's reply."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.notebook.parts.part import Part
from phantom_lab.outcomes import ActionCall, declined, responses, timed_out
from phantom_lab.terminal import visible


class Outcome(Part):
    """A form, while an outcome is needed.

    ``{"type": "answer", "status", "data", "summary", "message"}`` (JSON texts), ``{"type": "answer", "reply",
    "responses"}`` (``responses``, ``timed_out`` or ``declined``).
    """

    name = "outcome"

    def take(self, message: dict[str, Any]) -> bool:
        """An answer."""
        self.look.stepper.answer(_answer(message))
        return True

    def view(self) -> dict[str, Any]:
        """What the form asks: of a prompt, task or approval its text and questions, each with its choices."""
        call = self.look.stepper.needed
        return _needed(call) if call else {}


def _needed(call: ActionCall) -> dict[str, Any]:
    """What the form asks: of a prompt, task or approval its text and questions, each with its choices."""
    parameter = {key: value for key, value in call.parameter.items() if key != "context"}
    told = {"action": call.action, "asset": call.asset, "name": call.name,
            "parameter": json.dumps(parameter, ensure_ascii=False)}
    needed: dict[str, Any] = {**{key: visible(text) for key, text in told.items()}, "person": call.action in PEOPLE}
    if needed["person"]:
        given = parameter.get("response_types")
        asked = given if given is not None else [{}] if call.action == "prompt" else []
        needed["to"], needed["text"] = visible(asked_of(parameter)), visible(str(parameter.get("message")))
        needed["questions"] = [{"text": visible(str(one.get("prompt") or "response")),
                                "choices": [str(choice) for choice in (one.get("options") or {}).get("choices") or ()]}
                               for one in asked]
    return needed


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    """The typed-in answer; its JSON texts are read here, so that a slip is told where it was made."""
    if message.get("reply") == "responses":
        return responses(*(message.get("responses") or ()))
    if message.get("reply"):
        return timed_out() if message["reply"] == "timed_out" else declined()
    answer: dict[str, Any] = {"status": message.get("status", "success"), "message": message.get("message") or None}
    for key in ("data", "summary"):
        typed = str(message.get(key) or "").strip()
        if typed:
            try:
                answer[key] = json.loads(typed)
            except json.JSONDecodeError as exc:
                raise InputError(f"{key} is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno})") from None
    return answer
