"""Where playbook code goes round, and what is compiled in there so that its rounds are counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import CodeType
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.source.parsing import children

NEXT = "__phantom_lab_next__"
"""The builtin ``next``, whatever the playbook calls so."""
ENTER = "__phantom_lab_enter__"
"""Builtin that hears of the beginning of a loop."""
ROUND = "__phantom_lab_round__"
"""Builtin that hears of every so many rounds, and ends the run after too many."""

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_KINDS: dict[type[ast.AST], str] = {
    **dict.fromkeys(_LOOPS, "loop"), **dict.fromkeys(_COMPREHENSIONS, "comprehension"),
    **dict.fromkeys(_FUNCTIONS, "function")}
_LEAVES = frozenset({ast.Name, ast.Constant, ast.alias})
_BODIES = ("body", "orelse", "finalbody")
_SCOPES = frozenset({*_FUNCTIONS, ast.ClassDef})
_MODULE = ("<module>", 1)
OWN_CODE = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
"""Names of the code that a comprehension is of its own."""


def counter(number: int) -> str:
    """Name of the builtin that gives True for every round at a place, and False when `ROUND` is to hear of them."""
    return f"__phantom_lab_rounds_{number}__"


@dataclass(frozen=True, slots=True)
class Place:
    """A loop, a comprehension or an inner function, which goes round with every call."""

    kind: str
    """``loop``, ``comprehension`` or ``function``."""
    line: int
    column: int
    end: int
    """Its last line."""
    scope: tuple[str, int]
    """Name and first line of the code that it is in."""

    def holds(self, code: CodeType, line: int) -> bool:
        """Whether some code is within this loop or comprehension when it is at a line."""
        if self.kind == "function" or not self.line <= line <= self.end:
            return False
        own = self.kind == "comprehension" and code.co_name in OWN_CODE
        return own or self.scope == (_MODULE if code.co_name == _MODULE[0] else (code.co_name, code.co_firstlineno))


def count_rounds(tree: ast.Module) -> tuple[Place, ...]:
    """Let every round of every loop and comprehension, and every call of an inner function, be counted; line numbers
    stay as they are. Functions of the module level have the lab's hook already.

    Returns:
        The places; the number of a place is where it stands among them.
    """
    places: list[Place] = []
    for node, parent, scope in list(_nodes(tree)):
        kind = _KINDS.get(type(node))
        if kind is not None and (kind != "function" or scope != _MODULE):
            _count(node, len(places), parent)
            places.append(Place(kind, node.lineno, node.col_offset, node.end_lineno or node.lineno, scope))
    return tuple(places)


def _nodes(tree: ast.Module) -> Iterator[tuple[Any, ast.AST, tuple[str, int]]]:
    """Nodes with their parents and the code that they are in, but for names and the like; not by recursion, as
    expressions may be deep."""
    waiting: list[tuple[Any, ast.AST, tuple[str, int]]] = [(tree, tree, _MODULE)]
    while waiting:
        node, parent, scope = waiting.pop()
        yield node, parent, scope
        if type(node) in _SCOPES:
            scope = (getattr(node, "name", "<lambda>"),
                     min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]))
        waiting += [(child, node, scope) for child in children(node) if type(child) not in _LEAVES]


def _count(node: Any, number: int, parent: Any) -> None:
    """Put the count where each round, or call, begins."""
    kind = type(node)
    if kind is ast.Lambda:
        node.body = _either(ast.And(), _counted(node.body, number), node.body)
    elif kind in _COMPREHENSIONS:
        node.generators[0].iter = _begun(node.generators[0].iter, number)
        for one in node.generators:
            one.ifs.insert(0, _counted(one.iter, number))
    else:
        documented = kind in _FUNCTIONS and ast.get_docstring(node, clean=False) is not None
        node.body.insert(int(documented), _statement(_counted(node.body[0], number)))
        if kind is ast.While:
            around = next(body for name in _BODIES if node in (body := getattr(parent, name, [])))
            around.insert(around.index(node), _statement(_call(ENTER, node, number)))
        elif kind in _LOOPS:
            node.iter = _begun(node.iter, number)


def _begun(iterable: ast.expr, number: int) -> ast.expr:
    """What is gone through, once `ENTER`, which gives None, has heard of it."""
    return _either(ast.Or(), _call(ENTER, iterable, number), iterable)


def _counted(at: ast.stmt | ast.expr, number: int) -> ast.expr:
    rounds = _located(ast.Call(_name(NEXT), [_name(counter(number)), ast.Constant(None)], []), at)
    return _either(ast.Or(), rounds, _call(ROUND, at, number))


def _either(operator: ast.boolop, first: ast.expr, second: ast.expr) -> ast.expr:
    return ast.copy_location(ast.BoolOp(operator, [first, second]), second)


def _call(name: str, at: ast.stmt | ast.expr, number: int) -> ast.expr:
    return _located(ast.Call(_name(name), [ast.Constant(number)], []), at)


def _statement(value: ast.expr) -> ast.stmt:
    return ast.copy_location(ast.Expr(value), value)


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _located(call: ast.Call, at: ast.stmt | ast.expr) -> ast.expr:
    """A call of our own, at the place of something of the source."""
    for part in (call, call.func, *call.args):
        ast.copy_location(part, at)
    return call
