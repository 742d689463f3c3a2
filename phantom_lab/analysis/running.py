"""Every playbook below some paths, run to its end in a situation made up for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from phantom_lab.analysis.coverage import Coverage
from phantom_lab.analysis.explore import furthest
from phantom_lab.analysis.processes import spread
from phantom_lab.analysis.search import PLAIN, Tried
from phantom_lab.analysis.sources import Found, distinct, find
from phantom_lab.analysis.trial import ENDED, Trials, fired
from phantom_lab.engine import Playbook, PlaybookRun
from phantom_lab.engine.library import CUSTOM_FUNCTIONS
from phantom_lab.errors import InputError, LabError, PlaybookLoadError
from phantom_lab.journal import ENDLESS, Failure, RunEnded, RunStarted, responsible
from phantom_lab.outcomes.apps import Apps
from phantom_lab.reading.graph import reached
from phantom_lab.reading.read import read


@dataclass(frozen=True, slots=True)
class Trial:
    """How one playbook ended."""

    playbook: str
    """The file."""
    status: str
    message: str
    errors: list[dict[str, Any]] = field(default_factory=list)
    """``{"playbook", "file", "block", "line", "type", "error", "value", "responsible"}`` for each exception of playbook
    code, and where it does not end.

    The line is one of ``file``, which may be a child playbook.
    """
    lab_error: str = ""
    written: int = 0
    """Calls of ``phantom.act`` in the playbook's text, in functions that something reaches."""
    fired: int = 0
    """Action runs that it and its children started."""
    reached: float = 0.0
    """Share of its functions that the run reached, from 0 to 1."""
    situation: str = PLAIN
    """What was changed of the situation made up for it, so that it comes to its end."""


@dataclass(frozen=True, slots=True)
class Running:
    """How all of them ended."""

    finished: int
    playbook_errors: list[dict[str, Any]]
    lab_errors: list[dict[str, str]]
    acts: dict[str, dict[str, int]]
    """By file, the calls that are written and the action runs that were fired."""
    situations: dict[str, str]
    """By file, what had to be changed of the situation that was made up for it; not there where nothing had to."""
    reached: float
    """The median share of functions that were reached."""
    not_run: list[str] = field(default_factory=list)
    """Playbooks that somebody's interrupt left out, by file."""


def run_all(paths: Sequence[str | Path], *, beside: Sequence[str | Path] = (), apps: str | Apps | None = None,
            seed: int = 0, jobs: int | None = None, journals: str | Path | None = None,
            options: Mapping[str, Any] | None = None) -> Running:
    """Run every distinct playbook, several at a time in processes of their own, all with the same hash seed.

    Args:
        beside: folders with child playbooks and custom functions that are not run themselves.
        apps: manifests of apps, or where they are.
        jobs: processes; None is one per processor.
        journals: a folder that gets one journal per playbook.
        options: as of `Trials`.

    Raises:
        InputError: there is no such path, no manifest of an app, or no folder for the journals.
    """
    if journals is not None:
        _make(Path(journals))
    there = find(paths)
    files = [str(one.path) for one in distinct(there) if isinstance(one, Playbook)]
    shared = Trials(Apps.load(apps) if isinstance(apps, str) else apps, _folders([*there, *find(beside)]), seed,
                    dict(options or {}))
    given = shared, str(journals) if journals else None
    ended: dict[str, Trial] = {}
    with suppress(KeyboardInterrupt):  # how many did not run is told
        for trial in trials(files, given, jobs=jobs):
            ended[trial.playbook] = trial
    found = [ended[one] for one in files if one in ended]
    return Running(
        sum(one.status in ENDED for one in found),
        [error for one in found for error in one.errors],
        [{"playbook": one.playbook, "error": one.lab_error} for one in found if one.lab_error],
        {one.playbook: {"written": one.written, "fired": one.fired} for one in found},
        {one.playbook: one.situation for one in found if one.situation != PLAIN},
        median([one.reached for one in found]) if found else 0.0, [one for one in files if one not in ended])


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise InputError("the journals need a folder", where=str(folder)) from None


