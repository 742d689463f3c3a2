"""What a test of the code looks at: calls of the platform, conditions, and what its names held."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from phantom_lab.answers.conditions import nothing_given
from phantom_lab.answers.ran import Frame, Ran
from phantom_lab.answers.values import Values
from phantom_lab.errors import cut
from phantom_lab.history.events import ApiCalled, Evaluated
from phantom_lab.why.peek import shown
from phantom_lab.why.provenance.names import UNKNOWN
from phantom_lab.why.provenance.scopes import Binding

_TEXT = 120
"""Characters of an expression."""


class Operands:
    """What tests looked at in one execution of a function."""

    def __init__(self, ran: Ran, frame: Frame, values: Values) -> None:
        self._journal, self._frame, self._values = ran.journal, frame, values

    def rows(self, test: ast.expr) -> list[dict[str, Any]]:
        """What a test looked at: what its names held, and datapaths that gave nothing."""
        return [*self.held(test), *self.nothing(self.calls(test))]

    def nothing(self, calls: Iterable[ApiCalled]) -> Iterator[dict[str, Any]]:
        """Datapaths of calls that gave nothing, and why."""
        for call in calls:
            yield from nothing_given(self._journal, call.invocation, call.line)

    def evaluated(self, test: ast.expr) -> Iterator[Evaluated]:
        """The conditions of the platform that a test asks of."""
        commands = {call.command for call in self.calls(test)}
        for event in self._journal.index.of_kind(Evaluated):
            if event.command in commands:
                yield event

    def calls(self, test: ast.expr) -> Iterator[ApiCalled]:
        """The calls of the platform whose answers a test looks at."""
        todo, seen = [test], set[int]()
        while todo:
            for node in ast.walk(todo.pop()):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    yield from self._frame.called(node, name)
                elif isinstance(node, ast.Name) and id(node) not in seen:
                    seen.add(id(node))
                    bound = self._values.binding(node)
                    if isinstance(bound, Binding) and isinstance(bound.value, ast.expr):
                        todo.append(bound.value)

    def held(self, test: ast.expr) -> Iterator[dict[str, Any]]:
        """The names and subscripts of a test with what they held, as far as the journal tells."""
        told: set[str] = set()
        for node in ast.walk(test):
            if isinstance(node, ast.Name | ast.Subscript | ast.Call) and (text := text_of(node)) not in told:
                told.add(text)
                if (value := self._values.of(node)) is not UNKNOWN:
                    yield {"expression": text, "value": value if _short(value) else shown(value),
                           "told": f"{text} was {cut(shown(value))}"}


def lines_of(node: ast.AST) -> range:
    """The lines that a node takes."""
    first: int = getattr(node, "lineno", 0)
    last: int = getattr(node, "end_lineno", None) or first
    return range(first, last + 1)


def _short(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _TEXT)


def text_of(node: ast.AST) -> str:
    """An expression in one line, cut."""
    return cut(" ".join(ast.unparse(node).split()), _TEXT)
