"""Custom lists: rows of cells; a cell is a text, or None where it holds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from phantom_lab.misspelt import closest
from phantom_lab.model import Record, as_id
from phantom_lab.state.names import Refused, as_json, shown, text
from phantom_lab.state.platform import Platform, Rows


def find_list(platform: Platform, name: Any) -> Record:
    """The record of a list.

    Raises:
        Refused: there is none of this name.
    """
    found = platform.records("decided_list").first(name=_name(name))
    if found is None:
        raise Refused(f"there is no custom list {shown(name)}{closest(str(name), map(str, platform.lists))}")
    return found


def rows_of(platform: Platform, name: Any) -> Rows:
    """The rows of a list, the caller's own.

    Raises:
        Refused: there is none of this name.
    """
    return _rows(find_list(platform, name)["content"])


def set_rows(platform: Platform, name: Any, values: Any) -> int:
    """Replace all rows of a list, or make it; a value that is no row becomes one of a single cell (assumed).

    Returns:
        The number of rows.

    Raises:
        Refused: there is no name, or values are no list.
    """
    given = as_json("values", values)
    if not isinstance(given, list):
        raise Refused(f"values must be a list of rows, not {shown(given)}")
    rows = _told(platform, given)
    _write(platform, name, rows)
    return len(given)


def add_row(platform: Platform, name: Any, values: Any) -> None:
    """Add a row to a list, or make the list with it; no values add no row, but make the list (observed).

    Raises:
        Refused: there is no name, or values are neither a list of cells nor one.
    """
    given = as_json("values", values)
    if given is None or isinstance(given, dict):
        raise Refused(f"values must be a text or a list of texts, not {shown(given)}")
    there = platform.records("decided_list").first(name=_name(name))
    row = given if isinstance(given, list) else [given]
    _write(platform, name, [*_rows(there["content"] if there else []), *_told(platform, [row] if row else [])])


def delete_list(platform: Platform, name: Any) -> None:
    """Take a list away.

    Raises:
        Refused: there is none of this name.
    """
    platform.records("decided_list").delete(find_list(platform, name)["id"])


def matches(rows: Rows, values: Any, column: Any = -1) -> list[dict[str, Any]]:
    """The rows that have one of some values in a column, with their places: ``{"index", "value"}`` each (observed).

    Args:
        values: one or several; they compare as texts, with case (assumed).
        column: counted from 0; None and -1 are any.

    Raises:
        Refused: the rows have no such column, or the values are no JSON.
    """
    wanted = {cell_text(one) for one in as_list("values", values)}
    return [{"index": place, "value": row} for place, row in enumerate(rows)
            if not wanted.isdisjoint(_cells(row, column_of(rows, column)))]


def count_matching(rows: Rows, values: Any, *, case_sensitive: bool, substring: bool) -> int:
    """How many rows have a cell that equals one of some values, or holds it (documented).

    Raises:
        Refused: there is no value.
    """
    wanted = [_folded(str(cell_text(one)), case_sensitive) for one in as_list("value", values) if one is not None]
    if not wanted:
        raise Refused("value must be a text or a list of texts, not nothing")
    return sum(any(one in cell if substring else one == cell for one in wanted for cell in row)
               for row in ([_folded(cell, case_sensitive) for cell in row if cell is not None] for row in rows))


def delete_value(platform: Platform, name: Any, value: Any, *, column: Any, remove_all: bool, remove_row: bool) -> int:
    """Empty the cells that hold a value, or take their rows away; a cell that is emptied holds None (documented).

    Returns:
        How many cells held it.

    Raises:
        Refused: there is no such list, column or cell, or there are several cells and not all are meant (documented).
    """
    rows, wanted = rows_of(platform, name), cell_text(as_json("value", value))
    if wanted is None or isinstance(value, list | tuple | dict):
        raise Refused(f"value must be a text, not {shown(value)}")
    place = column_of(rows, column)
    found = [(row, number) for row, cells in enumerate(rows) for number, cell in enumerate(cells)
             if cell == wanted and place in (None, number)]
    if not found:
        raise Refused(f"custom list {shown(name)} has no cell {shown(wanted)}")
    if len(found) > 1 and not remove_all:
        raise Refused(f"custom list {shown(name)} has {len(found)} cells {shown(wanted)}: "
                      "with remove_all=True all of them are meant")
    if remove_row:
        gone = {row for row, _ in found}
        rows = [cells for row, cells in enumerate(rows) if row not in gone]
    else:
        for row, number in found:
            rows[row][number] = None
    _write(platform, name, rows)
    return len(found)


def column_of(rows: Rows, given: Any) -> int | None:
    """The number of a column; None for any.

    Raises:
        Refused: it is no number, or no row reaches so far.
    """
    if given is None or (given == -1 and type(given) is int):
        return None
    number = as_id(given)
    if number is None:
        raise Refused(f"a column must be a number from 0, not {shown(given)}")
    if rows and all(len(row) <= number for row in rows):
        raise Refused(f"there is no column {number}: the longest row has {max(map(len, rows))} cells")
    return number


def cell_text(value: Any) -> str | None:
    """A value as a cell holds it: as text (documented), dicts and lists as JSON (assumed); None stays."""
    if isinstance(value, list | dict):
        return json.dumps(value)
    return None if value is None else str(value)


def as_list(what: str, given: Any) -> list[Any]:
    """Values from one or several.

    Raises:
        Refused: they are no JSON.
    """
    found = as_json(what, given)
    return found if isinstance(found, list) else [found]


def _name(given: Any) -> str:
    if not text("list_name", given):
        raise Refused("list_name must be the name of a custom list, not ''")
    return str(given)


def _rows(content: Any) -> Rows:
    return [[cell_text(cell) for cell in row] if isinstance(row, list) else [cell_text(row)] for row in content or []]


def _told(platform: Platform, content: list[Any]) -> Rows:
    """`_rows` of what a playbook writes; what is assumed of it is told, once of each kind."""
    if alone := [row for row in content if not isinstance(row, list)]:
        platform.tell(f"values hold {shown(alone[0])}, which is no row: it becomes one of a single cell (assumed)")
    cells = (cell for row in content if isinstance(row, list) for cell in row)
    if odd := next((cell for cell in cells if isinstance(cell, list | dict)), None):
        platform.tell(f"a cell is no text but {'a list' if isinstance(odd, list) else 'a dict'}: it is written as "
                      f"{shown(cell_text(odd))} (assumed)")
    return _rows(content)


def _cells(row: list[Any], column: int | None) -> Iterator[Any]:
    yield from row if column is None else row[column:column + 1]


def _folded(value: str, case_sensitive: bool) -> str:
    return value if case_sensitive else value.lower()


def _write(platform: Platform, name: Any, rows: Rows) -> None:
    lists = platform.records("decided_list")
    there = lists.first(name=_name(name))
    if there is None:
        lists.add(name=name, content=rows)
    else:
        lists.update(there["id"], content=rows)
