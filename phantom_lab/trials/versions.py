"""Two versions of a playbook, in the situations that either of them is driven through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError
from phantom_lab.later import dataclass
from phantom_lab.outcomes import Recording
from phantom_lab.outcomes.recorded import recorded
from phantom_lab.progress import followed
from phantom_lab.source.inputs import takes
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.explore import explore
from phantom_lab.trials.naming import named
from phantom_lab.trials.running import MISSING
from phantom_lab.trials.same_results import Together
from phantom_lab.trials.trial import ENDED, Trials
from phantom_lab.trials.uncaught import failures
from phantom_lab.views.differences import Differences, diff

OLD, NEW = "old", "new"
_LIMITS = frozenset({"not_emulated", "needs_outcome", "stopped"})
"""How runs end that tell nothing of a playbook."""


@dataclass(frozen=True, slots=True)
class Situated:
    """How two versions went in one situation."""

    name: str
    """What was changed: ``plain``, ``whois_1 fails``."""
    of: str
    """The version that it was made up for: ``old`` or ``new``."""
    differences: Differences | None = None
    """None: a fault of the lab's own, or one of its limits, kept it from being judged."""
    why: str = ""
    """Why it says nothing, or not all: both raised, or what kept it from being judged."""

    @property
    def differs(self) -> bool:
        """Whether the versions went otherwise."""
        return self.differences is not None and not self.differences.same

    @property
    def judged(self) -> bool:
        """Whether it says anything: what both broke off alike says nothing of what was to follow."""
        return self.differs or not self.why


@dataclass(slots=True)
class Versions:
    """Two playbooks, each with what its children and custom functions are found by.

    Args:
        old, new: the playbooks.
        trials: of the old one and of the new one.
        budget: runs that each is explored with.
        effects: as of `phantom_lab.diff`.
    """

    old: Playbook
    new: Playbook
    trials: tuple[Trials, Trials]
    budget: int
    effects: bool = True
    not_run: list[str] = field(default_factory=list)
    """Situations that an interrupt left out."""
    left_out: dict[str, set[str]] = field(default_factory=lambda: {OLD: set(), NEW: set()})
    """By version, inputs of the other one that it does not take, and was run without."""

    def __iter__(self) -> Iterator[Situated]:
        """Every situation that reached something new in either of them; both get the same results in it.

        Raises:
            LabError: one of them cannot be run at all.
        """
        sides = dict(zip((OLD, NEW), zip((self.old, self.new), self.trials, strict=True), strict=True))
        together = Together(each for one, trials in sides.values() for each in (one, *trials.children(one)))
        shared = {side: (playbook, replace(trials, demand=together)) for side, (playbook, trials) in sides.items()}
        seen: set[str] = set()
        names: set[str] = set()
        for side, (playbook, trials) in shared.items():
            found = explore(playbook, trials, budget=self.budget)
            self.not_run += found.not_run
            for one in followed(found.found, "situations", len(found.found)):
                if (key := repr(_bare(one.situation))) not in seen:
                    seen.add(key)
                    names.add(name := named(one.name, names))
                    yield self._situated(name, side, one.situation, shared)
            if found.not_run:
                return

    def _situated(self, name: str, of: str, situation: dict[str, Any],
                  sides: dict[str, tuple[Playbook, Trials]]) -> Situated:
        runs: dict[str, PlaybookRun] = {}
        recording = None
        for side in (of, NEW if of == OLD else OLD):  # what it was made up for goes first, and answers for both
            playbook, trials = sides[side]
            try:
                runs[side] = trials.run(playbook, self._taken(side, playbook, situation), recording=recording)
            except LabError as exc:
                return Situated(name, of, why=f"the {side} version: {exc}")
            if recording is None:  # outcomes are told by block, which may be called otherwise in the other one
                recording = Recording(recorded(runs[side].journal), name=f"of the {side} version")
                situation = {key: one for key, one in situation.items() if key != "outcomes"}
        found = diff(runs[OLD], runs[NEW], effects=self.effects)
        limits = [f"the {side} version: {why}" for side, run in runs.items() if (why := _limit(run))]
        if limits:
            return Situated(name, of, why=limits[0])
        raised = list(filter(None, (_raised(runs[side]) for side in (OLD, NEW))))
        told = raised[0] if len({*raised}) == 1 else "; and ".join(raised)
        return Situated(name, of, found, f"both raise: {told}" if len(raised) == len(runs) else "")

    def _taken(self, side: str, playbook: Playbook, situation: dict[str, Any]) -> dict[str, Any]:
        """A situation without inputs that one of the versions does not take."""
        given = situation.get("inputs") or {}
        lacks = {name for name in given if not takes(playbook, name)}
        self.left_out[side] |= lacks
        return {**situation, "inputs": {name: one for name, one in given.items() if name not in lacks}} if lacks else (
            situation)


def _raised(run: PlaybookRun) -> str:
    """The first exception that no code of a run, its children or its custom functions caught, or what else ended it."""
    uncaught = run.summary().failures
    return str(uncaught[0]["message"]) if uncaught else "" if run.status in ENDED else run.message


def _limit(run: PlaybookRun) -> str:
    """Why a run tells nothing of its playbook: something that it uses is not at hand, or the lab has its limits."""
    lacks = (one.message for _, one in failures(run) if one.type in MISSING)
    return next(lacks, run.message if run.status in _LIMITS else "")


def _bare(situation: dict[str, Any]) -> dict[str, Any]:
    """A situation without the name of the playbook that it was made up for."""
    container = situation.get("container")
    return {**situation, "container": {**container, "name": ""}} if isinstance(container, dict) else situation
