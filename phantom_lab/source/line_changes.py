"""Which lines of a text became others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_MOST = 4_000
"""Lines between the first and the last change; where there are more, they count as one change."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """Lines in a row that became others."""

    first: int
    """The first of them as they were, from 1; of lines that were added the one in front of which they stand."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    first_after: int

    @property
    def last(self) -> int:
        """The last one as they were; of lines that were added the one in front of which they stand."""
        return max(self.first, self.first + len(self.before) - 1)


@lru_cache(maxsize=8)
def line_changes(before: str, after: str) -> tuple[LineChange, ...]:
    """What became of the lines of a text, in order; blanks at the ends of lines do not count."""
    old, new = ([line.rstrip() for line in text.split("\n")] for text in (before, after))
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    old, new = old[start:len(old) - end], new[start:len(new) - end]
    if not old and not new:
        return ()
    if max(len(old), len(new)) > _MOST:
        return (LineChange(start + 1, tuple(old), tuple(new), start + 1),)
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(LineChange(start + a + 1, tuple(old[a:b]), tuple(new[c:d]), start + c + 1)
                 for kind, a, b, c, d in found if kind != "equal")


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many are equal at the beginning."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))
