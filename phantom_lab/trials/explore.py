"""Situations that drive a playbook through every branch it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from itertools import islice
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.later import dataclass
from phantom_lab.progress import followed
from phantom_lab.reading.read import read
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.answers import Answer
from phantom_lab.trials.coverage import Branch, Coverage
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.naming import named
from phantom_lab.trials.reasons import Cause, Reason, cause_of, held_up, in_short, reasons, waits
from phantom_lab.trials.replies import with_replies
from phantom_lab.trials.search import Reached, Search, Tried
from phantom_lab.trials.trial import ENDED, Trials, fired
from phantom_lab.trials.uncaught import failures
from phantom_lab.views.report import remarks
from phantom_lab.views.rows import Hint

BUDGET = 200
"""Runs of one playbook."""


@dataclass(frozen=True, slots=True)
class Explored:
    """A situation that reached something new, or in which a join waits."""

    name: str
    """What was changed: ``plain``, ``whois_1 fails``, ``decide: condition_1 true``."""
    situation: Situation
    status: str
    message: str
    """What stopped the run; of one that came to its end, what its children and custom functions raised."""
    new: list[str]
    """The functions, branches and answers that no situation before it reached, in the order of the source."""
    waits: list[str] = field(default_factory=list)
    """Joins that still wait at the end, for what they did not wait in a situation before it."""
    hints: list[Hint] = field(default_factory=list)
    """What the run passed over: see `phantom_lab.views.report.remarks`."""

    @property
    def ended(self) -> bool:
        """Whether its run came to its end."""
        return self.status in ENDED


@dataclass(slots=True)
class Exploration:
    """What exploring a playbook came to."""

    search: Search
    found: list[Explored] = field(default_factory=list)
    runs: int = 0
    held: dict[str, dict[Cause, str]] = field(default_factory=dict)
    """By block, why it did not go on: once for each thing that it waited for, and each exception."""
    not_run: list[str] = field(default_factory=list)
    """Situations that somebody's interrupt left out, by name."""

    @property
    def playbook(self) -> Playbook:
        """What was explored."""
        return self.search.playbook

    @property
    def coverage(self) -> Coverage:
        """What there is, and what was reached."""
        return self.search.coverage

    @property
    def reasons(self) -> list[Reason]:
        """Why a function or branch was never reached, and which answers were never seen."""
        unseen = sorted(map(str, self.search.possible - self.search.answered))
        return [*reasons(read(self.playbook), self.coverage, self.held),
                *(Reason(one, 0, "no situation that was tried came to that", tried=True) for one in unseen)]

    def scenarios(self) -> dict[str, Any]:
        """What a scenario file holds: the plain situation, and every one as a variant of it with how its run ended."""
        every = [one.situation for one in self.found]
        base = _shared(every[0], every[1:]) if every else {}
        return {**self.search.trials.said(), **base, "variants": {
            one.name: {"expect": one.status, **_changed(base, one.situation)} for one in self.found}}

    def take(self, tried: Tried) -> None:
        """Keep what a run did."""
        run, file = tried.run, self.playbook.file
        self.runs += 1
        waiting = [one for one in waits(run, file) if cause_of(one) not in self.held.get(str(one.block), {})]
        for block, cause, why in held_up(run, file):
            self.held.setdefault(block, {}).setdefault(cause, why)
        if tried.new or waiting:
            self.found.append(Explored(
                named(tried.change.name, {one.name for one in self.found}), with_replies(run, tried.change.situation),
                run.status, _raised(run) if run.status in ENDED else run.message, _in_order(tried.new, self.playbook),
                list(map(in_short, waiting)), remarks(run.summary())))


def explore(playbook: Playbook, trials: Trials, *, budget: int = BUDGET) -> Exploration:
    """Run a playbook in a situation made up for it, and again with changes that take the branches it left out."""
    found = Exploration(Search(playbook, trials))
    try:
        for tried in followed(islice(found.search, budget), "situations", budget):
            found.take(tried)
            if found.search.complete:
                break
    except KeyboardInterrupt:
        found.not_run = found.search.waiting
    return found


def furthest(playbook: Playbook, trials: Trials, *, acts: bool, budget: int = 25) -> tuple[Tried, Tried, Search]:
    """The plain run, and the first that comes to its end and fires an action; without one, that which came nearest.

    Args:
        acts: whether the playbook has actions at all.
    """
    best: tuple[tuple[bool, bool, float], Tried] | None = None
    search = Search(playbook, trials, answers=False)
    plain: Tried | None = None
    for tried in followed(islice(search, budget), "situations", budget):
        plain = plain or tried
        rank = *goes(tried.run, acts=acts), _share(tried.run, search.coverage, playbook)
        if best is None or rank > best[0]:
            best = rank, tried
        if all(rank[:2]):
            break
    assert plain is not None
    assert best is not None
    return plain, best[1], search


def goes(run: PlaybookRun, *, acts: bool) -> tuple[bool, bool]:
    """Whether a run comes to its end, and whether it does something where there is something to do."""
    return run.status in ENDED, not acts or fired(run) > 0


def _raised(run: PlaybookRun) -> str:
    return "; ".join(dict.fromkeys(str(one) for _, one in failures(run)))


def _share(run: PlaybookRun, coverage: Coverage, playbook: Playbook) -> float:
    reached = coverage.fresh()
    reached.add([run], playbook.file)
    return reached.share


def _shared(plain: Situation, others: list[Situation]) -> Situation:
    """The plain situation without what another one does not have at all: a variant cannot take anything away."""
    kept = {key: value for key, value in plain.items() if all(key in one for one in others)}
    return {key: _shared(value, [one[key] for one in others if isinstance(one[key], dict)])
            if isinstance(value, dict) else value for key, value in kept.items()}


def _changed(plain: Situation, situation: Situation) -> Situation:
    """What a variant says, which is merged over what is shared: only what differs."""
    return {key: _changed(plain[key], value) if isinstance(plain.get(key), dict) and isinstance(value, dict) else value
            for key, value in situation.items() if key not in plain or plain[key] != value}


def _in_order(reached: set[Reached], playbook: Playbook) -> list[str]:
    lines = read(playbook).functions
    return list(map(str, sorted(reached, key=lambda one: _place(one, lines))))


def _place(one: Reached, lines: Mapping[str, int]) -> tuple[int, int, str]:
    """Functions and branches by line, then answers."""
    if isinstance(one, Answer):
        return 2, 0, str(one)
    return 1, one.line if isinstance(one, Branch) else lines.get(one, 0), str(one)
