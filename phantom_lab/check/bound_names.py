"""What the names of a source mean, whichever part of it uses them: said only where every binding agrees."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterable

_STORES = (ast.Store, ast.Del)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


class BoundNames:
    """Names of a whole source, without regard to scopes: what one function binds counts in all of them."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.values: dict[str, list[ast.expr | None]] = defaultdict(list)
        """What is assigned to a name; None for what anything else binds."""
        self._imported: dict[str, set[str]] = defaultdict(set)
        self.all_imported = False
        """Whether ``import *`` brings names that nobody can tell from here."""
        plain: set[int] = set()
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.values[node.targets[0].id].append(node.value)
                plain.add(id(node.targets[0]))
            elif isinstance(node, ast.Name) and isinstance(node.ctx, _STORES) and id(node) not in plain:
                self.values[node.id].append(None)
            elif isinstance(node, ast.arg):
                self.values[node.arg].append(None)
            elif isinstance(node, _NAMED) and node.name:
                self.values[node.name].append(None)

    def is_builtin(self, name: str) -> bool:
        """Whether nothing in the source binds a name."""
        return not (self.all_imported or name in self.values or name in self._imported)

    def is_imported(self, name: str) -> bool:
        """Whether an import, and nothing else, binds a name."""
        return name in self._imported and name not in self.values

    def full(self, node: ast.expr) -> str:
        """The full name of what an expression stands for: ``base64.encodestring``; a builtin's own; else empty."""
        if isinstance(node, ast.Attribute):
            above = self.full(node.value)
            return f"{above}.{node.attr}" if above else ""
        if not isinstance(node, ast.Name):
            return ""
        if self.is_builtin(node.id) and hasattr(builtins, node.id):
            return node.id
        meant = self._imported[node.id] if self.is_imported(node.id) else set()
        return next(iter(meant)) if len(meant) == 1 else ""

    def made_by(self, node: ast.expr) -> list[ast.expr]:
        """The expression itself, or all that is assigned to a name; empty where something else may bind it."""
        if not isinstance(node, ast.Name):
            return [node]
        given = self.values.get(node.id, [])
        known = [one for one in given if one is not None and not isinstance(one, ast.Name)]
        return known if len(known) == len(given) and node.id not in self._imported else []

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                self._imported[alias.asname or name].add(name)
            elif alias.name == "*":
                self.all_imported = self.all_imported or node.module != "phantom.rules"
            else:
                self._imported[alias.asname or alias.name].add(f"{node.module or ''}.{alias.name}")
