"""The run queue: what was asked for and has not completed."""

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
    """What is due first takes its turn first, of several the one that was asked for first.

    Args:
        clock: moves on to what is due.
        order: ``asked``, or the seed of a random order among what is due at the same moment.
        told: hears of what comes and goes.
    """

    def __init__(self, clock: Clock, order: str | int, told: Callable[[Event], None]) -> None:
        self._clock = clock
        self._told = told
        self._pending: list[Pending] = []
        self._random = random.Random(order) if isinstance(order, int) else None
        self._lots: dict[tuple[type, int], float] = {}
        self._asked = count(1)
        self._places: list[int] = []
        self.widths: list[int] = []
        """How many were due together, at every turn that was taken."""

    def __bool__(self) -> bool:
        return bool(self._pending)

    @property
    def pending(self) -> tuple[Pending, ...]:
        """In the order in which they will take their turns, as things stand."""
        now = None if self._random is None else self._clock.passed
        asked = sorted(self._pending, key=lambda one: in_turn(one.due, self._lots[one.key], now))
        if now is not None or not asked:
            return tuple(asked)
        place = min(self.place, self._together(asked) - 1)
        return (*asked[place:place + 1], *asked[:place], *asked[place + 1:])

    def add(self, pending: Pending) -> None:
        """Queue something."""
        self._lots[pending.key] = next(self._asked) if self._random is None else self._random.random()
        self._pending.append(pending)
        self._tell(pending)

    def _tell(self, pending: Pending) -> None:
        self._told(Queued(pending.run.id, pending.kind, pending.id, pending.name, pending.due,
                          self._lots[pending.key]))

    def next(self) -> Pending:
        """Take the next one out; its time has come."""
        pending = self.pending[0]
        self.widths.append(self._together(self._pending))
        self._places = self._places[1:]
        self._pending = [one for one in self._pending if one is not pending]
        self._clock.advance(pending.due - self._clock.elapsed())
        self._told(TurnTaken(pending.run.id, pending.kind, pending.id))
        return pending

    @property
    def place(self) -> int:
        """Of what is due together, the place of that which takes the next turn, as far as `follow` says so; else 0."""
        return self._places[0] if self._places else 0

    def follow(self, places: Sequence[int]) -> None:
        """Of what is due together, let that at this place take its turn, turn by turn; 0 is what was asked for first,
        and goes for all turns after the last place."""
        self._places = list(places)

    def _together(self, pending: Sequence[Pending]) -> int:
        now = self._clock.passed
        moments = [max(one.due, now) for one in pending]
        return moments.count(min(moments))

    def replace(self, pending: Pending) -> None:
        """Put a changed one in place of the one with its key."""
        place = next(place for place, one in enumerate(self._pending) if one.key == pending.key)
        old, self._pending[place] = self._pending[place], pending
        if old.due != pending.due:
            self._tell(pending)

    def last(self, key: tuple[type, int]) -> None:
        """Let the one with this key, if it still waits, take its turn after what is due by now."""
        for one in [one for one in self._pending if one.key == key]:
            self._pending.remove(one)
            self.add(replace(one, due=max(one.due, self._clock.elapsed())))

    def ordered(self, names: list[str]) -> list[Pending]:
        """What is pending in another order: what is named first, and no later than anything else."""
        place = {name: number for number, name in enumerate(names)}
        first = min(one.due for one in self._pending)
        return [replace(one, due=first) if one.name in place else one for one in
                sorted(self.pending, key=lambda one: place.get(one.name, len(place)))]

    def reorder(self, ordered: list[Pending]) -> None:
        """Let what is pending complete in this order."""
        self._pending = ordered
        for lot, one in enumerate(ordered, -len(ordered)):
            self._lots[one.key] = lot
            self._tell(one)
