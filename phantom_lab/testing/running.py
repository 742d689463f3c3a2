"""Scenarios as tests, run several at a time."""

from __future__ import annotations

import gc
import json
import os
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from phantom_lab.apps import Apps
from phantom_lab.errors import InputError, LabError
from phantom_lab.expecting.facts import Facts
from phantom_lab.expecting.idle import idle
from phantom_lab.expecting.verdict import Unmet, unmet
from phantom_lab.history import Journal
from phantom_lab.isolation.deadline import deadline
from phantom_lab.lab import Lab
from phantom_lab.limits import SCENARIO, read_plain
from phantom_lab.misspelt import meant
from phantom_lab.progress import followed
from phantom_lab.scenarios import Scenario, read_scenarios
from phantom_lab.scenarios.yaml_text import read_document
from phantom_lab.source.playbook import Playbook
from phantom_lab.testing import lines
from phantom_lab.testing.collecting import Asked
from phantom_lab.testing.counted import Counted, Reached, reached, there_is
from phantom_lab.trials.coverage import Coverage
from phantom_lab.trials.prints import told_apart
from phantom_lab.trials.processes import Lost, spread
from phantom_lab.views.report import ending, remarks
from phantom_lab.views.rows import Hint

PASSED, FAILED, ERROR = "passed", "failed", "error"
"""A test was as expected, was not, or could not be run."""
_GARBAGE = 100_000
"""Objects that are made before somebody looks for garbage among them."""
_PATIENCE = 1.5
"""As of ``phantom-lab run``."""
_PLAYBOOK = re.compile(rb"^playbook: *([^\s#'\"]+)", re.MULTILINE)
_SOME, _LONG = 8, 30_000
"""Scenarios of a file that a process takes at a time, where the file has more bytes than these."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one test ended."""

    key: str
    name: str
    result: str
    status: str = ""
    """Of the run; empty where there was none."""
    message: str = ""
    """Why the run ended so, or why there was none."""
    unmet: tuple[Unmet, ...] = ()
    seconds: float = 0.0
    playbook: str = ""
    reached: Reached | None = None
    there: Counted | None = None
    """What there is to reach in its playbook, with nothing reached."""
    journal: str = ""
    """The file of its journal, where it was not as expected."""
    prints: tuple[str, ...] = ()
    """Lines that the playbook printed."""
    hints: tuple[Hint, ...] = ()
    """What the run passed over, and what of its expectation no run can fail."""
    place: tuple[int, int] = (0, 0)
    """Where it stands among all tests."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How tests are run."""

    paths: Sequence[str | Path] = ()
    """Folders with child playbooks and custom functions."""
    playbook: str | None = None
    """What runs in scenarios that name none."""
    apps: Apps | None = None
    journals: str = ""
    """The folder that gets the journals of what is not as expected; empty: none."""
    lines: bool = False
    """Whether executed lines are measured."""


_choices = Choices()
"""Of a process that has only this to do."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a process takes at a time."""

    number: int
    asked: Asked
    first: int = 0
    """The number of its first scenario."""

    @classmethod
    def of(cls, text: str) -> _Part:
        number, first, file, variants = json.loads(text)
        return cls(number, Asked(file, None if variants is None else tuple(variants)), first)

    def __str__(self) -> str:
        return json.dumps([self.number, self.first, self.asked.file, self.asked.variants])


def run_files(files: Sequence[Asked], choices: Choices, *, jobs: int | None = None, apart: bool = False,
              forked: bool = False) -> Iterator[Ended]:
    """Run the scenarios of files; each is told as it ends.

    Args:
        jobs: processes; None is one per processor.
        apart: whether a single process that could be this one is another one as well, which playbooks may end.
        forked: whether processes begin as copies of this one, which has to have one thread and a fixed hash seed.
    """
    return followed(_run_files(files, choices, jobs, apart=apart, forked=forked), "scenarios")


def _run_files(files: Sequence[Asked], choices: Choices, jobs: int | None, *, apart: bool,
               forked: bool) -> Iterator[Ended]:
    global _choices
    _choices = choices
    _loaded.cache_clear()  # files may have changed since this process ran tests
    parts = [_Part(number, one) for number, one in enumerate(one for asked in files for one in _divided(asked))]
    if not apart and (jobs == 1 or len(parts) == 1):
        yield from (one for part in parts for one in _ended(part))
        return
    start = partial(spread, _some, jobs=jobs, hash_seed=0, prepare=_prepare, given=(choices,), forked=forked)
    alone: list[_Part] = []
    parts.sort(key=lambda one: -_weight(one.asked.file))  # the long ones first: no process waits long
    for text, found in start([str(one) for one in parts]):
        part = _Part.of(text)
        if not isinstance(found, Lost):
            yield from found
        elif len(names := _names(part.asked.file) if part.asked.variants is None else part.asked.variants) > 1:
            alone += [_Part(part.number, Asked(part.asked.file, (one,)), first) for first, one in enumerate(names)]
        else:
            yield _lost(part, str(found))
    for text, found in start([str(one) for one in alone]) if alone else ():  # which of them ended its process?
        yield from [_lost(_Part.of(text), str(found))] if isinstance(found, Lost) else found


