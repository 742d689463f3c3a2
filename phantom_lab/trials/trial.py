"""Running a playbook in a situation made up for it, to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import Any

from phantom_lab.apps.apps import Apps
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError
from phantom_lab.history import ActionStarted
from phantom_lab.isolation.deadline import deadline
from phantom_lab.lab import Lab
from phantom_lab.later import dataclass
from phantom_lab.model import PEOPLE
from phantom_lab.outcomes import Recording
from phantom_lab.outcomes.declared import Demand
from phantom_lab.reading import texts
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.read import read
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.replies import Replies
from phantom_lab.trials.situation import situation_of

START = "2026-01-05T09:00:00Z"
"""When the clock of every trial starts, so that two of them give the same journal."""


ENDED = frozenset({"success", "failed"})
"""How a run ends that came to its end."""

MAX_STEPS = 2_000_000
"""What a run may take here: situations that are made up are small, and there are many of them."""
SECONDS = 10.0
"""Of computing, after which a run is ended that takes no steps; in the main thread only."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What trials have in common.

    Args:
        apps: whose declarations results are generated from, or the path of their manifests; None: from what playbooks
            read alone.
        paths: folders with child playbooks and custom functions.
        seed: of ids, random numbers and generated values.
        options: of `Options`, by name, as a scenario has them.
        seconds: of computing, after which a run is ended that takes no steps; in the main thread only.
        demand: as of `Lab`.
    """

    apps: Apps | None = None
    paths: Sequence[str | Path] = ()
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = SECONDS
    demand: Callable[[Playbook], Demand] = demand_of

    def __post_init__(self) -> None:
        if isinstance(self.apps, str | Path):
            object.__setattr__(self, "apps", Apps.load(self.apps))

    def playbook(self, given: Playbook | str | Path) -> Playbook:
        """A playbook, its file or archive, or its name in `paths`.

        Raises:
            PlaybookLoadError: as of `Playbook.load`.
        """
        return given if isinstance(given, Playbook) else Playbook.load(given, paths=self.paths)

    def run(self, playbook: Playbook, situation: dict[str, Any] | None = None, *, journal: Path | None = None,
            watched: bool = True, recording: Recording | None = None) -> PlaybookRun:
        """Run a playbook to its end.

        Args:
            situation: what a scenario file holds; None: made up from the playbook's own text.
            watched: whether the journal tells the branches that code takes.
            recording: outcomes that are given where the situation says nothing of them.
        """
        with deadline(self.seconds):
            return self.lab(playbook, situation, recording).run(playbook, journal=journal, watched=watched)

    def lab(self, playbook: Playbook, situation: dict[str, Any] | None = None,
            recording: Recording | None = None) -> Lab:
        """What `run` runs a playbook in."""
        given = self.situation(playbook) if situation is None else situation
        options = {"max_steps": MAX_STEPS, **self.options}
        return Lab(scenario={**self.said(), "options": options, **given}, paths=self.paths, apps=self.apps,
                   contract="off", providers=[Replies(lambda file: self.demand(_loaded(file)))], recording=recording,
                   demand=self.demand)

    def said(self) -> dict[str, Any]:
        """What a scenario file says besides a situation, so that a run in it goes as here."""
        return {"generate": True, "seed": self.seed, "start": START,
                **({"options": dict(self.options)} if self.options else {})}

    def situation(self, playbook: Playbook) -> dict[str, Any]:
        """The situation made up for a playbook and its child playbooks."""
        return situation_of(playbook, self.children(playbook), self.apps)

    def children(self, playbook: Playbook) -> list[Playbook]:
        """The playbooks that one starts, and those that they start, as far as its text names them."""
        library = Library(self.paths)
        found: dict[str, Playbook] = {playbook.file: playbook}
        waiting = [playbook]
        while waiting:
            for one in _children(waiting.pop(), library):
                if one.file not in found:
                    found[one.file] = one
                    waiting.append(one)
        return list(found.values())[1:]


@lru_cache(maxsize=1024)
def _loaded(file: str) -> Playbook:
    return Playbook.load(file)


def _children(playbook: Playbook, library: Library) -> Iterator[Playbook]:
    for one in texts.references(read(playbook)):
        if one.kind == "playbook" and one.name:
            try:
                yield library.playbook(one.name, playbook.path)
            except LabError:  # the run says so when it gets there
                continue


def fired(run: PlaybookRun) -> int:
    """Action runs that a run and its child playbooks started; one whose parameters are an empty list runs nothing."""
    started = (event for event in run.journal.events if isinstance(event, ActionStarted))
    return sum(one.action not in PEOPLE and run.journal.get(one.parameters) != [] for one in started)
