"""What names and expressions of a source mean, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import field
from enum import Enum
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.reading.bindings import BINDING, Named, assigned, bound, changed, imported, own_nodes
from phantom_lab.rules import surface

_DEPTH = 100
"""How deep an expression is followed, and how often a name stands for another one."""
_LENGTH = 1_000_000
"""Characters or elements that are put together; a few lines of source could ask for all memory."""


class _Computed(Enum):
    COMPUTED = "computed"

    def __repr__(self) -> str:
        return "COMPUTED"


COMPUTED = _Computed.COMPUTED
"""What only a run can tell."""


@dataclass(slots=True)
class Scope:
    """Names of a module or function: what each import and each assignment binds."""

    above: Scope | None = None
    imported: dict[str, Named] = field(default_factory=dict)
    """Names that an import binds to something of ``phantom``."""
    assigned: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    """Expressions by name; None where something else binds it."""
    changed: set[str] = field(default_factory=set)
    """Names whose values are changed in place."""
    known: dict[str, Any] = field(default_factory=dict)
    """Values of names that have been asked for."""
    looped: dict[str, ast.expr] = field(default_factory=dict)
    """What the names of loops go through."""

    @classmethod
    def of(cls, node: ast.AST, above: Scope | None = None) -> Scope:
        """The scope of a module or function."""
        scope = cls(above)
        for one in own_nodes(node):
            if isinstance(one, BINDING):
                scope._bind(one)
        return scope

    def rebind(self, names: Iterable[str]) -> None:
        """Take into account that something else binds these names: functions that declare them ``global``."""
        for name in names:
            self._assign(name, None)

    def api(self, node: ast.expr, depth: int = 0) -> Named | None:
        """The name of ``phantom.rules`` that an expression stands for; ``()`` is the module itself."""
        if isinstance(node, ast.Attribute):
            parts = self.api(node.value, depth)
            if parts == ("",):
                return () if node.attr == "rules" else (f"module phantom.{node.attr}",)
            return None if parts is None else (*parts, node.attr)
        if not isinstance(node, ast.Name) or depth > _DEPTH:
            return None
        scope: Scope | None = self
        while scope is not None:
            if node.id in scope.imported:
                return scope.imported[node.id]
            if node.id in scope.assigned:
                once = scope._once(node.id)
                return scope.api(once, depth + 1) if isinstance(once, ast.Name | ast.Attribute) else None
            scope = scope.above
        return None

    def value(self, node: ast.expr | None, depth: int = 0) -> Any:
        """The JSON-like value of an expression; `COMPUTED` where, or as far as, only a run can tell it.

        A name that is assigned once, and never changed, has the value that it was assigned.
        """
        if depth > _DEPTH or node is None:
            return COMPUTED
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str | int | float | None) else COMPUTED
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._list(node.elts, depth)
        if isinstance(node, ast.Dict):
            return self._dict(node, depth)
        if isinstance(node, ast.Name):
            return self._named(node.id, depth)
        if isinstance(node, ast.Attribute):
            name = self.api(node)
            return surface().constants.get(name[0], COMPUTED) if name and len(name) == 1 else COMPUTED
        return self._joined(node, depth)

    def several(self, name: str) -> list[Any]:
        """What a name may be that a loop over a written list binds, and nothing else."""
        scope: Scope | None = self
        while scope is not None and name not in scope.assigned:
            scope = scope.above
        given = scope.looped.get(name) if scope is not None and len(scope.assigned[name]) == 1 else None
        found = self.value(given) if given is not None else COMPUTED
        return [one for one in found if one is not COMPUTED] if isinstance(found, list) else []

    def fields(self, node: ast.expr) -> dict[str, ast.expr] | None:
        """The expressions of a dict whose keys are all written, by key: of one in place, or of a name that stands for
        one, and that nothing changes; None of anything else."""
        scope: Scope | None = self
        while isinstance(node, ast.Name) and scope is not None and node.id not in scope.changed:
            if node.id in scope.assigned:
                node = scope._once(node.id) or node
                break
            scope = scope.above
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
            return {one.arg: one.value for one in node.keywords if one.arg} if all(
                one.arg for one in node.keywords) else None
        if not isinstance(node, ast.Dict):
            return None
        found = {key.value: value for key, value in zip(node.keys, node.values, strict=True)
                 if isinstance(key, ast.Constant) and isinstance(key.value, str)}
        return found if len(found) == len(node.keys) else None

    def _list(self, elements: list[ast.expr], depth: int) -> Any:
        found = []
        for one in elements:
            if not isinstance(one, ast.Starred):
                found.append(self.value(one, depth + 1))
            elif isinstance(more := self.value(one.value, depth + 1), list) and len(found) + len(more) <= _LENGTH:
                found += more
            else:
                return COMPUTED
        return found

    def _dict(self, node: ast.Dict, depth: int) -> Any:
        keys = [self.value(key, depth + 1) for key in node.keys]
        if not all(isinstance(key, str | int | float | bool | None) for key in keys):
            return COMPUTED
        return {key: self.value(value, depth + 1) for key, value in zip(keys, node.values, strict=True)}

    def _named(self, name: str, depth: int) -> Any:
        scope: Scope | None = self
        while scope is not None and name not in scope.changed:
            if name in scope.assigned:
                if name not in scope.known:
                    scope.known[name] = COMPUTED  # one that stands for itself
                    scope.known[name] = scope.value(scope._once(name), depth + 1)
                return scope.known[name]
            scope = scope.above
        return COMPUTED

    def _joined(self, node: ast.expr, depth: int) -> Any:
        """Texts and lists that are put together, and signs of numbers."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.value(node.left, depth + 1), self.value(node.right, depth + 1)
            fits = type(left) is type(right) and isinstance(left, str | list) and len(left) + len(right) <= _LENGTH
            return left + right if fits else COMPUTED
        if isinstance(node, ast.JoinedStr) and all(isinstance(one, ast.Constant) for one in node.values):
            return "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = self.value(node.operand, depth + 1)
            return -number if isinstance(number, int | float) else COMPUTED
        return COMPUTED

    def _once(self, name: str) -> ast.expr | None:
        found = self.assigned[name]
        return found[0] if len(found) == 1 else None

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.imported.update(imported(node))
        elif (plain := assigned(node)) is not None:
            self._assign(*plain)
        for name in bound(node):
            self._assign(name, None)
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
            self.looped[node.target.id] = node.iter
        self.changed.update(changed(node))

    def _assign(self, name: str, value: ast.expr | None) -> None:
        self.assigned.setdefault(name, []).append(value)
