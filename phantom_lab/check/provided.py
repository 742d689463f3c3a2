"""What a source provides for itself: that something is not there, in one Python or another."""

from __future__ import annotations

import ast

from phantom_lab.reading.read import Reading

_MISSING = {
    "ImportError": (ast.Import, ast.ImportFrom), "ModuleNotFoundError": (ast.Import, ast.ImportFrom),
    "NameError": (ast.Name,), "AttributeError": (ast.Attribute, ast.ImportFrom)}
"""What raises each exception, where a name is not there."""
_VERSIONS = frozenset({"version_info", "hexversion", "PY2", "PY3", "python_version", "hasattr"})
"""What a condition asks for that tells one Python from another."""


def provided(reading: Reading) -> set[int]:
    """The ids of nodes for which a source provides: it asks which Python it is, or catches what is missing."""
    found: set[int] = set()
    for node in reading.nodes:
        if isinstance(node, ast.If | ast.IfExp) and _asks(node.test):
            found.update(map(id, ast.walk(node)))
        elif isinstance(node, ast.Try):
            kinds = _caught(node)
            found.update(id(one) for one in ast.walk(node) if isinstance(one, kinds))
            found.update(id(one) for handler in node.handlers if kinds for one in ast.walk(handler))
    return found


def _asks(test: ast.expr) -> bool:
    return any(getattr(one, "attr", getattr(one, "id", "")) in _VERSIONS for one in ast.walk(test))


def _caught(node: ast.Try) -> tuple[type[ast.AST], ...]:
    """Kinds of what is provided for: what a named exception says, and imports where nothing else is tried."""
    named = {getattr(one, "id", "") for handler in node.handlers if handler.type for one in ast.walk(handler.type)}
    kinds = [kind for name in named for kind in _MISSING.get(name, ())]
    if node.handlers and all(isinstance(one, ast.Import | ast.ImportFrom) for one in node.body):
        kinds += _MISSING["ImportError"]
    return tuple(kinds)
