"""What a playbook run and its child playbooks share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from phantom_lab.engine.commands import calling
from phantom_lab.engine.endless import function_told, run_told
from phantom_lab.engine.gate import FreeGate, Gate
from phantom_lab.engine.invoker import executing
from phantom_lab.engine.outside import Outside
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.steps import Steps
from phantom_lab.errors import RunEndless, RunUnwound
from phantom_lab.history import Changed, Journal, Refused, Stopped, Unrecorded
from phantom_lab.history.cursor import Cursor
from phantom_lab.history.events import Stamp
from phantom_lab.isolation.interrupt import CustomFunctionTimedOut, Interrupt, Limit
from phantom_lab.model import Options
from phantom_lab.outcomes import Providers
from phantom_lab.source.library import Library
from phantom_lab.state import Clock, Ids, Platform, RunFinding, Snapshot

if TYPE_CHECKING:
    from phantom_lab.engine.run import PlaybookRun

DEPTH = 16
"""Child playbooks within each other; a playbook that starts itself would go on for ever."""
RUNS = 500
"""Runs of one tree."""


class Namespace(Protocol):
    """Makes what a playbook's module sees of the platform; the engine itself knows no `phantom.rules`."""

    def builtins_for(self, run: PlaybookRun) -> dict[str, Any]:
        """Builtins of the playbook's module, with an ``__import__`` bound to the run."""

    def root_for(self, run: PlaybookRun) -> str:
        """The folder that stands for ``/`` above the platform's own folders; made when first asked for."""

    def requests_for(self, run: PlaybookRun) -> Any:
        """`requests` as the playbook gets it: it reaches the platform's own REST and nothing else."""