def _weight(file: str) -> int:
    """About how long a file takes: by its bytes, and by those of the playbook that is read and compiled for it."""
    try:
        named = _PLAYBOOK.search(read_plain(Path(file), SCENARIO))
    except (OSError, ValueError):  # whoever runs it says so
        return 0
    playbook = os.path.join(os.path.dirname(file), os.fsdecode(named[1])) if named else ""
    return os.path.getsize(file) + (os.path.getsize(playbook) if os.path.isfile(playbook) else 0)


def _divided(asked: Asked) -> Iterator[Asked]:
    """Parts of a long file, for several processes; they share nothing but its playbook."""
    names = asked.variants
    if names is None and os.path.getsize(asked.file) > _LONG:
        names = _names(asked.file)
    if not names or len(names) <= _SOME:
        yield asked
        return
    yield from (Asked(asked.file, tuple(names[start:start + _SOME])) for start in range(0, len(names), _SOME))


def _names(file: str) -> tuple[str, ...]:
    """The variants of a file; none where it has none, or cannot be read: whoever runs it says so."""
    try:
        data = read_document(Path(file)).data
    except LabError:
        return ()
    variants = data.get("variants") if isinstance(data, dict) else None
    return tuple(variants) if isinstance(variants, dict) else ()


def _prepare(choices: Choices) -> None:
    global _choices
    _choices = choices
    gc.freeze()
    gc.set_threshold(_GARBAGE)  # runs are short, and leave little: looking for garbage took a tenth of the time


def _some(text: str) -> list[Ended]:
    return list(_ended(_Part.of(text)))


def _ended(part: _Part) -> Iterator[Ended]:
    """Run the scenarios of a part."""
    file, wanted = part.asked.file, part.asked.variants
    try:
        there = {one.name.partition("#")[2]: one for one in read_scenarios(file)}
    except LabError as exc:
        yield Ended(file, Path(file).name, ERROR, message=str(exc), place=(part.number, 0))
        return
    for number, variant in enumerate(there if wanted is None else wanted, part.first):
        began, key = time.monotonic(), f"{file}#{variant}" if variant else file
        name = there[variant].name if variant in there else Path(key).name
        try:
            if variant not in there:
                raise InputError(f"there is no variant {variant!r}", where=file, hint=meant(variant, there))
            found = _run(key, there[variant], _choices)
        except LabError as exc:
            found = Ended(key, name, ERROR, message=str(exc))
        except Exception as exc:  # a fault of our own is told with its test, and the others are run all the same
            found = Ended(key, name, ERROR, message=f"a fault of the lab: {type(exc).__name__}: {exc}")
        yield replace(found, place=(part.number, number), seconds=time.monotonic() - began)


def _run(key: str, scenario: Scenario, choices: Choices) -> Ended:
    named = scenario.playbook or choices.playbook
    if named is None:
        raise InputError("the scenario names no playbook", where=key, hint="Give it a key `playbook`, or --playbook.")
    playbook, coverage = _loaded(str(named), tuple(map(str, choices.paths)))
    watching: Any = lines.measured(playbook.file) if choices.lines else nullcontext({})
    with told_apart(playbook.file) as prints:
        lab = Lab(scenario=scenario, paths=choices.paths, apps=choices.apps)
        if not lab.containers:
            raise InputError("there is no container to run on", where=key, hint="Give it a `container`.")
        with watching as arcs:
            with deadline(lab.options.max_seconds, patience=_PATIENCE, told=""):
                run = lab.prepare(playbook, watched=True)
            with deadline(run.tree.options.max_seconds, patience=_PATIENCE, told=""):
                run.execute()
    wrong = tuple(unmet(run.journal, scenario.expected))
    summary = run.summary()
    journal = keep(run.journal, Path(choices.journals), key) if wrong and choices.journals else ""
    told = reached(coverage, run, playbook.file, next(iter(arcs.values()), ()))
    return Ended(key, scenario.name, FAILED if wrong else PASSED, summary.status, ending(summary), wrong,
                 playbook=playbook.file, reached=told, there=there_is(coverage, playbook.file), journal=journal,
                 prints=tuple(one["text"] for one in prints.told()),
                 hints=(*remarks(summary), *idle(Facts(run.journal), scenario.expected.wanted)))


@lru_cache(maxsize=256)
def _loaded(name: str, paths: tuple[str, ...]) -> tuple[Playbook, Coverage]:
    """A playbook, read and compiled once for all of its tests, and what there is to reach in it."""
    playbook = Playbook.load(name, paths=paths)
    return playbook, Coverage.of(playbook)


def keep(journal: Journal, folder: Path, key: str) -> str:
    """Write the journal of a run, unless it stands in a file already; returns the file.

    Raises:
        InputError: it cannot be written.
    """
    if journal.path is not None:
        return str(journal.path)
    short = re.sub(r"[^\w.-]+", "_", Path(key).name)[:80]
    journal.path = folder / f"{short}-{zlib.crc32(key.encode()):08x}.jsonl"
    journal.open()
    journal.close()
    return str(journal.path)


def _lost(part: _Part, why: str) -> Ended:
    key = part.asked.keys[0]
    return Ended(key, Path(key).name, ERROR, place=(part.number, part.first), message=why)
