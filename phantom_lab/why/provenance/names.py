"""Where names get their values: assignments, loops, and what a call passes to a parameter."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.why.provenance.scopes import ANY, Binding, Comprehension, Function, Module, Step, parameters, targets

_MAYBE = ast.If | ast.For | ast.While | ast.Try | ast.TryStar | ast.Match
"""Statements whose body may be passed over."""
UNKNOWN = object()
"""What a name or subscript holds where nothing tells."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value enters what is known of a function."""

    kind: str
    """``call`` of the platform, ``http`` request, ``argument`` of the block, ``default`` of a parameter, ``constant``,
    or ``own``: something else of the playbook's own."""
    name: str
    """Of the function or the argument; the text of what is the playbook's own."""
    line: int
    end: int
    """Last line of the call."""
    path: tuple[Step, ...] = ()
    """From what was returned or passed to the value; `ANY` is an element that nothing tells."""
    decides: bool = False
    """Whether it only decides which value it is, in a condition or as what a loop goes over."""
    node: ast.AST | None = field(default=None, compare=False)
    """What it stands for in the source; of what is the playbook's own."""
    made: int = 0
    """The line of code that made another value of it, the last there is; 0: it is passed on as it is."""
    changed: bool = False
    """Whether that is more than a conversion, such as ``str``, which may well leave it as it is."""

    choice: tuple[int, int, int] = (0, 0, 0)
    """The place of the ``x or y`` that it is part of, and its number there: ``y`` counts where ``x`` is empty."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in the journal."""
        return {"kind": self.kind, "name": self.name, "line": self.line, "end": self.end, "path": list(self.path),
                "decides": self.decides}


