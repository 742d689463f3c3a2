"""Every playbook below some paths, run to its end in a situation made up for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from phantom_lab.apps.apps import Apps
from phantom_lab.check.sources import Found, distinct, find
from phantom_lab.errors import InputError, LabError, MissingSourceError, PlaybookLoadError
from phantom_lab.history import ENDLESS
from phantom_lab.later import dataclass
from phantom_lab.progress import followed
from phantom_lab.reading.graph import reached
from phantom_lab.reading.read import read
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.explore import furthest, goes
from phantom_lab.trials.prints import told_apart
from phantom_lab.trials.processes import Lost, spread
from phantom_lab.trials.search import PLAIN, Search, Tried
from phantom_lab.trials.trial import ENDED, Trials, fired
from phantom_lab.trials.uncaught import UNEXECUTED, failures
from phantom_lab.views.report import remarks
from phantom_lab.views.rows import TrialHint
from phantom_lab.why import responsible

CLASSES = {
    "finished": "came to their end in the situation that their text asks for; those with actions fired some",
    "finished_changed": "did so only in a changed situation",
    "fired_nothing": "came to their end, and fired no action in any situation, though they have some",
    "stopped": "were stopped by an error of their own code, or as they do not end by themselves",
    "missing_files": "were stopped as a child playbook, custom function or module is not there",
    "not_loaded": "do not load",
    "lab_errors": "met a fault of the lab",
    "not_run": "were left out by an interrupt"}
"""What becomes of playbooks: each is in exactly one class."""
PROCESS_ENDED = "ProcessEnded"
"""Type of the error of a playbook that ends the process in which it runs: no exception of its code."""
MISSING = frozenset({MissingSourceError.__name__, ModuleNotFoundError.__name__})
"""Exceptions that tell of a file that is not there."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How one playbook ended."""

    playbook: str
    """The file."""
    kind: str
    """One of `CLASSES`."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """``{"playbook", "file", "block", "line", "type", "error", "value", "responsible", "situation"}`` for each
    exception of playbook code in the plain situation, and in the changed one where that did not come to its end either.

    The line is one of ``file``, which may be a child playbook.
    """
    missing: list[dict[str, Any]] = field(default_factory=list)
    """The same for exceptions that tell of a file that is not there."""
    lab_errors: list[dict[str, str]] = field(default_factory=list)
    """``{"playbook", "situation", "error"}``"""
    written: int = 0
    """Calls of ``phantom.act`` in the playbook's text, in functions that something reaches."""
    fired: int = 0
    """Action runs that it and its children started."""
    reached: float = 0.0
    """Share of its functions that the run reached, from 0 to 1."""
    situation: str = PLAIN
    """What was changed of the situation made up for it, so that it comes to its end and fires an action."""
    prints: list[dict[str, Any]] = field(default_factory=list)
    """What it printed: see `phantom_lab.trials.prints.Prints.told`."""
    hints: list[TrialHint] = field(default_factory=list)
    """``{"playbook", "situation"}`` and the fields of `phantom_lab.views.report.remarks`, for each thing that the
    run passed over."""


@dataclass(frozen=True, slots=True)
class Running:
    """How all of them ended."""

    classes: dict[str, list[str]]
    """By each of `CLASSES` the files; every playbook is in one of them."""
    playbook_errors: list[dict[str, Any]]
    missing_files: list[dict[str, Any]]
    lab_errors: list[dict[str, str]]
    acts: dict[str, dict[str, int]]
    """By file, the calls that are written and the action runs that were fired."""
    situations: dict[str, str]
    """By file, what was changed of the situation that was made up for it, so that it comes to its end and fires an
    action; not there where nothing had to be."""
    reached: float
    """The median share of functions that were reached."""
    prints: list[dict[str, Any]]
    hints: list[TrialHint]

    @property
    def finished(self) -> int:
        """Those that came to their end in the situation that their text asks for."""
        return len(self.classes["finished"])

    @property
    def not_run(self) -> list[str]:
        """Playbooks that somebody's interrupt left out, by file."""
        return self.classes["not_run"]


