"""Joins that wait to the end, and for what: the block that would have asked for it, and the branch that was taken."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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
from phantom_lab.history.invocations import Invocation, block_of
from phantom_lab.history.journal import Journal
from phantom_lab.misspelt import near
from phantom_lab.source.parsing import parse
from phantom_lab.views.unmatched import GATES, conditions_of

COMPLETION_CALLS = ("completed", "actions_done", "playbooks_completed")
_CODE = "code_names"
_NAMES = ("action_names", "playbook_names", "custom_function_names", _CODE, "names")
_ENDS = ("success", "failed", "error")
"""How a run ends that nothing has cut short."""


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


def waiting(journal: Journal) -> list[dict[str, Any]]:
    """The same for people: ``{"invocation", "run", "block", "line", "message"}``."""
    return [{"invocation": one.invocation, "run": one.run, "block": one.block, "line": one.line,
             "message": one.message} for one in still_waiting(journal)]


def still_waiting(journal: Journal) -> list[Waiting]:
    """Joins that wait at the end of their runs."""
    events = journal.events
    blocks = journal.index.invocations
    ended = {run for run, event in journal.index.ends.items() if event.status in _ENDS}
    last: dict[tuple[int, str | None, int], ApiCalled] = {}
    for event in journal.index.calls(*COMPLETION_CALLS):
        if event.run in ended and not event.error:
            last[event.run, block_of(blocks, event.invocation), event.line] = event
    found = []
    for (number, block, line), asked in last.items():
        if journal.get(asked.returned) is False:
            place = journal.index.returned_at(asked.command)
            run = _Run(journal, *([one for one in part if one.run == number] for part in (events[:place], events)))
            lacks = tuple((name, why) for name, code in _asked(journal, asked) if (why := run.lacks(name, code=code)))
            found.append(Waiting(asked.invocation, number, block, line, lacks))
    return found


def names_of(journal: Journal, call: ApiCalled) -> list[str]:
    """The names that a question is about, each once."""
    return list(dict.fromkeys(name for name, _ in _asked(journal, call)))


def _asked(journal: Journal, call: ApiCalled) -> list[tuple[str, bool]]:
    """The names that a question is about, each once, and whether it is that of a code block."""
    given = ((journal.get(call.arguments[name]), name == _CODE) for name in _NAMES if name in call.arguments)
    return list(dict.fromkeys((str(one), code) for names, code in given
                              for one in (names if isinstance(names, list) else [names]) if one is not None))


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a journal."""

    journal: Journal
    before: list[Event]
    """Until the question."""
    events: list[Event]

    def lacks(self, name: str, *, code: bool = False) -> str:
        """What became of something that had not completed when it was asked for; empty where it had.

        Args:
            code: whether it is a code block, which has nothing to complete.
        """
        if code:
            there = any(isinstance(one, InvocationStarted) and one.block == name for one in self.before)
            return "" if there else f"the code block '{name}', which was not invoked: {self._unreached(name, [])}"
        if _completed(self.before, name):
            return ""
        if _completed(self.events, name):
            return f"'{name}', which completed later, and nothing called the block again"
        started = list(dict.fromkeys(one.name for one in self.events if isinstance(one, _STARTED)))
        if name in started:
            return f"'{name}', which never completed"
        return f"'{name}', which was never asked for: {self._unreached(name, started)}"

    def _unreached(self, name: str, started: list[str]) -> str:
        """Where the way to a block was left: at the last block that was invoked of those that lead to it."""
        source = next((self.journal.get(one.source) for one in self.events if isinstance(one, RunStarted)), "")
        uses = _uses(source)
        wanted = [block for block, names in uses.items() if block == name or f"name={name}" in names]
        if not wanted:
            close = near(name, [*started, *uses])
            return "nothing in the playbook does" + (f" (closest: {close[0]})" if close else "")
        invoked = {one.started.block: one for one in self.journal.index.invocations.values()}
        for block in wanted:
            if block in invoked:
                return self._left(invoked[block], f"{block} ran without asking for it")
        seen = {*wanted}
        for block in wanted:  # grows by the blocks that lead there
            for one in [one for one, names in uses.items() if block in names and one not in seen]:
                if one in invoked:
                    return self._left(invoked[one], f"{one} did not go on to {block}")
                wanted.append(one)
                seen.add(one)
        return f"nothing leads to {wanted[0]}"

    def _left(self, left: Invocation, told: str) -> str:
        """How a block was left: by an exception, or as its conditions decided."""
        if left.failure is not None:
            return f"{left.started.block} ended with {left.failure.type} in line {left.failure.line}"
        asked = [one for one in self.events
                 if isinstance(one, Evaluated) and one.invocation == left.started.n and one.api in GATES]
        taken = next((number for number, one in enumerate(asked, 1) if one.passed and one.api == "decision"), 0)
        if taken:
            return f"{told}, as it took branch {taken} ({'; '.join(conditions_of(self.journal, asked[taken - 1]))})"
        texts = [text for one in asked if not one.passed for text in conditions_of(self.journal, one)]
        return f"{told}, as none of these held: {'; '.join(texts)}" if texts else told


_COMPLETED = (ActionCompleted, CustomFunctionCompleted, PlaybookCompleted)
_STARTED = (ActionStarted, CustomFunctionStarted, PlaybookStarted)


def _completed(events: Iterable[Event], name: str) -> bool:
    """Whether the latest that was asked for under a name has completed."""
    kinds = [isinstance(one, _COMPLETED) for one in events
             if isinstance(one, (*_COMPLETED, *_STARTED)) and one.name == name]
    return bool(kinds) and kinds[-1]


def _uses(source: str) -> dict[str, set[str]]:
    """What every function of a source mentions: names of other functions, and ``name=…`` of what it asks for."""
    functions = [node for node in parse(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name: {*_mentioned(ast.walk(one))} for one in functions}


def _mentioned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg == "name" and isinstance(node.value, ast.Constant):
            yield f"name={node.value.value!s}"
