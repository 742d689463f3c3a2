"""Slips whose meaning is certain from the text of a playbook alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from phantom_lab.analysis.blocks import Finding, blocks, join
from phantom_lab.engine import Playbook
from phantom_lab.reading.bindings import own_nodes
from phantom_lab.reading.read import Reading

_KEPT = (ast.BinOp, ast.Compare, ast.UnaryOp, ast.JoinedStr, ast.Name, ast.Attribute, ast.Subscript)


def lint(reading: Reading) -> Iterator[Finding]:
    """Everything that is found in one source."""
    for rule in RULES if isinstance(reading.source, Playbook) else (no_effect,):
        yield from rule(reading)


def no_effect(reading: Reading) -> Iterator[Finding]:
    """An expression whose value nobody gets, and that only reads; in a ``try`` it may be there to raise."""
    tried = {id(one) for node in reading.nodes if isinstance(node, ast.Try) for one in node.body}
    for node in reading.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, _KEPT) and id(node) not in tried:
            text = ast.unparse(node.value)
            yield node.lineno, "warning", "no effect", f"the value of {_short(text)} is used by nobody"


def unreachable(reading: Reading) -> Iterator[Finding]:
    """A function that neither the platform nor anything that it starts ever calls."""
    if any(isinstance(node, ast.Name) and node.id in ("globals", "eval", "exec", "getattr", "locals")
           for node in reading.nodes):
        return  # functions may be found by their names
    named: dict[str, set[str]] = {name: set() for name in reading.functions}
    top: set[str] = {"on_start", "on_finish"}
    for node in reading.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named[node.name] |= set().union(*map(_names, node.body)) & named.keys()
            top |= set().union(*map(_names, (*node.decorator_list, node.args)))
        else:
            top |= _names(node)
    reached, waiting = set(), list(top & named.keys())
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            waiting += named[name]
    for name, line in reading.functions.items():
        if name not in reached:
            yield line, "warning", "unreachable", f"{name} is never called, nor a callback of anything that runs"


def product(reading: Reading) -> Iterator[Finding]:
    """Loops over two independent lists that build the parameters of one call."""
    for function in (node for node in reading.tree.body if isinstance(node, ast.FunctionDef)):
        given = {node.id: call.name for call in reading.calls if call.function == function.name
                 and isinstance(node := call.nodes.get("parameters"), ast.Name)}
        if not given:
            continue
        nodes = list(own_nodes(function))
        single = {target.id for node in nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)
                  and len(node.value.elts) < 2 for target in node.targets if isinstance(target, ast.Name)}
        for outer in (node for node in nodes if isinstance(node, ast.For)):
            loops = [loop for loop in (outer, *_nested(outer)) if ast.unparse(loop.iter) not in single]
            for name in sorted(_appended(loops[-1]) & given.keys()) if len(loops) > 1 else ():
                lists = " x ".join(_short(ast.unparse(loop.iter)) for loop in loops)
                yield outer.lineno, "info", "product", f"{given[name]} gets every combination of {lists}"


RULES: tuple[Callable[[Reading], Iterator[Finding]], ...] = (no_effect, unreachable, join, blocks, product)


def _nested(outer: ast.For) -> Iterator[ast.For]:
    """The chain of loops directly inside, as long as each is over something that the loop before it does not give."""
    inner = next((node for node in outer.body if isinstance(node, ast.For)), None)
    if inner is not None and not _names(outer.target) & _names(inner.iter):
        yield inner
        yield from _nested(inner)


def _appended(loop: ast.For) -> set[str]:
    """Names of the lists that a loop appends to."""
    return {node.func.value.id for node in ast.walk(loop) if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute) and node.func.attr == "append"
            and isinstance(node.func.value, ast.Name)}


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
