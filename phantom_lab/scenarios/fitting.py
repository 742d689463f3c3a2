"""Whether something that happened is what somebody expects: the one place that says it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from phantom_lab.model import naming

MATCHES = "matches"
"""The only key of an object that stands for every value whose text is like a pattern."""
_ABSENT = object()


def fits(kind: str, wanted: Any, found: Any) -> bool:
    """Whether a value is what a field of an expectation says.

    Args:
        kind: of the field:
            ``text``: this text, in which ``*`` stands for anything; of a list one of its texts.
            ``word``: the same without regard to upper and lower case.
            ``name``: the same, or a name that the editor writes out alike; of playbooks without their repository.
            ``part``: an equal value; of an object what is said of it; of a list of objects one of them.
            ``value``: an equal value.
            ``sets``: as many objects, each equal to one of these, in any order.
    """
    if kind in ("text", "word", "name"):
        texts = found if isinstance(found, list) else [found]
        return any(_text(kind, str(wanted), str(one)) for one in texts if one is not None)
    if kind == "sets":
        return isinstance(found, list) and _paired(wanted, found)
    if kind == "part" and isinstance(found, list) and isinstance(wanted, dict):
        return any(_equal(wanted, one, part=True) for one in found)
    return _equal(wanted, found, part=kind == "part")


def implies(kind: str, wanted: Any, other: Any) -> bool:
    """Whether whatever fits one value of a field fits another one as well, as far as that can be told."""
    if kind == "value" or (kind == "part" and not isinstance(wanted, dict)):
        return _equal(wanted, other) if kind == "value" else _equal(other, wanted, part=True)
    return bool(wanted == other) or ("*" not in json.dumps(wanted) and MATCHES not in json.dumps(wanted)
                                     and fits(kind, other, wanted))


def like(pattern: str, text: str) -> bool:
    """Whether a text is like a pattern, in which ``*`` stands for anything."""
    return holds(text, *pattern.split("*"))


def holds(text: str, first: str, *others: str) -> bool:
    """Whether a text consists of some parts and of whatever stands between them: one pass, however many stars."""
    if not others:
        return text == first
    *middle, last = others
    place, end = len(first), len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)) or place > end:
        return False
    for part in middle:
        if (found := text.find(part, place, end)) < 0:
            return False
        place = found + len(part)
    return True


def _text(kind: str, wanted: str, found: str) -> bool:
    if kind == "text":
        return like(wanted, found)
    if kind == "word":
        return like(wanted.lower(), found.lower())
    return like(wanted, found) or naming.original(naming.base(wanted)) == naming.original(naming.base(found))


def _equal(wanted: Any, found: Any, *, part: bool = False) -> bool:
    if isinstance(wanted, Mapping):
        if wanted.keys() == {MATCHES} and isinstance(wanted[MATCHES], str):
            return like(wanted[MATCHES], found if isinstance(found, str) else json.dumps(found, ensure_ascii=False))
        return isinstance(found, Mapping) and (part or wanted.keys() == found.keys()) and all(
            _equal(one, found.get(key, _ABSENT), part=part) for key, one in wanted.items())
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return isinstance(found, list) and len(wanted) == len(found) and all(
            _equal(one, other, part=part) for one, other in zip(wanted, found, strict=True))
    return bool(wanted == found) and isinstance(wanted, bool) == isinstance(found, bool)


def _paired(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    """Whether each fits another one: patterns take what no plain value takes."""
    left = list(found)
    for one in sorted(wanted, key=lambda one: MATCHES in json.dumps(one)):
        place = next((place for place, other in enumerate(left) if _equal(one, other)), None)
        if place is None:
            return False
        del left[place]
    return not left
