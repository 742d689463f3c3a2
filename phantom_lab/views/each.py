"""What is told of every event of a kind, made once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from phantom_lab.history.events import Event
from phantom_lab.history.journal import Journal

Kind = TypeVar("Kind", bound=Event)
Row = TypeVar("Row")


def each(journal: Journal, kind: type[Kind], make: Callable[[Journal, Kind], Row]) -> list[Row]:
    """What a function makes of every event of a kind, in their order: the list is the caller's own, and its items are
    not.

    Args:
        make: a function of a module; what it tells of an event must not change as the journal goes on.
    """
    index = journal.index
    kept: list[Row] = index.kept.setdefault(make, [])
    done = len(kept)
    kept[done:] = [make(journal, event) for event in index.newer(kind, done)]
    return list(kept)
