"""Going back to a place of a run by executing it again up to there: re-run, fork, and hot code.

Up to the place the recorded answers are given, and what happens is compared with the journal; from there on the run
goes on live. The run that it came from is left as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from phantom_lab.control import Breakpoints, Stepper
from phantom_lab.control.handover import HandoverGate
from phantom_lab.control.rewinding import Rewinding
from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.gate import FreeGate
from phantom_lab.engine.outside import STAND_IN
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import InputError, LabError, StepperError
from phantom_lab.history import ActionStarted, Answered, Journal, OutcomeGiven, RunEnded, Stopped, new_file
from phantom_lab.history.cursor import Cursor, Over
from phantom_lab.history.divergence import Divergence
from phantom_lab.history.limits import VALUE
from phantom_lab.history.start import spec_of
from phantom_lab.lab.again import GivenPlaybook, Live, Making, made_again, recorded_playbook
from phantom_lab.lab.current_code import current, stale_invocation
from phantom_lab.lab.recorded_answers import GivenAnswers, RecordedRest
from phantom_lab.lab.recorded_sources import RecordedSources
from phantom_lab.later import dataclass
from phantom_lab.misspelt import closest, say
from phantom_lab.model import Options
from phantom_lab.outcomes import OutcomeProvider, Providers
from phantom_lab.source.playbook import Playbook
from phantom_lab.views.moment import at as moment_at

_CUT_SHORT = ("stopped", "needs_outcome")
"""How a run ends that may go on."""


class DivergedError(LabError):
    """The code does something else than recorded before it comes to the place that was asked for."""

    def __init__(self, divergence: Divergence) -> None:
        super().__init__(str(divergence), hint="fork(playbook=…) branches off before that block, with this code.")
        self.divergence = divergence


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a run is executed again from."""

    journal: Journal
    lab: Live
    playbook: GivenPlaybook | None
    """As it was given, where that is known."""
    breakpoints: Breakpoints
    opened: bool
    """Whether it was opened: its answers and sources are the recorded ones as far as they go."""
    filed: bool
    """Whether a branch gets a file, as it has one itself."""


class Opened(Protocol):
    """A journal that was opened."""

    @property
    def made_from(self) -> Origin:
        """What it is executed again from."""


Held = Stepper | PlaybookRun | Opened


def rerun(held: Held, at: int | None = None, *, playbook: GivenPlaybook | None = None,
          journal: str | Path | None = None) -> Stepper:
    """Execute a run again up to an invocation, with its code as it is now, and rest there; then it goes on live.

    Args:
        at: number of the invocation; None: the one that is looked at, else as far as the run has come.
        playbook: other code; None: what the run was made of, read again; of a journal that was opened the recorded one.
        journal: file for the journal; None: one in the default place, where the run has a file itself.

    Raises:
        DivergedError: the code does something else before.
        InputError, StepperError: the journal does not hold enough, or there is no such invocation.
    """
    origin = origin_of(held)
    return _stepped(origin, _until(origin.journal, _at(held, at)), code=_code(origin, playbook), file=journal)


def fork(held: Held, at: int | None = None, *, playbook: GivenPlaybook | None = None,
         answers: Mapping[str, Any] | None = None, arguments: dict[str, Any] | None = None,
         run_data: dict[str, Any] | None = None, container: dict[str, Any] | None = None,
         order: Sequence[str] = (), journal: str | Path | None = None) -> Stepper:
    """Branch off: execute a run again up to an invocation, change something there, and go on from it live.

    Args:
        at: number of the invocation; None: the one that is looked at, else that in which the first of `answers` is
            asked for, else as far as the run has come.
        playbook: changed code; where it does something else before the invocation, it branches off before the block
            that does.
        answers: by the name of an action or prompt, what it comes back with (see `phantom_lab.success`).
        arguments, run_data, container: as for `Stepper.edit`.
        order: names of what is pending, in the order in which it is to complete.
        journal: as for `rerun`.

    Raises:
        InputError, StepperError: there is no such invocation, or no such thing can be changed there.
    """
    origin, at = origin_of(held), _at(held, at)
    code = None if playbook is None else origin.lab.loaded(playbook)
    if at is None and answers:
        at = _asking(origin.journal, next(iter(answers)))
    until = _until(origin.journal, at)
    _check_open(origin.journal, answers or {}, until)
    try:
        stepper = _stepped(origin, until, code=code, answers=answers, file=journal)
    except DivergedError as exc:
        if code is None:
            raise
        until = _before(origin.journal, exc.divergence)
        stepper = _stepped(origin, until, code=code, answers=answers, file=journal)
    try:
        if arguments or run_data or container:
            stepper.edit(arguments=arguments, run_data=run_data, container=container)
        if order:
            stepper.reorder(*order)
    except LabError:
        stepper.journal.path = None  # nothing has happened that is worth a file
        stepper.stop()
        raise
    return stepper


