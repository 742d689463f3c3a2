"""Two runs, and what one of them did otherwise than the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from phantom_lab.history.encoding import decode
from phantom_lab.history.events import RunStarted
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.terminal import brief
from phantom_lab.views.alike import Alike
from phantom_lab.views.deeds import GIVEN, NOTES, SECTIONS, Deed, deeds
from phantom_lab.views.difference import MOST, Difference, Seen


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the runs."""

    playbook: str
    file: str
    status: str
    """``running`` where the journal has no end of the run."""
    events: int


@dataclass(frozen=True, slots=True)
class Differences:
    """What two runs did otherwise; order, ids, uuids and moments of their clocks are no difference."""

    left: Compared
    right: Compared
    first: Difference | None
    """That which comes first in the journals, each side as it was there for that one time."""
    differences: tuple[Difference, ...]
    """By section, in the order of `phantom_lab.views.deeds.SECTIONS`; without what the runs were given."""
    given: tuple[Difference, ...]
    """What the runs were given otherwise, which is nothing that they did."""
    passed_over: int
    """How many uuids and moments of the runs' own there are, which are not compared."""

    @property
    def same(self) -> bool:
        """Whether the runs did the same."""
        return not self.differences

    @property
    def counts(self) -> dict[str, int]:
        """How many differences there are, by section."""
        return dict(Counter(one.section for one in self.differences))

    def to_json(self) -> dict[str, Any]:
        """What ``phantom-lab diff --json`` prints."""
        return {"same": self.same, "left": asdict(self.left), "right": asdict(self.right),
                "first": self.first and self.first.to_json(), "counts": self.counts,
                "differences": [one.to_json() for one in self.differences],
                "given": [one.to_json() for one in self.given], "passed_over": self.passed_over}

    def lines(self, most: int | None = MOST) -> Iterator[str]:
        """For people: the first difference, then section by section.

        Args:
            most: differences of a section that are told; None: all.
        """
        for side, one in (("-", self.left), ("+", self.right)):
            yield f"{side} {one.playbook} ({one.file}): {one.status}, {one.events:,} events"
        if self.first is not None:
            yield from ("", f"first difference: {SECTIONS[self.first.section]}")
            yield from self.first.lines(placed=True)
        for section in SECTIONS:
            some = [one for one in (*self.given, *self.differences) if one.section == section]
            if some:
                told = some[:most if section != GIVEN or most is None else most // 3]
                yield from ("", f"{section}: {len(some):,} {'differs' if len(some) == 1 else 'differ'}")
                yield from (line for one in told for line in one.lines())
                if len(some) > len(told):
                    yield f"  … and {len(some) - len(told):,} more"
        yield ""
        if self.passed_over:
            yield f"not compared: {self.passed_over:,} uuids and moments of the runs' own"
        yield self.verdict

    @property
    def verdict(self) -> str:
        """In one line."""
        if self.same:
            return "the same"
        return f"different: {', '.join(f'{count:,} in {section}' for section, count in self.counts.items())}"

    @property
    def first_line(self) -> str:
        """The first difference in one line; empty where there is none."""
        return "" if self.first is None else "; ".join(f"{sign} {told}" for sign, told in self.first.told())

    def __str__(self) -> str:
        return brief(self.lines())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def diff(left: Held, right: Held, *, effects: bool = False) -> Differences:
    """Compare two runs: a fork and its origin, old and new code, two scenarios.

    Args:
        left, right: runs, steppers, journals, or files of journals.
        effects: only what reaches beyond the playbook: actions and what they are given, requests, writes, outputs, and
            how it ended; names of blocks and of what they ask for do not count.

    Raises:
        InputError: a file cannot be read.
    """
    one, other = journal_of(left), journal_of(right)
    seen, others = Alike(one), Alike(other)
    fixed = seen.came_back & others.came_back
    told = [_settled(journal, alike, fixed, effects=effects) for journal, alike in ((one, seen), (other, others))]
    done = [[deed for deed in some if deed.section != GIVEN] for some in told]
    given = [[deed for deed in some if deed.section == GIVEN] for some in told]
    return Differences(_compared(one), _compared(other), _first(*done), tuple(_differences(*done)),
                       tuple(_differences(*given)), len(seen.passed_over | others.passed_over))


def _settled(journal: Journal, alike: Alike, fixed: set[str], *, effects: bool) -> list[Deed]:
    settle = alike.settled(fixed)
    every = (replace(one, value=settle(one.value)) for one in deeds(journal, alike))
    if not effects:
        return list(every)
    return [replace(one, what=one.effect) for one in every if one.effect]


def _compared(journal: Journal) -> Compared:
    started = next(iter(journal.index.of_kind(RunStarted)), None)
    if started is None:
        return Compared("", "", "running", journal.length)
    end = journal.index.ends.get(started.run)
    return Compared(started.playbook, started.file, end.status if end else "running", journal.length)


def _key(deed: Deed) -> tuple[str, str, str]:
    return deed.section, deed.what, deed.value


def _beyond(own: Iterable[Deed], other: Iterable[Deed]) -> Iterator[tuple[int, Deed]]:
    """What is there more often than in the other, with how much before it is there in both."""
    left, met = Counter(map(_key, other)), 0
    for deed in own:
        if left[_key(deed)] > 0:
            left[_key(deed)] -= 1
            met += 1
        else:
            yield met, deed


def _first(left: list[Deed], right: list[Deed]) -> Difference | None:
    """The first that only one did; with what the other did instead, at the same place or with the same."""
    one, other = _foremost(left, right), _foremost(right, left)
    if one is None or other is None:
        found = one or other
        return found and _alone(found[1], right=one is None)
    (met, mine), (others_met, theirs) = one, other
    if mine.section == theirs.section and (mine.what == theirs.what or met == others_met):
        return Difference(mine.section, mine.what, _seen([mine]), _seen([theirs]))
    return _alone(mine, right=False) if met <= others_met else _alone(theirs, right=True)


def _foremost(own: list[Deed], other: list[Deed]) -> tuple[int, Deed] | None:
    """A remark of the lab only where there is nothing else."""
    every = [*_beyond(own, other)]
    return next((one for one in every if one[1].section != NOTES), next(iter(every), None))


def _alone(deed: Deed, *, right: bool) -> Difference:
    seen = _seen([deed])
    return Difference(deed.section, deed.what, None if right else seen, seen if right else None)


def _differences(left: list[Deed], right: list[Deed]) -> Iterator[Difference]:
    """By section and in the order of the journals: values of the same thing side by side, then how often."""
    ours, theirs = _grouped(left), _grouped(right)
    what = sorted(dict.fromkeys([*ours, *theirs]), key=lambda one: [*SECTIONS].index(one[0]))
    for section, name in what:
        mine, others = ours[section, name], theirs[section, name]
        more, less = ([deed for _, deed in _beyond(*two)] for two in ((mine, others), (others, mine)))
        pairs: dict[tuple[str, str], list[tuple[Deed, Deed]]] = defaultdict(list)
        for pair in zip(more, less, strict=False):
            pairs[pair[0].value, pair[1].value].append(pair)
        for some in pairs.values():
            yield Difference(section, name, _seen([one for one, _ in some]), _seen([one for _, one in some]))
        by_value = [_by_value(some) for some in (mine, others)]
        for value in dict.fromkeys(one.value for one in (more[len(less):] or less[len(more):])):
            yield Difference(section, name, *(_seen(some[value]) for some in by_value))


def _by_value(found: list[Deed]) -> defaultdict[str, list[Deed]]:
    groups: defaultdict[str, list[Deed]] = defaultdict(list)
    for one in found:
        groups[one.value].append(one)
    return groups


def _grouped(found: list[Deed]) -> defaultdict[tuple[str, str], list[Deed]]:
    groups: defaultdict[tuple[str, str], list[Deed]] = defaultdict(list)
    for one in found:
        groups[one.section, one.what].append(one)
    return groups


def _seen(found: list[Deed]) -> Seen | None:
    if not found:
        return None
    first = found[0]
    return Seen(first.what, len(found), decode(first.value), first.block, first.line, first.position)
