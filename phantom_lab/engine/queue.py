"""The run queue: everything that was asked for and has not completed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from phantom_lab.engine.pending import Pending
from phantom_lab.history import Event, Queued, TurnTaken
from phantom_lab.state import Clock
from phantom_lab.views.pending import in_turn


class RunQueue:
    """Pending things in the order of their due times; among equal due times, in the order of `add`.

    Args:
        clock: of the runs; `next` advances it to the due time of what it takes.
        order: ``asked``, or an integer: the seed of a random order among what is due at the same time.
        told: is handed an event for everything that is added, changed or taken.
    """

    def __init__(self, clock: Clock, order: str | int, told: Callable[[Event], None]) -> None:
        self._clock = clock
        self._told = told
        self._pending: list[Pending] = []
        self._random = random.Random(order) if isinstance(order, int) else None
        self._ranks: dict[tuple[type, int], float] = {}
        """By key the order of `add`, or a random number: among what is due together, the lowest is next."""
        self._added = count(1)
        self._places: list[int] = []
        self.choices: list[tuple[Pending, ...]] = []
        """For each turn taken so far, what was due at that time, in the order of the asking."""

    def __bool__(self) -> bool:
        return bool(self._pending)

    @property
    def pending(self) -> tuple[Pending, ...]:
        """Everything in the queue, in the order in which it takes its turns if nothing is added or changed."""
        ranked = self._ranked()
        if self._random is not None or not ranked:
            return tuple(ranked)
        place = min(self.place, self._together(ranked) - 1)
        return (*ranked[place:place + 1], *ranked[:place], *ranked[place + 1:])

    def _ranked(self) -> list[Pending]:
        now = None if self._random is None else self._clock.passed  # at random, what is due goes by its rank alone
        return sorted(self._pending, key=lambda one: in_turn(one.due, self._ranks[one.key], now))

    def add(self, pending: Pending) -> None:
        """Queue something."""
        self._ranks[pending.key] = next(self._added) if self._random is None else self._random.random()
        self._pending.append(pending)
        self._tell(pending)

    def _tell(self, pending: Pending) -> None:
        self._told(Queued(pending.run.id, pending.kind, pending.id, pending.name, pending.due,
                          self._ranks[pending.key]))

    def next(self) -> Pending:
        """Remove and return the next one, and advance the clock to its due time."""
        pending = self.pending[0]
        self.choices.append(tuple(self._ranked()[:self._together(self._pending)]))
        self._places = self._places[1:]
        self._pending = [one for one in self._pending if one is not pending]
        self._clock.advance(pending.due - self._clock.elapsed())
        self._told(TurnTaken(pending.run.id, pending.kind, pending.id))
        return pending

    @property
    def place(self) -> int:
        """Index, among what is due at the same time, of what takes the next turn: set by `follow`, else 0."""
        return self._places[0] if self._places else 0

    def follow(self, places: Sequence[int]) -> None:
        """Choose what takes the next turns.

        Args:
            places: for each coming turn, the index among what is due at the same time; 0 for all turns after them.
        """
        self._places = list(places)

    def _together(self, pending: Sequence[Pending]) -> int:
        now = self._clock.passed
        moments = [max(one.due, now) for one in pending]
        return moments.count(min(moments))

    def replace(self, pending: Pending) -> None:
        """Replace the entry with the same key."""
        place = next(place for place, one in enumerate(self._pending) if one.key == pending.key)
        old, self._pending[place] = self._pending[place], pending
        if old.due != pending.due:
            self._tell(pending)

    def last(self, key: tuple[type, int]) -> None:
        """Move the entry with this key, if there is one, behind everything that is due by now."""
        for one in [one for one in self._pending if one.key == key]:
            self._pending.remove(one)
            self.add(replace(one, due=max(one.due, self._clock.elapsed())))

    def ordered(self, names: list[str]) -> list[Pending]:
        """All entries in another order: those with these names first, and due no later than anything else."""
        place = {name: number for number, name in enumerate(names)}
        first = min(one.due for one in self._pending)
        return [replace(one, due=first) if one.name in place else one for one in
                sorted(self.pending, key=lambda one: place.get(one.name, len(place)))]

    def reorder(self, ordered: list[Pending]) -> None:
        """Let the entries take their turns in this order."""
        self._pending = ordered
        for rank, one in enumerate(ordered, -len(ordered)):
            self._ranks[one.key] = rank
            self._tell(one)
