"""Conditions that come out the same whatever the data are, in code and in blocks."""

from __future__ import annotations

import ast
import operator as python
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from phantom_lab.check.blocks import Finding
from phantom_lab.datapath import OPERATORS, compare, triple
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

KIND = "constant"
_METHODS = frozenset({"endswith", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric",
                      "isspace", "isupper", "startswith"})
"""What a text can be asked; without the call, it is the method itself that is tested."""
_COLLECTIONS = (ast.Tuple, ast.List, ast.Set)
_SHOWN = 60
_OPERATORS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: python.eq, ast.NotEq: python.ne, ast.Lt: python.lt, ast.LtE: python.le, ast.Gt: python.gt,
    ast.GtE: python.ge, ast.Is: python.is_, ast.IsNot: python.is_not, ast.In: lambda one, all: one in all,
    ast.NotIn: lambda one, all: one not in all}


class _Verdict(NamedTuple):
    holds: bool
    why: str


def constant(reading: Reading) -> Iterator[Finding]:
    """Tests of code that are always true or always false, and those of decisions, filters and loops."""
    known = _Known(reading)
    told: set[int] = set()
    for node in reading.nodes:
        for test in _tests(node):
            yield from known.told(test, told)
    for node in reading.nodes:
        if isinstance(node, ast.BoolOp) and id(node) not in told:
            if found := _cut_short(node):
                yield _finding(node, found, "stops at")
            elif found := known.of_values(node):
                told.update(map(id, ast.walk(node)))
                yield _finding(node, found, "is always")
    for call in (*reading.calls_of(*texts.CONDITIONS), *reading.loops):
        yield from _of_block(call)


def _tests(node: ast.AST) -> Sequence[ast.expr]:
    """What decides in a statement or expression; a constant that stands alone is meant so."""
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        found = [node.test]
    else:
        found = node.ifs if isinstance(node, ast.comprehension) else []
    return [one for one in found if not isinstance(one, ast.Constant)]


class _Known:
    def __init__(self, reading: Reading) -> None:
        bound = {one.id for one in reading.nodes if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
        bound |= {one.arg for one in reading.nodes if isinstance(one, ast.arg)}
        self._functions = reading.functions.keys() - bound
        stored = Counter(one.id for one in reading.nodes if isinstance(one, ast.Name) and not isinstance(
            one.ctx, ast.Load))
        arguments = {one.arg for one in reading.nodes if isinstance(one, ast.arg)}
        self._made = {node.targets[0].id: node.value for node in reading.nodes if isinstance(node, ast.Assign)
                      and isinstance(node.targets[0], ast.Name) and stored[node.targets[0].id] == 1
                      and node.targets[0].id not in arguments and _called(node.value) in ("str", "type")}
        """What makes a text or a type, by the name that is bound to it alone."""

    def told(self, test: ast.expr, seen: set[int]) -> Iterator[Finding]:
        """The outermost part of a test whose value is certain."""
        seen.add(id(test))
        if found := self._verdict(test):
            seen.update(map(id, ast.walk(test)))
            yield _finding(test, found, "is always")
        elif isinstance(test, ast.BoolOp | ast.UnaryOp):
            parts = test.values if isinstance(test, ast.BoolOp) else [test.operand]
            for one in parts:
                if not isinstance(one, ast.Constant):
                    yield from self.told(one, seen)

    def _resolved(self, node: ast.Compare) -> ast.Compare:
        made = self._made.get(node.left.id) if isinstance(node.left, ast.Name) else None
        return ast.copy_location(ast.Compare(made, node.ops, node.comparators), node) if made else node

    def of_values(self, node: ast.BoolOp) -> _Verdict | None:
        """What is no test, and yet comes out the same: a comparison with a text behind ``or``, or parts that exclude
        each other."""
        if isinstance(node.op, ast.Or) and isinstance(node.values[-1], ast.Constant) and node.values[-1].value and all(
                isinstance(one, ast.Compare) for one in node.values[:-1]):
            return _Verdict(True, f"{_short(node.values[-1])} is a constant")
        return self._apart(node) if all(isinstance(one, ast.Compare) for one in node.values) else None

    def _verdict(self, node: ast.expr) -> _Verdict | None:
        if isinstance(node, ast.Constant):
            return _Verdict(bool(node.value), f"{_short(node)} is a constant")
        if isinstance(node, _COLLECTIONS) and node.elts:
            return _Verdict(True, "a list that holds something counts as true")
        if isinstance(node, ast.Lambda) or (isinstance(node, ast.Name) and node.id in self._functions):
            return _Verdict(True, f"{_short(node)} is a function, which is not called")
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            return _Verdict(True, f"{node.attr} is a method, which is not called")
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = None if isinstance(node.operand, ast.Constant) else self._verdict(node.operand)
            return _Verdict(not inner.holds, inner.why) if inner else None
        if isinstance(node, ast.Compare):
            return _compared(self._resolved(node))
        return self._joined(node) if isinstance(node, ast.BoolOp) else None

    def _joined(self, node: ast.BoolOp) -> _Verdict | None:
        """One part decides alone, or two that cannot both fail, or both hold."""
        decides = isinstance(node.op, ast.Or)
        found = [self._verdict(one) for one in node.values]
        if one := next((one for one in found if one and one.holds is decides), None):
            return one
        if all(found) and found[0]:
            return found[0]
        return self._apart(node)

    def _apart(self, node: ast.BoolOp) -> _Verdict | None:
        """Parts that cannot both fail, or both hold."""
        decides = isinstance(node.op, ast.Or)
        plain = [one for one in node.values if isinstance(one, ast.Compare) and len(one.ops) == 1 and not _calls(one)]
        for left_part, right_part in combinations(plain, 2):
            if why := _complement(left_part, right_part) or _ranges(left_part, right_part, either=decides):
                return _Verdict(decides, why)
        operator = ast.NotEq if decides else ast.Eq
        given = [(ast.unparse(one.left), one.comparators[0].value) for one in node.values
                 if isinstance(one, ast.Compare) and isinstance(one.ops[0], operator) and len(one.ops) == 1
                 and isinstance(one.comparators[0], ast.Constant) and not _calls(one.left)]
        for (left, first), (other, second) in combinations(given, 2):
            if left == other and first != second:
                return _Verdict(decides, _apart(left, first, second, decides))
        return None


_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt}
_ABOVE = ast.Gt | ast.GtE


