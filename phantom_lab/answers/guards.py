"""What decides whether code gets to a place of its function: conditions, loops, handlers, and what leaves before."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from phantom_lab.later import dataclass
from phantom_lab.why.provenance.scopes import Comprehension, Module

IF, LOOP, HANDLER, CASE, EXIT, CODE = "if", "loop", "handler", "case", "exit", "code"
_LOOPS = ast.For | ast.AsyncFor | ast.While
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Guard:
    """Something that has to go one way for the place to be reached."""

    kind: str
    node: ast.AST
    """The statement or expression that decides; of an exit that which leaves."""
    way: bool = True
    """What its test has to give."""
    test: ast.expr | None = None
    toward: tuple[ast.AST, ...] = ()
    """What runs only if it goes that way."""
    away: tuple[ast.AST, ...] = ()
    """What runs only if it does not."""
    before: tuple[Guard, ...] = ()
    """Of an exit, what leads to it."""
    after: int = 0
    """Of an exit, the last line of the statement that it is in: code behind it did not leave there."""

    @property
    def line(self) -> int:
        """Where it stands."""
        line: int = getattr(self.test or self.node, "lineno", getattr(self.node, "lineno", 0))
        return line


def guards(module: Module, node: ast.AST, function: ast.AST) -> list[Guard]:
    """All that stands before a place, in the order in which it is decided."""
    chain = [node]
    for one in module.above(node):
        chain.append(one)
        if one is function:
            break
    chain.reverse()
    found: list[Guard] = []
    for parent, child in pairwise(chain):
        if isinstance(child, ast.stmt):
            found += _exits(module, _before(parent, child), function, chain)
        found += _of(parent, child)
    return found


def _before(parent: ast.AST, child: ast.stmt) -> Sequence[ast.stmt]:
    """What stands before a statement in its suite, and what of its parent is done first."""
    suites = [one for one in ast.iter_fields(parent) if isinstance(one[1], list) and child in one[1]]
    for name, suite in suites:
        first = list(parent.body) if isinstance(parent, ast.Try) and name in ("orelse",) else []
        return [*first, *suite[:suite.index(child)]]
    return []


def _of(parent: ast.AST, child: ast.AST) -> Iterator[Guard]:
    if isinstance(parent, ast.If | ast.IfExp) and child is not parent.test:
        body, orelse = ((tuple(one) if isinstance(one, list) else (one,)) for one in (parent.body, parent.orelse))
        way = child in body
        yield Guard(IF, parent, way, parent.test, *((body, orelse) if way else (orelse, body)))
    elif isinstance(parent, ast.While) and child is not parent.test and child in parent.body:
        yield Guard(LOOP, parent, True, parent.test, tuple(parent.body))
    elif isinstance(parent, ast.For | ast.AsyncFor) and child in parent.body:
        yield Guard(LOOP, parent, True, parent.iter, tuple(parent.body))
    elif isinstance(parent, ast.Try | ast.TryStar) and isinstance(child, ast.ExceptHandler):
        yield Guard(HANDLER, child, toward=tuple(child.body), away=tuple(parent.body))
    elif isinstance(parent, ast.Match) and isinstance(child, ast.match_case):
        yield Guard(CASE, parent, True, None, tuple(child.body))
    elif isinstance(parent, ast.BoolOp) and child is not parent.values[0]:
        for one in parent.values[:parent.values.index(child)]:  # type: ignore[arg-type]
            yield Guard(IF, parent, isinstance(parent.op, ast.And), one)
    elif isinstance(parent, Comprehension) and not isinstance(child, ast.comprehension):
        yield Guard(LOOP, parent, True, parent.generators[0].iter)
    elif isinstance(parent, ast.comprehension) and child is not parent.iter:
        yield Guard(LOOP, parent, True, parent.iter)
    elif isinstance(child, _INNER):
        yield Guard(CODE, child)


def _exits(module: Module, suite: Sequence[ast.stmt], function: ast.AST, chain: Sequence[ast.AST]) -> Iterator[Guard]:
    for statement in suite:
        for one in _leaving(statement):
            if isinstance(one, ast.Break | ast.Continue):
                loop = next((above for above in module.above(one) if isinstance(above, _LOOPS)), None)
                if loop not in chain:
                    continue
            elif isinstance(one, ast.Raise) and _caught(module, one, statement):
                continue
            inner = guards(module, one, statement) if one is not statement else []
            yield Guard(EXIT, one, before=tuple(inner), after=statement.end_lineno or statement.lineno)


def _leaving(statement: ast.stmt) -> Iterator[ast.stmt]:
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue):
            yield node
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case) and not isinstance(node, _INNER):
            todo += reversed(list(ast.iter_child_nodes(node)))


def _caught(module: Module, node: ast.AST, until: ast.AST) -> bool:
    for one in module.above(node):
        if isinstance(one, ast.Try | ast.TryStar) and one.handlers and any(
                node is each or each in module.above(node) for each in one.body):
            return True
        if one is until:
            break
    return False
