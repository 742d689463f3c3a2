"""Which functions of a source can be reached: whatever a reached one names, it may call or hand over as a callback."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Set

from phantom_lab.reading.read import Reading
from phantom_lab.source.parsing import walk

_BY_NAME = frozenset({"globals", "eval", "exec", "getattr", "locals"})


def edges(reading: Reading) -> dict[str, set[str]]:
    """The module-level functions that each one names; under ``""`` those that the platform and the module's own level
    reach."""
    named: dict[str, set[str]] = {name: set() for name in reading.functions}
    top: set[str] = {"on_start", "on_finish"}
    for node in reading.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named[node.name] |= reading.named[node.name] & named.keys()
            top |= set().union(*map(names, (*node.decorator_list, node.args)))
        else:
            top |= names(node)
    return {"": top & named.keys(), **named}


def found_by_name(reading: Reading) -> bool:
    """Whether functions may be looked up by their names, so that edges do not tell everything."""
    return any(isinstance(node, ast.Name) and node.id in _BY_NAME for node in reading.nodes)


def reached(reading: Reading) -> set[str]:
    """The functions that something can reach; all of them where functions may be found by their names."""
    if found_by_name(reading):
        return set(reading.functions)
    known = edges(reading)
    return reached_from(known, known[""])


def reached_from(named: Mapping[str, Set[str]], functions: Iterable[str], *,
                 known: Set[str] = frozenset()) -> set[str]:
    """All that functions lead to, themselves included; nothing of what is known, nor behind it."""
    found: set[str] = set()
    waiting = list(functions)
    while waiting:
        if (name := waiting.pop()) not in found and name not in known:
            found.add(name)
            waiting += named[name]
    return found


def groups_that_begin(named: Mapping[str, Set[str]]) -> list[set[str]]:
    """Functions to which no others lead: alone, or as those of a circle.

    Whichever is left last, going through all of them, belongs to such a group (Kosaraju).
    """
    left: list[str] = []
    seen: set[str] = set()
    leading: dict[str, set[str]] = {name: set() for name in named}
    for start, targets in named.items():
        for one in targets:
            leading[one].add(start)
        waiting = [(start, False)]
        while waiting:
            name, done = waiting.pop()
            if done:
                left.append(name)
            elif name not in seen:
                seen.add(name)
                waiting += [(name, True), *((one, False) for one in named[name])]
    groups: list[set[str]] = []
    seen.clear()
    for name in reversed(left):
        if name not in seen:
            groups.append(reached_from(leading, [name]))
            seen |= reached_from(named, [name], known=seen)
    return groups


def names(node: ast.AST) -> set[str]:
    """Every name below a node."""
    return {one.id for one in walk(node) if isinstance(one, ast.Name)}
