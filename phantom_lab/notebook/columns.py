"""A table that is there column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from phantom_lab.frames.rows import Rows, Scanned


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


class OfColumns(Rows):
    """The rows of named columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.length, self.first = columns.length, columns.names

    def row(self, place: int) -> dict[str, Any]:
        return {name: column[place] for name, column in zip(self._columns.names, self._columns.cells, strict=True)}

    def scanned(self) -> Scanned:
        columns = [column[:self.length] for column in self._columns.cells]
        return Scanned(dict(zip(self._columns.names, columns, strict=True)), 0)
