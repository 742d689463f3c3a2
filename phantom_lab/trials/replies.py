"""Replies to prompts, tasks and approvals where nobody is there to give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ActionStarted, OutcomeGiven
from phantom_lab.model import PEOPLE, Asset
from phantom_lab.outcomes import ActionCall, Outcome, outcome_of, responses
from phantom_lab.outcomes.declared import Demand
from phantom_lab.trials.edits import Situation

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
        if call.action not in PEOPLE:
            return None
        said = [reply_to(question, self._wanted(call, place))
                for place, question in enumerate(questions_of(call.action, call.parameter))]
        return outcome_of(responses(*said), call, where=SOURCE, source=SOURCE, by="generated")

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


def questions_of(action: str, parameter: dict[str, Any]) -> list[Any]:
    """What a prompt asks; without a form it is a question of yes or no. A task and an approval ask nothing."""
    asked: list[Any] = parameter.get("response_types") or []
    return asked or ([{"options": {"type": "list", "choices": ["Yes", "No"]}}] if action == "prompt" else [])


def reply_to(question: Any, wanted: Sequence[Any] = ()) -> Any:
    """A reply to a question: one of those that are wanted where that is possible."""
    options = question.get("options") if isinstance(question, dict) else None
    options = options if isinstance(options, dict) else {}
    choices = options.get("choices") or []
    if choices:
        return next((choice for choice in choices if choice in wanted), choices[0])
    if options.get("type") == "range":
        return options.get("min", 0)
    return next((one for one in wanted if isinstance(one, str) and one), "sample reply")


def with_replies(run: PlaybookRun, situation: Situation) -> Situation:
    """The situation with the replies that were made up in it, so that it stands for itself."""
    given: dict[str, list[dict[str, Any]]] = {}
    asked = {event.action_run_id: event for event in run.journal.events if isinstance(event, ActionStarted)}
    for event in run.journal.events:
        if isinstance(event, OutcomeGiven) and event.source == SOURCE and event.action_run_id in asked:
            one = asked[event.action_run_id]
            replies = [result["summary"].get("responses", []) for result in run.journal.get(event.results)]
            given.setdefault(one.name, []).extend({"action": event.action, "responses": reply} for reply in replies)
    entries = [{"action": replies[0]["action"], "block": block, **_answer(replies)} for block, replies in given.items()]
    return {**situation, "outcomes": [*situation.get("outcomes", []), *entries]} if entries else situation


def _answer(replies: list[dict[str, Any]]) -> dict[str, Any]:
    said = [{"responses": one["responses"]} for one in replies]
    return said[0] if all(one == said[0] for one in said) else {"calls": said}
