"""Changing a text value in a text of JSON, and nothing else of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # public, and not in the stubs
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import cast

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class _Member:
    key: str
    start: int
    """Of the key."""
    value: int
    end: int
    """Of the value."""


def with_text(text: str, path: Sequence[str | int], value: str | None) -> str:
    """A text of JSON in which one member has another text for its value; what is around it stays as it is.

    Args:
        text: valid JSON.
        path: keys and numbers that lead to an object, and the member's key, which may not be there yet.
        value: None: there is no such member.

    Raises:
        KeyError: the path leads nowhere.
    """
    place = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches always
    for step in path[:-1]:
        place = _below(text, place, step)
    members, key = list(_members(text, place)), str(path[-1])
    there = next((number for number, one in reversed([*enumerate(members)]) if one.key == key), None)  # the last counts
    if there is None:
        return text if value is None else _inserted(text, place, members, key, value)
    if value is None:
        return _removed(text, members, there)
    return text[:members[there].value] + _written(text, value) + text[members[there].end:]


def _below(text: str, place: int, step: str | int) -> int:
    if isinstance(step, int):
        return next(start for number, (start, _) in enumerate(_items(text, place)) if number == step)
    found = [one.value for one in _members(text, place) if one.key == step]
    if not found:
        raise KeyError(step)
    return found[-1]  # of several, the last one counts


def _members(text: str, place: int) -> Iterator[_Member]:
    if text[place] != "{":
        raise KeyError(text[place])
    place = _after(text, place + 1)
    while text[place] == '"':
        key, end = cast("tuple[str, int]", scanstring(text, place + 1))
        value = _after(text, _after(text, end) + 1)
        _, close = _DECODER.raw_decode(text, value)
        yield _Member(key, place, value, close)
        place = _after(text, _after(text, close) + 1)


def _items(text: str, place: int) -> Iterator[tuple[int, int]]:
    if text[place] != "[":
        raise KeyError(text[place])
    place = _after(text, place + 1)
    while text[place] != "]":
        _, end = _DECODER.raw_decode(text, place)
        yield place, end
        place = _after(text, end)
        if text[place] == ",":
            place = _after(text, place + 1)


def _after(text: str, place: int) -> int:
    """The next place that is no blank; beyond the end it stays at the last one."""
    found = _BLANK.match(text, place)
    return min(found.end() if found else place, len(text) - 1)


def _written(text: str, value: str) -> str:
    return encode_basestring_ascii(value) if text.isascii() else encode_basestring(value)


def _inserted(text: str, place: int, members: Sequence[_Member], key: str, value: str) -> str:
    """A new member: among sorted keys at its place, else the last; with the blanks that are between the others."""
    colon = text[text.index('"', members[0].start + 1):members[0].value] if members else '": '
    colon = colon[colon.rindex(":") - (len(colon[:colon.rindex(":")]) - len(colon[:colon.rindex(":")].rstrip())):]
    made = f"{encode_basestring_ascii(key)}{colon}{_written(text, value)}"
    if not members:
        return f"{text[:place + 1]}{made}{text[place + 1:]}"
    keys = [one.key for one in members]
    blanks = text[place + 1:members[0].start]
    later = next((number for number, one in enumerate(keys) if one > key), None) if keys == sorted(keys) else None
    between = text[members[0].end:members[1].start] if len(members) > 1 else f",{blanks}"
    if later is None:
        return f"{text[:members[-1].end]}{between}{made}{text[members[-1].end:]}"
    return f"{text[:members[later].start]}{made}{between}{text[members[later].start:]}"


def _removed(text: str, members: Sequence[_Member], there: int) -> str:
    if there + 1 < len(members):
        return text[:members[there].start] + text[members[there + 1].start:]
    if there:
        return text[:members[there - 1].end] + text[members[there].end:]
    return text[:members[there].start].rstrip() + text[members[there].end:].lstrip()
