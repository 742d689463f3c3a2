"""What there is to reach in a playbook, and what runs have reached of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import BranchTaken, Evaluated, HelperCalled, InvocationStarted, RunStarted
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.condition_names import condition_names, conditions_of
from phantom_lab.reading.graph import reached
from phantom_lab.reading.read import read
from phantom_lab.source.forks import Fork, Uncounted, forks
from phantom_lab.source.playbook import Playbook

_YES_OR_NO = ("true", "false")
_NO_WAY = "functions that nothing leads to"


class Branch(NamedTuple):
    """One way on from a place at which code may go several."""

    line: int
    function: str
    name: str
    """Of the place within the function: ``condition_1`` for the first ``condition`` or ``decision``, else the name of
    a `phantom_lab.source.forks.Fork`, such as ``if_2``."""
    way: str

    def __str__(self) -> str:
        return f"{self.function}: {self.name} {self.way}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where code may go several ways on: a call of ``condition`` or ``decision``, or a fork."""

    function: str
    name: str
    line: int
    ways: tuple[str, ...]
    call: Call | None = None
    fork: Fork | None = None

    def branch(self, way: str) -> Branch:
        """One of its ways."""
        return Branch(self.line, self.function, self.name, way)


@dataclass(slots=True)
class Coverage:
    """Functions and branches of one playbook."""

    functions: frozenset[str]
    """Those that something can reach."""
    places: tuple[Place, ...]
    """In functions that something can reach, in the order of the source."""
    uncounted: tuple[Uncounted, ...]
    """What may go several ways, and is not among them."""
    seen: set[str] = field(default_factory=set)
    taken: set[Branch] = field(default_factory=set)

    @classmethod
    def of(cls, playbook: Playbook) -> Coverage:
        """Nothing is reached yet."""
        reading = read(playbook)
        functions = frozenset(reached(reading))
        lost = reading.functions.keys() - functions
        calls = [call for call in conditions_of(reading) if call.function not in lost]
        found, others = forks(reading.tree)
        places = sorted([*_conditions(calls), *_forks(found, calls, lost)], key=lambda one: (one.line, one.name))
        return cls(functions, tuple(places), (
            *(one for one in others if one.function not in lost),
            *(Uncounted(_NO_WAY, one, reading.functions[one]) for one in sorted(lost))))

    def fresh(self) -> Coverage:
        """The same, with nothing reached."""
        return replace(self, seen=set(), taken=set())

    @property
    def branches(self) -> frozenset[Branch]:
        """Every way of every place."""
        return frozenset(place.branch(way) for place in self.places for way in place.ways)

    @property
    def share(self) -> float:
        """Functions that were reached, from 0 to 1."""
        return len(self.seen & self.functions) / len(self.functions)

    @property
    def missed(self) -> list[str]:
        """Functions that no run reached."""
        return sorted(self.functions - self.seen)

    @property
    def complete(self) -> bool:
        """Whether every function and branch was reached."""
        return self.functions <= self.seen and self.branches <= self.taken

    def add(self, runs: Iterable[PlaybookRun], file: str) -> set[str | Branch]:
        """Take in what watched runs did in a playbook's file; returns what is new."""
        seen: set[str] = set()
        taken: set[Branch] = set()
        asked = {place.line: place for place in self.places if place.call}
        for run in runs:
            events = run.journal.events
            own = {event.run for event in events if isinstance(event, RunStarted) and event.file == file}
            for event in events:
                if event.run not in own:
                    continue
                if isinstance(event, InvocationStarted):
                    seen.add(event.block)
                elif isinstance(event, HelperCalled):
                    seen.add(event.name)
                elif isinstance(event, BranchTaken):
                    taken.add(Branch(event.line, event.function, event.name, event.way))
                elif isinstance(event, Evaluated) and event.line in asked:
                    taken.add(asked[event.line].branch(_way(event.passed)))
        fresh = (seen & self.functions) - self.seen | (taken & self.branches) - self.taken
        self.seen |= seen
        self.taken |= taken
        return fresh


def _way(held: bool) -> str:
    return _YES_OR_NO[not held]


def _conditions(calls: Iterable[Call]) -> Iterator[Place]:
    for call, name in condition_names(calls):
        yield Place(call.function, name, call.line, _YES_OR_NO, call=call)


def _forks(found: Iterable[Fork], calls: Iterable[Call], lost: Iterable[str]) -> Iterator[Place]:
    """Those that do more than go the way of a condition that is counted itself."""
    lines = {call.line for call in calls}
    for one in found:
        if one.function not in lost and not _follows(one, lines):
            yield Place(one.function, one.name, one.line, one.ways, fork=one)


def _follows(fork: Fork, lines: set[int]) -> bool:
    """Whether an ``if`` only does what a ``condition`` or ``decision`` says, which it calls or which has just been
    called."""
    if not isinstance(fork.node, ast.If):
        return False
    test = _bare(fork.node.test)
    if _asks(test, lines):
        return True
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
    names = {one.id for one in parts if isinstance(one, ast.Name)}
    if len(names) < len(parts):
        return False
    for statement in reversed(fork.within[:fork.within.index(fork.node)]):
        if isinstance(statement, ast.Assign) and names & (bound := set(_bound(statement))):
            return names == bound and _asks(statement.value, lines)
    return False


def _bare(test: ast.expr) -> ast.expr:
    """A test without ``not`` and ``== True``."""
    while True:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test = test.operand
        elif (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.Is)
                and isinstance(test.comparators[0], ast.Constant) and isinstance(test.comparators[0].value, bool)):
            test = test.left
        else:
            return test


def _asks(node: ast.expr, lines: set[int]) -> bool:
    return (isinstance(node, ast.Call) and node.lineno in lines
            and getattr(node.func, "attr", getattr(node.func, "id", "")) in texts.CONDITIONS[:2])


def _bound(statement: ast.Assign) -> Iterator[str]:
    for target in statement.targets:
        yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))
