"""A journal in which something stands for everything that is private, in values, in sources and in events."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from typing import Any

from phantom_lab.history import (
    Answered,
    ApiCalled,
    CallMade,
    CallRefused,
    CustomFunctionStarted,
    Event,
    Journal,
    OutcomeGiven,
    Ref,
    Replaced,
    RunSpec,
    RunStarted,
    SourceTaken,
)
from phantom_lab.history.encoding import decode
from phantom_lab.history.lines import REF, REFS, fields_of
from phantom_lab.lab.sharing.finding import Finder, unpacked
from phantom_lab.lab.sharing.replacing import Replacements
from phantom_lab.later import regex
from phantom_lab.progress import followed
from phantom_lab.views.requested import HTTP

_DIGESTS = ("md5", "sha1", "sha256")
_WHOLE = regex(r"(?:/|[A-Za-z]:[\\/]).*[\\/]")
_WITHIN = regex(r"(?<![^\s('\"])(?:/|[A-Za-z]:[\\/])[^\s'\"()]*[\\/]")
_PLATFORM = "/opt/phantom"
"""What is the same everywhere."""


def look_through(journal: Journal, finder: Finder) -> None:
    """Find what is private in all that a journal holds."""
    sources = sources_of(journal)
    values = journal.values()
    for ref, text in followed(values.items(), "values", len(values)):
        value = decode(text)
        if ref in sources and isinstance(value, str):
            finder.source(value)
        else:
            finder.value(value)
    for event in followed(journal.events, "events", journal.length):
        for text in _texts(event):
            finder.text(text)
    for told in _told(journal):
        finder.identifiers |= {name.casefold() for name in _fields(told, journal)}
        user = told.get("user")
        if isinstance(user, dict):
            finder.text(str(user.get("name") or ""), "username")


def _fields(told: dict[str, Any], journal: Journal) -> Iterator[str]:
    """Names of fields, of what is told of the lab and of sources, and of its records."""
    yield from told
    records = told.get("records")
    for kind, table in records.items() if isinstance(records, dict) else ():
        yield kind
        yield from (name for row in journal.get(table["rows"]) if isinstance(row, dict) for name in row)


def texts_of(journal: Journal) -> Iterator[str]:
    """All texts of a journal: those in its values, with their keys, and those of its events."""
    values = journal.values()
    for text in followed(values.values(), "values", len(values)):
        waiting = [decode(text)]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                yield one
            elif isinstance(one, dict):
                waiting += [*one, *one.values()]
            elif isinstance(one, list):
                waiting += one
    for event in journal.events:
        yield from _texts(event)


def _texts(event: Any) -> Iterator[str]:
    waiting = [event]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        elif is_dataclass(one):
            waiting += [getattr(one, each.name) for each in fields(one) if each.name != "made"]


def sources_of(journal: Journal) -> set[Ref]:
    """The values that are the text of a playbook or of a custom function."""
    found = {one.source for one in journal.events if isinstance(one, RunStarted | CustomFunctionStarted) and one.source}
    return found | {told["source"] for told in _told(journal) if isinstance(told.get("source"), str)}


def folders_of(journal: Journal) -> list[str]:
    """The folders of this machine in which its sources and answers were, as far as their whole paths are told."""
    texts = [str(told.get(name)) for told in _told(journal) for name in ("path", "file", "answers")]
    for event in journal.events:
        if isinstance(event, OutcomeGiven | Replaced):
            texts.append(event.source)
        elif isinstance(event, CallRefused):
            texts.append(event.answered)
        elif isinstance(event, RunSpec) and event.remarks:
            texts += map(str, journal.get(event.remarks))
        elif isinstance(event, Answered) and isinstance(answer := journal.get(event.answer), dict):
            texts.append(str(answer.get("source")))
    found = dict[str, None]()
    for text in texts:
        whole = _WHOLE.match(text)
        for path in [whole[0]] if whole else _WITHIN.findall(text):
            folder = path[:-1]
            if len(re.split(r"[\\/]", folder)) > 2 and not folder.startswith(_PLATFORM):  # /tmp tells nothing
                found[folder] = None
    return list(found)


def _told(journal: Journal) -> Iterator[dict[str, Any]]:
    """What is told of the lab, and of sources."""
    for event in journal.events:
        refs = [event.playbook, event.snapshot] if isinstance(event, RunSpec) else (
            [event.source] if isinstance(event, SourceTaken) else [])
        for value in map(journal.get, refs):
            if isinstance(value, dict):
                yield value


def files_of(journal: Journal) -> Iterator[str]:
    """The vault files that the run starts with, and the bodies of answers to its requests, as base64."""
    for told in _told(journal):
        for file in (told.get("files") or {}).values() if isinstance(told.get("files"), dict) else ():
            with suppress(KeyError, TypeError):
                yield str(journal.get(file["base64"]))
    for event in journal.events:
        if isinstance(event, Answered) and event.question == HTTP:
            answer = journal.get(event.answer)
            if isinstance(answer, dict) and answer.get("body"):
                yield str(answer["body"])


def digests(journal: Journal, replacements: Replacements) -> dict[str, str]:
    """Of vault files and bodies that are changed, the digests by which they are known: what stands for each."""
    found: dict[str, str] = {}
    for text in files_of(journal):
        if (changed := replacements(text)) != text:
            old, new = base64.b64decode(text), base64.b64decode(changed)
            found |= {hashlib.new(name, old).hexdigest(): hashlib.new(name, new).hexdigest() for name in _DIGESTS}
    return found


def opaque(journal: Journal) -> int:
    """How many vault files and bodies are no text, so that nothing is found in them."""
    short = 12  # of what is too short to be known as base64
    return sum(unpacked(one) is None and len(one) > short for one in files_of(journal))


class Redaction:
    """Makes the other journal.

    Args:
        journal: what it is made of.
        change: replaces texts.
        numbers: what stands for numbers that are private.
    """

    def __init__(self, journal: Journal, change: Callable[[str], str], numbers: dict[int, int]) -> None:
        self._journal, self._change, self._numbers = journal, change, numbers
        self._there = journal.values()
        self._made = Journal()
        first = journal.events[0] if journal.events else None
        own = [first.options, first.versions] if isinstance(first, RunSpec) else []
        self._refs: dict[Ref, Ref] = {ref: self._made.put_text(journal.text(ref)) for ref in own}
        self._cut: set[Ref] = set()
        self._calls: dict[int, CallMade] = {}

    def journal(self) -> Journal:
        """The other journal."""
        events = [self._event(one) for one in followed(self._journal.events, "events", self._journal.length)]
        for ref in self._there:
            self._ref(ref)
        self._made.restore(events, self._journal.stamps, self._made.values(), self._cut)
        return self._made

    def _ref(self, ref: Ref) -> Ref:
        if ref in self._refs or ref not in self._there:
            return self._refs.get(ref, ref)
        self._refs[ref] = ref  # no value holds itself
        value = self._value(decode(self._there[ref]))
        self._refs[ref] = made = self._made.put(value, whole=True)
        if ref in self._journal.cut:
            self._cut.add(made)
        return made

    def _value(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return self._ref(value) if value in self._there else self._change(value)
        if kind is int:
            return self._numbers.get(value, value)
        if kind is list:
            return [self._value(one) for one in value]
        if kind is dict:
            return {self._change(name): self._value(one) for name, one in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: self._value(getattr(value, one.name)) for one in fields(value)})
        return value

    def _event(self, event: Event) -> Event:
        kind: Any = type(event)
        new: dict[str, Any] = {}
        for name, _, holds in fields_of(kind):
            value = getattr(event, name)
            if holds == REF:
                new[name] = self._ref(value)
            elif holds == REFS:
                new[name] = {key: self._ref(ref) for key, ref in value.items()}
            elif type(value) is not int:
                new[name] = self._value(value)
        if isinstance(event, ApiCalled):
            new["made"] = self._calls.pop(event.command, event.made)
        made = replace(event, **new)
        if isinstance(made, CallMade):
            self._calls[made.command] = made
        return made
