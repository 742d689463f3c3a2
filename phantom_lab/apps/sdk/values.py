"""Constant values and annotations of an app's source."""

from __future__ import annotations

import ast
from enum import Enum
from typing import Any

from phantom_lab.apps.sdk.sources import External, Found, Local, Module, Sources
from phantom_lab.later import dataclass

_DEPTH, _LENGTH = 40, 100_000


class _Computed(Enum):
    COMPUTED = "computed"


COMPUTED = _Computed.COMPUTED
"""What only executing it could tell."""


def value_of(sources: Sources, module: Module, node: ast.expr | None, depth: int = 0) -> Any:
    """The value of an expression: constants, what is put together of them, and names that stand for such."""
    if node is None or depth > _DEPTH:
        return COMPUTED
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _list(sources, module, node.elts, depth)
    if isinstance(node, ast.Dict):
        keys = [value_of(sources, module, one, depth + 1) for one in node.keys]
        values = [value_of(sources, module, one, depth + 1) for one in node.values]
        plain = all(isinstance(one, str | int | float | None) for one in keys)
        return dict(zip(keys, values, strict=True)) if plain else COMPUTED
    if isinstance(node, ast.Name | ast.Attribute):
        return _named(sources, module, node, depth)
    return _joined(sources, module, node, depth)


def _list(sources: Sources, module: Module, elements: list[ast.expr], depth: int) -> Any:
    found: list[Any] = []
    for one in elements:
        starred = isinstance(one, ast.Starred)
        value = value_of(sources, module, one.value if isinstance(one, ast.Starred) else one, depth + 1)
        if value is COMPUTED or (starred and not isinstance(value, list)) or len(found) > _LENGTH:
            return COMPUTED
        found += value if starred else [value]
    return found


def _named(sources: Sources, module: Module, node: ast.Name | ast.Attribute, depth: int) -> Any:
    found = sources.resolve(module, node)
    if found is None and isinstance(node, ast.Attribute) and node.attr == "value":  # of a member of an Enum
        found = sources.resolve(module, node.value)
    if not isinstance(found, Local) or not isinstance(found.node, ast.expr):
        return COMPUTED
    if found not in sources.values:
        sources.values[found] = COMPUTED  # one that stands for itself
        sources.values[found] = value_of(sources, found.module, found.node, depth + 1)
    return sources.values[found]


def _joined(sources: Sources, module: Module, node: ast.expr, depth: int) -> Any:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (value_of(sources, module, one, depth + 1) for one in (node.left, node.right))
        fits = isinstance(left, str | list) and type(left) is type(right) and len(left) + len(right) <= _LENGTH
        return left + right if fits else COMPUTED
    if isinstance(node, ast.JoinedStr):
        parts = [value_of(sources, module, one.value if isinstance(one, ast.FormattedValue) else one, depth + 1)
                 for one in node.values]
        plain = all(isinstance(one, str | int) for one in parts) and not any(
            isinstance(one, ast.FormattedValue) and (one.format_spec or one.conversion != -1) for one in node.values)
        fits = plain and sum(len(str(one)) for one in parts) <= _LENGTH
        return "".join(map(str, parts)) if fits else COMPUTED
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = value_of(sources, module, node.operand, depth + 1)
        return -number if isinstance(number, int | float) else COMPUTED
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        called, given = sources.resolve(module, node.func), value_of(sources, module, node.args[0], depth + 1)
        name = called.name if isinstance(called, External) else ""
        if isinstance(given, list) and name in ("builtins.list", "builtins.tuple"):
            return given
        return sorted(given) if name == "builtins.sorted" and _is_texts(given) else COMPUTED
    return COMPUTED


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What an annotation says, as the SDK takes it."""

    base: Found = None
    lists: int = 0
    """How many lists it is an element of."""
    optional: bool = False
    class_variable: bool = False


def annotation_of(sources: Sources, module: Module, node: ast.expr, so_far: Annotation | None = None,
                  depth: int = 0) -> Annotation:
    """Take ``Optional``, ``| None``, ``list`` and ``Annotated`` off."""
    told = so_far or Annotation()
    if depth > _DEPTH:
        return told
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return told
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union(sources, module, _alternatives(node), told, depth)
    if isinstance(node, ast.Subscript):
        return _subscript(sources, module, node, told, depth)
    found = sources.resolve(module, node)
    if isinstance(found, Local) and isinstance(found.node, ast.expr) and found.node is not node:  # an alias
        return annotation_of(sources, found.module, found.node, told, depth + 1)
    class_variable = isinstance(found, External) and found.last == "ClassVar"
    return Annotation(found, told.lists, told.optional, class_variable)


def _subscript(sources: Sources, module: Module, node: ast.Subscript, told: Annotation, depth: int) -> Annotation:
    head = sources.resolve(module, node.value)
    word = head.last if isinstance(head, External) else ""
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if word in ("list", "List"):
        return annotation_of(sources, module, inner[0], Annotation(None, told.lists + 1, told.optional), depth + 1)
    if word == "Optional":
        return _union(sources, module, [*inner, ast.Constant(None)], told, depth)
    if word == "Union":
        return _union(sources, module, inner, told, depth)
    if word == "Annotated":
        return annotation_of(sources, module, inner[0], told, depth + 1)
    return Annotation(head, told.lists, told.optional, word == "ClassVar")


def _union(sources: Sources, module: Module, parts: list[ast.expr], told: Annotation, depth: int) -> Annotation:
    real = [one for one in parts if not (isinstance(one, ast.Constant) and one.value is None)]
    if len(real) != 1:
        return Annotation(None, told.lists, told.optional)
    return annotation_of(sources, module, real[0], Annotation(None, told.lists, True), depth + 1)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    found, waiting = [], [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr):
            waiting += [one.right, one.left]
        else:
            found.append(one)
    return found
