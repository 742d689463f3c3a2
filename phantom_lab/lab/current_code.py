"""The code of a recorded run as it is now, and which of its functions are others than recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import FunctionType

from phantom_lab.lab.again import GivenPlaybook, Making
from phantom_lab.source.capture import NAMED
from phantom_lab.source.playbook import Playbook

TOP_LEVEL = "<module>"
"""Stands for everything outside of functions."""


def current(made: Making) -> Playbook:
    """What a run was made of, as it is now: read again from its file, its cell, or the functions of a notebook."""
    return made.lab.loaded(_newest(made.playbook))


def _newest(given: GivenPlaybook) -> GivenPlaybook:
    if isinstance(given, Playbook):
        return given.path if given.path else NAMED.get(given.name, given)
    if isinstance(given, FunctionType):
        newest: GivenPlaybook = given.__globals__.get(given.__name__, given)
        return newest
    return given


def changed(before: str, after: str) -> set[str]:
    """The top-level functions of a source that do something else now, by themselves or as they use what does.

    Comments, blank lines and places do not count. `TOP_LEVEL` is among them where anything else changed.
    """
    old, new = _parts(ast.parse(before)), _parts(ast.parse(after))
    found = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    uses = _uses(ast.parse(after))
    while more := {name for name, used in uses.items() if name not in found and used & found}:
        found |= more
    return found


def _parts(tree: ast.Module) -> Mapping[str, str]:
    functions = {node.name: ast.dump(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    rest = [ast.dump(node) for node in tree.body if not isinstance(node, ast.FunctionDef)]
    return {**functions, TOP_LEVEL: "\n".join(rest)}


def _uses(tree: ast.Module) -> Mapping[str, set[str]]:
    """The names that each function *calls* or reads, but for those that it hands over as callbacks: these start as
    blocks of their own."""
    return {node.name: set(_names(node)) for node in tree.body if isinstance(node, ast.FunctionDef)}


def _names(node: ast.AST) -> Iterator[str]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.keyword) and one.arg == "callback":
            continue
        if isinstance(one, ast.Name):
            yield one.id
        yield from _names(one)
