"""The value of one field: an example that its app gives, what a condition asks for, or a sample."""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from random import Random
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath.satisfying import satisfying
from phantom_lab.later import dataclass

Comparison = tuple[str, Any]
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "==": python.eq, ">": python.gt, ">=": python.ge, "<": python.lt, "<=": python.le}
_MISSING: tuple[Comparison, ...] = (("==", ""), ("==", None))
"""Comparisons that ask whether there is a value, which a generated result always has."""
_TURNED = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of a field's value."""

    name: str
    type: str = ""
    """As declared; empty: only read."""
    examples: tuple[Any, ...] = ()
    contains: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    around: tuple[str, ...] = ()
    """The names of what it stands in."""


def chosen(wish: Wish, chance: Random | None = None) -> Any:
    """The value of a field.

    An honest example that meets the first comparison; otherwise what the comparison asks for, where the declared type
    allows it; otherwise an example; otherwise a sample of the field.

    Args:
        wish: what is known of it.
        chance: what chooses among examples; None takes the first.
    """
    honest = _honest(wish.examples)
    first = next((one for one in wish.comparisons if one not in _MISSING), None)
    if first is not None:
        fitting = [one for one in honest if holds(one, *first)]
        if not fitting and (asked := _asked(wish, *first)) is not None:
            return asked
        honest = fitting or honest
    if honest:
        return honest[0] if chance is None else chance.choice(honest)
    return _sample(wish)


def holds(value: Any, operator: str, literal: Any) -> bool:
    """Whether a value meets a comparison with a literal, as conditions compare plain values."""
    if operator in ("!=", "not in"):
        return not holds(value, {"!=": "==", "not in": "in"}[operator], literal)
    if operator == "in":
        return value in literal if isinstance(literal, list) else str(value) in str(literal) or _inside(value, literal)
    value, literal = (_TURNED.get(str(one).lower(), one) for one in (value, literal))
    left, right = number_of(value), number_of(literal)
    if left is None or right is None:
        return operator in _ORDERS and bool(_ORDERS[operator](str(value), str(literal)))
    return operator in _ORDERS and bool(_ORDERS[operator](left, right))


def meets(value: Any, comparisons: Sequence[Comparison]) -> bool:
    """Whether a value is what the first of some comparisons asks for."""
    first = next((one for one in comparisons if one not in _MISSING), None)
    return first is None or holds(value, *first)


def number_of(value: Any) -> int | float | None:
    """A number, or the one that a text stands for."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return int(value) if isinstance(value, bool) else None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    if found != found or found in (float("inf"), float("-inf")):
        return None
    return int(found) if found.is_integer() else found


def _honest(examples: Sequence[Any]) -> list[Any]:
    """What tells something: not empty; of numbers those above zero, by which code divides; of states success."""
    told = [one for one in examples if one not in ("", None, [], {})]
    if "success" in told:
        return ["success"]
    above = [one for one in told if isinstance(one, int | float) and not isinstance(one, bool) and one > 0]
    return above or told


def _asked(wish: Wish, operator: str, literal: Any) -> Any:
    """A value of the declared type that meets a comparison; None where none is known."""
    proposals = (_typed(one, wish.type) for one in _proposals(wish, operator, literal))
    return next((one for one in proposals if _is_json(one) and holds(one, operator, literal)), None)


def _proposals(wish: Wish, operator: str, literal: Any) -> Iterator[Any]:
    if operator == "in" and (network := _network(literal)) is not None:
        yield str(next(iter(network.hosts())))
    if operator == "not in":
        yield _sample(wish)
    yield satisfying(operator, literal, _sample(wish))
    yield from (_sample(wish), True, False)


def _network(literal: Any) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(literal, strict=False) if isinstance(literal, str) and "/" in literal else None
    except ValueError:
        return None


def _inside(value: Any, literal: Any) -> bool:
    network = _network(literal)
    try:
        return network is not None and ip_address(value) in network
    except ValueError:
        return False


def _typed(value: Any, type_: str) -> Any:
    """A value in a declared type; None where it has none in it."""
    if type_ == "boolean":
        return value if isinstance(value, bool) else _TURNED.get(str(value).lower())
    if type_ == "numeric":
        return None if isinstance(value, bool) else number_of(value)
    return str(value) if type_ and isinstance(value, int | float) and not isinstance(value, bool) else value


def _is_json(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and number_of(value) is None)


def _sample(wish: Wish) -> Any:
    if wish.type == "boolean":
        return True
    value = sample_of(wish.contains, wish.name, wish.around)
    if wish.type == "numeric":
        number = number_of(value)
        return number if isinstance(number, int) else 1
    return str(value) if wish.type else value
