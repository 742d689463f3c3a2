"""Where a run is not as somebody expects it, so that a person can read it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.expecting.facts import Fact, Facts
from phantom_lab.history import Journal
from phantom_lab.model import naming
from phantom_lab.scenarios.expectation import GAP, SECTIONS, Expectation, Wanted, times, told
from phantom_lab.scenarios.fitting import fits, like

_SHOWN = 3
"""Facts that are named of an expectation that is not met."""
_LONG = 160
"""Characters of a value."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that is not met, or an exception that nobody expects."""

    section: str
    """One of `SECTIONS`, or ``status``, ``message`` or ``calls``."""
    expected: str
    actual: tuple[str, ...]
    """What happened instead, in lines."""
    where: str = ""
    """Where it is said, such as ``phishing.yaml:14``."""

    def __str__(self) -> str:
        return "\n    ".join((f"{self.where}: {self.expected}" if self.where else self.expected, *self.actual))


def unmet(journal: Journal, expected: Expectation) -> list[Unmet]:
    """What of an expectation a run does not meet, in the order in which it is told; empty where it meets all.

    Where nothing is said of how the run ends, it has to be a success. Of a success an exception has to be expected, and
    so has a child playbook that a callback waits for and that was not started.
    """
    facts = Facts(journal)
    return [*_status(facts, expected), *_calls(facts, expected),
            *(found for one in sorted(expected.wanted, key=lambda one: [*SECTIONS].index(one.section))
              if (found := difference(facts, one)) is not None),
            *_unexpected(facts, expected)]


def difference(facts: Facts, wanted: Wanted) -> Unmet | None:
    """How something is not as it is expected; None where it is."""
    every = facts.of(wanted.section)
    found = [one for one in every if not _misfits(wanted, one)]
    if len(found) >= wanted.least and (wanted.most is None or len(found) <= wanted.most):
        return None
    if wanted.most is not None and len(found) > wanted.most:
        actual = [f"there {_are(len(found))} {_listed(wanted, found)}"]
    elif found:
        actual = [f"there {_are(len(found))} only {_listed(wanted, found)}"]
    else:
        actual = list(_closest(wanted, every))
    return Unmet(wanted.section, f"{wanted} {often(wanted)}", tuple(actual), wanted.where)


def often(wanted: Wanted) -> str:
    """How often something is expected."""
    if wanted.most == 0:
        return "is never expected"
    if wanted.most is None:
        return "is expected" if wanted.least == 1 else f"is expected at least {times(wanted.least)}"
    if wanted.least == wanted.most:
        return f"is expected {times(wanted.least)}"
    least = f"at least {times(wanted.least)} and " if wanted.least else ""
    return f"is expected {least}at most {times(wanted.most)}"


def _status(facts: Facts, expected: Expectation) -> Iterator[Unmet]:
    wanted = expected.status or "success"
    if facts.status != wanted:
        yield Unmet("status", f"the run is expected to end as {wanted}",
                    (f"it ended as {facts.status}{f': {cut(facts.message, 300)}' if facts.message else ''}",),
                    expected.at.get("status", expected.where))
    if expected.message and not like(expected.message, facts.message):
        yield Unmet("message", f"the run is expected to end with the message {told(expected.message)}",
                    (f"it is {told(facts.message)}",), expected.at["message"])


def _unexpected(facts: Facts, expected: Expectation) -> Iterator[Unmet]:
    """Of a run that says it went well: exceptions, and children that a callback waits for and that were not started,
    of which nobody says anything."""
    if facts.status != "success":
        return
    for section in ("errors", "children"):
        said = [one for one in expected.wanted if one.section == section and one.most != 0]
        found = Counter(_brief(section, fact) for fact in facts.of(section) if (
            section == "errors" or fact["waited"]) and all(_misfits(one, fact) for one in said))
        for one, count in found.items():
            yield Unmet(section, f"no {SECTIONS[section].title} that is not expected",
                        (f"there is {one}{f', {times(count)}' if count > 1 else ''}",), expected.where)


