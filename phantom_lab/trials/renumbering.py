"""Ids that follow from an order: a run is given those that another one had for the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import CallMade, Event, InvocationStarted, Queued, TurnTaken
from phantom_lab.history.journal import Journal
from phantom_lab.later import regex
from phantom_lab.views.alike import Alike
from phantom_lab.views.deeds import GIVEN, NOTES, deeds

_OWN = frozenset({"invocation", "command"})
"""Numbers that say when something was, and not what it is."""
_CALLS = "call "
"""What the calls of an action on an asset are counted under: which answer is the next depends on it."""
_NUMBER = regex(r"(?<![\w.])\d+(?![\w.])")
"""One that stands for itself: `look_2` is a name."""
Key = tuple[Any, ...]


class Renumbering:
    """The ids that a run hands out, by what asked for them: a run that is recorded, and others that are given its ids.

    A block is known by the blocks and lines that led to it and what completed there; one that others led to, as a join,
    by its name.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Key], int] = {}
        self._most = Counter[str]()
        self._places: dict[Key, int] = {}

    def record(self, run: PlaybookRun) -> None:
        """Learn the ids of a run that is about to be executed."""
        places, met = _Places(run, self._places), Counter[tuple[str, Key]]()

        def number(kind: str, number: int, name: str) -> int:
            if _is_told(kind):
                self._most[kind] = max(self._most[kind], number)
                for key in _counted(kind, places.here(name), met):
                    self._numbers.setdefault(key, number)
            return number

        run.tree.ids.numbering = number

    def give(self, run: PlaybookRun) -> set[str]:
        """Let a run that is about to be executed have the same ids.

        Returns:
            Once it is executed, the ids that are others than its own would be, and those instead.
        """
        places, met, used = _Places(run, self._places), Counter[tuple[str, Key]](), set[tuple[str, int]]()
        changed: set[str] = set()

        def number(kind: str, number: int, name: str) -> int:
            if not _is_told(kind):
                return number
            known = (self._numbers.get(key) for key in [*_counted(kind, places.here(name), met)])
            found = next((one for one in known if one is not None and (kind, one) not in used),
                         self._most[kind] + number)
            used.add((kind, found))
            if found != number:
                changed.update((str(number), str(found)))
            return found

        run.tree.ids.numbering = number
        return changed


def but_for(numbers: Collection[str], one: Journal, other: Journal) -> bool:
    """Whether two runs did the same but for some numbers."""
    first, second = (_without(numbers, journal) for journal in (one, other))
    return first == second


def _without(numbers: Collection[str], journal: Journal) -> Counter[tuple[str, str, str]]:
    def told(text: str) -> str:
        return _NUMBER.sub(lambda found: "<id>" if found[0] in numbers else found[0], text)

    alike = Alike(journal, numbered=False)  # these numbers follow from ids
    settle = alike.settled(set())
    return Counter((one.section, told(one.what), told(settle(one.value)))
                   for one in deeds(journal, alike) if one.section not in (GIVEN, NOTES, "messages"))


def _is_told(kind: str) -> bool:
    return kind not in _OWN and not kind.startswith(_CALLS)


def _counted(kind: str, keys: tuple[Key, ...], met: Counter[tuple[str, Key]]) -> Iterator[tuple[str, Key]]:
    """Each key of a place, with how often an id of the kind was asked for there."""
    for key in keys:
        met[kind, key] += 1
        yield kind, (*key, met[kind, key])


class _Places:
    """Where a run is, told so that a run in another order tells the same: folded from its journal as it goes on.

    Args:
        known: numbers of the places that were met in any run.
    """

    def __init__(self, run: PlaybookRun, known: dict[Key, int]) -> None:
        self._tree, self._journal, self._read, self._known = run.tree, run.journal, 0, known
        self._met = Counter[Key]()
        self._led: dict[int, int] = {}
        """By invocation, the place that it is: the block, and what led to it."""
        self._named: dict[int, int] = {}
        """The same by its name alone."""
        self._calls: dict[int | None, tuple[int, int]] = {}
        """By API call, its invocation and line."""
        self._queued: dict[tuple[int, str, int], int] = {}
        """By what was asked for, the place that it was asked for in, with its name."""
        self._caller = self._line = self._turn = 0

    def here(self, name: str) -> tuple[Key, ...]:
        """The keys of the place, the one that says most first; of what has a name that alone."""
        for event in self._journal.events[self._read:]:
            self._fold(event)
        self._read = self._journal.length
        n = self._tree.executing.invocation
        if name or not n:
            return ((name, 0 if name else self._turn),)
        return (self._led[n], self._line), (self._named[n], self._line)

    def _fold(self, event: Event) -> None:
        if isinstance(event, CallMade):
            self._calls[event.command] = event.invocation, event.line
            self._caller, self._line = event.invocation, event.line
        elif isinstance(event, Queued):
            place = self._place(("queued", event.kind, event.name, self._led.get(self._caller, 0), self._line))
            self._queued.setdefault((event.run, event.kind, event.id), place)
        elif isinstance(event, TurnTaken):
            self._turn = self._queued.get((event.run, event.kind, event.id), 0)
        elif isinstance(event, InvocationStarted):
            cause = event.cause
            caller, line = self._calls.get(cause.command, (0, 0))
            led = self._led.get(event.caller if event.caller is not None else caller, 0)
            self._led[event.n] = self._place((event.block, cause.kind, cause.name, cause.line or line, led))
            self._named[event.n] = self._place(("named", event.block))

    def _place(self, key: Key) -> int:
        """The number of a place; of one that is met again in the run, another one."""
        self._met[key] += 1
        return self._known.setdefault((*key, self._met[key]), len(self._known) + 1)
