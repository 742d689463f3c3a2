"""What is put into a list or dict after it was made: by its name, by another one, or by a function it is given to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.why.provenance.scopes import ANY, Function, Module, Step, key_of, parameters

_LOOPS = ast.For | ast.AsyncFor | ast.While


@dataclass(frozen=True, slots=True)
class Filling:
    """One place where something is put into what a name holds."""

    value: ast.AST
    at: ast.AST
    put: tuple[Step, ...]
    deep: bool = False
    """Whether it may also stand further down: it is put into a part that the text does not tell."""
    every: ast.For | None = None
    """The loop over all elements that does it."""
    certain: bool = True
    """Whether the name by which it is done stands for nothing else."""
    through: ast.Call | None = None
    """The call of a function of the playbook that does it."""


def fillings(module: Module, scope: ast.AST, name: str) -> list[Filling]:
    """Everything that is put into what a name of a scope holds, wherever that stands."""
    known = module.kept
    if ("fillings", scope, name) not in known:
        known["fillings", scope, name] = []  # of functions that call each other
        known["fillings", scope, name] = list(_fillings(module, scope, name))
    found: list[Filling] = known["fillings", scope, name]
    return found


def _fillings(module: Module, scope: ast.AST, name: str) -> Iterator[Filling]:
    names = {name: Part(()), **_aliases(module, scope, name)}
    for one, part in names.items():
        for binding in module.bindings(scope, one):
            if binding.put is not None:
                yield _filling(binding.value, binding.at, binding.put, part)
                yield from (_filling(key, binding.at, (ANY,), part) for key in _keys(binding.at))
    for function in module.functions_in(scope):
        if not module.is_local(function, name):
            yield from (replace(one, certain=False) for one in fillings(module, function, name))
    for other in _holders(module, scope, names):
        for each in fillings(module, scope, other):
            yield from (replace(each, put=each.put[start:], certain=False) for start in range(1, len(each.put)))
    for node in _calls(module, scope):
        yield from _given_away(module, node, names)


def _filling(value: ast.AST, at: ast.AST, put: tuple[Step, ...], part: Part) -> Filling:
    return Filling(value, at, (*(part.steps or ()), *put), part.steps is None, part.loop, part.certain)


def is_moved(module: Module, scope: ast.AST, name: str) -> bool:
    """Whether elements of a list change their places."""
    if ("moved", scope) not in module.kept:
        calls = [one.func for one in module.nodes_of(scope) if isinstance(one, ast.Call)]
        moved = {one.value.id for one in calls if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
                 and one.attr in ("sort", "reverse", "insert", "pop", "popleft", "remove", "appendleft", "rotate")}
        module.kept["moved", scope] = moved | {
            target.value.id for one in module.nodes_of(scope) if isinstance(one, ast.Delete) for target in one.targets
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)}
    return bool({name, *_aliases(module, scope, name)} & module.kept["moved", scope])


def _keys(at: ast.AST) -> Iterator[ast.AST]:
    """Keys that are told by no text: a loop over a dict goes over them."""
    for target in at.targets if isinstance(at, ast.Assign) else ():
        if isinstance(target, ast.Subscript) and key_of(target.slice) == ANY:
            yield target.slice


def _calls(module: Module, scope: ast.AST) -> list[ast.Call]:
    """The calls of functions of the playbook."""
    if ("calls", scope) not in module.kept:
        module.kept["calls", scope] = [one for one in module.nodes_of(scope) if isinstance(one, ast.Call)
                                       and isinstance(one.func, ast.Name) and module.functions(one.func.id)]
    found: list[ast.Call] = module.kept["calls", scope]
    return found


def _given_away(module: Module, call: ast.Call, names: dict[str, Part]) -> Iterator[Filling]:
    """What a function of the playbook puts into what it is given."""
    for function in module.functions(call.func.id)[-1:]:  # type: ignore[attr-defined]
        pairs = [*zip(parameters(function), call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
        for parameter, passed in pairs:
            for known, steps in _roots(passed, ()):
                if known in names and parameter:
                    before = names[known].steps
                    for one in fillings(module, function, parameter):
                        there = None if before is None or steps is None else (*before, *steps, *one.put)
                        yield Filling(one.value, one.at, there or one.put, there is None or one.deep, through=call)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a value another name stands for."""

    steps: tuple[Step, ...] | None
    """None: the text does not tell."""
    loop: ast.For | None = None
    """The loop that goes over all of it."""
    certain: bool = True
    """Whether it never stands for anything else."""


