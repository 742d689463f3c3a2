"""Where a run that is executed again goes on otherwise than recorded."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.history.events import Event, Stamp
from phantom_lab.history.invocations import block_of
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass

_NEAR = 1_000
"""How many recorded events from there on are looked through for what happened instead."""
_LONGEST = 300
_SHOWN = 6
"""Places within values that are told to people."""
_BEFORE = 60
"""Characters of a text before the first that differs."""
_ABSENT = "(not there)"
CAUSES = {
    "set order": "The order of a set: the run was recorded under another hash seed, or under none that is known.",
    "address": "A value holds the address of an object in memory, which is another one in every process.",
    "end": "The recorded run ends here; the code goes on.",
    "clock": "The clock was read another number of times: the code was changed, or it reads something that is not "
             "recorded.",
    "left out": "The code no longer does what is recorded here: it was changed, or it reads something that is not "
                "recorded.",
    "new": "The code does something that is not recorded: it was changed, or it reads something that is not recorded.",
    "value": "The code makes another value: it was changed, or it reads something that is not recorded.",
}
"""The usual cause, by its name."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first event that is another one than recorded."""

    position: int
    """Of the event, from 0."""
    block: str
    line: int
    recorded: dict[str, Any] | None
    """``{"event", "at", …}`` with the fields in which they differ, or all where they are of different kinds; None:
    the recorded run has ended."""
    actual: dict[str, Any]
    closest: int | None
    """Position at which exactly this is recorded further on; None: nowhere near."""
    cause: str
    """One of `CAUSES`."""

    @classmethod
    def of(cls, position: int, recorded: tuple[Event | None, Stamp | None], actual: tuple[Event, Stamp],
           journal: Journal, *, ahead: Iterable[Event], line: int, left_out: Collection[str] = ()) -> Divergence:
        """Tell how an event differs from the one that is recorded at its place.

        Args:
            journal: of the run that is executed again; it has the values of the recorded one, too.
            ahead: what is recorded from this position on.
            line: of the playbook that executes.
            left_out: fields that are not compared.
        """
        (expected, when), (event, now) = recorded, actual
        closest = next((position + place for place, one in enumerate(islice(ahead, _NEAR)) if one == event),
                       None)
        same = type(expected) is type(event)
        names = [one.name for one in fields(event) if one.compare and one.name not in left_out and (
            not same or getattr(expected, one.name) != getattr(event, one.name))]
        told = None if expected is None or when is None else _told(expected, when, names if same else None, journal)
        made = _told(event, now, names if same else None, journal)
        if expected is None:
            cause = "end"
        elif not same:
            cause = "left out" if closest else "new"
        else:
            assert told is not None
            cause = "clock" if not names else next(
                (cause for cause, same_but in _SAME_BUT.items()
                 if all(same_but(told.get(name)) == same_but(made.get(name)) for name in names)), "value")
        invoked = journal.index.invocations
        number = getattr(event, "invocation", getattr(event, "n", 0))
        return cls(position, getattr(event, "block", "") or block_of(invoked, number) or "<module>",
                   getattr(event, "line", 0) or line or getattr(expected, "line", 0), told, made, closest,
                   cause)

    def __str__(self) -> str:
        place = f"{self.block}, line {self.line}" if self.line else self.block
        near = "" if self.closest is None else f" This very event is recorded at position {self.closest}."
        recorded, actual = self.apart
        return (f"diverged at position {self.position} ({place}): recorded {_text(recorded)}, "
                f"now {_text(actual)}.{near} {CAUSES[self.cause]}")

    @property
    def apart(self) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """What is recorded and what happened, for people: of events of a kind only the places within values in which
        they differ, such as ``arguments.respond_in_mins``, and of long texts what stands there."""
        one, other = self.recorded, self.actual
        if one is None or one["event"] != other["event"]:
            return one, other
        head = ("event", "at")
        found = list(_apart("", {name: value for name, value in one.items() if name not in head},
                            {name: value for name, value in other.items() if name not in head}))
        more = {"…": f"{len(found) - _SHOWN} more places"} if len(found) > _SHOWN else {}
        return tuple({**{name: side[name] for name in head}, **{place: pair[number] for place, *pair in found[:_SHOWN]},
                      **more} for number, side in enumerate((one, other)))  # type: ignore[return-value]

    def to_json(self) -> dict[str, Any]:
        """All fields, and the cause as a sentence."""
        return {"position": self.position, "block": self.block, "line": self.line, "recorded": self.recorded,
                "actual": self.actual, "closest": self.closest, "cause": self.cause, "told": CAUSES[self.cause]}


def _apart(place: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ: the place, and what stands there in each."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            inside = f"{place}.{name}" if place else str(name)
            yield from _apart(inside, one.get(name, _ABSENT), other.get(name, _ABSENT))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _apart(f"{place}[{number}]", *pair)
    elif isinstance(one, str) and isinstance(other, str) and one != other:
        yield (place, *_from_there(one, other))
    elif one != other or type(one) is not type(other):
        yield place, one, other


def _from_there(one: str, other: str) -> tuple[str, str]:
    """Two long texts, from a little before where they differ."""
    same = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
                min(len(one), len(other)))
    if same <= _BEFORE or max(len(one), len(other)) <= _LONGEST:
        return one, other
    return f"…{one[same - _BEFORE:]}", f"…{other[same - _BEFORE:]}"


def _told(event: Event, stamp: Stamp, names: list[str] | None, journal: Journal) -> dict[str, Any]:
    found: dict[str, Any] = {"event": type(event).__name__, "at": round(stamp.at, 6)}
    for one in fields(event):
        if one.name in (names if names is not None else [one.name]) and one.name != "run" and one.compare:
            value = getattr(event, one.name)
            found[one.name] = _resolved(str(one.type), value, journal)
    return found


def _resolved(kind: str, value: Any, journal: Journal) -> Any:
    if kind == "Ref" and value:
        return journal.get(value)
    if kind == "dict[str, Ref]":
        return {name: journal.get(ref) for name, ref in value.items()}
    return value if isinstance(value, str | int | float | list | dict | None) else str(value)


def _loose(value: Any) -> Any:
    """A value in which the order of lists, and of the words of a text, does not count."""
    if isinstance(value, dict):
        return {name: _loose(one) for name, one in value.items()}
    if isinstance(value, list):
        return Counter(json.dumps(_loose(one), sort_keys=True, default=str) for one in value)
    return Counter(value.split()) if isinstance(value, str) else value


def _without_addresses(value: Any) -> str:
    return re.sub("0x[0-9a-f]+", "", json.dumps(value, default=str))


_SAME_BUT: dict[str, Callable[[Any], Any]] = {"set order": _loose, "address": _without_addresses}
"""What makes a value and the recorded one equal, by the cause that they are not."""


def _text(told: dict[str, Any] | None) -> str:
    if told is None:
        return "nothing"
    rest = {name: one for name, one in told.items() if name not in ("event", "at")}
    shown = ", ".join(f"{name}={cut(json.dumps(one, default=str), _LONGEST)}" for name, one in rest.items())
    return f"{told['event']} ({shown or 'after ' + str(told['at']) + ' s'})"
