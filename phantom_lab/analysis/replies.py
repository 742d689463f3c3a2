"""Replies to prompts, tasks and approvals where nobody is there to give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from phantom_lab.model import Asset
from phantom_lab.outcomes import ActionCall, Outcome, outcome_of, responses
from phantom_lab.outcomes.declared import Demand

_PEOPLE = frozenset({"prompt", "task", "approve"})
SOURCE = "made-up reply"


class Replies:
    """Answers every question: by what the playbook's conditions ask for, else with the first choice, the least number,
    or a word.

    Args:
        demand: what a playbook's text reads of its blocks, by its file.
    """

    def __init__(self, demand: Callable[[str], Demand]) -> None:
        self._demand = demand

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The reply to a question; None for any other action."""
        if call.action not in _PEOPLE:
            return None
        questions = call.parameter.get("response_types") or []
        if not questions and call.action == "prompt":
            questions = [{"options": {"type": "list", "choices": ["Yes", "No"]}}]
        said = [_reply(question, self._wanted(call, place)) for place, question in enumerate(questions)]
        return outcome_of(responses(*said), call, where=SOURCE, source=SOURCE)

    def assets(self, action: str) -> Iterable[Asset]:
        """None: people are no assets."""
        return []

    def _wanted(self, call: ActionCall, place: int) -> list[Any]:
        """The texts that conditions compare a response with."""
        names = {f"action_result.summary.responses.{place}", "action_result.summary.responses.*"}
        if place == 0:
            names.add("action_result.summary.response")
        return [literal for one in self._demand(call.playbook).reads.get(call.name, ()) if one.path in names
                for operator, literal in one.comparisons if operator == "=="]


def _reply(question: Any, wanted: list[Any]) -> Any:
    options = question.get("options") if isinstance(question, dict) else None
    options = options if isinstance(options, dict) else {}
    choices = options.get("choices") or []
    if choices:
        return next((choice for choice in choices if choice in wanted), choices[0])
    if options.get("type") == "range":
        return options.get("min", 0)
    return next((one for one in wanted if isinstance(one, str) and one), "sample reply")
