"""What depends on the order in which things come back that run at the same time."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from types import MappingProxyType
from typing import Any, NamedTuple

from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.pending import Pending
from phantom_lab.errors import InputError
from phantom_lab.history.held import Held, journal_of
from phantom_lab.isolation.deadline import deadline
from phantom_lab.lab import Lab
from phantom_lab.lab.repeating import Repeated
from phantom_lab.model import Options
from phantom_lab.progress import followed
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading, read
from phantom_lab.reading.starts import COMPLETION_CALLS
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.found_orders import Orders, Outcome
from phantom_lab.trials.joins import Seen, troubles
from phantom_lab.trials.renumbering import Renumbering, but_for
from phantom_lab.trials.replies import Replies
from phantom_lab.trials.trial import MAX_STEPS, SECONDS
from phantom_lab.views.difference import Difference
from phantom_lab.views.differences import diff

MOST = 200
"""Runs."""
_DRAWN = 24
"""Of them, or of half of them, those that are drawn at random where there are more orders than runs."""
_TIMES = 10
"""So many times the steps of the first order are enough for any."""
_LOOKING = ("collect", "collect2", "get_action_results", "get_summary", "get_extra_data")
_NAMING = ("action_names", "playbook_names", "custom_function_names", "names", "datapath", "datapaths",
           "action_run_id")
_LOGGING = ("debug", "error")
_COMPARED = frozenset({"blocks", "actions", "results", "changes", "outputs", "status"})
"""Sections of a comparison in which another order may show: what is logged tells of the order itself."""
Sides = dict[str, dict[str, list[str]]]
"""By section, what the first run did and another did not (``missing``), and what that did instead (``instead``)."""
Begin = Callable[[Options], PlaybookRun]
"""Makes a run under some options; each is executed once."""


def orders(given: Lab | Held, playbook: Any = None, container: Any = None, *, most: int = MOST, seed: int = 0,
           **options: Any) -> Orders:
    """Run a playbook in every order in which what is due together can complete, first as it was asked for.

    What answers the actions must give the same each time. The lab stays as it is: all runs are in a copy of it, and
    keep no journal in a file.

    Args:
        given: the lab; or a run, its stepper, its journal or a journal's file: then the run is begun again in its own
            situation, with its own answers.
        playbook: what the lab runs.
        container: as for `Lab.run`, and so are `options`.
        most: runs, at most: orders multiply.
        seed: of the orders that are drawn where there are more.

    Raises:
        InputError: something given cannot be read.
    """
    if most < 1:
        raise InputError("orders needs at least one run", hint="most=200 is the default.")
    begin, first = in_lab(given, playbook, container, options) if isinstance(given, Lab) else again(
        given, playbook, container, options)
    return ordered(begin, first, most, seed)


def ordered(begin: Begin, first: Options, most: int, seed: int) -> Orders:
    """The same of whatever makes a run under some options; `first` are those that it has by itself."""
    return _Exploring(begin, first, most, seed).explored()


def in_lab(lab: Lab, playbook: Any, container: Any = None,
           options: Mapping[str, Any] = MappingProxyType({})) -> tuple[Begin, Options]:
    """Runs of a playbook in a copy of a lab, and the lab's options."""
    own = lab.copy()
    number = own.add(container) if container is not None and not isinstance(container, int) else container

    def begin(chosen: Options) -> PlaybookRun:
        one = own.copy()  # each run has the same number
        one.options = chosen
        return one.prepare(playbook, number, **options)

    return begin, own.options


def again(given: Held, *others: Any) -> tuple[Begin, Options]:
    """Runs like a recorded one, and its options."""
    if any(others):
        raise InputError("a recorded run has a playbook, a container and inputs already",
                         hint="Give it alone, or a Lab first: orders(lab, playbook, container).")
    repeated = Repeated(journal_of(given))
    repeated.others = (Replies(repeated.demand),)
    return lambda options: repeated.begin(options=options).run, repeated.options


class _Went(NamedTuple):
    seen: Seen
    differs: Sides
    renumbered: bool


