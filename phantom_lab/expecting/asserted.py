"""Assertions on what a run did, in the words of playbooks; what does not hold raises, with what happened instead."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from phantom_lab.expecting.facts import Facts
from phantom_lab.expecting.idle import idle
from phantom_lab.expecting.verdict import Unmet, difference, unmet
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.reading import held_by
from phantom_lab.misspelt import closest
from phantom_lab.scenarios.expectation import SECTIONS, Expectation, Wanted
from phantom_lab.scenarios.scenario import expectation_of
from phantom_lab.source.failures import is_own

_ASKED = ("actions", "prompts", "custom_functions", "children")
"""Sections of what a playbook asks for, under the name of a block."""


class Asserted:
    """What a run did, to be asserted. Every method returns what can be asserted further, or raises.

    Raises:
        AssertionError: it is not so; the message says what there is instead.
        InputError: what is asserted cannot be read.
    """

    def __init__(self, held: Held) -> None:
        self._facts = Facts(journal_of(held))
        if isinstance(held, str | Path):  # what a file holds is looked at once, and told in one line
            with held_by(held):
                for section in SECTIONS:
                    self._facts.of(section)

    def expect(self, expected: Mapping[str, Any] | str) -> Self:
        """What stands below ``expect`` of a scenario, as a dict; a text is how the run ends."""
        __tracebackhide__ = True
        _fail(unmet(self._facts.journal, expectation_of(expected)))
        return self

    def as_expected(self, expected: Expectation) -> Self:
        """What a scenario expects: ``Scenario.expected``; its lines are named."""
        __tracebackhide__ = True
        _fail(unmet(self._facts.journal, expected), placed=True)
        return self

    def block(self, name: str) -> Calls:
        """A block, by its function's name or its title in the editor: what it asks for, or whether it ran."""
        return Calls(self._facts, _ASKED, {"block": name})

    def action(self, name: str) -> Calls:
        """An action, such as ``block ip``, whatever block asks for it."""
        return Calls(self._facts, ("actions",), {"action": name})

    def changed(self, field: str, **said: Any) -> Self:
        """A field of a record of the platform was written.

        Args:
            field: such as ``severity``, or ``added`` of a new record.
            said: ``to`` (its value in the end), ``from_``, ``object`` (such as ``container``), ``id``, ``block``,
                ``times``, ``at_least``, ``at_most``.
        """
        __tracebackhide__ = True
        return self._one("changes", {"field": field, **{key.removesuffix("_"): one for key, one in said.items()}})

    def unchanged(self, field: str, **said: Any) -> Self:
        """The opposite: it was never written, or never as it is said."""
        __tracebackhide__ = True
        fields = {"field": field, **{key.removesuffix("_"): one for key, one in said.items()}}
        return self._none({"changes": [fields]})

    def never(self, *names: str) -> Self:
        """No action of these names was asked for, nothing was under these names of blocks, and no such block ran."""
        __tracebackhide__ = True
        for name in names:
            self._none({"actions": [name], "blocks": [name], **{one: [{"block": name}] for one in _ASKED[1:]}})
            self._none({"actions": [{"block": name}]})
            _tell_idle(self._facts, Wanted("actions", {"action": name}, 0, 0), Wanted("blocks", {"block": name}, 0, 0))
        return self

    def _one(self, section: str, said: Mapping[str, Any]) -> Self:
        __tracebackhide__ = True
        _fail([found for one in expectation_of({section: [said]}).wanted
               if (found := difference(self._facts, one)) is not None])
        return self

    def _none(self, said: Mapping[str, Any]) -> Self:
        __tracebackhide__ = True
        _fail([found for one in expectation_of({"never": said}).wanted
               if (found := difference(self._facts, one)) is not None])
        return self

    def __repr__(self) -> str:
        return f"<Asserted: {self._facts.status}, {len(self._facts.calls)} calls>"


