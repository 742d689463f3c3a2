"""The run queue: everything that was asked for and has not completed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from phantom_lab.engine.pending import Pending
from phantom_lab.state import Clock


class RunQueue:
    """Pending things in the order of their due times; among equal due times, in the order of `add`.

    Args:
        clock: of the runs; `next` advances it to the due time of what it takes.
        order: ``asked``, or an integer: the seed of a random order among what is due at the same time.
    """

    def __init__(self, clock: Clock, order: str | int = "asked") -> None:
        self._clock = clock
        self._pending: list[Pending] = []
        self._random = random.Random(order) if isinstance(order, int) else None
        self._ranks: dict[tuple[type, int], float] = {}
        """For a random order: a random number per key; among what is due, the lowest is next."""
        self._places: list[int] = []
        self.widths: list[int] = []
        """For each turn taken so far, the number of pending things that were due at that time."""

    def __bool__(self) -> bool:
        return bool(self._pending)

    @property
    def pending(self) -> tuple[Pending, ...]:
        """Everything in the queue, in the order in which it takes its turns if nothing is added or changed."""
        if self._random is None:
            asked = sorted(self._pending, key=lambda one: one.due)
            place = min(self.place, self._together(asked) - 1) if asked else 0
            return (*asked[place:place + 1], *asked[:place], *asked[place + 1:])
        now = self._clock.passed  # what is due already goes by its rank alone
        return tuple(sorted(self._pending, key=lambda one: (max(one.due, now), self._ranks[one.key])))

    def add(self, pending: Pending) -> None:
        """Queue something."""
        if self._random is not None:
            self._ranks[pending.key] = self._random.random()
        self._pending.append(pending)

    def next(self) -> Pending:
        """Remove and return the next one, and advance the clock to its due time."""
        pending = self.pending[0]
        self.widths.append(self._together(self._pending))
        self._places = self._places[1:]
        self._pending = [one for one in self._pending if one is not pending]
        self._clock.advance(pending.due - self._clock.elapsed())
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

    def replace(self, pending: Pending) -> Pending:
        """Replace the entry with the same key; returns the old one."""
        place = next(place for place, one in enumerate(self._pending) if one.key == pending.key)
        old, self._pending[place] = self._pending[place], pending
        return old

    def last(self, key: tuple[type, int]) -> None:
        """Move the entry with this key, if there is one, behind everything that is due by now."""
        for one in [one for one in self._pending if one.key == key]:
            self._pending.remove(one)
            self.add(replace(one, due=max(one.due, self._clock.elapsed())))

    def reorder(self, names: list[str]) -> None:
        """Make the entries with these names due first, in this order; the others come after them."""
        place = {name: number for number, name in enumerate(names)}
        first = min(one.due for one in self._pending)
        self._pending = [replace(one, due=first) if one.name in place else one for one in
                         sorted(self.pending, key=lambda one: place.get(one.name, len(place)))]
        self._ranks.update((one.key, number - len(self._pending)) for number, one in enumerate(self._pending))
