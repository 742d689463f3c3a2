"""What stubs and results files answer, beside what a run asks for: misspelt actions, assets and blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, Protocol

from phantom_lab.later import dataclass
from phantom_lab.misspelt import SURE, near
from phantom_lab.outcomes.outcome import ActionCall

_COMPARED, _TOLD, _LONGEST = 200, 5, 60
"""Calls of an action that are compared, offers that a message names, and characters of a value in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Calls that something is an answer to."""

    where: str
    """Who answers, for people."""
    action: str
    """In lower case."""
    asset: str | None = None
    name: str | None = None
    parameter: Mapping[str, Any] = field(default_factory=dict)

    def differences(self, call: ActionCall) -> list[str]:
        """Why it is not for a call of its action, for people."""
        wanted = {"asset": (self.asset, call.asset), "block": (self.name, call.name)}
        found = [f"{what} is {_shown(mine)}, not {_shown(its)}" for what, (mine, its) in wanted.items()
                 if mine not in (None, its)]
        return found + [f"parameter {key} is {_shown(value)}, {told}" for key, value in self.parameter.items()
                        if (told := _other(call.parameter, key, value))]


def _other(parameter: Mapping[str, Any], key: str, value: Any) -> str:
    """What a call has instead of a value; empty where it has this one."""
    if key not in parameter:
        return "and the call has none"
    return "" if parameter[key] == value else f"not {_shown(parameter[key])}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class Offering(Protocol):
    """A provider that tells what it has answers to."""

    def offers(self) -> Iterable[Offer]:
        """Every answer that it has."""


class Offers:
    """Offers beside the calls of one run.

    Args:
        all_of_them: gives the offers as they are now.
    """

    def __init__(self, all_of_them: Callable[[], Iterable[Offer]]) -> None:
        self._offers = all_of_them
        self._calls: dict[str, list[ActionCall]] = {}

    def asked(self, call: ActionCall) -> None:
        """Keep a call."""
        calls = self._calls.setdefault(call.action.lower(), [])
        if len(calls) < _COMPARED:
            calls.append(call)

    def near(self, call: ActionCall) -> str:
        """Why no offer of its action is for a call, or which action may have been meant."""
        action, offers = call.action.lower(), list(self._offers())
        told = [f"{one.where}: {', '.join(why)}" for one in offers
                if one.action == action and (why := one.differences(call))]
        if told:
            more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
            return f"'{call.action}' is answered, but not for this call: {'; '.join(told[:_TOLD])}{more}."
        meant = near(action, [one.action for one in offers])
        found = next((one for one in offers if meant and one.action == meant[0]), None)
        return f"{found.where} answers '{found.action}': is '{call.action}' meant?" if found else ""

    def unasked(self, texts: Callable[[], Mapping[str, bool]]) -> Iterator[str]:
        """A sentence on each offer that nothing asked for, and whose name is nearly that of something else.

        Args:
            texts: gives the texts of the playbooks, in lower case, and whether they are actions that a call names: what
                they say they may ask for another time.
        """
        offers = list(self._offers())
        answered = {one.action for one in offers}
        for one in dict.fromkeys((each.where, each.action, each.asset, each.name) for each in offers):
            where, action, asset, name = one
            if calls := self._calls.get(action):
                yield from self._elsewhere(where, action, "asset", asset, [call.asset for call in calls])
                yield from self._elsewhere(where, action, "block", name, [call.name for call in calls])
            elif action not in (said := texts()):
                named = [*self._calls, *(text for text, is_action in said.items() if is_action)]
                meant = next((each for each in near(action, named, most=_TOLD, least=SURE)
                              if each not in answered and _same_words(action, each)), "")
                if meant:
                    asks = "asks for" if meant in self._calls else "names"
                    yield f"{where}: '{action}' was never asked for; the playbook {asks} '{meant}'"

    @staticmethod
    def _elsewhere(where: str, action: str, what: str, wanted: str | None, there: list[str]) -> Iterator[str]:
        if wanted is not None and wanted not in there and (meant := near(wanted, there, least=SURE)):
            yield f"{where}: '{action}' was never asked for with {what} '{wanted}'; the playbook asks with '{meant[0]}'"


def _same_words(one: str, other: str) -> bool:
    """Whether two names are spellings of one: of ``url reputation`` and ``file reputation`` a word is another one."""
    words, others = one.split(), other.split()
    return len(words) != len(others) or all(
        word == each or near(word, [each]) for word, each in zip(words, others, strict=True))
