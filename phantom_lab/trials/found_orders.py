"""What depends on the order in which things come back, as data and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.later import dataclass
from phantom_lab.terminal import brief
from phantom_lab.trials.joins import Trouble

_LONGEST = 300
_WORDS = {"twice": "fires twice", "never": "never fires", "early": "fires too early"}


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
    but_for_ids: int = 0
    """How many of them are as the others but for ids: with those of the order of the asking they do the same."""

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"count": self.count, "example_order": self.example_order, "status": self.status,
                "message": self.message, "blocks": self.blocks, "changes": self.changes,
                "but_for_ids": self.but_for_ids}


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
            one = self.outcomes[0]
            yield f"all come out the same{_but_for(one)}: {one.status}{_why(one)}"
        else:
            for number, one in enumerate(self.outcomes, 1):
                yield from _outcome(number, one)
        for join in self.joins:
            yield _join(join, self.orders)

    def __repr__(self) -> str:
        return brief(self.lines())


@dataclass(frozen=True, slots=True)
class Situated:
    """The orders of a situation in which something depends on them, or a join fires twice."""

    situation: str
    """What was changed: ``plain``, ``decide: condition_1 true``."""
    orders: Orders

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"situation": self.situation, **self.orders.to_json()}


@dataclass(frozen=True, slots=True, repr=False)
class ExploredOrders:
    """What depends on the order of completion in the situations that a playbook is driven through."""

    playbook: str
    runs: int
    """How often it was run to find situations."""
    situations: int
    """Those that differ in what was invoked or completed."""
    orders: int
    """How many were run in all of them."""
    exhaustive: bool
    """Whether they are all there are in each of these situations."""
    found: list[Situated]
    """Those in which outcomes differ, or joins fire twice, never or too early."""

    @property
    def same(self) -> bool:
        """Whether in every situation all orders come to the same."""
        return all(one.orders.same for one in self.found)

    @property
    def joins(self) -> list[tuple[str, int, Trouble]]:
        """Each trouble of a join once, with the first situation that shows it, and how many orders were run in that."""
        found: dict[tuple[str, str], tuple[str, int, Trouble]] = {}
        for one in self.found:
            for join in one.orders.joins:
                found.setdefault((join.join, join.what), (one.situation, one.orders.orders, join))
        return list(found.values())

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"playbook": self.playbook, "runs": self.runs, "situations": self.situations, "orders": self.orders,
                "exhaustive": self.exhaustive, "same": self.same,
                "joins": [{"situation": name, **join.to_json()} for name, _, join in self.joins],
                "found": [one.to_json() for one in self.found]}

    def lines(self) -> Iterator[str]:
        """In words."""
        kind = "all there are" if self.exhaustive else "a sample: there are more"
        yield (f"{self.playbook}: {self.orders} orders of {self.situations} situations, {kind} "
               f"(found in {self.runs} runs)")
        for one in self.found:
            if not one.orders.same:
                yield f"{one.situation}: {len(one.orders.outcomes)} outcomes of {one.orders.orders} orders"
                for number, outcome in enumerate(one.orders.outcomes, 1):
                    yield from (f"  {line}" for line in _outcome(number, outcome))
        yield from (f"{_join(join, orders)} ({name})" for name, orders, join in self.joins)
        if not self.found:
            yield "in each of them all come out the same"

    def __repr__(self) -> str:
        return brief(self.lines())


def _join(join: Trouble, orders: int) -> str:
    lacks = f", without {', '.join(join.lacks)}" if join.lacks else ""
    return (f"join {join.join} (line {join.line}) {_WORDS[join.what]} in {join.orders} of {orders}{lacks}: "
            f"{' > '.join(join.order) or 'nothing has come back'}")


def _why(one: Outcome) -> str:
    """What stopped a run, so that nothing is known of what would have come after."""
    return "" if one.status in ("success", "failed") else f" ({cut(one.message, _LONGEST)})"


def _but_for(one: Outcome) -> str:
    return f" ({one.but_for_ids} but for ids)" if one.but_for_ids else ""


def _outcome(number: int, one: Outcome) -> Iterator[str]:
    order = " > ".join(one.example_order) or "nothing comes back"
    yield f"{number}. {one.status}, {one.count} of them{_but_for(one)}: {order}{_why(one)}"
    for what, change in one.changes.items():
        yield from (f"   {what}: {sign} {text}" for sign, side in (("-", "missing"), ("+", "instead"))
                    for text in change[side])
