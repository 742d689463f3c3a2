"""Parameters of every combination of two lists whose rows belong together."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from phantom_lab.check.blocks import Finding
from phantom_lab.check.rows import Rows, appends
from phantom_lab.reading.bindings import own_nodes
from phantom_lab.reading.calls import Call
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.graph import names
from phantom_lab.reading.starts import What


def product(flow: Flow) -> Iterator[Finding]:
    """Loops over two lists, one inside the other, that build the parameters of one call.

    Told where both lists are of the same rows, where one was made of the other's, or both of the same ones: what
    belonged together is taken crosswise. Lists that have nothing in common are meant to be combined.
    """
    rows_of, given_to = Rows(flow), defaultdict[str, dict[str, Call]](dict)
    for call in flow.reading.calls:
        if isinstance(node := call.nodes.get("parameters"), ast.Name | ast.ListComp):
            given_to[call.function][ast.unparse(node)] = call
    for function in (node for node in flow.reading.tree.body if isinstance(node, ast.FunctionDef)):
        given = given_to[function.name]
        nodes = list(own_nodes(function)) if given else []
        rows, inner = rows_of.rows(function.name) if nodes else {}, set[ast.For]()
        for outer in sorted((node for node in nodes if isinstance(node, ast.For)), key=lambda one: one.lineno):
            chain = [] if outer in inner else [outer, *_nested(outer)]
            inner.update(chain)
            lists = [text for loop in chain for text in _lists(loop.iter) if text in rows]
            why = _common(rows_of, rows, lists)
            for name in sorted(_appended(chain[-1]) & given.keys()) if why else ():
                if not _built_anew(name, outer, given[name], nodes):
                    yield _told(outer.lineno, given[name], lists, why)
        bound = {node.value: map(ast.unparse, node.targets) for node in nodes if isinstance(node, ast.Assign)}
        for made in (node for node in nodes if isinstance(node, ast.ListComp)):
            lists = [text for one in made.generators for text in _lists(one.iter) if text in rows]
            for name in (one for one in (*bound.get(made, ()), ast.unparse(made)) if one in given):
                if why := _common(rows_of, rows, lists):
                    yield _told(made.lineno, given[name], lists, why)


def _lists(node: ast.expr) -> list[str]:
    """The lists that a loop goes through: of ``itertools.product`` each."""
    several = isinstance(node, ast.Call) and ast.unparse(node.func) in ("product", "itertools.product")
    return [ast.unparse(one) for one in (node.args if several and isinstance(node, ast.Call) else [node])]


def _common(rows_of: Rows, rows: Mapping[str, set[What]], lists: Sequence[str]) -> str:
    """Why the rows of two of some lists belong together; empty where those of none do."""
    return next((why for one, other in combinations(lists, 2) if (why := rows_of.common(rows[one], rows[other]))), "")


def _told(line: int, call: Call, lists: Sequence[str], why: str) -> Finding:
    return line, "warning", "product", f"{call.name} gets every combination of {' x '.join(lists)}, {why}"


def _nested(outer: ast.For) -> Iterator[ast.For]:
    """The chain of loops directly inside, as long as each is over something that the loop before it does not give."""
    inner = next((node for node in outer.body if isinstance(node, ast.For)), None)
    if inner is not None and not names(outer.target) & names(inner.iter):
        yield inner
        yield from _nested(inner)


def _appended(loop: ast.For) -> set[str]:
    """Names of the lists that a loop appends to."""
    return {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and appends(node.id, loop)}


def _built_anew(name: str, loop: ast.For, call: Call, nodes: Iterable[ast.AST]) -> bool:
    """Whether the list is made anew behind the loop, as an author does who pairs it by hand."""
    return any(isinstance(node, ast.Assign) and (loop.end_lineno or 0) < node.lineno < call.line
               and any(isinstance(one, ast.Name) and one.id == name for one in node.targets) for node in nodes)
