"""Which tests hold wherever a place of a function is reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property

from phantom_lab.source.source import Function

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Guards:
    """The tests of one function, by what stands behind them."""

    def __init__(self, function: Function) -> None:
        self._function = function

    @cached_property
    def _above(self) -> dict[int, ast.AST]:
        return {id(below): node for node in ast.walk(self._function) for below in ast.iter_child_nodes(node)}

    def keeps(self, node: ast.AST, text: str) -> bool:
        """Whether a place is reached only where a value is something else than 0 and None, or something catches it."""
        while (above := self._above.get(id(node))) is not None:
            if isinstance(above, ast.Try) and node in above.body:
                return True
            if isinstance(above, ast.If | ast.IfExp | ast.While) and node is not above.test:
                body = above.body if isinstance(above.body, list) else [above.body]
                if any(_says(one, text) for one in _certain(above.test, holds=node in body)):
                    return True
            if isinstance(above, ast.BoolOp) and isinstance(above.op, ast.And) and any(
                    _says((one, True), text) for one in above.values[:list(map(id, above.values)).index(id(node))]):
                return True
            if isinstance(node, ast.stmt) and any(_left_before(each, text) for each in _before(above, node)):
                return True
            node = above
        return False


def _certain(test: ast.expr, *, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The parts of a test of which it is certain whether they hold."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _certain(test.operand, holds=not holds)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is holds:
            for one in test.values:
                yield from _certain(one, holds=holds)
    else:
        yield test, holds


def _says(part: tuple[ast.expr, bool], text: str) -> bool:
    """Whether a part says that a value is no 0."""
    test, holds = part
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and ast.unparse(test.left) == text:
        return isinstance(test.ops[0], ast.Gt | ast.GtE | ast.NotEq) if holds else isinstance(
            test.ops[0], ast.Eq | ast.LtE | ast.Lt)
    return holds and ast.unparse(test) == text


def _before(above: ast.AST, node: ast.stmt) -> Sequence[ast.stmt]:
    """The statements that stand before one in the same suite."""
    for name in ("body", "orelse", "finalbody"):
        suite = getattr(above, name, None)
        if isinstance(suite, list) and node in suite:
            return suite[:suite.index(node)]
    return ()


def _left_before(statement: ast.stmt, text: str) -> bool:
    """Whether a statement leaves the suite where a value is 0."""
    return isinstance(statement, ast.If) and bool(statement.body) and isinstance(statement.body[-1], _ENDS) and any(
        _says(one, text) for one in _certain(statement.test, holds=False))
