"""The comparison operators of conditions."""

from __future__ import annotations

import ipaddress
import operator as python
from collections.abc import Callable
from functools import lru_cache, partial
from math import isfinite
from typing import Any

from phantom_lab.later import dataclass, regex

Comparison = Callable[[Any, Any], bool]
_ORDERS: dict[str, Comparison] = {">": python.gt, ">=": python.ge, "<": python.lt, "<=": python.le}
_NEGATED = {"!=": "==", "not in": "in"}
UNARY = frozenset({"is None", "is not None", "is empty", "is not empty"})
"""Operators without a right side: a condition of two elements (``is None`` and ``is not empty`` are observed, their
counterparts assumed)."""
OPERATORS = frozenset({*_NEGATED, *_NEGATED.values(), *_ORDERS, *UNARY})
_WHOLE = regex(r"\s*[+-]?[0-9]+\s*")
_NUMBERS = (int, float)
_TEXTS = (str, int, float)
_LISTS = (list, tuple, set)
_HOLDERS = (*_LISTS, dict)
_SHORT = 40
"""Characters of a text whose number is remembered."""


def triple(given: Any) -> tuple[Any, Any, Any] | None:
    """``(left, operator, right)`` of a condition as a playbook writes it; None for what is none.

    An operator without a right side stands in two elements or in three, whose last one counts for nothing (observed).
    """
    if not isinstance(given, list | tuple) or not 2 <= len(given) <= 3:
        return None
    unary = isinstance(given[1], str) and given[1] in UNARY
    if unary:
        return given[0], given[1], None
    return (given[0], given[1], given[2]) if len(given) == 3 else None


def compare(left: Any, operator: str, right: Any, *, case_sensitive: bool = True, delimiter: str | None = ",",
            left_collected: bool = True, right_collected: bool = False) -> bool:
    """Compare two operands. Never raises for what JSON-like operands are.

    Args:
        left, right: values; a collected one came from a datapath.
        operator: one of `OPERATORS`.
        case_sensitive: False compares texts without case.
        delimiter: a collected text counts as the list of its parts, split by this, besides the whole text
            (the split is documented, the whole text assumed); None: never split.

    Raises:
        KeyError: the operator is unknown.
    """
    return comparison(operator, case_sensitive=case_sensitive, delimiter=delimiter, left_collected=left_collected,
                      right_collected=right_collected)(left, right)


def comparison(operator: str, *, case_sensitive: bool = True, delimiter: str | None = ",",
               left_collected: bool = True, right_collected: bool = False) -> Comparison:
    """`compare` for many pairs: everything but the two operands is settled once."""
    mark = delimiter if isinstance(delimiter, str) and delimiter else None
    return _comparison(operator, bool(case_sensitive), mark, bool(left_collected), bool(right_collected))


@lru_cache(maxsize=64)
def _comparison(operator: str, case_sensitive: bool, mark: str | None, left_collected: bool,
                right_collected: bool) -> Comparison:
    if operator not in OPERATORS:
        raise KeyError(operator)
    if operator in UNARY:
        return partial(_lacks, operator)
    # A collected None is a missing value, and so is a variable's; the literal None is not.
    rule = _Rule(case_sensitive, left_collected or not right_collected, right_collected)
    left_mark, right_mark = mark if left_collected else None, mark if right_collected else None
    negated = operator in _NEGATED
    test = rule.test(_NEGATED.get(operator, operator))
    order: Comparison = _ORDERS.get(operator, python.eq)

    def general(left: Any, right: Any) -> bool:
        try:
            rights = _alternatives(right, right_mark)
            return any(test(one, other) for one in _alternatives(left, left_mark) for other in rights) is not negated
        except RecursionError:  # values that hold themselves, or lists in lists without end
            return negated

    def equal(left: Any, right: Any) -> bool:
        if type(left) is type(right) is str:
            if left == right:
                return not negated
            if (left_mark is None or left_mark not in left) and (right_mark is None or right_mark not in right):
                return negated
        elif type(left) is type(right) is int:
            return (left == right) is not negated
        elif left is None and type(right) is str:
            return (right == "" and rule.left_missing) is not negated
        return general(left, right)

    def within(left: Any, right: Any) -> bool:
        if type(left) is type(right) is str:
            if left and left in right:
                return not negated
            if (left_mark is None or left_mark not in left) and "/" not in right:
                return negated
        return general(left, right)

    def ordered(left: Any, right: Any) -> bool:
        if type(left) is type(right) is int:
            return order(left, right)
        return general(left, right)

    if operator in _ORDERS:
        return ordered
    if not case_sensitive:
        return general
    return equal if operator in ("==", "!=") else within