@dataclass
class Names(ABC):
    """Follows names through a source.

    Args:
        module: the source.
        block: the function whose parameters are the arguments of an invocation.
        look: the present value of a name or subscript, or `UNKNOWN`; it must call nothing.
        callers: for functions that are executing, the expression that called them.
    """

    module: Module
    block: ast.AST | None = None
    look: Callable[[ast.AST], Any] = lambda node: UNKNOWN
    callers: Mapping[ast.AST, ast.AST] = field(default_factory=dict)
    within: ast.AST | None = None
    """The call whose function is followed."""
    _seen: set[tuple[ast.AST | None, ast.AST, tuple[Step, ...]]] = field(default_factory=set)

    @abstractmethod
    def trace(self, node: ast.AST | None, path: tuple[Step, ...]) -> Iterator[Origin]:
        """Where a part of an expression's value comes from."""

    def origin(self, kind: str, name: str, line: int, end: int, path: tuple[Step, ...] = (),
               node: ast.AST | None = None) -> Origin:
        """An origin that is reached here."""
        return Origin(kind, name, line, end, path, node=node)

    def own(self, kind: str, node: ast.AST, path: tuple[Step, ...] = ()) -> Origin:
        line = getattr(node, "lineno", 0)
        return self.origin(kind, _text(node), line, getattr(node, "end_lineno", line) or line, path, node)

    def named(self, node: ast.Name, path: tuple[Step, ...]) -> Iterator[Origin]:
        inner: ast.AST = node
        for scope in self.module.above(node):
            if isinstance(scope, Comprehension):
                for one in scope.generators:
                    for name, taken in targets(one.target, (ANY,)):
                        if name == node.id and inner is not one.iter:
                            yield from self.trace(one.iter, (*taken, *path))
                            return
            elif isinstance(scope, Function | ast.Module) and inner not in getattr(scope, "decorator_list", ()):
                if node.id in parameters(scope):
                    yield from self._bindings(scope, node, path)
                    yield from self._parameter(scope, node.id, path)
                    return
                if self.module.bindings(scope, node.id):
                    yield from self._bindings(scope, node, path)
                    return
            inner = scope
        yield self.own("own", node)

    def _bindings(self, scope: ast.AST, use: ast.Name, path: tuple[Step, ...]) -> Iterator[Origin]:
        """What a name was given before it is used, the latest first; what comes later counts in a loop only."""
        found = [one for one in self.module.bindings(scope, use.id) if not self.module.apart(one.at, use)]
        outside = scope is not self.module.function_of(use)
        within = {use, *self.module.above(use)}
        before = [one for one in found if one.value not in within and (outside or self.precedes(one.at, use))]
        for one in [*reversed(before), *(one for one in found if one not in before and self._looped(one.at, use))]:
            if one.put is not None:
                if (rest := below(path, one.put)) is not None:
                    yield from self.trace(one.value, rest)
                continue
            loop = self._unreached(one.at, use)
            if loop is not None:
                yield from self.trace(loop, ())
                continue
            if not self._impossible(one, use):
                yield from self._bound(one, path, use)
                if self._settled_at(one.at, use):
                    return

    def precedes(self, at: ast.AST, use: ast.AST) -> bool:
        """Whether something is executed before another thing: as in the text, but for ``x if (x := y) else z``."""
        return place(at) < place(use) or self.tested_before(at, use)

    def tested_before(self, at: ast.AST, use: ast.AST) -> bool:
        """Whether one stands in the test of a conditional expression and the other in what is chosen by it."""
        return isinstance(at, ast.NamedExpr) and any(
            isinstance(one, ast.IfExp) and one.test in (at, *self.module.above(at)) and not (
                one.test is use or one.test in self.module.above(use)) for one in self.module.above(use))

    def _bound(self, one: Binding, path: tuple[Step, ...], use: ast.Name) -> Iterator[Origin]:
        if isinstance(one.value, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield self.own("own", use)
            return
        taken = one.taken
        if isinstance(one.at, ast.For) and taken == (ANY,):
            taken = (self._row(one.at),)
        yield from self.trace(one.value, (*taken, *path))

    def _row(self, loop: ast.For) -> Step:
        """Which element of a list a loop is at, if its name still holds it."""
        items, item = self.look(loop.iter), self.look(loop.target)
        if type(items) is not list or item is UNKNOWN:
            return ANY
        places = [place for place, one in enumerate(items[:1000]) if one is item]
        return places[0] if len(places) == 1 else ANY

    def _looped(self, at: ast.AST, use: ast.AST) -> bool:
        loops = [one for one in self.module.above(use) if isinstance(one, ast.For | ast.While)]
        return any(one in loops for one in self.module.above(at))

    def _unreached(self, at: ast.AST, use: ast.AST) -> ast.AST | None:
        """What a loop around a binding, and not around the use, went over without being entered."""
        around = set(self.module.above(use))
        for loop in self.module.above(at):
            if (isinstance(loop, ast.For) and loop not in around and isinstance(loop.target, ast.Name)
                    and self.look(use) is not UNKNOWN and self.look(loop.target) is UNKNOWN):
                return loop.iter
        return None

    def _impossible(self, one: Binding, use: ast.Name) -> bool:
        """Whether the name holds something else than the constant it was given here."""
        if not isinstance(one.value, ast.Constant) or one.taken:
            return False
        value = self.look(use)
        return value is not UNKNOWN and not _same(value, one.value.value)

    def _settled_at(self, at: ast.AST, use: ast.Name) -> bool:
        """Whether a binding is reached whenever its use is, so that no earlier one counts."""
        around = {*self.module.above(use)}
        return all(parent in around or not isinstance(parent, _MAYBE) for parent in self.module.above(at))

    def _parameter(self, function: ast.AST, name: str, path: tuple[Step, ...]) -> Iterator[Origin]:
        call = self.callers.get(function)
        if call is None and function is not self.block and isinstance(function, ast.FunctionDef):
            call = next(iter(self._calls(function.name)), None)
        given = function.args  # type: ignore[attr-defined]
        if call is None:
            name, path = spread(given, name, path)
            yield self.origin("argument", name, function.lineno, function.lineno, path)  # type: ignore[attr-defined]
        elif not isinstance(call, ast.Call):
            yield from self.trace(call, ())
        else:
            passed, path = passed_to(given, call, name, path)
            if passed is not None:
                yield from self.trace(passed, path)
            else:
                yield self.origin("default", name, call.lineno, call.end_lineno or call.lineno)

    def _calls(self, name: str) -> Iterator[ast.Call]:
        return (one for one in ast.walk(self.module.tree) if isinstance(one, ast.Call)
                and isinstance(one.func, ast.Name) and one.func.id == name)


def _text(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 100 else f"{text[:99]}…"


def place(node: ast.AST) -> tuple[int, int]:
    """Line and column."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _same(value: Any, constant: Any) -> bool:
    return type(value) is type(constant) and (type(value) not in (str, int, float, bytes, bool) or value == constant)


def below(path: tuple[Step, ...], put: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """What is left of a path below where something was put; None where it leads elsewhere."""
    for step, at in zip(path, put, strict=False):
        if ANY not in (step, at) and step != at:
            return None
    return path[len(put):]


def passed_to(given: ast.arguments, call: ast.Call, name: str,
              path: tuple[Step, ...]) -> tuple[ast.expr | None, tuple[Step, ...]]:
    """The argument of a call that a parameter gets, and what of it."""
    wanted, path = spread(given, name, path)
    for one in call.keywords:
        if one.arg == wanted:
            return one.value, path
    plain = [one.arg for one in (*given.posonlyargs, *given.args)]
    if wanted in plain and plain.index(wanted) < len(call.args):
        before = call.args[:plain.index(wanted) + 1]
        if not any(isinstance(one, ast.Starred) for one in before):
            return before[-1], path
    for starred in call.args:
        if isinstance(starred, ast.Starred):
            return starred.value, (plain.index(wanted) if wanted in plain else ANY, *path)
    for one in call.keywords:
        if one.arg is None:
            return one.value, (wanted, *path)
    if given.vararg is not None and name == given.vararg.arg and len(call.args) > len(plain):
        return call.args[len(plain)], path
    return None, path


def spread(given: ast.arguments, name: str, path: tuple[Step, ...]) -> tuple[str, tuple[Step, ...]]:
    """Of ``**kwargs`` the argument itself."""
    if given.kwarg is not None and name == given.kwarg.arg and path and type(path[0]) is str and path[0] != ANY:
        return path[0], path[1:]
    return name, path