@dataclass(slots=True, eq=False)
class Tree:
    """One journal, one clock, one queue, one platform."""

    journal: Journal
    outside: Outside
    namespace: Namespace
    clock: Clock
    queue: RunQueue
    platform: Platform
    ids: Ids
    seed: int
    options: Options
    finding: RunFinding
    """What the runs are about."""
    snapshot: Snapshot
    """What they start from."""
    watched: bool = False
    """Whether the root's playbook tells which way its code goes."""
    gate: Gate = field(default_factory=FreeGate)
    unwinding: RunUnwound | None = None
    """Set once the runs leave their playbooks' frames for good; every later API call raises it again."""
    interrupt: Interrupt | None = None
    """Set by whoever stops the runs while a playbook executes."""
    limit: Limit | None = None
    """Of the custom function that executes."""
    timed_out: CustomFunctionTimedOut | None = None
    """What ends it, once it has taken its steps."""
    overall: Limit | None = None
    """Of the real time of all runs together."""
    told_read: set[tuple[str, str]] = field(default_factory=set)
    """Files and folders of the machine that playbook code has read."""
    files: set[str] = field(default_factory=set)
    """Files of the playbooks and custom functions that execute."""
    cut: str | None = None
    """What ended the runs that was no part of them, such as somebody's stop."""
    held: ExitStack = field(default_factory=ExitStack)
    """Whose code is refused things until the root's execution is over."""
    runs: dict[int, PlaybookRun] = field(default_factory=dict)
    """By id, the root first."""
    remarks: tuple[str, ...] = ()
    """What the lab has to say of what it was given; the root notes it."""
    steps: Steps = field(init=False)
    """How far the runs have gone."""

    def __post_init__(self) -> None:
        self.steps = Steps(self, self.options.max_steps)

    @property
    def root(self) -> PlaybookRun:
        """The run that nobody started but the user."""
        return next(iter(self.runs.values()))

    @property
    def executing(self) -> PlaybookRun:
        """The run whose block executes here; between blocks the root."""
        frame = executing()
        return frame.run if frame is not None and frame.run.tree is self else self.root

    def note(self, message: str) -> None:
        """A note of the lab, filed under the run that executes."""
        self.executing.note(message)

    def refused(self, what: str, on: str, line: int, message: str) -> None:
        """Tell what playbook code was refused, as it may swallow the error; arguments as of `Refused`."""
        run = self.executing
        run.journal.append(Refused(run.id, run.invocation, what, on, line))
        run.note(message)

    def read(self, what: str, name: str, line: int) -> None:
        """Journal, once, that playbook code reads a file or folder of the machine; its own folder is none."""
        run = self.executing
        if (what, name) not in self.told_read and not run.journal.hides(name):
            self.told_read.add((what, name))
            run.journal.append(Unrecorded(run.id, run.invocation, what, name, line))

    def check(self) -> None:
        """Raise what unwinds the runs, once something does, or what ends the custom function that executes."""
        if self.unwinding is not None:
            raise self.unwinding
        if self.limit is not None and self.limit.exceeded:
            raise CustomFunctionTimedOut
        if self.overall is not None and self.overall.exceeded:
            raise self.ended_by(RunEndless())
        if self.steps.over:
            if not self.steps.all_taken:
                self.timed_out = self.timed_out or CustomFunctionTimedOut(function_told(self))
                raise self.timed_out
            raise self.ended_by(RunEndless(f"A run takes at most {self.steps.most:,} steps (option max_steps)"))

    def stopped(self, why: str) -> None:
        """Journal, once, that the runs end here because of something that no execution meets again."""
        if self.cut is None:
            self.cut = why
            self.journal.append(Stopped(self.root.id, why, self.steps.taken))

    def ended_by(self, raised: RunUnwound) -> RunUnwound:
        """What unwinds the runs from now on, where this was raised: the first that was."""
        if self.unwinding is None and isinstance(raised, RunEndless):
            if not str(raised):
                self.stopped("out of time")
            limit = f"A run takes at most {self.options.max_seconds:g} seconds of real time (option max_seconds)"
            self.unwinding = run_told(self, str(raised) or limit, raised)
        return self.unwinding or raised

    def swallowed(self) -> None:
        """Raise what playbook code has caught, or may have, and is for nobody but the lab and its user."""
        self.check()
        caught = sys.exc_info()[1]
        if isinstance(caught, RunUnwound | KeyboardInterrupt):
            raise caught

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Execute a custom function within its time and its steps.

        Raises:
            CustomFunctionTimedOut: they are over.
        """
        self.limit = Limit(self.options.custom_function_seconds, self.files, self.gate.rested, CustomFunctionTimedOut)
        try:
            with self.limit, self.steps.of_function():
                yield
        finally:
            self.limit = self.timed_out = None

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Execute the runs within the real time that they have."""
        self.overall = Limit(self.options.max_seconds, self.files, self.gate.rested, RunEndless)
        try:
            with self.overall:
                yield
        finally:
            self.overall = None

    def settle(self) -> None:
        """Playbook code has been left for good: nothing is raised in it any more."""
        for one in (self.interrupt, self.overall):
            if one is not None:
                one.settle()


def plant(snapshot: Snapshot, *, journal: Journal, providers: Providers, namespace: Namespace, library: Library,
          seed: int = 0, start: datetime | None = None, options: Options | None = None, watched: bool = False) -> Tree:
    """Make the tree of a run to come.

    Args:
        snapshot: the lab as the run starts.
        journal: where everything goes.
        providers: where outcomes come from.
        namespace: what a playbook's module sees.
        library: where child playbooks and custom functions are.
        seed: equal seeds give equal ids and random numbers.
        start: when the clock starts; None is now.
        options: choices where the platform's behaviour is not known.
        watched: whether the root's playbook tells which way its code goes.
    """
    ids, clock, options = Ids(seed), Clock(start), options or Options()

    def changed(kind: str, number: int, field: str, before: Any, after: Any) -> None:
        run = tree.executing
        journal.append(Changed(run.id, run.invocation, kind, number, field, journal.put(before), journal.put(after)))

    platform = Platform(snapshot, ids, clock.stamp, changed, lambda message: tree.executing.note_here(message),
                        options=options)
    outside = Outside(providers, library, lambda: tree.executing)
    tree = Tree(journal, outside, namespace, clock, RunQueue(clock, options.order, journal.append), platform, ids, seed,
                options, RunFinding(platform, snapshot.finding), snapshot, watched)
    journal.now = lambda: Stamp(clock.passed, calling.get()[0])
    if isinstance(journal, Cursor):
        journal.unwind = lambda over: setattr(tree, "unwinding", over)
        journal.line = lambda: tree.executing.line
    return tree
