"""Templates of ``phantom.format`` and prompts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FIELD = re.compile(r"\{\{|\}\}|\{(\d+)\}")
_BLOCK = re.compile(r"^[ \t]*%%[ \t]*\n(.*?)^[ \t]*%%[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)


Pair = Callable[[Sequence[int]], Mapping[int, Sequence[Any]]]
"""From the numbers of some fields to their columns."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered template."""

    text: str
    items: list[str]
    """One text per row of the ``%%`` blocks; without one, the whole text alone (observed in public playbooks)."""


def render(template: str, columns: Sequence[Sequence[Any]], *, pair: Pair | None = None,
           separator: str | None = None, drop_none: bool = False) -> Rendered:
    """Fill a template.

    Outside ``%%`` a field holds all values of its parameter, joined. Between two ``%%`` lines the text is repeated
    per row: parameters are paired by position, one with a single value is repeated, shorter ones are padded
    (assumed). A brace that is no ``{number}`` stays as it stands (assumed); doubled braces become single ones.

    Args:
        template: text with ``{0}``, ``{1}``, … fields.
        columns: the values of each parameter.
        pair: for the fields of one ``%%`` block, gives their values where those of one source belong together.
        separator: between joined values; the default is ``", "`` (documented).
        drop_none: leave None values out instead of writing ``None``.

    Raises:
        IndexError: a field's number has no parameter (observed on the platform).
    """
    between = ", " if separator is None else separator
    whole = [between.join(_texts(column, drop_none)) if column else ("" if drop_none else "None")
             for column in columns]
    items: list[str] = []

    def rows(match: re.Match[str]) -> str:
        lines = _rows(match[1], columns, pair, drop_none)
        items.extend(lines)
        return "".join(lines)

    pieces, position = [], 0
    for match in _BLOCK.finditer(template):
        pieces += [_fill(template[position:match.start()], whole), rows(match)]
        position = match.end()
    text = "".join([*pieces, _fill(template[position:], whole)])
    return Rendered(text, [item.removesuffix("\n") for item in items] if position else [text])


def _rows(template: str, columns: Sequence[Sequence[Any]], pair: Pair | None, drop_none: bool) -> list[str]:
    used = sorted({int(match[1]) for match in _FIELD.finditer(template) if match[1]})
    if any(number >= len(columns) for number in used):
        _fill(template, [""] * len(columns))  # raises, naming the number
    paired = pair(used) if pair else {number: columns[number] for number in used}
    height = max(map(len, paired.values()), default=1)
    lines = []
    for position in range(height):
        values = {number: _cell(column, position) for number, column in paired.items()}
        if drop_none and used and all(value is None for value in values.values()):
            continue
        texts = [""] * len(columns)
        for number, value in values.items():
            texts[number] = "" if value is None and drop_none else _text(value)
        lines.append(_fill(template, texts))
    return lines


def _cell(column: Sequence[Any], position: int) -> Any:
    if len(column) == 1:
        return column[0]
    return column[position] if position < len(column) else None


def _texts(column: Sequence[Any], drop_none: bool) -> list[str]:
    return [_text(value) for value in column if not (drop_none and value is None)]


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _fill(template: str, texts: Sequence[str]) -> str:
    def field(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        number = int(match[1])
        if number >= len(texts):
            raise IndexError(f"Replacement index {number} out of range for positional args tuple")
        return texts[number]

    return _FIELD.sub(field, template)
