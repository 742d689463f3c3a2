"""The playbooks and custom functions below some paths, loaded; everything else gives one line each."""

from __future__ import annotations

import ast
import os
import re
import stat
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from phantom_lab.engine.custom_function import CustomFunction
from phantom_lab.engine.kinds import CUSTOM_FUNCTIONS, ON_START, exported_as, kind_of
from phantom_lab.engine.playbook import Playbook
from phantom_lab.engine.source import Source, parsed, read_source
from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK

_LARGEST = 5_000_000
"""Bytes of a source that is read; the largest public playbook has a tenth of that."""
_PASSED_BY = {"__pycache__", "node_modules"}
_RULES = re.compile(r"^[ \t]*(?:import|from)[ \t]+phantom\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of a check."""

    playbook: str
    """The file."""
    line: int
    """0 where it is about the whole file."""
    level: str
    """``error``: nothing of the file runs; ``warning``: some of it does not, or not as it reads; ``info``."""
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and what was found in it."""

    path: Path
    source: Source | None = None
    """Files with the same content have the same source, that of the first of them."""
    problem: Problem | None = None
    """Why there is no source."""


def find(paths: Sequence[str | Path]) -> list[Found]:
    """Load every Python file below the paths, in the order of their names.

    A folder that a link leads to is not gone into, nor one whose name begins with a dot.

    Raises:
        InputError: there is no such path.
    """
    found: dict[Path, Found] = {}
    known: dict[str, Source] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python has to say about odd literals is not ours
        for given in map(Path, paths):
            if not os.path.lexists(given):
                raise InputError("no such file or folder", where=str(given))
            for path in _files(given) if given.is_dir() else [given]:
                if path not in found:
                    found[path] = _load(path, known, named=path == given)
    return list(found.values())


def distinct(found: Sequence[Found]) -> list[Source]:
    """The sources, each once."""
    return list({id(one.source): one.source for one in found if one.source}.values())


def _files(folder: Path) -> Iterator[Path]:
    lost: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=lost.append):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _PASSED_BY)
        yield from (Path(place, one) for one in sorted(files) if one.endswith(".py"))
    yield from (Path(one.filename) for one in lost)


def _load(path: Path, known: dict[str, Source], *, named: bool) -> Found:
    """Load a file, unless its content is known already.

    Args:
        named: whether the file was named itself, and so is meant to be a playbook or custom function.
    """
    text, marked = "", named or path.parent.name == CUSTOM_FUNCTIONS
    try:
        _refuse_odd(path)
        text = read_source(path, "file")
        content = "\n".join(map(str.rstrip, text.split("\n")))
        source = known.get(content)
        if source is None or (isinstance(source, CustomFunction) and source.name != path.stem):  # known by its file
            source = _source(path, text, marked)
    except PlaybookLoadError as exc:
        meant = marked or _RULES.search(text) is not None
        return Found(path, None, _problem(path, exc, "error" if meant else "warning"))
    except RecursionError:
        return Found(path, None, Problem(str(path), 0, "error", "load", "the source is nested too deeply to be loaded"))
    if source is None:
        what = "no playbook and no custom function: it is passed by" if text.strip() else "empty: it is passed by"
        return Found(path, None, Problem(str(path), 0, "info", "passed by", what))
    known.setdefault(content, source)
    return Found(path, source)


def _refuse_odd(path: Path) -> None:
    """What would never end to be read, or is no source."""
    try:
        status = path.stat()
    except OSError as exc:
        raise PlaybookLoadError(f"the file cannot be read: {exc.strerror}", where=str(path)) from None
    if stat.S_ISDIR(status.st_mode):
        raise PlaybookLoadError("the folder cannot be read", where=str(path))
    if not stat.S_ISREG(status.st_mode):
        raise PlaybookLoadError("no regular file", where=str(path))
    if status.st_size > _LARGEST:
        raise PlaybookLoadError(f"the file has {status.st_size:,} bytes; more than {_LARGEST:,} are not read",
                                where=str(path))


def _source(path: Path, text: str, marked: bool) -> Source | None:
    """A playbook, a custom function, or None for something else."""
    if ON_START.search(text):  # as most files: they are parsed once
        with suppress(PlaybookLoadError):
            return Playbook.from_source(text, name=path.stem, path=path)
    kind = kind_of(path, text)
    if kind != PLAYBOOK and not (marked or exported_as(path) or _imports_rules(parsed(text, str(path)))):
        return None
    if kind == CUSTOM_FUNCTION:
        return CustomFunction.load(path)
    return Playbook.from_source(text, name=path.stem, path=path)


def _imports_rules(tree: ast.Module) -> bool:
    return any(name.split(".")[:2] == ["phantom", "rules"] for node in ast.walk(tree) for name in _imported(node))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{one.name}" for one in node.names]
    return [one.name for one in node.names] if isinstance(node, ast.Import) else []


def _problem(path: Path, exc: PlaybookLoadError, level: str) -> Problem:
    """The line of an error stands behind its file, which may be the export beside the source."""
    file, _, line = exc.where.rpartition(":") if exc.where != str(path) else (exc.where, "", "")
    message = f"{exc.what.rstrip('.')}. {exc.hint}" if exc.hint else exc.what
    if file != str(path):
        return Problem(str(path), 0, level, "load", f"{exc.where}: {message}")
    return Problem(str(path), int(line) if line.isdecimal() else 0, level, "load", message)
