"""What exploring a playbook came to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.later import dataclass
from phantom_lab.reading.read import read
from phantom_lab.source.forks import Uncounted
from phantom_lab.source.playbook import Playbook
from phantom_lab.terminal import brief
from phantom_lab.trials.answers import Answer
from phantom_lab.trials.coverage import Branch, Coverage
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.naming import named
from phantom_lab.trials.reasons import Cause, Reason, cause_of, held_up, in_short, reasons, waits
from phantom_lab.trials.replies import with_replies
from phantom_lab.trials.search import Reached, Search, Tried
from phantom_lab.trials.trial import ENDED
from phantom_lab.trials.uncaught import failures
from phantom_lab.views.report import by_scenario, remarks
from phantom_lab.views.rows import Hint

_LINES = 6
"""Lines of a kind that are told; ``to_json`` has them all."""


@dataclass(frozen=True, slots=True)
class Explored:
    """A situation that reached something new, or in which a join waits."""

    name: str
    """What was changed, or is new: ``plain``, ``whois_1 fails``, ``decide: condition_1 true``."""
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
    budget: int
    """Runs that it may have taken."""
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

    def to_json(self) -> dict[str, Any]:
        """All of it but the situations."""
        coverage, search = self.coverage, self.search
        cut = self.runs >= self.budget
        return {"playbook": self.playbook.file, "runs": self.runs,
                "functions": _counted(coverage.seen, coverage.functions),
                "branches": _counted(coverage.taken, coverage.branches),
                "answers": _counted(search.answered, search.possible),
                "scenarios": [{"name": one.name, "status": one.status, "message": one.message, "new": one.new,
                               "waits": one.waits, "hints": one.hints} for one in self.found],
                "never": [{"what": one.what, "line": one.line, "why": _why(one, self.runs) if cut else one.why}
                          for one in self.reasons],
                "not_counted": list(_not_counted(coverage.uncounted)),
                "faults": [{"scenario": name, "error": error} for name, error in search.faults.items()],
                "not_run": self.not_run}

    def lines(self) -> Iterator[str]:
        """In words."""
        told = self.to_json()
        width = max([8, *(len(one.name) for one in self.found)])
        ends = max([6, *(len(one.status) for one in self.found)])
        yield f"{'scenario':<{width}}  {'status':<{ends}}  reaches for the first time"
        for one in self.found:
            more = f", … ({len(one.new) - 4} more)" if len(one.new) > 4 else ""
            yield f"{one.name:<{width}}  {one.status:<{ends}}  {', '.join(one.new[:4])}{more}".rstrip()
        yield from (f"{'raised' if one.ended else 'stopped'}: {one.name}: {one.message}"
                    for one in self.found if one.message)
        yield from (f"waits: {one.name}: {wait}" for one in self.found for wait in one.waits)
        yield ""
        for what in ("functions", "branches", "answers"):
            yield f"{what:<10} {told[what]['reached']} of {told[what]['all']} reached"
        for one_ in told["never"]:
            where = f" (line {one_['line']})" if one_["line"] else ""
            yield f"never: {one_['what']}{where}: {one_['why']}"
        for one_ in told["not_counted"]:
            yield f"not counted: {one_['what']} (line{_some(one_['lines'])})"
        yield from (f"fault of the lab: {one_['scenario']}: {one_['error']}" for one_ in told["faults"])
        yield from by_scenario([(one.name, one.hints) for one in self.found])
        yield f"{self.runs} runs, {len(self.found)} of them reached something new"

    def __repr__(self) -> str:
        return brief(self.lines())

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
            new = _in_order(tried.new, self.playbook)
            self.found.append(Explored(
                named(self._about(tried, new), {one.name for one in self.found}),
                with_replies(run, tried.change.situation), run.status,
                _raised(run) if run.status in ENDED else run.message, new, list(map(in_short, waiting)),
                remarks(run.summary())))

    def _about(self, tried: Tried, new: list[str]) -> str:
        """What a situation is called: after the branch that it was to take, or another one that it took instead."""
        aimed, branches = tried.change.name, {str(one) for one in self.coverage.branches}
        if aimed not in branches or aimed in new:
            return aimed
        return next((one for one in new if one in branches), aimed)


def _raised(run: PlaybookRun) -> str:
    return "; ".join(dict.fromkeys(str(one) for _, one in failures(run)))


def _counted(reached: Collection[Any], there: Collection[Any]) -> dict[str, int]:
    return {"reached": len({*reached} & {*there}), "all": len(there)}


def _why(reason: Reason, runs: int) -> str:
    """What more runs might do is no reason."""
    told = f"not reached in {runs} run{'' if runs == 1 else 's'} (--runs N allows more)"
    return told if reason.tried else f"{told}; {reason.why}"


def _not_counted(found: Collection[Uncounted]) -> Iterator[dict[str, Any]]:
    """Kinds of places that may go several ways as well, with their lines."""
    for what in dict.fromkeys(one.what for one in found):
        yield {"what": what, "lines": sorted({one.line for one in found if one.what == what})}


def _some(lines: list[int]) -> str:
    more = f", … {len(lines) - _LINES} more" if len(lines) > _LINES else ""
    return f"{'' if len(lines) == 1 else 's'} {', '.join(map(str, lines[:_LINES]))}{more}"


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