def _calls(facts: Facts, expected: Expectation) -> Iterator[Unmet]:
    if expected.calls is None or _in_order(expected.calls, facts.calls):
        return
    wanted = [one for one in expected.calls if one != GAP]
    lines = [f"{sign} {name}" for sign, name in _compared(wanted, facts.calls)]
    yield Unmet("calls", f"these calls are expected in this order: {', '.join(expected.calls) or 'none'}", (
        f"there were {len(facts.calls)}: {', '.join(facts.calls) or 'none'}", *lines), expected.at["calls"])


def _in_order(wanted: tuple[str, ...], found: list[str]) -> bool:
    """Whether calls are as a list says, in which a gap stands for any calls."""
    places = {0}
    """Of the calls: how many may be told by what of the list was looked at."""
    for one in wanted:
        if one == GAP:
            places = {*range(min(places), len(found) + 1)} if places else set()
        else:
            places = {place + 1 for place in places if place < len(found) and _same_call(one, found[place])}
    return len(found) in places


def _same_call(wanted: str, found: str) -> bool:
    return wanted == found or naming.key(wanted) == naming.key(found)


def _compared(wanted: list[str], found: list[str]) -> Iterator[tuple[str, str]]:
    matcher = SequenceMatcher(None, wanted, found, autojunk=False)
    for kind, start, end, other, other_end in matcher.get_opcodes():
        if kind == "equal":
            yield from ((" ", one) for one in wanted[start:end])
        else:
            yield from (("-", one) for one in wanted[start:end])
            yield from (("+", one) for one in found[other:other_end])


def _misfits(wanted: Wanted, fact: Fact) -> list[str]:
    kinds = SECTIONS[wanted.section].fields
    return [name for name, value in wanted.fields.items() if not fits(kinds[name], value, fact.get(name))]


def _closest(wanted: Wanted, every: list[Fact]) -> Iterator[str]:
    """What is the most like what is missing, and in what it differs."""
    title = SECTIONS[wanted.section].title
    if not every:
        yield f"there is no {title} at all"
        return
    named = list(wanted.fields)[:1]  # what the entry is about
    ranked = sorted(every, key=lambda one: (any(name in named for name in _misfits(wanted, one)),
                                            len(_misfits(wanted, one))))
    about = [one for one in ranked if not any(name in named for name in _misfits(wanted, one))]
    if not about:
        yield f"there {_are(len(every))} {_listed(wanted, every)}"
        return
    for one in about[:_SHOWN]:
        yield f"{_brief(wanted.section, one)}: {'; '.join(_other(name, one) for name in _misfits(wanted, one))}"
    if len(about) > _SHOWN:
        yield f"… and {len(about) - _SHOWN} more"


def _other(name: str, fact: Fact) -> str:
    found = fact.get(name)
    if isinstance(found, list) and name in ("parameter", "asset") and len(found) == 1:
        found = found[0]
    return f"{name} is {_value(found)}"


def _listed(wanted: Wanted, found: list[Fact]) -> str:
    shown = [_brief(wanted.section, one) for one in found[:_SHOWN]]
    more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{len(found)}: {', '.join(shown)}{more}"


def _brief(section: str, fact: Fact) -> str:
    """A fact in a few words."""
    block = fact.get("block")
    block = block[0] if isinstance(block, list) else block
    first = block if section == "prompts" else fact.get(SECTIONS[section].short)
    place = f" ({block})" if block and section not in ("blocks", "prompts") else ""
    if section == "changes":
        values = f": {_value(fact['from'])} -> {_value(fact['to'])}" if not isinstance(fact["to"], dict) else ""
        return f"{fact['object']} {fact['id']} {fact['field']}{values}{place}"
    if section == "conditions":
        return f"{fact['block']}: {fact['condition']} {str(fact['held']).lower()}"
    if section == "outputs":
        return f"{fact['name']} = {_value(fact['value'])}"
    if section == "notes":
        first = ": ".join(filter(None, (fact["title"], fact["content"])))
    more = f": {cut(fact['message'], _LONG)}" if section == "errors" else (
        f"{' on ' if fact['on'] else ''}{fact['on']}: {fact['reason']}" if section == "refused" else (
            f", {fact['status']}" if section == "children" else ""))
    return f"{_value(first)}{more}{place}"


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) > 1 and all(isinstance(one, str) for one in value):
        value = next((one for one in value if one), "")
    return cut(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str), _LONG)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
