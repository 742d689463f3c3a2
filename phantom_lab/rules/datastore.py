"""Data management automation API: the older names of custom lists, and what stands behind `save_data`."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.lists import Done, add_list, check_list, remove_list, set_list
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.saved import keep, take
from phantom_lab.state import lists
from phantom_lab.state.names import Refused
from phantom_lab.state.platform import Rows

emulates("datastore_add")(add_list)
emulates("datastore_check")(check_list)


@emulates("datastore_get")
def datastore_get(run: PlaybookRun, list_name: Any) -> Rows:
    """The rows of a list, none of one that is not there (observed)."""
    try:
        return lists.rows_of(run.platform, list_name)
    except Refused as exc:
        run.call_failed(str(exc), write=False)
        return []


@emulates("datastore_set")
def datastore_set(run: PlaybookRun, list_name: Any, values_list_of_lists: Any) -> Done:
    """As `set_list`; a value that is no row becomes one of a single cell (assumed)."""
    return set_list(run, list_name, values_list_of_lists)


@emulates("datastore_delete")
def datastore_delete(run: PlaybookRun, list_name: Any) -> Done:
    """Delete a list, as `remove_list` does."""
    return remove_list(run, list_name, False, False)


@emulates("datastore_present")
def datastore_present(run: PlaybookRun, list_name: Any, values: Any, column_index: Any) -> dict[str, Any]:
    """The rows that hold one of some values, ``{"present": True, "matches": [{"index", "value"}]}`` (observed).

    Where none does there are no ``matches``, only ``present`` (assumed).
    """
    try:
        found = lists.matches(lists.rows_of(run.platform, list_name), values, column_index)
    except Refused as exc:
        run.call_failed(str(exc), write=False)
        found = []
    return {"present": True, "matches": found} if found else {"present": False}


def _kept_in(place: str, *, use_filesystem: bool) -> None:
    @emulates(f"_save_data_{place}")
    def save(run: PlaybookRun, value: Any, key: Any) -> str:
        """As `save_data` with this ``use_filesystem``."""
        return keep(run, f"_save_data_{place}", value, key, use_filesystem)

    @emulates(f"_get_data_{place}")
    def get(run: PlaybookRun, key: Any, clear_data: Any) -> Any:
        """As `get_data` with this ``use_filesystem``."""
        return take(run, f"_get_data_{place}", key, use_filesystem, clear=clear_data)

    @emulates(f"_clear_data_{place}")
    def clear(run: PlaybookRun, key: Any) -> None:
        """As `clear_data` with this ``use_filesystem``."""
        take(run, f"_clear_data_{place}", key, use_filesystem, clear=True)


_kept_in("datastore", use_filesystem=False)
_kept_in("filesystem", use_filesystem=True)
