"""Follows texts and dicts through the statements of a source, in their order and through its own functions: what a call
is handed that was put together over several of them."""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from phantom_lab.later import dataclass
from phantom_lab.reading.followed import (
    HOLE,
    MOST,
    Encoded,
    Fields,
    Items,
    Names,
    Partial,
    copied,
    each,
    either,
    formatted,
    indexed,
    joined,
    part,
    text,
)
from phantom_lab.reading.names import COMPUTED, Scope
from phantom_lab.source.source import Function

_DEEP = 5
"""How many of its own functions a source is followed through."""
_STEPS = 20_000
"""Statements that are looked at for one function; behind them, the source's own functions are not gone into."""
_HARMLESS = frozenset({"print", "str", "repr", "len", "bool", "type", "isinstance", "sorted", "list", "tuple", "set",
                       "any", "all", "enumerate", "zip", "debug", "error", "dumps", "format", "append", "items", "keys",
                       "values", "get", "join", "copy", "deepcopy"})
"""What leaves its arguments as they are."""
Made = TypeVar("Made", Fields, Items)


@dataclass(frozen=True, slots=True)
class Handed:
    """A call, with what it is handed on one way through the source."""

    node: ast.Call
    called: ast.expr
    """The function that is called, whatever name it goes by there."""
    scope: Scope
    """Where that stands."""
    line: int
    """Of the call in the function that the way begins in."""
    depth: int
    """How many functions of the source lie between."""
    args: Sequence[Any]
    keywords: Mapping[str, Any]
    open: bool
    """Whether there may be more arguments."""


