"""Making the tree for a new run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from phantom_lab.engine.commands import calling
from phantom_lab.engine.ending import Ending
from phantom_lab.engine.outside import Outside
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.record import executing_of
from phantom_lab.engine.run import Namespace, PlaybookRun, PlaybookTree
from phantom_lab.engine.steps import Steps
from phantom_lab.history import Changed, Journal
from phantom_lab.history.cursor import Cursor
from phantom_lab.history.events import Stamp
from phantom_lab.model import Options
from phantom_lab.outcomes import Providers
from phantom_lab.source.library import Library
from phantom_lab.state import Clock, Ids, Platform, RunFinding, Snapshot


def plant(snapshot: Snapshot, *, journal: Journal, providers: Providers, namespace: Namespace, library: Library,
          current: bool = False, seed: int = 0, start: datetime | None = None, options: Options | None = None,
          watched: bool = False) -> PlaybookTree:
    """Make the tree of a run to come.

    Args:
        snapshot: the lab as the run starts.
        journal: where everything goes.
        providers: where outcomes come from.
        namespace: what a playbook's module sees.
        library: where child playbooks and custom functions are.
        current: whether that holds of a run that is executed again, too.
        seed: equal seeds give equal ids and random numbers.
        start: when the clock starts; None is now.
        options: choices where the platform's behaviour is not known.
        watched: whether the root's playbook tells which way its code goes.
    """
    ids, clock, options, runs = Ids(seed), Clock(start), options or Options(), dict[int, PlaybookRun]()
    queue, steps = RunQueue(clock, options.order, journal.append), Steps(journal, clock, options.max_steps)

    def changed(kind: str, number: int, field: str, before: Any, after: Any) -> None:
        run = executing_of(runs)
        journal.append(Changed(run.id, run.invocation, kind, number, field, journal.put(before), journal.put(after)))

    platform = Platform(snapshot, ids, clock.stamp, changed, lambda message: executing_of(runs).note_here(message),
                        options=options)
    tree = PlaybookTree(
        runs=runs, journal=journal, outside=Outside(providers, library, lambda: executing_of(runs), current=current),
        namespace=namespace, clock=clock, queue=queue, platform=platform, ids=ids, seed=seed, options=options,
        finding=RunFinding(platform, snapshot.finding), snapshot=snapshot, steps=steps,
        ending=Ending(runs, queue, steps, options), watched=watched)
    journal.now = _stamps(clock)
    if isinstance(journal, Cursor):
        journal.unwind = lambda over: setattr(tree.ending, "unwinding", over)
        journal.line = lambda: executing_of(runs).line
    return tree


def _stamps(clock: Clock) -> Callable[[], Stamp]:
    """Tells when an event happens; the same stamp as long as neither the clock nor the API call is another one."""
    last = clock.so_far, Stamp(clock.passed, 0)

    def now() -> Stamp:
        nonlocal last
        (then, stamp), so_far, command = last, clock.so_far, calling.get()[0]
        if then is not so_far or stamp.command != command:
            stamp = Stamp(so_far.total_seconds(), command)
            last = so_far, stamp
        return stamp

    return now
