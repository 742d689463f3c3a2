"""What became of old and new versions of playbooks, as data and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.terminal import brief

SAME, DIFFERENT, NOT_COMPARABLE = "same", "different", "not comparable"
ONLY_OLD, ONLY_NEW = "only old", "only new"
VERDICTS = (DIFFERENT, NOT_COMPARABLE, ONLY_OLD, ONLY_NEW, SAME)
"""What can be said of a playbook's versions; first what needs somebody."""
_LONGEST, _NAMES = 300, 12
"""Characters of a line, and names in one, unless everything is asked for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of two versions of a playbook."""

    name: str
    old: list[str]
    """The file; several where it cannot be told which is meant."""
    new: list[str]
    verdict: str
    """One of `VERDICTS`."""
    why: str = ""
    """Why they are not comparable, or on what it rests where nothing was run."""
    situations: int = 0
    """In how many they were compared to the end, or to a difference."""
    first: str = ""
    """The first difference of the first situation that shows one, in one line."""
    differs: list[dict[str, Any]] = field(default_factory=list)
    """``{"situation", "of", "first", "counts", "differences"}`` for each situation in which they differ; ``of`` is the
    version that it was made up for, the rest as `phantom_lab.views.differences.Differences.to_json` gives it."""
    not_judged: list[dict[str, str]] = field(default_factory=list)
    """``{"situation", "of", "why"}`` for each situation that says nothing, or not all: both raised, or the lab has its
    limits there."""
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """By version (``old``, ``new``), inputs of the other one that it does not take, and was run without."""


class Verdicts(list[Verdict]):
    """A verdict for every playbook, first those that need somebody; shown as a table."""

    def __init__(self, verdicts: Iterable[Verdict] = ()) -> None:
        super().__init__(sorted(verdicts, key=lambda one: (VERDICTS.index(one.verdict), one.name)))

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        return {name: number for name in VERDICTS if (number := sum(one.verdict == name for one in self))}

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"counts": self.counts, "pairs": [asdict(one) for one in self]}

    def lines(self, *, whole: bool = False) -> Iterator[str]:
        """A line for each pair; what has no other version only by name.

        Args:
            whole: long lines and names are not cut.
        """
        pairs = [one for one in self if not one.verdict.startswith("only") and (one.situations or one.verdict != SAME)]
        width = max([8, *(len(one.name) for one in pairs)])
        if pairs:
            yield f"{'playbook':<{width}}  {'verdict':<14}  situations"
        for one in pairs:
            yield from (line.rstrip() if whole else cut(line.rstrip(), _LONGEST) for line in _lines(one, width))
        for verdict, told in ((SAME, "of one text, down to all that they use, and not run"),
                              (ONLY_OLD, "there is no new version"), (ONLY_NEW, "there is no old version")):
            if names := [one.name for one in self if one.verdict == verdict and not one.situations]:
                more = "" if whole or len(names) <= _NAMES else f", … and {len(names) - _NAMES} more"
                yield f"{told}: {', '.join(names if whole else names[:_NAMES])}{more}"
        yield ", ".join(f"{number} {name}" for name, number in self.counts.items()) or "no playbook"

    def __repr__(self) -> str:
        return brief(self.lines())


def _lines(one: Verdict, width: int) -> Iterator[str]:
    yield f"{one.name:<{width}}  {one.verdict:<14}  {_situations(one):<10}  {one.why}"
    if one.first:
        yield f"    {one.first}"
    if one.not_judged and one.verdict != NOT_COMPARABLE:
        yield f"    not judged: {_not_judged(one)}"
    for side, names in one.left_out.items():
        yield f"    the {side} version has no input {', '.join(names)}, and is run without"


def _situations(one: Verdict) -> str:
    if not one.situations:
        return "-"
    return f"{len(one.differs)} of {one.situations} differ" if one.differs else f"{one.situations}"


def _not_judged(one: Verdict) -> str:
    """How many situations say nothing, with the reason of most of them."""
    (why, number), = Counter(each["why"] for each in one.not_judged).most_common(1)
    others = len(one.not_judged) - number
    more = f"; {others} for other reasons" if others else ""
    return f"{number} situation{'' if number == 1 else 's'}: {why}{more}"
