"""How much a journal keeps: of a value, or of the texts of an event, and altogether. Honest use meets neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from phantom_lab.history.encoding import decode, encode
from phantom_lab.history.events import Event
from phantom_lab.history.lines import REF, REFS, fields_of
from phantom_lab.limits import bytes_of

VALUE, JOURNAL = "PHANTOM_LAB_VALUE_BYTES", "PHANTOM_LAB_JOURNAL_BYTES"
"""Environment variables that name other limits, in bytes."""
_DEFAULTS = {VALUE: 128 << 20, JOURNAL: 2 << 30}
_LEAST = {VALUE: 1_000, JOURNAL: 10_000}
_NAME = 1_000
"""Characters of the name of an argument that an event keeps where it is too long."""


def limit(variable: str) -> int:
    """Bytes of a value, or of a file.

    Raises:
        InputError: the variable holds no number of bytes.
    """
    return bytes_of(variable, _DEFAULTS[variable], _LEAST[variable])


def shortened(text: str, most: int) -> str:
    """A JSON text of which only as much is kept as has room, in the same shape.

    What reads a journal finds what it looks for, though not all of it.
    """
    if len(text) <= most:
        return text
    room = most
    while room > 100:
        try:
            kept = encode(beginning(decode(text), room))
        except RecursionError:
            break
        if len(kept) <= most:
            return kept
        room //= 2
    return encode({"__repr__": text[:100]})


def beginning(value: Any, room: int) -> Any:
    """As much of a value as has room: of texts, lists and long dicts the beginning, of others every key.

    Args:
        value: JSON, or a part of an event with such fields.
        room: characters of its JSON, about.
    """
    if isinstance(value, str):
        return next((part for share in (1, 2, 6) if len(encode(part := value[:room // share])) <= room + 2), "")
    if isinstance(value, list):
        return [one for _, one in _first(enumerate(value), room)]
    if isinstance(value, dict):
        many = sum(len(encode(key)) + 6 for key in value) > room
        return dict(_first(value.items(), room)) if many else _shared(value, room)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **_shared({one.name: getattr(value, one.name) for one in fields(value)}, room))
    return value


def event_beginning(event: Event, room: int) -> Event:
    """An event with as much of its own texts and lists as has room; all that refers to values stays."""
    kind: Any = type(event)
    held = {name: (getattr(event, name), holds) for name, _, holds in fields_of(kind)}
    kept = _shared({name: value for name, (value, holds) in held.items() if holds not in (REF, REFS)}, room)
    for name, (value, holds) in held.items():
        if holds == REFS:
            kept[name] = {key: ref for key, ref in value.items() if len(key) < _NAME}
    return replace(event, **kept)


def _first(items: Iterable[tuple[Any, Any]], room: int) -> Iterator[tuple[Any, Any]]:
    """The first items, whole; of the very first at least a part."""
    for number, (key, one) in enumerate(items):
        named = len(encode(key)) + 4
        size = len(encode(one)) + named
        if size > room:
            if number == 0 and named < room:
                yield key, beginning(one, room - named)
            return
        yield key, one
        room -= size


def _shared(value: dict[str, Any], room: int) -> dict[str, Any]:
    """What is small is kept whole; the others have the rest, in equal parts."""
    named = {key: len(encode(key)) + 4 for key in value}
    sizes = {key: len(encode(one)) + named[key] for key, one in value.items()}
    kept = dict(value)
    for number, key in enumerate(sorted(sizes, key=sizes.__getitem__)):
        share = room // (len(sizes) - number)
        if sizes[key] > share:
            kept[key] = beginning(value[key], max(share - named[key], 0))
        room -= min(sizes[key], share)
    return kept
