"""What a scenario expects of a run: read, and seen not to contradict itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.misspelt import meant
from phantom_lab.scenarios.entry_pool import Where
from phantom_lab.scenarios.fitting import implies

STATUSES = ("success", "failed", "error", "endless", "needs_outcome", "not_emulated", "stopped")
GAP = "..."
"""Stands among ``calls`` for any calls, also none."""
NEVER = "never"
NOT_STARTED = "not started"
"""Status of a child playbook that the platform refused to start: it is none of the ``calls``."""
_CONDITION = re.compile(r"(?P<block>.+): (?P<condition>\S+) (?P<held>true|false)")
_COUNTS = ("times", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind that a run does."""

    title: str
    """What one of them is, for people."""
    short: str
    """The field that a text alone stands for."""
    fields: Mapping[str, str]
    """What may be said of one, with its kind: see `phantom_lab.scenarios.fitting.fits`."""


_PLACE = {"block": "name", "playbook": "name"}
_GIVEN = {"parameter": "part", "parameters": "sets"}
SECTIONS: Mapping[str, Section] = {
    "actions": Section("action", "action", {
        "action": "word", **_PLACE, "asset": "text", **_GIVEN, "status": "text", "message": "text"}),
    "prompts": Section("prompt", "block", {
        **_PLACE, "action": "word", "to": "text", "message": "text", "status": "text"}),
    "custom_functions": Section("custom function", "custom_function", {
        "custom_function": "name", **_PLACE, **_GIVEN, "status": "text", "message": "text"}),
    "children": Section("child playbook", "child", {
        "child": "name", **_PLACE, "inputs": "part", "outputs": "part", "status": "text", "message": "text"}),
    "requests": Section("request", "url", {**_PLACE, "method": "word", "url": "text", "status": "value"}),
    "blocks": Section("block", "block", _PLACE),
    "conditions": Section("condition", "condition", {**_PLACE, "condition": "text", "held": "value"}),
    "changes": Section("change", "field", {
        "object": "text", "id": "value", "field": "text", "from": "part", "to": "part", **_PLACE}),
    "notes": Section("note", "text", {"text": "text", "title": "text", "content": "text", **_PLACE}),
    "comments": Section("comment", "text", {"text": "text", **_PLACE}),
    "messages": Section("debug message", "text", {"text": "text", **_PLACE}),
    "outputs": Section("output", "name", {"name": "text", "value": "value"}),
    "errors": Section("exception", "type", {"type": "text", "message": "text", **_PLACE}),
    "refused": Section("refused write", "what", {"what": "text", "on": "text", "reason": "text", **_PLACE}),
}
"""In the order in which differences are told."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that happens, so often."""

    section: str
    fields: Mapping[str, Any]
    least: int
    most: int | None
    """None: any number."""
    where: str = ""

    def __str__(self) -> str:
        section = SECTIONS[self.section]
        about = f" '{self.fields[section.short]}'" if section.short in self.fields else ""
        block = f" of {self.fields['block']}" if "block" in self.fields and section.short != "block" else ""
        said = ", ".join(f"{name} {told(value)}" for name, value in self.fields.items()
                         if name not in (section.short, "block"))
        return f"{section.title}{about}{block}{f' with {said}' if said else ''}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What somebody expects of a run."""

    status: str = ""
    """How it ends; empty: nothing is said."""
    message: str = ""
    """Of its end, with ``*`` for anything; empty: nothing is said."""
    wanted: tuple[Wanted, ...] = ()
    calls: tuple[str, ...] | None = None
    """All that it asks for, by block, in this order; None: nothing is said."""
    where: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    """Where the status, the message and the calls are said."""

    def __bool__(self) -> bool:
        return bool(self.status or self.message or self.wanted or self.calls is not None)


