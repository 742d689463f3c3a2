"""Values in a query: JSON, or Python's own notation; texts are quoted."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.rest.problems import bad_request
from phantom_lab.source.parsing import constant

_LONGEST = 200_000
_WORDS: dict[str, Any] = {"true": True, "false": False, "none": None, "null": None}


def literal(text: str, name: str) -> Any:
    """The value that a parameter's text stands for; lists come as JSON or as Python writes them (observed).

    Args:
        text: as in the query.
        name: of the parameter, for messages.

    Raises:
        RestError: it is none. A text without quotes is none either, nor is one that holds its own quotes (reported).
    """
    given = text.strip()
    if given.lower() in _WORDS:
        return _WORDS[given.lower()]
    for read in (json.loads, constant):
        try:
            found = read(given) if len(given) <= _LONGEST else None
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if _plain(found):
            return list(found) if isinstance(found, tuple | set | frozenset) else found
    raise bad_request(f"Invalid value for {name}: {text[:100]}. Texts must be in quotes.")


def unquoted(text: str) -> str:
    """What stands in quotes, or without any."""
    return text.strip().strip("\"'")


def whole_number(text: str, name: str) -> int:
    """A number from 0 on, quoted or not.

    Raises:
        RestError: it is none.
    """
    given = unquoted(text)
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise bad_request(f"{name} must be a number from 0 on, not {text[:100]!r}")
    return int(given)


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(_plain(one) for one in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(one) for key, one in value.items())
    return isinstance(value, str | int) or (isinstance(value, float) and abs(value) < float("inf"))
