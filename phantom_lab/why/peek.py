"""What stands in executing frames, looked at without calling anything: values are hostile."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from phantom_lab.why.provenance.names import UNKNOWN
from phantom_lab.why.provenance.scopes import Module

_SHOWN = 200
"""Characters of a value."""
_NODES = 20_000
"""Parts of a value that is kept whole."""
_type_name = type.__dict__["__name__"].__get__  # a metaclass may have one of its own


class Peek:
    """Finds the values of expressions in frames.

    Args:
        frames: by the function or comprehension that executes in each.
    """

    def __init__(self, module: Module, frames: Mapping[ast.AST, FrameType]) -> None:
        self._module = module
        self._frames = frames

    def __call__(self, node: ast.AST) -> Any:
        """The value of a name, a constant, or a subscript or ``.get`` of plain dicts, lists, tuples and texts."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return -node.operand.value if type(node.operand.value) is int else UNKNOWN
        if isinstance(node, ast.Name):
            return self._named(node)
        if isinstance(node, ast.Subscript):
            return _element(self(node.value), self(node.slice))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            return self._got(node.func.value, node.args)
        return UNKNOWN

    def _got(self, receiver: ast.AST, args: list[ast.expr]) -> Any:
        found, key = self(receiver), self(args[0]) if args else UNKNOWN
        if type(found) is not dict or type(key) not in (str, int):
            return UNKNOWN
        value = _element(found, key)
        return value if value is not UNKNOWN else self(args[1]) if len(args) > 1 else None

    def _named(self, node: ast.Name) -> Any:
        found = [self._frames[one] for one in self._module.above(node) if one in self._frames]
        for frame in found:
            values = frame.f_locals  # a plain dict, or since Python 3.13 a proxy of the interpreter's own
            if (type(values) is dict or frame.f_code.co_flags & CO_OPTIMIZED) and node.id in values:
                return values[node.id]
        return found[0].f_globals.get(node.id, UNKNOWN) if found else UNKNOWN


def _element(value: Any, key: Any) -> Any:
    if type(value) is dict and type(key) in (str, int):  # a look-up would compare keys, and ask theirs
        return next((found for one, found in value.items() if type(one) is type(key) and one == key), UNKNOWN)
    if type(value) in (list, tuple, str) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return UNKNOWN


def shown(value: Any) -> str:
    """A short JSON-like text of a value; of what is no JSON only its type."""
    parts: list[str] = []
    _show(value, parts, [_SHOWN], 6)
    text = "".join(parts)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN - 1]}…"


def _show(value: Any, parts: list[str], left: list[int], levels: int) -> None:
    kind = type(value)
    if left[0] <= 0 or levels <= 0:
        _add("…", parts, left)
    elif kind is str:
        _add(json.dumps(value[:_SHOWN], ensure_ascii=False), parts, left)
    elif value is None or kind in (bool, float) or (kind is int and value.bit_length() < 4_000):
        _add(json.dumps(value), parts, left)
    elif kind in (list, tuple, dict):
        _show_many(value, parts, left, levels - 1)
    else:
        _add(f"<{_type_name(kind)}>"[:60], parts, left)


def _show_many(value: Any, parts: list[str], left: list[int], levels: int) -> None:
    opening, closing = "{}" if type(value) is dict else "[]"
    _add(opening, parts, left)
    for place, one in enumerate(value.items() if type(value) is dict else value):
        if place:
            _add(", ", parts, left)
        if left[0] <= 0:
            break
        if type(value) is dict:
            _show(one[0], parts, left, levels)
            _add(": ", parts, left)
        _show(one[1] if type(value) is dict else one, parts, left, levels)
    _add(closing, parts, left)


def _add(text: str, parts: list[str], left: list[int]) -> None:
    parts.append(text)
    left[0] -= len(text)


def is_plain(value: Any) -> bool:
    """Whether a value is made of plain JSON types only, and is not too large to be kept."""
    todo, seen = [value], 0
    while todo:
        one = todo.pop()
        seen += 1
        if seen > _NODES:
            return False
        if type(one) is dict:
            if any(type(key) is not str for key in one):
                return False
            todo += one.values()
        elif type(one) is list:
            todo += one
        elif not (one is None or type(one) in (str, bool, int, float)):
            return False
    return True
