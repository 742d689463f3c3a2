"""Inputs of custom functions that are taken for another type than they may have: a number, or a text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from phantom_lab.check.blocks import Finding
from phantom_lab.reading.read import Reading
from phantom_lab.source.custom_function import CustomFunction

_WORDS = frozenset({"true", "false", "yes", "no"})


def typed(reading: Reading) -> Iterator[Finding]:
    """Inputs that are numbers only, though ids arrive as texts of digits; Booleans that are taken for texts."""
    source = reading.source
    if not isinstance(source, CustomFunction):
        return
    for function, nodes in reading.bodies:
        if function.name != source.name:
            continue
        given = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
        asked = {name: types for name in given if (types := _asked(name, nodes))}
        told = sorted((line, name) for name, types in asked.items() if (line := types.get("int")) and not (
            types.keys() & {"str", "basestring"}) and not _is_read(name, nodes, ("int", "str", "float")))
        if told:
            names = ", ".join(f"'{name}'" for _, name in told)
            yield (told[0][0], "info", "digits",
                   (f"{names} {'have' if len(told) > 1 else 'has'} to be a number here: one that arrives as a text of "
                    f"digits, as ids may, is refused or taken for something else"))
        for name, line in sorted(_worded(given, nodes).items(), key=lambda one: one[1]):
            if "bool" not in asked.get(name, {}) and not _is_read(name, nodes, ("str",)) and not _is_kept(name, nodes):
                yield (line, "warning", "boolean",
                       (f"'{name}' is taken for a text: a Boolean, as callers give it today, raises, is refused, or is "
                        f"not seen"))


def _asked(name: str, nodes: Sequence[ast.AST]) -> dict[str, int]:
    """The types that a name is held against, and where."""
    found: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance" and len(
                node.args) == 2 and _is(node.args[0], name):
            for one in ast.walk(node.args[1]):
                if isinstance(one, ast.Name):
                    found.setdefault(one.id, node.lineno)
    return found


def _is_read(name: str, nodes: Sequence[ast.AST], functions: Sequence[str]) -> bool:
    """Whether a name is made another type, or asked for its digits."""
    return any(isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Name) and node.func.id in functions and any(_is(one, name) for one in node.args))
        or (isinstance(node.func, ast.Attribute) and node.func.attr in ("isdigit", "isdecimal", "isnumeric")
            and name in {one.id for one in ast.walk(node.func.value) if isinstance(one, ast.Name)})) for node in nodes)


def _worded(given: set[str], nodes: Sequence[ast.AST]) -> dict[str, int]:
    """Inputs that are compared with the words for true and false, and where."""
    found: dict[str, int] = {}
    for node in nodes:
        if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn)):
            continue
        words = [one.value for one in ast.walk(node.comparators[0]) if isinstance(one, ast.Constant)]
        left = node.left
        while isinstance(left, ast.Call) and isinstance(left.func, ast.Attribute) and left.func.attr in (
                "lower", "upper", "strip", "casefold"):
            left = left.func.value
        if isinstance(left, ast.Name) and left.id in given and words and all(
                isinstance(one, str) and one.lower() in _WORDS for one in words) and any(
                str(one).lower() in ("true", "false") for one in words):
            found.setdefault(left.id, node.lineno)
    return found


def _is_kept(name: str, nodes: Sequence[ast.AST]) -> bool:
    """Whether a Boolean is looked for as well, or passes by, because the words are looked for in a text only."""
    for node in nodes:
        if isinstance(node, ast.Compare) and _is(node.left, name) and any(
                isinstance(one, ast.Constant) and isinstance(one.value, bool) for one in node.comparators):
            return True
        parts = node.values if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) else (
            [node.test] if isinstance(node, ast.If | ast.IfExp) else [])
        if any(_asked(name, [one]) .keys() & {"str", "basestring"} for one in parts if isinstance(one, ast.Call)):
            return True
    return False


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
