"""Refusals that nobody looks at: calls that answer ``(False, why)`` instead of raising."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from phantom_lab.check.blocks import Finding
from phantom_lab.reading.calls import Call
from phantom_lab.reading.read import Reading
from phantom_lab.rules import surface

KIND = "refusal"
_RECORDS = frozenset({"get_tasks", "get_notes", "get_task_notes"})
"""What gives records that are each a success, a message and the data."""
_SENT = frozenset({"requests.post", "requests.put", "requests.patch", "requests.delete"})
"""Requests that are made to change something."""
_SHOWN = 5


@cache
def pairs() -> frozenset[str]:
    """Names of the API that give ``(success, message, …)``."""
    return frozenset(name for name, one in surface().functions.items() if one.returns.startswith(("(success", "(ok")))


def refusals(reading: Reading) -> Iterator[Finding]:
    """A pair that is taken for its first element, what was made without asking whether, records that were not read; and
    in one remark the calls of which nothing is looked at."""
    unseen: dict[str, set[int]] = defaultdict(set)
    calls = _Calls(reading)
    for _, nodes in reading.every_body:
        yield from _In(calls, nodes, unseen).findings()
    if unseen:
        found = sorted(unseen.items(), key=lambda one: (-len(one[1]), one[0]))
        more = f", … {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        lines = sorted(set().union(*unseen.values()))
        told = ", ".join(f"{name} ({_lines(where)})" for name, where in found[:_SHOWN])
        yield lines[0], "info", KIND, f"nobody looks whether these are refused: {told}{more}"


class _Calls:
    """The calls of a source that may be refused, and its functions that hand on what one of them answers."""

    def __init__(self, reading: Reading) -> None:
        self._calls: dict[tuple[int, str], Call] = {
            (call.line, call.name.rpartition(".")[2]): call for call in reading.calls}
        self._given = {id(node): call for call in reading.calls for node in call.nodes.values()}
        self._handing_on = dict[str, str]()
        for _ in range(2):  # a helper of a helper
            for function, nodes in reading.every_body:
                given = {self.pair(one.value) if one.value else "" for one in nodes if isinstance(one, ast.Return)}
                if len(given) == 1 and (name := given.pop()):
                    self._handing_on[function.name] = name

    def pair(self, node: ast.expr) -> str:
        """The call whose answer is a pair, that an expression is, or that a function of the source hands on."""
        call = self.called(node)
        if call is None and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._handing_on.get(node.func.id, "")
        return call.name if call and call.name in pairs() else ""

    def called(self, node: ast.expr) -> Call | None:
        """The call of the API that an expression is, whatever it is called here."""
        if not isinstance(node, ast.Call):
            return None
        last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        by_argument = (self._given.get(id(one)) for one in (*node.args, *(one.value for one in node.keywords)))
        return self._calls.get((node.lineno, last)) or next(filter(None, by_argument), None)


class _In:
    """One function."""

    def __init__(self, calls: _Calls, nodes: Sequence[ast.AST], unseen: dict[str, set[int]]) -> None:
        self._calls, self._nodes, self._unseen = calls, nodes, unseen
        self._read = {one.id for one in self._nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}

    def findings(self) -> Iterator[Finding]:
        whole: dict[str, str] = {}
        for node in self._nodes:
            if isinstance(node, ast.Expr):
                self._note(node.value)
            elif isinstance(node, ast.Assign) and (name := self._calls.pair(node.value)):
                target = node.targets[0]
                if isinstance(target, ast.Name):
                    whole[target.id] = name
                elif isinstance(target, ast.Tuple | ast.List) and target.elts:
                    yield from self._unpacked(node, name, target)
            elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value not in (
                    0, 1) and (name := self._calls.pair(node.value)):
                yield (node.lineno, "warning", KIND,
                       f"phantom.{name}() gives (success, message, …), and nobody looks whether it succeeded")
        yield from self._tested(whole)
        yield from self._records()

    def _note(self, node: ast.expr) -> None:
        call = self._calls.called(node)
        if call and (call.name in pairs() or call.name in _SENT):
            self._unseen[call.name].add(call.line)

    def _unpacked(self, node: ast.Assign, name: str, target: ast.Tuple | ast.List) -> Iterator[Finding]:
        first, *others = (one.id if isinstance(one, ast.Name) else "" for one in target.elts)
        if not first or first in self._read:
            return
        if used := [one for one in others[1:] if one in self._read]:
            yield (node.lineno, "warning", KIND, (f"'{used[0]}' is taken of phantom.{name}(), and nobody looks whether "
                                                 f"it succeeded"))
        elif not self._read.intersection(others):
            self._unseen[name].add(node.lineno)

    def _tested(self, whole: Mapping[str, str]) -> Iterator[Finding]:
        """A pair is true whatever it says."""
        for node in self._nodes:
            tested = [*_parts(node.test)] if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert) else (
                [*_parts(node)] if isinstance(node, ast.Call) and _is_bool(node) else [])
            looked = {ast.unparse(one.value) for test in tested for one in ast.walk(test)
                      if isinstance(one, ast.Subscript)}
            for test in tested:
                name = whole.get(test.id, "") if isinstance(test, ast.Name) else self._calls.pair(test)
                if name and ast.unparse(test) not in looked:
                    yield (test.lineno, "warning", KIND, (f"phantom.{name}() gives (success, message), which counts as "
                                                         f"true even where it was refused"))

    def _records(self) -> Iterator[Finding]:
        made = {node.targets[0].id: call.name for node in self._nodes if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name) and (call := self._calls.called(node.value))
                and call.name in _RECORDS}
        for node in self._nodes:
            if not isinstance(node, ast.For | ast.comprehension) or not isinstance(node.target, ast.Name):
                continue
            call = self._calls.called(node.iter)
            name = call.name if call and call.name in _RECORDS else made.get(getattr(node.iter, "id", ""), "")
            if name:
                keys = {_key(one) for one in self._nodes if _base(one) == node.target.id}
                if "data" in keys and "success" not in keys:
                    yield (node.target.lineno, "warning", KIND, (f"a record of phantom.{name}() that could not be read "
                                                                f"has no data, and nobody looks at its success"))


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    """What is taken for true or false in a test."""
    if isinstance(test, ast.BoolOp):
        for one in test.values:
            yield from _parts(one)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand)
    elif isinstance(test, ast.Compare) and isinstance(test.comparators[0], ast.Constant) and isinstance(
            test.comparators[0].value, bool | None):
        yield test.left
    elif isinstance(test, ast.Call) and _is_bool(test):
        given = test.args[0]
        yield from given.elts if isinstance(given, ast.List | ast.Tuple) else [given]
    else:
        yield test


def _is_bool(node: ast.Call) -> bool:
    """Whether a call gives what its argument, or each of its elements, counts as."""
    several = ast.unparse(node.func) in ("all", "any") and bool(node.args) and isinstance(
        node.args[0], ast.List | ast.Tuple)
    return several or (ast.unparse(node.func) == "bool" and bool(node.args))


def _base(node: ast.AST) -> str:
    """The name of which a key is read, by index or by `get`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        node = node.func
    value = node.value if isinstance(node, ast.Subscript | ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else ""


def _key(node: ast.AST) -> object:
    given = node.slice if isinstance(node, ast.Subscript) else node.args[0] if isinstance(
        node, ast.Call) and node.args else None
    return given.value if isinstance(given, ast.Constant) else None


def _lines(found: set[int]) -> str:
    some = sorted(found)
    more = f", … {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
    return f"line{'s' if len(some) > 1 else ''} {', '.join(map(str, some[:_SHOWN]))}{more}"
