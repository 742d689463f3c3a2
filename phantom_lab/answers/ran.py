"""One run of a journal with its source: which of its functions ran, and which of their lines the journal saw."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field
from functools import cached_property
from typing import Any

from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.history.events import (
    ApiCalled,
    Event,
    Failure,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    Ref,
    RunStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.source import Source
from phantom_lab.why.origins.recorded import calls_at
from phantom_lab.why.provenance.scopes import Module, module_of


@dataclass(frozen=True)
class Frame:
    """One execution of a function: of a block its invocation, of a helper the call of it."""

    name: str
    invocation: int
    node: ast.FunctionDef
    started: int
    """Position in the journal."""
    arguments: dict[str, Ref]
    ended: InvocationEnded | None
    """Of a helper None."""
    events: tuple[Event, ...] = field(repr=False)
    """What happened in it, without what happened in blocks that it called."""
    helper: bool = False

    @cached_property
    def lines(self) -> frozenset[int]:
        """Those of its lines that an event tells of."""
        inside = range(self.node.lineno, (self.node.end_lineno or self.node.lineno) + 1)
        return frozenset(line for one in self.events if (line := _line(one, self.invocation)) in inside)

    def called(self, node: ast.Call, name: str) -> list[ApiCalled]:
        """The API calls of a name that an expression of it made."""
        lines, names = range(node.lineno, (node.end_lineno or node.lineno) + 1), (name, f"LoopState.{name}")
        return [one for one in self.events if isinstance(one, ApiCalled) and one.name in names and one.line in lines]

    @property
    def failure(self) -> Failure | None:
        """The exception that left it."""
        return self.ended.failure if self.ended else None


class Ran:
    """One run, by its event."""

    def __init__(self, journal: Journal, begun: RunStarted) -> None:
        self.journal, self.begun, self.number = journal, begun, begun.run
        text = journal.get(begun.source)
        self.module: Module = module_of(text)
        self.reading: Reading = read(Source(begun.playbook, text, None))
        self.functions = {one.name: one for one in self.module.tree.body if isinstance(one, ast.FunctionDef)}

    def function_at(self, node: ast.AST) -> str:
        """The module-level function that a node stands in; empty where it stands in none."""
        around = [node, *self.module.above(node)]
        top = around[-2] if len(around) > 1 else node
        return top.name if isinstance(top, ast.FunctionDef) else ""

    @cached_property
    def frames(self) -> dict[str, list[Frame]]:
        """Executions by function, in their order."""
        found: dict[str, list[Frame]] = {}
        index = self.journal.index
        for n, one in index.invocations.items():
            started = one.started
            if started.run == self.number and not started.custom_function and started.block in self.functions:
                found.setdefault(started.block, []).append(Frame(
                    started.block, n, self.functions[started.block], index.start_of(n) or 0, started.arguments,
                    one.ended, tuple(index.within(n))))
        for position in index.positions(HelperCalled):
            event = self.journal.events[position]
            if isinstance(event, HelperCalled) and event.run == self.number and event.name in self.functions:
                found.setdefault(event.name, []).append(Frame(
                    event.name, event.invocation, self.functions[event.name], position, event.arguments, None,
                    tuple(index.within(event.invocation)), helper=True))
        return found

    def calls_of(self, *names: str) -> Iterator[tuple[Any, ast.Call]]:
        """What the source says of calls of the API, and their nodes."""
        for call in self.reading.calls_of(*names):
            for node in calls_at(self.module, call.line):
                if getattr(node.func, "attr", getattr(node.func, "id", "")) == call.name and node.lineno == call.line:
                    yield call, node
                    break


def runs_of(journal: Journal) -> list[Ran]:
    """The runs of a journal whose sources can be read, the one that was started first.

    Raises:
        InputError: there is none.
    """
    found = []
    for begun in journal.index.of_kind(RunStarted):
        try:
            found.append(Ran(journal, begun))
        except (PlaybookLoadError, SyntaxError, ValueError):  # a journal of another Python
            continue
    if not found:
        raise InputError("this journal holds no run whose source can be read",
                         hint="phantom-lab show FILE shows what it holds.")
    return found


def _line(event: Event, invocation: int) -> int:
    if isinstance(event, InvocationStarted):
        return (event.cause.line or 0) if event.caller == invocation and event.cause.kind == "call" else 0
    line: int = getattr(event, "line", 0)
    return line