def reload(held: Held, playbook: GivenPlaybook | None = None) -> Stepper:
    """Take up changed code without losing the run: execute again to where it is, or before the outermost block that has
    started, has not ended, and was changed.

    Args:
        playbook: the changed code; None: what the run was made of, read again.

    Raises:
        DivergedError: what was changed has done something else already.
    """
    origin = origin_of(held)
    code, journal = _code(origin, playbook), origin.journal
    if code is None:
        raise StepperError("it is not known what this run was made of", hint="Give the changed playbook.")
    stale = stale_invocation(journal, code, origin.lab.library())
    return _stepped(origin, _until(journal, stale), code=code)


def resume(origin: Origin) -> Stepper:
    """Go on where a journal ends: its recorded code is executed again up to there, and rests at the same place.

    A journal that was cut off goes on in its own file. A run that was stopped, or ended for want of an outcome, goes on
    from before that, as another branch.

    Raises:
        StepperError: the run has ended.
    """
    return _stepped(origin, *_end(origin.journal))


def gone_on(origin: Origin) -> PlaybookRun:
    """The same without resting, to be executed."""
    until, continued = _end(origin.journal)
    run, cursor = _made(origin, until, continued=continued)
    run.tree.gate = HandoverGate(cursor, run.tree, FreeGate())
    return run


def _end(journal: Journal) -> tuple[int, bool]:
    """How many events a run goes on after, and whether it does so in the journal itself."""
    if not journal.index.all_ended:
        return journal.length, True
    ended = journal.index.ends[journal.events[0].run]
    if ended.status not in _CUT_SHORT:
        raise StepperError(f"the run has ended ({ended.status})", hint="rerun(at=N) and fork(at=N, …) branch off.")
    places = [*journal.index.positions(Stopped), *(one for one in journal.index.positions(RunEnded)
                                                   if getattr(journal.events[one], "status", "") in _CUT_SHORT)]
    return min(places), False


def _stepped(origin: Origin, until: int, continued: bool = False, *, code: Playbook | None = None,
             answers: Mapping[str, Any] | None = None, file: str | Path | None = None) -> Stepper:
    """A stepper that has executed so many recorded events again.

    Raises:
        DivergedError: the code does something else before.
        InputError: the journal does not hold enough.
    """
    run, cursor = _made(origin, until, continued=continued, code=code, answers=answers, file=file)
    _tell_of_stubs(origin, until)
    stepper = Stepper(run, origin.breakpoints)
    origin.lab.stepped(stepper)
    run.tree.gate = HandoverGate(cursor, run.tree, run.tree.gate)
    if stepper.step().state == "running":  # an interrupt gave up waiting: it is of no use half way
        with suppress(Over):
            cursor.end(Over("it was interrupted before it was there"))
        stepper.stop()
        raise KeyboardInterrupt
    if cursor.divergence is not None:
        raise DivergedError(cursor.divergence)
    if cursor.out_of_time:
        raise InputError(f"executing the run again takes too long: {cursor.agreed:,} of its events are as recorded")
    if cursor.lacks:
        raise InputError(str(cursor.over), hint=f"{VALUE} lets a run keep longer values.")
    return stepper


def _made(origin: Origin, until: int, *, continued: bool = False, code: Playbook | None = None,
          answers: Mapping[str, Any] | None = None,
          file: str | Path | None = None) -> tuple[PlaybookRun, Cursor]:
    journal, spec, recorded = origin.journal, spec_of(origin.journal), recorded_playbook(origin.journal)
    path = file or (new_file(recorded.name) if origin.filed and not continued else None)
    cursor = Cursor(journal, same_code=code is None or code.source == recorded.source, until=until, path=path,
                    required=file is not None, continued=continued)
    given = [GivenAnswers(answers)] if answers else []
    rest = RecordedRest(journal, until, all_of_them=origin.opened, but=answers or {})

    def providers(local: Sequence[OutcomeProvider], tree: Callable[[], Tree], options: Options) -> Providers:
        return origin.lab.providers_of(local, tree, options, first=given, last=[rest])

    library = origin.lab.library()
    run = made_again(journal, cursor, playbook=code, providers=providers, current=not origin.opened,
                     library=RecordedSources(journal, library) if origin.opened else library,
                     forked_from=spec.forked_from if continued else [spec.uid, until - 1])
    run.tree.made_by = Making(origin.lab, origin.playbook if origin.playbook is not None else code or recorded)
    origin.lab.made(run)
    return run, cursor


