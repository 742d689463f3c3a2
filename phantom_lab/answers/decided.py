"""Where one execution of a function left the way to a place of it, and what decided that."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from phantom_lab.answers.answer import Cause
from phantom_lab.answers.conditions import condition_cause, loop_cause
from phantom_lab.answers.guards import CASE, CODE, EXIT, HANDLER, IF, LOOP, Guard, guards
from phantom_lab.answers.operands import Operands, lines_of, text_of
from phantom_lab.answers.ran import Frame, Ran
from phantom_lab.answers.values import Values
from phantom_lab.errors import cut
from phantom_lab.history.events import ApiCalled, Failure, Kept
from phantom_lab.views.waiting import COMPLETION_CALLS, names_of, still_waiting
from phantom_lab.why.provenance.names import UNKNOWN

_KEPT = ("get_run_data", "get_block_result", "get_data", "get_object")
_LINES = 8
"""Lines that are named of those that only the code tells."""


class Decided:
    """What decided in one execution."""

    def __init__(self, ran: Ran, frame: Frame) -> None:
        self._ran, self._frame, self._journal = ran, frame, ran.journal
        self._values = Values(ran, frame)
        self._operands = Operands(ran, frame, self._values)

    def against(self, node: ast.AST) -> Cause:
        """Why a place was not reached; where no event tells, the lines of the code that decide."""
        open_: list[Guard] = []
        found = guards(self._ran.module, node, self._frame.node)
        failed = self._failed_at(node)
        for one in found:
            if failed and one.line > failed:
                break
            verdict = self._verdict(one)
            if verdict is False:
                return self._cause(one)
            if verdict is None and one.kind != EXIT:
                open_.append(one)
            elif verdict is None:
                open_ += one.before or [one]
        if failed and failed <= getattr(node, "end_lineno", failed):
            return self._exception(failed)
        return self._only_code(open_, node)

    def chosen(self, node: ast.AST) -> Iterator[Cause]:
        """What let the code come to a place that it reached: conditions with their rows, and plain ``if``s."""
        for one in guards(self._ran.module, node, self._frame.node):
            for guard in one.before if one.kind == EXIT else (one,):
                if guard.kind == IF and guard.test is not None and (loop := self._loop(guard.test)) is not None:
                    yield loop
                elif guard.kind == IF and guard.test is not None:
                    evaluated = list(self._operands.evaluated(guard.test))
                    yield from (condition_cause(self._journal, event, self._frame.name) for event in evaluated)
                    if not evaluated and self._values.truth(guard.test) is not None:
                        yield self._was(guard)

    # -- verdicts ------------------------------------------------------------------------------------------------------

    def _verdict(self, one: Guard) -> bool | None:
        """Whether something went the way that leads on; None where nothing tells."""
        if one.kind == EXIT:
            return self._stayed(one)
        if self._seen(one, one.toward):
            return True
        if one.kind == HANDLER:
            return None if self._raised(one.away) else False
        if one.kind in (CASE, CODE) or one.test is None:
            return False if self._seen(one, one.away) else None
        if one.kind == LOOP and not isinstance(one.node, ast.While):
            rounds = self._values.of(one.test)
            return None if rounds is UNKNOWN else bool(rounds)
        truth = self._values.truth(one.test)
        if truth is not None:
            return truth is one.way
        return False if self._seen(one, one.away) and not self._in_loop(one.node) else None

    def _stayed(self, one: Guard) -> bool | None:
        """Whether code was not left where it may be."""
        if any(line > one.after for line in self._frame.lines) and not self._in_loop(one.node):
            return True
        verdicts = [self._verdict(each) for each in one.before]
        if False in verdicts:
            return True
        return None if None in verdicts else False

    def _seen(self, guard: Guard, nodes: Iterable[ast.AST]) -> bool:
        """Whether an event tells of a line of some code; one that it shares with the condition tells nothing."""
        lines = {line for one in nodes if isinstance(one, ast.stmt) for line in lines_of(one)}
        return bool((lines - set(lines_of(guard.test) if guard.test is not None else ())) & self._frame.lines)

    def _in_loop(self, node: ast.AST) -> bool:
        return any(isinstance(one, ast.For | ast.While) for one in self._ran.module.above(node))

    def _raised(self, body: Iterable[ast.AST]) -> bool:
        """Whether something in a ``try`` raised, or may have: only calls of the platform tell."""
        lines = {line for one in body for line in lines_of(one)}
        return any(getattr(one, "line", 0) in lines and getattr(one, "error", "") for one in self._frame.events)

    def _failed_at(self, node: ast.AST) -> int:
        """The line at which an exception left this execution before it came to a place; 0: none did."""
        failure = self._frame.failure
        if failure is None:
            return 0
        if any(isinstance(one, ast.For | ast.While) and one.lineno == failure.line
               for one in self._ran.module.above(node)):
            return 0  # a later round failed
        seen, own = max(self._frame.lines, default=self._frame.node.lineno), self._frame.node
        if failure.invocation not in (0, self._frame.invocation) or failure.line not in lines_of(own):
            return seen
        names = {one.name for one in ast.walk(own) if isinstance(one, ast.FunctionDef) and one is not own
                 and failure.line in lines_of(one)}  # functions within it, which are called somewhere else
        called = [one.lineno for one in ast.walk(own) if isinstance(one, ast.Name) and one.id in names]
        return min((line for line in called if line >= seen), default=seen) if names else failure.line

    # -- causes --------------------------------------------------------------------------------------------------------

    def _cause(self, one: Guard) -> Cause:
        if one.kind == EXIT:
            return self._left(one)
        if one.kind == HANDLER:
            return self._made("nothing raised", one.line, f"nothing raised in what is tried from line "
                              f"{getattr(one.away[0], 'lineno', one.line)} on")
        if one.test is None:
            return self._made("branch", one.line, f"another way was taken in line {one.line}")
        return self._tested(one)

    def _tested(self, one: Guard) -> Cause:
        assert one.test is not None
        line, text = one.line, text_of(one.test)
        evaluated = list(self._operands.evaluated(one.test))
        calls = list(self._operands.calls(one.test))
        asked = [call for call in calls if call.name in COMPLETION_CALLS]
        if asked and one.way:
            return self._waits(asked[-1])
        if (loop := self._loop(one.test)) is not None:
            return loop
        if evaluated:
            wrong = next((event for event in evaluated if event.passed is not one.way), evaluated[-1])
            return condition_cause(self._journal, wrong, self._frame.name)
        rows = list(self._operands.held(one.test))
        if not one.way and (again := self._again(calls, one, rows)) is not None:
            return again
        if one.kind == LOOP and not isinstance(one.node, ast.While):
            return self._made("loop", line, f"there is nothing to go through in line {line}: {text} is empty", rows)
        return self._was(one)

    def _loop(self, test: ast.expr) -> Cause | None:
        """What a logic loop decided, where a test asks for it."""
        asked = [call for call in self._operands.calls(test) if call.name == "LoopState.should_continue"]
        return loop_cause(self._journal, asked[-1], self._frame.name) if asked else None

    def _again(self, calls: Iterable[ApiCalled], one: Guard, rows: Sequence[dict[str, Any]]) -> Cause | None:
        """A guard: run data that a test finds keep a block from going on twice."""
        kept = next((call for call in calls if call.name in _KEPT), None)
        if kept is None or one.test is None:
            return None
        key = self._journal.get(kept.arguments["key"]) if "key" in kept.arguments else ""
        saved = next((at for at in reversed(self._journal.index.positions(Kept))
                      if getattr(self._journal.events[at], "name", "") == key), None)
        return self._made("again", one.line, f"run data {key!r} are there already, and it goes on once: "
                          f"{text_of(one.test)} was true in line {one.line}", rows, saved)

    def _was(self, one: Guard) -> Cause:
        """What a plain ``if`` gave."""
        assert one.test is not None
        truth = self._values.truth(one.test)
        held = not one.way if truth is None else truth
        told = f"{text_of(one.test)} was {'true' if held else 'not true'} in line {one.line}"
        return self._made("branch", one.line, told, self._operands.rows(one.test))

    def _left(self, one: Guard) -> Cause:
        word = type(one.node).__name__.lower()
        if not one.before:
            return self._made("return", one.line, f"{self._frame.name} always leaves with {word} in line {one.line}")
        last = next((each for each in reversed(one.before) if each.test is not None), None)
        if last is None or last.test is None:
            return self._made("return", one.line, f"{self._frame.name} was left with {word} in line {one.line}")
        evaluated = list(self._operands.evaluated(last.test))
        if evaluated:
            decisive = next((event for event in evaluated if event.passed is last.way), evaluated[-1])
            inner = condition_cause(self._journal, decisive, self._frame.name)
            return condition_cause(self._journal, decisive, self._frame.name,
                                   f"{inner.told}; so {self._frame.name} was left with {word} in line {one.line}")
        held = list(self._operands.held(last.test))
        if last.way and (again := self._again(self._operands.calls(last.test), last, held)) is not None:
            return again
        truth = "true" if last.way else "not true"
        return self._made("return", one.line, f"{self._frame.name} was left with {word} in line {one.line}, as "
                          f"{text_of(last.test)} was {truth}", held)

    def _waits(self, call: ApiCalled) -> Cause:
        """A join."""
        waiting = [one for one in still_waiting(self._journal) if one.invocation == call.invocation
                   and one.line == call.line]
        position = self._journal.index.returned_at(call.command)
        if waiting and waiting[-1].lacks:
            one = waiting[-1]
            rows = tuple({"waits for": name, "told": why} for name, why in one.lacks)
            return Cause("join", one.message, self._frame.name, call.line, call.run, call.invocation, position, rows)
        names = names_of(self._journal, call)
        what = " and ".join(names) or "everything"
        told = f"{self._frame.name} waited for {what} in line {call.line}, and was not called again when it was there"
        return Cause("join", told, self._frame.name, call.line, call.run, call.invocation, position,
                     tuple({"waits for": name} for name in names))

    def _exception(self, line: int) -> Cause:
        failure = self._frame.failure
        assert failure is not None
        position = next((at for at in self._journal.index.positions(type(self._frame.ended))
                         if self._journal.events[at] is self._frame.ended), None) if self._frame.ended else None
        rows = blamed(failure)
        where = "" if failure.block == self._frame.name else f", which came out of {failure.block}"
        return self._made("exception", line, f"{self._frame.name} ended with {failure.type} in line {failure.line}: "
                          f"{cut(failure.message)}{where}", rows, position)

    def _only_code(self, open_: list[Guard], node: ast.AST) -> Cause:
        """No event tells: the lines that decide are named."""
        lines = list(dict.fromkeys((one.line, text_of(one.test) if one.test is not None else type(one.node).__name__)
                                   for one in open_))
        if not lines:
            line = getattr(node, "lineno", self._frame.node.lineno)
            ended = self._frame.ended is None and not self._frame.helper
            kind, told = ("ended", f"the run ended while {self._frame.name} went on") if ended else (
                "code", f"the code of {self._frame.name} decides it on the way to line {line}")
            return self._made(kind, line, told)
        rows = [row for one in open_ if one.test is not None for row in self._operands.rows(one.test)]
        told = " or ".join(f"line {line} ({text})" for line, text in lines[:_LINES])
        word = "decides" if len(lines) == 1 else "decide"
        return self._made("code", lines[0][0], f"the code of {self._frame.name} {word} it in {told}", rows)

    def _made(self, kind: str, line: int, told: str, rows: Iterable[dict[str, Any]] = (),
              position: int | None = None) -> Cause:
        return Cause(kind, told, self._frame.name, line, self._ran.number, self._frame.invocation, position,
                     tuple(rows))


def blamed(failure: Failure) -> list[dict[str, Any]]:
    """The values that may have made code raise, as far as they are known, as rows."""
    return [{"expression": one["expression"], "value": one["value"], "told": f"{one['expression']} was {one['value']}"}
            for one in failure.values if "value" in one]