def _aliases(module: Module, scope: ast.AST, name: str) -> dict[str, Part]:
    """Other names of a scope for what a name holds, or for a part of it."""
    found = {name: Part(())}
    todo = [name]
    while todo:
        known = todo.pop()
        same = {id(one.value) for one in module.bindings(scope, known) if one.put is None and not one.taken}
        for other, bindings in module.names_of(scope).items():
            given = [one for one in bindings if one.put is None]
            if other not in found and any(id(one.value) in same and not one.taken for one in given):  # `a = b = {}`
                found[other] = replace(found[known], certain=found[known].certain and len(given) == 1)
                todo.append(other)
            for one in given:
                for rooted, steps in _roots(one.value, one.taken):
                    if rooted == known and other not in found:
                        before = found[known].steps
                        whole = None if before is None or steps is None else (*before, *steps)
                        loop = one.at if isinstance(one.at, ast.For) and known == name and len(given) == 1 and (
                            isinstance(one.value, ast.Name)) else None
                        found[other] = Part(whole, loop, found[known].certain and len(given) == 1)
                        todo.append(other)
    del found[name]
    return found


def _holders(module: Module, scope: ast.AST, names: dict[str, Part]) -> Iterator[str]:
    """Names of lists and dicts that what a name holds was put into: it may be reached from there."""
    for other, bindings in module.names_of(scope).items():
        if other not in names and any(names.keys() & _shown(one.value, whole=one.put is None) for one in bindings):
            yield other


def _shown(node: ast.AST, *, whole: bool) -> set[str]:
    """The names that stand in a list or dict that is written down."""
    if isinstance(node, ast.Name):
        return set() if whole else {node.id}
    inner = node.values if isinstance(node, ast.Dict) else node.elts if isinstance(
        node, ast.List | ast.Tuple | ast.Set) else []
    return set().union(*(_shown(one, whole=False) for one in inner))


def _roots(node: ast.AST, taken: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...] | None]]:
    """The names whose value an expression may be, or a part of it, and which part; None: the text does not tell."""
    if isinstance(node, ast.Name):
        yield node.id, taken
    elif isinstance(node, ast.Subscript):
        yield from _roots(node.value, taken if isinstance(node.slice, ast.Slice) else (key_of(node.slice), *taken))
    elif isinstance(node, ast.IfExp | ast.BoolOp | ast.NamedExpr | ast.Starred):
        for one in ast.iter_child_nodes(node):
            yield from _roots(one, taken)
    elif isinstance(node, ast.Tuple | ast.List):
        for place, one in enumerate(node.elts):
            if not taken or taken[0] in (ANY, place):
                yield from _roots(one, taken[1:])
    elif isinstance(node, ast.Call):
        yield from _roots_of_call(node, taken)


def _roots_of_call(node: ast.Call, taken: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...] | None]]:
    method = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if isinstance(node.func, ast.Attribute) and method in ("values", "items"):
        yield from _roots(node.func.value, (ANY, *taken[1 if method == "values" else 2:]))
    elif isinstance(node.func, ast.Attribute) and method in ("get", "setdefault") and node.args:
        yield from _roots(node.func.value, (key_of(node.args[0]), *taken))
    elif method in ("list", "sorted", "reversed", "iter", "tuple", "enumerate") and node.args:
        yield from _roots(node.args[0], taken if method != "enumerate" else (ANY, *taken[2:]))
    else:  # anything may give what it is given, or a part of it
        inner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        for one in (*inner, *node.args, *(each.value for each in node.keywords)):
            yield from ((name, None) for name, _ in _roots(one, ()))


def around(module: Module, node: ast.AST) -> set[ast.AST]:
    """What a node stands in, and itself."""
    return {node, *module.above(node)}


def loops(module: Module, node: ast.AST) -> list[ast.AST]:
    """The loops of the same function that a node stands in."""
    found: list[ast.AST] = []
    for one in module.above(node):
        if isinstance(one, Function):
            break
        if isinstance(one, _LOOPS):
            found.append(one)
    return found


def returns(module: Module, function: ast.FunctionDef) -> list[Any]:
    """What gives a function's value: ``return`` and ``yield`` with an expression."""
    return [one for one in module.nodes_of(function)
            if isinstance(one, ast.Return | ast.Yield) and one.value is not None]

