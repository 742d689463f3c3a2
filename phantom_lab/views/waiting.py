"""Joins that wait to the end, and for what: the block that would have asked for it, and the branch that was taken."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Evaluated,
    Event,
    InvocationStarted,
    PlaybookCompleted,
    PlaybookStarted,
    RunStarted,
)
from phantom_lab.history.index import Reducer
from phantom_lab.history.invocations import Invocation
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.misspelt import near
from phantom_lab.source.parsing import parse, walk
from phantom_lab.views.unmatched import GATES, conditions_of

if TYPE_CHECKING:
    from phantom_lab.views.rows import Hint

COMPLETION_CALLS = ("completed", "actions_done", "playbooks_completed")
_CODE = "code_names"
_NAMES = ("action_names", "playbook_names", "custom_function_names", _CODE, "names")
_ENDS = ("success", "failed", "error")
"""How a run ends that nothing has cut short."""
_COMPLETED = (ActionCompleted, CustomFunctionCompleted, PlaybookCompleted)
_STARTED = (ActionStarted, CustomFunctionStarted, PlaybookStarted)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A block of an ended run whose last question whether everything is ``completed`` was answered with no."""

    invocation: int
    run: int
    block: str | None
    line: int
    lacks: tuple[tuple[str, str], ...]
    """What had not completed when it was asked for: names, and what became of each."""

    @property
    def message(self) -> str:
        """In words."""
        return f"{self.block} still waits for {'; '.join(why for _, why in self.lacks)}"


def waiting(journal: Journal) -> list[Hint]:
    """The same for people: ``{"invocation", "run", "block", "line", "message"}``."""
    return [{"invocation": one.invocation, "run": one.run, "block": one.block, "line": one.line,
             "message": one.message} for one in still_waiting(journal)]


def still_waiting(journal: Journal) -> list[Waiting]:
    """Joins that wait at the end of their runs."""
    index = journal.index
    ended = {run for run, event in index.ends.items() if event.status in _ENDS}
    last: dict[tuple[int, str | None, int], ApiCalled] = {}
    for event in index.calls(*COMPLETION_CALLS):
        if event.run in ended and not event.error:
            last[event.run, index.block_of(event.invocation), event.line] = event
    found = []
    for (number, block, line), asked in last.items():
        if journal.get(asked.returned) is False:
            run = _Run(journal, journal.reduced(_Progress), number, index.returned_at(asked.command) or 0)
            lacks = tuple((name, why) for name, code in asked_about(journal, asked)
                          if (why := run.lacks(name, code=code)))
            found.append(Waiting(asked.invocation, number, block, line, lacks))
    return found


def names_of(journal: Journal, call: ApiCalled) -> list[str]:
    """The names that a question is about, each once."""
    return list(dict.fromkeys(name for name, _ in asked_about(journal, call)))


def asked_about(journal: Journal, call: ApiCalled) -> list[tuple[str, bool]]:
    """The names that a question is about, each once, and whether it is that of a code block."""
    given = ((journal.get(call.arguments[name]), name == _CODE) for name in _NAMES if name in call.arguments)
    return list(dict.fromkeys((str(one), code) for names, code in given
                              for one in (names if isinstance(names, list) else [names]) if one is not None))


class _Progress(Reducer):
    """What was asked for, what completed, and which blocks were invoked."""

    takes = frozenset({*_STARTED, *_COMPLETED, InvocationStarted})

    def __init__(self) -> None:
        self.asked: defaultdict[tuple[int, str], list[tuple[int, bool]]] = defaultdict(list)
        """By run and name: positions, and whether it completed there."""
        self.started: defaultdict[int, dict[str, None]] = defaultdict(dict)
        """By run: what was asked for, in order."""
        self.first: dict[tuple[int, str], int] = {}
        """By run and block: the position of its first invocation."""
        self.latest: dict[str, int] = {}
        """By block: its latest invocation."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, InvocationStarted):
            self.first.setdefault((event.run, event.block), position)
            self.latest[event.block] = event.n
        elif isinstance(event, _STARTED):
            self.started[event.run][event.name] = None
            self.asked[event.run, event.name].append((position, False))
        elif isinstance(event, _COMPLETED):
            self.asked[event.run, event.name].append((position, True))

    def completed(self, run: int, name: str, until: int | None = None) -> bool:
        """Whether the latest that was asked for under a name has completed, all in all or before a position."""
        found = self.asked.get((run, name), [])
        found = found if until is None else found[:bisect_left(found, (until, False))]
        return bool(found) and found[-1][1]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a journal."""

    journal: Journal
    progress: _Progress
    number: int
    asked: int
    """Position of the question."""

    def lacks(self, name: str, *, code: bool = False) -> str:
        """What became of something that had not completed when it was asked for; empty where it had.

        Args:
            code: whether it is a code block, which has nothing to complete.
        """
        progress, run = self.progress, self.number
        if code:
            there = progress.first.get((run, name), self.asked) < self.asked
            return "" if there else f"the code block '{name}', which was not invoked: {self._unreached(name, [])}"
        if progress.completed(run, name, self.asked):
            return ""
        if progress.completed(run, name):
            return f"'{name}', which completed later, and nothing called the block again"
        started = list(progress.started.get(run, ()))
        if name in started:
            return f"'{name}', which never completed"
        return f"'{name}', which was never asked for: {self._unreached(name, started)}"

    def _unreached(self, name: str, started: list[str]) -> str:
        """Where the way to a block was left: at the last block that was invoked of those that lead to it."""
        index, latest = self.journal.index, self.progress.latest
        source = next((self.journal.get(one.source) for one in index.of_kind(RunStarted) if one.run == self.number), "")
        uses = _uses(source)
        wanted = [block for block, names in uses.items() if block == name or f"name={name}" in names]
        if not wanted:
            close = near(name, [*started, *uses])
            return "nothing in the playbook does" + (f" (closest: {close[0]})" if close else "")
        for block in wanted:
            if left := index.invocation(latest.get(block, 0)):
                return self._left(left, f"{block} ran without asking for it")
        seen = {*wanted}
        for block in wanted:  # grows by the blocks that lead there
            for one in [one for one, names in uses.items() if block in names and one not in seen]:
                if left := index.invocation(latest.get(one, 0)):
                    return self._left(left, f"{one} did not go on to {block}")
                wanted.append(one)
                seen.add(one)
        return f"nothing leads to {wanted[0]}"

    def _left(self, left: Invocation, told: str) -> str:
        """How a block was left: by an exception, or as its conditions decided."""
        if left.failure is not None:
            return f"{left.started.block} ended with {left.failure.type} in line {left.failure.line}"
        asked = [one for one in self.journal.index.within(left.started.n)
                 if isinstance(one, Evaluated) and one.run == self.number and one.api in GATES]
        taken = next((number for number, one in enumerate(asked, 1) if one.passed and one.api == "decision"), 0)
        if taken:
            return f"{told}, as it took branch {taken} ({'; '.join(conditions_of(self.journal, asked[taken - 1]))})"
        texts = [text for one in asked if not one.passed for text in conditions_of(self.journal, one)]
        return f"{told}, as none of these held: {'; '.join(texts)}" if texts else told


def _uses(source: str) -> dict[str, set[str]]:
    """What every function of a source mentions: names of other functions, and ``name=…`` of what it asks for."""
    functions = [node for node in parse(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name: {*_mentioned(walk(one))} for one in functions}


def _mentioned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg == "name" and isinstance(node.value, ast.Constant):
            yield f"name={node.value.value!s}"
