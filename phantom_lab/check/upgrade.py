"""What stands in the way of a platform of today: Python 2, what later Pythons took away, classic playbooks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from phantom_lab.check.blocks import Finding
from phantom_lab.check.bound_names import BoundNames
from phantom_lab.check.outdated_calls import outdated_calls
from phantom_lab.check.probe import installed
from phantom_lab.check.provided import provided
from phantom_lab.check.sources import PYTHON_2
from phantom_lab.later import regex
from phantom_lab.reading.read import Reading
from phantom_lab.shim.python2 import STAND_INS
from phantom_lab.source import outdated
from phantom_lab.source.outdated import Outdated
from phantom_lab.source.parsing import walk
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Function

REMOVED, DEPRECATED, CLASSIC = "removed", "deprecated", "classic"
KINDS = (CLASSIC, PYTHON_2, REMOVED, DEPRECATED)
"""Kinds of findings that are about the upgrade."""
_API = {"actions_done": "completed", "add_comment": "comment", "artifact_values": "collect"}
"""The vendor's page of deprecated calls names these, and what replaces them (documented)."""
_GENERATED = regex(r"^    #phantom\.debug\('Action: \{0\} \{1\}'\.format\(", re.MULTILINE)
"""What the classic editor, and none since, wrote into the callbacks of actions."""
Place = ast.expr | ast.stmt


def upgrade(reading: Reading) -> Iterator[Finding]:
    """Every such place of a source, in the order of its lines; where it provides for the absence itself, there is none.

    It is an error where nothing of the file would run: at its first level, if no Python 3 has it, or this one has not.
    """
    if isinstance(reading.source, Playbook) and (shown := _not_shown(reading.source)):
        yield 0, "info", CLASSIC, shown
    without, inside = provided(reading), _inside(reading)
    told: set[tuple[int, str]] = set()
    for node, one in sorted(_outdated(reading), key=lambda found: found[0].lineno):
        message = f"{one.what} is {one.told}"
        if id(node) not in without and (node.lineno, message) not in told:
            told.add((node.lineno, message))
            level = "warning" if id(node) in inside or (one.here and not one.is_python_2) else "error"
            yield node.lineno, level, PYTHON_2 if one.is_python_2 else REMOVED, message
    for call in reading.calls_of(*_API):
        yield (call.line, "info", DEPRECATED,
               f"phantom.{call.name} is deprecated: use phantom.{_API[call.name]}")


def _outdated(reading: Reading) -> Iterator[tuple[Place, Outdated]]:
    names = BoundNames(reading.nodes)
    defined = {node.name for node in reading.nodes if isinstance(node, Function)}
    for node in reading.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node, one) for one in _imported(node))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            full = names.full(node)
            if full in ("", f"dict.{node.attr}") and node.attr not in defined:
                yield from ((node, one) for one in [outdated.METHODS.get(node.attr)] if one)
            elif one := outdated.ATTRIBUTES.get(full):
                yield node, one
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and names.is_builtin(node.id):
            if one := outdated.BUILTINS.get(node.id):
                yield node, one
        elif isinstance(node, ast.Call | ast.Subscript | ast.BinOp | ast.If | ast.IfExp | ast.While):
            yield from ((node, one) for one in outdated_calls(node, names))


def _not_shown(playbook: Playbook) -> str:
    """Why the editor of a platform of today does not show a playbook; the classic one was removed in SOAR 6.4."""
    if playbook.editor == "none":
        return "its export holds no blocks: no editor shows it"
    if playbook.editor == "classic" or (not playbook.editor and _GENERATED.search(playbook.source)):
        return "made with the classic editor, which is gone since SOAR 6.4: it runs, and no editor shows it"
    return ""


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[Outdated]:
    """Modules, and what is taken out of them.

    What is Python 2 and can be imported all the same is another package of that name.
    """
    if isinstance(node, ast.ImportFrom) and node.level:
        return
    whole = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    parts = [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
    gone = [name for name in whole if outdated.module(name)]
    for name in gone or parts or whole:
        one = outdated.module(name) or outdated.ATTRIBUTES.get(name)
        if one and (not one.is_python_2 or "." in name or name in STAND_INS or not installed(name)):
            yield one


def _inside(reading: Reading) -> set[int]:
    """What is not executed when the file is imported."""
    return {id(one) for node in reading.nodes if isinstance(node, Function | ast.Lambda)
            for part in ([node.body] if isinstance(node, ast.Lambda) else node.body) for one in walk(part)}
