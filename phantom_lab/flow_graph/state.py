"""Where a run stands in the graph of its playbook, at any moment of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.flow_graph.graph import HELPER, Graph
from phantom_lab.flow_graph.passes import Passes, answered_no
from phantom_lab.history.events import ApiCalled, InvocationStarted, OutcomeMissing
from phantom_lab.history.journal import Journal
from phantom_lab.misspelt import Attributes
from phantom_lab.views.moment import Moment
from phantom_lab.views.waiting import asked_about

_PATH = 40
"""Latest steps of the path that are told; edges tell of all."""
_LAST = 20
"""Latest invocations of a block that are told."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A join that was not complete when it was asked for last, and that has not gone on since."""

    line: int
    lacks: tuple[tuple[str, str], ...]
    """Names, and what is the matter with each: see `phantom_lab.flow_graph.passes.Passes.lacks`."""


@dataclass(frozen=True, slots=True)
class Passed(Attributes):
    """What a block has to do with the run so far."""

    count: int = 0
    """Invocations of it, and not of the functions that belong to it."""
    invocations: tuple[int, ...] = ()
    """The numbers of the latest ones, in their order."""
    raised: int = 0
    """Exceptions that came of it."""
    failed: int = 0
    """What it asked for and came back as failed."""
    pending: tuple[str, ...] = ()
    """What it asked for and waits for its turn, in the order of the turns of the whole queue."""
    missing: str = ""
    """What it asked for and the run waits for, since nobody knows what it comes back with."""
    waits: tuple[Waits, ...] = ()
    children: tuple[int, ...] = ()
    """Runs of child playbooks that it asked for."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How often a branch was asked about, and how many rows went there."""

    asked: int
    held: int
    """How often it was taken."""
    rows: int
    total: int
    sure: bool
    """Whether all rows are known: a journal keeps the first ones of many."""


@dataclass(frozen=True)
class State(Attributes):
    """One run of a journal at a moment."""

    run: int
    position: int
    status: str
    """``running``, or how the run has ended; ``not begun``."""
    current: str = ""
    """The block that executes, or is about to, or that asked for the outcome for which the run waits; empty outside of
    any, and where a block of another run does."""
    function: str = ""
    """Which function of it."""
    blocks: Mapping[str, Passed] = field(default_factory=dict)
    """By block, where there is something to tell."""
    edges: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """By source and target of a way that was taken: how often, and the invocation to which it led last."""
    branches: Mapping[tuple[str, int], Rows] = field(default_factory=dict)
    """By block and index of a branch."""
    path: tuple[tuple[int, str, str], ...] = ()
    """The latest steps in their order: invocation, source (empty where the platform invoked) and block."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Invocations of functions that the graph does not show, such as nested ones."""


def state_of(moment: Moment, graph: Graph, run: int | None = None) -> State:
    """Where a run stands in the graph of its playbook.

    Args:
        moment: any one, of a run that goes on or has ended.
        run: the playbook run; None: the one that the moment is part of.

    Raises:
        InputError: the journal holds no such run.
    """
    journal, position = moment.journal, moment.position
    passes = journal.reduced(Passes)
    run = moment.run if run is None else run
    if run not in passes.runs:
        raise InputError(f"there is no playbook run {run}", hint=f"There are {', '.join(map(str, passes.runs))}.")
    return _At(journal, passes, graph, run, position).state(moment)


def runs_of(journal: Journal) -> dict[int, Any]:
    """The starts of all runs of a journal, by run."""
    return dict(journal.reduced(Passes).runs)


