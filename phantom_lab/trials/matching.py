"""A text that a regular expression finds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from phantom_lab.rest.regexes import matching as found

_REPEATED, _LONGEST = 50, 10_000
"""Repetitions that are made at most, and characters of all of them."""
_CLASSES = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " ", "CATEGORY_NOT_DIGIT": "a",
            "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "a"}


@lru_cache(maxsize=256)
def matching(pattern: str) -> str | None:
    """The first alternative throughout, repeated as seldom as it may be, but for what may be left out, which is there
    once; None for what is no pattern, none that is understood, or one that takes too long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed: Any = re._parser.parse(pattern)  # type: ignore[attr-defined]
            text = "".join(_texts(parsed))
            return text if found(pattern, [text], ignore_case=False)[0] else None
        except Exception:  # whatever a pattern of somebody else's makes of the parser
            return None


def _texts(parsed: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            yield chr(value)
        elif name == "NOT_LITERAL":
            yield "a" if value != ord("a") else "b"
        elif name == "ANY":
            yield "a"
        elif name == "IN":
            yield _one_of(value)
        elif name == "BRANCH":
            yield from _texts(value[1][0])
        elif name == "SUBPATTERN":
            yield from _texts(value[3])
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = value
            once, times = "".join(_texts(inner)), min(max(int(low), min(1, int(high))), _REPEATED)
            if len(once) * times > _LONGEST:  # repetitions of repetitions multiply
                raise ValueError("too long")
            yield once * times


def _one_of(items: list[tuple[Any, Any]]) -> str:
    if str(items[0][0]) == "NEGATE":
        return next(one for one in "a1- b_" if not re.match(_class(items[1:]), one))
    kind, value = items[0]
    if str(kind) == "RANGE":
        return chr(value[0])
    return chr(value) if str(kind) == "LITERAL" else _CLASSES[str(value)]


def _class(items: list[tuple[Any, Any]]) -> str:
    parts = [re.escape(chr(value)) if str(kind) == "LITERAL" else
             f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}" if str(kind) == "RANGE" else
             {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}[str(value)]
             for kind, value in items]
    return f"[{''.join(parts)}]"