class Calls:
    """What is asked for under one name: an action run counts once, however many parameter sets it has."""

    def __init__(self, facts: Facts, sections: Sequence[str], about: Mapping[str, Any]) -> None:
        self._facts, self._sections, self._about = facts, sections, about
        self._name = next(iter(about.values()))

    def called(self, times: int | None = None) -> Self:
        """It was asked for, so often.

        Args:
            times: None: at least once.
        """
        __tracebackhide__ = True
        return self._often(1 if times is None else times, times)

    def called_once(self) -> Self:
        """It was asked for once."""
        __tracebackhide__ = True
        return self._often(1, 1)

    def never_called(self) -> Self:
        """It was not asked for."""
        __tracebackhide__ = True
        return self._often(0, 0)

    def reached(self, times: int | None = None) -> Self:
        """The block itself ran, so often; of an action the block that is called like it."""
        __tracebackhide__ = True
        _fail(_differing(self._facts, ["blocks"], {"block": self._name}, 1 if times is None else times, times))
        return self

    def not_reached(self) -> Self:
        """The block itself did not run."""
        __tracebackhide__ = True
        _fail(_differing(self._facts, ["blocks"], {"block": self._name}, 0, 0))
        _tell_idle(self._facts, Wanted("blocks", {"block": self._name}, 0, 0))
        return self

    def with_parameters(self, sets: Sequence[Mapping[str, Any]]) -> Self:
        """One of its calls had exactly these parameter sets, in any order."""
        __tracebackhide__ = True
        return self._with("parameters", list(sets))

    def with_parameter(self, **parameter: Any) -> Self:
        """One parameter set of its calls had these values."""
        __tracebackhide__ = True
        return self._with("parameter", parameter)

    def on(self, asset: str) -> Self:
        """One of its calls was on this asset."""
        __tracebackhide__ = True
        return self._with("asset", asset)

    def ended(self, status: str) -> Self:
        """One of its calls came back so: ``success`` or ``failed``."""
        __tracebackhide__ = True
        return self._with("status", status)

    def _with(self, field: str, value: Any) -> Self:
        __tracebackhide__ = True
        there = [one for one in self._sections if field in SECTIONS[one].fields]
        found = [one for one in there if self._facts.of(one)] or there
        _fail(_differing(self._facts, found, {**self._about, field: value}, 1, None))
        return self

    def _often(self, least: int, most: int | None) -> Self:
        __tracebackhide__ = True
        wrong = _differing(self._facts, self._sections, self._about, least, most)
        if wrong and least and _reached(self._facts, self._name):
            wrong = [Unmet(one.section, one.expected, (
                *one.actual, f"block {self._name} ran; .reached() asserts that")) for one in wrong]
        _fail(wrong)
        if most == 0:
            _tell_idle(self._facts, Wanted(self._sections[0], self._about, 0, 0))
        return self


def asserted(held: Held) -> Asserted:
    """What a run did, to be asserted: of a run, its stepper, its journal or a journal's file.

        asserted("run.jsonl").block("block_ip_1").called_once().with_parameters([{"ip": "203.0.113.7"}])
    """
    return Asserted(held)


def _reached(facts: Facts, name: str) -> bool:
    return difference(facts, Wanted("blocks", {"block": name}, 1, None)) is None


def _differing(facts: Facts, sections: Sequence[str], fields: Mapping[str, Any], least: int, most: int | None
               ) -> list[Unmet]:
    """What is not as expected in whichever section is about the name: the one in which something is there by it."""
    first = dict(list(fields.items())[:1])
    there = [one for one in sections if difference(facts, Wanted(one, first, 1, None)) is None]
    found = [difference(facts, Wanted(one, fields, least, most)) for one in (there or sections[:1])]
    missing = [one for one in found if one is not None]
    if len(missing) < len(found) and most != 0:
        return []
    names = list(dict.fromkeys(
        name for section in sections for one in facts.of(section) for name in _names(one["block"])))
    if missing and not there and "block" in first and names:
        near = closest(str(first["block"]), names)
        told = f"{'these ran:' if sections == ['blocks'] else 'asked for were'} {', '.join(names)}"
        return [Unmet(missing[0].section, missing[0].expected, (f"{told}{near}",))]
    return missing


def _tell_idle(facts: Facts, *absent: Wanted) -> None:
    """Warn, in the line that asserts it, of what is misspelt; a name of something else may be a safeguard."""
    frame, level = sys._getframe(1), 2
    while is_own(frame.f_code.co_filename) and frame.f_back is not None:
        frame, level = frame.f_back, level + 1
    for one in idle(facts, absent, sure=False):
        warnings.warn(one["message"], stacklevel=level)


def _names(block: str | Sequence[str]) -> Sequence[str]:
    """The names that something goes by."""
    return [block] if isinstance(block, str) else block


def _fail(wrong: Sequence[Unmet], *, placed: bool = False) -> None:
    __tracebackhide__ = True
    if wrong:
        raise AssertionError("\n".join(str(one if placed else replace(one, where="")) for one in wrong))
