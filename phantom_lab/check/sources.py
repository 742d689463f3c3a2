"""The playbooks and custom functions below some paths, loaded; everything else gives one line each."""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from phantom_lab.check.folders import PYTHON, PassedOver, entries, passed_over
from phantom_lab.errors import InputError, PlaybookLoadError, Python2SourceError
from phantom_lab.later import dataclass, regex
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK
from phantom_lab.progress import followed
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS, ON_START, exported_as, kind_of
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source, parsed, read_source
from phantom_lab.source.unpacked import folder_of

_LARGEST = 5_000_000
"""Bytes of a source that is read; the largest public playbook has a tenth of that."""
PYTHON_2 = "python-2"
"""The kind of what no Python 3 has."""
_RULES = regex(r"^[ \t]*(?:import|from)[ \t]+phantom\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of a check."""

    playbook: str
    """The file."""
    line: int
    """0 where it is about the whole file."""
    level: str
    """``error``: nothing of the file runs; ``warning``: some of it does not, or not as it reads; ``info``: a remark."""
    kind: str
    message: str
    block: str = ""
    """The function where it stands; empty where it is in none, or not known."""
    hint: str = ""
    """What to do."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and what was found in it."""

    path: Path
    source: Source | None = None
    """Files with the same content have the same source, that of the first of them."""
    problem: Problem | None = None
    """Why there is no source."""


@dataclass(frozen=True, slots=True)
class Below:
    """A path that was given, and what was found there."""

    given: Path
    found: list[Found]
    known: bool = False
    """Whether all of it lies below a path that was given before."""

    @property
    def read(self) -> bool:
        """Whether anything there was meant to be a playbook or custom function."""
        return self.known or any(one.source or (one.problem and one.problem.level == "error") for one in self.found)


def find(paths: Sequence[str | Path]) -> list[Found]:
    """Load every Python file below the paths, in the order of their names; see `below`."""
    return [one for each in below(paths) for one in each.found]


def below(paths: Sequence[str | Path]) -> list[Below]:
    """Load every Python file below each path; a file that was met before is not loaded again.

    Raises:
        InputError: there is no such path.
    """
    met: set[str] = set()
    known: dict[str, Source] = {}
    return [_below(given, met, known) for given in map(_path, paths)]


def _path(given: str | Path) -> Path:
    """A path as it was given; an empty one would be the current folder, which nobody has named."""
    if not str(given):
        raise InputError("an empty path", hint="Name .py files, or folders that hold some; . is the current one.")
    return Path(given)


def _below(given: Path, met: set[str], known: dict[str, Source]) -> Below:
    try:
        os.lstat(given)
    except (OSError, ValueError) as exc:
        missing = isinstance(exc, FileNotFoundError)
        what = "no such file or folder" if missing else getattr(exc, "strerror", "") or str(exc)
        what = "embedded null byte" if "\0" in str(given) else what  # Pythons say it differently
        raise InputError(what, where=str(given)) from None
    try:
        place = folder_of(given)  # of an archive
    except PlaybookLoadError as exc:
        return Below(given, [Found(given, None, _problem(given, exc, "error"))])
    there = list(entries(place)) if place.is_dir() else [_named(given)]
    fresh = [one for one in there if isinstance(one, PassedOver) or os.path.abspath(one) not in met]
    met.update(os.path.abspath(one) for one in fresh if isinstance(one, Path))
    if there and not any(isinstance(one, Path) for one in fresh) and any(isinstance(one, Path) for one in there):
        return Below(given, [_remark(given, "given twice: it is checked once")], known=True)
    return Below(given, [_remark(one.path, one.why) if isinstance(one, PassedOver) else
                         _load(one, known, named=one == given) for one in followed(fresh, "files", len(fresh))])


def _named(path: Path) -> Path | PassedOver:
    why = passed_over(path)
    return PassedOver(path, why) if why and path.suffix.lower() != PYTHON else path


def distinct(found: Sequence[Found]) -> list[Source]:
    """The sources, each once."""
    return list({id(one.source): one.source for one in found if one.source}.values())


def _load(path: Path, known: dict[str, Source], *, named: bool) -> Found:
    """Load a file, unless its content is known already.

    Args:
        named: whether the file was named itself, and so is meant to be a playbook or custom function.
    """
    text, marked = None, named or path.parent.name == CUSTOM_FUNCTIONS
    try:
        _refuse_odd(path)
        text = read_source(path, "file")
        content = "\n".join(map(str.rstrip, text.split("\n")))
        source = known.get(content)
        if source is None or (isinstance(source, CustomFunction) and source.name != path.stem):  # known by its file
            source = _source(path, text, marked)
    except PlaybookLoadError as exc:
        if named and path.suffix.lower() != PYTHON:
            return _remark(path, f"no Python file (.py), and not to be read as one: {exc.what}")
        meant = marked or text is None or _RULES.search(text) is not None
        return Found(path, None, _problem(path, exc, "error" if meant else "warning"))
    except RecursionError:
        return Found(path, None, Problem(str(path), 0, "error", "load", "the source is nested too deeply to be loaded"))
    if source is None:
        return _remark(path, f"{'no playbook and no custom function' if text.strip() else 'empty'}: passed over")
    known.setdefault(content, source)
    return Found(path, source)


def _remark(path: Path, why: str) -> Found:
    return Found(path, None, Problem(str(path), 0, "info", "passed-over", why))


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
    kind = PYTHON_2 if isinstance(exc, Python2SourceError) else "load"
    return Problem(str(path), int(line) if line.isdecimal() else 0, level, kind, message)
