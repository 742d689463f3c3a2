"""The entries of a scenario in one run: a call takes the next answer of the most specific entry that fits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: the calls that it is for, and its answers."""

    where: str
    answers: tuple[Any, ...]
    in_turn: bool
    """Whether each answer is for one call, in turn; else its only answer is for every call."""
    weight: tuple[int, ...]
    """How specific it is."""
    key: str
    """The same for entries that are for the same calls."""
    title: str
    """What it answers, for people."""


A = TypeVar("A")
E = TypeVar("E", bound=Entry)


class EntryPool(Generic[E]):
    """Entries of one run.

    Args:
        tiers: entries; those of a tier are asked only where nothing of an earlier one fits.
    """

    def __init__(self, tiers: Sequence[Sequence[E]]) -> None:
        self._tiers = tiers
        self._used: dict[int, int] = {}

    def take(self, fits: Callable[[E], bool], what: str, rank: Callable[[E], Any] = lambda one: one.weight) -> Any:
        """The next answer of the most specific entry that fits a call; None where none does.

        Args:
            rank: how specific an entry is for this call.

        Raises:
            InputError: two entries are equally specific, or the answers have run out.
        """
        for tier in self._tiers:
            if found := sorted(filter(fits, tier), key=rank, reverse=True):
                if len(found) > 1 and rank(found[0]) == rank(found[1]):
                    raise InputError(f"two outcomes match {what}, and neither is more specific: this one and that of "
                                     f"{found[1].where}", where=found[0].where,
                                     hint="Let one of them say more of the call, or take one away.")
                return self._next(found[0], what)
        return None

    def left(self) -> Iterator[tuple[int, E, int]]:
        """Entries that were never used, or have answers left: the number of the tier, the entry, and its uses."""
        for number, tier in enumerate(self._tiers):
            for entry in tier:
                used = self._used.get(id(entry), 0)
                if not used or (entry.in_turn and used < len(entry.answers)):
                    yield number, entry, used

    def _next(self, entry: E, what: str) -> Any:
        number = self._used[id(entry)] = self._used.get(id(entry), 0) + 1
        if not entry.in_turn:
            return entry.answers[0]
        if number > len(entry.answers):
            raise InputError(f"outcome list of {what} ran out at call {number}", where=entry.where,
                             hint="Add an answer to its `calls`, or give one answer to all without `calls`.")
        return entry.answers[number - 1]


def check_alike(entries: Sequence[Entry]) -> None:
    """See whether each is for calls of its own.

    Raises:
        InputError: two are for exactly the same calls.
    """
    first: dict[str, Entry] = {}
    for one in entries:
        if (other := first.setdefault(one.key, one)) is not one:
            raise InputError(f"there are two answers to {one.title} for the same calls: this one and that of "
                             f"{other.where}", where=one.where,
                             hint="Give them as `calls` of one, let one of them say more of the call, or take one "
                             "away.")


Where = Callable[..., str]
"""Gives the place of a part of an entry, named by keys and numbers."""


def read_answers(given: Mapping[str, Any], words: set[str], where: Where, read: Callable[[Any, Where], A]
                 ) -> tuple[A, ...]:
    """The answers of an entry: those of ``calls``, or the one that the entry itself is.

    Args:
        given: the entry.
        words: its keys that say which calls it is for.
        where: gives the place of a part of it.
        read: reads one answer.

    Raises:
        InputError: there is an answer beside ``calls``.
    """
    beside = {key: value for key, value in given.items() if key not in words and key != "calls"}
    if "calls" not in given:
        return (read(beside, where),)
    if beside:
        raise InputError(f"`calls` holds the answers: `{'`, `'.join(beside)}` cannot stand beside it",
                         where=where("calls"))
    return tuple(read(one, below(where, "calls", number)) for number, one in enumerate(given["calls"]))


def below(where: Where, *place: str | int) -> Where:
    """The places of a part of an entry."""
    return lambda *more: where(*place, *more)
