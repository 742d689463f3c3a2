"""Any value as a table of fields, and which of them are not as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phantom_lab.frames.flatten import flatten
from phantom_lab.frames.rows import Listed, Made, Rows
from phantom_lab.notebook.cells import beginning
from phantom_lab.notebook.page import Mark

_WAS = 80
_ABSENT: Any = object()
Marker = Callable[[int], Mapping[str, Mark]]


class Fields(Listed):
    """The leaves of an object, one row each.

    Args:
        value: the object.
        root: of the paths of the fields, with what joins them: ``container:``.
        of: what it is, where the paths are datapaths.
    """

    def __init__(self, value: dict[str, Any], root: str, of: str = "") -> None:
        self.leaves = flatten(value, "") if value else {}
        self._root, self._of = root, of
        self.watched = bool(of)
        super().__init__([{"field": name.removeprefix("."), "value": one} for name, one in self.leaves.items()],
                         ("field", "value"))

    def path(self, place: int, column: str) -> str:
        """Of the field, whatever the column."""
        return f"{self._root}{self.row(place)['field']}"

    def about(self, place: int) -> tuple[str, str]:
        """The object."""
        return "", self._of


def fields(value: Any, root: str) -> Rows:
    """An object by field, a list by item, anything else as one value."""
    if isinstance(value, dict) and value:
        return Fields(value, root, f"container {value.get('id')}" if root == "container:" else "")
    items = value if isinstance(value, list) else [] if isinstance(value, dict) else [value]
    return Made(items, lambda one: {"value": one}, ("value",))


def field_marks(rows: Rows, before: Any) -> Marker | None:
    """Which fields are not as they were in an earlier value."""
    if not isinstance(rows, Fields) or not isinstance(before, dict):
        return None
    were, leaves = flatten(before, ""), rows.leaves

    def marks(place: int) -> Mapping[str, Mark]:
        name = [*leaves][place]
        was = were.get(name, _ABSENT)
        if was is _ABSENT:
            return {"": Mark("new")}
        return {} if was == leaves[name] else {"value": Mark("changed", short(was))}

    return marks


def short(value: Any) -> str:
    """What a value was, for a mark."""
    text, whole = beginning(value, _WAS)
    return text if whole else f"{text}…"
