"""What a playbook run and its child playbooks share."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import field
from typing import Any

from phantom_lab.engine.ending import Ending
from phantom_lab.engine.gate import FreeGate, Gate
from phantom_lab.engine.outside import Outside
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.record import RunRecord, executing_of, root_of
from phantom_lab.engine.steps import SLEEP, Steps
from phantom_lab.history import Contained, Journal, Refused, Unrecorded
from phantom_lab.isolation.room import Room
from phantom_lab.later import dataclass
from phantom_lab.model import Options
from phantom_lab.progress import following
from phantom_lab.state import Clock, Ids, Platform, RunFinding, Snapshot

DEPTH = 16
"""Child playbooks within each other; a playbook that starts itself would go on for ever."""
RUNS = 500
"""Runs of one tree."""


@dataclass(slots=True, eq=False, kw_only=True)
class Tree:
    """One journal, one clock, one queue, one platform, and the runs that share them."""

    runs: Mapping[int, RunRecord]
    """By id, the root first."""
    journal: Journal
    outside: Outside
    clock: Clock
    queue: RunQueue
    platform: Platform
    ids: Ids
    seed: int
    options: Options
    finding: RunFinding
    """What the runs are about."""
    snapshot: Snapshot
    """The lab as they start."""
    steps: Steps
    """The work of the runs so far."""
    ending: Ending
    watched: bool = False
    """Whether the root's playbook tells which way its code goes."""
    gate: Gate = field(default_factory=FreeGate)
    remarks: tuple[str, ...] = ()
    """Remarks of the lab on what it was given; the root notes them."""
    forked_from: list[Any] | None = None
    """Uid and position of where the root branched off another run."""
    foreseen: int | None = None
    """How many invocations there are likely to be; None: nobody knows."""
    made_by: object = None
    """What made it, for whoever makes it again."""
    room: Room = field(init=False)
    """What they have of the machine."""
    _read: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.room = Room(self, self.ending.files, redirect=self.options.outside_writes == "redirect", seed=self.seed)

    @property
    def root(self) -> RunRecord:
        """The run that nobody started but the user."""
        return root_of(self.runs)

    @property
    def executing(self) -> RunRecord:
        """The run whose block executes here; between blocks the root."""
        return executing_of(self.runs)

    def followed(self) -> AbstractContextManager[None]:
        """Whoever listens is shown meanwhile how far the runs have come."""
        return following(lambda: self.ids.latest("invocation"), "invocations", self.foreseen)

    def place(self) -> tuple[int, int]:
        """The run that executes, and its invocation."""
        run = self.executing
        return run.id, run.invocation

    def wait(self, seconds: float) -> None:
        """Let time pass at once: no waiting in a loop goes on and on once the runs are to end."""
        self.steps.counted += SLEEP
        self.ending.check()
        self.clock.advance(seconds)

    def refused(self, what: str, on: str, line: int, message: str, *, importing: bool = False) -> None:
        """Journal and note what playbook code was refused, as it may swallow the error; arguments as of `Refused`."""
        run = self.executing
        self.journal.append(Refused(run.id, run.invocation, what, on, line, importing))
        if not importing:
            run.note(message)

    def contained(self, place: tuple[int, int], what: str, on: str, size: int | None, line: int, *,
                  importing: bool) -> None:
        """Journal what playbook code changed of its own; arguments as of `Contained`."""
        run, invocation = place
        self.journal.append(Contained(run, invocation, what, on, size, line, importing))

    def read(self, what: str, name: str, line: int) -> None:
        """Journal, once, that playbook code reads a file or folder of the machine."""
        run = self.executing
        if (what, name) not in self._read:
            self._read.add((what, name))
            self.journal.append(Unrecorded(run.id, run.invocation, what, name, line))
