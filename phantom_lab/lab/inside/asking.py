"""What one invocation of a run did, line by line: the run is executed again up to its end, and watched there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from phantom_lab.control.redo import RecordedGate
from phantom_lab.engine.gate import Changes
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import InputError, StepperError
from phantom_lab.history import Edited, Failure, GapMet, Invocation, InvocationStarted, Journal
from phantom_lab.history.cursor import Cursor, Over
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.reading import held_by
from phantom_lab.history.start import spec_of
from phantom_lab.lab.again import in_time, made_again
from phantom_lab.lab.inside.redoing import Redoing, quiet
from phantom_lab.lab.inside.told import Inside, NotFollowed, Telling
from phantom_lab.lab.inside.watch import LOOKED, Watch
from phantom_lab.misspelt import closest


def inside(held: Held, invocation: int | str, *, rounds: int = 3, lines: int = 400,
           redoing: Redoing | None = None) -> Inside:
    """What one invocation did, line by line, with the values on the lines.

    The run is executed again from its journal up to the end of the invocation, or as far as it has come: recorded
    answers are handed back, and the run itself is left as it is.

    Args:
        held: a run, its stepper, its journal, or the file of one.
        invocation: its number, or the name of a block that was invoked once.
        rounds: of every loop, and calls from every line, the first and the last that are told.
        lines: how many are told at most.
        redoing: is told how far the execution is, and may end it.

    Raises:
        InputError: there is no such invocation, or the journal does not hold what its run starts from.
        StepperError: it was ended by hand.
    """
    if rounds < 1 or lines < 3:
        raise InputError("a loop has at least one round to tell, and the answer at least three lines")
    journal, where = journal_of(held), str(held) if isinstance(held, str | Path) else ""
    spec_of(journal, where)
    meant = _meant(journal, invocation)
    n = meant.started.n
    redoing = Redoing() if redoing is None else redoing
    watch, cursor = _watched(journal, n, Watch(n, rounds), where, redoing)
    if watch.steps > LOOKED and cursor.divergence is None:
        watch, cursor = _watched(journal, n, Watch(n, rounds, watch.steps), where, redoing)
    telling, called = Telling(lines), watch.called
    if called is not None:
        telling.tell(called, watch.deeper)
    return Inside(n, meant.started.block, watch.title, called.arguments if called else {}, tuple(telling.lines),
                  tuple(telling.left_out), _end(journal, meant), cursor.divergence, watch.fault,
                  (*_blocks(journal, n), *(NotFollowed(*one, times) for one, times in watch.passed.items())))


def _blocks(journal: Journal, n: int) -> list[NotFollowed]:
    """Those that were invoked within an invocation by its own code."""
    return [NotFollowed("block", one.started.block, 1, one.started.n) for one in journal.index.invocations.values()
            if one.started.caller == n]


def _meant(journal: Journal, given: int | str) -> Invocation:
    there = journal.index.invocations
    if isinstance(given, int) and given in there:
        return there[given]
    named = [one for one in there.values() if one.started.block == given]
    if len(named) == 1:
        return named[0]
    if named:
        numbers = [str(one.started.n) for one in named]
        told = f"{', '.join(numbers[:10])}{', …' if len(numbers) > 10 else ''}"
        raise InputError(f"block {given} was invoked {len(named):,} times: {told}", hint="Give one of the numbers.")
    near = closest(given, [one.started.block for one in there.values()]) if isinstance(given, str) else ""
    numbers_there = f"They have the numbers 1 to {max(there)}." if there else "None has started."
    raise InputError(f"there is no invocation {given!r}{near}", hint=numbers_there)


def _end(journal: Journal, meant: Invocation) -> str:
    skipped = any(one.what == "skip" and one.invocation == meant.started.n for one in journal.index.of_kind(Edited))
    if skipped:
        return "skipped"
    return "open" if meant.ended is None else "returned" if meant.failure is None else "raised"


def _watched(journal: Journal, n: int, watch: Watch, where: str, redoing: Redoing) -> tuple[Watch, Cursor]:
    cursor = Cursor(journal)
    with held_by(where), in_time(journal, cursor), suppress(Over), quiet():
        run = made_again(journal, cursor)
        run.tree.gate = _Gate(cursor, run.tree, n, watch, redoing)
        if (steps := cursor.stopped_after) is not None:
            run.tree.steps.at_most(steps)
        try:
            with redoing.executing(run.tree):
                run.execute()
        finally:
            watch.end()
        if run.tree.ending.interrupted:
            raise KeyboardInterrupt
    if redoing.stopped:
        raise StepperError("the execution again was stopped by hand")
    return watch, cursor


class _Gate(RecordedGate):
    """Watches an invocation from its entry to its exit; nothing is executed that is not recorded."""

    def __init__(self, cursor: Cursor, tree: Tree, n: int, watch: Watch, redoing: Redoing) -> None:
        super().__init__(cursor, tree)
        self._n, self._watch, self._redoing = n, watch, redoing

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        self._redoing.came_to(invocation.n)
        changes = super().enter(invocation, function)
        self._stop_at_the_end()
        if invocation.n == self._n:
            self._watch.begin(self._tree.runs[invocation.run])
        return changes

    def leave(self, invocation: InvocationStarted, raised: Failure | None) -> None:
        if invocation.n == self._n:
            self._watch.end()
            self._cursor.end(Over("nothing more was asked for"))
        super().leave(invocation, raised)
        self._stop_at_the_end()

    def gap(self, gap: GapMet) -> None:
        super().gap(gap)
        self._stop_at_the_end()

    def _stop_at_the_end(self) -> None:
        if self._cursor.upcoming is None and not self._cursor.complete:
            self._cursor.end(Over("the recorded run goes no further"))
