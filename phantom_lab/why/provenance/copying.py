"""Which parts of a source a value may be a copy of, told from the text alone, and where code makes a new value.

`Flow` looks for what is likely to blame. Here nothing may be left out: a value that is found at one of the places named
here, and at no other, came from there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from phantom_lab.later import dataclass
from phantom_lab.why.provenance.filling import Filling, around, fillings, is_moved, loops
from phantom_lab.why.provenance.names import Origin, below, passed_to, place
from phantom_lab.why.provenance.passing import Passing
from phantom_lab.why.provenance.scopes import ANY, Step, key_of

_MOST, _DEEP, _TURNS = 400, 80, 12
"""Steps of one search, how many lie within each other, and of these at one place."""


@dataclass
class _Search:
    """How far a search has come, also where it follows something else meanwhile."""

    visits: dict[ast.AST, int] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0
    cut: bool = False


@dataclass
class Copying(Passing):
    """Follows copies through a source; arguments as for `Names`.

    Args:
        until: the call whose argument is followed: what is put into a list after it is not in the argument.
    """

    until: ast.AST | None = None
    made: int = 0
    changed: bool = False
    choice: tuple[int, int, int] = (0, 0, 0)
    """How what is followed becomes the value: see `Origin`."""
    _search: _Search = field(default_factory=_Search)
    _others: dict[tuple[int, ...], set[tuple[ast.AST | None, ast.AST, tuple[Step, ...]]]] = field(default_factory=dict)
    """What was seen of values that become others, and of choices."""

    @property
    def cut(self) -> bool:
        """Whether it was too much to follow."""
        return self._search.cut

    def copies(self, node: ast.AST, path: tuple[Step, ...]) -> list[Origin]:
        """Where a part of an expression's value may come from, each place once; `Origin.made` tells where code came
        between."""
        return list(dict.fromkeys(self.trace(node, path)))

    def origin(self, kind: str, name: str, line: int, end: int, path: tuple[Step, ...] = (),
               node: ast.AST | None = None) -> Origin:
        return Origin(kind, name, line, end, path, False, node, self.made, self.changed, self.choice)

    def trace(self, node: ast.AST | None, path: tuple[Step, ...]) -> Iterator[Origin]:
        if node is None or (self.within, node, path) in self._seen:
            return
        search = self._search
        search.visits[node] = search.visits.get(node, 0) + 1
        search.steps += 1
        if search.visits[node] > _TURNS or search.depth > _DEEP or search.steps > _MOST:
            search.cut = True
            yield self._maker(node)  # nothing may be left out
            return
        search.depth += 1
        try:
            if isinstance(node, ast.Attribute):
                yield from self.new(node, [node.value])
            elif isinstance(node.operand if _is_negative(node) else node, ast.Constant):  # type: ignore[attr-defined]
                if not self.made:  # what a value is made of is told without the text around it
                    yield self.own("constant", node, path)
            else:
                yield from super().trace(node, path)
        finally:
            search.depth -= 1

    def _maker(self, at: ast.AST) -> Origin:
        """Code that makes a value."""
        return replace(self.own("own", at), made=self.made or place(at)[0], changed=True)

    def new(self, at: ast.AST, parts: Sequence[ast.AST], *, changed: bool = True) -> Iterator[Origin]:
        """Code that makes a value of others: the outermost one counts."""
        if not self.made:
            yield self._maker(at)
        inner = replace(self, made=self.made or place(at)[0], changed=self.changed or changed,
                        _seen=self._others.setdefault((), set()))
        for part in parts:
            yield from inner.trace(part, ())

    def either(self, node: ast.AST, path: tuple[Step, ...], at: ast.AST, number: int) -> Iterator[Origin]:
        """One of several of which the first counts that is not empty."""
        if self.made:
            yield from self.trace(node, path)
        else:
            choice = (*place(at), number)
            yield from replace(self, choice=choice, _seen=self._others.setdefault(choice, set())).trace(node, path)

    def _parts(self, node: ast.AST, path: tuple[Step, ...]) -> Iterator[Origin]:
        if isinstance(node, ast.IfExp):
            copied: list[ast.expr] = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            copied = node.values
        elif isinstance(node, ast.NamedExpr | ast.Starred | ast.Await):
            copied = [node.value]
        elif isinstance(node, ast.BinOp) and path and isinstance(node.op, ast.Add | ast.Mult | ast.BitOr):
            copied = [node.left, node.right]
            path = path if isinstance(node.op, ast.BitOr) else (ANY, *path[1:])  # places move in a sum of lists
        else:
            yield from self.new(node, [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)])
            return
        for number, one in enumerate(copied):
            if isinstance(getattr(node, "op", None), ast.Or):
                yield from self.either(one, path, node, number)
            else:
                yield from self.trace(one, path)

    def _display(self, node: ast.List | ast.Tuple | ast.Set, path: tuple[Step, ...]) -> Iterator[Origin]:
        if node.elts or not path:
            yield from super()._display(node, path)

    def _subscript(self, node: ast.Subscript, path: tuple[Step, ...]) -> Iterator[Origin]:
        if not isinstance(node.slice, ast.Slice):
            yield from self.trace(node.value, (key_of(node.slice), *path))
        elif path:
            yield from self.trace(node.value, (ANY, *path[1:]))
        else:
            yield from self.new(node, [node.value])

    def _dict(self, node: ast.Dict, path: tuple[Step, ...]) -> Iterator[Origin]:
        """Of several equal keys the last counts."""
        if not node.values and not path:
            yield self.own("constant", node)
        first, rest = (path[0], path[1:]) if path else (ANY, ())
        for key, value in zip(reversed(node.keys), reversed(node.values), strict=True):
            if key is None:
                yield from self.trace(value, path)
            elif ANY in (first, key_of(key)) or str(key_of(key)) == str(first):
                yield from self.trace(value, rest)
                if first == ANY and not rest:  # a loop over a dict goes over its keys
                    yield from self.trace(key, ())
                if ANY not in (first, key_of(key)):
                    return

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
                       path: tuple[Step, ...]) -> Iterator[Origin]:
        if not path and not self.made:
            yield self._maker(node)
        yield from self.trace(node.value if isinstance(node, ast.DictComp) else node.elt, path[1:])

    # -- names ---------------------------------------------------------------------------------------------------------

    def _bindings(self, scope: ast.AST, use: ast.Name, path: tuple[Step, ...]) -> Iterator[Origin]:
        """What a name may have been given before it is used, and what may have been put into it."""
        outside = scope is not self.module.function_of(use)
        if path and type(path[0]) is int and is_moved(self.module, scope, use.id):
            path = (ANY, *path[1:])
        given = [one for one in self.module.bindings(scope, use.id)
                 if one.put is None and not self._other_branch(one.at, use)]
        earlier = sorted((one for one in given if outside or self.precedes(one.at, use)),
                         key=lambda one: (self.tested_before(one.at, use), place(one.at)))
        last, found = None, []
        for one in reversed(earlier):
            if one.value not in around(self.module, use):
                found.append(one)
                if not outside and self._always(one.at, use):
                    last = one.at
                    break
        found += [one for one in given if one not in earlier and self._again(one.at, use, last)]
        put = [one for one in fillings(self.module, scope, use.id) if self._counts(one, scope, use, last, outside)]
        over = None if outside else self._overwritten(put, use, path)
        for binding in found if over is None else ():
            yield from self._bound(binding, path, use)
        for filling in put:
            if over is None or filling is over or place(filling.at) > place(over.at) or (
                    self._again(filling.at, use, over.at)):
                yield from self._put(filling, path)
        for one in self.module.given_elsewhere(scope, use.id):
            yield from self._bound(one, path, use)

    def _counts(self, one: Filling, scope: ast.AST, use: ast.Name, last: ast.AST | None, outside: bool) -> bool:
        """Whether something that is put into a value is in it when it is used."""
        if last is not None and place(one.at) < place(last) and not self._again(one.at, use, last):
            return False  # it was put into what the name held before
        here = self.module.function_of(one.at) is scope and not outside
        until = self.until if self.until is not None and self.module.function_of(self.until) is scope else None
        return not here or until is None or place(one.at) <= place(until) or self._again(one.at, until, None)

    def _overwritten(self, put: Sequence[Filling], use: ast.Name, path: tuple[Step, ...]) -> Filling | None:
        """The last thing that stands there for certain, whatever stood there before."""
        found = None
        for one in put:
            keys = one.put[1:] if one.every is not None and one.put[:1] == (ANY,) else one.put
            at = one.every if one.every is not None else one.at
            exact = keys and ANY not in keys and path[len(one.put) - len(keys):len(one.put)] == keys
            if (exact and one.certain and not one.deep and one.through is None and place(one.at) < place(use)
                    and at not in around(self.module, use) and self._settled_at(at, use)
                    and (one.every is None or _in_every_turn(one.every, one.at))
                    and (found is None or place(one.at) > place(found.at))):
                found = one
        return found

    def _put(self, one: Filling, path: tuple[Step, ...]) -> Iterator[Origin]:
        within = self if one.through is None else replace(
            self, callers={**self.callers, self.module.function_of(one.at): one.through}, within=one.through)
        for start in range(max(len(path), 1)) if one.deep else (0,):
            rest = below(path[start:], one.put)
            if rest is not None and isinstance(one.at, ast.AugAssign) and not path:
                yield from within.new(one.at, [one.value])
            elif rest is not None:
                yield from within.trace(one.value, rest)

    def _again(self, at: ast.AST, use: ast.AST, last: ast.AST | None) -> bool:
        """Whether a loop leads from one node back to another, past what sets the name anew."""
        shared = [one for one in loops(self.module, at) if one in around(self.module, use)]
        return any(last is None or one not in around(self.module, last) for one in shared)

    def _other_branch(self, at: ast.AST, use: ast.AST) -> bool:
        """Whether only one of two nodes can be reached: no loop leads from one to the other."""
        return self.module.apart(at, use) and not self._again(at, use, None)

    def _always(self, at: ast.AST, use: ast.Name) -> bool:
        """Whether a binding is reached whenever its use is: a loop may have gone over nothing."""
        return self._settled_at(at, use) and not (isinstance(at, ast.For) and at not in around(self.module, use))

    def _parameter(self, function: ast.AST, name: str, path: tuple[Step, ...]) -> Iterator[Origin]:
        call = self.callers.get(function)
        if isinstance(function, ast.Lambda) and call is not None:
            yield from self.trace(call, (ANY, *path))
        elif not isinstance(function, ast.FunctionDef) or not isinstance(call, ast.Call | None):
            yield from self.new(function, [])
        elif call is not None:
            yield from self._passed(function, call, name, path)
        elif function is self.block:
            yield from super()._parameter(function, name, path)
        else:
            calls = list(self._calls(function.name))
            for call in calls:
                inner = replace(self, callers={**self.callers, function: call}, within=call)
                yield from inner._passed(function, call, name, path)
            if not calls:
                yield from self.new(function, [])

    def _passed(self, function: ast.FunctionDef, call: ast.Call, name: str,
                path: tuple[Step, ...]) -> Iterator[Origin]:
        passed, rest = passed_to(function.args, call, name, path)
        yield from self.trace(passed if passed is not None else default_of(function.args, name), rest)


def _in_every_turn(loop: ast.For, at: ast.AST) -> bool:
    """Whether a loop reaches a statement each time."""
    return at in loop.body and not any(isinstance(one, ast.Continue | ast.Break | ast.Return) for one in ast.walk(loop))


def _is_negative(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def default_of(given: ast.arguments, name: str) -> ast.expr | None:
    """The default of a parameter."""
    plain = [*given.posonlyargs, *given.args]
    pairs = [*zip(reversed(plain), reversed(given.defaults), strict=False),
             *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return next((default for one, default in pairs if one.arg == name), None)
