"""Inputs that a playbook does not survive: searched for, and shrunk to the smallest container that shows the crash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from importlib.util import find_spec
from itertools import chain, zip_longest
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError
from phantom_lab.later import dataclass
from phantom_lab.progress import following
from phantom_lab.source.playbook import Playbook
from phantom_lab.terminal import brief
from phantom_lab.trials.crashes import Mark, Runs
from phantom_lab.trials.places import places
from phantom_lab.trials.replies import with_replies
from phantom_lab.trials.shrinking import Change, Changed, left_out, simplest
from phantom_lab.trials.trial import SECONDS, Trials
from phantom_lab.why.responsible import responsible

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

EXAMPLES = 200
"""Situations that are tried."""
_MOST = 6
"""Changes at a time."""
_PLAIN = 6
"""Of the values, as many are tried as often as all the others: None, nothing and empty ones."""
_DRAWN = 4
"""As many examples are drawn as are tried: some come again and again."""
_SHRINKING = 200
"""Runs at most for making one crash smaller by chance, before it is made smaller place by place."""


@dataclass(frozen=True, slots=True)
class Crash:
    """An exception of playbook code, or a run without an end."""

    error: str
    type: str
    """Of the exception; ``Endless`` for a run without an end."""
    block: str
    line: int
    file: str
    difference: list[str]
    """What is otherwise than in the situation made up for the playbook."""
    situation: dict[str, Any]
    """The smallest that shows it: what a scenario file holds."""
    responsible: str
    """Which value it was, and who gave it; empty where that is not known."""
    plain: bool
    """Whether the situation made up for the playbook shows it already."""

    @property
    def told(self) -> str:
        """In one line."""
        return f"{self.type}: {self.error} (block {self.block})"


@dataclass(slots=True)
class Fuzzed:
    """What fuzzing a playbook came to."""

    playbook: str
    """Its file."""
    crashes: list[Crash] = field(default_factory=list)
    """Each once: another type, file, block or line is another crash."""
    faults: list[str] = field(default_factory=list)
    """Where the lab itself failed."""
    runs: int = 0
    not_tried: int = 0
    """Situations that somebody's interrupt left out, and with them what makes the last crash smaller."""

    def lines(self, files: Sequence[str] = ()) -> Iterator[str]:
        """Each crash with what it takes, and a summary.

        Args:
            files: the scenarios that the crashes were written to.
        """
        for number, one in enumerate(self.crashes):
            yield f"{one.file}:{one.line}: error: {one.told}"
            yield f"    takes: {'; '.join(one.difference) or 'nothing, the plain situation shows it'}"
            if one.responsible:
                yield f"    responsible: {one.responsible}"
            if files:
                yield f"    scenario: {files[number]}"
        yield from (f"{self.playbook}: fault of the lab: {fault}" for fault in self.faults)
        yield f"{_count(self.runs, 'run')}: {_count(len(self.crashes), 'crash', 'crashes')}"

    def __repr__(self) -> str:
        return brief(self.lines())


def fuzz(playbook: Playbook | str | Path, trials: Trials | None = None, *, examples: int = EXAMPLES,
         seconds: float = SECONDS) -> Fuzzed:
    """Change what a playbook reads until it crashes, in as many ways as can be found.

    Args:
        playbook: or its file, archive or name.
        trials: what all runs have in common.
        examples: situations that are tried, without those that make a crash smaller.
        seconds: as of `Trials`.

    Raises:
        LabError: hypothesis is not installed, or the playbook cannot be loaded.
    """
    if find_spec("hypothesis") is None:
        raise LabError("fuzzing needs the library hypothesis", hint="pip install 'phantom-lab[fuzz]'")
    trials = replace(trials or Trials(), seconds=seconds)
    return _Fuzzer(trials.playbook(playbook), trials, examples).fuzzed()


