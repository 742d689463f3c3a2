"""Situations that drive a playbook through every branch it has."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from phantom_lab.engine import PlaybookRun
from phantom_lab.progress import followed
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.coverage import Coverage
from phantom_lab.trials.found_branches import Exploration
from phantom_lab.trials.search import Search, Tried
from phantom_lab.trials.trial import ENDED, Trials, fired

BUDGET = 200
"""Runs of one playbook."""


def explore(playbook: Playbook | str | Path, trials: Trials | None = None, *, budget: int = BUDGET) -> Exploration:
    """Run a playbook in a situation made up for it, and again with changes that take the branches it left out.

    `frames.explored` and `frames.never` show what it came to.

    Args:
        playbook: or its file, archive or name.
        trials: what all runs have in common.
        budget: runs, at most.

    Raises:
        LabError: the playbook cannot be loaded.
    """
    trials = trials or Trials()
    found = Exploration(Search(trials.playbook(playbook), trials), budget)
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


def _share(run: PlaybookRun, coverage: Coverage, playbook: Playbook) -> float:
    reached = coverage.fresh()
    reached.add([run], playbook.file)
    return reached.share
