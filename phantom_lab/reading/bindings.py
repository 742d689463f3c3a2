"""What the nodes of a source bind, and what they change."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from phantom_lab.rules import surface
from phantom_lab.source.parsing import children

Named = tuple[str, ...]
"""An attribute of ``phantom.rules``, by its parts: ``()`` is the module itself, ``("",)`` the package ``phantom``; of
another module of the package, the first part is ``module phantom.<module>``."""
_MODULE = "phantom.rules"
_CHANGES = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "update", "setdefault", "add", "sort"})
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
BINDING = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.arg, *_NAMED, ast.For,
           ast.AsyncFor, ast.comprehension, ast.AugAssign, ast.withitem, ast.Delete, ast.Call)
"""Nodes that bind or change something."""
_CLOSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Constant, ast.Name)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything of a module or function but what stands in functions and classes inside it."""
    waiting = children(node)
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, _CLOSED):
            waiting += children(one)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Named]]:
    """What an import binds to something of ``phantom``, by name."""
    base = "" if isinstance(node, ast.Import) else f"{'.' * node.level}{node.module or ''}."
    for alias in node.names:
        name = base + alias.name
        if name == f"{_MODULE}.*":
            yield from ((one, (one,)) for one in surface().functions | surface().constants)
        elif name == "phantom" or name.startswith("phantom."):
            whole = not base and not alias.asname
            yield alias.asname or alias.name.split(".")[0], ("",) if whole else _named(name)


def assigned(node: ast.AST) -> tuple[str, ast.expr | None] | None:
    """The name that a plain assignment binds, and its expression."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return (targets[0].id, node.value) if len(targets) == 1 and isinstance(targets[0], ast.Name) else None


def bound(node: ast.AST) -> Iterator[str]:
    """Names that a node binds otherwise than by a plain assignment."""
    if isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, _NAMED):
        yield from filter(None, [node.name])
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension | ast.AugAssign):
        yield from _names(node.target, ast.Store)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from _names(node.optional_vars, ast.Store)
    elif isinstance(node, ast.Assign) and (len(node.targets) > 1 or not isinstance(node.targets[0], ast.Name)):
        for target in node.targets:
            yield from _names(target, ast.Store)


def changed(node: ast.AST) -> Iterator[str]:
    """Names whose value a node changes in place, or may change: ``x[0] = …``, ``x.append(…)``."""
    if isinstance(node, ast.Assign | ast.Delete):
        for target in node.targets:
            yield from _names(target, ast.Load)
    elif isinstance(node, ast.AugAssign):
        yield from _names(node.target, ast.Load)
    elif (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES
            and isinstance(node.func.value, ast.Name)):
        yield node.func.value.id


def _names(target: ast.expr, context: type[ast.expr_context]) -> Iterator[str]:
    """Names of an assignment's target: stored ones are bound, loaded ones stand before ``[…]`` or ``.x``."""
    for one in ast.walk(target):
        if isinstance(one, ast.Name) and isinstance(one.ctx, context):
            yield one.id


def _named(name: str) -> Named:
    if name in ("phantom", _MODULE):
        return ("",) if name == "phantom" else ()
    parts = name.removeprefix(f"{_MODULE}.").split(".")
    return tuple(parts) if name.startswith(f"{_MODULE}.") else (f"module {name}",)
