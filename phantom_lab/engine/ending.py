"""Ending the runs of a tree, or a custom function, before their code returns: stops, and limits of steps and time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from phantom_lab.engine.endless import Endless
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.record import RunRecord, root_of
from phantom_lab.engine.steps import Steps
from phantom_lab.errors import RunEndless, RunUnwound, is_from_within
from phantom_lab.history import Stopped
from phantom_lab.history.events import OUT_OF_TIME
from phantom_lab.isolation.interrupt import CustomFunctionTimedOut, Interrupt, Limit
from phantom_lab.model import Options
from phantom_lab.progress import tick


class Ending:
    """Knows what unwinds the runs of a tree, and enforces their limits.

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
        """Set once the runs are to leave their playbooks' frames; every later API call raises it again."""
        self.interrupt: Interrupt | None = None
        """Set by whoever stops the runs from another thread."""
        self.files: dict[str, str] = {}
        """Files of the playbooks and custom functions that execute, with their short names."""
        self.interrupted = False
        """Whether an interrupt from outside ends the runs."""
        self._journaled = False
        self._function: Limit | None = None
        self._function_ended: CustomFunctionTimedOut | None = None
        self._all: Limit | None = None

    def check(self) -> None:
        """Raise what unwinds the runs or the executing custom function, if anything does."""
        if self.unwinding is not None:
            raise self.unwinding
        tick()
        if self._function is not None and self._function.exceeded:
            raise CustomFunctionTimedOut
        if self._all is not None and self._all.exceeded:
            raise self.unwound_by(RunEndless())
        if self._steps.over:
            if not self._steps.all_taken:
                self._function_ended = self._function_ended or CustomFunctionTimedOut(self._endless.function_told())
                raise self._function_ended
            raise self.unwound_by(RunEndless(f"A run takes at most {self._steps.most:,} steps (option max_steps)"))

    def swallowed(self) -> None:
        """Raise again what playbook code may have caught with a bare ``except``, though it was not meant for it."""
        self.check()
        caught = sys.exc_info()[1]
        if caught is not None and not is_from_within(caught):
            raise caught

    def unwound_by(self, raised: RunUnwound) -> RunUnwound:
        """The exception that unwinds the runs after one was raised: the first one.

        A `RunEndless` is replaced by one that names what does not end.
        """
        if self.unwinding is None and isinstance(raised, RunEndless):
            if not str(raised):
                self.stopped(OUT_OF_TIME)
            limit = f"A run takes at most {self._options.max_seconds:g} seconds of real time (option max_seconds)"
            self.unwinding = self._endless.run_told(str(raised) or limit, raised)
        return self.unwinding or raised

    def stopped(self, why: str) -> None:
        """Journal, once, that the runs end for a reason outside of them, which another execution would not meet."""
        if not self._journaled:
            self._journaled = True
            self._steps.journal.append(Stopped(root_of(self._runs).id, why, self._steps.taken))

    def interrupt_met(self) -> None:
        """Journal that an interrupt from outside ends the runs."""
        self.interrupted = True
        self.stopped("interrupted")

    @contextmanager
    def function_limited(self, rested: Callable[[], float]) -> Iterator[None]:
        """Limit the time and the steps of a custom function meanwhile.

        Args:
            rested: returns the seconds that the runs have rested so far; called from any thread.

        Raises:
            CustomFunctionTimedOut: a limit is exceeded.
        """
        self._function = Limit(self._options.custom_function_seconds, self.files, rested, CustomFunctionTimedOut)
        try:
            with self._function, self._steps.of_function():
                yield
        finally:
            self._function = self._function_ended = None

    @contextmanager
    def limited(self, rested: Callable[[], float]) -> Iterator[None]:
        """Limit the real time of all runs together meanwhile; argument as for `function_limited`."""
        self._all = Limit(self._options.max_seconds, self.files, rested, RunEndless)
        try:
            with self._all:
                yield
        finally:
            self._all = None

    def settle(self) -> None:
        """Raise nothing more in playbook code: it has been left."""
        for one in (self.interrupt, self._all):
            if one is not None:
                one.settle()
