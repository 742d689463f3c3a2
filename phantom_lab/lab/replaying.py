"""Executing a recorded run again, from its journal alone."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import fields
from typing import Any

from phantom_lab.control.redo import RecordedGate
from phantom_lab.history import Journal, ValueCut
from phantom_lab.history.cursor import Cursor, Over
from phantom_lab.history.divergence import Divergence
from phantom_lab.history.reading import held_by
from phantom_lab.history.start import spec_of
from phantom_lab.lab.again import in_time, made_again
from phantom_lab.later import dataclass
from phantom_lab.source.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Replay:
    """How a recorded run went when it was executed again."""

    playbook: str
    """Its name."""
    journal: Journal
    """What happened this time."""
    divergence: Divergence | None
    """The first event that is another one than recorded; None: all of them agree."""
    agreed: int
    """How many events did."""
    recorded: int
    """How many there are."""
    complete: bool
    """Whether the recorded run came to an end; else it is as recorded up to where it was cut off."""
    hash_seed: str
    """``PYTHONHASHSEED`` that it was recorded under; ``random`` for none."""
    ambient_hash_seed: str
    """The one of this process."""
    cut: int = 0
    """How many values, and texts of events, are longer than the journal keeps: texts are not compared, values are
    compared by their digests."""
    lacks: bool = False
    """Whether one of these is what the run goes on with: it ends there."""

    @property
    def identical(self) -> bool:
        """Whether everything was as recorded."""
        return self.divergence is None

    def to_json(self) -> dict[str, Any]:
        """All of it but the journal."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("playbook", "journal")}
        return {"identical": self.identical, **told, "divergence": self.divergence and self.divergence.to_json()}


def replay(journal: Journal, *, playbook: Playbook | None = None, where: str = "") -> Replay:
    """Execute a recorded run again: recorded answers are handed back, and every event is compared.

    Args:
        journal: of the run, whole or cut off.
        playbook: code to execute instead of the recorded one.
        where: the journal's name, for messages.

    Raises:
        InputError: the journal does not hold what its run starts from.
    """
    spec, cursor = spec_of(journal, where), Cursor(journal, same_code=playbook is None)
    with held_by(where), in_time(journal, cursor), suppress(Over):
        run = made_again(journal, cursor, playbook=playbook)
        run.tree.gate = RecordedGate(cursor, run.tree)
        if (steps := cursor.stopped_after) is not None:
            run.tree.steps.at_most(steps)
        with suppress(Over):
            run.execute()
        if run.tree.ending.interrupted:  # which no recording foresees: it is no divergence
            raise KeyboardInterrupt
    name = journal.get(spec.playbook)["name"]
    return Replay(name, cursor, cursor.divergence, cursor.agreed, journal.length, cursor.complete, spec.hash_seed,
                  os.environ.get("PYTHONHASHSEED", "random"), sum(isinstance(one, ValueCut) for one in journal.events),
                  bool(cursor.lacks))
