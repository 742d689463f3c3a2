"""Runs of one playbook in many situations, and the crashes that they end in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from phantom_lab.analysis.deadline import deadline
from phantom_lab.analysis.edits import Situation
from phantom_lab.analysis.running import failures
from phantom_lab.analysis.trial import ENDED, Trials
from phantom_lab.engine import Playbook, PlaybookRun
from phantom_lab.errors import PlaybookLoadError, RunStopped
from phantom_lab.journal import Failure, InvocationStarted, RunStarted

ENDLESS = "Endless"
"""The type of a crash that is none: the run goes on and on."""
_SLOW = 20
"""As many runs an endless one counts."""


class Mark(NamedTuple):
    """What makes two crashes the same."""

    type: str
    file: str
    block: str
    line: int


@dataclass(slots=True)
class Runs:
    """Runs a playbook, in each situation once.

    Args:
        playbook: what to run.
        trials: how.
        seconds: after which a run is taken for endless.
    """

    playbook: Playbook
    trials: Trials
    seconds: float
    count: int = 0
    spent: int = 0
    """The same, with endless runs counted as the many that could have been run meanwhile."""
    faults: dict[str, Situation] = field(default_factory=dict)
    """Faults of the lab itself: a message, and the first situation that shows it."""
    _known: dict[str, frozenset[Mark]] = field(default_factory=dict)

    def knows(self, situation: Situation) -> bool:
        """Whether a situation has been run."""
        return _key(situation) in self._known

    def marks(self, situation: Situation) -> frozenset[Mark]:
        """The crashes in a situation."""
        key = _key(situation)
        if key not in self._known:
            self._known[key] = frozenset(self.run(situation)[1])
        return self._known[key]

    def run(self, situation: Situation) -> tuple[PlaybookRun | None, dict[Mark, Failure | None]]:
        """Run in a situation, known or not.

        Returns:
            The run, None where the lab itself failed; its crashes, those without a failure are endless.

        Raises:
            PlaybookLoadError: the playbook cannot be imported, whatever the situation.
        """
        self.count, self.spent = self.count + 1, self.spent + 1
        try:
            with deadline(self.seconds):
                run = self.trials.run(self.playbook, situation)
        except PlaybookLoadError:
            raise
        except (Exception, RunStopped) as exc:  # a fault of our own, or a situation that we should not have made
            self.faults.setdefault(f"{type(exc).__name__}: {exc}", situation)
            return None, {}
        found: dict[Mark, Failure | None] = {
            Mark(one.type, one.file, one.block, one.line): one for _, one in failures(run)}
        if run.status == "stopped":
            self.spent += _SLOW
            found[_where(run)] = None
        elif run.status not in (*ENDED, "error"):
            self.faults.setdefault(run.message or run.status, situation)
        return run, found


def _key(situation: Situation) -> str:
    return sha256(json.dumps(situation).encode()).hexdigest()


def _where(run: PlaybookRun) -> Mark:
    """The block that was begun last."""
    files = {event.run: event.file for event in run.journal.events if isinstance(event, RunStarted)}
    last: Any = next(event for event in reversed(run.journal.events) if isinstance(event, InvocationStarted))
    return Mark(ENDLESS, Path(files[last.run]).name, last.block, last.line)
