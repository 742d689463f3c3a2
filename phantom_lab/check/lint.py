"""Slips whose meaning is certain from the text of a playbook alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence

from phantom_lab.check import branches, wording
from phantom_lab.check.answered import answered
from phantom_lab.check.blocks import Finding, blocks, join
from phantom_lab.check.collectors import collectors, rest_filters, returns
from phantom_lab.check.comparing import comparing
from phantom_lab.check.constant import constant
from phantom_lab.check.joins import stuck
from phantom_lab.check.last_wins import order
from phantom_lab.check.pairs import pairs
from phantom_lab.check.posted import posted
from phantom_lab.check.products import product
from phantom_lab.check.refusals import refusals
from phantom_lab.check.scopes import mixed, scopes
from phantom_lab.check.several import several
from phantom_lab.check.shared import shared
from phantom_lab.check.twice import left_out, twice
from phantom_lab.check.typed import typed
from phantom_lab.check.upstream import upstream
from phantom_lab.check.values import values
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.graph import edges, found_by_name, groups_that_begin, reached, reached_from
from phantom_lab.reading.read import Reading
from phantom_lab.source.playbook import Playbook

_TAKING = frozenset({
    "block", "contain", "deactivate", "delete", "disable", "isolate", "kill", "lock", "logoff", "purge", "quarantine",
    "reboot", "remove", "reset", "revoke", "shutdown", "stop", "suspend", "terminate", "wipe"})
"""What an action begins with that takes something away from somebody."""
_SHOWN = 5
"""How many functions are named behind another one."""
_OF_TEXTS = frozenset({"casefold", "endswith", "format", "lower", "lstrip", "removeprefix", "removesuffix", "rsplit",
                       "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper"})
_MAKING = frozenset({"sorted", "reversed", "list", "tuple", "set", "dict", "str", "repr", "len", "bool", "sum", "zip",
                     "json.dumps", "os.path.join", "urljoin", "urllib.parse.urljoin", "quote", "urllib.parse.quote",
                     "copy.copy", "copy.deepcopy", "deepcopy", "re.sub", "html.escape"})
"""Functions that only give something; what reads a value, such as `int`, may be there to raise."""
_KEPT = (ast.BinOp, ast.Compare, ast.UnaryOp, ast.JoinedStr, ast.Name, ast.Attribute, ast.Subscript)


def lint(reading: Reading) -> Iterator[Finding]:
    """Everything that is found in one source."""
    for rule in EVERYWHERE:
        yield from rule(reading)
    if not isinstance(reading.source, Playbook):
        return
    for rule in RULES:
        yield from rule(reading)
    flow = Flow(reading)
    yield from product(flow)
    for about in FLOW_RULES if not found_by_name(reading) else ():
        yield from about(flow)


def no_effect(reading: Reading) -> Iterator[Finding]:
    """An expression whose value nobody gets, and that only reads; in a ``try`` it may be there to raise."""
    tried = {id(one) for node in reading.nodes if isinstance(node, ast.Try) for one in node.body}
    modules = {alias.asname or alias.name.partition(".")[0] for node in reading.nodes
               if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    for node in reading.nodes:
        if not isinstance(node, ast.Expr) or id(node) in tried:
            continue
        if isinstance(node.value, _KEPT) or _makes(node.value, modules):
            text = ast.unparse(node.value)
            yield node.lineno, "warning", "no-effect", f"the value of {_short(text)} is used by nobody"


def _makes(node: ast.expr, modules: Collection[str]) -> bool:
    """Whether an expression only makes something new: by a method of a text, which stays as it is, or a function."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in _MAKING:
        return all(_makes(one, modules) for arg in node.args for one in ast.walk(arg) if isinstance(one, ast.Call))
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if isinstance(node.func.value, ast.Name) and node.func.value.id in modules:
        return False
    if node.func.attr == "title" and node.args:  # that of a window
        return False
    of_texts = node.func.attr == "replace" and len(node.args) == 2 and ast.unparse(node.func.value) != "os"
    return of_texts or node.func.attr in _OF_TEXTS or (
        node.func.attr in ("format", "join") and isinstance(node.func.value, ast.Constant))


def unreachable(reading: Reading) -> Iterator[Finding]:
    """A function that neither the platform nor anything that it starts ever calls; only where such a region begins."""
    lost = reading.functions.keys() - reached(reading)
    led = {name: one & lost for name, one in edges(reading).items() if name in lost}
    told: set[str] = set()
    line = reading.functions.__getitem__
    for name in sorted((min(group, key=line) for group in groups_that_begin(led)), key=line):
        more = reached_from(led, [name], known=told) - {name}
        told |= {name, *more}
        yield (line(name), "warning", "unreachable",
               f"{name} is never called, nor a callback of anything that runs{_behind(sorted(more, key=line))}")


def unasked(flow: Flow) -> Iterator[Finding]:
    """An action that takes something away, to which no prompt leads and which nobody reviews."""
    asked = [call.function for call in flow.reading.calls_of("prompt", "prompt2", "task")]
    led = flow.reached(one.target for function in asked for one in flow.of[function])
    there = flow.reached(flow.top)
    for call in flow.reading.calls_of("act"):
        for action in call.possible("action"):
            if (isinstance(action, str) and action.partition(" ")[0].lower() in _TAKING
                    and call.get("reviewer") is None and call.function in there - led):
                yield (call.line, "info", "unasked",
                       f"{call.function} runs '{action}', and nobody is asked before in this playbook")


EVERYWHERE: tuple[Callable[[Reading], Iterator[Finding]], ...] = (
    no_effect, constant, comparing, typed, scopes, pairs, several, refusals, values, answered, collectors, rest_filters,
    posted, returns)
"""What is told of custom functions as well."""
RULES: tuple[Callable[[Reading], Iterator[Finding]], ...] = (unreachable, join, blocks, shared)
FLOW_RULES: tuple[Callable[[Flow], Iterator[Finding]], ...] = (
    stuck, upstream, unasked, twice, left_out, mixed, order, *branches.FLOW_RULES, *wording.FLOW_RULES)
"""What says nothing where functions may be found by their names."""


def _behind(functions: Sequence[str]) -> str:
    named = ", ".join(functions[:_SHOWN]) + (f", … {len(functions) - _SHOWN} more" if len(functions) > _SHOWN else "")
    if len(functions) > 1:
        return f"; nor are the {len(functions)} functions behind it ({named})"
    return f"; nor is the function behind it ({named})" if functions else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