def run_all(paths: Sequence[str | Path], *, beside: Sequence[str | Path] = (), apps: str | Apps | None = None,
            seed: int = 0, jobs: int | None = None, journals: str | Path | None = None,
            options: Mapping[str, Any] | None = None, apart: bool = False, forked: bool = False) -> Running:
    """Run every distinct playbook, several at a time in processes of their own, all with the same hash seed.

    Args:
        beside: folders with child playbooks and custom functions that are not run themselves.
        apps: manifests of apps, or where they are.
        jobs: processes; None is one per processor.
        journals: a folder that gets one journal per playbook.
        options: as of `Trials`.
        apart: whether a single playbook, or a single job, has a process of its own as well, which it may end.
        forked: whether processes begin as copies of this one, which has to have one thread and the seed's hash seed.

    Raises:
        InputError: there is no such path, no manifest of an app, or no folder for the journals.
    """
    if journals is not None:
        _make(Path(journals))
    there = find(paths)
    files = [str(one.path) for one in distinct(there) if isinstance(one, Playbook)]
    shared = Trials(Apps.load(apps) if isinstance(apps, str) else apps, folders_of([*there, *find(beside)]), seed,
                    dict(options or {}))
    given = shared, str(journals) if journals else None
    ended: dict[str, Trial] = {}
    with suppress(KeyboardInterrupt):  # how many did not run is told
        for trial in followed(trials(files, given, jobs=jobs, apart=apart, forked=forked), "playbooks", len(files)):
            ended[trial.playbook] = trial
    found = [ended[one] for one in files if one in ended]
    kinds = {**{str(one.path): "not_loaded" for one in there if _not_loaded(one)},
             **{one.playbook: one.kind for one in found}, **{one: "not_run" for one in files if one not in ended}}
    return Running(
        {kind: [one for one, its in kinds.items() if its == kind] for kind in CLASSES},
        [error for one in found for error in one.errors],
        [error for one in found for error in one.missing],
        [error for one in found for error in one.lab_errors],
        {one.playbook: {"written": one.written, "fired": one.fired} for one in found},
        {one.playbook: one.situation for one in found if one.situation != PLAIN},
        median([one.reached for one in found]) if found else 0.0,
        [line for one in found for line in one.prints], [hint for one in found for hint in one.hints])


def _not_loaded(one: Found) -> bool:
    """Whether a file was meant to be a playbook, and is none that can be loaded."""
    return one.problem is not None and one.problem.level == "error" and one.path.parent.name != CUSTOM_FUNCTIONS


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise InputError("the journals need a folder", where=str(folder)) from None


def folders_of(found: Sequence[Found]) -> tuple[str, ...]:
    """Where sources are: a folder of custom functions counts as the one that holds it."""
    folders = [one.path.parent for one in found if one.source]
    return tuple(dict.fromkeys(str(one.parent if one.name == CUSTOM_FUNCTIONS else one) for one in folders))


Shared = tuple[Trials, str | None]
"""What all trials share, and the folder for journals."""


def trials(files: Sequence[str], given: Shared, *, jobs: int | None, apart: bool = False,
           forked: bool = False) -> Iterator[Trial]:
    """One trial per file, as they end."""
    if not apart and (jobs == 1 or len(files) == 1):
        yield from (_with_prints(one, *given) for one in files)
        return
    for file, trial in spread(_one, files, jobs=jobs, hash_seed=given[0].seed, prepare=_prepare, given=given,
                              forked=forked):
        yield _lost(file, trial) if isinstance(trial, Lost) else trial


_given: Shared
"""Of a process that has only this to do."""


def _prepare(*given: Any) -> None:
    global _given
    _given = given[0], given[1]


def _one(file: str) -> Trial:
    return _with_prints(file, *_given)


def _with_prints(file: str, shared: Trials, journals: str | None) -> Trial:
    """How one playbook ends, and what it prints."""
    with told_apart(file) as prints:
        trial = _ended(file, shared, journals)
    return replace(trial, prints=prints.told())


