"""Values with which code goes the way that it has not gone yet, told from its text."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Any

from phantom_lab.datapath.satisfying import NEGATED, satisfying
from phantom_lab.source.forks import Fork
from phantom_lab.source.parsing import walk
from phantom_lab.trials.matching import matching

Wish = tuple[ast.expr, Any]
"""An expression, and a value that it might have."""
_OPERATORS = {ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.In: "in",
              ast.NotIn: "not in", ast.Is: "==", ast.IsNot: "!="}
_FINDING = frozenset({"search", "match", "fullmatch", "findall", "finditer"})
_PLAIN = frozenset({"int", "float", "str", "bool", "abs", "round", "sorted", "list", "set", "tuple"})
"""Calls whose result is what they are given, in another form."""
_METHODS = frozenset({"lower", "upper", "casefold", "title", "strip", "lstrip", "rstrip", "copy", "items", "keys",
                      "values"})
"""The same, of what they are called on."""
_TRUE: tuple[Any, ...] = ("sample", ["sample"], {"sample": "sample"}, 1)
_FALSE: tuple[Any, ...] = (None, "", [], {})
_KINDS: dict[str, Any] = {"str": "sample", "list": ["sample"], "dict": {"sample": "sample"}, "int": 1, "float": 1.5,
                          "bool": True}
_ROUNDS: tuple[Any, ...] = (["sample"], {"sample": "sample"}, "sample")
_ODD: tuple[Any, ...] = ("sample", None, {}, [], 0)
"""What exceptions come from."""
_MUCH = 1_000_000
_TESTS = ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call


def wishes(fork: Fork, way: str, function: ast.AST) -> Iterator[Wish]:
    """Values with which a way of a fork is taken, as far as the expressions beside it tell.

    Args:
        function: in which the fork stands: what a name that is tested was made of.
    """
    test = _test_of(fork)
    if test is not None:
        yield from _of_test(test, way == fork.ways[0])
        yield from (wish for one in _made_of(test, function) for wish in _of_test(one, way == fork.ways[0]))
    else:
        yield from _of_others(fork, way)


def _test_of(fork: Fork) -> ast.expr | None:
    """The expression whose truth decides."""
    node = fork.node
    if isinstance(node, ast.BoolOp):
        return node.values[fork.part]
    if isinstance(node, ast.comprehension):
        return node.ifs[fork.part] if fork.kind == "if" else None
    return node.test if isinstance(node, ast.If | ast.IfExp) or (
        isinstance(node, ast.While) and fork.kind == "while") else None


def _made_of(test: ast.expr, function: ast.AST) -> Iterator[ast.expr]:
    """Of a name the tests that it was assigned."""
    if isinstance(test, ast.Name):
        for node in walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.value, _TESTS) and any(
                    isinstance(one, ast.Name) and one.id == test.id for one in node.targets):
                yield node.value


def _of_others(fork: Fork, way: str) -> Iterator[Wish]:
    node, first = fork.node, way == fork.ways[0]
    if isinstance(node, ast.For | ast.comprehension) and fork.kind == "for":
        yield from ((node.iter, one) for one in (_ROUNDS if first else _FALSE))
    elif isinstance(node, ast.Match):
        place = fork.ways.index(way)
        patterns = node.cases[place:place + 1]
        yield from ((node.subject, one) for case in patterns for one in _matched(case.pattern))
        if not patterns:
            yield from ((node.subject, one) for one in ("sample of something else", None, 0))
    elif isinstance(node, ast.Try | ast.TryStar) and not first:
        yield from ((one, value) for one in _looked_at(node.body) for value in _ODD)


def found_by_text(function: ast.AST) -> Iterator[Wish]:
    """Texts in which the patterns of a function are found, and values that its comprehensions let through or leave
    out."""
    known = {node.targets[0].id: node.value.value for node in walk(function) if isinstance(node, ast.Assign)
             and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)}
    for node in walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _FINDING and len(node.args) > 1:
            pattern = _constant(node.args[0]) or (known.get(getattr(node.args[0], "id", "")),)
            if isinstance(pattern[0], str) and (text := matching(pattern[0])) is not None:
                yield node.args[1], text
        elif isinstance(node, ast.comprehension):
            for one in node.ifs:
                yield from _of_test(one, True)
                yield from _of_test(one, False)


def _of_test(test: ast.expr, held: bool) -> Iterator[Wish]:
    if isinstance(test, ast.BoolOp):
        for one in test.values:
            yield from _of_test(one, held)
    elif isinstance(test, ast.UnaryOp):
        yield from _of_test(test.operand, not held if isinstance(test.op, ast.Not) else held)
    elif isinstance(test, ast.NamedExpr):
        yield from _of_test(test.value, held)
    elif isinstance(test, ast.Compare):
        left = test.left
        for operator, right in zip(test.ops, test.comparators, strict=True):
            yield from _of_comparison(left, operator, right, held)
            left = right
    elif isinstance(test, ast.Call):
        yield from _of_call(test, held)
    else:
        yield from ((test, one) for one in (_TRUE if held else _FALSE))


def _of_call(test: ast.Call, held: bool) -> Iterator[Wish]:
    name, given = getattr(test.func, "attr", getattr(test.func, "id", "")), test.args
    if name in ("any", "all") and given and isinstance(given[0], ast.GeneratorExp | ast.ListComp):
        yield from _of_test(given[0].elt, held)
        yield from ((given[0].generators[0].iter, one) for one in (_ROUNDS if held == (name == "any") else _FALSE))
    elif name == "isinstance" and len(given) == 2:
        kinds = [getattr(one, "id", "") for one in (given[1].elts if isinstance(given[1], ast.Tuple) else [given[1]])]
        yield from ((given[0], one) for kind, one in _KINDS.items() if (kind in kinds) is held)
    elif isinstance(test.func, ast.Name) and name in _PLAIN | {"len"} and given:
        yield from _of_test(given[0], held)
    elif isinstance(test.func, ast.Attribute) and given and (text := _constant(given[0])):  # x.startswith("…")
        yield test.func.value, text[0] if held else "sample of something else"
        yield from ((test, one) for one in (_TRUE if held else _FALSE))  # x.get("…")
    elif isinstance(test.func, ast.Attribute) and name.startswith("is"):  # x.isdigit()
        yield from ((test.func.value, one) for one in ("1", "sample", "SAMPLE", " ", "")
                    if bool(getattr(one, name, bool)()) is held)
    else:
        yield from ((test, one) for one in (_TRUE if held else _FALSE))


def _of_comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr, held: bool) -> Iterator[Wish]:
    word = _OPERATORS[type(operator)] if held else NEGATED[_OPERATORS[type(operator)]]
    for expression, literal, at_left in ((left, right, True), (right, left, False)):
        known = _constant(literal)
        if isinstance(expression, ast.Constant):
            continue
        if known is None:  # what is much more, or much less, than anything
            if word in ("<", "<=", ">", ">="):
                more = (word[0] == ">") is at_left
                yield from ((inner, ["sample"] * 100 if more else []) for inner in _measured(expression))
                yield _bare(expression), _MUCH if more else -_MUCH
        elif inner := _measured(expression):
            number = satisfying(word, known[0], 0, at_left=at_left)
            if isinstance(number, int) and 0 <= number < _MUCH:
                yield from ((inner[0], one) for one in (["sample"] * min(number, 100), "s" * min(number, 100)))
        else:
            yield _bare(expression), satisfying(word, _listed(known[0]), "sample", at_left=at_left)


def _measured(expression: ast.expr) -> list[ast.expr]:
    """What ``len(x)`` is about."""
    measures = isinstance(expression, ast.Call) and getattr(expression.func, "id", "") == "len"
    return expression.args[:1] if measures and isinstance(expression, ast.Call) else []


def _listed(literal: Any) -> Any:
    """Elements of a set or a tuple are meant like those of a list."""
    return list(literal) if isinstance(literal, tuple | set) else literal


def _bare(expression: ast.expr) -> ast.expr:
    """What ``x.lower()`` and ``int(x)`` are made of; ``x.get("…")`` is a part of a value."""
    while isinstance(expression, ast.Call):
        if isinstance(expression.func, ast.Attribute) and expression.func.attr in _METHODS:
            expression = expression.func.value
        elif isinstance(expression.func, ast.Name) and expression.func.id in _PLAIN and expression.args:
            expression = expression.args[0]
        else:
            break
    return expression


def _matched(pattern: ast.pattern) -> Iterator[Any]:
    """Values that a pattern matches."""
    if isinstance(pattern, ast.MatchValue) and (known := _constant(pattern.value)):
        yield known[0]
    elif isinstance(pattern, ast.MatchSingleton):
        yield pattern.value
    elif isinstance(pattern, ast.MatchOr):
        for one in pattern.patterns:
            yield from _matched(one)
    elif isinstance(pattern, ast.MatchAs):
        yield from _matched(pattern.pattern) if pattern.pattern else ("sample",)
    elif isinstance(pattern, ast.MatchSequence):
        yield [next(_matched(one), "sample") for one in pattern.patterns if not isinstance(one, ast.MatchStar)]
    elif isinstance(pattern, ast.MatchMapping):
        keys = [_constant(one) for one in pattern.keys]
        yield {key[0]: next(_matched(one), "sample") for key, one in zip(keys, pattern.patterns, strict=True) if key}
    elif isinstance(pattern, ast.MatchClass):
        kind = getattr(pattern.cls, "id", "")
        yield from [_KINDS[kind]] if kind in _KINDS else []


def _looked_at(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """What the statements of a ``try`` compute with: the values that something is taken of, and arguments of calls."""
    for node in (one for statement in body for one in walk(statement)):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.value
        elif isinstance(node, ast.Call) and (not isinstance(node.func, ast.Name) or hasattr(builtins, node.func.id)):
            yield from node.args
        elif isinstance(node, ast.BinOp):
            yield node.left
            yield node.right


def _constant(node: ast.expr) -> tuple[Any] | None:
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