class _Fuzzer:
    def __init__(self, playbook: Playbook, trials: Trials, examples: int) -> None:
        sources = (playbook, *trials.children(playbook))
        self._titles = {one.title: one.file for one in reversed(sources)}
        sane = trials.situation(playbook)
        self._changed, self._runs = Changed(sane, places(sources, sane)), Runs(playbook, trials)
        self._seed, self._examples = trials.seed, examples
        self._singles = 0
        """Examples that were spent on single changes."""

    def fuzzed(self) -> Fuzzed:
        """Crashes of the sane situation, then those of others."""
        found = Fuzzed(self._runs.playbook.file)
        try:
            with following(lambda: self._runs.count, "runs"):
                plain = self._runs.marks(self._changed.situation(()))
                found.crashes += [self._crash(mark, ()) for mark in sorted(plain)]
                known = set(plain)
                for one in chain(self._singly(known), self._searched(known)) if self._changed.places else ():
                    found.crashes.append(self._crash(*one))
        except KeyboardInterrupt:
            found.not_tried = max(self._examples - self._runs.spent, 1)
        found.faults, found.runs = list(self._runs.faults), self._runs.count
        return found

    def _singly(self, known: set[Mark]) -> Iterator[tuple[Mark, tuple[Change, ...]]]:
        """Crashes that one change leads to, which chance might miss: every place's simple values first, half of the
        examples at most."""
        values = [[(place, number) for number in range(len(one.values))]
                  for place, one in enumerate(self._changed.places)]
        for change in filter(None, chain.from_iterable(zip_longest(*values))):
            if self._singles >= self._examples // 2:
                return
            before = self._runs.spent
            found = self._runs.marks(self._changed.situation((change,))) - known
            self._singles += self._runs.spent - before
            known |= found
            yield from ((mark, (change,)) for mark in sorted(found))

    def _searched(self, known: set[Mark]) -> Iterator[tuple[Mark, tuple[Change, ...]]]:
        """Crashes that are not known yet, with few and simple changes.

        Every search draws the same examples in the same order: those that have been run cost nothing.
        """
        from hypothesis import Phase, find, settings
        from hypothesis.errors import NoSuchExample

        chosen = settings(database=None, derandomize=True, deadline=None, max_examples=_DRAWN * self._examples,
                          phases=[Phase.generate, Phase.shrink])
        spent = self._singles
        while True:
            search = _Search(self._changed, self._runs, known, self._examples - spent)
            try:
                changes = find(_changes(self._changed), search, settings=chosen, random=Random(self._seed))
            except NoSuchExample:
                return
            spent += search.spent
            if search.target is None:
                return
            known.add(search.target)
            yield search.target, changes

    def _crash(self, mark: Mark, changes: tuple[Change, ...]) -> Crash:
        changed, runs = self._changed, self._runs
        found = simplest(changed, changes, mark, runs)
        without = left_out(changed, found, mark, runs)
        situation = changed.situation(found, without)
        run, marks = runs.run(situation)
        failure = marks[mark]
        cause = responsible(run.journal, failure) if run else None
        return Crash(failure.message, mark.type, mark.block, mark.line, self._titles.get(mark.file, mark.file),
                     changed.told(found, without), self._scenario(situation, run), str(cause or ""), not found)

    def _scenario(self, situation: dict[str, Any], run: PlaybookRun | None) -> dict[str, Any]:
        """With all that a run of it takes: the replies that were made up, too."""
        return {**self._runs.trials.said(), **(with_replies(run, situation) if run else situation)}


class _Search:
    """Whether changes lead to the first crash that is not known yet; once one is found, whether they lead to it."""

    def __init__(self, changed: Changed, runs: Runs, known: set[Mark], left: int) -> None:
        self._changed, self._runs, self._known = changed, runs, known
        self._left, self._began = left, runs.spent
        self.target: Mark | None = None
        self.spent = 0
        """Runs before it was found."""

    def __call__(self, changes: tuple[Change, ...]) -> bool:
        situation = self._changed.situation(changes)
        spent = self._runs.spent - self._began
        if spent >= self._left + (_SHRINKING if self.target else 0) and not self._runs.knows(situation):
            return False
        marks = self._runs.marks(situation)
        if self.target is None:
            self.target = min(marks - self._known, default=None)
            self.spent = self._runs.spent - self._began
            self._left = self.spent if self.target else self._left
        return self.target in marks


def _changes(changed: Changed) -> SearchStrategy[tuple[Change, ...]]:
    """Changes of one place or several, drawn bit by bit: where it draws numbers, hypothesis reads all sources of the
    process for such as it likes, and leaves what it has read in the working folder."""
    from hypothesis import strategies as st

    places, most = len(changed.places), max(len(one.values) for one in changed.places)
    ahead = places.bit_length()

    def change(bits: tuple[bool, ...]) -> Change:
        place = _number(bits[:ahead]) % places
        values = len(changed.places[place].values)
        return place, _number(bits[ahead + 1:]) % (values if bits[ahead] else min(values, _PLAIN))

    drawn = st.tuples(*[st.booleans()] * (ahead + 1 + most.bit_length())).map(change)
    several = st.lists(drawn, min_size=1, max_size=_MOST)
    return several.map(lambda found: tuple(sorted(dict(found).items())))


def _number(bits: Sequence[bool]) -> int:
    return sum(bit << place for place, bit in enumerate(reversed(bits)))


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
