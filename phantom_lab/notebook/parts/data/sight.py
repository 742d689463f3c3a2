"""What the tabs look at: one invocation of a run at a position of its journal, and how it was one step before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from phantom_lab.history import Edited, Event, Invocation, Journal, Ref
from phantom_lab.notebook.look import Look
from phantom_lab.views.moment import Moment

LARGE = 1 << 20
"""Characters of a value's JSON text that nobody decodes only to count what is in it, or to show a cell of it."""
Kind = TypeVar("Kind", bound=Event)
_KEPT = 32 * LARGE
"""Characters of JSON of the values that are kept at a time."""
_SHORT = 4_000


class Values:
    """Values of a journal, which nobody changes: what is large and asked for again is decoded once."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._kept: OrderedDict[Ref, Any] = OrderedDict()
        self._characters = 0

    def get(self, ref: Ref) -> Any:
        """A value."""
        if ref in self._kept:
            self._kept.move_to_end(ref)
            return self._kept[ref]
        value = self.journal.get(ref)
        if (length := len(self.journal.text(ref))) > _SHORT:
            self._kept[ref] = value
            self._characters += length
            while len(self._kept) > 1 and self._characters > _KEPT:
                oldest, _ = self._kept.popitem(last=False)
                self._characters -= len(self.journal.text(oldest))
        return value

    def cheap(self, ref: Ref) -> bool:
        """Whether it costs little to get a value."""
        return ref in self._kept or len(self.journal.text(ref)) <= LARGE

    def short(self, ref: Ref) -> Any:
        """A value for a cell: of a large one only the beginning of its JSON text."""
        if self.cheap(ref):
            return self.get(ref)
        text = self.journal.text(ref)
        return f"{text[:_SHORT]}… ({len(text):,} characters of JSON)"


def given_to(journal: Journal, invocation: Invocation) -> dict[str, Ref]:
    """The arguments of a block, with edits."""
    edits = {one.name: one.after for one in journal.index.of_kind(Edited)
             if one.what == "argument" and one.invocation == invocation.started.n}
    return {**invocation.started.arguments, **edits}


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody looked before."""

    n: int
    position: int


class Sight:
    """One look.

    Args:
        look: of the panel; an invocation is looked at.
        before: the step before; None: there was none.
        values: of the journal.
    """

    def __init__(self, look: Look, current: Invocation, before: Step | None, values: Values) -> None:
        self.look, self.current, self.before, self.values = look, current, before, values
        self.journal = look.journal
        self.n = current.started.n
        index = self.journal.index
        start = index.start_of(self.n) or 0
        self.position = start if look.past else self.journal.length - 1
        """Up to where events count."""
        self.end = (index.end_of(self.n) or self.journal.length - 1) if look.past else self.position
        """Up to where counts what the block itself did."""
        self.at_entry = not look.past and look.position.state == "resting" and look.position.at == "entry"
        """Whether the block is about to begin."""

    @cached_property
    def moment(self) -> Moment:
        """The run there."""
        return Moment(self.journal, self.position)

    @property
    def since(self) -> int:
        """Position of the step before; without one nothing is new."""
        return self.journal.length if self.before is None else self.before.position

    @cached_property
    def moment_before(self) -> Moment | None:
        """The run one step before; None: there was none."""
        return None if self.before is None else Moment(self.journal, self.before.position)

    def newer(self, kind: type[Kind]) -> list[Kind]:
        """The events of a kind since the step before."""
        index = self.journal.index
        return index.some(kind, self.since + 1, self.position + 1) if self.before else []

    @cached_property
    def given(self) -> dict[str, Ref]:
        """The arguments of the block, with edits."""
        return given_to(self.journal, self.current)

    @cached_property
    def given_before(self) -> dict[str, Ref]:
        """Those of the invocation that was looked at one step before."""
        found = self.journal.index.invocation(self.before.n) if self.before else None
        return given_to(self.journal, found) if found else {}

    @cached_property
    def edited(self) -> dict[str, Ref]:
        """Arguments that somebody changed by hand, and what they were."""
        first: dict[str, Ref] = {}
        for event in self.journal.index.of_kind(Edited):
            if event.what == "argument" and event.invocation == self.n:
                first.setdefault(event.name, event.before)
        return first

    @property
    def doer(self) -> Invocation:
        """Whose doings are shown: the block's own; while it rests at its start, and has done nothing, the caller's, or
        those of the block that started before."""
        index = self.journal.index
        before = index.invocation(self.current.started.caller or self.n - 1) if self.at_entry else None
        return before or self.current