class _Exploring:
    def __init__(self, begin: Begin, options: Options, most: int, seed: int) -> None:
        self._begin, self._most, self._seed = begin, most, seed
        self._options = replace(options, order="asked")
        self._exhaustive = True
        self._quiet: dict[frozenset[str], set[str]] = {}
        self._ids = Renumbering()
        self._first: PlaybookRun | None = None

    def explored(self) -> Orders:
        found: dict[tuple[str, ...], Seen] = {}
        groups: dict[str, list[_Went]] = {}
        for run, options, places in followed(self._runs(), "orders", self._most):
            self._first = self._first or run
            seen = Seen.of(run)
            if seen.order not in found:
                found[seen.order] = seen
                differs, renumbered = self._differs(run, options, places)
                groups.setdefault(repr(differs), []).append(_Went(seen, differs, renumbered))
        assert self._first is not None
        every = list(found.values())
        return Orders(self._first.playbook.name, len(found), self._exhaustive,
                      [_outcome(some, every[0].order) for some in groups.values()],
                      troubles(read(self._first.playbook), every))

    def _differs(self, run: PlaybookRun, options: Options, places: Sequence[int]) -> tuple[Sides, bool]:
        """What a run did otherwise than the first; and whether that is told of a run with the ids of the first, as with
        its own, which follow from the order, it does otherwise what differs in numbers only."""
        assert self._first is not None
        own = _compared(self._first, run)
        if not own:
            return own, False
        again = self._begun(options, places)
        changed = self._ids.give(again)
        _execute(again)
        if own == (others := _compared(self._first, again)) or not but_for(changed, run.journal, again.journal):
            return own, False
        return others, True

    def _runs(self) -> Iterator[tuple[PlaybookRun, Options, Sequence[int]]]:
        """Each with what makes it once more: those that are nearest to the order of the asking first, as each turn that
        had a choice is taken anew with every other one."""
        waiting: deque[Sequence[int]] = deque([()])
        drawn = min(_DRAWN, self._most // 2)
        for number in range(self._most):
            if not waiting:
                return
            if number and number >= self._most - drawn:
                break
            places = waiting.popleft()
            run = self._begun(self._options, places)
            if not number:
                self._ids.record(run)
            yield _execute(run), self._options, places
            if not places:
                self._options = replace(self._options, max_steps=_enough(run))
            silent = self._silent(run)
            choices = run.tree.queue.choices
            waiting += [(*places, *[0] * (turn - len(places)), place)
                        for turn in range(len(places), len(choices)) for place in _others(choices[turn], silent)]
        self._exhaustive = not waiting
        if waiting:
            for place in range(drawn):
                options = replace(self._options, order=self._seed + place)
                yield _execute(self._begun(options, ())), options, ()

    def _silent(self, run: PlaybookRun) -> set[str]:
        sources = {one.playbook.file: one.playbook for one in run.tree.runs.values()}
        key = frozenset(sources)
        if key not in self._quiet:
            self._quiet[key] = _silent(sources.values())
        return self._quiet[key]

    def _begun(self, options: Options, places: Sequence[int]) -> PlaybookRun:
        run = self._begin(options)
        run.tree.queue.follow(places)
        return run


def _execute(run: PlaybookRun) -> PlaybookRun:
    with redirect_stdout(StringIO()), deadline(SECONDS):
        run.execute()
    return run


def _others(choice: Sequence[Pending], silent: Collection[str]) -> list[int]:
    """Places of what may complete first instead of the first of several, and makes a difference.

    What nobody hears of changes nothing whenever it completes. So where it is first, nothing else needs to be tried
    there, and it is never tried before others.
    """
    quiet = [one.kind == "action" and one.callback is None and one.name in silent for one in choice]
    return [] if quiet[0] else [place for place in range(1, len(choice)) if not quiet[place]]


def _silent(playbooks: Collection[Playbook]) -> set[str]:
    """Names that no code says but to ask for something, and to log."""
    readings = [read(one) for one in playbooks]
    asked = {name for reading in readings for call in reading.calls_of("act")
             if isinstance(name := call.get("name"), str)}
    if any(name is COMPUTED for reading in readings for call in reading.calls_of(*COMPLETION_CALLS, *_LOOKING)
           for argument in _NAMING for name in call.names(argument)):
        return set()
    said = [text for reading in readings for text in _texts(reading)]
    return {name for name in asked if not any(name in text for text in said)}


def _texts(reading: Reading) -> Iterator[str]:
    """The texts of a source, but for names of what it asks for, and what it logs."""
    apart = {id(part) for call in reading.calls for key, node in call.nodes.items()
             if key == "name" or call.name in _LOGGING for part in ast.walk(node)}
    yield from (node.value for node in reading.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
                and id(node) not in apart)


def _enough(first: PlaybookRun) -> int:
    """Steps that another order may take: many more than the first one, unless that did not come to its end."""
    steps = first.tree.steps
    return min(steps.most, MAX_STEPS if first.status == "endless" else max(MAX_STEPS, _TIMES * steps.taken))


def _outcome(some: list[_Went], asked: tuple[str, ...]) -> Outcome:
    seen, differs, _ = min(some, key=lambda one: one.seen.distance(asked))
    return Outcome(len(some), list(seen.order), seen.status, seen.message, list(seen.blocks), differs,
                   sum(one.renumbered for one in some))


def _compared(first: PlaybookRun, run: PlaybookRun) -> Sides:
    return _sides(one for one in diff(first, run).differences if one.section in _COMPARED)


def _sides(differences: Iterable[Difference]) -> Sides:
    found: Sides = {}
    for one in differences:
        sides = found.setdefault(one.section, {"missing": [], "instead": []})
        for sign, told in one.told():
            sides["missing" if sign == "-" else "instead"].append(told)
    return found
