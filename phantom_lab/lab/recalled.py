"""What a journal knows of the world outside of its run, for a run that may go another way."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from phantom_lab.engine.outside import ASSETS, NEEDS_PARAMETERS, PLAYBOOKS, STAND_IN, error_from, http_answer_from
from phantom_lab.engine.serialized import asset_from, custom_function_from, playbook_from
from phantom_lab.errors import MissingSourceError
from phantom_lab.history import ActionStarted, Answered, Journal, OutcomeMissing, SourceTaken
from phantom_lab.model import ActionResult, Asset, json_copy
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, ActionCall, Outcome, Recording, StandIn
from phantom_lab.outcomes.answer import failure
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.recorded import recorded
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.stubbed import StubbedCustomFunction, StubbedPlaybook
from phantom_lab.views.requested import HTTP

NOT_RECORDED = "The journal does not hold it: the recorded run never asked for it."
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


class RecalledLibrary(Library):
    """The child playbooks and custom functions of a journal, after what stands in for them; no file is looked for.

    Args:
        made_up: what one gives that the journal does not hold, by its kind and reference; None: nothing does.
    """

    def __init__(self, journal: Journal, recalled: Recalled, stand_ins: Iterable[StandIn] = (),
                 made_up: Callable[[str, str], Any] | None = None) -> None:
        super().__init__(stand_ins=tuple(stand_ins))
        self._journal, self._recalled, self._made_up = journal, recalled, made_up
        self._taken = {(one.kind, one.reference): one for one in reversed(journal.events)
                       if isinstance(one, SourceTaken)}
        self.invented: list[Key] = []
        """Kind and reference of what was made up."""

    def playbook(self, reference: str, near: Path | None) -> Playbook:
        """The recorded one; arguments and errors as of `Library.playbook`."""
        stand_in = self._stand_in(PLAYBOOK, reference)
        found = StubbedPlaybook.of(stand_in) if stand_in else self._recorded(PLAYBOOK, reference)
        assert isinstance(found, Playbook)
        return found

    def custom_function(self, reference: str, near: Path | None) -> CustomFunction:
        """The recorded one; arguments and errors as of `Library.custom_function`."""
        stand_in = self._stand_in(CUSTOM_FUNCTION, reference)
        found = StubbedCustomFunction.of(stand_in) if stand_in else self._recorded(CUSTOM_FUNCTION, reference)
        assert isinstance(found, CustomFunction)
        return found

    def folders(self, near: Path | None) -> list[Path]:
        """None: nothing of the machine is read."""
        return []

    def playbooks(self, near: Path | None, look: Callable[[list[Path]], list[Any]]) -> list[Any]:
        """As recorded."""
        return list(self._recalled.answer(PLAYBOOKS, "") or [])

    def _recorded(self, kind: str, reference: str) -> Playbook | CustomFunction:
        event = self._taken.get((kind, reference))
        told: Any = self._journal.get(event.source) if event else {}
        if "stand_in" in told:
            return _stubbed(StandIn(kind, told["stand_in"], self._stood_in(kind, told["stand_in"]), "",
                                    told["answers"]))
        if "source" in told:
            return playbook_from(told, self._journal) if kind == PLAYBOOK else custom_function_from(
                told, self._journal)
        if "error" in told:
            raise error_from(kind, told)
        if self._made_up is None:
            raise MissingSourceError(f"no {kind} '{reference}'", hint=NOT_RECORDED, kind=kind)
        self.invented.append((kind, reference))
        given = self._made_up(kind, reference)
        return _stubbed(StandIn(kind, reference, lambda _: given, "", "made up"))

    def _stood_in(self, kind: str, name: str) -> Callable[[dict[str, Any]], Any]:
        return lambda given: self._recalled.stand_in(kind, name, given)


def _stubbed(one: StandIn) -> Playbook | CustomFunction:
    return StubbedPlaybook.of(one) if one.kind == PLAYBOOK else StubbedCustomFunction.of(one)
