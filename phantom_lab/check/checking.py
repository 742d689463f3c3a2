"""Whether playbooks load, use only what is emulated, and find what they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from phantom_lab.apps.apps import Apps
from phantom_lab.check.blocks import Finding
from phantom_lab.check.editor import editor
from phantom_lab.check.ignored import Ignored, sort_out
from phantom_lab.check.kinds import KINDS
from phantom_lab.check.lint import lint
from phantom_lab.check.needs import TYPES, Sources, children, missing, modules, names, references
from phantom_lab.check.platform import gaps, platform
from phantom_lab.check.repositories import Upgrade, by_repository
from phantom_lab.check.sources import Found, Problem, below, distinct, find
from phantom_lab.check.undeclared import undeclared
from phantom_lab.check.unread import unread
from phantom_lab.check.upgrade import upgrade
from phantom_lab.errors import PlaybookLoadError
from phantom_lab.later import dataclass
from phantom_lab.progress import followed
from phantom_lab.reading import texts
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source

_LEVELS = ("error", "warning", "info")
_STOPPING = frozenset({"load", "gap", "unknown-name", "arguments", "refused", "playbook", "custom-function",
                       "failing-child"})
"""Kinds of problems that would stop a run at that line."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that is checked as another one."""

    playbook: str
    same_as: str
    """The file with the same content, but for blanks at the ends of lines."""


@dataclass(frozen=True, slots=True)
class File:
    """A file, and what became of it."""

    path: str
    what: str
    """``playbook``, ``custom function``, ``copy`` (checked as another file), ``not loaded`` or ``passed over``."""


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
    """Errors and warnings: what is wrong."""
    remarks: list[Problem]
    """What may be meant so: actions that nobody is asked about, children that only a run can tell, what is not read."""
    upgrade: list[Upgrade]
    """What stands in the way of a platform of today, by repository."""
    copies: list[Copy]
    nothing_below: list[str]
    """Paths that were given, and hold nothing to check."""
    files: list[File]
    """Every file that was met by name, in the order in which they were."""
    not_there: list[str]
    """Child playbooks and custom functions that are named, and that the paths do not hold."""
    ignored: list[Ignored]
    """Findings that a comment silences."""

    def count(self, level: str) -> int:
        """How many problems, or remarks (``info``), there are."""
        return sum(one.level == level for one in (*self.problems, *self.remarks))


def check(paths: Sequence[str | Path], *, beside: Sequence[str | Path] = (), apps: Apps | None = None) -> Report:
    """Check every playbook and custom function below some paths.

    Args:
        beside: folders where child playbooks and custom functions may be, that are not checked themselves.
        apps: whose declarations actions are held against.

    Raises:
        InputError: there is no such path.
    """
    given, besides = below(paths), find(beside)
    found = [one for each in given for one in each.found]
    library = Sources()
    library.add([*found, *besides])
    sources = distinct(found)
    checked = [_checked(one, library, apps) for one in followed(sources, "files", len(sources))]
    broken = [one.problem for one in found if one.problem]
    problems = sorted([*broken, *(problem for one in checked for problem in one.problems)], key=_place)
    named = [one for each in checked if each.reading for one in texts.references(each.reading)]
    assets, lists = (sorted({one.name for one in named if one.kind == kind and one.name}) for kind in ("asset", "list"))
    missing = Counter(name for one in checked if one.reading for name in _gaps(one.reading))
    playbooks, copies = sum(isinstance(one.source, Playbook) for one in checked), _copies(found)
    lost = sum(one.level == "error" and Path(one.playbook).parent.name != CUSTOM_FUNCTIONS for one in broken)
    return Report(
        playbooks + lost, playbooks, _supported(checked, [_checked(one, library, apps) for one in distinct(besides)]),
        len(checked) - playbooks, dict(sorted(missing.items(), key=lambda one: (-one[1], one[0]))), assets, lists,
        [one for one in problems if one.level != "info"], [one for one in problems if one.level == "info"],
        by_repository(problems, {one.playbook: one.same_as for one in copies}, paths), copies,
        [str(one.given) for one in given if not one.read], [*map(_file, found)], _not_there(checked, library),
        sorted((one for each in checked for one in each.ignored), key=_place))


def _file(one: Found) -> File:
    if one.source is None:
        lost = one.problem is not None and one.problem.level != "info"
        return File(str(one.path), "not loaded" if lost else "passed over")
    if one.path != one.source.path:
        return File(str(one.path), "copy")
    return File(str(one.path), "playbook" if isinstance(one.source, Playbook) else "custom function")


def _not_there(checked: Sequence[_Checked], library: Sources) -> list[str]:
    return sorted({f"{one.kind} {one.name}" for each in checked if each.reading
                   for one, found in children(each.reading, library)
                   if one.name and not found and not library.unloaded(TYPES[one.kind], one.name)})


def _gaps(reading: Reading) -> Iterator[str]:
    """Names of the API, and families of datapaths, that the lab does not have; each family once."""
    yield from (name for name, _ in gaps(reading))
    yield from dict.fromkeys(one.gap for one in unread(reading) if one.gap)


def _place(one: Problem | Ignored) -> tuple[str, int, int, str]:
    return one.playbook, one.line, _LEVELS.index(one.level), one.message


def _copies(found: Sequence[Found]) -> list[Copy]:
    return [Copy(str(one.path), one.source.file) for one in found if one.source and one.path != one.source.path]


@dataclass(frozen=True, slots=True)
class _Checked:
    """A source, and what there is to say of it."""

    source: Source
    reading: Reading | None
    problems: list[Problem]
    ignored: list[Ignored]
    stops: bool
    """Whether something in it would stop a run, or may hide that."""
    children: list[Source]
    """What it starts, as far as it is there."""


def _checked(source: Source, library: Sources, apps: Apps | None) -> _Checked:
    try:
        reading = read(source)
        every = [Problem(source.file, *one, reading.function_at(one[0]), KINDS[one[2]].advice)
                 for one in _findings(reading, library, apps)] + list(editor(reading))
        problems, ignored = sort_out(reading, every)
        stops = any(one.kind in _STOPPING or one.level == "error" for one in every) or any(missing(reading))
        started = [child for _, found in children(reading, library) for child in found.values()]
        return _Checked(source, reading, problems, ignored, stops, started)
    except (PlaybookLoadError, RecursionError, ValueError) as exc:  # what Python itself neither walks nor shows
        reason = exc.what if isinstance(exc, PlaybookLoadError) else str(exc)
        told = Problem(source.file, 0, "warning", "unchecked", f"it loads, and cannot be checked: {reason}",
                       hint=KINDS["unchecked"].advice)
        return _Checked(source, None, [told], [], True, [])


def _supported(checked: Sequence[_Checked], besides: Sequence[_Checked]) -> int:
    """Playbooks of which neither they themselves nor anything that they start would stop."""
    every = [*checked, *besides]
    stopped = {id(one.source) for one in every if one.stops}
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


def _findings(reading: Reading, library: Sources, apps: Apps | None) -> Iterator[Finding]:
    yield from platform(reading)
    yield from modules(reading)
    yield from names(reading)
    yield from references(reading, library)
    yield from undeclared(reading, apps)
    yield from ((one.call.line, "warning", one.kind, one.message) for one in unread(reading))
    yield from lint(reading)
    yield from upgrade(reading)
