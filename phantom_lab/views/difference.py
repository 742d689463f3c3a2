"""One thing that two runs did otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.later import dataclass
from phantom_lab.views.apart import ABSENT, Apart, apart

MOST = 12
"""Differences of a section that people are told."""
_PLACES, _LONGEST, _COMMON = 4, 160, 24
"""Places of a value, characters of a text, and how many of them before that in which it differs, that they are told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one of the runs did."""

    what: str
    times: int
    value: Any
    """With ids named by what they are of; None where nothing but the deed itself counts."""
    block: str
    line: int
    """0 where there is none."""
    position: int
    """Of the first event of it, from 0."""

    def to_json(self, *, whole: bool) -> dict[str, Any]:
        """All fields; the value where it is wanted."""
        told = {"times": self.times, "block": self.block, "line": self.line, "position": self.position}
        return {**told, "value": self.value} if whole and self.value is not None else told


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the runs did otherwise, or not equally often."""

    section: str
    """One of `phantom_lab.views.deeds.SECTIONS`."""
    what: str
    """Without the value in which they differ: a block, an action and its asset, a field of a record. Of the first
    difference, a side may have another one at the same place, which its `Seen` tells."""
    left: Seen | None
    """None: the first run did not do this."""
    right: Seen | None

    @property
    def apart(self) -> list[Apart]:
        """Where in their values they differ; empty where it is about how often."""
        if self.left is None or self.right is None or self.left.what != self.right.what:
            return []
        return apart(self.left.value, self.right.value)

    def to_json(self) -> dict[str, Any]:
        """All fields; of two values, only where they differ."""
        where = [one.to_json() for one in self.apart]
        sides = {"left": self.left, "right": self.right}
        return {"section": self.section, "what": self.what, **({"apart": where} if where else {}), **{
            side: seen and {**({"what": seen.what} if seen.what != self.what else {}), **seen.to_json(whole=not where)}
            for side, seen in sides.items()}}

    def lines(self, *, placed: bool = False) -> Iterator[str]:
        """For people, with its place: what the first run did after a ``-``, and the second after a ``+``.

        Args:
            placed: with the position of its event.
        """
        for (sign, told), seen in zip(self.told(), filter(None, (self.left, self.right)), strict=True):
            place = ["" if seen.block in seen.what else seen.block, f"line {seen.line}" if seen.line else "",
                     f"event {seen.position:,}" if placed else ""]
            at = ", ".join(filter(None, place))
            yield f"  {sign} {told}{f'  ({at})' if at else ''}"

    def told(self) -> Iterator[tuple[str, str]]:
        """What the first run did with a ``-``, and the second with a ``+``; a side that did nothing of it is left
        out."""
        where = self.apart
        for sign, seen, side in (("-", self.left, "left"), ("+", self.right, "right")):
            if seen is not None:
                value = _places(where, side) if where else _short(seen.value)
                other = self.right if seen is self.left else self.left
                often = seen.times > 1 or (other is not None and other.times > 1)
                told = _told(seen.what, value)
                yield sign, f"{told}, {_times(seen.times)}" if often else told


def _told(what: str, value: str) -> str:
    return ": ".join(filter(None, (what, value)))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _short(value: Any) -> str:
    return "" if value is None else cut(json.dumps(value, ensure_ascii=False), _LONGEST)


def _places(where: Sequence[Apart], side: str) -> str:
    """What stands in one of the values where they differ."""
    told = [_told(cut(one.path), _beside(*((one.left, one.right) if side == "left" else (one.right, one.left))))
            for one in where[:_PLACES]]
    return "; ".join([*told, *([f"… {len(where) - _PLACES} more places"] if len(where) > _PLACES else [])])


def _beside(own: Any, other: Any) -> str:
    """A value; of a long text, from where it is another one."""
    if own is ABSENT:
        return repr(own)
    if isinstance(own, str) and isinstance(other, str):
        start = next((place for place, (one, two) in enumerate(zip(own, other, strict=False)) if one != two),
                     min(len(own), len(other))) - _COMMON
        if start > _COMMON:
            return cut(f"…{json.dumps(own[start:], ensure_ascii=False)}", _LONGEST)
    return "null" if own is None else _short(own)
