"""What the lines of a source say: which statement begins where, in which loops it stands, and what it sets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from phantom_lab.lab.inside.comprehensions import Comprehension, Written, written
from phantom_lab.later import dataclass
from phantom_lab.source.rounds import Place
from phantom_lab.why.provenance.scopes import Module

_TEXT = 160
"""Characters of a statement."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_TESTED = ("test", "subject")
_READ = (ast.Name, ast.Subscript, ast.Call)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A simple statement, or the head of one that holds others."""

    line: int
    text: str
    loops: tuple[Statement, ...]
    """Those of its function whose bodies it stands in, the outermost first."""
    body: tuple[int, int] | None
    """First and last line of what is executed where a test holds, or a loop goes round; None: of no other statement,
    and where it begins on the line of the head, so that nothing tells whether it was."""
    is_loop: bool
    is_test: bool
    stored: tuple[ast.expr, ...]
    """What it sets: names, and elements of them."""
    loaded: tuple[ast.Name, ...]
    """What it may change by calling something."""
    tested: tuple[tuple[str, ast.expr], ...] | None
    """What the expression reads that decides which way it goes, with its text: ``row["ip"]`` before ``row``."""


class Statements:
    """The statements of a source by the lines that their heads stand on; of several on a line the first one."""

    def __init__(self, source: str) -> None:
        self.module = Module(source)
        self._lines = source.split("\n")
        self._by_line: dict[int, Statement] = {}
        self._functions: dict[tuple[str, int], ast.AST] = {}
        for one in self.module.nodes:
            if isinstance(one, _SCOPES):
                first = min([one.lineno, *(each.lineno for each in getattr(one, "decorator_list", ()))])
                self._functions.setdefault((getattr(one, "name", "<lambda>"), first), one)
        self._comprehensions: dict[tuple[int, int], Written] = {}
        self._take(self.module.tree.body, ())

    def at(self, line: int) -> Statement | None:
        """The one that a line belongs to."""
        return self._by_line.get(line)

    def function(self, name: str, line: int) -> ast.AST | None:
        """The function whose code has this name and first line."""
        return self._functions.get((name, line))

    def comprehension(self, place: Place) -> Written | None:
        """The one at a place."""
        at = place.line, place.column
        if at not in self._comprehensions:
            self._comprehensions.update({(one.lineno, one.col_offset): written(one, _short(ast.unparse(one)))
                                         for one in self.module.nodes if isinstance(one, Comprehension)})
        return self._comprehensions.get(at)

    def _take(self, body: list[Any], loops: tuple[Statement, ...]) -> None:
        for node in body:
            made = self._made(node, loops)
            for line in range(made.line, _end_of_head(node) + 1):
                self._by_line.setdefault(line, made)
            within = () if isinstance(node, _SCOPES) else loops
            for name, part in _parts(node):
                self._take(part, (*loops, made) if made.is_loop and name == "body" else within)

    def _made(self, node: Any, loops: tuple[Statement, ...]) -> Statement:
        line, end = _line(node), _end_of_head(node)
        body = getattr(node, "body", None)
        body = body if isinstance(body, list) and body and body[0].lineno > end else None
        text = " ".join(" ".join(one.split()) for one in self._lines[line - 1:end]).strip()
        tested = next((found for name in _TESTED if isinstance(found := getattr(node, name, None), ast.expr)), None)
        heads = [*_head(node)]
        return Statement(
            line, _short(text), loops,
            (body[0].lineno, body[-1].end_lineno) if body else None, isinstance(node, _LOOPS),
            isinstance(node, (ast.If, *_LOOPS)), tuple(_stored(node, heads)),
            tuple(one for one in heads if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)),
            None if tested is None else tuple(_read(tested)))


def _short(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT - 1]}…"


def unparsed(expression: ast.expr) -> str:
    """The text of an expression."""
    return expression.id if isinstance(expression, ast.Name) else ast.unparse(expression)


def _read(expression: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The names and elements that an expression reads."""
    for node in ast.walk(expression):
        if isinstance(node, _READ) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            yield unparsed(node), node


def _line(node: Any) -> int:
    return int(node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno)


def _parts(node: ast.AST) -> Iterator[tuple[str, list[Any]]]:
    """The lists of statements, handlers and cases within one."""
    for name, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt | ast.ExceptHandler | ast.match_case):
            yield name, value


def _end_of_head(node: Any) -> int:
    """Its last line, or that before what it holds."""
    first = min((_line(one) for _, part in _parts(node) for one in part), default=0)
    if not first:
        return int(node.end_lineno or node.lineno)
    return max(_line(node), first - 1) if not isinstance(node, ast.Try | ast.TryStar) else int(node.lineno)


def _head(node: Any) -> Iterator[ast.AST]:
    """The nodes of a statement without those of what it holds, nor of other code."""
    waiting = [one for one in ast.iter_child_nodes(node)
               if not isinstance(one, ast.stmt | ast.ExceptHandler | ast.match_case)]
    if isinstance(node, _SCOPES):
        return
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, ast.Lambda):
            waiting += ast.iter_child_nodes(one)


def _stored(node: Any, heads: list[ast.AST]) -> Iterator[ast.expr]:
    for one in heads:
        if isinstance(one, ast.Name | ast.Subscript | ast.Attribute) and isinstance(one.ctx, ast.Store):
            yield one
    names = [alias.asname or alias.name.partition(".")[0] for alias in heads if isinstance(alias, ast.alias)]
    names += [one.name for one in heads if isinstance(one, ast.MatchAs | ast.MatchStar) and one.name]
    if isinstance(node, ast.ExceptHandler | ast.FunctionDef | ast.ClassDef) and node.name:
        names.append(node.name)
    yield from (ast.Name(name, ast.Load()) for name in names)
