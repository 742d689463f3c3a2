"""What would have to be different for a block to run, or not to run: found by executing, and proven by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import field, replace
from io import StringIO
from itertools import combinations
from typing import Any, NamedTuple

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import InputError
from phantom_lab.history import (
    ActionStarted,
    CustomFunctionStarted,
    HelperCalled,
    InvocationStarted,
    OutcomeGiven,
    PlaybookStarted,
)
from phantom_lab.history.held import Held, journal_of
from phantom_lab.isolation.deadline import deadline
from phantom_lab.lab.repeating import Begun, Repeated
from phantom_lab.later import dataclass
from phantom_lab.misspelt import meant
from phantom_lab.progress import followed
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.playbook import Playbook
from phantom_lab.state.vault import KIND
from phantom_lab.trials.answers import own_runs_of
from phantom_lab.trials.atoms import Atom, applied, atoms
from phantom_lab.trials.doubling import another
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.found_flip import Flip
from phantom_lab.trials.proof import proof
from phantom_lab.trials.replies import SOURCE, Replies
from phantom_lab.trials.search import Search
from phantom_lab.trials.told_edits import told_edits, value_before
from phantom_lab.trials.trial import ENDED, MAX_STEPS, Trials
from phantom_lab.trials.unexpected import ABSENT
from phantom_lab.trials.unrecorded import made_up

CHANGES = 3
RUNS = 300
"""Executions of one question."""
_MORE = 30
"""Executions that are spent on fewer edits than were found."""
_ASKS = ("act", "prompt", "prompt2", "task", "playbook", "custom_function")
_TRIED_WHOLE = 6
"""Of up to so many parts every choice is tried."""


def flip(held: Held, block: str, *, changes: int = CHANGES, runs: int = RUNS) -> Flip:
    """Find the smallest change of a run's situation with which a block runs that did not, or the other way round.

    The situation is the recorded one. What was answered is answered again, unless an edit says otherwise; what only the
    changed run asks for is made up, and told. Nothing but the journal is read.

    Args:
        held: a run, its stepper, its journal, or a journal's file.
        block: a block, or the name of an action, prompt, child playbook or custom function run.
        changes: how many edits there may be; the same one in several artifacts counts once.
        runs: how many executions it may take.

    Raises:
        InputError: the journal cannot be read, or there is no such block.
    """
    journal = journal_of(held)
    repeated = Repeated(journal)
    return _Flipping(repeated, block, changes, runs).answer()


@dataclass(slots=True)
class _Done:
    count: int = 0
    last: Begun | None = None


@dataclass(frozen=True, slots=True)
class Again(Trials):
    """Trials of a recorded run: in its situation, with its answers."""

    repeated: Repeated = field(kw_only=True)
    done: _Done = field(default_factory=lambda: _Done(), kw_only=True)

    def run(self, playbook: Playbook, situation: Situation | None = None, **_: Any) -> PlaybookRun:
        """Run it once more."""
        options = self.repeated.options
        begun = self.repeated.begin(situation, watched=True,
                                    options=replace(options, max_steps=min(options.max_steps, MAX_STEPS)))
        self.done.count, self.done.last = self.done.count + 1, begun
        with redirect_stdout(StringIO()), deadline(self.seconds):
            begun.run.execute()
        return begun.run

    def situation(self, playbook: Playbook) -> Situation:
        """The recorded one."""
        return self.repeated.situation()


class _Best(NamedTuple):
    parts: list[Atom]
    run: PlaybookRun
    begun: Begun


class _Flipping:
    def __init__(self, repeated: Repeated, block: str, changes: int, runs: int) -> None:
        self.repeated, self.block, self.changes, self.most = repeated, block, changes, runs
        self.playbook = repeated.playbook
        reading = read(self.playbook)
        _check(block, reading, repeated)
        self.is_function = block in reading.functions
        repeated.others, repeated.made_up = (Replies(repeated.demand),), made_up(reading)
        self.trials = Again(seed=repeated.spec.seed, repeated=repeated)
        self.base = repeated.situation()
        self.ran = self._runs(repeated.journal)
        self.ends = {*ENDED}
        """How a run may end in which the block does not run that ran: no earlier than the recorded one."""
        self._known: dict[str, bool] = {}

    def answer(self) -> Flip:
        """Search until the change is as small as it can be, or the bound is reached."""
        best: _Best | None = None
        most = self.most
        for tried in followed(Search(self.playbook, self.trials, answers=False,
                                     aim=self.block if self.is_function else ""), "situations", self.most):
            if self._tried == 1:
                self._check_base(tried.run)
            found = self._least(atoms(self.base, tried.change.situation)) if self._flips(tried.run) else []
            if found and _count(found) <= self.changes and (best is None or _count(found) < _count(best.parts)):
                found = self._plainer(found)
                run = self.trials.run(self.playbook, applied(self.base, found))
                assert self.trials.done.last is not None
                best = _Best(found, run, self.trials.done.last)
                most = min(self.most, self._tried + _MORE)
            if self._tried >= most or (best and _count(best.parts) == 1):
                break
        return self._told(best)

    def _check_base(self, run: PlaybookRun) -> None:
        if self._runs(run.journal) != self.ran:
            raise InputError("the run cannot be made again from its journal: this time "
                             f"'{self.block}' {'did not run' if self.ran else 'ran'}",
                             hint="What people changed while it rested, and files that it read, are not in it.")
        self.ends.add(run.status)

    @property
    def _tried(self) -> int:
        return self.trials.done.count

    def _least(self, given: list[Atom]) -> list[Atom]:
        """As few parts as flip it: one after the other is left out, then every choice of those that are left is
        tried."""
        found = list(given)
        for one in reversed(given):
            rest = [other for other in found if other is not one]
            if rest and self._tried < self.most and self._holds(rest):
                found = rest
        if len(found) <= _TRIED_WHOLE:
            for size in range(1, len(found)):
                for some in combinations(found, size):
                    if self._tried < self.most and self._holds(list(some)):
                        return list(some)
        return found

    def _plainer(self, given: list[Atom]) -> list[Atom]:
        """The same with values of the kind that was there, where these are as good as those that were tried."""
        found = list(given)
        for place, one in enumerate(given):
            before = value_before(one, self.base, self.repeated.journal)
            other = another(before) if isinstance(before, str) and isinstance(one.after, str) and one.after else before
            if before is not ABSENT and other not in (before, one.after):
                trial = [*found[:place], replace(one, after=other), *found[place + 1:]]
                found = trial if self._tried < self.most and self._holds(trial) else found
        return found

    def _holds(self, some: list[Atom]) -> bool:
        situation = applied(self.base, some)
        key = repr(situation)
        if key not in self._known:
            try:
                self._known[key] = self._flips(self.trials.run(self.playbook, situation))
            except Exception:  # the lab refuses it, as `Search` knows as well
                self._known[key] = False
        return self._known[key]

    def _flips(self, run: PlaybookRun) -> bool:
        """Whether it is the other way round than recorded; what ends a run early lets nothing not run."""
        return self._runs(run.journal) != self.ran and (not self.ran or run.status in self.ends)

    def _runs(self, journal: Any) -> bool:
        own = own_runs_of(journal, self.playbook.file)
        return any(one.run in own and self._is_it(one) for one in journal.events)

    def _is_it(self, event: Any) -> bool:
        if self.is_function:
            return (isinstance(event, InvocationStarted) and event.block == self.block) or (
                isinstance(event, HelperCalled) and event.name == self.block)
        return isinstance(event, ActionStarted | PlaybookStarted | CustomFunctionStarted) and event.name == self.block

    def _told(self, best: _Best | None) -> Flip:
        notes = ["people changed something while the run rested: that is not done again"] * self.repeated.edited
        found = Flip(self.playbook.name, self.playbook.file, self.block, self.ran, [], self.changes, self._tried,
                     self._tried >= self.most, notes=notes, not_tried=list(_left_alone(self.repeated)))
        if best is None:
            return found
        run = best.run
        return replace(
            found, edits=told_edits(best.parts, self.base, self.repeated.journal), status=run.status, exhausted=False,
            message="" if run.status in ENDED else run.message,
            blocks=list(dict.fromkeys(one.block for one in run.journal.events if isinstance(one, InvocationStarted))),
            generated=list(_generated(run, best.begun)), otherwise=[
                {"kind": "action", "name": one.name, "what": one.action} for one in best.begun.recalled.otherwise],
            scenario=proof(run, self.repeated, applied(self.base, best.parts)))


def _left_alone(repeated: Repeated) -> Iterator[dict[str, Any]]:
    """What the run found, and no edit is of."""
    tables, number = repeated.snapshot.records, repeated.spec.container_id
    for kind, table in tables.items():
        of_it = sum(one.get("container") == number for one in table.values())
        if kind == "container" and len(table) > 1:
            yield {"what": "other containers", "count": len(table) - 1}
        elif of_it and kind != "artifact":
            yield {"what": "vault files" if kind == KIND else kind.replace("_", " "), "count": of_it}


def _count(found: list[Atom]) -> int:
    return len({one.group for one in found})


def _generated(run: PlaybookRun, begun: Begun) -> Iterator[dict[str, str]]:
    names = {one.action_run_id: one.name for one in run.journal.events if isinstance(one, ActionStarted)}
    told = [(names[one.action_run_id], one.action) for one in run.journal.events
            if isinstance(one, OutcomeGiven) and (one.by == "generated" or one.source == SOURCE)]
    yield from ({"kind": "action", "name": name, "what": action} for name, action in dict.fromkeys(told))
    yield from ({"kind": kind, "name": name, "what": name} for kind, name in begun.beyond.invented)


def _check(block: str, reading: Reading, repeated: Repeated) -> None:
    """Whether there is such a block, or such a name."""
    asked = [name for call in reading.calls_of(*_ASKS) if isinstance(name := call.get("name"), str)]
    started = [one.name for one in repeated.journal.events
               if isinstance(one, ActionStarted | PlaybookStarted | CustomFunctionStarted)]
    known = [*reading.functions, *asked, *started]
    if block not in known:
        raise InputError(f"the playbook has no block, and asks for nothing, of the name {block!r}",
                         hint=meant(block, dict.fromkeys(known)))