class _At:
    """A position of a run."""

    def __init__(self, journal: Journal, passes: Passes, graph: Graph, run: int, position: int) -> None:
        self.journal, self.passes, self.graph, self.run, self.position = journal, passes, graph, run, position
        self._event = journal.events.at

    def state(self, moment: Moment) -> State:
        edges, steps = self._ways()
        current, function = self._current(moment)
        return State(self.run, self.position, self._status(), current, function, self._blocks(moment), edges,
                     dict(self._branches()), tuple(steps), dict(self._others()))

    def _owner(self, function: str) -> str:
        return self.graph.owners.get(function, function if function in self.graph.by_name else "")

    def _status(self) -> str:
        if self.passes.begun[self.run] > self.position:
            return "not begun"
        ended, status = self.passes.ended.get(self.run, (self.position + 1, ""))
        return status if ended <= self.position else "running"

    def _current(self, moment: Moment) -> tuple[str, str]:
        latest = moment.invocation
        stack = [*moment.stack, *([latest.started] if latest else [])]
        found = next((one.block for one in reversed(stack) if one.run == self.run and not one.custom_function), "")
        found = found or self._needed()[0]
        return (self._owner(found), found) if found else ("", "")

    def _needed(self) -> tuple[str, str]:
        """The function that asked for the outcome for which the run waits, and its name; empty: of another run."""
        if (position := self.passes.needed(self.position)) < 0:
            return "", ""
        event = self._event(position)
        assert isinstance(event, OutcomeMissing)
        run, function = self.passes.askers.get(("action", event.action_run_id), (0, ""))
        return (function, event.name) if run == self.run else ("", "")

    def _blocks(self, moment: Moment) -> dict[str, Passed]:
        passes, run, until = self.passes, self.run, self.position
        told: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for function, starts in passes.starts[run].items():
            if (count := starts.until(until)) and self._owner(function) == function:
                numbers = (getattr(self._event(one), "n", 0) for one in starts[max(0, count - _LAST):count])
                told[function] |= {"count": count, "invocations": tuple(one for one in numbers if one)}
        for name, found in (("raised", passes.raised[run]), ("failed", passes.failed[run])):
            for function, positions in found.items():
                if (count := positions.until(until)) and (owner := self._owner(function)):
                    told[owner][name] = told[owner].get(name, 0) + count
        for queued in moment.pending:
            asker, asking = passes.askers.get((queued.kind, queued.id), (0, ""))
            if asker == run and (owner := self._owner(asking)):
                told[owner]["pending"] = (*told[owner].get("pending", ()), queued.name)
        asking, name = self._needed()
        if owner := self._owner(asking):
            told[owner]["missing"] = name
        for position, child, function in passes.children[run]:
            if position <= until and child in passes.runs and (owner := self._owner(function)):
                told[owner]["children"] = (*told[owner].get("children", ()), child)
        for owner, waits in self._waits():
            told[owner]["waits"] = (*told[owner].get("waits", ()), waits)
        return {name: Passed(**one) for name, one in told.items()}

    def _waits(self) -> Iterator[tuple[str, Waits]]:
        for (function, line), asked in self.passes.questions[self.run].items():
            last, owner = asked.last(self.position), self._owner(function)
            if last < 0 or not owner or not answered_no(event := self.journal.events[last]):
                continue
            if owner != function and self.passes.starts[self.run][owner].last(self.position) > last:
                continue  # another question let it go on
            assert isinstance(event, ApiCalled)
            names = ((name, self.passes.lacks(self.run, name, last, self.position, code=code))
                     for name, code in asked_about(self.journal, event))
            yield owner, Waits(line, tuple(one for one in names if one[1]))

    def _ways(self) -> tuple[dict[tuple[str, str], tuple[int, int]], list[tuple[int, str, str]]]:
        edges: dict[tuple[str, str], tuple[int, int]] = {}
        for (source, target), positions in self.passes.ways[self.run].items():
            if not (count := positions.until(self.position)):
                continue
            if (edge := self._edge(source, target)) is None:
                continue
            before, last = edges.get(edge, (0, 0))
            edges[edge] = before + count, max(last, self._number(positions[count - 1]))
        return edges, list(self._steps())

    def _edge(self, source: str, target: str) -> tuple[str, str] | None:
        """Where a way from one function to another one is drawn, which is looked for once; None: within a block."""
        ways = self.graph.ways
        if (source, target) not in ways:
            way = self._owner(source), self._owner(target)
            inner = way[0] == way[1] and (target != way[1] or source.startswith("join_"))
            ways[source, target] = self._last_edge(*way) if all(way) and not inner else None
        return ways[source, target]

    def _last_edge(self, source: str, target: str) -> tuple[str, str]:
        """Where a way ends: what a helper calls is called by a block, as the journal tells it."""
        leads, helpers = self.graph.leads, [source]
        for one in helpers:  # grows by the helpers that are called
            if target in leads.get(one, ()):
                return one, target
            helpers += [other for other in leads.get(one, ())
                        if other not in helpers and self.graph.by_name[other].type == HELPER]
        return source, target

    def _steps(self) -> Iterator[tuple[int, str, str]]:
        order = self.passes.order[self.run]
        count = order.until(self.position)
        for position in order[max(0, count - _PATH):count]:
            event = self._event(position)
            assert isinstance(event, InvocationStarted)
            yield event.n, self._owner(event.cause.caller or ""), self._owner(event.block) or event.block

    def _number(self, position: int) -> int:
        event = self._event(position)
        return event.n if isinstance(event, InvocationStarted) else 0

    def _branches(self) -> Iterator[tuple[tuple[str, int], Rows]]:
        found = self.passes.evaluated[self.run]
        for block in self.graph.blocks:
            left = 0
            for number, branch in enumerate(block.branches):
                asked = found.get((block.name, branch.line)) if branch.line else None
                if asked and (count := asked.positions.until(self.position)):
                    sums = asked.until(self.position, self.journal)
                    left = count - sums.held
                    yield (block.name, number), Rows(count, *sums)
                elif not branch.line and left:  # what is behind all conditions
                    yield (block.name, number), Rows(left, left, 0, 0, True)

    def _others(self) -> Iterator[tuple[str, int]]:
        for function, starts in self.passes.starts[self.run].items():
            if not self._owner(function) and (count := starts.until(self.position)):
                yield function, count

