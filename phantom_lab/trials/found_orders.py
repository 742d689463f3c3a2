"""What depends on the order in which things come back, as data and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phantom_lab.errors import cut, shown
from phantom_lab.later import dataclass
from phantom_lab.trials.joins import Trouble

_WORDS = {"twice": "fires twice", "never": "never fires", "early": "fires too early"}
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What several orders come to."""

    count: int
    """How many of the orders that were run."""
    example_order: list[str]
    """Names of what completes, in the order that is the nearest to that of the asking."""
    status: str
    message: str
    blocks: list[str]
    """The blocks of that order as they are invoked."""
    changes: dict[str, dict[str, list[str]]]
    """What is not as in the order of the asking: by section of `phantom_lab.diff` (``status``, ``blocks``, ``actions``,
    ``results``, ``changes`` or ``outputs``) a dict of what is ``missing`` and what is ``instead``."""

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"count": self.count, "example_order": self.example_order, "status": self.status,
                "message": self.message, "blocks": self.blocks, "changes": self.changes}


@dataclass(frozen=True, slots=True, repr=False)
class Orders:
    """Every order in which what is due together can complete, or some of them, and what comes of them."""

    playbook: str
    orders: int
    """How many were run. Orders are the same that differ only in when something completes that nobody hears of."""
    exhaustive: bool
    """Whether they are all there are; else those nearest to the order of the asking, and some drawn at random."""
    outcomes: list[Outcome]
    """That of the order of the asking first."""
    joins: list[Trouble]
    """Blocks in which ways meet, that fire twice, never or too early in some order."""

    @property
    def same(self) -> bool:
        """Whether all orders come to the same."""
        return len(self.outcomes) == 1

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"playbook": self.playbook, "orders": self.orders, "exhaustive": self.exhaustive, "same": self.same,
                "outcomes": [one.to_json() for one in self.outcomes], "joins": [one.to_json() for one in self.joins]}

    def lines(self) -> Iterator[str]:
        """In words."""
        kind = "all there are" if self.exhaustive else "a sample: there are more"
        yield f"{self.playbook}: {self.orders} order{'' if self.orders == 1 else 's'}, {kind}"
        if self.same:
            yield f"all come out the same: {self.outcomes[0].status}"
        else:
            for number, one in enumerate(self.outcomes, 1):
                yield from _outcome(number, one)
        for join in self.joins:
            lacks = f", without {', '.join(join.lacks)}" if join.lacks else ""
            yield (f"join {join.join} (line {join.line}) {_WORDS[join.what]} in {join.orders} of {self.orders}{lacks}: "
                   f"{' > '.join(join.order) or 'nothing has come back'}")

    def __repr__(self) -> str:
        return "\n".join(shown(cut(one, _LONGEST)) for one in self.lines())


def _outcome(number: int, one: Outcome) -> Iterator[str]:
    yield f"{number}. {one.status}, {one.count} of them: {' > '.join(one.example_order) or 'nothing comes back'}"
    for what, change in one.changes.items():
        yield from (f"   {what}: {sign} {text}" for sign, side in (("-", "missing"), ("+", "instead"))
                    for text in change[side])