def _complement(one: ast.Compare, other: ast.Compare) -> str:
    """Why of two comparisons always one holds, and never both."""
    same = ast.unparse(one.left) == ast.unparse(other.left) and ast.unparse(one.comparators[0]) == ast.unparse(
        other.comparators[0])
    return f"{_short(other)} is the opposite of {_short(one)}" if same and isinstance(
        other.ops[0], _OPPOSITE[type(one.ops[0])]) else ""


def _ranges(one: ast.Compare, other: ast.Compare, *, either: bool) -> str:
    """Why no number is in two ranges, or each is in one of them."""
    if ast.unparse(one.left) != ast.unparse(other.left):
        return ""
    for low, high in ((one, other), (other, one)):
        bounds = [each.value for part in (low, high) if isinstance(each := part.comparators[0], ast.Constant)
                  and isinstance(each.value, int | float)]
        if isinstance(low.ops[0], _ABOVE) and isinstance(high.ops[0], ast.Lt | ast.LtE) and len(bounds) == 2:
            left, right = bounds  # above the left, and below the right one
            if either and left < right:
                return f"every number is above {left} or below {right}"
            if not either and left > right:
                return f"no number is above {left} and below {right}"
    return ""


def _apart(left: str, one: Any, two: Any, other_than_one: bool) -> str:
    return f"{left} is {'other than one of' if other_than_one else 'never both'} {one!r} and {two!r}"


def _compared(node: ast.Compare) -> _Verdict | None:
    if len(node.ops) > 1:
        return None
    left, operator, right = node.left, node.ops[0], node.comparators[0]
    if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, _COLLECTIONS) and not right.elts:
        return _Verdict(isinstance(operator, ast.NotIn), "nothing is in an empty list")
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        return _of_constants(left, operator, right)
    equal = isinstance(operator, ast.Eq | ast.Is | ast.In)
    if isinstance(operator, ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn):
        same = ast.unparse(left) == ast.unparse(right) and not _calls(left)
        if same and not isinstance(operator, ast.In | ast.NotIn):
            return _Verdict(equal, "both sides are the same")
        if why := _never(left, _values(right)):
            return _Verdict(not equal, why)
    return _of_length(left, operator, right)


def _of_constants(left: ast.Constant, operator: ast.cmpop, right: ast.Constant) -> _Verdict | None:
    one, two = left.value, right.value
    try:
        holds = _OPERATORS[type(operator)](one, two)
    except TypeError:
        return None
    return _Verdict(bool(holds), "both sides are constants")


