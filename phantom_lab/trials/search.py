"""Running a playbook again and again, in situations that let it do what it has not done yet."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import field
from enum import Enum
from itertools import chain
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError, PlaybookLoadError
from phantom_lab.history import (
    ApiCalled,
    CustomFunctionStarted,
    Evaluated,
    InvocationStarted,
    OutcomeMissing,
    PlaybookStarted,
)
from phantom_lab.later import dataclass, regex
from phantom_lab.model import PEOPLE
from phantom_lab.reading.graph import edges, reached_from
from phantom_lab.reading.read import read
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials import answers
from phantom_lab.trials.answers import Answer, own_runs
from phantom_lab.trials.coverage import Branch, Coverage
from phantom_lab.trials.doubling import doubled
from phantom_lab.trials.edits import Asked, Situation, answered
from phantom_lab.trials.flips import flipped
from phantom_lab.trials.guesses import guesses
from phantom_lab.trials.repairs import raised, repaired
from phantom_lab.trials.replies import questions_of, reply_to
from phantom_lab.trials.trial import Trials

PLAIN = "plain"
"""The situation made up from a playbook's text, unchanged."""
_MANY, _TRIES, _FEW = 12, 6, 3
"""Changes of one name that are tried: repairs lead to each other, and those that are the least likely to help are
fewer."""

_FINDS = "finds what it looks for"
_SEEDS = range(1, 21)
"""Of random numbers that are tried where code draws some."""
_DRAWS = regex(r"^\s*(import|from)\s+random\b", re.MULTILINE)

_NO_ANSWERS: dict[str, dict[str, Any]] = {
    "requests fail": {"raise": "sample failure"}, "requests are refused": {"status": 500, "json": {}}}
Reached = str | Branch | Answer
"""A function, a branch, or what an action came back with."""


class Rank(Enum):
    """What a change is good for."""

    REPAIRED = "every error of a run at once, so that the next one shows"
    AIMED = "a certain condition or error"
    OWED = "what an action or a person may come back with: tried even where everything else is reached"
    GUESSED = "code that leaves a function out"
    FINE = "code that leaves a branch out"
    OUTSIDE = "child playbooks, custom functions and requests that fail"


@dataclass(frozen=True, slots=True)
class Change:
    """A situation to try."""

    name: str
    """What it is about: ``plain``, ``whois_1 fails``, ``decide: condition_1 true``."""
    situation: Situation
    rank: Rank
    answer: Answer | None = None
    """What it is for, where an action or a person answers otherwise."""
    about: str = ""
    """The function in which it is to do something; empty where there is no one such."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A change, its run, and what no run before it reached."""

    change: Change
    run: PlaybookRun
    new: set[Reached]


