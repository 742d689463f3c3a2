"""What code does to values that came as JSON: of an answer of REST, or of another playbook."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from phantom_lab.check.blocks import Finding
from phantom_lab.reading.read import Reading

_USES = frozenset({"extend", "sort"})
_THROUGH = frozenset({"get", "items", "values", "copy"})


def answered(reading: Reading) -> Iterator[Finding]:
    """A value of any type that is taken apart as a list; a sort by a field of artifacts, which may be of any type."""
    for _function, nodes in reading.with_methods if "json" in reading.source.source else ():
        if not any(isinstance(one, ast.Attribute) and one.attr in _USES for one in nodes) and not any(
                isinstance(one, ast.Name) and one.id == "sorted" for one in nodes):
            continue
        ordered = sorted((one for one in nodes if isinstance(one, ast.stmt | ast.expr | ast.comprehension)), key=_place)
        watch = _Json()
        for node in ordered:
            watch.bind(node)
        asked = {ast.unparse(node.args[0]) for node in nodes if isinstance(node, ast.Call) and node.args
                 and ast.unparse(node.func) in ("isinstance", "type", "str", "list")}
        yield from _taken_apart(ordered, watch.any - asked)
        yield from _sorted(ordered, watch.fields)


def _place(node: ast.stmt | ast.expr | ast.comprehension) -> tuple[int, int]:
    placed = node.target if isinstance(node, ast.comprehension) else node
    return placed.lineno, placed.col_offset


class _Json:
    """The names that hold something of JSON."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self.any: set[str] = set()
        """Values of a dict that is gone through: each may be of another type."""
        self.fields: set[str] = set()
        """Values of artifacts' fields."""

    def bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and self._is_json(node.value):
            self._put(node.targets[0], node.value)
        elif isinstance(node, ast.For | ast.comprehension) and self._is_json(node.iter):
            walked = node.iter.func.attr if isinstance(node.iter, ast.Call) and isinstance(
                node.iter.func, ast.Attribute) else ""
            pair = walked == "items" and isinstance(node.target, ast.Tuple) and len(node.target.elts) == 2
            target = node.target.elts[1] if pair and isinstance(node.target, ast.Tuple) else node.target
            self._put(target, node.iter)
            if walked in ("items", "values") and isinstance(target, ast.Name):
                self.any.add(target.id)

    def _put(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._names.add(target.id)
            of_field = any(isinstance(one, ast.Constant) and one.value == "cef" for one in ast.walk(value))
            if of_field and not (isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)):
                self.fields.add(target.id)

    def _is_json(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self._names
        if isinstance(node, ast.Subscript):
            return self._is_json(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            read = (node.func.attr == "json" and not node.args) or ast.unparse(node.func) == "json.loads"
            return read or (node.func.attr in _THROUGH and self._is_json(node.func.value))
        return False


def _taken_apart(nodes: Sequence[ast.AST], names: set[str]) -> Iterator[Finding]:
    for node in nodes:
        given: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "extend":
            given = node.args[0] if node.args else None
        if isinstance(given, ast.Name) and given.id in names:
            yield (given.lineno, "warning", "text-as-list",
                   f"extend() takes '{given.id}' apart where it is a text, by letter, and raises where it is None")


def _sorted(nodes: Sequence[ast.AST], fields: set[str]) -> Iterator[Finding]:
    """A sort by a key under which some dict keeps a field of artifacts as it is."""
    keys = {key.value for node in nodes if isinstance(node, ast.Dict)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(value, ast.Name) and value.id in fields}
    for node in nodes if keys else ():
        by = next((one.value for one in node.keywords if one.arg == "key"), None) if isinstance(
            node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("sort", "sorted") else None
        read = by.body if isinstance(by, ast.Lambda) else None
        if isinstance(read, ast.Subscript) and isinstance(read.slice, ast.Constant) and read.slice.value in keys:
            yield (node.lineno, "info", "mixed-types",  # type: ignore[attr-defined]
                   f"a sort raises where {read.slice.value!r}, a field of artifacts, is None, or a number among texts")
