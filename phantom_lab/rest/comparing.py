"""How a filter compares a stored value with the one that is asked for.

A field of its own is a column of the database: numbers and their digits are one. Inside JSON (``cef``, ``data``,
``custom_fields``) a number and its digits differ (observed).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


class Many(tuple[Any, ...]):
    """Values of several related records, or elements: one that matches is enough."""


def exact(stored: Any, wanted: Any, in_json: bool) -> bool:
    """Whether they are the same."""
    if isinstance(stored, bool) or isinstance(wanted, bool):
        return stored is wanted or (not in_json and str(stored).lower() == str(wanted).lower())
    if isinstance(stored, int | float) and isinstance(wanted, int | float):
        return stored == wanted
    if not in_json and stored is not None and wanted is not None and not isinstance(stored, list | dict):
        moments = _moment(stored), _moment(wanted)
        return str(stored) == str(wanted) or (None not in moments and moments[0] == moments[1])
    return type(stored) is type(wanted) and stored == wanted


def _iexact(stored: Any, wanted: Any, in_json: bool) -> bool:
    return stored is not None and wanted is not None and str(stored).lower() == str(wanted).lower()


def _contains(stored: Any, wanted: Any, in_json: bool) -> bool:
    """In a list every wanted element, in an object every wanted key, else a part of the text."""
    if isinstance(stored, list):
        return all(any(exact(one, each, True) for one in stored)
                   for each in (wanted if isinstance(wanted, list) else [wanted]))
    if isinstance(stored, dict):
        return (all(key in stored and exact(stored[key], one, True) for key, one in wanted.items())
                if isinstance(wanted, dict) else str(wanted) in stored)
    return _text(lambda text, part: part in text)(stored, wanted, in_json)


def _icontains(stored: Any, wanted: Any, in_json: bool) -> bool:
    return stored is not None and wanted is not None and str(wanted).lower() in str(stored).lower()


def _in(stored: Any, wanted: Any, in_json: bool) -> bool:
    return any(exact(stored, one, in_json) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _isnull(stored: Any, wanted: Any, in_json: bool) -> bool:
    return (stored is None) is bool(wanted)


def _text(judge: Callable[[str, str], bool]) -> Callable[[Any, Any, bool], bool]:
    def compare(stored: Any, wanted: Any, in_json: bool) -> bool:
        return not isinstance(stored, dict | list) and None not in (stored, wanted) and judge(str(stored), str(wanted))

    return compare


def _ordered(judge: Callable[[Any, Any], bool]) -> Callable[[Any, Any, bool], bool]:
    """Numbers, moments and texts have an order; what differs in kind has none."""

    def compare(stored: Any, wanted: Any, in_json: bool) -> bool:
        if not in_json and isinstance(stored, int | float) and isinstance(wanted, str):
            wanted = _number(wanted)
        if isinstance(stored, str) and isinstance(wanted, str):
            moments = _moment(stored), _moment(wanted)
            return judge(*moments) if None not in moments else judge(stored, wanted)
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (stored, wanted))
        return numbers and judge(stored, wanted)

    return compare


OPERATORS: dict[str, Callable[[Any, Any, bool], bool]] = {
    "exact": exact, "iexact": _iexact, "contains": _contains, "icontains": _icontains, "in": _in, "isnull": _isnull,
    "startswith": _text(lambda text, part: text.startswith(part)),
    "istartswith": _text(lambda text, part: text.lower().startswith(part.lower())),
    "endswith": _text(lambda text, part: text.endswith(part)),
    "iendswith": _text(lambda text, part: text.lower().endswith(part.lower())),
    "gt": _ordered(lambda one, other: one > other), "gte": _ordered(lambda one, other: one >= other),
    "lt": _ordered(lambda one, other: one < other), "lte": _ordered(lambda one, other: one <= other),
}
"""By name: given the stored value, the wanted one, and whether the stored one stands in JSON."""
REGEXES = {"regex": False, "iregex": True}
"""Whether they ignore case."""


def matches(operator: str, stored: Any, wanted: Any, in_json: bool) -> bool:
    """Whether a stored value matches; of several, one is enough."""
    judge = OPERATORS[operator]
    if isinstance(stored, Many):
        return any(judge(one, wanted, in_json) for one in stored)
    return judge(stored, wanted, in_json)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or len(value) < 10 or value[4] != "-":
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
