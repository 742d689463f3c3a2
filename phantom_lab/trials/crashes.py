"""Runs of one playbook in many situations, and the crashes that they end in."""

from __future__ import annotations

import json
from dataclasses import field
from hashlib import sha256
from typing import NamedTuple

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookLoadError, RunUnwound
from phantom_lab.history import Failure
from phantom_lab.later import dataclass
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.trial import ENDED, Trials
from phantom_lab.trials.uncaught import failures

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
    """

    playbook: Playbook
    trials: Trials
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

    def run(self, situation: Situation) -> tuple[PlaybookRun | None, dict[Mark, Failure]]:
        """Run in a situation, known or not.

        Returns:
            The run, None where the lab itself failed; its crashes, one of which may be that it is endless.

        Raises:
            PlaybookLoadError: the playbook cannot be imported, whatever the situation.
        """
        self.count, self.spent = self.count + 1, self.spent + 1
        try:
            run = self.trials.run(self.playbook, situation)
        except PlaybookLoadError:
            raise
        except (Exception, RunUnwound) as exc:  # a fault of our own, or a situation that we should not have made
            self.faults.setdefault(f"{type(exc).__name__}: {exc}", situation)
            return None, {}
        found = {Mark(one.type, one.file, one.block, one.line): one for _, one in failures(run)}
        if run.status == "endless":
            self.spent += _SLOW
        elif run.status not in (*ENDED, "error"):
            self.faults.setdefault(run.message or run.status, situation)
        return run, found


def _key(situation: Situation) -> str:
    return sha256(json.dumps(situation).encode()).hexdigest()