@dataclass(slots=True)
class Search:
    """Runs a playbook in a situation made up for it, and in changed ones, as long as somebody asks for more.

    Changes that take a branch which was left out, or let code that raised find what it looks for, come first.

    Args:
        answers: whether everything is owed that actions and people may come back with; otherwise it is one guess among
            others.
        aim: a function; changes of the code that leads there are tried first. Empty: all code is alike.
    """

    playbook: Playbook
    trials: Trials
    answers: bool = True
    aim: str = ""
    coverage: Coverage = field(init=False)
    possible: set[Answer] = field(default_factory=set)
    """What the actions and questions of all runs may come back with."""
    answered: set[Answer] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)
    """By change, why the lab itself could not run in it: a fault of the lab's own."""
    _waiting: dict[tuple[bool, Rank], deque[Change]] = field(init=False)
    """By whether it lies aside of the aim, and by rank: in the order in which they are tried."""
    _leads: frozenset[str] = field(init=False)
    _tried: set[str] = field(default_factory=set)
    _names: Counter[str] = field(default_factory=Counter)
    _failed: set[tuple[str, int, str, str]] = field(default_factory=set)
    _running: Change | None = None

    def __post_init__(self) -> None:
        self.coverage = Coverage.of(self.playbook)
        first = (Rank.REPAIRED, Rank.AIMED, *(() if self.answers else (Rank.GUESSED,)), Rank.OWED)
        ranks = (*first, *(one for one in Rank if one not in first))
        self._waiting = {(aside, rank): deque() for aside in (False, True) for rank in ranks}
        known = edges(read(self.playbook))
        self._leads = frozenset(one for one in known if self.aim in reached_from(known, [one]))

    @property
    def complete(self) -> bool:
        """Whether everything was reached that is known of."""
        return self.coverage.complete and not self._waiting[False, Rank.OWED] and self.possible <= self.answered

    @property
    def waiting(self) -> list[str]:
        """Names of what has not come to its end, as things stand."""
        running = [self._running] if self._running else []
        return [one.name for one in (*running, *chain.from_iterable(self._waiting.values()))]

    def __iter__(self) -> Iterator[Tried]:
        """Every run, with what no run before it reached; what is to be tried next depends on it."""
        self._add(Change(PLAIN, self.trials.situation(self.playbook), Rank.AIMED))
        while (change := self._next()) is not None:
            self._running, began = change, time.monotonic()
            run = self._run(change)
            self._running = None
            if run is None:
                continue
            known = len(self.possible)
            new: set[Reached] = {*self.coverage.add([run], self.playbook.file), *self._answers(run)}
            failed = {(one.file, one.line, one.type, one.expression) for one in raised(run)} - self._failed
            self._failed |= failed
            yield Tried(change, run, new)
            if run.status == "endless" and time.monotonic() - began > self.trials.seconds:
                return  # one that takes no steps: every other one would take its full time, too
            if new or failed or len(self.possible) > known:  # only now: who got what they wanted asks for no more
                for one in self._changes(run, change.situation):
                    self._add(one)

    def _next(self) -> Change | None:
        for waiting in self._waiting.values():
            while waiting:
                change = waiting.popleft()
                if change.rank is not Rank.OWED or change.answer not in self.answered:
                    return change
        return None

    def _add(self, change: Change) -> None:
        key = repr(change.situation)
        most = {Rank.REPAIRED: _MANY, Rank.FINE: _FEW, Rank.OUTSIDE: _FEW}.get(change.rank, _TRIES)
        if key not in self._tried and self._names[change.name] < most:
            self._names[change.name] += 1
            self._tried.add(key)
            aside = bool(self.aim and change.about and change.about not in self._leads)
            self._waiting[aside, change.rank].append(change)

    def _run(self, change: Change) -> PlaybookRun | None:
        """The run in a situation; None where the lab itself refuses a changed one, or fails in it."""
        try:
            return self.trials.run(self.playbook, change.situation)
        except PlaybookLoadError:
            raise
        except Exception as exc:
            if change.name == PLAIN:
                raise
            told = str(exc) if isinstance(exc, LabError) else f"{type(exc).__name__}: {exc}"
            self.faults.setdefault(change.name, told)
            return None

    def _answers(self, run: PlaybookRun) -> set[Answer]:
        if not self.answers:
            return set()
        self.possible |= {one for one, _, _ in answers.possible(run, self.playbook)}
        new = answers.seen(run, self.playbook) & self.possible - self.answered
        self.answered |= new
        return new

    def _changes(self, run: PlaybookRun, situation: Situation) -> Iterator[Change]:
        """Situations that differ from one so that something else happens."""
        playbook, coverage = self.playbook, self.coverage
        asked = Asked.of(run.journal, read(playbook))
        failed, mended = raised(run), situation
        for failure in failed:
            mended = next(repaired(run, failure, mended, asked), mended)
        if failed and mended is not situation:
            blocks = list(dict.fromkeys(one.block for one in failed))
            yield Change(f"{', '.join(blocks)} {_FINDS if len(blocks) == 1 else 'find what they look for'}", mended,
                         Rank.REPAIRED)
        for failure in failed:
            yield from (Change(f"{failure.block} {_FINDS}", one, Rank.AIMED, about=failure.block)
                        for one in repaired(run, failure, situation, asked))
        own, seen = own_runs(run, playbook.file), set()
        places = {place.line: place for place in coverage.places if place.call}
        for event in run.journal.events:
            if isinstance(event, Evaluated) and event.run in own and event.line in places:
                wanted = places[event.line].branch("false" if event.passed else "true")
                if wanted not in coverage.taken and wanted not in seen:
                    seen.add(wanted)
                    yield from (Change(str(wanted), one, Rank.AIMED, about=wanted.function)
                                for one in flipped(run.journal, event, situation, asked, rows=not self.answers))
        asking = {one.n: one.block for one in run.journal.events if isinstance(one, InvocationStarted)}
        several: set[str] = set()
        single: set[str] = set()
        for answer, started, entry in answers.possible(run, playbook):
            rank = Rank.FINE if answer in self.answered else Rank.OWED
            yield Change(str(answer), answers.other(situation, started, entry), rank, answer,
                         asking.get(started.invocation, ""))
            (several if answer.told == answers.FAILS_IN_PART else single).add(answer.block)
        if self.answers and single - several:
            yield Change("two of everything", doubled(situation), Rank.OWED)
        for function, name, one, leaves_out in guesses(
                run, playbook, situation, asked, coverage, self._leads if self.aim else None):
            yield Change(name, one, Rank.GUESSED if leaves_out else Rank.FINE, about=function)
        if _DRAWS.search(playbook.source) and "seed" not in situation:
            yield from (Change(f"other random numbers ({n})", {**situation, "seed": self.trials.seed + n}, Rank.FINE)
                        for n in _SEEDS)
        yield from self._outside(run, own, situation)

    def _outside(self, run: PlaybookRun, own: set[int], situation: Situation) -> Iterator[Change]:
        """Child playbooks and custom functions that fail, and requests that do."""
        for event in run.journal.events:
            if event.run not in own:
                continue
            if isinstance(event, OutcomeMissing):
                yield Change(f"{event.name} is answered", answered(situation, event.name, event.action, _any_answer(
                    event.action, run.journal.get(event.parameter))), Rank.AIMED)
            elif isinstance(event, CustomFunctionStarted):
                yield Change(f"{event.name} fails", _standing_in(situation, "custom_functions", event.function),
                             Rank.OUTSIDE)
            elif isinstance(event, PlaybookStarted):
                yield Change(f"{event.name} fails", _standing_in(situation, "playbooks", event.playbook), Rank.OUTSIDE)
            elif isinstance(event, ApiCalled) and event.name.startswith("requests."):
                for name, answer in _NO_ANSWERS.items():
                    yield Change(name, {**situation, "http": [{"url": "*", **answer}]}, Rank.OUTSIDE)


def _any_answer(action: str, parameter: dict[str, Any]) -> dict[str, Any]:
    if action not in PEOPLE:
        return {"set": {"action_result.status": "success"}}
    return {"responses": [reply_to(one) for one in questions_of(action, parameter)]}


def _standing_in(situation: Situation, kind: str, name: str) -> Situation:
    return {**situation, kind: {**situation.get(kind, {}), name: answers.FAILED}}
