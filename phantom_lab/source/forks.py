"""Where code may go on in more than one way, and calls put there that tell which way it goes."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.source.parsing import walk

WATCH = "__phantom_lab_watch__"
"""Builtin whose methods are called where code forks; see `phantom_lab.engine.watch.Watch`."""

_YES_OR_NO = ("true", "false")
_ROUNDS = ("entered", "never entered")
_TO_THE_END = ("taken", "left out")
_LONGEST = 60
"""Characters of the exception types of a handler."""
_Loop = ast.For | ast.While
_Loops = ast.For | ast.While | ast.AsyncFor
_Tried = ast.Try | ast.TryStar
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Nested = _Function | ast.Lambda | ast.ClassDef
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_GIVES_BACK = frozenset({"get", "pop", "setdefault"})
"""Methods of a dict that give what it holds."""
_LEAVES_OUT = frozenset({"filter", "filterfalse", "takewhile", "dropwhile"})
_FROM_TEXT = frozenset({"exec", "eval"})
_AWAITED = "asynchronous loops"
_LOOKED_UP = "which function a look-up gives"


@dataclass(frozen=True, slots=True)
class Fork:
    """A place at which code goes one of several ways on."""

    number: int
    function: str
    """The outermost function or class it stands in; empty at the module's own level."""
    name: str
    """Its kind, and the how manieth of that kind it is in there: ``if_2``, ``for_1``, ``try_1``."""
    line: int
    ways: tuple[str, ...]
    node: ast.AST = field(compare=False, repr=False)
    part: int = field(default=0, compare=False, repr=False)
    """Which operand of a short-circuit."""
    within: list[ast.stmt] = field(default_factory=list, compare=False, repr=False)
    """The statements it is one of."""

    @property
    def kind(self) -> str:
        """``if`` (statements, and ``if``s of comprehensions), ``choice`` (``x if test else y``), ``operand`` (of a
        short-circuit), ``while``, ``for``, ``else`` (of a loop), ``try`` or ``match``."""
        return self.name.rpartition("_")[0]


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Something that may go several ways as well, and is not watched."""

    what: str
    function: str
    line: int


def forks(tree: ast.Module) -> tuple[list[Fork], list[Uncounted]]:
    """Every fork of a source, in the order of the text, and what is left out."""
    finder = _Finder(tree)
    try:
        finder.go(tree)
    except RecursionError:
        return [], [Uncounted("all of it: it is nested too deeply", "", 0)]
    return finder.found, finder.others


def insert_watches(tree: ast.Module) -> list[Fork]:
    """Put a call at every fork of a source, and give the forks. What the code does, and the lines that it stands in,
    stay as they are."""
    found = forks(tree)[0]
    for fork in found:
        node = fork.node
        if isinstance(node, ast.If | ast.IfExp):
            node.test = _call("test", fork, node.test)
        elif isinstance(node, ast.BoolOp):
            node.values[fork.part] = _call("operand", fork, node.values[fork.part])
        elif isinstance(node, ast.comprehension):
            _watch_comprehension(fork, node)
        elif fork.kind == "else" and isinstance(node, _Loop):
            _watch_else(fork, node)
        elif isinstance(node, ast.For):
            node.iter = _call("rounds", fork, node.iter)
        elif isinstance(node, ast.While):
            node.test = _call("again", fork, node.test)
            fork.within.insert(fork.within.index(node), _statement("begins", fork, node))
        elif isinstance(node, _Tried):
            _watch_try(fork, node)
        elif isinstance(node, ast.Match):
            _watch_match(fork, node)
    return found


def _watch_comprehension(fork: Fork, node: ast.comprehension) -> None:
    if fork.kind == "for":
        node.iter = _call("rounds", fork, node.iter)
    else:
        node.ifs[fork.part] = _call("test", fork, node.ifs[fork.part])


def _watch_else(fork: Fork, loop: _Loop) -> None:
    loop.orelse.insert(0, _statement("took", fork, loop.orelse[0], 0))
    for statements, one in list(_leaving(loop.body, (ast.Break,))):
        statements.insert(statements.index(one), _statement("took", fork, one, 1))


def _watch_try(fork: Fork, node: _Tried) -> None:
    """Its body comes to its end, by what it returns as well; or an exception is handled."""
    for statements, one in list(_leaving(node.body, (ast.Break, ast.Continue, ast.Return))):
        if isinstance(one, ast.Return) and one.value is not None:
            one.value = _call("took", fork, one.value, 0)
        else:
            statements.insert(statements.index(one), _statement("took", fork, one, 0))
    node.orelse.insert(0, _statement("took", fork, node.body[-1], 0))
    for number, handler in enumerate(node.handlers, 1):
        handler.body.insert(0, _statement("took", fork, handler.body[0], number))


def _watch_match(fork: Fork, node: ast.Match) -> None:
    for number, case in enumerate(node.cases):
        case.body.insert(0, _statement("took", fork, case.body[0], number))
    if len(fork.ways) > len(node.cases):
        none = _statement("took", fork, node, len(node.cases))
        node.cases.append(ast.match_case(ast.copy_location(ast.MatchAs(), node.cases[-1].pattern), None, [none]))


class _Finder:
    def __init__(self, tree: ast.Module) -> None:
        self.found: list[Fork] = []
        self.others: list[Uncounted] = []
        self._asks = _Asks(tree)
        self._function = ""
        self._names: Counter[tuple[str, str]] = Counter()
        self._within: list[ast.stmt] = []

    def go(self, node: ast.AST) -> None:
        """Look at a node, and at what is below it in the order of the text."""
        looks_at = _LOOKS.get(type(node))
        if looks_at is not None:
            looks_at(self, node)
        function, within = self._function, self._within
        if not function and isinstance(node, _Nested):
            self._function = getattr(node, "name", "")
        for name in node._fields:
            part = getattr(node, name, None)
            if isinstance(part, list):
                self._within = part
                for one in part:
                    if isinstance(one, ast.AST):
                        self.go(one)
                self._within = within
            elif isinstance(part, ast.AST):
                self.go(part)
        self._function = function

    def _fork(self, kind: str, node: ast.AST, at: ast.AST, ways: Sequence[str], part: int = 0) -> None:
        line = int(getattr(at, "lineno", 0))
        if not self._function:
            self.others.append(Uncounted("code at the module's own level", "", line))
            return
        self._names[self._function, kind] += 1
        name = f"{kind}_{self._names[self._function, kind]}"
        self.found.append(Fork(len(self.found), self._function, name, line, tuple(ways), node, part, self._within))

    def _left_out(self, what: str, at: ast.expr | ast.stmt) -> None:
        self.others.append(Uncounted(what, self._function, at.lineno))

    def if_(self, node: ast.If | ast.IfExp) -> None:
        if not isinstance(node.test, ast.Constant):
            self._fork("if" if isinstance(node, ast.If) else "choice", node, node.test, _YES_OR_NO)

    def while_(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self._fork("while", node, node, _ROUNDS)
        self._else(node)

    def async_for(self, node: ast.AsyncFor) -> None:
        self._left_out(_AWAITED, node)

    def for_(self, node: ast.For) -> None:
        if not _always_rounds(node.iter):
            self._fork("for", node, node, _ROUNDS)
        self._else(node)

    def _else(self, node: _Loop) -> None:
        if node.orelse and any(True for _ in _leaving(node.body, (ast.Break,))):
            self._fork("else", node, node.orelse[0], _TO_THE_END)

    def try_(self, node: _Tried) -> None:
        if node.handlers:
            self._fork("try", node, node, ["no exception", *_told(map(_handles, node.handlers))])

    def match_(self, node: ast.Match) -> None:
        last = node.cases[-1]
        certain = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        ways = [f"case {number}" for number in range(1, len(node.cases) + 1)]
        self._fork("match", node, node, ways if certain else [*ways, "no case"])

    def operands(self, node: ast.BoolOp) -> None:
        asking = [any(map(self._asks.anything, node.values[place:])) for place in range(1, len(node.values))]
        for place, (one, decides) in enumerate(zip(node.values, asking, strict=False)):
            if decides and not isinstance(one, ast.Constant):
                self._fork("operand", node, one, _YES_OR_NO, place)
        if not any(asking):
            self._left_out("short-circuits that decide no call of a function of the playbook or of `phantom`", node)

    def comprehension(self, node: _Comprehension) -> None:
        if not self._asks.anything(node):
            self._left_out("comprehensions that call no function of the playbook or of `phantom`", node)
            return
        for one in node.generators:
            if one.is_async:
                self._left_out(_AWAITED, one.iter)
            elif not isinstance(node, ast.GeneratorExp) and not _always_rounds(one.iter):
                self._fork("for", one, one.iter, _ROUNDS)
            for place, test in enumerate(one.ifs):
                self._fork("if", one, test, _YES_OR_NO, place)
        if isinstance(node, ast.GeneratorExp):
            self._left_out("whether a generator expression goes round at all", node)

    def assert_(self, node: ast.Assert) -> None:
        self._left_out("assertions", node)

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        if any(isinstance(one.context_expr, ast.Call) and _last(one.context_expr.func) in self._asks.passing
               for one in node.items):
            self._left_out("exceptions that a `with` passes over", node)

    def table(self, node: ast.Dict) -> None:
        if sum(isinstance(one, ast.Lambda) or self._asks.names(one) for one in node.values) > 1:
            self._left_out(_LOOKED_UP, node)

    def called(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if _looks_up(node.func):
            self._left_out(_LOOKED_UP, node)
        elif name in _FROM_TEXT:
            self._left_out("code that is made of texts", node)
        elif node.args and _last(node.func) in _LEAVES_OUT and (name or _root(node.func) == "itertools"):
            self._left_out("what is filtered, or taken up to some value", node)


_LOOKS: dict[type[ast.AST], Callable[[_Finder, Any], None]] = {
    ast.If: _Finder.if_, ast.IfExp: _Finder.if_, ast.While: _Finder.while_, ast.For: _Finder.for_,
    ast.Try: _Finder.try_, ast.TryStar: _Finder.try_, ast.Match: _Finder.match_, ast.BoolOp: _Finder.operands,
    ast.ListComp: _Finder.comprehension, ast.SetComp: _Finder.comprehension, ast.DictComp: _Finder.comprehension,
    ast.GeneratorExp: _Finder.comprehension, ast.Assert: _Finder.assert_, ast.AsyncFor: _Finder.async_for,
    ast.With: _Finder.with_, ast.AsyncWith: _Finder.with_, ast.Dict: _Finder.table, ast.Call: _Finder.called}


class _Asks:
    """What calls a function of the playbook, or of ``phantom``."""

    def __init__(self, tree: ast.Module) -> None:
        self._names: set[str] = set()
        self.passing = {"suppress"}
        """Names of what passes over exceptions, as far as the source tells."""
        for node in walk(tree):
            if isinstance(node, _Function):
                self._names.add(node.name)
            elif isinstance(node, ast.ClassDef):
                if any(isinstance(one, _Function) and one.name in ("__exit__", "__aexit__") for one in node.body):
                    self.passing.add(node.name)
            elif isinstance(node, ast.Import):
                self._names |= {(one.asname or one.name).partition(".")[0] for one in node.names
                                if _of_phantom(one.name)}
            elif isinstance(node, ast.ImportFrom) and _of_phantom(node.module or ""):
                self._names |= {one.asname or one.name for one in node.names}

    def anything(self, node: ast.AST) -> bool:
        return any(isinstance(one, ast.Call) and _root(one.func) in self._names for one in walk(node))

    def names(self, node: ast.AST) -> bool:
        """Whether it is such a function, by its name."""
        return isinstance(node, ast.Name | ast.Attribute) and _root(node) in self._names


def _looks_up(node: ast.expr) -> bool:
    """Whether what is called there was looked up: in a dict or list, or by a name that code makes."""
    if isinstance(node, ast.Call):
        called = node.func
        return (isinstance(called, ast.Name) and called.id == "getattr") or (
            isinstance(called, ast.Attribute) and called.attr in _GIVES_BACK)
    return isinstance(node, ast.Subscript)


def _always_rounds(node: ast.expr) -> bool:
    """Whether a loop over something that is written out goes round for certain."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return any(not isinstance(one, ast.Starred) for one in node.elts)
    if isinstance(node, ast.Call) and _root(node.func) == "range" and len(node.args) == 1:
        node = node.args[0]
    return isinstance(node, ast.Constant) and bool(node.value)


