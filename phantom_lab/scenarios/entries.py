"""Entries of a scenario that answer actions and prompts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.model import naming
from phantom_lab.outcomes.answer import failure, outcome_of
from phantom_lab.outcomes.outcome import ActionCall, Outcome
from phantom_lab.scenarios.entry_pool import Entry, Where, below, read_answers
from phantom_lab.scenarios.set_paths import check_paths

Generate = Callable[[ActionCall, Mapping[str, Any]], Outcome | None]
"""Makes a result of an action, in which these paths have these values."""

RAISED = "Exception occurred: "
"""What stands before the text of an exception in an app (assumed)."""
TIMED_OUT = "action timed out"
"""The message of an action whose time is over (assumed)."""
_ALONE = ("raise", "timeout", "results", "set")
_FORMS = (*_ALONE, "choice", "responses", "timed_out", "declined")
"""Keys that say in different ways what an answer is; those of the first stand alone, but for a delay."""
_WORDS = {"action": "action", "block": "block", "name": "block", "asset": "asset", "to": "to"}
"""Keys of an entry that say which calls it is for."""
_MISSING = object()
BY = "scenario"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to an action."""

    given: dict[str, Any] = field(default_factory=dict)
    """As for `read_answer`."""
    where: str = ""
    delay: float = 0.0
    wanted: Mapping[str, Any] = field(default_factory=dict)
    """Values of a result that is generated otherwise."""
    results: tuple[Answer, ...] = ()
    """Of which each is one action result."""

    def outcome(self, call: ActionCall, generate: Generate | None) -> Outcome:
        """What a call comes back with.

        Raises:
            InputError: it does not fit the call, or a result cannot be generated.
        """
        if self.wanted:
            return self._generated(call, generate)
        found = [outcome_of(one.given, call, where=one.where, source=self.where, by=BY)
                 for one in self.results or (self,)]
        results = tuple(result for one in found for result in one.results)
        return Outcome(results, self.where, max(self.delay, *(one.delay for one in found)), by=BY)

    def _generated(self, call: ActionCall, generate: Generate | None) -> Outcome:
        found = generate(call, self.wanted) if generate else None
        if found is None:
            why = "nothing is known of it" if generate else "no results are generated in this run"
            raise InputError(f"`set` changes a generated result of action '{call.action}', but {why}",
                             where=self.where, hint="Give `data`, or `generate: true` and the manifest of its app.")
        return replace(found, source=f"{self.where} ({found.source})", delay=max(found.delay, self.delay), by=BY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEntry(Entry):
    """An entry of ``outcomes``."""

    wanted: Mapping[str, str]
    """Of the call: its ``action``, ``block``, ``asset`` and ``to``, as far as they matter."""
    parameter: Mapping[str, Any]

    def matches(self, call: ActionCall) -> bool:
        """Whether it is for a call."""
        return not any(True for _ in self._others(call))

    def rank(self, call: ActionCall) -> tuple[int, ...]:
        """How specific it is for a call that it matches: of two spellings of a block the exact one wins."""
        return (*self.weight, self.wanted.get("block", call.name) == call.name)

    def differences(self, call: ActionCall) -> list[str]:
        """Why it is not for a call, for people."""
        return [f"{key} is {_shown(value)}, not {_shown(found)}" if found is not _MISSING else
                f"{key} is {_shown(value)}, and the call has none" for key, value, found in self._others(call)]

    def _others(self, call: ActionCall) -> Iterator[tuple[str, Any, Any]]:
        """What it says of its calls and what this call has, where these differ."""
        there = {"action": call.action.lower(), "block": call.name, "asset": call.asset, "to": call.parameter.get("to")}
        for key, value in self.wanted.items():
            if there[key] != value and not (key == "block" and naming.key(value) == naming.key(call.name)):
                yield key, value, there[key]
        for key, value in self.parameter.items():
            if not _same(found := call.parameter.get(key, _MISSING), value):
                yield f"parameter {key}", value, found


def read_entry(given: Mapping[str, Any], where: Where) -> ActionEntry:
    """An entry of ``outcomes``, of the shape that the schema demands.

    Args:
        given: the entry.
        where: gives the place of a part of it, named by keys and numbers.

    Raises:
        InputError: its keys do not go together, or an answer cannot be read.
    """
    if "block" in given and "name" in given:
        raise InputError("`block` and `name` are two words for the same", where=where("name"))
    wanted = {_WORDS[key]: value for key, value in given.items() if key in _WORDS}
    wanted["action"], parameter = wanted["action"].lower(), given.get("parameter", {})
    answers = read_answers(given, {*_WORDS, "parameter"}, where, _answer)
    for one in answers:
        _try(one, ActionCall(wanted["action"], "", "", "", dict(parameter), 1))
    return ActionEntry(where=where(), answers=answers, in_turn="calls" in given, wanted=wanted, parameter=parameter,
                       weight=(len(wanted) + len(parameter),), key=json.dumps([wanted, parameter], sort_keys=True),
                       title=f"'{given['action']}'")


def _answer(given: Mapping[str, Any], where: Where) -> Answer:
    forms = [key for key in _FORMS if key in given]
    if len(forms) > 1 or (forms and forms[0] in _ALONE and len(given.keys() - {forms[0], "delay"})):
        others = ", ".join(f"`{key}`" for key in given if key not in (forms[0], "delay"))
        raise InputError(f"`{forms[0]}` cannot stand beside {others} in an answer", where=where(forms[0]))
    plain, delay = dict(given), float(given.get("delay", 0))
    if "results" in given:
        results = tuple(_answer(one, below(where, "results", number)) for number, one in enumerate(given["results"]))
        return Answer(where=where(), delay=delay, results=results)
    if "set" in given:
        check_paths(given["set"], where)
        return Answer(where=where(), delay=delay, wanted=given["set"])
    if "choice" in given:
        plain["responses"] = [plain.pop("choice")]
    if "raise" in given or "timeout" in given:
        plain = {**failure(f"{RAISED}{given['raise']}" if "raise" in given else TIMED_OUT), "delay": delay}
    return Answer(plain, where(), delay)


def _try(answer: Answer, call: ActionCall) -> None:
    if nested := next((one for one in answer.results if one.results or one.wanted), None):
        raise InputError("one of several results must be a plain answer", where=nested.where)
    if not answer.wanted:
        answer.outcome(call, None)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _same(found: Any, wanted: Any) -> bool:
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)
