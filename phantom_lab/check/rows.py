"""Rows that belong together: what each list of a function, and each block, was made of."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from phantom_lab.datapath import STAR, Family, Path
from phantom_lab.reading import texts
from phantom_lab.reading.bindings import own_nodes
from phantom_lab.reading.calls import Call
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.starts import ASKED, SOURCES, What
from phantom_lab.source.source import functions

_ARTIFACTS: What = "artifact", ""
_IDS = (":*.id", ".artifact_id")
"""Ends of paths that the editor reads along with everything."""
_COUNTED = ("act", "custom_function", "format")
"""What gives as many results as it gets parameter sets, or rows."""


class Rows:
    """What the rows of each list and of each block were made of."""

    def __init__(self, flow: Flow) -> None:
        reading = flow.reading
        self._calls = {id(node): call for call in reading.calls for node in call.nodes.values()}
        read: dict[str, set[What]] = defaultdict(set)
        fields: dict[str, set[str]] = defaultdict(set)
        for datapath in texts.datapaths(reading):
            if of := set(_of_path(datapath)):
                read[datapath.call.function] |= of
                fields[datapath.call.function] |= {datapath.text} if not datapath.text.endswith(_IDS) else set()
        for call in reading.calls_of("get_format_data", "get_run_data", "get_block_result"):
            read[call.function] |= set(_of_value(call))
        self._made: dict[What, set[What]] = defaultdict(set)
        self._fields: dict[What, set[str]] = defaultdict(set)
        for (kind, name), asks in flow.asks.items():
            what = kind, str(name).partition(":")[0] if kind == "code" else name
            self._made[what].update(*(read[ask.function] for ask in asks))
            self._fields[what].update(*(fields[ask.function] for ask in asks))
        self._single: set[What] = set()
        self._asked = [call for call in reading.calls_of(*_COUNTED)
                       if isinstance(call.get("name"), str)]
        self._nodes = {node.name: list(own_nodes(node)) for node in functions(reading.tree.body)}
        while more := {_asked_for(call) for call in self._asked if self._gives_one(call)} - self._single:
            self._single |= more

    def rows(self, function: str) -> dict[str, set[What]]:
        """What the lists of a function are of, by name; a list of a single row has nothing to be taken crosswise."""
        found = {name: set(_of_value(call)).union(*map(_of_path, _paths(call)))
                 for name, call in self._lists(function).items() if not self._is_single(call)}
        return {name: what for name, what in found.items() if what}

    def common(self, one: set[What], other: set[What]) -> str:
        """What the rows of two lists have in common; empty where they have nothing."""
        if same := one & other:
            return f"which are both of {_named(same)}"
        if same := (one & self._above(other)) | (other & self._above(one)):
            return f"whose rows go back to the same: {_named(same)}"
        fields = [set().union(*(self._fields[what] for what in of)) for of in (one, other)]
        if both := fields[0] & fields[1]:
            return f"whose rows go back to the same: '{min(both)}'"
        return ""

    def _lists(self, function: str) -> dict[str, Call]:
        """The calls that lists are bound to, by name."""
        found: dict[str, Call] = {}
        for node in self._nodes.get(function, ()):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                given = (*node.value.args, *(one.value for one in node.value.keywords))
                for call in [self._calls[id(one)] for one in given if id(one) in self._calls][:1]:
                    found.update((one.id, call) for one in node.targets if isinstance(one, ast.Name))
        return found

    def _is_single(self, call: Call) -> bool:
        """Whether a list has one row at most: the only result of a block, or a text that is not repeated."""
        paths = [path for one in _paths(call) if (path := compiled(one))]
        return self._are_single(paths, set(_of_value(call))) and not any(STAR in one.steps for one in paths)

    def _are_single(self, paths: Sequence[Path], also: set[What]) -> bool:
        of = {*also, *((SOURCES.get(one.source, ""), one.block) for one in paths)}
        return bool(of) and of <= self._single

    def _gives_one(self, call: Call) -> bool:
        """Whether a block that is asked for in one place gives one result: it gets one parameter set, which stands in
        no loop but over single rows; a format repeats nothing, or what it repeats is single."""
        if sum(_asked_for(one) == _asked_for(call) for one in self._asked) > 1:
            return False
        if call.name == "format":
            template, given = call.get("template"), call.names("parameters")
            paths = [compiled(texts.Datapath(one, call, True)) for one in given if isinstance(one, str)]
            return isinstance(template, str) and ("%%" not in template or (
                len(paths) == len(given) and all(paths) and self._are_single([one for one in paths if one], set())))
        nodes, name = self._nodes.get(call.function, []), call.nodes.get("parameters")
        if not isinstance(name, ast.Name):
            return isinstance(name, ast.List) and len(name.elts) == 1
        written = {target.id: len(node.value.elts) for node in nodes if isinstance(node, ast.Assign)
                   and isinstance(node.value, ast.List) for target in node.targets if isinstance(target, ast.Name)}
        single = {one for one, number in written.items() if number == 1} | {
            one for one, other in self._lists(call.function).items() if self._is_single(other)}
        loops = [node for node in nodes if isinstance(node, ast.For | ast.While) and appends(name.id, node)]
        number = sum(_is_append(name.id, one) for one in nodes) + written.get(name.id, 0)
        return number == 1 and all(isinstance(one, ast.For) and ast.unparse(one.iter) in single for one in loops)

    def _above(self, below: set[What]) -> set[What]:
        found: set[What] = set()
        waiting = list(below)
        while waiting:
            fresh = self._made[waiting.pop()] - found
            found |= fresh
            waiting += fresh
        return found


def appends(name: str, node: ast.AST) -> bool:
    """Whether something below a node is appended to a name."""
    return any(_is_append(name, one) for one in ast.walk(node))


def _is_append(name: str, node: ast.AST) -> bool:
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append"
            and isinstance(node.func.value, ast.Name) and node.func.value.id == name)


def _asked_for(call: Call) -> What:
    return ("format" if call.name == "format" else ASKED), call.get("name")


def _paths(call: Call) -> list[texts.Datapath]:
    return [texts.Datapath(one, call, False) for one in call.names("datapath") if isinstance(one, str)]


def _of_path(datapath: texts.Datapath) -> Iterator[What]:
    """What a datapath gives the rows of; an input is a list of its own, unless one filter let several through."""
    path = compiled(datapath)
    if path and path.source is Family.ARTIFACT:
        yield _ARTIFACTS
    elif path and path.source in SOURCES and path.block:
        yield SOURCES[path.source], path.block
    elif path and path.filter:
        yield "filter", path.filter


def _of_value(call: Call) -> Iterator[What]:
    name = call.get("name") if call.name == "get_format_data" else call.get("key")
    if call.name == "get_format_data" and isinstance(name, str):
        yield "format", name.removesuffix("__as_list")
    elif call.name in ("get_run_data", "get_block_result") and isinstance(name, str):
        yield "code", name.partition(":")[0]


def _named(found: set[What]) -> str:
    kind, name = min(found, key=str)
    return "the artifacts" if kind == "artifact" else f"'{name}'"
