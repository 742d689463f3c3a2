"""What is told of every event of some kinds, made once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Generic, TypeVar

from phantom_lab.history.events import Event
from phantom_lab.history.journal import Journal

Kind = TypeVar("Kind", bound=Event)
Row = TypeVar("Row")


class _Rows(Generic[Kind, Row]):
    """A reducer (see `phantom_lab.history.index.Reducer`)."""

    def __init__(self, kind: type[Kind]) -> None:
        self._kind = kind
        self._new: list[Kind] = []
        self._made: list[Row] = []

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, self._kind):
            self._new.append(event)

    def made(self, journal: Journal, make: Callable[[Journal, Kind], Row]) -> list[Row]:
        """What is made of all so far; only new ones are looked at."""
        new, self._new = self._new, []
        self._made += [make(journal, event) for event in new]
        return list(self._made)


def each(journal: Journal, kind: type[Kind], make: Callable[[Journal, Kind], Row]) -> list[Row]:
    """What a function makes of every event of a kind, in their order: the list is the caller's own, and its items are
    not.

    Args:
        make: a function of a module; what it tells of an event must not change as the journal goes on.
    """
    return journal.reduced(_reducer(kind, make)).made(journal, make)


@cache
def _reducer(kind: type[Any], make: Callable[[Journal, Any], Any]) -> partial[_Rows[Any, Any]]:
    """The one that stands for the function in a journal."""
    return partial(_Rows, kind)
