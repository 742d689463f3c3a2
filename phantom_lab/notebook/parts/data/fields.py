"""Any value as a table of fields, and which of them are not as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phantom_lab.frames.flatten import flatten
from phantom_lab.frames.rows import Listed, Made, Rows, Scanned, columns_of
from phantom_lab.notebook.cells import beginning
from phantom_lab.notebook.page import Mark

_WAS = 80
_ABSENT: Any = object()
_NO_JSON = "__repr__"
"""The only key of what a journal holds of a value that is no JSON: the text that Python shows of it."""
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
        super().__init__([{"field": name.removeprefix(".").removesuffix(f".{_NO_JSON}"), "value": one}
                          for name, one in self.leaves.items()], ("field", "value"))

    def path(self, place: int, column: str) -> str:
        """Of the field, whatever the column."""
        return f"{self._root}{self.row(place)['field']}"

    def about(self, place: int) -> tuple[str, str]:
        """The object."""
        return "", self._of


class Items(Rows):
    """Objects, one row each, under the names of their fields."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._items = items
        self.length = len(items)

    def row(self, place: int) -> dict[str, Any]:
        """The leaves of one of them."""
        return {name.removeprefix("."): value for name, value in flatten(self._items[place], "").items()}

    def scanned(self) -> Scanned:
        found = columns_of(self._items, "")
        return Scanned({name.removeprefix("."): values for name, values in found.columns.items() if name},
                       found.left_out)


def fields(value: Any, root: str) -> Rows:
    """An object by field, a list by item (a list of objects under their fields), anything else as one value."""
    if isinstance(value, dict) and value.keys() == {_NO_JSON}:
        value = value[_NO_JSON]
    if isinstance(value, list) and value and all(isinstance(one, dict) and one for one in value):
        return Items(value)
    if isinstance(value, dict) and value:
        return Fields(value, root, f"container {value.get('id')}" if root == "container:" else "")
    items = value if isinstance(value, list) else [] if isinstance(value, dict) else [value]
    return Made(items, lambda one: {"value": one}, ("value",))


def value_marks(rows: Rows, before: Any, what: str) -> Marker | None:
    """Which fields of an object, or items of a list, are not as they were in an earlier value.

    Args:
        what: of what is there and was there: ``changed`` or ``edited``.
    """
    if not isinstance(rows, Fields):
        return row_marks(rows, fields(before, ""), what) if isinstance(before, list) else None
    if not isinstance(before, dict):
        return None
    were, leaves = flatten(before, ""), rows.leaves

    def marks(place: int) -> Mapping[str, Mark]:
        name = [*leaves][place]
        was = were.get(name, _ABSENT)
        if was is _ABSENT:
            return {"": Mark("new")}
        return {} if alike(was, leaves[name]) else {"value": Mark(what, short(was))}

    return marks


def row_marks(rows: Rows, before: Rows | None, what: str = "changed", *,
              was_at: Callable[[int], int | None] | None = None) -> Marker:
    """Which rows are new, and which cells of the others are not as they were.

    Args:
        before: the rows of an earlier value; None: there was none.
        what: of a cell that is not as it was: ``changed`` or ``edited``.
        was_at: where a row was; None: it is new. Without it a row was where it is.
    """
    def marks(place: int) -> Mapping[str, Mark]:
        other = was_at(place) if was_at else place
        if before is None or other is None or other >= before.length:
            return {"": Mark("new")}
        now, was = rows.row(place), before.row(other)
        return {name: Mark(what, short(was[name]) if name in was else "") for name in {**now, **was}
                if name != "source" and not alike(now.get(name, _ABSENT), was.get(name, _ABSENT))}

    return marks


def all_new(place: int) -> Mapping[str, Mark]:
    """Every row is new."""
    return {"": Mark("new")}


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same for whoever reads them: True is not 1."""
    return type(one) is type(other) and bool(one == other)


def told_rows(marks: Marker, length: int) -> str:
    """In words, how many rows are not as they were."""
    found = [one for place in range(length) if (one := marks(place))]
    new = sum("" in one for one in found)
    return ", ".join(filter(None, (counted(new, "new row"), counted(len(found) - new, "changed row"))))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 new line``, ``3 new lines``; nothing of none."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}" if number else ""


def short(value: Any) -> str:
    """What a value was, for a mark."""
    text, whole = beginning(value, _WAS)
    return text if whole else f"{text}…"
