"""Data management automation API: custom lists."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.refusals import refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import lists
from phantom_lab.state.platform import Rows

Done = tuple[bool, str]


@emulates("get_list")
@refusable(None, write=False)
def get_list(run: PlaybookRun, list_name: Any, values: Any, column_index: Any,
             trace: Any) -> tuple[bool, str, Rows | dict[str, Any] | None]:
    """The rows of a list (documented), or of a column of it: ``(success, message, rows)``.

    With values the rows that hold one of them, as ``{"matches": [{"index", "value"}]}`` (observed). A value that is
    nowhere is a success without matches, and an unknown list a failure with None (assumed).
    """
    rows = lists.rows_of(run.platform, list_name)
    if values is not None:
        found = lists.matches(rows, values, column_index)
        return True, f"{len(found)} rows of custom list '{list_name}' match", {"matches": found}
    column = lists.column_of(rows, column_index)
    if column is not None:
        rows = [[row[column] if column < len(row) else None] for row in rows]
    return True, f"custom list '{list_name}' has {len(rows)} rows", rows


@emulates("set_list")
@refusable()
def set_list(run: PlaybookRun, list_name: Any, values: Any) -> Done:
    """Replace the contents of a list (documented); one that is not there is made (assumed)."""
    number = lists.set_rows(run.platform, list_name, values)
    return True, f"custom list '{list_name}' has {number} rows now"


@emulates("add_list")
@refusable()
def add_list(run: PlaybookRun, list_name: Any, values: Any) -> Done:
    """Add one row, of texts, to a list; one that is not there is made (documented)."""
    lists.add_row(run.platform, list_name, values)
    return True, f"added to custom list '{list_name}'"


@emulates("check_list")
@refusable(0, write=False)
def check_list(run: PlaybookRun, list_name: Any, value: Any, case_sensitive: Any,
               substring: Any) -> tuple[bool, str, int]:
    """How many rows hold a value or one of several: ``(success, message, rows)``; whole cells whatever their case,
    unless the call says otherwise (documented). No row is a success, too (assumed)."""
    rows = lists.rows_of(run.platform, list_name)
    found = lists.count_matching(rows, value, case_sensitive=case_sensitive is True, substring=substring is True)
    return True, f"{found} rows of custom list '{list_name}' match", found


@emulates("delete_from_list")
@refusable()
def delete_from_list(run: PlaybookRun, list_name: Any, value: Any, column: Any, remove_all: Any, remove_row: Any,
                     trace: Any) -> Done:
    """Replace the cell with a value by None, or take its row away; several cells are a failure unless all are meant
    (documented), and none is (assumed)."""
    found = lists.delete_value(run.platform, list_name, value, column=column, remove_all=remove_all is True,
                               remove_row=remove_row is True)
    return True, f"deleted from {found} cells of custom list '{list_name}'"


@emulates("remove_list")
@refusable()
def remove_list(run: PlaybookRun, list_name: Any, empty_list: Any, trace: Any) -> Done:
    """Delete a list, or only what it holds (documented)."""
    if empty_list is True:
        lists.find_list(run.platform, list_name)
        lists.set_rows(run.platform, list_name, [])
        return True, f"custom list '{list_name}' is empty"
    lists.delete_list(run.platform, list_name)
    return True, f"custom list '{list_name}' deleted"
