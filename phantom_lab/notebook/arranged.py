"""Sorting and filtering all rows of a table, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import is_
from typing import Any

import numpy as np

from phantom_lab.notebook.cells import text_of

_NUMBER = frozenset("0123456789.+-enaifty")
"""What the text of a number is made of, in small letters: of those that are none as well."""
LONG = 10_000
"""Characters of a text that is searched where it is: no other copy of it is made."""


def matching(columns: Sequence[list[Any]], query: str, length: int) -> list[int]:
    """The rows in which a text occurs, in any column and without regard to case; a missing value holds none."""
    found = np.zeros(length, dtype=bool)
    for column in columns if length else ():
        hits = _hits(column, query)
        found |= hits if isinstance(hits, bool) else np.fromiter(hits, dtype=bool, count=length)
    return np.flatnonzero(found).tolist()


def ordered(rows: Sequence[int], column: Sequence[Any], *, descending: bool) -> list[int]:
    """Rows by the values of a column: missing first, then numbers, then texts; mixed columns sort without an error."""
    missing: list[int] = []
    numbers: list[int] = []
    texts: list[int] = []
    for row in rows:
        value = column[row]
        (missing if value is None else numbers if isinstance(value, int | float) else texts).append(row)
    try:
        keys = np.array([column[row] for row in numbers], dtype=np.float64)
    except OverflowError:
        numbers.sort(key=lambda row: column[row], reverse=descending)
    else:
        numbers = [numbers[one] for one in np.argsort(-keys if descending else keys, kind="stable")]
    texts.sort(key=lambda row: text_of(column[row]), reverse=descending)
    return [*texts, *numbers, *missing] if descending else [*missing, *numbers, *texts]


def _hits(column: list[Any], query: str) -> bool | Iterable[bool]:
    """Whether each value holds a text, or what is so of all; where it can be, the column is looked at as one text."""
    needle, pattern = query.lower(), re.compile(re.escape(query), re.IGNORECASE)

    def holds(value: Any) -> bool:
        if value is None:
            return False
        text = text_of(value)
        return bool(pattern.search(text)) if len(text) > LONG else needle in text.lower()

    kinds = set(map(type, column)) - {type(None)}
    if column.count(column[0]) == len(column) if kinds <= {str, bool} else all(map(is_, column, repeat(column[0]))):
        return holds(column[0])
    if kinds <= {int, float} and not _NUMBER.issuperset(needle):
        return False
    there = [one for one in column if one is not None] if None in column else column
    if kinds == {str}:
        if max(map(len, there)) > LONG:
            return map(holds, column)
        whole, between = "\0".join(there).lower(), "\0"
    elif str in kinds:  # a text among others may be escaped there
        return map(holds, column)
    else:
        whole, between = text_of(there)[1:-1].lower(), ", "
    if needle not in whole:
        return False
    each = whole.split(between)
    if len(each) != len(there):  # it occurs in values, too
        return map(holds, column)
    hits = [needle in one for one in each]
    if there is column:
        return hits
    rest = iter(hits)
    return [one is not None and next(rest) for one in column]
