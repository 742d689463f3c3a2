"""Sorting and filtering all rows of a table, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
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
        found |= np.fromiter(_hits(column, query), dtype=bool, count=length)
    return [int(one) for one in np.flatnonzero(found)]


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


def _hits(column: list[Any], query: str) -> Iterable[bool]:
    """Whether each value holds a text; where the column as one text does not, no value is looked at by itself."""
    needle, pattern = query.lower(), re.compile(re.escape(query), re.IGNORECASE)

    def holds(value: Any) -> bool:
        if value is None:
            return False
        text = text_of(value)
        return bool(pattern.search(text)) if len(text) > LONG else needle in text.lower()

    kinds = set(map(type, column)) - {type(None)}
    if len(kinds) < 2 and column.count(column[0]) == len(column):
        return repeat(holds(column[0]), len(column))
    if kinds <= {int, float} and not _NUMBER.issuperset(needle):
        return repeat(False, len(column))
    if kinds != {str}:
        apart = str in kinds or needle in text_of(column).lower()  # a text among others may be escaped there
        return map(holds, column) if apart else repeat(False, len(column))
    texts = [one for one in column if one is not None] if None in column else column
    if max(map(len, texts)) <= LONG and needle not in "\0".join(texts).lower():
        return repeat(False, len(column))
    hits = {one for one in set(texts) if holds(one)}
    return [one in hits for one in column]
