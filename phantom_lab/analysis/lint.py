"""Slips whose meaning is certain from the text of a playbook alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from phantom_lab.analysis.blocks import Finding, blocks, join
from phantom_lab.analysis.joins import stuck
from phantom_lab.analysis.upstream import after, upstream
from phantom_lab.engine import Playbook
from phantom_lab.reading.bindings import own_nodes
from phantom_lab.reading.graph import edges, found_by_name, names, reached
from phantom_lab.reading.read import Reading

_TAKING = frozenset({
    "block", "contain", "deactivate", "delete", "disable", "isolate", "kill", "lock", "logoff", "purge", "quarantine",
    "reboot", "remove", "reset", "revoke", "shutdown", "stop", "suspend", "terminate", "wipe"})
"""What an action begins with that takes something away from somebody."""
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
    found = reached(reading)
    for name, line in reading.functions.items():
        if name not in found:
            yield line, "warning", "unreachable", f"{name} is never called, nor a callback of anything that runs"


def unasked(reading: Reading) -> Iterator[Finding]:
    """An action that takes something away, to which no prompt leads and which nobody reviews."""
    led = after(edges(reading))
    prompts = {call.function for call in reading.calls_of("prompt", "prompt2", "task")}
    for call in () if found_by_name(reading) else reading.calls_of("act"):
        action = call.get("action")
        if (isinstance(action, str) and action.partition(" ")[0].lower() in _TAKING and call.get("reviewer") is None
                and not any(call.function in led.get(one, ()) for one in prompts)):
            yield call.line, "info", "unasked", f"{call.function} runs '{action}', and nobody is asked before"


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


RULES: tuple[Callable[[Reading], Iterator[Finding]], ...] = (
    no_effect, unreachable, join, stuck, blocks, upstream, product, unasked)


def _nested(outer: ast.For) -> Iterator[ast.For]:
    """The chain of loops directly inside, as long as each is over something that the loop before it does not give."""
    inner = next((node for node in outer.body if isinstance(node, ast.For)), None)
    if inner is not None and not names(outer.target) & names(inner.iter):
        yield inner
        yield from _nested(inner)


def _appended(loop: ast.For) -> set[str]:
    """Names of the lists that a loop appends to."""
    return {node.func.value.id for node in ast.walk(loop) if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute) and node.func.attr == "append"
            and isinstance(node.func.value, ast.Name)}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
