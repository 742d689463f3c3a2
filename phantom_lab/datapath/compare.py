"""The comparison operators of conditions."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import Any


def compare(left: Any, operator: str, right: Any, *, case_sensitive: bool = True, delimiter: str | None = ",",
            left_collected: bool = True, right_collected: bool = False) -> bool:
    """Compare two operands.

    Args:
        left, right: values; a collected one came from a datapath.
        operator: one of `OPERATORS`.
        case_sensitive: False compares texts without case.
        delimiter: a collected text counts as the list of its parts, split by this, besides the whole text
            (the split is documented, the whole text assumed); None: never split.

    Raises:
        KeyError: the operator is unknown.
    """
    test = _TESTS[operator]
    lefts = _alternatives(left, delimiter if left_collected else None)
    rights = _alternatives(right, delimiter if right_collected and operator in ("==", "!=") else None)
    if operator in ("!=", "not in"):
        positive = _TESTS["==" if operator == "!=" else "in"]
        return not any(positive(a, b, case_sensitive) for a in lefts for b in rights)
    return any(test(a, b, case_sensitive) for a in lefts for b in rights)


def _alternatives(value: Any, delimiter: str | None) -> list[Any]:
    if not delimiter or not isinstance(value, str) or delimiter not in value:
        return [value]
    return [value, *(part.strip() for part in value.split(delimiter) if part.strip())]


def _equal(left: Any, right: Any, case_sensitive: bool) -> bool:
    if left is None or right is None:
        # A missing value equals "" (taught as "is not null"); the literal None matches only a missing value.
        return left is right or (left is None and right == "")
    if isinstance(left, bool) or isinstance(right, bool):
        return left == right or str(left).lower() == str(right).lower()
    if isinstance(left, str) and isinstance(right, str):
        return left == right if case_sensitive else left.lower() == right.lower()
    numbers = _numbers(left, right)
    if numbers is not None:
        return numbers[0] == numbers[1]
    if type(left) is not type(right) and isinstance(left, str | int | float) and isinstance(right, str | int | float):
        return str(left) == str(right)
    return bool(left == right)


def _ordered(order: Callable[[Any, Any], bool]) -> Callable[[Any, Any, bool], bool]:
    def test(left: Any, right: Any, case_sensitive: bool) -> bool:
        if left is None or right is None:
            return False
        numbers = _numbers(left, right)
        return order(*numbers) if numbers else order(str(left), str(right))

    return test


def _in(left: Any, right: Any, case_sensitive: bool) -> bool:
    if right is None:
        return False
    if isinstance(left, list | tuple | set):
        return any(_in(item, right, case_sensitive) for item in left)
    if isinstance(right, list | tuple | set | dict):
        return any(_equal(left, item, case_sensitive) for item in right)
    if left is None or left == "":
        return False
    needle, text = str(left), str(right)
    parts = [part.strip() for part in text.split(",")]
    if any(_inside(needle, part) for part in parts if "/" in part):
        return True
    if not case_sensitive:
        needle, text, parts = needle.lower(), text.lower(), [part.lower() for part in parts]
    return needle in parts or needle in text


def _numbers(left: Any, right: Any) -> tuple[float, float] | None:
    if any(isinstance(one, str) and "_" in one for one in (left, right)):  # Python's own spelling of numbers
        return None
    try:
        numbers = (left if isinstance(left, int | float) else float(left),
                   right if isinstance(right, int | float) else float(right))
        return numbers if all(map(isfinite, numbers)) else None
    except (TypeError, ValueError, OverflowError):
        return None


@lru_cache(maxsize=1024)
def _inside(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


_TESTS: dict[str, Callable[[Any, Any, bool], bool]] = {
    "==": _equal, "!=": lambda a, b, c: not _equal(a, b, c),
    ">": _ordered(lambda a, b: a > b), ">=": _ordered(lambda a, b: a >= b),
    "<": _ordered(lambda a, b: a < b), "<=": _ordered(lambda a, b: a <= b),
    "in": _in, "not in": lambda a, b, c: not _in(a, b, c),
}
OPERATORS = frozenset(_TESTS)
