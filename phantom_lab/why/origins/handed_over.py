"""Origins of all that a run hands over: to actions, people, requests, functions, child playbooks, the platform."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from phantom_lab.history.events import (
    ActionStarted,
    ApiCalled,
    Changed,
    CustomFunctionStarted,
    Edited,
    Evaluated,
    OutcomeGiven,
    OutputSaved,
    PlaybookStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.history.written_by import calls_of
from phantom_lab.why.origins.following import Following
from phantom_lab.why.origins.origin import SEVERAL, ParameterRow, ValueOrigin, merged
from phantom_lab.why.provenance.scopes import DECODED

_ASIDE = frozenset({"container", "container_id", "trace", "scope", "callback", "name", "verify"})
"""Arguments that are no values: they say on what, and how."""


class Parameter(NamedTuple):
    """One value that is handed over, by its name, and where it came from."""

    name: str
    value: Any
    origin: ValueOrigin

    def as_json(self) -> ParameterRow:
        """Its name as ``parameter``, and the fields of the origin."""
        return {"parameter": self.name, **self.origin.as_json()}


class HandedOver:
    """Origins by parameter, for one journal."""

    def __init__(self, journal: Journal) -> None:
        self.calls = calls_of(journal)
        self._index = journal.index
        self._following = Following(journal)
        self._record = self._following.record
        self._everywhere = len(self._index.positions(Edited)), len(self._record.artifacts)
        """So much is there that is held against values wherever it stands in the journal."""
        self._outcomes = {call.command: one for one in self._index.of_kind(OutcomeGiven)
                          if (call := self.calls.carried.get(id(one))) is not None} if self.calls.carried else {}

    def of_sets(self, asked: ActionStarted, sets: Sequence[dict[str, Any]]) -> list[list[Parameter]]:
        """Of every parameter set of an action; where what has come since cannot tell more, it is known."""
        key = HandedOver, asked.action_run_id
        if (known := self._index.kept.get(key)) is not None and known[0] == self._everywhere:
            return known[1]  # type: ignore[no-any-return]
        call = self._record.call(asked.command)
        found = [self._of_set(call, number, one) if call is not None else [] for number, one in enumerate(sets)]
        if self._index.is_over(asked.invocation):  # helpers are told when they are left
            self._index.kept[key] = [self._everywhere, found]
        return found

    def of_set(self, asked: ActionStarted, number: int, given: dict[str, Any]) -> list[Parameter]:
        """Of a parameter set of an action."""
        call = self._record.call(asked.command)
        return self._of_set(call, number, given) if call is not None else []

    def _of_set(self, call: ApiCalled, number: int, given: dict[str, Any]) -> list[Parameter]:
        near, whole = self._following.near(call, number, given), self._following.whole
        return self._parameters(call, {name: (value, whole(call, "parameters", (number, name), value, near))
                                       for name, value in given.items() if name != "context"})

    def of_question(self, asked: ActionStarted, given: dict[str, Any]) -> list[Parameter]:
        """Of what a person is asked."""
        call = self._record.call(asked.command)
        if call is None:
            return []
        return self._parameters(call, {name: (value, self._following.question(call, name, value))
                                       for name, value in given.items() if name != "context"})

    def of_approval(self, asked: ActionStarted, given: dict[str, Any]) -> list[Parameter]:
        """Of what a reviewer is asked: the parameters are told where the action is."""
        call = self._record.call(asked.command)
        if call is None:
            return []
        to = self._following.whole(call, "reviewer", (), self._record.argument(call, "reviewer"))
        asks = ValueOrigin("platform", "phantom.act", line=call.line)
        return self._parameters(call, {name: (value, to if name == "to" else asks)
                                       for name, value in given.items() if name != "parameters"})

    def of_call(self, call: ApiCalled, names: Iterable[str] = ()) -> list[Parameter]:
        """Of the arguments of a call, those that it was given or those that are named."""
        found = list(names) or self._given(call)
        given = {name: self._record.argument(call, name) for name in found}
        return self._parameters(call, {name: (value, self._following.whole(call, name, (), value))
                                       for name, value in given.items()})

    def of_function(self, asked: CustomFunctionStarted) -> list[list[Parameter]]:
        """Of every parameter set of a custom function."""
        call = self._record.call(asked.command)
        if call is None:
            return []
        return [self._parameters(call, {name: (value, self._following.whole(call, "parameters", (number, name), value))
                                        for name, value in one.items()})
                for number, one in enumerate(self._record.get(asked.parameters))]

    def of_child(self, asked: PlaybookStarted) -> list[Parameter]:
        """Of the inputs of a child playbook."""
        call = self._record.call(asked.command)
        if call is None:
            return []
        argument, path = ("inputs", ()) if call.name == "playbook" else ("json", ("inputs",))
        given = self._record.argument(call, argument)
        for one in path:
            given = given.get(one) if isinstance(given, dict) else None
        return self._parameters(call, {str(name): (value, self._following.whole(call, argument, (*path, name), value))
                                       for name, value in (given.items() if isinstance(given, dict) else ())})

    def of_format(self, call: ApiCalled) -> list[Parameter]:
        """Of the text that a template gave."""
        text = self._record.get(call.returned)
        found = self._following.filled(call, "template").general(text, None, 0)
        return self._parameters(call, {"text": (text, merged(found, SEVERAL))})

    def of_output(self, event: OutputSaved) -> list[Parameter]:
        """Of what a playbook gives back."""
        calls = [one for one in self._index.calls("save_playbook_output_data") if one.invocation == event.invocation
                 and self._record.get(one.arguments["output"]) == self._record.get(event.output)]
        given = self._record.get(event.output)
        if not calls or not isinstance(given, dict):
            return self.of_call(calls[-1], ["output"]) if calls else []
        return self._parameters(calls[-1], {name: (value, self._following.whole(calls[-1], "output", (name,), value))
                                            for name, value in given.items()})

    def of_condition(self, event: Evaluated, most: int = 8) -> list[Parameter]:
        """Of what a condition compared, each value once; no more of them than so many for each side."""
        call = self._record.call(event.command)
        found: list[Parameter] = []
        for source in self._record.get(event.operands) if call is not None else ():
            for one in source["comparisons"]:
                for place, side in ((0, one["left"]), (2, one["right"])):
                    if "is " in one["operator"] and place:
                        continue  # an operator without a right side
                    text, values = side.get("text"), _compared(side, source["rows"])
                    found += [Parameter(str(text) if text else repr(value), value, self._following.operand(
                        call, one["number"], place, text, value)) for value in values[:most]]  # type: ignore[arg-type]
        label = self._record.source(call.run, call.invocation)[0] if call is not None else ""
        return [Parameter(one.name, one.value, one.origin.beside(label)) for one in found]

    def of_write(self, event: Changed) -> list[Parameter]:
        """Of a write to the platform: of the argument that is what was written, else of all."""
        call = self.calls.behind.get(id(event))
        if call is None:
            return []
        if (outcome := self._outcomes.get(call.command)) is not None:
            return self._of_outcome(outcome)
        after = self._record.get(event.after)
        for argument in ("json", "data") if call.name.startswith("requests.") else ():
            given = self._record.argument(call, argument)
            if isinstance(body := _decoded(given), dict):
                names = [event.field] if event.field in body else list(body)
                path = (DECODED,) if isinstance(given, str) else ()
                return self._parameters(call, {
                    str(one): (body[one], self._following.whole(call, argument, (*path, one), body[one]))
                    for one in names})
        same = [one for one in self._given(call) if self._record.argument(call, one) == after]
        return self.of_call(call, same[:1])

    def _of_outcome(self, outcome: OutcomeGiven) -> list[Parameter]:
        """The platform itself carried out an action."""
        asked, given = self._record.actions[outcome.action_run_id], self._record.get(outcome.parameter)
        sets = self._record.get(asked.parameters)
        return self.of_set(asked, sets.index(given) if given in sets else 0, given)

    def line_of(self, command: int) -> int:
        """The line of a call."""
        call = self._record.call(command)
        return call.line if call is not None else 0

    def _given(self, call: ApiCalled) -> list[str]:
        """The arguments that a call passes, but for those that say on what and how."""
        return [one for one in self._record.arguments(call)
                if one not in _ASIDE and self._following.sites.is_given(call, one)]

    def _parameters(self, call: ApiCalled | None, found: dict[str, tuple[Any, ValueOrigin]]) -> list[Parameter]:
        label = self._record.source(call.run, call.invocation)[0] if call is not None else ""
        return [Parameter(name, value, origin.beside(label)) for name, (value, origin) in found.items()]


def _compared(side: dict[str, Any], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The different values of a side of a comparison, as far as the journal keeps them."""
    values = [row[side["column"]] for row in rows] if "column" in side else (
        [side["value"]] if "value" in side else [*side.get("values", side.get("cells", ()))])
    return [one for place, one in enumerate(values) if one not in values[:place]]


def _decoded(body: Any) -> Any:
    """A body that was written down as JSON."""
    with suppress(ValueError, RecursionError):
        return json.loads(body) if isinstance(body, str) else body


def in_words(told: Iterable[tuple[str, str]]) -> str:
    """Of several parameters what is told of each, as one text; of a single one without its name; nothing of none."""
    every = list(told)
    if len(every) == 1:
        return every[0][1]
    names: dict[str, list[str]] = {}
    for name, text in every:
        names.setdefault(text, []).append(name)
    return "; ".join(f"{', '.join(listed)}: {text}" for text, listed in names.items())