def _tell_of_stubs(origin: Origin, until: int) -> None:
    """Say which stubs keep something of other calls than those that come before the place."""
    if not (keeping := origin.lab.keeping()):
        return
    index, get = origin.journal.index, origin.journal.get
    before = Counter[Any](one.source for one in index.of_kind(OutcomeGiven, until))
    before.update(tuple(get(one.asked)[:2]) for one in index.of_kind(Answered, until) if one.question == STAND_IN)
    for one in keeping:
        if one.calls != (there := before[one.stand_in or one.source]):
            say(f"{one.source} keeps something from call to call, which is not taken back: it has been called "
                f"{one.calls:,} time{'' if one.calls == 1 else 's'}, and {there:,} times before this place")


def _before(journal: Journal, divergence: Divergence) -> int:
    """How many events there are up to the start of the block that does something else."""
    moment = moment_at(journal, divergence.position - 1)
    return _until(journal, moment.stack[-1].n) if moment.stack else divergence.position


def _code(origin: Origin, playbook: GivenPlaybook | None) -> Playbook | None:
    """The code to execute; None: the recorded one."""
    if playbook is not None:
        return origin.lab.loaded(playbook)
    return None if origin.playbook is None else current(Making(origin.lab, origin.playbook))


def _until(journal: Journal, at: int | None) -> int:
    """How many events there are up to the start of an invocation, itself included; None: all."""
    if at is None:
        return journal.length
    start = journal.index.start_of(at) if isinstance(at, int) else None
    if start is None:
        latest = journal.index.latest
        raise StepperError(f"there is no invocation {at!r}",
                           hint=f"They have the numbers 1 to {latest.started.n}." if latest else "None has started.")
    return start + 1


def _asking(journal: Journal, name: str) -> int:
    """The invocation that asked for an action last."""
    asked = [one for one in journal.index.of_kind(ActionStarted) if one.name == name]
    if not asked:
        names = dict.fromkeys(one.name for one in journal.index.of_kind(ActionStarted))
        raise StepperError(f"no action or prompt {name!r} was asked for{closest(name, names)}")
    return asked[-1].invocation


def _check_open(journal: Journal, answers: Mapping[str, Any], until: int) -> None:
    """What is answered otherwise must not have come back already."""
    for name in answers:
        asked = [one for one in journal.index.of_kind(ActionStarted) if one.name == name]
        if not asked:
            _asking(journal, name)
        ids = {(one.run, one.action_run_id) for one in asked}
        later = [one for one in journal.events[until:] if isinstance(one, OutcomeGiven | ActionStarted)
                 and (one.run, one.action_run_id) in ids]
        if not later and until < journal.length:
            started = next(one.invocation for one in asked)
            raise StepperError(f"{name!r} has come back before that", hint=f"fork(at={started}, …) is before it.")


def origin_of(held: Held) -> Origin:
    """What a run can be executed again from.

    Raises:
        StepperError: it is not known which lab it is of.
    """
    if not isinstance(held, Stepper | PlaybookRun):
        return held.made_from
    run = held.run if isinstance(held, Stepper) else held
    made = run.tree.made_by
    if not isinstance(made, Making):
        raise StepperError("it is not known which lab this run is of", hint="lab.open(journal) opens its journal.")
    breakpoints = held.breakpoints if isinstance(held, Stepper) else made.lab.breakpoints
    return Origin(journal=run.journal, lab=made.lab, playbook=made.playbook, breakpoints=breakpoints, opened=False,
                  filed=run.journal.path is not None)


def _at(held: Held, at: int | None) -> int | None:
    """The invocation that is meant: the given one, or the one that is looked at; None: the present."""
    return held.looking if at is None and isinstance(held, Rewinding) else at
