"""Back over the static calls of a source to the last block that ran, and why that did not go on."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from phantom_lab.answers.answer import Cause
from phantom_lab.answers.asked import after_asking, call_cause
from phantom_lab.answers.decided import Decided
from phantom_lab.answers.ran import Frame, Ran
from phantom_lab.answers.what import ASKS
from phantom_lab.history.events import Edited, HelperCalled, InvocationStarted
from phantom_lab.reading.graph import found_by_name

_LISTED = 12
"""Invocations, and actions without a callback, that are named."""
Site = tuple[ast.AST, ast.Call | None]
"""A place of the source that leads to something, and the call of the platform that it is handed to as a callback."""


class Back:
    """Goes back over what leads somewhere in one run."""

    def __init__(self, ran: Ran) -> None:
        self._ran = ran
        self._named: dict[str, list[Site]] = {}
        taken = ran.reading.named
        for node in ran.module.nodes:
            if isinstance(node, ast.Name) and node.id in ran.functions and isinstance(node.ctx, ast.Load) and (
                    not (function := ran.function_at(node)) or node.id in taken[function]):
                self._named.setdefault(node.id, []).append((node, self._callback_of(node)))

    def block(self, name: str) -> list[Cause]:
        """Why a function did not run, or not again."""
        ran = self._ran
        frames = ran.frames.get(name, [])
        if not frames and name == "on_finish":
            end = ran.journal.index.ends.get(ran.number)
            return [Cause("ended", f"the run ended before on_finish: {end.status}" if end else
                          "the run has not come to its end", name, run=ran.number)]
        causes = list(self._ways(name, (name,)))
        if frames:
            numbers = ", ".join(str(one.invocation) for one in frames[:_LISTED])
            times = "once" if len(frames) == 1 else f"{len(frames)} times"
            told = f"{name} ran {times} (invocation {numbers})"
            more = [one for one in causes if one.kind not in ("nobody", "ran")]
            last = frames[-1]
            if (skipped := self._skipped(last)) is not None:
                return [skipped, *more]
            return [*more, Cause("ran", told, name, last.node.lineno, ran.number, last.invocation, last.started)]
        return causes

    def line(self, number: int) -> list[Cause]:
        """Why a line was not reached."""
        within = [node for node in self._ran.functions.values() if node.lineno <= number <= (node.end_lineno or 0)]
        inner = [node for one in within for node in ast.walk(one) if isinstance(node, ast.stmt) and node is not one]
        found = [node for node in inner if node.lineno <= number <= (node.end_lineno or 0)] or sorted(
            (node for node in inner if node.lineno > number), key=_line, reverse=True)  # a comment: what follows
        if not found:
            return []
        return list(self._to(within[0].name, [(found[-1], None)], f"line {number}"))

    def calls(self, sites: Sequence[ast.Call], what: str) -> list[Cause]:
        """Why calls of the platform were not made, or came to nothing."""
        found: list[Cause] = []
        for node in sites:
            name = self._ran.function_at(node)
            if name:
                found += self._to(name, [(node, None)], what)
        return found

    def _to(self, function: str, sites: Sequence[Site], what: str) -> Iterator[Cause]:
        """Why a function did not come to places of it, or did not run."""
        if function in self._ran.frames:
            yield from self._from(function, sites, (what,))
        else:
            yield from self._ways(function, (function, what))

    def _ways(self, name: str, way: tuple[str, ...]) -> Iterator[Cause]:
        """Why nothing led to a function, the shortest ways first."""
        waiting, seen = deque([(name, way)]), {name}
        while waiting:
            name, way = waiting.popleft()
            by: dict[str, list[Site]] = {}
            for node, call in self._named.get(name, ()):
                if (function := self._ran.function_at(node)) != name:
                    by.setdefault(function, []).append((node, call))
            if not by:
                yield self._nobody(name, way)
            for function, sites in by.items():
                if not function:
                    line = _line(sites[0][0])
                    yield Cause("code", f"{name} is named at the playbook's own level, in line {line}", name, line,
                                self._ran.number, way=way)
                elif function in self._ran.frames:
                    yield from self._from(function, sites, way)
                elif function not in seen:
                    seen.add(function)
                    waiting.append((function, (function, *way)))

    def _from(self, function: str, sites: Sequence[Site], way: tuple[str, ...]) -> Iterator[Cause]:
        """Why a function that ran did not go on from places of it."""
        told: set[tuple[str, int]] = set()
        for frame in reversed(self._ran.frames[function]):
            for node, call in sites:
                one = self._at(frame, node, call, way)
                if one is not None and (one.kind, one.line) not in told:
                    told.add((one.kind, one.line))
                    yield replace(one, way=(function, *way))

    def _at(self, frame: Frame, node: ast.AST, call: ast.Call | None, way: tuple[str, ...]) -> Cause | None:
        """Why an execution did not get on from a place."""
        target = call or (node if isinstance(node, ast.Call) else None)
        if target is not None:
            name = getattr(target.func, "attr", getattr(target.func, "id", ""))
            if made := frame.called(target, name):
                if call is None:
                    return call_cause(self._ran, frame, made[-1])
                invoked = {one.started.cause.command for one in self._ran.journal.index.invocations.values()
                           if one.started.block == way[0]}
                left = [one for one in made if one.command not in invoked]
                return after_asking(self._ran, frame, left[-1], way[0]) if left else None
        elif isinstance(node, ast.Name) and _went_on(frame, node.id):
            return None
        elif isinstance(node, ast.stmt) and node.lineno in frame.lines:
            return Cause("ran", f"line {node.lineno} ran in invocation {frame.invocation}", frame.name, node.lineno,
                         self._ran.number, frame.invocation, frame.started)
        if (edit := self._skipped(frame)) is not None:
            return edit
        return Decided(self._ran, frame).against(target or node)

    def _skipped(self, frame: Frame) -> Cause | None:
        for position in self._ran.journal.index.positions(Edited):
            event = self._ran.journal.events[position]
            if isinstance(event, Edited) and event.what == "skip" and event.invocation == frame.invocation:
                return Cause("skipped", f"somebody passed {frame.name} by, by hand", frame.name, frame.node.lineno,
                             self._ran.number, frame.invocation, position)
        return None

    def _callback_of(self, node: ast.AST) -> ast.Call | None:
        for one in self._ran.module.above(node):
            if isinstance(one, ast.keyword) and one.arg in ("callback", "dispatch_callback"):
                continue
            if isinstance(one, ast.Call):
                return one if node is not one.func else None
            if isinstance(one, ast.stmt):
                return None
        return None

    def _nobody(self, name: str, way: tuple[str, ...]) -> Cause:
        alone = [f"{call.get('name') or call.name} in line {call.line}" for call, _ in self._ran.calls_of(*ASKS)
                 if call.get("callback") is None]
        told = f"nothing in the playbook calls {name}, and no callback is {name}"
        if found_by_name(self._ran.reading):
            told += "; functions may be found by their names here"
        rows = tuple({"without a callback": one, "told": f"no callback: {one}"} for one in alone[:_LISTED])
        return Cause("nobody", told, name, self._ran.functions[name].lineno, self._ran.number, rows=rows, way=way)


def _went_on(frame: Frame, name: str) -> bool:
    """Whether an execution called a function."""
    return any((isinstance(one, InvocationStarted) and one.block == name and one.caller == frame.invocation)
               or (isinstance(one, HelperCalled) and one.name == name) for one in frame.events)


def _line(node: ast.AST) -> int:
    line: int = getattr(node, "lineno", 0)
    return line
