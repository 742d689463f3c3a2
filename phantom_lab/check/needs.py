"""What has to be there besides a source: modules, child playbooks, custom functions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from phantom_lab.check.blocks import Finding
from phantom_lab.check.platform import platform
from phantom_lab.check.probe import installed
from phantom_lab.check.provided import provided
from phantom_lab.check.sources import Found
from phantom_lab.errors import PlaybookLoadError
from phantom_lab.later import dataclass
from phantom_lab.model import naming
from phantom_lab.outcomes import CUSTOM_FUNCTION
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.read import Reading, read
from phantom_lab.source import outdated
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.files import file_of
from phantom_lab.source.inputs import refusal, same_named
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source

TYPES: Mapping[str, type[Source]] = {"playbook": Playbook, "custom function": CustomFunction}
"""What is read of a reference, by its kind."""


@dataclass(slots=True)
class Sources:
    """What there is, by kind and name."""

    found: dict[tuple[type[Source], str], list[Found]] = field(default_factory=lambda: defaultdict(list))
    passed_by: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    """Folders of files that do not say what they are: a run takes one for a custom function that calls it so."""
    broken: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    """Files that are meant to be one, and cannot be loaded."""
    failures: dict[Path, str] = field(default_factory=dict)
    """Why a child fails as soon as it begins; empty where it does not."""

    def add(self, found: Sequence[Found]) -> None:
        """Take in what was found below a path."""
        for one in found:
            name = naming.key(one.path.stem)
            if one.source is not None:
                self.found[type(one.source), name].append(one)
            else:
                self.passed_by[name].append(one.path.parent)
                if one.problem and one.problem.level == "error":
                    self.broken[name].append(one.path)

    def get(self, kind: type[Source], reference: str, near: Path | None) -> dict[Path, Source]:
        """What a name means, as `file_of` would find it beside the caller, and then anywhere; several where that leaves
        it open."""
        named = naming.base(reference)
        found = {one.path: one.source for one in self.found.get((kind, naming.key(named)), []) if one.source}
        beside = [near.parent, near.parent / CUSTOM_FUNCTIONS] if near else []
        folders = dict.fromkeys([*beside, *(path.parent for path in found)])
        there = [[path for path in found if path.parent == one] for one in folders]
        exact = [path for some in there for path in some if path.stem == named][:1]
        meant = {path: found[path] for path in exact or next(filter(None, there), [])}
        if meant or kind is not CustomFunction:
            return meant
        try:
            path = file_of(reference, self.passed_by.get(naming.key(named), []), CUSTOM_FUNCTION)
            return {path: CustomFunction.load(path)} if path else {}
        except PlaybookLoadError:
            return {}


    def unloaded(self, kind: type[Source], reference: str) -> Path | None:
        """The file that a name means, and that cannot be loaded."""
        found = self.broken.get(naming.key(naming.base(reference)), [])
        return next((one for one in found if (one.parent.name == CUSTOM_FUNCTIONS) is (kind is CustomFunction)), None)

    def failure(self, path: Path, child: Source) -> str:
        """Why a child fails as soon as it begins."""
        if path not in self.failures:
            self.failures[path] = ""  # one that starts itself
            self.failures[path] = _failure(child)
        return self.failures[path]


def missing(reading: Reading) -> Iterator[tuple[ast.stmt, str]]:
    """Modules that are not installed; one whose absence the source provides for is none."""
    tried = {id(one) for node in reading.nodes if isinstance(node, ast.Try)
             for statement in node.body for one in ast.walk(statement)} | provided(reading)
    for node in reading.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in tried:
            for name in _imported(node):
                if not installed(name):
                    yield node, name


def modules(reading: Reading) -> Iterator[Finding]:
    """Modules that are not installed, but for those that no Python of today has: `upgrade` tells them."""
    for node, name in missing(reading):
        if not outdated.module(name):
            level = "error" if node in reading.tree.body else "warning"
            yield node.lineno, level, "module", f"module {name} is not installed here"


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]} if not node.level else set()
    return {alias.name.partition(".")[0] for alias in node.names}


def children(reading: Reading, library: Sources) -> Iterator[tuple[texts.Reference, dict[Path, Source]]]:
    """Playbooks and custom functions that are named, with what they may be."""
    for one in texts.references(reading):
        if one.kind in TYPES:
            yield one, library.get(TYPES[one.kind], one.name, reading.source.path) if one.name else {}


def references(reading: Reading, library: Sources) -> Iterator[Finding]:
    """Children that are not there, may be several, or are given what they do not take."""
    for one, found in children(reading, library):
        if not one.name:
            yield one.call.line, "info", "computed", f"which {one.kind} this is, only a run can tell"
        elif not found and (broken := library.unloaded(TYPES[one.kind], one.name)):
            yield (one.call.line, "warning", "failing-child",
                   f"{one.kind} '{one.name}' cannot be loaded ({broken.name}): it never begins")
        elif not found:
            yield (one.call.line, "warning", one.kind.replace(" ", "-"),
                   f"no {one.kind} '{one.name}' below the paths; --path DIR adds a folder")
        elif len(found) > 1:
            yield (one.call.line, "warning", one.kind.replace(" ", "-"),
                   f"{one.kind} '{one.name}' may be {' or '.join(path.name for path in found)}")
        for path, child in found.items():
            if why := library.failure(path, child) if len(found) == 1 else "":
                yield (one.call.line, "warning", "failing-child", f"{one.kind} '{one.name}' always fails: {why}")
            if isinstance(child, Playbook):
                yield from _inputs(one.call, child)


def _failure(child: Source) -> str:
    """Why nothing of a child gets anywhere: its file cannot be executed, or its first function raises on every way."""
    reading = read(child)
    first = child.name if isinstance(child, CustomFunction) else "on_start"
    for line, level, kind, message in (*platform(reading), *modules(reading)):
        if level == "error" and kind != "gap":
            return f"{message} ({child.path.name if child.path else child.file}:{line})"
    for function, _ in reading.bodies:
        if function.name == first and (node := _raises(function.body)):
            return f"{first} raises on every way ({child.path.name if child.path else child.file}:{node.lineno})"
    return ""


def _raises(body: Sequence[ast.stmt]) -> ast.stmt | None:
    """What raises whatever way is taken through some statements."""
    for one in body:
        if isinstance(one, ast.Raise):
            return one
        if isinstance(one, ast.If) and one.orelse and _raises(one.orelse) and (found := _raises(one.body)):
            return found
        if any(isinstance(each, ast.Return) for each in ast.walk(one)):
            return None
    return None


def names(reading: Reading) -> Iterator[Finding]:
    """Names of a source that stand for more than one thing, or of which a file has two."""
    source = reading.source
    if isinstance(source, CustomFunction) and source.misnamed:
        yield source.line, "warning", "name", source.misnamed
    elif isinstance(source, Playbook):
        yield from ((0, "warning", "name", told) for told in same_named(source))


def _inputs(call: Call, child: Playbook) -> Iterator[Finding]:
    """The platform does not start a child playbook whose inputs are others."""
    given: Any = call.get("inputs")
    if isinstance(given, dict) and (told := refusal(child, map(str, given))):
        yield call.line, "warning", "inputs", told
