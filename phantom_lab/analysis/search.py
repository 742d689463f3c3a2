"""Running a playbook again and again, in situations that let it do what it has not done yet."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from phantom_lab.analysis.coverage import Branch, Coverage
from phantom_lab.analysis.edits import Asked, Situation, answered
from phantom_lab.analysis.flips import flipped
from phantom_lab.analysis.guesses import guesses
from phantom_lab.analysis.repairs import raised, repaired
from phantom_lab.analysis.replies import reply_to
from phantom_lab.analysis.trial import Trials
from phantom_lab.engine import Playbook, PlaybookRun
from phantom_lab.journal import ActionStarted, Evaluated, OutcomeGiven, RunStarted
from phantom_lab.model import PEOPLE
from phantom_lab.outcomes.declared import Read
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.read import read

PLAIN = "plain"
"""The situation made up from a playbook's text, unchanged."""
_TRIES = 6
"""Changes of one name that are tried."""


@dataclass(frozen=True, slots=True)
class Change:
    """A situation to try."""

    name: str
    """What it is about: ``plain``, ``whois_1 fails``, ``line 40 holds``."""
    situation: Situation
    first: bool = False
    """Whether it is meant for a certain branch or error, not for whatever comes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A change, its run, and what no run before it reached."""

    change: Change
    run: PlaybookRun
    new: set[str | Branch]


class Search:
    """Runs a playbook in a situation made up for it, and in changed ones, as long as somebody asks for more.

    Changes that take a branch which was left out, or let code that raised find what it looks for, come first.
    """

    def __init__(self, playbook: Playbook, trials: Trials) -> None:
        self.playbook = playbook
        self.coverage = Coverage.of(playbook)
        self._trials = trials
        self._first: deque[Change] = deque([Change(PLAIN, trials.situation(playbook), first=True)])
        self._later: deque[Change] = deque()
        self._running: Change | None = None
        self._tried: set[str] = set()
        self._names: Counter[str] = Counter()
        self._failed: set[tuple[str, int, str, str]] = set()

    def __iter__(self) -> Iterator[Tried]:
        """Every run, with what no run before it reached; what is to be tried next depends on it."""
        while self._first or self._later:
            self._running = change = (self._first or self._later).popleft()
            began = time.monotonic()
            run = self._trials.run(self.playbook, change.situation)
            self._running = None
            new = self.coverage.add([run], self.playbook.file)
            failed = {(one.file, one.line, one.type, one.expression) for one in raised(run)} - self._failed
            self._failed |= failed
            yield Tried(change, run, new)
            if run.status == "endless" and time.monotonic() - began > self._trials.seconds:
                return  # one that takes no steps: every other one would take its full time, too
            if new or failed:  # only now: who got what they wanted asks for no more
                self._take(run, change.situation)

    @property
    def waiting(self) -> list[str]:
        """Names of what has not come to its end, as things stand."""
        return [one.name for one in (*([self._running] if self._running else []), *self._first, *self._later)]

    def _take(self, run: PlaybookRun, situation: Situation) -> None:
        for one in changes(run, self.playbook, situation, self.coverage):
            key = repr(one.situation)
            if key not in self._tried and self._names[one.name] < _TRIES:
                self._names[one.name] += 1
                self._tried.add(key)
                (self._first if one.first else self._later).append(one)


def changes(run: PlaybookRun, playbook: Playbook, situation: Situation, coverage: Coverage) -> Iterator[Change]:
    """Situations that differ from one so that something else happens."""
    asked = Asked.of(run.journal, read(playbook))
    for failure in raised(run):
        name = f"{failure.block} finds what it looks for"
        yield from (Change(name, one, first=True) for one in repaired(run, failure, situation, asked))
    own = {event.run for event in run.journal.events
           if isinstance(event, RunStarted) and event.file == playbook.file}
    seen: set[Branch] = set()
    for event in run.journal.events:
        if isinstance(event, Evaluated) and event.run in own:
            wanted = (event.line, not event.passed)
            if wanted not in coverage.taken and wanted not in seen:
                seen.add(wanted)
                name = f"line {event.line} {'does not hold' if event.passed else 'holds'}"
                yield from (Change(name, one, first=True) for one in flipped(run.journal, event, situation, asked))
    for event in run.journal.events:
        if isinstance(event, ActionStarted) and event.run in own:
            yield from _other_answers(run, event, playbook, situation)
    for name, one in guesses(run, playbook, situation, asked, coverage):
        yield Change(name, one)


def _other_answers(run: PlaybookRun, event: ActionStarted, playbook: Playbook,
                   situation: Situation) -> Iterator[Change]:
    """An action that fails, or finds nothing; each choice of a prompt, and nobody's answer."""
    def other(what: str, answer: dict[str, Any]) -> Change:
        return Change(f"{event.name} {what}", answered(situation, event.name, event.action, answer))

    if event.action not in PEOPLE:
        yield other("fails", {"status": "failed", "message": "sample failure"})
        yield other("finds nothing", {"data": []})
        return
    yield other("is not answered", {"timed_out": True})
    parameters: list[dict[str, Any]] = run.journal.get(event.parameters)
    asked = parameters[0].get("response_types") or [] if parameters else []
    reads = demand_of(playbook).reads.get(event.name, ())
    given = _replies(run, event) or [reply_to(one) for one in asked]
    for place, question in enumerate(asked):
        for choice in _alternatives(question, reads, place):
            yield other(f"is answered {choice!r}", {
                "responses": [choice if number == place else one for number, one in enumerate(given)]})


def _replies(run: PlaybookRun, event: ActionStarted) -> list[Any]:
    """What a prompt was answered."""
    results: list[dict[str, Any]] = next((run.journal.get(one.results) for one in run.journal.events
                    if isinstance(one, OutcomeGiven) and one.action_run_id == event.action_run_id), [])
    return list(results[0]["summary"].get("responses", [])) if results else []


def _alternatives(question: Any, reads: Sequence[Read], place: int) -> list[Any]:
    """The choices of a question; without any, its bounds, and what conditions compare the reply with."""
    options: dict[str, Any] = question.get("options") or {}
    if choices := options.get("choices"):
        return list(choices)
    compared = [literal for one in reads if one.path.endswith((f"responses.{place}", "responses.*"))
                for _, literal in one.comparisons]
    return list(dict.fromkeys([*compared, *(options[key] for key in ("min", "max") if key in options)]))
