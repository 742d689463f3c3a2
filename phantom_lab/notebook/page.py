"""One page of a table: paging, sorting and filtering, in plain values for the browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from phantom_lab.later import dataclass
from phantom_lab.terminal import visible

CELL = 160
"""Characters of a cell that are shown in the table; the rest is a click away."""
DETAIL = 50_000
"""Characters of one cell that are ever sent."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Named columns, of which so many rows are shown: they may grow meanwhile."""

    names: list[str]
    cells: list[list[Any]]
    """By column."""
    length: int

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Columns:
        """Those of a frame."""
        cells = [frame.iloc[:, number].tolist() for number in range(len(frame.columns))]
        return cls([str(name) for name in frame.columns], cells, len(frame))

    def row(self, place: int) -> list[Any]:
        """The cells of one row."""
        return [column[place] for column in self.cells]


class Page:
    """A table and the place in it.

    Args:
        shown: what to show.
        caption: one sentence above the table.
        empty: what to say when there is no row.
        size: rows per page.
        blank: show a missing value as nothing, where it says nothing.
    """

    def __init__(self, shown: pd.DataFrame | Columns, *, caption: str = "", empty: str = "nothing here", size: int = 20,
                 blank: bool = False) -> None:
        self._columns = shown if isinstance(shown, Columns) else Columns.of(shown)
        self.caption = caption
        self.empty = empty
        self.size = size
        self._blank = blank
        self._order: Sequence[int] = range(self._columns.length)
        self._page = 0
        self._sort: str | None = None
        self._descending = False
        self._query = ""
        self._detail: dict[str, str] | None = None

    def command(self, message: dict[str, Any]) -> None:
        """Carry out what the browser asks: ``page``, ``sort``, ``filter``, ``cell`` or ``close``."""
        kind = message.get("type")
        self._detail = None
        if kind == "page":
            self._page = int(message.get("page", 0))
        elif kind == "sort" and message.get("column") in self._columns.names:
            self._descending = self._sort == message["column"] and not self._descending
            self._sort = message["column"]
            self._arrange()
        elif kind == "filter":
            self._query, self._page = str(message.get("text", "")), 0
            self._arrange()
        elif kind == "cell":
            self._open(message)

    def keep(self, other: Page) -> Page:
        """Take over the place of an earlier page over the same columns, so that a refresh does not jump."""
        if other._columns.names == self._columns.names:
            self._page, self._sort, self._descending = other._page, other._sort, other._descending
            self._query = other._query
            self._arrange()
        return self

    def view(self) -> dict[str, Any]:
        """The page as plain values: every cell is ``[text, kind]``."""
        pages = max(1, -(-len(self._order) // self.size))
        self._page = min(max(self._page, 0), pages - 1)
        first = self._page * self.size
        rows = map(self._columns.row, self._order[first:first + self.size])
        return {
            "caption": visible(self.caption), "empty": visible(self.empty), "columns": self._columns.names,
            "rows": [[_cell(value, self._blank) for value in row] for row in rows], "first": first,
            "total": self._columns.length,
            "matching": len(self._order), "page": self._page, "pages": pages, "sort": self._sort,
            "descending": self._descending, "query": self._query, "detail": self._detail,
        }

    def row(self, position: int) -> dict[str, Any] | None:
        """The record at a position of the present page."""
        place = self._page * self.size + position
        if not 0 <= place < len(self._order):
            return None
        return dict(zip(self._columns.names, self._columns.row(self._order[place]), strict=True))

    def _open(self, message: dict[str, Any]) -> None:
        record = self.row(int(message.get("row", -1)))
        column = str(message.get("column"))
        if record is None or column not in record:
            return
        value = record[column]
        shown = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
        cut = f"\n… cut here: {len(shown):,} characters in all" if len(shown) > DETAIL else ""
        self._detail = {"column": column, "text": visible(shown[:DETAIL]) + cut}

    def _arrange(self) -> None:
        order: Sequence[int] = range(self._columns.length)
        if self._query:
            needle = self._query.lower()
            order = [n for n in order if any(needle in text_of(value).lower() for value in self._columns.row(n))]
        if self._sort is not None:
            column = self._columns.cells[self._columns.names.index(self._sort)]
            order = sorted(order, key=lambda n: _rank(column[n]), reverse=self._descending)
        self._order = order


def text_of(value: Any) -> str:
    """A value as one line of text."""
    if value is None or isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _cell(value: Any, blank: bool) -> list[str]:
    text = "" if blank and value is None else text_of(value)
    kind = ("none" if value is None else "text" if isinstance(value, str) else
            "json" if isinstance(value, list | dict) else "value")
    if len(text) > CELL:
        return [f"{visible(text[:CELL])}… ({len(text):,} characters)", "capped"]
    return [visible(text), kind]


def _rank(value: Any) -> tuple[int, float, str]:
    """Missing first, then numbers, then texts: mixed columns sort without an error."""
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (2, 0.0, text_of(value))
