"""Situations that drive a playbook through every branch it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from phantom_lab.analysis.coverage import Branch, Coverage
from phantom_lab.analysis.edits import Situation
from phantom_lab.analysis.reasons import held_up, reasons
from phantom_lab.analysis.replies import with_replies
from phantom_lab.analysis.search import Search, Tried
from phantom_lab.analysis.trial import ENDED, Trials, fired
from phantom_lab.engine import Playbook
from phantom_lab.reading.read import read

BUDGET = 100
"""Runs of one playbook."""


@dataclass(frozen=True, slots=True)
class Explored:
    """A situation that reached something new."""

    name: str
    """What was changed: ``plain``, ``whois_1 fails``, ``line 40 held``."""
    situation: Situation
    status: str
    message: str
    """What stopped the run; empty where it came to its end."""
    new: list[str]
    """The functions and branches that no situation before it reached, in the order of the source."""


@dataclass(slots=True)
class Exploration:
    """What exploring a playbook came to."""

    playbook: Playbook
    coverage: Coverage
    said: dict[str, Any] = field(default_factory=dict)
    """What a scenario file says besides the situations."""
    found: list[Explored] = field(default_factory=list)
    runs: int = 0
    held: dict[str, list[str]] = field(default_factory=dict)
    """By block, why it did not go on: once for each thing that it waited for."""
    not_run: list[str] = field(default_factory=list)
    """Situations that somebody's interrupt left out, by name."""

    @property
    def reasons(self) -> dict[str, str]:
        """Why a function or branch was never reached."""
        return dict(reasons(read(self.playbook), self.coverage, self.held))

    def scenarios(self) -> dict[str, Any]:
        """What a scenario file holds: the plain situation, and every other one as a variant of it."""
        plain = self.found[0].situation if self.found else {}
        variants = {one.name: _changed(plain, one.situation) for one in self.found}
        return {**self.said, **plain, "variants": variants}


def explore(playbook: Playbook, trials: Trials, *, budget: int = BUDGET) -> Exploration:
    """Run a playbook in a situation made up for it, and again with changes that take the branches it left out."""
    search = Search(playbook, trials)
    found = Exploration(playbook, search.coverage, trials.said())
    try:
        for tried in islice(search, budget):
            _add(tried, found)
            if not search.coverage.missed and search.coverage.branches <= search.coverage.taken:
                break
    except KeyboardInterrupt:
        found.not_run = search.waiting
    return found


def _add(tried: Tried, found: Exploration) -> None:
    found.runs += 1
    for block, why in held_up(tried.run, found.playbook.file).items():
        known = found.held.setdefault(block, [])
        if why.partition(", which")[0] not in [one.partition(", which")[0] for one in known]:
            known.append(why)
    if tried.new:
        found.found.append(_explored(tried, found))


def furthest(playbook: Playbook, trials: Trials, *, acts: bool, budget: int = 25) -> Tried:
    """The first run that comes to its end and fires an action; without one, that which came nearest.

    Args:
        acts: whether the playbook has actions at all.
    """
    best: tuple[tuple[bool, bool, float], Tried] | None = None
    search = Search(playbook, trials)
    for tried in islice(search, budget):
        reached = Coverage(search.coverage.functions, search.coverage.branches)
        reached.add([tried.run], playbook.file)
        rank = (tried.run.status in ENDED, not acts or fired(tried.run) > 0, reached.share)
        if best is None or rank > best[0]:
            best = rank, tried
        if all(rank[:2]):
            break
    assert best is not None
    return best[1]


def _explored(tried: Tried, found: Exploration) -> Explored:
    run, change = tried.run, tried.change
    return Explored(_unique(change.name, found), with_replies(run, change.situation), run.status,
                    "" if run.status in ENDED else run.message, _in_order(tried.new, found.playbook))


def _unique(name: str, found: Exploration) -> str:
    taken = {one.name for one in found.found}
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _changed(plain: Situation, situation: Situation) -> Situation:
    """What a variant says, which is merged over the plain situation: only what differs."""
    return {key: _changed(plain[key], value) if isinstance(plain.get(key), dict) and isinstance(value, dict) else value
            for key, value in situation.items() if key not in plain or plain[key] != value}


def _in_order(reached: set[str | Branch], playbook: Playbook) -> list[str]:
    lines = read(playbook).functions
    return list(map(_shown, sorted(reached, key=lambda one: (
        (lines.get(one, 0), False) if isinstance(one, str) else one))))


def _shown(one: str | Branch) -> str:
    return one if isinstance(one, str) else f"line {one[0]} {'holds' if one[1] else 'does not hold'}"