def _of_phantom(module: str) -> bool:
    return module.partition(".")[0] == "phantom"


def _last(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _handles(handler: ast.ExceptHandler) -> str:
    told = f"except {ast.unparse(handler.type)}" if handler.type else "except"
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _told(texts: Iterator[str]) -> Iterator[str]:
    """The same text only once."""
    seen: Counter[str] = Counter()
    for one in texts:
        seen[one] += 1
        yield one if seen[one] == 1 else f"{one} ({seen[one]})"


def _leaving(body: list[ast.stmt], kinds: tuple[type[ast.stmt], ...]) -> Iterator[tuple[list[ast.stmt], ast.stmt]]:
    """Statements of these kinds that lead out of a body, with the statements that each is one of."""
    for one in body:
        if isinstance(one, kinds):
            yield body, one
        elif not isinstance(one, _Nested):
            # what breaks a loop within stays in the body, but for what stands in its `else`
            inside = tuple(kind for kind in kinds if kind is ast.Return) if isinstance(one, _Loops) else kinds
            for name in ("body", "orelse", "finalbody"):
                yield from _leaving(getattr(one, name, []), kinds if name == "orelse" else inside)
            for holder in (*getattr(one, "handlers", []), *getattr(one, "cases", [])):
                yield from _leaving(holder.body, kinds)


def _call(method: str, fork: Fork, value: ast.expr, *ways: int) -> ast.Call:
    """A call of the watch that gives on an expression's value."""
    call = _bare(method, fork, *ways)
    call.args.append(value)
    return _placed(call, value)


def _statement(method: str, fork: Fork, at: ast.stmt, *ways: int) -> ast.Expr:
    """A call of the watch, as a statement before another one."""
    return ast.copy_location(ast.Expr(_placed(_bare(method, fork, *ways), at)), at)


def _bare(method: str, fork: Fork, *ways: int) -> ast.Call:
    name = ast.Attribute(ast.Name(WATCH, ast.Load()), method, ast.Load())
    return ast.Call(name, [ast.Constant(fork.number), *map(ast.Constant, ways)], [])


def _placed(call: ast.Call, at: ast.expr | ast.stmt) -> ast.Call:
    for part in (call, call.func, call.func.value, *call.args):  # type: ignore[attr-defined]
        if not hasattr(part, "lineno"):
            ast.copy_location(part, at)
    return call
