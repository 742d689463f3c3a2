"""Executing a run again with other values, and whether it takes the same path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import fields, is_dataclass
from io import StringIO
from typing import Any

from phantom_lab.control.redo import RecordedGate
from phantom_lab.engine.outside import STAND_IN
from phantom_lab.history import Answered, Event, InvocationEnded, Journal
from phantom_lab.history.cursor import Cursor, Over
from phantom_lab.history.divergence import Divergence
from phantom_lab.history.events import OF_THE_FILE, Ref, Stamp, Stopped
from phantom_lab.history.limits import VALUE, limit
from phantom_lab.history.lines import REF, REFS, fields_of
from phantom_lab.lab.again import in_time, made_again
from phantom_lab.views.requested import HTTP

_OF_VALUES = frozenset({
    "message", "detail", "traceback", "expression", "values", "objection", "left_out", "failed", "targets", "error",
    "on", "size", "datapath", "argument", "why", "source", "closest", "declared", "answered", "file", "near",
    "delimiter", "reason", "uid", "clock", "hash_seed", "forked_from"})
"""Fields whose texts, or numbers, are made of values, or of this process."""
_OF_ANYTHING = (HTTP, STAND_IN)
"""Questions to which every answer is recorded, so that the next one is meant."""


class Path(Cursor):
    """Compares what a run does, and not with which values: what it does is its journal.

    Args:
        recorded: a journal with other values than the run had.
    """

    def __init__(self, recorded: Journal) -> None:
        super().__init__(recorded)
        self._largest = limit(VALUE)
        self.recorded = recorded
        self.pairs: dict[tuple[str, str], None] = {}
        """What is recorded, and what it is now, where that is something else: digests of values, or texts."""

    def asks(self, coming: Answered, question: str, asked: Ref) -> bool:
        return super().asks(coming, question, asked) or (coming.question == question and question in _OF_ANYTHING)

    def _compare(self, event: Event, stamp: Stamp) -> None:
        expected, position = self.upcoming, self._position
        if isinstance(expected, Stopped) or (expected is None and not self.complete):
            self.end(Over("the recorded run ends here"))
        if expected is None or _deed(event) != _deed(expected):
            when = None if expected is None else self._recorded_stamps[position]
            self.divergence = Divergence.of(position, (expected, when), (event, stamp), self, ahead=self.ahead(),
                                            line=self.line())
            self.end(Over(str(self.divergence)))
        self.pairs.update(dict.fromkeys(_pairs(expected, event)))
        self._position += 1

    def changed(self) -> Iterator[tuple[Any, Any]]:
        """The values and texts that are others now: as they are recorded, and as they are."""
        there = self._journal.values()
        for before, now in self.pairs:
            yield (self._journal.get(before), self.get(now)) if before in there else (before, now)

    def rest(self) -> tuple[list[Event], list[Stamp]]:
        """What is recorded after the last event that was met: how a run that was stopped ends."""
        start = self._position
        return ([one for one in self._recorded[start:] if not isinstance(one, OF_THE_FILE)],
                [when for one, when in zip(self._recorded[start:], self._recorded_stamps[start:], strict=False)
                 if not isinstance(one, OF_THE_FILE)])


def _deed(event: Event) -> Any:
    """What an event says of the way that a run takes."""
    kind: Any = type(event)
    told: list[Any] = [kind, event.run]
    for name, _, holds in fields_of(kind):
        value = getattr(event, name)
        if isinstance(event, InvocationEnded) and name == "failure":
            told.append(value is not None and value.type)
        elif name == "failures":
            told.append([one.type for one in value])
        elif holds == REFS:
            told.append([*value])
        elif holds != REF and name not in _OF_VALUES:
            told.append(_plain(value))
    return told


def _pairs(before: Event, now: Event) -> Iterator[tuple[str, str]]:
    """What differs in two events of a kind."""
    kind: Any = type(now)
    for name, _, holds in fields_of(kind):
        one, other = getattr(before, name), getattr(now, name)
        if holds == REFS:
            yield from ((ref, other[key]) for key, ref in one.items() if other[key] != ref)
        elif one != other and isinstance(one, str) and isinstance(other, str) and name not in ("uid", "clock"):
            yield one, other


def _plain(value: Any) -> Any:
    """A cause without what it says of values."""
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, one.name) for one in fields(value) if one.name not in _OF_VALUES]
    return value


def taken_again(redacted: Journal) -> Path:
    """Execute the run of a journal that holds other values: inputs and answers are those of the journal."""
    cursor = Path(redacted)
    with in_time(redacted, cursor), suppress(Over), redirect_stdout(StringIO()):
        run = made_again(redacted, cursor)
        run.tree.gate = RecordedGate(cursor, run.tree)
        if (steps := cursor.stopped_after) is not None:
            run.tree.steps.at_most(steps)
        run.execute()
        if run.tree.ending.interrupted:
            raise KeyboardInterrupt
    return cursor