def _of_length(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> _Verdict | None:
    found = isinstance(left, ast.Call) and isinstance(left.func, ast.Attribute) and left.func.attr in ("find", "rfind")
    least = 0 if _called(left) == "len" else -1 if found else None
    number = -right.operand.value if isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub) and isinstance(
        right.operand, ast.Constant) and isinstance(right.operand.value, int) else (
        right.value if isinstance(right, ast.Constant) and type(right.value) is int else None)
    if least is None or number is None:
        return None
    what = "no length is below 0" if least == 0 else "what is not found is at -1"
    below = number <= least if isinstance(operator, ast.GtE | ast.Lt) else number < least
    if below and isinstance(operator, ast.GtE | ast.Gt | ast.Lt | ast.LtE):
        return _Verdict(isinstance(operator, ast.GtE | ast.Gt), what)
    return None


def _values(node: ast.expr) -> list[Any]:
    """Constants that a value is held against; empty where there is another one among them."""
    every = node.elts if isinstance(node, _COLLECTIONS) else [node]
    found = [one.value for one in every if isinstance(one, ast.Constant)]
    return found if len(found) == len(every) else []


def _never(left: ast.expr, values: Sequence[Any]) -> str:
    """Why a value is none of these."""
    called = _called(left)
    if not values or not called:
        return ""
    if called in ("lower", "upper") and all(isinstance(one, str) and getattr(one, called)() != one for one in values):
        return f"what {called}() gives has no {'upper' if called == 'lower' else 'lower'} case"
    if called == "type" and all(isinstance(one, str | None) for one in values):
        return "a type is no text"
    if called == "str" and None in values and len(values) == 1:
        return "str() gives a text, of None as well"
    return ""


def _called(node: ast.expr) -> str:
    """The function or method that an expression calls last."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr if node.func.attr in ("lower", "upper") and not node.args else ""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _calls(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Call | ast.Await | ast.NamedExpr) for one in ast.walk(node))


def _cut_short(node: ast.BoolOp) -> _Verdict | None:
    """A constant before the end, behind which nothing is looked at: ``"a" or "b" in text``."""
    ends = isinstance(node.op, ast.Or)
    for one in node.values[:-1]:
        if isinstance(one, ast.Constant) and bool(one.value) is ends:
            return _Verdict(ends, f"{_short(one)}, and what stands behind it is not looked at")
    return None


def _finding(node: ast.expr, found: _Verdict, how: str) -> Finding:
    if how == "stops at":
        return node.lineno, "warning", KIND, f"{_short(node)} stops at {found.why}"
    return node.lineno, "warning", KIND, f"{_short(node)} is always {str(found.holds).lower()}: {found.why}"


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN - 1]}…"


def _of_block(call: Call) -> Iterator[Finding]:
    """Comparisons of two plain texts or of one datapath with itself, and pairs that cannot both fail, or both hold."""
    found = [one for given in call.names("conditions") if (one := triple(given)) and one[1] in OPERATORS]
    operator = call.get("logical_operator") or "or"
    for left, how, right in found:
        plain = [side for side in (left, right) if side is not COMPUTED and _is_plain(side, call)]
        same = left == right and isinstance(left, str) and how in ("==", "!=") and left
        if same or (len(plain) == 2 and any(plain)):
            holds = (how == "==") if same else compare(left, how, right)
            why = "both sides are the same" if same else "neither side is a datapath"
            yield call.line, "warning", KIND, f"[{left!r}, {how!r}, {right!r}] is always {str(holds).lower()}: {why}"
    wanted = {"or": "!=", "and": "=="}.get(operator if isinstance(operator, str) else "", "")
    apart = [(left, right) for left, how, right in found if how == wanted and isinstance(left, str)
             and right is not COMPUTED and not _is_plain(left, call) and _is_plain(right, call)]
    for (left, one), (other, two) in combinations(apart, 2):
        if left == other and str(one) != str(two):
            holds = operator == "or"
            yield (call.line, "warning", KIND, (f"the condition on {left!r} is always {str(holds).lower()} for one: "
                                               f"{_apart('it', one, two, holds)}"))
            break


def _is_plain(side: Any, call: Call) -> bool:
    if isinstance(side, str):
        return compiled(texts.Datapath(side, call, True, True)) is None
    return isinstance(side, int | float)
