"""What has to be there besides a source: modules, child playbooks, custom functions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phantom_lab.analysis.blocks import Finding
from phantom_lab.analysis.probe import installed
from phantom_lab.analysis.sources import Found
from phantom_lab.engine import Playbook
from phantom_lab.engine.custom_function import CustomFunction
from phantom_lab.engine.library import CUSTOM_FUNCTIONS, base_name
from phantom_lab.engine.source import Source
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.read import Reading


@dataclass(slots=True)
class Sources:
    """What there is, by base name."""

    found: dict[tuple[type[Source], str], list[Found]] = field(default_factory=lambda: defaultdict(list))

    def add(self, found: Sequence[Found]) -> None:
        """Take in what was found below a path."""
        for one in found:
            if one.source is not None:
                self.found[type(one.source), base_name(one.path.stem)].append(one)

    def get(self, kind: type[Source], name: str, near: Path | None) -> Source | None:
        """The one beside the caller, or the first of all."""
        found = self.found.get((kind, base_name(name)), [])
        beside = [one for one in found if near and one.path.parent in (near.parent, near.parent / CUSTOM_FUNCTIONS)]
        return (beside or found)[0].source if found else None


def modules(reading: Reading) -> Iterator[Finding]:
    """Modules that are not installed; one whose absence the source provides for is none."""
    tried = {id(one) for node in reading.nodes if isinstance(node, ast.Try)
             for statement in node.body for one in ast.walk(statement)}
    for node in reading.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in tried:
            for name in _imported(node):
                if not installed(name):
                    level = "error" if node in reading.tree.body else "warning"
                    yield node.lineno, level, "module", f"module {name} is not installed here"


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]} if not node.level else set()
    return {alias.name.partition(".")[0] for alias in node.names}


def children(reading: Reading, library: Sources) -> Iterator[tuple[texts.Reference, Source | None]]:
    """Playbooks and custom functions that are named, with what they are."""
    kinds: dict[str, type[Source]] = {"playbook": Playbook, "custom function": CustomFunction}
    for one in texts.references(reading):
        if one.kind in kinds:
            yield one, library.get(kinds[one.kind], one.name, reading.source.path) if one.name else None


def references(reading: Reading, library: Sources) -> Iterator[Finding]:
    """Children that are not there, or are given what they do not take."""
    for one, child in children(reading, library):
        if not one.name:
            yield one.call.line, "info", "computed", f"which {one.kind} this is, only a run can tell"
        elif child is None:
            yield (one.call.line, "warning", one.kind,
                   f"no {one.kind} '{one.name}' below the paths; --path DIR adds a folder")
        elif isinstance(child, Playbook):
            yield from _inputs(one.call, child)


def _inputs(call: Call, child: Playbook) -> Iterator[Finding]:
    """The platform does not start a child playbook whose inputs are others."""
    given: Any = call.get("inputs")
    if isinstance(given, dict) and given and child.exported:
        taken = set(map(base_name, child.inputs))  # an input is read as the editor writes its name out
        unknown = [str(one) for one in given if base_name(str(one)) not in taken]
        if child.type != "data":
            yield call.line, "warning", "inputs", f"{child.name} is no input playbook, and takes no inputs"
        elif unknown:
            yield call.line, "warning", "inputs", f"{child.name} has no input {', '.join(unknown)}"
