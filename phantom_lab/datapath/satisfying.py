"""Values that satisfy a comparison, or do not: how a condition is made to hold, or not to hold."""

from __future__ import annotations

from math import isfinite
from typing import Any

NEGATED = {"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<", "in": "not in", "not in": "in",
           "is None": "is not None", "is not None": "is None", "is empty": "is not empty", "is not empty": "is empty"}
"""The operator that holds where another one does not."""


def satisfying(operator: str, literal: Any, current: Any = None, *, at_left: bool = True) -> Any:
    """A value with which ``value operator literal`` holds.

    Args:
        operator: one of the vendor's.
        literal: what it is compared with; a list stands for the cells of a custom list.
        current: the value so far, which stays where it satisfies the comparison in an obvious way.
        at_left: False for ``literal operator value``.
    """
    if not at_left and operator in (">", ">=", "<", "<="):
        operator = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[operator]
    if operator.startswith("is "):
        return _other(None, current) if "not" in operator else None
    if operator in ("==", "!="):
        first = literal[0] if isinstance(literal, list) and literal else literal
        return first if operator == "==" else _other(first, current)
    if operator in ("in", "not in"):
        return _inside(literal, current, at_left, held=operator == "in")
    number = _number(literal)
    if number is not None and not isfinite(number):  # nothing that JSON has is beyond it
        return current
    if number is None:  # texts are ordered by their characters
        return {">": f"{literal}~", "<": "0"}.get(operator, literal)
    return number + {">": 1, ">=": 0, "<": -1, "<=": 0}[operator]


def _other(literal: Any, current: Any) -> Any:
    """A value that is not the literal, of the literal's type where that has others."""
    if literal in (None, ""):
        return current if current not in (None, "") else "sample"
    if isinstance(literal, bool):
        return not literal
    if isinstance(literal, int | float):
        return literal + 1
    if current is not None and str(current).lower() != str(literal).lower():
        return current
    return f"other than {literal}"


def _inside(literal: Any, current: Any, at_left: bool, *, held: bool) -> Any:
    """``value in literal`` holds for a part of the literal, ``literal in value`` for a text around it."""
    if not held:
        return "sample of something else"
    if isinstance(literal, list):
        return next((one for one in literal if one not in (None, "")), current)
    text = str(literal if literal is not None else "")
    if at_left:
        return text.split(",")[0].strip() or current
    if isinstance(current, list):
        return [text]
    return f"{current} {text}" if current and text not in str(current) else text


def _number(literal: Any) -> float | None:
    try:
        found = float(0 if literal is None else literal)
    except (TypeError, ValueError):
        return None
    return int(found) if found.is_integer() else found