class Follower:
    """Executes nothing: each statement is looked at once, both sides of a decision, and a loop as one round.

    Args:
        tree: the source.
        hear: is told of each call of what is not the source's own.
    """

    def __init__(self, tree: ast.Module, hear: Callable[[Handed], None]) -> None:
        self._hear, self._origin = hear, 0
        self._scope = Scope.of(tree)
        self._own: dict[str, list[Function]] = defaultdict(list)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._own[node.name].append(node)
        self._depth, self._line, self._steps, self._given = 0, 0, 0, list[Any]()
        self._gives: dict[int, Any] = {}
        """What functions give that are called so."""
        self._module: Names = {}
        self._module = self._suite(tree.body, {}) or {}

    def follow(self, function: Function) -> None:
        """A function that is called with what only a run can tell, once."""
        if id(function) not in self._gives:
            self._gives[id(function)] = COMPUTED  # where it calls itself
            outer = self._depth, self._line, self._steps
            self._depth = self._steps = 0
            self._gives[id(function)] = self._enter(function, {})
            self._depth, self._line, self._steps = outer

    def _enter(self, function: Function, given: Names) -> Any:
        """What a function gives for some arguments."""
        outer = self._scope, self._given
        self._scope, self._given = Scope.of(function, self._scope), []
        arguments = function.args
        taken = {one.arg: COMPUTED for one in ast.walk(arguments) if isinstance(one, ast.arg)}
        names: Names = {**self._module, **taken, **given}
        ended = self._suite(function.body, names)
        found = either(*self._given, *([None] if ended is not None else [])) if self._given else None
        self._scope, self._given = outer
        return found

    # Statements: each gives the names behind it, or None where the way ends.

    def _suite(self, body: Sequence[ast.stmt], names: Names) -> Names | None:
        found: Names | None = names
        for statement in body:
            if found is None:
                return None
            found = self._statement(statement, found)
        return found

    def _statement(self, node: ast.stmt, names: Names) -> Names | None:
        self._steps += 1
        if not self._depth:
            self._line = node.lineno
        if isinstance(node, ast.Assign):
            value = self._value(node.value, names)
            for target in node.targets:
                self._bind(target, value, names)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._bind(node.target, self._value(node.value, names), names)
        elif isinstance(node, ast.AugAssign):
            self._bind(node.target, self._changed(node, names), names)
        elif isinstance(node, ast.Delete):
            for one in node.targets:
                self._forget(one, names)
        elif isinstance(node, ast.If):
            self._value(node.test, names)
            return self._sides(names, node.body, node.orelse)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._bind(node.target, self._element(self._value(node.iter, names)), names)
            return self._sides(names, [*node.body, *node.orelse], node.orelse, loop=True)
        elif isinstance(node, ast.While):
            self._value(node.test, names)
            return self._sides(names, [*node.body, *node.orelse], node.orelse, loop=True)
        elif isinstance(node, ast.Try):
            return self._tried(node, names)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                value = self._value(item.context_expr, names)
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, value, names)
            return self._suite(node.body, names)
        elif isinstance(node, ast.Match):
            self._value(node.subject, names)
            return self._sides(names, *(one.body for one in node.cases), [])
        elif isinstance(node, ast.Return):
            self._given.append(self._value(node.value, names) if node.value is not None else None)
            return None
        elif isinstance(node, ast.Raise | ast.Break | ast.Continue):
            self._walk(node, names)
            return None
        elif isinstance(node, ast.ClassDef):
            return names
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._walk(node, names)
        return names

    def _sides(self, names: Names, *bodies: Sequence[ast.stmt], loop: bool = False) -> Names | None:
        """Each way on a copy; what may be true behind them. A loop goes on although its round does not."""
        ways = []
        for body in bodies:
            own = copied(names)
            ended = self._suite(body, own)
            ways += [ended] if ended is not None else [own] if loop else []
        return joined(ways) if ways else None

    def _tried(self, node: ast.Try, names: Names) -> Names | None:
        before = copied(names)
        ways = [self._suite([*node.body, *node.orelse], copied(names))]
        partly = joined([before, *(one for one in ways if one is not None)])
        ways += [self._suite(one.body, copied(partly)) for one in node.handlers]
        left = [one for one in ways if one is not None]
        return self._suite(node.finalbody, joined(left)) if left else self._suite(node.finalbody, partly) and None

    def _bind(self, target: ast.expr, value: Any, names: Names) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Subscript):
            for base in each(self._value(target.value, names)):
                key = self._value(target.slice, names)
                if isinstance(base, Fields):
                    self._put(base, key, value)
        elif isinstance(target, ast.Tuple | ast.List):
            values = value.each if isinstance(value, Items) and len(value.each) == len(target.elts) else None
            for place, one in enumerate(target.elts):
                self._bind(one.value if isinstance(one, ast.Starred) else one,
                           values[place] if values else COMPUTED, names)

    def _put(self, base: Fields, key: Any, value: Any) -> None:
        if isinstance(key, str) and HOLE not in key:
            base.known[key] = value
        else:
            base.open = True

    def _forget(self, target: ast.expr, names: Names) -> None:
        if isinstance(target, ast.Name):
            names.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            key = self._value(target.slice, names)
            for base in each(self._value(target.value, names)):
                if isinstance(base, Fields) and isinstance(key, str):
                    base.known.pop(key, None)

    def _changed(self, node: ast.AugAssign, names: Names) -> Any:
        value = self._value(node.value, names)
        old = self._value(node.target, names)
        if isinstance(node.op, ast.BitOr):
            for base in each(old):
                self._update(base, value)
            return old
        return self._added(old, value) if isinstance(node.op, ast.Add) else COMPUTED

    # Expressions.

    def _walk(self, node: ast.AST, names: Names) -> None:
        """Everything below a node that is no value of its own."""
        for one in ast.iter_child_nodes(node):
            if isinstance(one, ast.expr):
                self._value(one, names)
            elif not isinstance(one, ast.stmt):
                self._walk(one, names)

    def _value(self, node: ast.expr, names: Names) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return names.get(node.id, Partial(node) if node.id not in names else COMPUTED)
            case ast.JoinedStr():
                return text([self._value(one, names) for one in node.values])
            case ast.FormattedValue():
                return self._value(node.value, names) if node.format_spec is None else COMPUTED
            case ast.Dict():
                return self._dict(node, names)
            case ast.List() | ast.Tuple() | ast.Set():
                return self._new(Items([self._value(one, names) for one in node.elts]))
            case ast.BinOp():
                return self._operation(node, names)
            case ast.BoolOp():
                return either(*(self._value(one, names) for one in node.values), COMPUTED)
            case ast.IfExp():
                self._value(node.test, names)
                return either(self._value(node.body, names), self._value(node.orelse, names))
            case ast.NamedExpr():
                value = self._value(node.value, names)
                self._bind(node.target, value, names)
                return value
            case ast.Await() | ast.Starred():
                return self._value(node.value, names)
            case ast.Subscript():
                return self._subscript(node, names)
            case ast.Call():
                return self._call(node, names)
            case ast.Attribute():
                self._value(node.value, names)
                return Partial(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self._new(Items([self._comprehended(node, node.elt, names)]))
            case ast.DictComp():
                self._comprehended(node, node.value, names)
                return self._new(Fields({}, node.lineno, open=True))
            case ast.Lambda():
                return COMPUTED
        self._walk(node, names)
        return COMPUTED

    def _comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, made: ast.expr,
                      names: Names) -> Any:
        inner = dict(names)
        for one in node.generators:
            self._bind(one.target, self._element(self._value(one.iter, inner)), inner)
            for condition in one.ifs:
                self._value(condition, inner)
        return self._value(made, inner)

    def _new(self, made: Made) -> Made:
        self._origin += 1
        made.origin = self._origin
        return made

    def _dict(self, node: ast.Dict, names: Names) -> Fields:
        made = self._new(Fields({}, node.lineno))
        for key, one in zip(node.keys, node.values, strict=True):
            value = self._value(one, names)
            if key is None:
                self._update(made, value)
            else:
                self._put(made, self._value(key, names), value)
        return made

    def _update(self, base: Any, value: Any) -> None:
        if isinstance(base, Fields):
            more = each(value)
            for one in more:
                if isinstance(one, Fields):
                    base.known.update(one.known)
                    base.open |= one.open
                else:
                    base.open = True

    def _element(self, value: Any) -> Any:
        found = [one.each for one in each(value) if isinstance(one, Items)]
        return either(*(one for some in found for one in some)) if found and all(found) else COMPUTED

    def _subscript(self, node: ast.Subscript, names: Names) -> Any:
        base, key = self._value(node.value, names), self._value(node.slice, names)
        return either(*(indexed(one, key) for one in each(base)))

    def _operation(self, node: ast.BinOp, names: Names) -> Any:
        left, right = self._value(node.left, names), self._value(node.right, names)
        if isinstance(node.op, ast.Add):
            return self._added(left, right)
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            given = right.each if isinstance(right, Items) else [right]
            parts = left.replace("%d", "%s").split("%s")
            return text([one for place, part in enumerate(parts) for one in (
                [part] if not place else [given[place - 1] if place <= len(given) else COMPUTED, part])])
        if isinstance(node.op, ast.BitOr) and any(isinstance(one, Fields) for one in each(left)):
            made = self._new(Fields({}, node.lineno))
            self._update(made, left)
            self._update(made, right)
            return made
        return COMPUTED

    def _added(self, left: Any, right: Any) -> Any:
        if isinstance(left, Items) and isinstance(right, Items):
            return self._new(Items([*left.each, *right.each][:MOST]))
        if any(isinstance(one, str) for value in (left, right) for one in each(value)):
            return either(*(text([one, other]) for one in each(left) for other in each(right)))
        return COMPUTED

    def _call(self, node: ast.Call, names: Names) -> Any:
        if not self._depth:
            self._line = node.lineno
        line = self._line
        args, keywords, more = [], dict[str, Any](), False
        for one in node.args:
            value = self._value(one, names)
            if isinstance(one, ast.Starred):
                args += value.each if isinstance(value, Items) else []
                more |= not isinstance(value, Items)
            else:
                args.append(value)
        for keyword in node.keywords:
            value = self._value(keyword.value, names)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, Fields):
                keywords.update(value.known)
                more |= value.open
            else:
                more = True
        self._line = line if not self._depth else self._line
        called = node.func
        if isinstance(called, ast.Name) and isinstance(bound := names.get(called.id), Partial):
            called, args, keywords = bound.function, [*bound.args, *args], {**bound.keywords, **keywords}
        return self._called(node, called, args, keywords, more, names)

    def _called(self, node: ast.Call, called: ast.expr, args: list[Any], keywords: Names, more: bool,
                names: Names) -> Any:
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        own = [one for one in self._own.get(name, ()) if _is_method(one) is isinstance(called, ast.Attribute)]
        base = self._value(called.value, names) if isinstance(called, ast.Attribute) else COMPUTED
        if len(own) == 1 and self._depth < _DEEP and self._steps < _STEPS and self._scope.api(called) is None:
            return self._inside(own[0], args, keywords, more)
        self._hear(Handed(node, called, self._scope, self._line, self._depth, args, keywords, more))
        made = self._made(node, name, called, base, args, keywords)
        if made is not None:
            return made
        if name not in _HARMLESS and self._scope.api(called) is None:
            for one in (part for value in (*args, *keywords.values()) for part in each(value)):
                if isinstance(one, Fields):
                    one.open = True  # whoever gets it may fill it
        return COMPUTED

    def _inside(self, function: Function, args: list[Any], keywords: Names, more: bool) -> Any:
        """A function of the source itself, with what it is handed."""
        if all(one is COMPUTED for value in (*args, *keywords.values()) for one in each(value)):
            self.follow(function)
            return copy.deepcopy(self._gives[id(function)])
        known = function.args
        places = [one.arg for one in (*known.posonlyargs, *known.args)][_is_method(function):]
        given = dict(zip(places, args, strict=False))
        taken = {*places, *(one.arg for one in known.kwonlyargs)}
        extra = {key: one for key, one in keywords.items() if key not in taken}
        given |= {key: one for key, one in keywords.items() if key not in extra}
        if not more:
            defaults = [*zip(reversed(places), reversed(known.defaults), strict=False),
                        *((one.arg, default) for one, default in zip(known.kwonlyargs, known.kw_defaults, strict=True)
                          if default is not None)]
            given = {**{key: self._value(one, self._module) for key, one in defaults}, **given}
        if known.kwarg:
            given[known.kwarg.arg] = self._new(Fields(extra, function.lineno, open=more))
        if known.vararg:
            given[known.vararg.arg] = self._new(Items(args[len(places):])) if not more else COMPUTED
        self._depth += 1
        found = self._enter(function, given)
        self._depth -= 1
        return found

    def _made(self, node: ast.Call, name: str, called: ast.expr, base: Any, args: list[Any],
              keywords: Names) -> Any:
        """What a call of Python's own gives; None where nobody knows."""
        api = ".".join(self._scope.api(called) or ())
        if api == "build_phantom_rest_url":
            return either(*(f"/rest/{one}" for one in each(text(["/".join(
                part(one) for one in args)])) if isinstance(one, str)))
        if api in ("get_base_url", "get_rest_base_url"):
            return "/rest/" if "rest" in api else ""
        if name == "partial" and args and isinstance(args[0], Partial):
            return Partial(args[0].function, [*args[0].args, *args[1:]], {**args[0].keywords, **keywords})
        if name == "dumps" and args:
            return Encoded(args[0])
        if name == "dict" and isinstance(called, ast.Name):
            made = self._new(Fields(dict(keywords), node.lineno))
            if args:
                self._update(made, args[0])
            return made
        if name in ("copy", "deepcopy") and isinstance(base if not args else args[0], Fields):
            return copy.deepcopy(self._new(copy.copy(base if not args else args[0])))
        if name == "str" and args:
            return text([args[0]])
        if name == "urljoin" and len(args) == 2:
            return args[1] if isinstance(args[1], str) and args[1].startswith("/") else text(args)
        if not isinstance(called, ast.Attribute):
            return None
        return self._method(node, name, base, args, keywords)

    def _method(self, node: ast.Call, name: str, base: Any, args: list[Any], keywords: Names) -> Any:
        if name in ("update", "setdefault", "append", "pop"):
            for one in each(base):
                if isinstance(one, Items) and name == "append" and args and len(one.each) < MOST:
                    one.each.append(args[0])
                elif isinstance(one, Fields) and name == "update":
                    self._update(one, args[0] if args else Fields({}, 0))
                    one.known.update(keywords)
                elif isinstance(one, Fields) and name == "setdefault" and args:
                    self._put(one, args[0], args[1] if len(args) > 1 else None)
                elif isinstance(one, Fields) and name == "pop" and args and isinstance(args[0], str):
                    one.known.pop(args[0], None)
            return COMPUTED
        if name == "get" and args and isinstance(args[0], str) and isinstance(base, Fields):
            return base.known.get(args[0], COMPUTED if base.open else args[1] if len(args) > 1 else None)
        if not isinstance(base, str):
            return None
        if name in ("strip", "rstrip", "lstrip", "lower"):
            return getattr(base, name)(*(one for one in args[:1] if isinstance(one, str) and HOLE not in one))
        if name == "join" and args and isinstance(args[0], Items):
            return text([one for part in args[0].each for one in (base, part)][1:])
        return formatted(base, args, keywords) if name == "format" else None


def _is_method(function: Function) -> bool:
    return function.args.args[0].arg in ("self", "cls") if function.args.args else False