def _folders(found: Sequence[Found]) -> tuple[str, ...]:
    """Where sources are: a folder of custom functions counts as the one that holds it."""
    folders = [one.path.parent for one in found if one.source]
    return tuple(dict.fromkeys(str(one.parent if one.name == CUSTOM_FUNCTIONS else one) for one in folders))


Given = tuple[Trials, str | None]
"""What all trials share, and the folder for journals."""


def trials(files: Sequence[str], given: Given, *, jobs: int | None) -> Iterator[Trial]:
    """One trial per file, as they end."""
    if jobs == 1 or len(files) == 1:
        yield from (_ended(one, *given) for one in files)
        return
    for file, trial in spread(_one, files, jobs=jobs, hash_seed=given[0].seed, prepare=_prepare, given=given):
        yield trial or _lost(file)


_given: Given
"""Of a process that has only this to do."""


def _prepare(*given: Any) -> None:
    global _given
    _given = given[0], given[1]


def _one(file: str) -> Trial:
    return _ended(file, *_given)


def _ended(file: str, shared: Trials, journals: str | None) -> Trial:
    """How one playbook ends."""
    try:
        playbook = Playbook.load(file)
        journal = Path(journals) / f"{playbook.name}-{zlib.crc32(file.encode()):08x}.jsonl" if journals else None
        tried = furthest(playbook, shared, acts=written(playbook) > 0)
        run = shared.run(playbook, tried.change.situation, journal=journal) if journal else tried.run
        return trial_of(playbook, tried, run)
    except PlaybookLoadError as exc:
        return Trial(file, "error", str(exc), [{
            "playbook": file, "file": file, "block": "<module>", "line": 0, "type": type(exc).__name__,
            "error": exc.what, "value": "", "responsible": str(exc)}])
    except LabError as exc:
        return Trial(file, "error", str(exc), lab_error=str(exc))
    except Exception as exc:  # a fault of our own is told with its file, and the others are run all the same
        return Trial(file, "error", str(exc), lab_error=f"{type(exc).__name__}: {exc}")


def _lost(file: str) -> Trial:
    what = "a process ended before this playbook had, which ran in it alone"
    return Trial(file, "error", what, lab_error=what)


def written(playbook: Playbook) -> int:
    """Calls of ``phantom.act`` in functions that something reaches."""
    reading = read(playbook)
    there = reached(reading)
    return sum(call.function in there for call in reading.calls_of("act"))


def trial_of(playbook: Playbook, tried: Tried, run: PlaybookRun) -> Trial:
    """What a run says of its playbook."""
    coverage = Coverage.of(playbook)
    coverage.add([run], playbook.file)
    status, message = run.status, run.message
    found = failures(run)
    errors = [_error(run, playbook, one) for one in found]
    nameless = [one["error"] for one, (_, failure) in zip(errors, found, strict=True)
                if not one["responsible"] and failure.type != ENDLESS]
    lab_error = message if status not in (*ENDED, "error", "endless") else "; ".join(nameless)
    return Trial(playbook.file, status, message, errors, lab_error, written(playbook), fired(run), coverage.share,
                 tried.change.name)


def failures(run: PlaybookRun) -> list[tuple[str, Failure]]:
    """Exceptions of playbook code that ended a branch of a run or of its children, with the file of whose they are."""
    files = {event.run: event.file for event in run.journal.events if isinstance(event, RunStarted)}
    return [(files[event.run], one) for event in run.journal.events if isinstance(event, RunEnded)
            for one in event.failures]


def _error(run: PlaybookRun, playbook: Playbook, found: tuple[str, Failure]) -> dict[str, Any]:
    file, failure = found
    cause = responsible(run.journal, failure)
    told = asdict(cause) if cause else {}
    return {"playbook": playbook.file, "file": file, "block": failure.block, "line": failure.line,
            "type": failure.type, "error": f"{failure.type}: {failure.message}", "value": told.get("value", ""),
            "responsible": str(cause) if cause else ""}
