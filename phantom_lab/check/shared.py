"""What callbacks, or runs, share without the platform's help: names of the module, and data under a key for all."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from phantom_lab.check.blocks import Finding
from phantom_lab.reading.bindings import CHANGES, changed
from phantom_lab.reading.graph import edges, reached_from
from phantom_lab.reading.read import Reading
from phantom_lab.reading.texts import callbacks
from phantom_lab.source.source import Function

_COLLECTIONS = frozenset({"list", "dict", "set", "defaultdict", "deque", "OrderedDict", "Counter"})


def shared(reading: Reading) -> Iterator[Finding]:
    """A global that one callback writes and another reads; data that every run finds under one key."""
    writing, read = written(reading), _read(reading)
    starts = {name for _, name in callbacks(reading)} | {"on_start", "on_finish"}
    known = edges(reading)
    behind = {name: reached_from(known, [name]) for name in starts if name in known}
    for name, writers in writing.items():
        for reader in sorted(read.get(name, set()) - writers.keys(), key=reading.functions.__getitem__):
            writer = min(writers, key=writers.__getitem__)
            if _apart(writer, reader, behind):
                yield (writers[writer], "warning", "shared",
                       f"{writer} writes the global '{name}', and {reader}, which another callback starts, reads it")
                break
    for call in reading.calls_of("save_data", "save_object"):
        if isinstance(key := call.get("key"), str) and key and call.get("container_id") is None:
            yield (call.line, "warning", "shared-key",
                   f"the data under '{key}' is that of every container and run: the last one that saves wins")


def _apart(one: str, other: str, behind: Mapping[str, set[str]]) -> bool:
    """Whether some callback leads to one of two functions, and not to the other."""
    ways = [{start for start, found in behind.items() if name in found} for name in (one, other)]
    return bool(ways[0] and ways[1]) and ways[0] != ways[1]


def written(reading: Reading) -> Mapping[str, dict[str, int]]:
    """By global, the functions that write or change it, and where."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    mutable = {target.id for node in reading.tree.body if isinstance(node, ast.Assign)
               and (isinstance(node.value, ast.List | ast.Dict | ast.Set) or (isinstance(
                   node.value, ast.Call) and ast.unparse(node.value.func).rpartition(".")[2] in _COLLECTIONS))
               for target in node.targets if isinstance(target, ast.Name)}
    owners = _owners(reading)
    for function, nodes in reading.bodies:
        for node in nodes:
            for name in _kept(node, owners):
                found[name].setdefault(function.name, node.lineno)  # type: ignore[attr-defined]
    for function, nodes in reading.bodies if mutable or reading.sharing else ():
        declared = {name for one in nodes if isinstance(one, ast.Global) for name in one.names}
        local = _bound(function, nodes) - declared
        for node in nodes:
            stored = {node.id} & declared if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
            for name in stored | ({*changed(node), *_changed_within(node)} & (mutable | declared) - local):
                found[name].setdefault(function.name, node.lineno)  # type: ignore[attr-defined]
    return found


def _kept(node: ast.AST, owners: Set[str]) -> Iterator[str]:
    """An attribute of a class or function of the module that is set, and a key of ``globals()``."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(
            node, ast.AugAssign) else []:
        if _is_of(target, owners):
            yield ast.unparse(target)
        elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == "globals()" and isinstance(
                target.slice, ast.Constant):
            yield str(target.slice.value)


def _owners(reading: Reading) -> Set[str]:
    """The classes and functions of the module, which all callbacks share."""
    return {one.name for one in reading.tree.body if isinstance(one, ast.ClassDef)} | reading.functions.keys()


def _is_of(node: ast.AST, owners: Set[str]) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in owners


def _changed_within(node: ast.AST) -> Iterator[str]:
    """The name of what something is changed in that stands under a key: ``seen["a"].append(1)``."""
    base = node.func.value if isinstance(node, ast.Call) and isinstance(
        node.func, ast.Attribute) and node.func.attr in CHANGES else None
    while isinstance(base, ast.Subscript):
        base = base.value
        if isinstance(base, ast.Name):
            yield base.id


def _bound(function: Function, nodes: Iterable[ast.AST]) -> set[str]:
    return {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)} | {
        one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _read(reading: Reading) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for function, names in reading.named.items():
        for name in names:
            found[name].add(function)
    owners = _owners(reading)
    for body, nodes in reading.bodies:
        for node in nodes:
            if _is_of(node, owners) and isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                found[ast.unparse(node)].add(body.name)
    return found
