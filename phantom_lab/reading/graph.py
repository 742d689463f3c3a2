"""Which functions of a source can be reached: whatever a reached one names, it may call or hand over as a callback."""

from __future__ import annotations

import ast

from phantom_lab.reading.read import Reading

_BY_NAME = frozenset({"globals", "eval", "exec", "getattr", "locals"})


def edges(reading: Reading) -> dict[str, set[str]]:
    """The module-level functions that each one names; under ``""`` those that the platform and the module's own level
    reach."""
    named: dict[str, set[str]] = {name: set() for name in reading.functions}
    top: set[str] = {"on_start", "on_finish"}
    for node in reading.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named[node.name] |= set().union(*map(names, node.body)) & named.keys()
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
    found: set[str] = set()
    waiting = list(known[""])
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += known[name]
    return found


def names(node: ast.AST) -> set[str]:
    """Every name below a node."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
