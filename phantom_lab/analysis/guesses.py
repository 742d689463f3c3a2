"""Situations in which plain Python code of a block, its ``if``s and loops, may go another way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from phantom_lab.analysis.coverage import Coverage
from phantom_lab.analysis.edits import Asked, Situation
from phantom_lab.analysis.matching import matching
from phantom_lab.analysis.repairs import with_value
from phantom_lab.engine import Playbook, PlaybookRun
from phantom_lab.journal import InvocationStarted, RunStarted
from phantom_lab.journal.provenance.flow import Flow
from phantom_lab.journal.provenance.given import Givers
from phantom_lab.journal.provenance.scopes import module_of
from phantom_lab.journal.provenance.until import NO_VALUE
from phantom_lab.outcomes.meeting import NEGATED, meeting
from phantom_lab.reading.graph import edges
from phantom_lab.reading.read import read

_MOST = 30
"""Guesses for one function."""
_OPERATORS = {ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.In: "in",
              ast.NotIn: "not in"}
_FINDING = frozenset({"search", "match", "fullmatch", "findall", "finditer"})
Wish = tuple[ast.expr, Any]
"""An expression, and a value that it might have."""


def guesses(run: PlaybookRun, playbook: Playbook, situation: Situation, asked: Asked,
            coverage: Coverage) -> Iterator[tuple[str, Situation]]:
    """For every function that ran and left out another one that it names: other values of what its code looks at."""
    events = list(run.journal.events)
    own = {event.run for event in events if isinstance(event, RunStarted) and event.file == playbook.file}
    ran = {event.block: event.n for event in events if isinstance(event, InvocationStarted) and event.run in own}
    module, givers = module_of(playbook.source), Givers(run.journal, events)
    for name, called in edges(read(playbook)).items():
        function = next(iter(module.functions(name)), None) if name in ran and called - coverage.seen else None
        if function is None:
            continue
        flow, number = Flow(module, function), 0
        for expression, value in _wishes(function):
            for origin in flow.origins(expression):
                given = givers.resolve(origin, ran[name], NO_VALUE)
                changed = with_value(situation, given.datapath, value, asked) if given and given.datapath else None
                if changed is not None and number < _MOST:
                    number += 1
                    yield f"{name} takes another way", changed


def _wishes(function: ast.FunctionDef) -> Iterator[Wish]:
    texts = {node.targets[0].id: node.value.value for node in ast.walk(function) if isinstance(node, ast.Assign)
             and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _FINDING and len(node.args) > 1:
            pattern = _constant(node.args[0]) or (texts.get(getattr(node.args[0], "id", "")),)
            if isinstance(pattern[0], str) and (text := matching(pattern[0])) is not None:
                yield node.args[1], text
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            yield from _of_test(node.test)
        elif isinstance(node, ast.comprehension):
            for one in node.ifs:
                yield from _of_test(one)
        elif isinstance(node, ast.For):
            yield node.iter, ["sample"]


def _of_test(test: ast.expr) -> Iterator[Wish]:
    if isinstance(test, ast.BoolOp):
        for one in test.values:
            yield from _of_test(one)
    elif isinstance(test, ast.UnaryOp):
        yield from _of_test(test.operand)
    elif isinstance(test, ast.Compare):
        yield from _of_comparison(test.left, test.ops[0], test.comparators[0])
    elif isinstance(test, ast.Call) and test.args and isinstance(test.args[0], ast.GeneratorExp | ast.ListComp):
        yield from _of_test(test.args[0].elt)  # any(…)
    elif isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.args:  # x.startswith("…")
        text = test.args[0]
        if isinstance(text, ast.Constant):
            yield test.func.value, text.value
    elif isinstance(test, ast.Name | ast.Attribute | ast.Subscript):
        yield test, "sample"
        yield test, None


def _of_comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Iterator[Wish]:
    word = _OPERATORS.get(type(operator))
    for expression, literal, at_left in ((left, right, True), (right, left, False)):
        known = _constant(literal)
        if known is None or word is None or isinstance(expression, ast.Constant):
            continue
        if isinstance(expression, ast.Call) and expression.args and getattr(expression.func, "id", "") == "len":
            yield expression.args[0], ["sample"] * 3
            yield expression.args[0], []
            continue
        asked = expression
        while isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute):  # x.lower() == "…"
            asked = asked.func.value
        for one in (word, NEGATED[word]):
            yield asked, meeting(one, known[0], "sample", at_left=at_left)


def _constant(node: ast.expr) -> tuple[Any] | None:
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
