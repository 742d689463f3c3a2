"""Whether a comparison holds in a row: a pure function of what the journal keeps of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from phantom_lab.datapath.compare import comparison

Row = Sequence[Any]
Test = Callable[[Row], bool]


def judge(operator: str, left: dict[str, Any], right: dict[str, Any], *, case_sensitive: bool,
          delimiter: str | None) -> Test:
    """What tells whether a comparison holds in a row: a pure function of what the journal keeps.

    Args:
        left, right: sides as `phantom_lab.history.Evaluated` describes them.
    """
    if "cells" in right:
        value = _cell(left)
        inside = _membership(right["cells"], case_sensitive, delimiter if "column" in left else None)
        return lambda row: inside(value(row)) is (operator == "in")
    compare = comparison(operator, case_sensitive=case_sensitive, delimiter=delimiter,
                         left_collected="value" not in left, right_collected="value" not in right)
    if "values" in left or "values" in right:
        return _against_any(operator, compare, left, right)
    if "column" in left and "value" in right:  # the most frequent by far, and so a fast one
        column, value = left["column"], right["value"]
        return lambda row: compare(row[column], value)
    one, other = _cell(left), _cell(right)
    return lambda row: compare(one(row), other(row))


def _cell(side: dict[str, Any]) -> Callable[[Row], Any]:
    if "column" in side:
        return itemgetter(side["column"])
    value = side["value"]
    return lambda row: value


def _against_any(operator: str, compare: Callable[[Any, Any], bool], left: dict[str, Any],
                 right: dict[str, Any]) -> Test:
    """One value of another source is enough; only ``not in`` must hold for all of them (assumed)."""
    join = all if operator == "not in" else any
    if "values" in left:
        others = right["values"] if "values" in right else [right["value"]]
        verdict = join(compare(one, other) for one in left["values"] for other in others)
        return lambda row: verdict
    distinct, one = _distinct(right["values"]), _cell(left)
    test = _remembering(lambda value: join(compare(value, other) for other in distinct))
    return lambda row: test(one(row))


def _membership(cells: list[Any], case_sensitive: bool, delimiter: str | None) -> Callable[[Any], bool]:
    """Whether a value, or a part of it, equals a whole cell. Empty cells and missing values equal nothing (assumed)."""
    distinct = _distinct(cell for cell in cells if cell is not None)
    texts = {_folded(cell, case_sensitive) for cell in distinct if isinstance(cell, str)}
    others = [cell for cell in distinct if not isinstance(cell, str)]
    compare = comparison("in", case_sensitive=case_sensitive, delimiter=None, left_collected=False,
                         right_collected=False)

    def inside(value: Any) -> bool:
        if isinstance(value, str):  # texts equal each other or not: no need to go through them
            parts = [part.strip() for part in value.split(delimiter)] if delimiter and delimiter in value else []
            return any(_folded(part, case_sensitive) in texts or compare(part, others)
                       for part in [value, *filter(None, parts)])
        if isinstance(value, list | tuple):
            return any(map(inside, value))
        return value is not None and compare(value, distinct)

    return _remembering(inside)


def _folded(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else text.lower()


def _remembering(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    known: dict[Any, bool] = {}

    def remembered(value: Any) -> bool:
        if type(value) not in (str, int, float, bool):
            return test(value)
        key = type(value), value
        if key not in known:
            known[key] = test(value)
        return known[key]

    return remembered


def _distinct(found: Iterable[Any]) -> list[Any]:
    seen: set[Any] = set()
    distinct = []
    for value in found:
        key = (type(value), value) if isinstance(value, str | int | float | bool | None) else None
        if key is None or key not in seen:
            distinct.append(value)
            seen.add(key)
    return distinct
