"""How the runs of a tree end before their playbooks do: stopped, interrupted, out of steps or out of time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from phantom_lab.engine.endless import Endless
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.record import RunRecord, root_of
from phantom_lab.engine.steps import Steps
from phantom_lab.errors import RunEndless, RunUnwound
from phantom_lab.history import Stopped
from phantom_lab.isolation.interrupt import CustomFunctionTimedOut, Interrupt, Limit
from phantom_lab.model import Options


class Ending:
    """What unwinds the runs, or a custom function, and the limits that do so.

    Args:
        runs: those of the tree, by id.
        queue, steps, options: those of the tree.
    """

    def __init__(self, runs: Mapping[int, RunRecord], queue: RunQueue, steps: Steps, options: Options) -> None:
        self._runs = runs
        self._steps = steps
        self._options = options
        self._endless = Endless(runs, queue, steps)
        self.unwinding: RunUnwound | None = None
        """Set once the runs leave their playbooks' frames for good; every later API call raises it again."""
        self.interrupt: Interrupt | None = None
        """Set by whoever stops the runs while a playbook executes."""
        self.files: set[str] = set()
        """Files of the playbooks and custom functions that execute."""
        self._journaled = False
        self._function: Limit | None = None
        self._function_ended: CustomFunctionTimedOut | None = None
        self._all: Limit | None = None

    def check(self) -> None:
        """Raise what unwinds the runs, once something does, or what ends the custom function that executes."""
        if self.unwinding is not None:
            raise self.unwinding
        if self._function is not None and self._function.exceeded:
            raise CustomFunctionTimedOut
        if self._all is not None and self._all.exceeded:
            raise self.by(RunEndless())
        if self._steps.over:
            if not self._steps.all_taken:
                self._function_ended = self._function_ended or CustomFunctionTimedOut(self._endless.function_told())
                raise self._function_ended
            raise self.by(RunEndless(f"A run takes at most {self._steps.most:,} steps (option max_steps)"))

    def swallowed(self) -> None:
        """Raise what playbook code has caught, or may have, and is for nobody but the lab and its user."""
        self.check()
        caught = sys.exc_info()[1]
        if isinstance(caught, RunUnwound | KeyboardInterrupt):
            raise caught

    def by(self, raised: RunUnwound) -> RunUnwound:
        """What unwinds the runs from now on, where this was raised: the first that was."""
        if self.unwinding is None and isinstance(raised, RunEndless):
            if not str(raised):
                self.stopped("out of time")
            limit = f"A run takes at most {self._options.max_seconds:g} seconds of real time (option max_seconds)"
            self.unwinding = self._endless.run_told(str(raised) or limit, raised)
        return self.unwinding or raised

    def stopped(self, why: str) -> None:
        """Journal, once, that the runs end here because of something that no execution meets again."""
        if not self._journaled:
            self._journaled = True
            self._steps.journal.append(Stopped(root_of(self._runs).id, why, self._steps.taken))

    @contextmanager
    def function_limited(self, rested: Callable[[], float]) -> Iterator[None]:
        """Execute a custom function within its time and its steps.

        Args:
            rested: seconds that the runs have rested so far.

        Raises:
            CustomFunctionTimedOut: they are over.
        """
        self._function = Limit(self._options.custom_function_seconds, self.files, rested, CustomFunctionTimedOut)
        try:
            with self._function, self._steps.of_function():
                yield
        finally:
            self._function = self._function_ended = None

    @contextmanager
    def limited(self, rested: Callable[[], float]) -> Iterator[None]:
        """Execute the runs within the real time that they have; as of `function_limited`."""
        self._all = Limit(self._options.max_seconds, self.files, rested, RunEndless)
        try:
            with self._all:
                yield
        finally:
            self._all = None

    def settle(self) -> None:
        """Playbook code has been left for good: nothing is raised in it any more."""
        for one in (self.interrupt, self._all):
            if one is not None:
                one.settle()
