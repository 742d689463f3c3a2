"""Templates of ``phantom.format`` and prompts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, repeat, zip_longest
from string import Formatter
from typing import Any, Literal

from phantom_lab.later import dataclass, regex
from phantom_lab.limits import check_made

_BRACE = regex(r"\{\{|\}\}|\{([0-9]+)\}|[{}]")
BLOCK = regex(r"^[ \t]*%%[ \t]*\r?\n(.*?)^[ \t]*%%[ \t]*(?:\r?\n|\r?\Z)", re.MULTILINE | re.DOTALL)
"""What is repeated per row, between two lines of ``%%``."""
_WIDTH = regex(r"[0-9]{8,}")
"""Of a specification: more than any column has."""
_TEXT = frozenset({str, type(None)})
_PLAIN = _TEXT | {int, float, bool}
"""Types that a format without specifications writes as `str` does."""

Pair = Callable[[Sequence[int]], Mapping[int, Sequence[Any]]]
"""From the numbers of some fields to their columns."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered template."""

    text: str
    items: list[str]
    """One text per row of the ``%%`` blocks; without one, the whole text alone (observed in public playbooks)."""


def render(template: str, columns: Sequence[Sequence[Any]], *, pair: Pair | None = None,
           separator: str | None = None, drop_none: bool = False, strict: bool = False,
           objects: Literal["json", "str"] = "json") -> Rendered:
    """Fill a template.

    Outside ``%%`` a field holds all values of its parameter, joined. Between two ``%%`` lines the text is repeated
    per row: parameters are paired by position, one with a single value is repeated, shorter ones are padded
    (assumed). Doubled braces become single ones. Values are never read as a template.

    Args:
        template: text with ``{0}``, ``{1}``, … fields.
        columns: the values of each parameter.
        pair: for the fields of one ``%%`` block, gives their values where those of one source belong together.
        separator: between joined values; the default is ``", "`` (documented).
        drop_none: leave None values out instead of writing ``None``.
        strict: a brace that is no ``{number}`` is read as `str.format` reads it, and mostly raises what that does;
            otherwise it stays as it stands (assumed).
        objects: dict and list values are written as JSON (assumed) or as Python writes them.

    Raises:
        IndexError: a field's number has no parameter (observed on the platform).
        ValueError, KeyError: `strict`, and the template is no format of positional fields.
    """
    filling = _Filling(columns, pair, ", " if separator is None else separator, drop_none, strict, _TEXTS[objects])
    pieces: list[str] = []
    items: list[str] = []
    position = 0
    for block in BLOCK.finditer(template):
        newline = "\r\n" if block[1].endswith("\r\n") else "\n"
        lines = filling.rows(block[1])
        pieces += [filling.whole(template[position:block.start()]), *lines]
        items += [line.removesuffix(newline) for line in lines]
        position = block.end()
    pieces.append(filling.whole(template[position:]))
    text = "".join(pieces)
    return Rendered(text, items if position else [text])


def numbers(template: str) -> Sequence[int]:
    """The numbers of the fields of a whole template, in ascending order.

    Raises:
        IndexError: one is larger than any parameter's.
    """
    return sorted(_lenient(template)[1])


@dataclass(frozen=True, slots=True)
class _Filling:
    """What the parts of one template are filled with."""

    columns: Sequence[Sequence[Any]]
    pair: Pair | None
    separator: str
    drop_none: bool
    strict: bool
    text: Callable[[Any], str]

    def whole(self, part: str) -> str:
        """A part outside of ``%%``."""
        form, used = self._form(part)
        texts = [self._joined(column) if number in used else "" for number, column in enumerate(self.columns)]
        check_made(len(form) + sum(times * len(texts[number]) for number, times in used.items()))
        return form.format(*texts)

    def rows(self, part: str) -> list[str]:
        """The part between two ``%%`` lines, once per row."""
        form, used = self._form(part)
        if not used:
            return [form.format()]
        numbers = sorted(used)
        paired = self.pair(numbers) if self.pair else {number: self.columns[number] for number in numbers}
        height = max(map(len, paired.values()))
        columns = [self._texts(paired.get(number, ())) for number in range(len(self.columns))]
        sizes = [sum(len(one) for one in column if type(one) is str) * (height if len(column) == 1 else 1)
                 for column in columns]
        check_made(height * len(form) + sum(times * sizes[number] for number, times in used.items()))
        table: Iterable[Sequence[Any]] = zip_longest(
            *(repeat(column[0], height) if len(column) == 1 else column for column in columns))
        if self.drop_none:
            nothing = (None,) * len(columns)
            table = (row for row in table if row != nothing)
        if self.drop_none or self.strict:
            missing = "" if self.drop_none else "None"
            table = ([missing if value is None else value for value in row] if None in row else row for row in table)
        return [form.format(*row) for row in table]

    def _texts(self, column: Sequence[Any]) -> list[Any]:
        """What a format writes as it should; None stays None."""
        plain = _TEXT if self.strict else _PLAIN
        return [value if type(value) in plain else self.text(value) for value in column]

    def _joined(self, column: Sequence[Any]) -> str:
        if not column:
            return "" if self.drop_none else "None"
        kept = [value for value in column if value is not None] if self.drop_none else column
        return self.separator.join(value if type(value) is str else self.text(value) for value in kept)

    def _form(self, part: str) -> tuple[str, Mapping[int, int]]:
        form, used = _strict(part) if self.strict else _lenient(part)
        for number in sorted(used):
            if number >= len(self.columns):
                raise IndexError(f"Replacement index {number} out of range for positional args tuple")
        return form, used


@lru_cache(maxsize=256)
def _lenient(part: str) -> tuple[str, Mapping[int, int]]:
    """A part as a format that raises for nothing, and how often it has the field of a number."""
    used = Counter[int]()

    def brace(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0] if len(match[0]) == 2 else match[0] * 2
        used[_number(match[1])] += 1
        return f"{{{_number(match[1])}}}"

    return _BRACE.sub(brace, part), used


@lru_cache(maxsize=256)
def _strict(part: str) -> tuple[str, Mapping[int, int]]:
    used, unnumbered = Counter[int](), count()
    for name in _fields(part):
        first = re.split(r"[.\[]", name, maxsplit=1)[0]
        if first and not (first.isascii() and first.isdecimal()):
            raise KeyError(first)
        used[_number(first) if first else next(unnumbered)] += 1
    return part, used


def _fields(part: str) -> Iterator[str]:
    for _, name, form, _ in Formatter().parse(part):
        if name is not None:
            yield name
            for width in _WIDTH.findall(form or ""):
                check_made(int(width[:18]))
            yield from _fields(form or "")


def _number(digits: str) -> int:
    if len(digits.lstrip("0")) > 9:  # more than `int` and `str.format` may read
        raise IndexError(f"Replacement index {digits} out of range for positional args tuple")
    return int(digits)


def _json(value: Any) -> str:
    if not isinstance(value, dict | list):
        return str(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError):  # a code block's value may hold what JSON does not know
        return str(value)


_TEXTS: dict[str, Callable[[Any], str]] = {"json": _json, "str": str}
