"""What an expression of a function gave in one execution of it, as far as the journal and the text tell."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from phantom_lab.answers.ran import Frame, Ran
from phantom_lab.history.events import HelperCalled
from phantom_lab.why.provenance.names import UNKNOWN
from phantom_lab.why.provenance.scopes import Binding, parameters

_DEEP, _MANY = 40, 2_000
"""Levels of expressions, and rounds of comprehensions, that are gone through."""
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.In: lambda one, other: one in other, ast.NotIn: lambda one, other: one not in other}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"len": len, "str": str, "bool": bool, "any": any, "all": all,
                                               "list": list, "int": int, "set": list}
_METHODS: dict[str, Callable[[Any], Any]] = {"lower": str.lower, "upper": str.upper, "strip": str.strip}
Locals = Mapping[str, Any]


class Values:
    """Values of expressions in one execution; `UNKNOWN` where nothing tells."""

    def __init__(self, ran: Ran, frame: Frame) -> None:
        self._ran, self._frame, self._module = ran, frame, ran.module
        self._asked: set[ast.AST] = set()

    def truth(self, node: ast.expr) -> bool | None:
        """Whether an expression counts as true; None where nothing tells."""
        if isinstance(node, ast.BoolOp):  # one side may be enough
            sides, decisive = [self.truth(one) for one in node.values], isinstance(node.op, ast.Or)
            return decisive if decisive in sides else None if None in sides else not decisive
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.truth(node.operand)
            return None if inner is None else not inner
        value = self.of(node)
        return None if value is UNKNOWN else bool(value)

    def of(self, node: ast.AST, known: Locals | None = None, deep: int = 0) -> Any:
        """The value of an expression that calls nothing but the platform and a few plain functions."""
        if deep > _DEEP:
            return UNKNOWN
        try:
            return self._of(node, known or {}, deep + 1)
        except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError, RecursionError):
            return UNKNOWN

    def _of(self, node: ast.AST, known: Locals, deep: int) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return known[node.id] if node.id in known else self._named(node, deep)
            case ast.List() | ast.Tuple() | ast.Set():
                return _all([self.of(one, known, deep) for one in node.elts])
            case ast.Dict() if all(node.keys):
                keys, values = ([self.of(one, known, deep) for one in side if one] for side in (node.keys, node.values))
                return UNKNOWN if UNKNOWN in keys or any(one is UNKNOWN for one in values) else dict(
                    zip(keys, values, strict=True))
            case ast.UnaryOp(op=ast.USub()):
                return -self._known(node.operand, known, deep)
            case ast.UnaryOp(op=ast.Not()) | ast.BoolOp() if not known:
                truth = self.truth(node) if isinstance(node, ast.UnaryOp) else None
                return self._either(node, known, deep) if isinstance(node, ast.BoolOp) else (
                    UNKNOWN if truth is None else truth)
            case ast.UnaryOp(op=ast.Not()):
                return not self._known(node.operand, known, deep)
            case ast.BoolOp():
                return self._either(node, known, deep)
            case ast.Compare():
                return self._compared(node, known, deep)
            case ast.Subscript():
                whole, key = self._known(node.value, known, deep), self._known(node.slice, known, deep)
                return whole[key]
            case ast.IfExp():
                return self.of(node.body if self._known(node.test, known, deep) else node.orelse, known, deep)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return _all(list(self._rounds(node, known, deep)))
            case ast.Call():
                return self._called(node, known, deep)
        return UNKNOWN

    def _known(self, node: ast.AST, known: Locals, deep: int) -> Any:
        if (value := self.of(node, known, deep)) is UNKNOWN:
            raise ValueError
        return value

    def _either(self, node: ast.BoolOp, known: Locals, deep: int) -> Any:
        value: Any = UNKNOWN
        for one in node.values:
            value = self._known(one, known, deep)
            if bool(value) is isinstance(node.op, ast.Or):
                return value
        return value

    def _compared(self, node: ast.Compare, known: Locals, deep: int) -> Any:
        left = self._known(node.left, known, deep)
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._known(right_node, known, deep)
            if isinstance(kind, ast.Is | ast.IsNot):
                if not (left is None or right is None or isinstance(left, bool) or isinstance(right, bool)):
                    return UNKNOWN
                held = (left is right) is isinstance(kind, ast.Is)
            else:
                held = bool(_COMPARE[type(kind)](left, right))
            if not held:
                return False
            left = right
        return True

    def _rounds(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, known: Locals, deep: int) -> Iterator[Any]:
        first, *more = node.generators
        if more or first.is_async:
            raise ValueError
        for number, one in enumerate(self._known(first.iter, known, deep)):
            inner = {**known, **_unpacked(first.target, one)}
            if number > _MANY:
                raise ValueError
            if all(self._known(test, inner, deep) for test in first.ifs):
                yield self.of(node.elt, inner, deep)

    # -- calls ---------------------------------------------------------------------------------------------------------

    def _called(self, node: ast.Call, known: Locals, deep: int) -> Any:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if found := self._frame.called(node, name):
            refs = {one.returned for one in found if not one.error}
            return self._stored(refs.pop()) if len(refs) == 1 else UNKNOWN
        if isinstance(node.func, ast.Name):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            helped = [one for one in self._frame.events if isinstance(one, HelperCalled) and one.name == name
                      and one.line in lines and not one.error]
            if helped:
                return self._stored(helped[0].returned) if len(helped) == 1 else UNKNOWN
            if name in _FUNCTIONS and len(node.args) == 1 and not node.keywords:
                return _FUNCTIONS[name](self._known(node.args[0], known, deep))
            return UNKNOWN
        if not isinstance(node.func, ast.Attribute) or node.keywords:
            return UNKNOWN
        if name == "get" and 1 <= len(node.args) <= 2:
            whole, key = self._known(node.func.value, known, deep), self._known(node.args[0], known, deep)
            default = self._known(node.args[1], known, deep) if len(node.args) > 1 else None
            return whole.get(key, default) if isinstance(whole, dict) else UNKNOWN
        if name in _METHODS and not node.args:
            return _METHODS[name](self._known(node.func.value, known, deep))
        return UNKNOWN

    def _stored(self, ref: str) -> Any:
        if ref in self._ran.journal.cut:
            return UNKNOWN
        value = self._ran.journal.get(ref)
        return UNKNOWN if isinstance(value, dict) and "__repr__" in value else value

    # -- names ---------------------------------------------------------------------------------------------------------

    def _named(self, node: ast.Name, deep: int) -> Any:
        if node in self._asked:
            return UNKNOWN
        self._asked.add(node)
        try:
            found = self.binding(node)
            if found is None:
                return UNKNOWN
            if isinstance(found, str):
                return self._argument(found, deep)
            value = self.of(found.value, {}, deep)
            for one in found.taken:
                if value is UNKNOWN or not isinstance(one, int):
                    return UNKNOWN
                value = value[one]
            return value
        finally:
            self._asked.discard(node)

    def binding(self, node: ast.Name) -> Binding | str | None:
        """What a name stands for at a place: the one binding that surely holds there, or the name of a parameter."""
        function = self._frame.node
        if self._module.function_of(node) is not function:
            return None
        before = [one for one in self._module.bindings(function, node.id)
                  if _line(one.at) < node.lineno and not self._module.apart(one.at, node)]
        if not before:
            if node.id in parameters(function):
                return node.id
            top = self._module.bindings(self._module.tree, node.id)
            return top[0] if len(top) == 1 and not self._module.bindings(function, node.id) else None
        last = before[-1]
        sure = last.put is None and self._surely(last, node)
        looped = any(isinstance(one, ast.For | ast.While) for one in self._module.above(node)) and any(
            _line(one.at) >= node.lineno for one in self._module.bindings(function, node.id))
        return last if sure and not looped else None

    def _surely(self, binding: Binding, node: ast.AST) -> bool:
        """Whether a binding happens whenever what follows it does."""
        around = set(self._module.above(node))
        return all(one in around or isinstance(one, ast.With) for one in self._module.above(binding.at)
                   if isinstance(one, ast.stmt))

    def _argument(self, name: str, deep: int) -> Any:
        if name in self._frame.arguments:
            return self._stored(self._frame.arguments[name])
        given = self._frame.node.args
        names, defaults = [one.arg for one in (*given.posonlyargs, *given.args)], given.defaults
        place = names.index(name) - len(names) + len(defaults) if name in names else -1
        return self.of(defaults[place], {}, deep) if place >= 0 else UNKNOWN


def _all(found: list[Any]) -> Any:
    return UNKNOWN if any(one is UNKNOWN for one in found) else found


def _line(node: ast.AST) -> int:
    line: int = getattr(node, "lineno", 0)
    return line


def _unpacked(target: ast.AST, value: Any) -> dict[str, Any]:
    if isinstance(target, ast.Name):
        return {target.id: value}
    if isinstance(target, ast.Tuple | ast.List) and len(target.elts) == len(value):
        return {name: one for part, each in zip(target.elts, value, strict=True)
                for name, one in _unpacked(part, each).items()}
    raise ValueError