def _lacks(operator: str, left: Any, right: Any) -> bool:
    """Whether a value is None or empty, or is not. The right side, where it is an empty text, says that an empty text
    counts as None as well."""
    none = left is None or (isinstance(left, str) and isinstance(right, str) and not left and not right)
    empty = left is None or (isinstance(left, str | list | tuple | dict) and not left)
    return (empty if operator.endswith("empty") else none) is ("not" not in operator)


def _alternatives(value: Any, mark: str | None) -> list[Any]:
    if mark is None or not isinstance(value, str) or mark not in value:
        return [value]
    return [value, *(part.strip() for part in value.split(mark) if part.strip())]


@dataclass(frozen=True, slots=True)
class _Rule:
    """How two values are tested."""

    case_sensitive: bool
    left_missing: bool
    right_missing: bool
    """Whether None on this side is a missing value, not a literal."""

    def test(self, operator: str) -> Comparison:
        if operator in _ORDERS:
            return partial(_ordered, _ORDERS[operator])
        return self.equal if operator == "==" else self.within

    def equal(self, left: Any, right: Any) -> bool:
        if left is None or right is None:
            return self._none(left, right)
        if isinstance(left, bool) or isinstance(right, bool):
            return _same(left, right) or _text(left).lower() == _text(right).lower()
        if isinstance(left, str) and isinstance(right, str):
            return self._folded(left) == self._folded(right)
        numbers = _numbers(left, right)
        if numbers is not None:
            return _same(*numbers)
        if isinstance(left, _TEXTS) and isinstance(right, _TEXTS):
            return _text(left) == _text(right)
        return _same(left, right)

    def within(self, left: Any, right: Any) -> bool:
        if right is None:
            return False
        if isinstance(left, _LISTS):
            return any(self.within(item, right) for item in left)
        if isinstance(right, _HOLDERS):
            return any(self.equal(left, item) for item in right)
        if left is None or _same(left, ""):
            return False
        needle, text = _text(left), _text(right)
        if self._folded(needle) in self._folded(text) or ("/" in text and _inside(needle, text)):
            return True
        return not isinstance(left, str) and any(self.equal(left, part.strip()) for part in text.split(","))

    def _none(self, left: Any, right: Any) -> bool:
        """A missing value equals "" (taught as "is not null"); the literal None matches only a missing value."""
        if left is None:
            return right is None or (self.left_missing and _same(right, ""))
        return self.right_missing and _same(left, "")

    def _folded(self, text: str) -> str:
        return text if self.case_sensitive else text.lower()


def _ordered(order: Comparison, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    numbers = _numbers(left, right)
    return order(*numbers) if numbers else order(_text(left), _text(right))


def _same(left: Any, right: Any) -> bool:
    try:
        return bool(left == right)
    except (TypeError, ValueError):  # a foreign object that will not be compared, such as an array
        return False


def _text(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # a whole number of thousands of digits
        return hex(value) if isinstance(value, int) else object.__repr__(value)


def _numbers(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Both as numbers, whole ones exactly; None where one of them is none."""
    one, other = as_number(left), as_number(right)
    return None if one is None or other is None else (one, other)


def as_number(value: Any) -> int | float | None:
    """A number, or the one that a text stands for; None for anything else, and for what only Python spells so."""
    if isinstance(value, _NUMBERS):
        return value
    if not isinstance(value, str):
        return None
    return _spelt(value) if type(value) is str and len(value) <= _SHORT else _spelt.__wrapped__(value)


@lru_cache(maxsize=10_000)
def _spelt(text: str) -> int | float | None:
    """Remembered, as a value is compared with each of a list: that of a text which is not long."""
    if "_" in text:
        return None
    try:
        if _WHOLE.fullmatch(text):
            return int(text)
        number = float(text)
        return number if isfinite(number) else None
    except ValueError:
        return None


def _inside(address: str, networks: str) -> bool:
    """Whether an address lies in one of several networks, separated by commas."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(network is not None and found in network for network in map(_network, networks.split(",")))


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False) if "/" in text else None
    except ValueError:
        return None
