"""One page of a table: paging, sorting, filtering and choosing columns, in plain values for the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from phantom_lab.errors import cut
from phantom_lab.frames.flatten import table
from phantom_lab.frames.rows import Rows, Scanned
from phantom_lab.later import dataclass
from phantom_lab.notebook.arranged import matching, ordered
from phantom_lab.notebook.cells import CELL, PATH, cell, detail, head, verdict
from phantom_lab.notebook.choice import FIELDS, MOST, Choice
from phantom_lab.notebook.columns import Columns, OfColumns
from phantom_lab.terminal import visible

WHOLE = 200
"""Rows of a table that is looked through whole, to know its columns; of a longer one only those of the page are."""
SAID = 600
"""Characters of what is said about a table."""

__all__ = ["CELL", "Columns", "Mark", "Page"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something is not as it was at the last step."""

    what: str
    """``new``, ``changed`` or ``edited``."""
    was: str = ""


class Page:
    """A table and the place in it.

    Args:
        shown: what to show.
        caption: one sentence above the table.
        empty: what to say when there is no row.
        size: rows per page.
        blank: show a missing value as nothing, where it says nothing.
        tidy: fold columns whose values are all alike, show the first few of the others, and a single row as a record.
        marked: what is not as it was in a row, by column; of the column ``""`` the row itself.
        judged: columns that say how something went, besides those of a status.
        about: what can be asked about every row of which the table tells nothing else.
    """

    def __init__(self, shown: pd.DataFrame | Columns | Rows, *, caption: str = "", empty: str = "nothing here",
                 size: int = 20, blank: bool = False, tidy: bool = False,
                 marked: Callable[[int], Mapping[str, Mark]] | None = None, judged: Sequence[str] = (),
                 about: str = "") -> None:
        if not isinstance(shown, Rows):
            shown = OfColumns(shown if isinstance(shown, Columns) else Columns.of(shown))
        self.rows = shown
        self.caption = caption
        self.empty = empty
        self.size = size
        self._blank, self._tidy, self._marked, self._judged, self._about = blank, tidy, marked, judged, about
        self._order: Sequence[int] = range(shown.length)
        self._page = 0
        self._sort: str | None = None
        self._descending = False
        self._query = ""
        self._found: tuple[str, Sequence[int]] = "", range(shown.length)
        """The rows that a query finds: the last one that was looked for."""
        self._hidden = ""
        self._detail: dict[str, str] | None = None
        self._record: int | None = 0 if tidy and shown.length == 1 else None
        """The position in the order of the row that is shown as a record."""
        self._choice = Choice(shown, tidy=tidy)
        self._scan: Scanned | None = None
        self._seen = False
        self._made: tuple[list[int], list[dict[str, Any]]] | None = None
        """The rows of the page, by their places."""
        self._drawn: tuple[tuple[list[int], list[str]], list[list[list[str]]]] | None = None
        """Their cells, by the places and the columns."""

    def command(self, message: dict[str, Any]) -> None:
        """Carry out what the browser asks: ``page``, ``sort``, ``filter``, ``cell``, ``record``, ``choose``, ``column``
        or ``close``. A ``column`` is named, or told by its key."""
        kind = message.get("type")
        self._detail = None
        if kind == "page":
            self._page = int(message.get("page", 0))
        elif kind == "sort" and (column := self._choice.named(message.get("column"))) is not None:
            self._descending = self._sort == column and not self._descending
            self._sort = column
            self._arrange()
        elif kind == "filter":
            self._query, self._page, self._hidden = str(message.get("text", ""))[:PATH], 0, ""
            self._arrange()
        elif kind == "cell":
            self._open(message)
        elif kind == "record":
            row = message.get("row")
            self._record = None if row is None else min(max(int(row), 0), max(len(self._order) - 1, 0))
        elif kind == "choose":
            self._choice.asked = None if message.get("text") is None else str(message["text"])[:PATH]
        elif kind == "column" and (column := self._choice.named(message.get("column"))) is not None:
            self._choice.chosen[column] = bool(message.get("shown"))

    def keep(self, other: Page) -> Page:
        """Take over the place of an earlier page over the same columns, so that a refresh does not jump; what a filter
        hides of it is said."""
        if self._tidy == other._tidy and self.rows.same(other.rows):  # what was made of them is right still
            self._choice, self._seen, self._made, self._drawn = other._choice, other._seen, other._made, other._drawn
            self._scan, self._found, self._choice.asked = other._scan, other._found, None
        else:
            self._look()
        if not self._tidy and [*self._choice.numbers] != [*other._choice.numbers]:
            return self
        self._page, self._choice.chosen = other._page, dict(other._choice.chosen)
        if self.rows.length > 1 and other.rows.length > 1:
            self._record = other._record
        self._query = other._query if self.rows.length else ""
        if other._sort in self._choice.numbers:
            self._sort, self._descending = other._sort, other._descending
        self._arrange()
        if self._query and (hidden := self.rows.length - len(self._order)):
            new = self._new(other)
            new_rows = f"{new:,} new row{'s' if new > 1 else ''}"
            self._hidden = f"the filter hides {new_rows if new else f'{hidden:,} of {self.rows.length:,} rows'}"
        return self

    def view(self) -> dict[str, Any]:
        """The page as plain values. A cell is ``[text, kind]``, or ``[text, kind, path]`` where its path is not the
        column's. Nothing is made of a row that is not shown, but for tables of up to `WHOLE` rows."""
        first, places, rows = self._look()
        shown, folded = self._choice.shown(whole=self._seen_whole, sort=self._sort)
        keys = self._choice.numbers
        if self._drawn is None or self._drawn[0] != (places, shown):
            self._drawn = (places, shown), [[self._cell(place, name, row) for name in shown]
                                            for place, row in zip(places, rows, strict=True)]
        return {
            "caption": visible(cut(self.caption, SAID)), "empty": visible(cut(self.empty, SAID)),
            "columns": [head(name) for name in shown], "keys": [keys[name] for name in shown],
            "paths": [_path(name) for name in shown],
            "rows": self._drawn[1],
            "places": places, "about": [self._asked(place) for place in places],
            "watched": self.rows.watched, "marks": self._marks(places, shown), "first": first,
            "total": self.rows.length, "matching": len(self._order), "page": self._page, "pages": self._pages,
            "sort": None if self._sort is None else keys.get(self._sort), "descending": self._descending,
            "query": self._query, "hidden": self._hidden, "searched": self._searched(),
            "folded": [self._fold(name) for name in folded[:MOST]], "alike": len(folded), "known": len(keys),
            "left": len(keys) - len({*shown, *folded}), "whole": self._seen_whole,
            "choosing": self._choice.offered(shown), "record": self._told(), "detail": self._detail, "tidy": self._tidy}

    def frame(self) -> pd.DataFrame:
        """The rows in their order, without those that a filter hides, with all columns."""
        return table([self.rows.row(place) for place in self._order], self.rows.first)

    def row(self, position: int) -> dict[str, Any] | None:
        """The record at a position of the present page."""
        place = self._place(position)
        return None if place is None else self.rows.row(place)

    def _place(self, position: int) -> int | None:
        found = self._page * self.size + position
        return self._order[found] if 0 <= found < len(self._order) else None

    @property
    def _seen_whole(self) -> bool:
        return self.rows.length <= WHOLE

    @property
    def _pages(self) -> int:
        return max(1, -(-len(self._order) // self.size))

    def _look(self) -> tuple[int, list[int], list[dict[str, Any]]]:
        """The page's rows, after which their columns are known: where it begins, their places and values."""
        if not self._seen and self._seen_whole:
            self._choice.learn([self.rows.row(place) for place in range(self.rows.length)])
            self._seen = True
        self._page = min(max(self._page, 0), self._pages - 1)
        first = self._page * self.size
        places = list(self._order[first:first + self.size])
        if self._made is None or self._made[0] != places:
            self._made = places, [self.rows.row(place) for place in places]
            if not self._seen_whole:
                self._choice.learn(self._made[1])
        return first, *self._made

    def _fold(self, name: str) -> dict[str, Any]:
        value = self._choice.alike[name]
        text, kind = (told, "none") if (told := self._choice.nothing(name)) else cell(value)
        return {"key": self._choice.numbers[name], "name": head(name), "text": text,
                "kind": self._kind(name, value) or kind}

    # -- cells ---------------------------------------------------------------------------------------------------------

    def _cell(self, place: int, name: str, row: Mapping[str, Any]) -> list[str]:
        """What is not in a row is shown as nothing; a value of None is."""
        value = row.get(name)
        text, kind = cell(value, blank=self._blank or name not in row)
        path = self.rows.path(place, name)
        return [text, self._kind(name, value) or kind, *([_path(path)] if path != name else [])]

    def _kind(self, name: str, value: Any) -> str:
        judged = name in self._judged or name == "status" or name.endswith(".status")
        return verdict(value) if judged else ""

    def _marks(self, places: Sequence[int], shown: Sequence[str]) -> list[list[Any]]:
        """``[row, column or -1, what, was]`` of what is not as it was; of a column that is not shown the row is marked,
        with the column's name."""
        if self._marked is None:
            return []
        numbers = {name: number for number, name in enumerate(shown)}
        return [[row, numbers.get(name, -1), mark.what, visible(mark.was) if name in numbers or not name else
                 f"{head(name)} was {visible(mark.was)}"] for row, place in enumerate(places)
                for name, mark in self._marked(place).items()]

    def _told(self) -> dict[str, Any] | None:
        """One row as a record."""
        if self._record is None or not self._order:
            return None
        position = min(self._record, len(self._order) - 1)
        place = self._order[position]
        row = self.rows.row(place)
        names = [*dict.fromkeys([*self.rows.order([*row]), *(name for name in self.rows.first if name not in row)])]
        keys = self._choice.numbers
        marks = self._marked(place) if self._marked else {}
        return {"position": position, "place": place, "total": len(names),
                "mark": marks[""].what if "" in marks else "",
                "about": self._asked(place), "fields": [
                    {"key": keys.get(name, -1), "name": head(name), "path": _path(name),
                     "cell": self._cell(place, name, row), "mark": marks[name].what if name in marks else ""}
                    for name in names[:FIELDS]]}

    def _asked(self, place: int) -> list[str]:
        """What can be asked about a row; what is longer than a path cannot."""
        what, of = self.rows.about(place)
        return [_path(what or self._about), _path(of)]

    def _open(self, message: dict[str, Any]) -> None:
        place = int(message["place"]) if "place" in message else self._place(int(message.get("row", -1)))
        column = self._choice.named(message.get("column"))
        if column is not None and place is not None and 0 <= place < self.rows.length:
            record = self.rows.row(place)
            text = detail(record[column]) if column in record else "(this row has no such field)"
            self._detail = {"column": head(self.rows.path(place, column)), "text": text}

    # -- order ---------------------------------------------------------------------------------------------------------

    def _scanned(self) -> Scanned:
        if self._scan is None:
            self._scan = self.rows.scanned()
            self._choice.know(self._scan.columns)
        return self._scan

    def _arrange(self) -> None:
        if not self._query:
            self._found = "", range(self.rows.length)
        elif self._query != self._found[0]:
            self._found = self._query, matching([*self._scanned().columns.values()], self._query, self.rows.length)
        _, order = self._found
        if self._sort is not None:
            column = self._scanned().columns.get(self._sort)
            if column is None:
                column = [self.rows.row(place).get(self._sort) for place in range(self.rows.length)]
            order = ordered(order, column, descending=self._descending)
        self._order = order

    def _searched(self) -> str:
        if not self._query or self._scan is None or not self._scan.left_out:
            return ""
        there = len(self._scan.columns)
        return f"{there:,} of {there + self._scan.left_out:,} columns are searched"

    def _new(self, other: Page) -> int:
        """Rows that a filter hides and that were not there before."""
        there = set(self._order)
        if self.rows.first and other.rows.length < self.rows.length and self._begins_as(other):
            return sum(place not in there for place in range(other.rows.length, self.rows.length))
        return 0 if self._begins_as(other) else self.rows.length - len(there)

    def _begins_as(self, other: Page) -> bool:
        """Whether the other table is how this one began, as far as its ends tell."""
        if not other.rows.length or other.rows.length > self.rows.length:
            return False
        ends = (0, other.rows.length - 1)
        return all(self.rows.row(place) == other.rows.row(place) for place in ends)


def _path(name: str) -> str:
    """A datapath that can be copied; what is longer cannot."""
    return name if len(name) <= PATH else ""
