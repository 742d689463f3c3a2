"""Blocks in which ways meet, and what becomes of them in one order or another."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import (
    ActionCompleted,
    CallMade,
    CustomFunctionCompleted,
    InvocationStarted,
    PlaybookCompleted,
    Queued,
    TurnTaken,
)
from phantom_lab.later import dataclass
from phantom_lab.reading import texts
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading
from phantom_lab.reading.starts import COMPLETION_CALLS, Ask
from phantom_lab.source.source import functions
from phantom_lab.trials.answers import own_runs

TWICE, NEVER, EARLY = "twice", "never", "early"


@dataclass(frozen=True, slots=True)
class Fired:
    """One block of the playbook in one run."""

    ends: tuple[int, ...]
    """For every time that it was invoked, how many things had completed."""
    ways: tuple[Way, ...]
    """How it was invoked every time but those that an earlier time led to, as a loop does."""

    def twice(self, *, guarded: bool) -> int | None:
        """How many things had completed when a second way came to it; None: one way did.

        Args:
            guarded: whether what calls it may be a guard, which has ways of its own.
        """
        seen = {one.cause + (one.before if guarded else ()): one.end for one in reversed(self.ways)}
        return sorted(seen.values())[1] if len(seen) > 1 else None


@dataclass(frozen=True, slots=True)
class Way:
    """How a block came to be invoked."""

    end: int
    """How many things had completed."""
    cause: tuple[Any, ...]
    """Block and line that called it, or asked for what completed."""
    before: tuple[Any, ...]
    """The same of that block."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One order, and how the run went."""

    order: tuple[str, ...]
    """Names of what completed; ``start of`` a child playbook that began."""
    status: str
    message: str
    blocks: tuple[str, ...]
    fired: Mapping[str, Fired]

    @classmethod
    def of(cls, run: PlaybookRun) -> Self:
        """Folded from the journal of a run."""
        own, order = own_runs(run, run.playbook.file), list[str]()
        ends: dict[str, list[int]] = defaultdict(list)
        ways: dict[str, list[Way]] = defaultdict(list)
        blocks, queued, asked = [], dict[tuple[int, str, int], str](), dict[int | None, int]()
        before: dict[int, tuple[tuple[Any, ...], frozenset[str]]] = {}
        for event in run.journal.events:
            if isinstance(event, Queued):
                queued[event.run, event.kind, event.id] = event.name
            elif isinstance(event, TurnTaken) and event.kind == "start":
                order.append(f"start of {queued[event.run, event.kind, event.id]}")
            elif isinstance(event, ActionCompleted | CustomFunctionCompleted | PlaybookCompleted):
                order.append(event.name)
            elif isinstance(event, CallMade):
                asked[event.command] = event.invocation
            elif isinstance(event, InvocationStarted):
                blocks.append(event.block)
                cause = event.cause.caller, event.cause.line
                led = event.caller if event.caller is not None else asked.get(event.cause.command, 0)
                its, above = before.get(led, ((), frozenset()))
                before[event.n] = cause, above if event.block in above else above | {event.block}
                if event.run in own and not event.custom_function:
                    ends[event.block].append(len(order))
                    if event.block not in above:
                        ways[event.block].append(Way(len(order), cause, its))
        return cls(tuple(order), run.status, run.message, tuple(blocks), {
            name: Fired(tuple(found), tuple(ways[name])) for name, found in ends.items()})

    def count(self, block: str) -> int:
        """How often a block was invoked."""
        return len(self.fired[block].ends) if block in self.fired else 0

    def first(self, block: str) -> int:
        """How many things had completed when a block was invoked first; all, where it never was."""
        return self.fired[block].ends[0] if block in self.fired else len(self.order)

    def late(self, block: str, names: set[str]) -> set[str]:
        """Which of some names complete only after a block was invoked first."""
        if block not in self.fired:
            return set()
        first = self.first(block)
        return names & {*self.order[first:]} - {*self.order[:first]}

    def distance(self, asked: Sequence[str]) -> tuple[int, int]:
        """How far it is from another order: how many names the one has and the other does not, and how many pairs stand
        the other way round."""
        place = {name: number for number, name in enumerate(asked)}
        known = [place[name] for name in self.order if name in place]
        others = sum(((Counter(self.order) - Counter(asked)) + (Counter(asked) - Counter(self.order))).values())
        return others, sum(one > two for number, one in enumerate(known) for two in known[number + 1:])


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a join does in some orders."""

    join: str
    """The block."""
    line: int
    what: str
    """``twice``: it is invoked by two of the ways that meet there; ``never``: it is not, though it is in another order;
    ``early``: it is invoked before something that it reads has come back."""
    order: list[str]
    """What has completed until then, in the order that is the nearest to that of the asking; for ``never`` all of
    it."""
    lacks: list[str]
    """What it reads, and has not come back: of ``early``."""
    orders: int
    """In how many of the orders that were run."""

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"join": self.join, "line": self.line, "what": self.what, "order": self.order, "lacks": self.lacks,
                "orders": self.orders}


def troubles(reading: Reading, every: Sequence[Seen]) -> list[Trouble]:
    """What joins do in some orders, by line.

    Args:
        every: the orders that were run, that of the asking first.
    """
    flow = Flow(reading)
    reads = _reads(reading, flow)
    asked = every[0].order
    found: list[Trouble] = []
    for block, guarded in _meeting(reading, flow):
        twice = {one: end for one in every if block in one.fired and (
            end := one.fired[block].twice(guarded=guarded)) is not None}
        never = [one for one in every if not one.count(block)] if any(one.count(block) for one in every) else []
        early = [one for one in every if one.late(block, reads[block])]
        for what, some in ((TWICE, [*twice]), (NEVER, never), (EARLY, early)):
            if some:
                near = min(some, key=lambda one: one.distance(asked))
                until = twice[near] if what == TWICE else near.first(block)
                lacks = sorted(near.late(block, reads[block])) if what == EARLY else []
                found.append(Trouble(block, reading.functions[block], what, list(near.order[:until]), lacks, len(some)))
    return sorted(found, key=lambda one: one.line)


def _meeting(reading: Reading, flow: Flow) -> Iterator[tuple[str, bool]]:
    """Blocks in which several ways meet: those to which more than one way leads, and (true) those behind code that asks
    whether all has come, or remembers that it went on. What returns a value is a helper of whoever calls it."""
    asks, reads, keeps = ({call.function for call in reading.calls_of(*names)} for names in (
        COMPLETION_CALLS, ("get_run_data",), ("save_run_data",)))
    guards = asks | reads & keeps
    behind = {one.target for one in flow.starts if one.source in guards and one.called}
    helpers = {node.name for node in functions(reading.tree.body) for one in ast.walk(node)
               if isinstance(one, ast.Return) and not _is_none(one.value)}
    for name in reading.functions.keys() - helpers:
        several = len({one.source for one in flow.to[name] if one.source != name}) > 1
        if name != "on_finish" and (name in behind or (several and name not in guards)):
            yield name, name in behind


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _reads(reading: Reading, flow: Flow) -> dict[str, set[str]]:
    """By function, the names of what it reads results of, and does not itself lead to."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in texts.datapaths(reading):
        if (path := compiled(one)) and path.block:
            found[one.call.function].add(path.block)
    for name in found:
        found[name] -= {one.what[1] for one in flow.reached([name]) if isinstance(one, Ask)}
    return found
