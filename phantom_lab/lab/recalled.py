"""What a journal knows of the world outside of its run, for a run that may go another way."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from phantom_lab.engine.outside import ASSETS, NEEDS_PARAMETERS, STAND_IN, http_answer_from
from phantom_lab.engine.serialized import asset_from
from phantom_lab.history import ActionStarted, Answered, Journal, OutcomeMissing
from phantom_lab.model import ActionResult, Asset, json_copy
from phantom_lab.outcomes import ActionCall, Outcome, Recording
from phantom_lab.outcomes.answer import failure
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.recorded import recorded
from phantom_lab.views.requested import HTTP

Key = tuple[str, str]


class Recalled:
    """Answers a call as the same one was answered; one of other parameters as the block's own calls were, in their
    order, the last of them again and again. It knows of apps what the run knew of them."""

    def __init__(self, journal: Journal) -> None:
        calls = recorded(journal)
        self._exact = Recording(calls).provider()
        self._blocks: dict[Key, deque[Mapping[str, Any]]] = defaultdict(deque)
        for one in calls:
            self._blocks[one["name"], one["action"].lower()].append(one)
        self._missing = {(one.name, one.action) for one in journal.events if isinstance(one, OutcomeMissing)}
        self.otherwise: list[ActionCall] = []
        """Calls of other parameters than recorded that were answered as the block's calls were."""
        answered = [one for one in journal.events if isinstance(one, Answered) and one.error is None]
        self._answers = {(one.question, repr(journal.get(one.asked))): journal.get(one.answer) for one in answered}
        self._http: dict[Key, deque[dict[str, Any]]] = defaultdict(deque)
        for event in answered:
            if event.question == HTTP and (told := journal.get(event.answer)) is not None:
                method, url = journal.get(event.asked)
                self._http[method, url].append(told)
        self._declared = {(one.name, one.action): Declaration(
            "", one.action, "the journal", read_only=one.read_only, kind=one.kind,
            parameters={name: {"data_type": "list"} for name in one.lists})
            for one in journal.events if isinstance(one, ActionStarted)}

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The recorded outcome of a call, or of another call of its block."""
        if (found := self._exact.outcome(call)) is not None:
            return replace(found, source="as recorded")
        left = self._blocks.get((call.name, call.action.lower()))
        if not left:
            return None
        told = left.popleft() if len(left) > 1 else left[0]
        self.otherwise.append(call)
        results = tuple(ActionResult(one["status"], one["message"], json_copy(call.parameter), one["data"],
                                     one["summary"]) for one in told["results"])
        return Outcome(results, "as recorded for other parameters", told["delay"], own=told["made_up"], by="recording")

    def lacks(self, call: ActionCall) -> bool:
        """Whether nobody had an answer to the calls of a block: the recorded run ended there."""
        return (call.name, call.action) in self._missing

    def assets(self, action: str) -> Iterable[Asset]:
        """Those that were offered for an action, or that it ran on."""
        told = self.answer(ASSETS, action)
        return [asset_from(one) for one in told] if told else self._exact.assets(action)

    def answer(self, question: str, asked: Any) -> Any:
        """The last recorded answer to a question of `Outside`; None: there is none."""
        return self._answers.get((question, repr(asked)))

    def needs_parameters(self, call: ActionCall) -> bool | None:
        """As recorded; None: nobody has said."""
        needs: bool | None = self.answer(NEEDS_PARAMETERS, [call.action, call.name, call.asset, call.app])
        return needs

    def declaration(self, call: ActionCall) -> Declaration | None:
        """What the run knew of a block's action: whether it only reads, and which parameters are lists."""
        return self._declared.get((call.name, call.action))

    def http(self, method: str, url: str) -> HttpAnswer | None:
        """The recorded answer to a request; the last one again and again."""
        left = self._http.get((method, url))
        if not left:
            return None
        told = left.popleft() if len(left) > 1 else left[0]
        return http_answer_from(told)

    def stand_in(self, kind: str, name: str, given: dict[str, Any]) -> Any:
        """What a stand-in gave: for the same, else for anything."""
        told = self.answer(STAND_IN, [kind, name, given])
        if told is None:
            told = next((answer for (question, asked), answer in self._answers.items()
                         if question == STAND_IN and asked.startswith(repr([kind, name])[:-1])), None)
        data, failed = told or ({}, None)
        return failure(failed) if failed is not None else data
