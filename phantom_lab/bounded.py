"""Answers of bounded length: short enough for a script or an agent to read whole, and they say what is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST = 4_096
"""Bytes of an answer, unless somebody asks for everything."""
LEFT_OUT = "left_out"
"""The key that says what is left out."""
_STEPS = ((200, 1_000), (100, 500), (50, 300), (25, 200), (12, 120), (6, 90), (3, 60), (2, 40), (1, 30), (0, 20))
"""Items of a list or dict, and characters of a text, that are kept: tried one after the other."""
_PLACE = 80
"""Characters of the name of a place."""
_FORM = 8
"""Keys that are kept of an object in the answer, and half as many a level deeper, however few items are: they tell what
it is."""


def bounded(told: Mapping[str, Any], most: int | None = MOST) -> str:
    """An answer as JSON text.

    Args:
        told: JSON, in which the keys of the outermost object are the form of the answer, and always stay.
        most: bytes; None: all of it.

    Returns:
        ``told``; where something is left out, with ``left_out``: ``{place: how many items}`` of lists and objects
        (``steps``, ``steps[0].values``), and ``"texts"``: how many texts are cut, which end with ``…``.
    """
    text = json.dumps(told, ensure_ascii=False, default=str)
    if most is None or len(text.encode()) <= most:
        return text
    for items, characters in _STEPS:
        left: dict[str, int] = {}
        short = {key: _shortened(value, str(key), items, characters, left, _FORM) for key, value in told.items()}
        text = json.dumps({**short, LEFT_OUT: _told(left)}, ensure_ascii=False, default=str)
        if len(text.encode()) <= most:
            return text
    return text


def _shortened(value: Any, place: str, items: int, characters: int, left: dict[str, int], form: int) -> Any:
    if isinstance(value, str) and len(value) > characters:
        left["texts"] = left.get("texts", 0) + 1
        return f"{value[:characters]}…"
    if isinstance(value, Mapping):
        kept = list(value.items())[:max(items, form)]
        _count(left, place, len(value) - len(kept))
        return {str(_shortened(str(key), place, items, characters, left, 0)):
                _shortened(one, f"{place}.{key}"[:_PLACE], items, characters, left, form // 2) for key, one in kept}
    if isinstance(value, list | tuple):
        _count(left, place, max(len(value) - items, 0))
        return [_shortened(one, f"{place}[{number}]"[:_PLACE], items, characters, left, form)
                for number, one in enumerate(value[:items])]
    return value


def _count(left: dict[str, int], place: str, number: int) -> None:
    if number:
        left[place] = number


def _told(left: dict[str, int]) -> dict[str, int]:
    """What is left out, the largest first; of many places only some."""
    most = sorted(left.items(), key=lambda one: -one[1])
    return dict(most[:_FORM]) | ({"further places": len(most) - _FORM} if len(most) > _FORM else {})
