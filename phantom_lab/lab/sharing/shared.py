"""What was done to a journal so that it can be given to somebody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from phantom_lab.errors import shown
from phantom_lab.history.divergence import Divergence
from phantom_lab.lab.sharing.replacing import Kept
from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True)
class Replaced:
    """What of a kind was replaced. The values themselves are told nowhere."""

    kind: str
    values: int
    places: int
    """How often they stood in values and events; equal values stand in a journal once."""


@dataclass(frozen=True, slots=True)
class Left:
    """What of a kind stands in the copy all the same."""

    kind: str
    places: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A copy of a journal for somebody else."""

    file: str
    written: bool
    replaced: tuple[Replaced, ...]
    kept: tuple[Kept, ...]
    """What was found and is left as it is, and why; kinds that somebody keeps are not looked for."""
    executed: bool
    """Whether the copy is what the run did when it was executed with the other values."""
    why_not: str = ""
    """Why it is not: then values were replaced one for one, and what is made of them was not made anew."""
    divergence: Divergence | None = None
    """Where the run does something else with the other values; None: it takes the same path."""
    identical: bool | None = None
    """Whether the copy, executed again, is the same; None: nobody tried."""
    left: tuple[Left, ...] = ()
    """What was to be replaced and stands in the copy all the same; then nothing is written."""
    reseeded: bool = False
    """Whether the copy has another seed, as the run makes something private of its random numbers."""

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"file": self.file, "written": self.written, "replaced": [asdict(one) for one in self.replaced],
                "kept": [asdict(one) for one in self.kept], "executed": self.executed, "why_not": self.why_not,
                "diverged": self.divergence and self.divergence.to_json(), "identical": self.identical,
                "left": [asdict(one) for one in self.left], "reseeded": self.reseeded}

    def __str__(self) -> str:
        told = [f"{'written' if self.written else 'not written'}: {self.file}"]
        told += [f"  {one.kind:<12} {_count(one.values, 'value')} replaced in {_count(one.places, 'place')}"
                 for one in self.replaced] or ["  nothing was replaced"]
        told += [f"  {one.kind:<12} {_count(one.values, 'value')} left: {one.why}" for one in self.kept]
        told += [f"  still there  {one.kind}: in {_count(one.places, 'place')}" for one in self.left]
        if self.left:
            told.append("  The run makes it itself, of what is not replaced. --keep KIND lets it stand.")
        if self.reseeded:
            told.append("  The run makes some of it of its random numbers: the copy has another seed, and others.")
        if self.divergence is not None:
            told.append(f"  With the other values the run does something else: {self.divergence}")
        elif self.why_not:
            told.append(f"  not executed with the other values: {self.why_not}")
        if self.written and not self.executed and self.replaced:
            told.append("  Values were replaced one for one: what the run made of them, such as digests, is as it was.")
        if self.written and self.identical is not None:
            told.append(f"  executed again, the copy is {'the same' if self.identical else 'another run'}")
        return "\n".join(map(shown, told))

    __repr__ = __str__


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
