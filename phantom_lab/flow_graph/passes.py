"""What a run did, by the functions of its playbooks, at every position of its journal: events are taken one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from phantom_lab.history.encoding import digest, encode
from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Evaluated,
    Event,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    OutcomeGiven,
    OutcomeMissing,
    PlaybookCompleted,
    PlaybookStarted,
    RunEnded,
    RunStarted,
)
from phantom_lab.history.index import Reducer
from phantom_lab.history.journal import Journal
from phantom_lab.views.truth import evaluated_rows
from phantom_lab.views.waiting import COMPLETION_CALLS

_NO = digest(encode(False))
Where = tuple[int, str]
"""A run, and a function or a name in it."""


class Dated(list[int]):
    """Positions in their order."""

    def until(self, position: int) -> int:
        """How many there are up to a position."""
        return bisect_right(self, position)

    def last(self, position: int) -> int:
        """The last one up to a position; -1 before the first."""
        found = self.until(position)
        return self[found - 1] if found else -1


class Asked:
    """One condition of a block: its evaluations, with sums over them."""

    def __init__(self) -> None:
        self.positions = Dated()
        self._sums: list[Sums] = [Sums(0, 0, 0, True)]

    def until(self, position: int, journal: Journal) -> Sums:
        """All evaluations up to a position; each is looked at once."""
        count = self.positions.until(position)
        while len(self._sums) <= count:
            event = journal.events[self.positions[len(self._sums) - 1]]
            assert isinstance(event, Evaluated)
            rows, total, sure = _rows(journal, event)
            last = self._sums[-1]
            self._sums.append(Sums(last.held + event.passed, last.rows + rows, last.total + total, last.sure and sure))
        return self._sums[count]


class Sums(NamedTuple):
    """What evaluations of a condition came to."""

    held: int
    """How many held."""
    rows: int
    """Rows for which it held."""
    total: int
    """All rows."""
    sure: bool
    """Whether all rows are known: a journal keeps the first ones of many."""


def _rows(journal: Journal, event: Evaluated) -> tuple[int, int, bool]:
    held = {(one["source"], one["row"]): one["row passed"] for one in evaluated_rows(journal, event)}
    operands: Sequence[Mapping[str, int]] = journal.get(event.operands)
    total = sum(one["total"] for one in operands)
    return sum(map(bool, held.values())), total, len(held) == total and None not in held.values()


class Passes(Reducer):
    """By run and function, where everything stands."""

    takes = frozenset({ActionCompleted, ActionStarted, ApiCalled, CustomFunctionCompleted, CustomFunctionStarted,
                       Evaluated, HelperCalled, InvocationEnded, InvocationStarted, OutcomeGiven, OutcomeMissing,
                       PlaybookCompleted, PlaybookStarted, RunEnded, RunStarted})

    def __init__(self) -> None:
        self.runs: dict[int, RunStarted] = {}
        self.begun: dict[int, int] = {}
        """Position of the start of every run."""
        self.ended: dict[int, tuple[int, str]] = {}
        """By run: position of its end, and how it ended."""
        self.order: defaultdict[int, Dated] = defaultdict(Dated)
        """By run: all invocations."""
        self.starts: defaultdict[int, defaultdict[str, Dated]] = defaultdict(lambda: defaultdict(Dated))
        """By run and function: its invocations; of a helper its calls."""
        self.ways: defaultdict[int, defaultdict[tuple[str, str], Dated]] = defaultdict(lambda: defaultdict(Dated))
        """By run, and by the function that called or asked and the one that was invoked."""
        self.raised: defaultdict[int, defaultdict[str, Dated]] = defaultdict(lambda: defaultdict(Dated))
        """By run and function: exceptions that came of it."""
        self.failed: defaultdict[int, defaultdict[str, Dated]] = defaultdict(lambda: defaultdict(Dated))
        """By run, and the function that asked: what came back as failed."""
        self.evaluated: defaultdict[int, defaultdict[tuple[str, int], Asked]] = defaultdict(lambda: defaultdict(Asked))
        """By run, function and line: conditions."""
        self.questions: defaultdict[int, defaultdict[tuple[str, int], Dated]] = defaultdict(lambda: defaultdict(Dated))
        """By run, function and line: whether something has completed."""
        self.children: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        """By run: position, run of a child, and the function that asked for it."""
        self.asked: defaultdict[Where, Dated] = defaultdict(Dated)
        """By run and name: what was asked for."""
        self.completed: defaultdict[Where, Dated] = defaultdict(Dated)
        self.askers: dict[tuple[str, int], Where] = {}
        """By what waits in the queue, as `phantom_lab.history.events.Queued` names it: who asked for it."""
        self.missing = Dated()
        """Where the run began to wait for an outcome, and where it went on, in turns."""
        self._blocks: dict[int, Where] = {}

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, OutcomeMissing) == (len(self.missing) % 2 == 0) and not isinstance(event, RunEnded):
            self.missing.append(position)
        match event:
            case RunStarted():
                self.runs[event.run], self.begun[event.run] = event, position
            case RunEnded():
                self.ended[event.run] = position, event.status
            case InvocationStarted():
                self._started(event, position)
            case InvocationEnded():
                run, function = self._blocks.get(event.n, (0, ""))
                if event.failure is not None and run and event.failure.invocation in (0, event.n):
                    self.raised[run][function].append(position)
            case HelperCalled():
                if event.invocation in self._blocks:  # else it is one of a custom function
                    self.starts[event.run][event.name].append(position)
                    self.ways[event.run][self._function(event.invocation), event.name].append(position)
            case Evaluated():
                self.evaluated[event.run][self._function(event.invocation), event.line].positions.append(position)
            case ApiCalled():
                if event.name in COMPLETION_CALLS and not event.error:
                    self.questions[event.run][self._function(event.invocation), event.line].append(position)
            case ActionStarted():
                self._ask(event, ("action", event.action_run_id), position)
            case CustomFunctionStarted():
                self._ask(event, ("custom function", event.custom_function_run_id), position)
            case PlaybookStarted():
                self._ask(event, ("playbook", event.child), position)
                self.askers["start", event.child] = self.askers["playbook", event.child]
                self.children[event.run].append((position, event.child, self._function(event.invocation)))
            case ActionCompleted():
                self._complete(event, ("action", event.action_run_id), position)
            case CustomFunctionCompleted():
                self._complete(event, ("custom function", event.custom_function_run_id), position)
            case PlaybookCompleted():
                self._complete(event, ("playbook", event.child), position)

    def _started(self, event: InvocationStarted, position: int) -> None:
        if event.custom_function:
            return
        self._blocks[event.n] = event.run, event.block
        self.starts[event.run][event.block].append(position)
        self.order[event.run].append(position)
        caller = self._blocks.get(event.caller or 0)
        source = caller[1] if caller and caller[0] == event.run else event.cause.caller
        if source and event.cause.kind not in ("start", "finish"):
            self.ways[event.run][source, event.block].append(position)

    def _ask(self, event: ActionStarted | CustomFunctionStarted | PlaybookStarted, key: tuple[str, int],
             position: int) -> None:
        self.asked[event.run, event.name].append(position)
        self.askers[key] = event.run, self._function(event.invocation)

    def _complete(self, event: ActionCompleted | CustomFunctionCompleted | PlaybookCompleted, key: tuple[str, int],
                  position: int) -> None:
        self.completed[event.run, event.name].append(position)
        run, function = self.askers.get(key, (0, ""))
        if event.status == "failed" and run:
            self.failed[run][function].append(position)

    def _function(self, invocation: int) -> str:
        return self._blocks.get(invocation, (0, ""))[1]

    def needed(self, position: int) -> int:
        """Where the run began to wait for the outcome that it still waits for; -1: it waits for none."""
        count = self.missing.until(position)
        return self.missing[count - 1] if count % 2 else -1

    def lacks(self, run: int, name: str, asked: int, position: int, *, code: bool = False) -> str:
        """What is the matter with something that a join asked for; empty where it had completed by then.

        Args:
            code: whether it is a code block, which has nothing to complete.

        Returns:
            ``never asked for``, ``pending`` at the position, or ``completed later``; of a code block ``not reached``
            or ``reached later``.
        """
        if code:
            first = next(iter(self.starts[run][name]), position + 1)
            return "" if first < asked else "reached later" if first <= position else "not reached"
        if self.completed[run, name].last(asked) > self.asked[run, name].last(asked):
            return ""
        if not self.asked[run, name].until(position):
            return "never asked for"
        later = self.completed[run, name].last(position) > self.asked[run, name].last(position)
        return "completed later" if later else "pending"


def answered_no(event: Event) -> bool:
    """Whether a question was answered with no."""
    return isinstance(event, ApiCalled) and event.returned == _NO