def read_expectation(given: Any, where: Where) -> Expectation:
    """What stands below ``expect``, of the shape that the schema demands.

    Args:
        given: a status, or an object; None: nothing is expected.
        where: gives the place of a part of it.

    Raises:
        InputError: it cannot be read, or contradicts itself.
    """
    said: Mapping[str, Any] = {} if given is None else {"status": given} if isinstance(given, str) else given
    status = said.get("status", "")
    if status and status not in STATUSES:
        raise InputError(f"a run does not end as {status!r}", where=where(),
                         hint=meant(status, STATUSES))
    wanted = [*_read(said, where, ()), *_read(said.get(NEVER, {}), where, (NEVER,))]
    found = Expectation(status, said.get("message", ""), tuple(wanted),
                        tuple(said["calls"]) if "calls" in said else None, where(),
                        {key: where(key) for key in ("status", "message", "calls") if key in said})
    _check(found)
    return found


def told(value: Any) -> str:
    """A value in one line."""
    return value if isinstance(value, str) and value.isprintable() and value.strip() == value != "" else json.dumps(
        value, ensure_ascii=False)


def _read(said: Mapping[str, Any], where: Where, place: tuple[str, ...]) -> Iterator[Wanted]:
    for section in SECTIONS:
        given = said.get(section, ())
        if isinstance(given, Mapping):  # outputs by name
            given = [{"name": name, "value": value} for name, value in given.items()]
            places: Sequence[Any] = [one["name"] for one in given]
        else:
            places = range(len(given))
        for key, one in zip(places, given, strict=True):
            yield _wanted(section, one, where(*place, section, key), never=bool(place))


def _wanted(section: str, given: Any, where: str, *, never: bool) -> Wanted:
    said = _said(section, given, where) if isinstance(given, str) else given
    counts = {key: said[key] for key in _COUNTS if key in said}
    fields = {key: value for key, value in said.items() if key not in _COUNTS}
    if never and counts:
        raise InputError(f"`{next(iter(counts))}` says nothing of what never happens", where=where)
    if "times" in counts and len(counts) > 1:
        raise InputError("`times` says how often, and nothing can stand beside it", where=where,
                         hint="Give `times`, or `at_least` and `at_most`.")
    if never:
        return Wanted(section, fields, 0, 0, where)
    least = counts.get("times", counts.get("at_least", 0 if "at_most" in counts else 1))
    most = counts.get("times", counts.get("at_most"))
    if most is not None and least > most:
        raise InputError(f"at least {least} and at most {most} times cannot be", where=where)
    return Wanted(section, fields, least, most, where)


def _said(section: str, text: str, where: str) -> dict[str, Any]:
    """What a text alone stands for."""
    if section != "conditions":
        return {SECTIONS[section].short: text}
    if (found := _CONDITION.fullmatch(text)) is None:
        raise InputError(f"{text!r} says nothing of a condition", where=where,
                         hint="For instance 'decide: condition_1 true'.")
    return {"block": found["block"], "condition": found["condition"], "held": found["held"] == "true"}


def _check(found: Expectation) -> None:
    """See whether what is expected can be.

    Raises:
        InputError: something is expected more often than it may be.
    """
    for one, other in permutations(found.wanted, 2):
        if (one.section == other.section and other.most is not None and one.least > other.most
                and other.fields.keys() <= one.fields.keys() and all(
                    implies(SECTIONS[one.section].fields[name], one.fields[name], value)
                    for name, value in other.fields.items())):
            raise _contradiction(str(one), one, other)
    asked = found.calls
    if asked is None:
        return
    for one in found.wanted:
        block = one.fields.get("block")
        if one.section not in ("actions", "prompts", "custom_functions", "children") or not isinstance(block, str):
            continue
        count = sum(implies("name", name, block) for name in asked)
        alone = one.fields.keys() == {"block"}
        if one.most is not None and alone and count > one.most:
            raise _contradiction(f"a call of {block}", Wanted(one.section, {}, count, None, found.at["calls"]), one)
        started = one.fields.get("status") != NOT_STARTED and "playbook" not in one.fields and "*" not in block
        if GAP not in asked and one.least > count and started:
            raise _contradiction(str(one), one, Wanted(one.section, {}, 0, count, found.at["calls"]))


def _contradiction(what: str, one: Wanted, other: Wanted) -> InputError:
    often = "never" if other.most == 0 else f"at most {times(other.most or 0)}"
    least = "" if one.least == 1 else f" at least {times(one.least)}"
    return InputError(f"a contradiction: {what} is expected{least}, and {often} by {other.where}", where=one.where,
                      hint="Take one of them away, or say more of what never happens.")


def times(number: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
