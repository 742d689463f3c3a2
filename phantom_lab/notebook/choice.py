"""Which columns of a table are shown: those that say something first, or those that somebody chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from phantom_lab.frames.rows import Rows
from phantom_lab.notebook.cells import head

WIDE = 7
"""Columns that are shown unless somebody chooses others."""
MOST = 40
"""Columns that are ever shown at a time."""
FIELDS = 200
"""Fields of a record, and names of columns to choose from, that are sent."""


class Choice:
    """The columns of a table as far as its rows were looked at; they have numbers, which never change.

    Args:
        rows: of the table.
        tidy: fold columns whose values are all alike, and show the first few of the others.
    """

    def __init__(self, rows: Rows, *, tidy: bool) -> None:
        self._rows, self._tidy = rows, tidy
        self.numbers = {name: number for number, name in enumerate(dict.fromkeys(rows.first))}
        """By name."""
        self.alike: dict[str, Any] = {}
        """What is the same in all rows that were looked at last; None also of what is not there."""
        self.absent: dict[str, int] = {}
        """How many of these rows do not have it."""
        self._looked = 0
        self.chosen: dict[str, bool] = {}
        """What somebody wants to see, or not to see."""
        self.asked: str | None = None
        """What the names to choose from must hold; None: nobody chooses."""

    def know(self, names: Iterable[str]) -> None:
        """There are these columns."""
        for name in names:
            self.numbers.setdefault(name, len(self.numbers))

    def learn(self, rows: Sequence[dict[str, Any]]) -> None:
        """Some rows were looked at."""
        for row in rows:
            self.know(row)
        self.alike, self.absent = {}, {}
        for name in self.numbers if self._tidy and len(rows) > 1 else ():
            first = rows[0].get(name)
            if all((one := row.get(name)) == first and type(one) is type(first) for row in rows):
                self.alike[name] = first
                self.absent[name] = sum(name not in row for row in rows) if first is None else 0
        self._looked = len(rows)

    def shown(self, *, whole: bool, sort: str | None) -> tuple[list[str], list[str]]:
        """The columns that are shown, and those that are folded.

        Args:
            whole: whether all rows were looked at.
            sort: the column by which they are sorted, which is always shown.
        """
        names = self._rows.order([*self.numbers])
        if not self._tidy:
            return names, []
        keep = () if whole else self._rows.essential
        folded = [name for name in names
                  if name in self.alike and name not in keep and not self.chosen.get(name) and name != sort]
        if len(folded) == len(names):
            folded = folded[1:]
        aside = {*folded, *(name for name, wanted in self.chosen.items() if not wanted)} - {sort}
        left = [name for name in names if name not in aside]
        early = {*left[:WIDE], *(name for name, wanted in self.chosen.items() if wanted), sort}
        return [name for name in left if name in early][:MOST], folded

    def nothing(self, name: str) -> str:
        """What is said of a folded column that holds nothing: not every row may have it. Empty: it holds something."""
        if self.alike[name] is not None or not (absent := self.absent[name]):
            return ""
        return "not there" if absent == self._looked else "None or not there"

    def named(self, column: Any) -> str | None:
        """A column by its name or its number."""
        if isinstance(column, str):
            return column if column in self.numbers else None
        return next((name for name, number in self.numbers.items() if number == column), None)

    def offered(self, shown: Iterable[str]) -> dict[str, Any] | None:
        """What there is to choose from, while somebody does."""
        if self.asked is None:
            return None
        wanted, on = self.asked.lower(), set(shown)
        names = [name for name in self._rows.order([*self.numbers]) if wanted in name.lower()]
        return {"text": self.asked, "total": len(names), "columns": [
            {"key": self.numbers[name], "name": head(name), "shown": name in on} for name in names[:FIELDS]]}
