"""Whether playbooks load, use only what is emulated, and find what they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from phantom_lab.analysis.blocks import Finding
from phantom_lab.analysis.lint import lint
from phantom_lab.analysis.needs import Sources, children, modules, names, references
from phantom_lab.analysis.platform import gaps, platform
from phantom_lab.analysis.sources import Problem, distinct, find
from phantom_lab.analysis.unread import unread
from phantom_lab.engine import Playbook
from phantom_lab.engine.kinds import CUSTOM_FUNCTIONS
from phantom_lab.engine.source import Source
from phantom_lab.errors import PlaybookLoadError
from phantom_lab.reading import texts
from phantom_lab.reading.read import Reading, read

_LEVELS = ("error", "warning", "info")
_STOPPING = frozenset({"load", "gap", "unknown name", "arguments", "refused", "module", "playbook", "custom function",
                       "unchecked"})
"""Kinds of problems that would stop a run at that line, or that may hide one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and what was found."""

    playbooks: int
    """Files with the same content count once."""
    loaded: int
    supported: int
    """Playbooks in which, and in whose child playbooks and custom functions, nothing would stop a run."""
    custom_functions: int
    gaps: dict[str, int]
    """Names that are not emulated, with the number of their uses."""
    assets: list[str]
    lists: list[str]
    """Assets and custom lists that are named; whether they are there, only a platform knows."""
    problems: list[Problem]

    def count(self, level: str) -> int:
        """How many problems of a level there are."""
        return sum(one.level == level for one in self.problems)


def check(paths: Sequence[str | Path], *, beside: Sequence[str | Path] = ()) -> Report:
    """Check every playbook and custom function below some paths.

    Args:
        beside: folders where child playbooks and custom functions may be, that are not checked themselves.

    Raises:
        InputError: there is no such path.
    """
    found, besides = find(paths), find(beside)
    library = Sources()
    library.add([*found, *besides])
    checked = [_checked(one, library) for one in distinct(found)]
    broken = [one.problem for one in found if one.problem]
    problems = [*broken, *(problem for one in checked for problem in one.problems)]
    named = [one for each in checked if each.reading for one in texts.references(each.reading)]
    assets, lists = (sorted({one.name for one in named if one.kind == kind and one.name}) for kind in ("asset", "list"))
    missing = Counter(name for one in checked if one.reading for name, _ in gaps(one.reading))
    playbooks = sum(isinstance(one.source, Playbook) for one in checked)
    lost = sum(one.level == "error" and Path(one.playbook).parent.name != CUSTOM_FUNCTIONS for one in broken)
    return Report(
        playbooks + lost, playbooks, _supported(checked, [_checked(one, library) for one in distinct(besides)]),
        len(checked) - playbooks, dict(sorted(missing.items(), key=lambda one: (-one[1], one[0]))), assets, lists,
        sorted(problems, key=lambda one: (one.playbook, one.line, _LEVELS.index(one.level), one.message)))


@dataclass(frozen=True, slots=True)
class _Checked:
    """A source, and what there is to say of it."""

    source: Source
    reading: Reading | None
    problems: list[Problem]
    children: list[Source]
    """What it starts, as far as it is there."""


def _checked(source: Source, library: Sources) -> _Checked:
    try:
        reading = read(source)
        problems = [Problem(source.file, *one) for one in _findings(reading, library)]
        return _Checked(source, reading, problems, [child for _, found in children(reading, library)
                                                    for child in found.values()])
    except (PlaybookLoadError, RecursionError, ValueError) as exc:  # what Python itself neither walks nor shows
        reason = exc.what if isinstance(exc, PlaybookLoadError) else str(exc)
        told = Problem(source.file, 0, "warning", "unchecked", f"it loads, and cannot be checked: {reason}")
        return _Checked(source, None, [told], [])


def _supported(checked: Sequence[_Checked], besides: Sequence[_Checked]) -> int:
    """Playbooks of which neither they themselves nor anything that they start would stop."""
    every = [*checked, *besides]
    stopped = {id(one.source) for one in every if any(problem.kind in _STOPPING for problem in one.problems)}
    edges = {id(one.source): one.children for one in every}
    playbooks = [one.source for one in checked if isinstance(one.source, Playbook)]
    return sum(not any(id(source) in stopped for source in _reached(one, edges)) for one in playbooks)


def _reached(source: Source, edges: dict[int, list[Source]]) -> Iterator[Source]:
    """A source, and all that it starts."""
    seen, waiting = {id(source)}, [source]
    while waiting:
        one = waiting.pop()
        yield one
        fresh = [child for child in edges.get(id(one), ()) if id(child) not in seen]
        seen.update(map(id, fresh))
        waiting += fresh


def _findings(reading: Reading, library: Sources) -> Iterator[Finding]:
    yield from platform(reading)
    yield from modules(reading)
    yield from names(reading)
    yield from references(reading, library)
    yield from ((one.call.line, "warning", one.kind, one.message) for one in unread(reading))
    yield from lint(reading)
