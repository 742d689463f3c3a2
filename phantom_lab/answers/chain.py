"""The chain of causes of an invocation: who invoked it, with what, and who invoked that, back to the start."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.answers.answer import Cause
from phantom_lab.answers.conditions import condition_cause
from phantom_lab.answers.decided import Decided
from phantom_lab.answers.ran import Ran
from phantom_lab.errors import cut
from phantom_lab.history.events import CallMade, CustomFunctionStarted, Evaluated, InvocationStarted, PlaybookStarted
from phantom_lab.history.journal import Journal
from phantom_lab.views.sentences import why as sentence
from phantom_lab.why.origins.recorded import calls_at

_LONGEST = 200
"""Steps of a chain."""
_ALWAYS = frozenset({"container", "handle", "results", "action", "success", "custom_function"})
"""Arguments of blocks that the sentence tells already, or that are the run's own."""


def chain(journal: Journal, invocation: int) -> list[Cause]:
    """Causes, the invocation itself first."""
    found: list[Cause] = []
    index, n = journal.index, invocation
    while (one := index.invocation(n)) is not None and len(found) < _LONGEST:
        started = one.started
        found.append(Cause(started.cause.kind, sentence(started).rstrip("."), started.block, started.cause.line or 0,
                           started.run, n, index.start_of(n), tuple(_with(journal, started))))
        n = _before(journal, started)
    return found


def _before(journal: Journal, started: InvocationStarted) -> int:
    """The invocation that led to one; 0: the platform did."""
    if started.cause.kind == "call":
        return started.caller or 0
    if started.cause.kind == "execute":
        asked = next((one for one in journal.index.of_kind(CustomFunctionStarted)
                      if one.custom_function_run_id == started.custom_function), None)
        return asked.invocation if asked else 0
    if started.cause.kind == "start" and started.cause.name:
        child = next((one for one in journal.index.of_kind(PlaybookStarted) if one.child == started.run), None)
        return child.invocation if child else 0
    return next((one.invocation for one in journal.index.of_kind(CallMade) if one.command == started.cause.command), 0)


def _with(journal: Journal, started: InvocationStarted) -> Iterator[dict[str, Any]]:
    for name, ref in started.arguments.items():
        if name not in _ALWAYS and (value := journal.get(ref)) not in (None, [], {}):
            yield {"argument": name, "value": value, "told": f"with {name} = {cut(repr(value))}"}


def let_through(journal: Journal, runs: Sequence[Ran], cause: Cause) -> list[Cause]:
    """The conditions that let a block do something in a line, or call another block, with their rows."""
    caller = cause.invocation
    if cause.kind == "call" and (one := journal.index.invocation(cause.invocation)) is not None:
        caller = one.started.caller or 0 if one.started.block == cause.block else caller
    for ran in runs:
        for frame in (one for frames in ran.frames.values() for one in frames) if ran.number == cause.run else ():
            if frame.invocation == caller and cause.line in _span(frame.node):
                nodes = calls_at(ran.module, cause.line)
                return [each for node in nodes[:1] for each in Decided(ran, frame).chosen(node)]
    return []


def _span(node: ast.AST) -> range:
    first: int = getattr(node, "lineno", 0)
    return range(first, (getattr(node, "end_lineno", None) or first) + 1)


def decided_in(journal: Journal, invocation: int) -> list[Cause]:
    """What the conditions of an invocation itself gave."""
    block = journal.index.block_of(invocation) or ""
    return [condition_cause(journal, one, block) for one in journal.index.of_kind(Evaluated)
            if one.invocation == invocation]
