"""Values that are followed through a source: texts with holes, dicts and lists as far as they are known."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.reading.names import COMPUTED

HOLE = "\0"
"""Stands in a text for what only a run can tell."""
MOST = 16
"""Alternatives that are kept of one value."""
_LONGEST = 10_000
_COPIED = 100
Names = dict[str, Any]
"""What the names of a function stand for."""


@dataclass(slots=True)
class Fields:
    """A dict, as far as it is known."""

    known: dict[str, Any]
    line: int
    open: bool = False
    """Whether it may have more keys."""
    origin: int = 0
    """Copies of one dict on several ways have the same."""


@dataclass(slots=True)
class Items:
    """A list; more elements of the same kinds may follow."""

    each: list[Any]
    origin: int = 0


@dataclass(slots=True)
class Encoded:
    """A value as JSON text."""

    value: Any


@dataclass(slots=True)
class Partial:
    """A function that is bound to a name, or to some of its arguments."""

    function: ast.expr
    args: list[Any] = field(default_factory=list)
    keywords: dict[str, Any] = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> Partial:
        return self


@dataclass(slots=True)
class Either:
    """One of several values, by the way that was taken."""

    values: list[Any]


def each(value: Any) -> list[Any]:
    """The values that one may be."""
    return value.values if isinstance(value, Either) else [value]


def either(*values: Any) -> Any:
    """One of several values, each once; nothing is known where they are too many."""
    found: list[Any] = []
    for one in (part for value in values for part in each(value)):
        if not any(one is other or (type(one) is type(other) and one == other) for other in found):
            found.append(one)
    return found[0] if len(found) == 1 else Either(found) if len(found) <= MOST else COMPUTED


def copied(names: Names) -> Names:
    """The same values for another way; of many, those ways share what is put into them."""
    filled = {name: value for name, value in names.items() if isinstance(value, Fields | Items | Either)}
    return {**names, **(copy.deepcopy(filled) if len(filled) <= _COPIED else {})}


def joined(ways: Sequence[Names]) -> Names:
    """What the names may stand for behind several ways."""
    found = ways[0]
    for way in ways[1:]:
        seen: dict[tuple[int, int], Any] = {}
        found = {name: _merged(found[name], way[name], seen) if name in found and name in way else either(
            found.get(name, COMPUTED), way.get(name, COMPUTED)) for name in {**found, **way}}
    return found


def _merged(one: Any, other: Any, seen: dict[tuple[int, int], Any]) -> Any:
    """Two values of one name; one dict that was filled on two ways has what either put into it."""
    if one is other:
        return one
    if type(one) is type(other) is Fields and one.origin == other.origin:
        if (id(one), id(other)) not in seen:
            seen[id(one), id(other)] = one
            both = {**other.known, **one.known}
            one.known = {key: _merged(one.known[key], other.known[key], seen)
                         if key in one.known and key in other.known else both[key] for key in both}
            one.open |= other.open
        return seen[id(one), id(other)]
    if type(one) is type(other) is Items and one.origin == other.origin:
        if (id(one), id(other)) not in seen:
            seen[id(one), id(other)] = one
            one.each = [_merged(left, right, seen) for left, right in zip(one.each, other.each, strict=False)] + (
                one.each[len(other.each):] or other.each[len(one.each):])
        return seen[id(one), id(other)]
    return either(one, other)


def indexed(value: Any, key: Any) -> Any:
    """What stands under a key, or at a place."""
    if isinstance(value, Fields) and isinstance(key, str):
        return value.known.get(key, COMPUTED)
    if isinstance(value, Items) and isinstance(key, int) and -len(value.each) <= key < len(value.each):
        return value.each[key]
    return COMPUTED


def part(value: Any) -> str:
    """A value as a part of a URL."""
    return (value if isinstance(value, str) else str(value) if isinstance(value, int) else HOLE).strip("/")


def text(parts: Sequence[Any]) -> str:
    """A text that is put together; of alternatives the first that is known."""
    found = []
    for part in parts:
        one = next((one for one in each(part) if isinstance(one, str)), part)
        found.append(one if isinstance(one, str) else str(one) if type(one) in (int, float, bool) else HOLE)
    return "".join(found)[:_LONGEST]


def formatted(template: str, args: list[Any], keywords: Names) -> str:
    """What `str.format` makes of a text."""
    def fields() -> Iterator[Any]:
        from string import Formatter

        number = 0
        for before, name, _, _ in Formatter().parse(template):
            yield before
            if name is not None:
                place = number if not name else int(name) if name.isdigit() else None
                number += 1
                yield keywords.get(name, COMPUTED) if place is None else (
                    args[place] if place < len(args) else COMPUTED)
    try:
        return text(list(fields()))
    except ValueError:
        return HOLE
