"""Where the names of a source are bound, told from its text alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.source.parsing import children, parse

Step = str | int
"""A key or a place; `ANY` is each element."""
ANY = "*"
DECODED = "\0decoded"
"""A step into what a JSON text stands for."""
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_FILLING = {"append": (ANY,), "add": (ANY,), "insert": (ANY,), "appendleft": (ANY,), "extend": (), "update": (),
            "setdefault": (ANY,)}
"""Methods that put their last argument into what they are called on, and where."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a name gets a value, or something is put into its value."""

    value: ast.AST
    """What it gets: an expression, or the ``import``, ``def`` or ``class`` statement."""
    at: ast.AST
    """The statement or comprehension."""
    taken: tuple[Step, ...] = ()
    """Which part of the value the name gets."""
    put: tuple[Step, ...] | None = None
    """Into which part of what the name has the value is put; None: the name itself gets it."""


class Module:
    """A parsed source: parents, enclosing functions and bindings of its nodes."""

    def __init__(self, source: str) -> None:
        self.tree = parse(source)
        self.nodes: list[ast.AST] = [self.tree]
        """All of them, those of a level together."""
        self._parents: dict[ast.AST, ast.AST] = {}
        self._bindings: dict[ast.AST, dict[str, list[Binding]]] = {}
        self._nodes: dict[ast.AST, list[ast.AST]] = {}
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        self._within: dict[ast.AST, ast.AST] = {}
        self.kept: dict[tuple[Any, ...], Any] = {}
        """What others have found out about it."""
        for node in self.nodes:
            for child in children(node):
                self._parents[child] = node
                self.nodes.append(child)
            if isinstance(node, ast.FunctionDef):
                self._functions.setdefault(node.name, []).append(node)

    @cached_property
    def by_place(self) -> dict[tuple[int, int | None, int, int | None], ast.AST]:
        """The smallest expression or statement from a line to a line, and from a column to a column."""
        return {(one.lineno, one.end_lineno, one.col_offset, one.end_col_offset): one for one in self.nodes
                if isinstance(one, ast.expr | ast.stmt)}

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, innermost first."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def function_of(self, node: ast.AST) -> ast.AST:
        """The function that a node stands in, or the module."""
        if node not in self._within:
            self._within[node] = next((one for one in self.above(node) if isinstance(one, Function)), self.tree)
        return self._within[node]

    def functions(self, name: str) -> list[ast.FunctionDef]:
        """Every ``def`` of a name."""
        return self._functions.get(name, [])

    def bindings(self, scope: ast.AST, name: str) -> list[Binding]:
        """Where a function or the module binds a name, in order of the text; its parameters are not among them."""
        return self.names_of(scope).get(name, [])

    def names_of(self, scope: ast.AST) -> dict[str, list[Binding]]:
        """The bindings of a function or the module by name."""
        if scope not in self._bindings:
            found: dict[str, list[Binding]] = {}
            for node in self.nodes_of(scope):
                for bound, binding in _bound(node):
                    found.setdefault(bound, []).append(binding)
            self._bindings[scope] = found
        return self._bindings[scope]

    def nodes_of(self, scope: ast.AST) -> list[ast.AST]:
        """`own_nodes`, once."""
        if scope not in self._nodes:
            self._nodes[scope] = list(own_nodes(scope))
        return self._nodes[scope]

    def functions_in(self, scope: ast.AST) -> Iterator[ast.FunctionDef]:
        """Every ``def`` within a function or the module."""
        return (one for same in self._functions.values() for one in same
                if scope is self.tree or (one is not scope and scope in self.above(one)))

    def is_local(self, function: ast.FunctionDef, name: str) -> bool:
        """Whether a name is a function's own, and not one of what it stands in."""
        if name in parameters(function):
            return True
        given = any(one.put is None for one in self.bindings(function, name))
        return given and not any(isinstance(one, ast.Global | ast.Nonlocal) and name in one.names
                                 for one in self.nodes_of(function))

    def given_elsewhere(self, scope: ast.AST, name: str) -> list[Binding]:
        """Where functions within give a name of a function or the module another value."""
        return [one for function in self.functions_in(scope) if not self.is_local(function, name)
                for one in self.bindings(function, name) if one.put is None]

    def apart(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether two nodes stand in different branches of an ``if``, so that only one of them is reached."""
        branches = {(node, branch) for node, branch in self._branches(one)}
        return any((node, not branch) in branches for node, branch in self._branches(other))

    def _branches(self, node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
        for parent in self.above(node):
            if isinstance(parent, ast.If) and node is not parent.test:
                yield parent, node in parent.body
            node = parent


@lru_cache(maxsize=16)
def module_of(source: str) -> Module:
    """A source that the lab could parse before."""
    return Module(source)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function or module without those of functions and classes within it, in order of the text."""
    todo = list(reversed(children(scope)))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo += reversed(children(node))


def parameters(function: ast.AST) -> list[str]:
    """Every parameter of a function; none of a module."""
    if not isinstance(function, Function):
        return []
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs,
                                *filter(None, (given.vararg, given.kwarg)))]


def targets(target: ast.AST, taken: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The names of an assignment's target, and which part of the value each gets."""
    if isinstance(target, ast.Name):
        yield target.id, taken
    elif isinstance(target, ast.Tuple | ast.List):
        for place, one in enumerate(target.elts):
            yield from targets(one, (*taken, place))
    elif isinstance(target, ast.Starred):
        yield from targets(target.value, taken[:-1])


def key_of(node: ast.AST) -> Step:
    """A subscript that the text tells."""
    if isinstance(node, ast.Constant) and type(node.value) in (str, int):
        return node.value  # type: ignore[return-value]
    return ANY


def _bound(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(node, target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _assigned(node, node.target, node.value)
    elif isinstance(node, ast.AugAssign):
        for name, _ in targets(node.target, ()):
            yield name, Binding(node.value, node, put=())
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        for name, taken in targets(node.target, (ANY,)):
            if not isinstance(node, ast.comprehension):  # its names are known within it only
                yield name, Binding(node.iter, node, taken)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        for name, _ in targets(node.optional_vars, ()):
            yield name, Binding(node.context_expr, node.context_expr)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for one in node.names:
            yield one.asname or one.name.partition(".")[0], Binding(node, node)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, Binding(node, node)
    elif isinstance(node, ast.Call):
        yield from _filled(node)


def _assigned(at: ast.AST, target: ast.AST, value: ast.AST) -> Iterator[tuple[str, Binding]]:
    for name, taken in targets(target, ()):
        yield name, Binding(value, at, taken)
    name, keys = _into(target)
    if keys and name:
        yield name, Binding(value, at, put=keys)


def _filled(call: ast.Call) -> Iterator[tuple[str, Binding]]:
    """``x.append(value)`` and the like."""
    if isinstance(call.func, ast.Attribute) and (call.args or call.keywords):
        put = _FILLING.get(call.func.attr)
        name, keys = _into(call.func.value)
        if put is not None and name:
            for value in call.args[-1:]:
                yield name, Binding(value, call, put=(*keys, *put))
            for one in call.keywords:
                yield name, Binding(one.value, call, put=(*keys, *((one.arg,) if one.arg else ())))


def _into(target: ast.AST) -> tuple[str, tuple[Step, ...]]:
    """The name and the keys of ``x[a][b]``."""
    keys: tuple[Step, ...] = ()
    while isinstance(target, ast.Subscript):
        keys, target = (key_of(target.slice), *keys), target.value
    return (target.id if isinstance(target, ast.Name) else ""), keys
