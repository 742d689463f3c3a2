"""The parameter sets of an ``act`` call, as far as a source shows them: which parameters each of them has."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress

from phantom_lab.later import dataclass
from phantom_lab.reading.bindings import own_nodes
from phantom_lab.reading.calls import Call
from phantom_lab.reading.followed import Fields, Items, each
from phantom_lab.reading.following import Follower, Handed
from phantom_lab.reading.read import Reading
from phantom_lab.source.source import functions

_HARMLESS = frozenset({"len", "str", "repr", "print", "bool", "list", "dumps"})
"""What gets a list and leaves it as it is."""


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One dict that is handed to an action."""

    line: int
    names: tuple[str, ...]
    """In the order of the source; without those that are given as None."""


def followed_sets(reading: Reading) -> Mapping[int, list[ParameterSet]]:
    """By line of the ``act`` call, the sets that are put together over several statements, in comprehensions or by
    functions of the source; a parameter counts as given where some way gives it."""
    found: dict[int, dict[ParameterSet, None]] = defaultdict(dict)

    def hear(one: Handed) -> None:
        if one.scope.api(one.called) != ("act",) or one.open:
            return
        given = one.keywords.get("parameters", one.args[1] if len(one.args) > 1 else None)
        for value in (part for each_list in each(given) if isinstance(each_list, Items) for part in each_list.each):
            for fields in each(value):
                if isinstance(fields, Fields) and not fields.open:
                    names = tuple(name for name, each_value in fields.known.items() if each_value is not None)
                    found[one.node.lineno][ParameterSet(fields.line, names)] = None

    with suppress(RecursionError):
        follower = Follower(reading.tree, hear)
        for function, _ in reading.bodies:
            follower.follow(function)
    return {line: list(sets) for line, sets in found.items()}


class _Unclear(Exception):
    """Only a run can tell."""


def parameter_sets(reading: Reading, call: Call) -> list[ParameterSet]:
    """Every set that a source shows for certain; nothing where something else may make or change them.

    Followed are dicts in the call itself, and a name of the same function that is bound to lists of dicts and appended
    dicts: the form that the editor generates.
    """
    if call.open:
        return []
    node = call.nodes.get("parameters")
    try:
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return [ParameterSet(call.line, ())]
        if isinstance(node, ast.Name):
            return list(_of_name(reading, call, node.id))
        return [_set(one) for one in _elements(node)]
    except _Unclear:
        return []


def _of_name(reading: Reading, call: Call, name: str) -> Iterator[ParameterSet]:
    """What a name holds at a call: what it was bound to last in front of it, and what was appended since."""
    function = next((one for one in functions(reading.tree.body) if one.name == call.function), None)
    nodes = list(own_nodes(function or reading.tree))
    bound = [node for node in nodes if isinstance(node, ast.Assign)
             and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)]
    last = max((node for node in bound if node.lineno < call.line), key=lambda one: one.lineno, default=None)
    if last is None:
        raise _Unclear
    allowed = {id(call.nodes["parameters"])}
    appended = []
    for node in nodes:
        if isinstance(node, ast.Call):
            if _is_append(node, name):
                appended.append(node)
                allowed.add(id(node.func.value))  # type: ignore[attr-defined]
            elif _leaves(node, reading):
                allowed.update(map(id, (*node.args, *(one.value for one in node.keywords))))
        elif isinstance(node, ast.If):
            allowed.add(id(node.test))
    if any(isinstance(node, ast.Name) and node.id == name and id(node) not in allowed
           and not isinstance(node.ctx, ast.Store) for node in nodes):
        raise _Unclear
    if sum(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
           for node in nodes) != len(bound):
        raise _Unclear
    yield from (_set(one) for one in _elements(last.value))
    for node in sorted(appended, key=lambda one: one.lineno):
        if last.lineno < node.lineno < call.line:
            yield _set(node.args[0])


def _is_append(node: ast.Call, name: str) -> bool:
    return (isinstance(node.func, ast.Attribute) and node.func.attr == "append" and len(node.args) == 1
            and isinstance(node.func.value, ast.Name) and node.func.value.id == name)


def _leaves(node: ast.Call, reading: Reading) -> bool:
    """Whether a call leaves its arguments as they are: one of the platform, which gets a copy, or a harmless one."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called in _HARMLESS or any(one.line == node.lineno for one in reading.calls)


def _elements(node: ast.expr) -> list[ast.expr]:
    if not isinstance(node, ast.List | ast.Tuple):
        raise _Unclear
    return node.elts


def _set(node: ast.expr) -> ParameterSet:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        given = {one.arg: one.value for one in node.keywords}
    elif isinstance(node, ast.Dict):
        given = {key.value if isinstance(key, ast.Constant) else None: value  # type: ignore[misc]
                 for key, value in zip(node.keys, node.values, strict=True)}
    else:
        raise _Unclear
    if not all(isinstance(name, str) for name in given):
        raise _Unclear
    return ParameterSet(node.lineno, tuple(str(name) for name, value in given.items()
                                           if not (isinstance(value, ast.Constant) and value.value is None)))
