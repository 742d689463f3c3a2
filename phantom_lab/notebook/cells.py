"""Values as short texts: what is long is never copied whole, and every cut says of how much it is."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.terminal import visible

CELL = 160
"""Characters of a cell that are shown in a table; the rest is a click away."""
DETAIL = 50_000
"""Characters of one cell that are ever sent."""
HEAD = 120
"""Characters of a column's name that are shown."""
_END = 40
PATH = 500
"""Characters of a datapath that can be copied."""
_GOOD, _BAD = ("success", "completed"), ("failed", "error", "failure")
_FLAT = json.JSONEncoder(ensure_ascii=False, default=str, check_circular=False)
_INDENTED = json.JSONEncoder(ensure_ascii=False, default=str, check_circular=False, indent=2)


def text_of(value: Any) -> str:
    """A value as one line of text, all of it."""
    if isinstance(value, str):
        return value
    return str(value) if value is None or isinstance(value, bool) else _FLAT.encode(value)


def cell(value: Any, *, blank: bool = False) -> list[str]:
    """``[text, kind]``: what a table shows of a value.

    Kinds are ``none`` (an empty text, too), ``text``, ``json``, ``value``, and ``capped`` of whatever is cut.
    """
    if value is None:
        return ["" if blank else "None", "none"]
    if value == "" and not blank:
        return ['""', "none"]
    text, whole = beginning(value, CELL)
    kind = "text" if isinstance(value, str) else "json" if isinstance(value, list | dict) else "value"
    return [visible(text), kind] if whole else [f"{visible(text)}… ({size(value)})", "capped"]


def verdict(value: Any) -> str:
    """The kind of a cell that says how something went: ``good``, ``bad`` or empty."""
    return "good" if value is True or value in _GOOD else "bad" if value is False or value in _BAD else ""


def detail(value: Any) -> str:
    """All that is ever shown of a value."""
    if value == "":
        return "(an empty text)"
    text, whole = beginning(value, DETAIL, _INDENTED)
    return visible(text) if whole else f"{visible(text)}\n… cut here after {DETAIL:,} characters: {size(value)} in all"


def head(name: str) -> str:
    """The name of a column, or any other short text; what is long keeps its end, which tells columns apart."""
    if len(name) <= HEAD:
        return visible(name)
    return f"{visible(name[:HEAD - _END])}…{visible(name[-_END:])} ({len(name):,} characters)"


def size(value: Any) -> str:
    """How much there is of a value that is cut."""
    if isinstance(value, list | dict):
        return f"{len(value):,} {'items' if isinstance(value, list) else 'fields'}"
    return f"{len(value) if isinstance(value, str) else len(text_of(value)):,} characters"


def beginning(value: Any, most: int, encoder: json.JSONEncoder = _FLAT) -> tuple[str, bool]:
    """So many characters of a value's text, and whether that is all: of JSON no more is made."""
    if isinstance(value, str):
        return value[:most], len(value) <= most
    if not isinstance(value, list | dict):
        text = text_of(value)
        return text[:most], len(text) <= most
    made, length = [], 0
    for part in encoder.iterencode(value):
        made.append(part[:most + 1])
        length += len(part)
        if length > most:
            return "".join(made)[:most], False
    return "".join(made), True
