"""Running a playbook in a situation made up for it, to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from phantom_lab.analysis.replies import Replies
from phantom_lab.analysis.situation import situation_of
from phantom_lab.engine import Library, Playbook, PlaybookRun
from phantom_lab.errors import LabError
from phantom_lab.journal import ActionStarted
from phantom_lab.lab import Lab
from phantom_lab.model import PEOPLE
from phantom_lab.outcomes.apps import Apps
from phantom_lab.outcomes.declared import Demand
from phantom_lab.reading import texts
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.read import read

START = "2026-01-05T09:00:00Z"
"""When the clock of every trial starts, so that two of them give the same journal."""


ENDED = frozenset({"success", "failed"})
"""How a run ends that came to its end."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What trials have in common.

    Args:
        apps: whose declarations results are generated from; None: from what playbooks read alone.
        paths: folders with child playbooks and custom functions.
        seed: of ids, random numbers and generated values.
    """

    apps: Apps | None = None
    paths: Sequence[str | Path] = ()
    seed: int = 0

    def run(self, playbook: Playbook, situation: dict[str, Any] | None = None, *,
            journal: Path | None = None) -> PlaybookRun:
        """Run a playbook to its end.

        Args:
            situation: what a scenario file holds; None: made up from the playbook's own text.
        """
        given = self.situation(playbook) if situation is None else situation
        lab = Lab(scenario={"generate": True, "seed": self.seed, "start": START, **given}, paths=self.paths,
                  apps=self.apps, contract="off", providers=[Replies(_demand)])
        return lab.run(playbook, journal=journal, watched=True)

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
def _demand(file: str) -> Demand:
    return demand_of(Playbook.load(file))


def _children(playbook: Playbook, library: Library) -> Iterator[Playbook]:
    for one in texts.references(read(playbook)):
        if one.kind == "playbook" and one.name:
            try:
                yield library.playbook(one.name, playbook.path)
            except LabError:  # the run says so when it gets there
                continue


def fired(run: PlaybookRun) -> int:
    """Action runs that a run and its child playbooks started."""
    return sum(isinstance(event, ActionStarted) and event.action not in PEOPLE for event in run.journal.events)
