"""The code of a recorded run as it is now, and which of its functions are others than recorded."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import Any, TypeGuard

from phantom_lab.engine.serialized import playbook_from
from phantom_lab.errors import PlaybookLoadError
from phantom_lab.history import Journal, RunStarted, SourceTaken
from phantom_lab.lab.again import GivenPlaybook, Making, recorded_playbook
from phantom_lab.outcomes import PLAYBOOK
from phantom_lab.source.capture import NAMED
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook

_REST = "<statements>"
"""Stands for what binds no name by itself."""


def current(made: Making) -> Playbook:
    """What a run was made of, as it is now: read again from its file, its cell, or the functions of a notebook."""
    return made.lab.loaded(_newest(made.playbook))


def _newest(given: GivenPlaybook) -> GivenPlaybook:
    if isinstance(given, Playbook):
        return given.path if given.path else NAMED.get(given.name, given)
    if isinstance(given, FunctionType):
        newest: GivenPlaybook = given.__globals__.get(given.__name__, given)
        return newest
    return given


def stamp(given: GivenPlaybook) -> Any:
    """What is another one once a playbook that was given may be another one; None where only a look at it tells."""
    newest = _newest(given)
    if isinstance(newest, str | Path) and newest not in NAMED:
        try:
            state = os.stat(newest)
        except (OSError, ValueError):
            return None
        return str(newest), state.st_mtime_ns, state.st_size
    return newest if isinstance(newest, Playbook) else None


def stale_invocation(journal: Journal, playbook: Playbook, library: Library) -> int | None:
    """The outermost invocation that has started and has not ended, of a block that was changed; None: there is none.

    Args:
        playbook: the code of the run as it is now.
        library: where its child playbooks and custom functions are now.
    """
    others = {journal.events[0].run: changed(recorded_playbook(journal), playbook)}
    sources = {told["source"]: (playbook_from(told, journal), one) for one in journal.index.of_kind(SourceTaken)
               if one.kind == PLAYBOOK and "source" in (told := journal.get(one.source))}
    for run in journal.index.of_kind(RunStarted):
        if run.run not in others and run.source in sources:
            before, taken = sources[run.source]
            with suppress(PlaybookLoadError):  # told when it is asked for
                others[run.run] = changed(before, library.playbook(taken.reference, Path(taken.near)))
    going_on = (one.started for one in journal.index.invocations.values() if one.ended is None)
    return next((one.n for one in going_on if one.block in others.get(one.run, ()) and not one.custom_function), None)


def changed(before: Playbook, after: Playbook) -> set[str]:
    """The functions of a playbook that do something else now, by themselves or as they use helpers, names or imports
    that do. A block that calls another one is not changed with it: that one starts by itself.

    Comments, blank lines and places do not count.
    """
    old, new = _parts(before.source), _parts(after.source)
    other = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    functions = {node.name: set(_names(node)) for node in ast.parse(after.source).body if _is_function(node)}
    if _REST in other:
        return {*functions}
    helpers = other - after.blocks.keys()
    while more := {name for name, used in functions.items() if name not in other and used & helpers}:
        other |= more
        helpers |= more - after.blocks.keys()
    return other


def _parts(source: str) -> Mapping[str, str]:
    """What stands at the top level of a source, by the name that it binds."""
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        for name in _bound(node):
            found[name] = found.get(name, "") + ast.dump(node)
    return found


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [one.asname or one.name.partition(".")[0] for one in node.names]
    if isinstance(node, ast.Assign) and all(isinstance(one, ast.Name) for one in node.targets):
        return [one.id for one in node.targets if isinstance(one, ast.Name)]
    return [_REST]


def _is_function(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef)


def _names(node: ast.AST) -> Iterator[str]:
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name))
