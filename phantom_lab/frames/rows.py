"""Tables whose rows are made when they are asked for: a page of a hundred thousand costs what is on it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from phantom_lab.frames.flatten import quoted

SCANNED = 200
"""Columns that are made of all rows: whoever sorts or filters looks through so many."""
ABSENT: Any = object()
"""Stands for no value at all: the only one of its type."""


class Scanned(NamedTuple):
    """All rows, column by column."""

    columns: dict[str, list[Any]]
    left_out: int
    """Columns, at least, that are not among them because there are too many."""


class Rows:
    """Rows by their place."""

    length = 0
    first: Sequence[str] = ()
    """Columns that are there whatever the rows hold."""
    watched = False
    """Whether paths with a colon are datapaths, or ``run_data:KEY``, that can be watched."""
    essential: frozenset[str] = frozenset()
    """Columns that never fold because the rows at hand are alike: the others may differ."""

    @abstractmethod
    def row(self, place: int) -> dict[str, Any]:
        """One row, by column."""

    def scanned(self) -> Scanned:
        """All rows, column by column."""
        made = [self.row(place) for place in range(self.length)]
        names = dict.fromkeys([*self.first, *chain.from_iterable(made)])
        kept = list(names)[:SCANNED]
        return Scanned({name: [row.get(name) for row in made] for name in kept}, len(names) - len(kept))

    def order(self, names: Sequence[str]) -> list[str]:
        """Columns in the order in which they say something."""
        return list(names)

    def path(self, place: int, column: str) -> str:
        """The datapath that reads a cell, or where it is from."""
        return column

    def about(self, place: int) -> tuple[str, str]:
        """What can be asked about a row, or nothing: ``what`` as of `phantom_lab.explain`, and as of `uses`."""
        return "", ""

    def same(self, other: Rows) -> bool:
        """Whether other rows are these very ones, as far as that is known without looking at them."""
        return self is other


class Listed(Rows):
    """Rows that are there.

    Args:
        rows: by column.
        first: columns.
    """

    def __init__(self, rows: Sequence[dict[str, Any]], first: Sequence[str] = ()) -> None:
        self._rows = rows
        self.length = len(rows)
        self.first = first

    def row(self, place: int) -> dict[str, Any]:
        """One of them."""
        return self._rows[place]


class Made(Rows):
    """Rows that a function makes.

    Args:
        items: one for each row.
        make: a row of an item.
        first: columns.
        about: what can be asked about an item.
    """

    def __init__(self, items: Sequence[Any], make: Callable[[Any], dict[str, Any]], first: Sequence[str] = (),
                 about: Callable[[Any], str] = lambda item: "") -> None:
        self._items, self._make, self._told = items, make, about
        self.length = len(items)
        self.first = first

    def row(self, place: int) -> dict[str, Any]:
        """One of them."""
        return self._make(self._items[place])

    def about(self, place: int) -> tuple[str, str]:
        """Of its item."""
        return self._told(self._items[place]), ""


def columns_of(values: list[Any], path: str) -> Scanned:
    """What `flatten` gives of every value, column by column: far faster than row by row.

    Args:
        values: JSON; `ABSENT` for rows that have none, which get None.
        path: of the values.
    """
    found: dict[str, list[Any]] = {}
    waiting, left_out = [(path, values)], 0
    while waiting:
        path, values = waiting.pop()
        kinds = set(map(type, values))
        leaves = [ABSENT if type(one) is dict and one else one for one in values] if dict in kinds else values
        if leaves is values or any(one is not ABSENT for one in leaves):
            if len(found) < SCANNED:
                found[path] = leaves if leaves is values and object not in kinds else [
                    None if one is ABSENT else one for one in leaves]
            else:
                left_out += 1
        if dict in kinds:
            dicts = values if kinds == {dict} else [one if type(one) is dict else {} for one in values]
            names = list(dict.fromkeys(chain.from_iterable(dicts)))
            room = max(SCANNED - len(found), 0)
            left_out += len(names[room:])
            waiting += [(f"{path}.{quoted(str(name))}", _picked(dicts, name)) for name in reversed(names[:room])]
    return Scanned(found, left_out)


def _picked(dicts: list[dict[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), dicts))
    except KeyError:
        return [one.get(name, ABSENT) for one in dicts]
