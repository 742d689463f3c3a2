"""From nested JSON to columns named by datapaths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from phantom_lab.later import regex

_PLAIN = regex(r'(?!\[\d+\]$|\s)[^."*]([^.]*[^.*\s])?', re.DOTALL)
"""A key that stands for itself: no dot, no star or quote where they mean something, no blank at an end."""


def flatten(value: Any, path: str) -> dict[str, Any]:
    """Leaves of nested objects by datapath; lists stay one cell, and so does an empty object."""
    leaves: dict[str, Any] = {}
    waiting = [(path, value)]
    while waiting:  # data may be nested more deeply than Python calls
        path, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting += [(f"{path}.{quoted(str(key))}", inner) for key, inner in reversed(value.items())]
        else:
            leaves[path] = value
    return leaves


def quoted(key: str) -> str:
    """A key as a datapath holds it: in quotes where it would be read as something else."""
    if _PLAIN.fullmatch(key):
        return key
    escaped = re.sub(r'(["\\])', r"\\\1", key)
    return f'"{escaped}"'


def table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> pd.DataFrame:
    """A frame with one column per key, in order of appearance; values keep their types, absent ones are None."""
    listed = list(rows)
    names = dict.fromkeys([*columns, *(name for row in listed for name in row)])
    cells = [[row.get(name) for name in names] for row in listed]
    return pd.DataFrame(cells, columns=list(names), dtype=object)
