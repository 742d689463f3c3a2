"""What the panel looks at: the run where it is, or an earlier invocation of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from phantom_lab.control import Stepper
from phantom_lab.control.stepped import Position
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ActionStarted, Invocation, Journal, OutcomeMissing


class Look:
    """Asked by all parts of the panel, so that one publication shows one moment; `refresh` takes a new look.

    Args:
        stepper: the run under control.
    """

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        """That of the branch that is shown."""
        self.branches = [stepper]
        """What was branched off in the panel, and what it was branched off from, the oldest first."""
        self.opened: int | None = None
        """The run whose graph somebody opened; None: that of what is looked at."""
        self.problem = ""
        """What went wrong at the last command, one line."""
        self.notice = ""
        """What the last command has done that is seen nowhere else, one line."""
        self.working = ""
        """How far that is which the panel was asked for; empty: it is at nothing."""
        self.running: float | None = None
        """When (by `time.monotonic`) the run was first seen to go on since it rested; None: it does not go on."""
        self.tell: Callable[[str], None] = lambda name: None
        """Called by a part that has something new by itself, from any thread, with its name: the panel publishes it."""
        self.refresh()

    def follow(self, stepper: Stepper) -> None:
        """Look at another branch from now on, which may be a new one."""
        if stepper not in self.branches:
            self.branches.append(stepper)
        self.stepper = stepper

    def refresh(self) -> None:
        """Take a new look."""
        self.position: Position = self.stepper.position
        """Where the run is."""
        self.running = None if self.position.state != "running" else self.running or time.monotonic()
        index = self.journal.index
        number = self.stepper.looking
        resting, asking = self.position.state == "resting", self.asking
        at = number if number is not None else (
            self.position.invocation.n if resting and self.position.invocation else asking.invocation if asking else 0)
        self.current: Invocation | None = index.invocation(at) or index.latest
        """The invocation looked at: the one picked, or the one the run rests at, or that asked for what the run waits
        for, or the latest."""

    @property
    def asking(self) -> ActionStarted | None:
        """What the run waits for an outcome of; None: for nothing."""
        index = self.journal.index
        missing = index.last(OutcomeMissing) if self.position.state == "needs_outcome" else None
        if not isinstance(missing, OutcomeMissing):
            return None
        return next((one for one in reversed(index.of_kind(ActionStarted))
                     if (one.run, one.action_run_id) == (missing.run, missing.action_run_id)), None)

    @property
    def journal(self) -> Journal:
        """Of the run."""
        return self.stepper.journal

    @property
    def past(self) -> bool:
        """Whether an earlier invocation is looked at."""
        return self.stepper.looking is not None

    @property
    def n(self) -> int:
        """Number of the invocation looked at; 0: none has started."""
        return self.current.started.n if self.current else 0

    @property
    def run(self) -> PlaybookRun:
        """The run that the invocation is part of: the one that was started, or a child playbook."""
        root = self.stepper.run
        return root.tree.runs.get(self.current.started.run, root) if self.current else root

    @property
    def playbook(self) -> str:
        """The playbook; of a child's invocation the child besides, by its run."""
        root, run = self.stepper.run, self.run
        return root.playbook.name if run is root else f"{root.playbook.name} › {run.playbook.name} (run {run.id})"