def _ended(file: str, shared: Trials, journals: str | None) -> Trial:
    """How one playbook ends."""
    try:
        playbook = Playbook.load(file)
        journal = Path(journals) / f"{playbook.name}-{zlib.crc32(file.encode()):08x}.jsonl" if journals else None
        plain, best, search = furthest(playbook, shared, acts=written(playbook) > 0)
        run = shared.run(playbook, best.change.situation, journal=journal) if journal else best.run
        return trial_of(search, plain, replace(best, run=run))
    except PlaybookLoadError as exc:
        missing = isinstance(exc.__cause__, ModuleNotFoundError)
        error = {"playbook": file, "file": file, "block": "<module>", "line": 0, "type": type(exc).__name__,
                 "error": exc.what, "value": "", "responsible": str(exc), "situation": PLAIN}
        return Trial(file, "missing_files", missing=[error]) if missing else Trial(file, "stopped", [error])
    except LabError as exc:
        return _fault(file, str(exc))
    except Exception as exc:  # a fault of our own is told with its file, and the others are run all the same
        return _fault(file, f"{type(exc).__name__}: {exc}")


def _fault(file: str, error: str) -> Trial:
    return Trial(file, "lab_errors", lab_errors=[{"playbook": file, "situation": PLAIN, "error": error}])


def _lost(file: str, lost: Lost) -> Trial:
    """A playbook that ended the process in which it ran alone."""
    line = lost.at.line if lost.at and lost.at.file == Path(file).name else 0
    error = lost.why if line else str(lost)
    return Trial(file, "stopped", [{"playbook": file, "file": file, "block": "", "line": line, "type": PROCESS_ENDED,
                                    "error": error, "value": "", "responsible": "", "situation": PLAIN}])


def written(playbook: Playbook) -> int:
    """Calls of ``phantom.act`` in functions that something reaches."""
    reading = read(playbook)
    there = reached(reading)
    return sum(call.function in there for call in reading.calls_of("act"))


def trial_of(search: Search, plain: Tried, best: Tried) -> Trial:
    """What the plain run and the best one say of a playbook."""
    playbook, acts = search.playbook, written(search.playbook)
    coverage = search.coverage.fresh()
    coverage.add([best.run], playbook.file)
    ended, does = goes(best.run, acts=acts > 0)
    told = [plain] if best.change is plain.change or ended else [plain, best]
    errors = {_key(one): one for tried in reversed(told) for one in _errors(tried, playbook)}
    own = [one for one in errors.values() if one["type"] not in MISSING]
    missing = [one for one in errors.values() if one["type"] in MISSING]
    faults = list(_faults(search, told, own))
    kind = ("lab_errors" if faults else "fired_nothing" if ended and not does else
            ("finished" if best.change is plain.change else "finished_changed") if ended else
            "stopped" if any(one["file"] == playbook.file for one in own) or not missing else "missing_files")
    hints: list[TrialHint] = [
        {"playbook": playbook.file, "situation": best.change.name, **one} for one in remarks(best.run.summary())]
    return Trial(playbook.file, kind, own, missing, faults, acts, fired(best.run), coverage.share, best.change.name,
                 hints=hints)


def _faults(search: Search, told: list[Tried], errors: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """What the lab itself did not do: situations that it refuses, ends that it should not have come to, and errors of
    which it does not tell who is responsible."""
    found = [*search.faults.items(), *((one["situation"], one["error"]) for one in errors
                                       if not one["responsible"] and one["type"] not in (ENDLESS, UNEXECUTED))]
    found += [(one.change.name, one.run.message or one.run.status) for one in told
              if one.run.status not in (*ENDED, "error", "endless")]
    for situation, error in dict.fromkeys(found):
        yield {"playbook": search.playbook.file, "situation": situation, "error": error}


def _errors(tried: Tried, playbook: Playbook) -> Iterator[dict[str, Any]]:
    for file, failure in failures(tried.run):
        cause = responsible(tried.run.journal, failure)
        told = asdict(cause) if cause else {}
        yield {"playbook": playbook.file, "file": file, "block": failure.block, "line": failure.line,
               "type": failure.type, "error": f"{failure.type}: {failure.message}", "value": told.get("value", ""),
               "responsible": str(cause) if cause else "", "situation": tried.change.name}


def _key(error: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two errors the same."""
    return error["file"], error["block"], error["line"], error["type"]
