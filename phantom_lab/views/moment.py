"""What somebody who watched a run saw at any moment of it, from its journal alone: nothing is executed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from phantom_lab.errors import InputError, cut, shown
from phantom_lab.history.encoding import digest, encode
from phantom_lab.history.events import (
    ActionCompleted,
    CustomFunctionCompleted,
    Edited,
    Event,
    Filtered,
    InvocationEnded,
    InvocationStarted,
    Kept,
    Logged,
    OutputSaved,
    PlaybookCompleted,
    Queued,
    Ref,
    RunEnded,
    RunStarted,
)
from phantom_lab.history.folded import Folded
from phantom_lab.history.index import Reducer
from phantom_lab.history.invocations import Invocation
from phantom_lab.history.journal import Journal
from phantom_lab.history.start import spec_of
from phantom_lab.later import dataclass
from phantom_lab.misspelt import Attributes
from phantom_lab.model import Record, seen
from phantom_lab.views.pending import Queue
from phantom_lab.views.written import WrittenRecords

_SHOWN = 60
"""Characters of an argument."""
_NONE = digest(encode(None))
"""What takes run data away where it is edited."""


def at(journal: Journal, position: int) -> Moment:
    """A run as it was right after one of its events; at rest, that is the start of an invocation.

    Args:
        journal: of a run that goes on, has ended, or was read from a file.
        position: of the event; negative ones count from the end.

    Raises:
        InputError: there is no such event, or the journal does not hold what its run starts from.
    """
    spec_of(journal)
    length = journal.length
    if not -length <= position < length:
        raise InputError(f"this journal has no position {position}: it holds {length} events",
                         hint=f"The last one stands at {length - 1}.")
    return Moment(journal, position % length)


def moment_of(journal: Journal, invocation: int) -> Moment:
    """A run as it was when an invocation started.

    Raises:
        InputError: there is no such invocation.
    """
    start = journal.index.start_of(invocation)
    if start is None:
        latest = journal.index.latest
        raise InputError(f"there is no invocation {invocation!r}",
                         hint=f"They have the numbers 1 to {latest.started.n}." if latest else "None has started.")
    return at(journal, start)


@dataclass(frozen=True, slots=True, repr=False)
class Moment(Attributes):
    """A run and its child playbooks after the event at a position. What it gives is decoded when asked for, and is the
    caller's own."""

    journal: Journal
    position: int

    @property
    def event(self) -> Event:
        """What has just happened."""
        return self.journal.events[self.position]

    @property
    def clock(self) -> float:
        """Seconds of the run's clock."""
        return self.journal.stamps[self.position].at

    @property
    def invocation(self) -> Invocation | None:
        """The invocation that has just started or ended, else the innermost that goes on; None outside of any."""
        number = self.event.n if isinstance(self.event, InvocationStarted | InvocationEnded) else (
            next(reversed(self._open), 0))
        found = self.journal.index.started(number)
        return None if found is None else Invocation(
            found, self.event if isinstance(self.event, InvocationEnded) else None)

    @property
    def stack(self) -> list[InvocationStarted]:
        """The invocations that go on, the innermost last."""
        return list(self._open.values())

    @property
    def run(self) -> int:
        """The playbook run that the invocation is part of; outside of any the one that the event tells of."""
        return found.started.run if (found := self.invocation) else self.event.run

    @property
    def status(self) -> str:
        """``running``, or how the run that was started has ended."""
        root, ends = self.journal.events[0].run, self.journal.index.of_kind(RunEnded, self.position + 1)
        return next((one.status for one in ends if one.run == root), "running")

    @property
    def arguments(self) -> dict[str, Any]:
        """What the invocation was handed, with edits."""
        if (found := self.invocation) is None:
            return {}
        edits = self.journal.index.of_kind(Edited, self.position + 1)
        refs = {**found.started.arguments, **{one.name: one.after for one in edits if one.what == "argument"
                                              and one.invocation == found.started.n}}
        return {name: self.journal.get(ref) for name, ref in refs.items()}

    @property
    def run_data(self) -> dict[str, Any]:
        """What the run has kept, by key."""
        return self._kept("run data")

    def kept(self, what: str) -> dict[str, Ref]:
        """What the run has kept of a kind (see `Kept`), by name, undecoded."""
        run, found = self.run, self.journal.reduced(_Keeps).at(self.position)
        return {name: ref for (number, kind, name), ref in found.items() if number == run and kind == what}

    @property
    def filtered(self) -> dict[str, Filtered]:
        """The latest of every named condition of the run, by name, in the order of their names' first use."""
        run, found = self.run, self.journal.reduced(_Filters).at(self.position)
        return {name: one for (number, name), one in found.items() if number == run}

    @property
    def formats(self) -> dict[str, Any]:
        """What named templates gave, by name: ``{"text", "items"}``."""
        return self._kept("format")

    @property
    def limits(self) -> dict[str, Any]:
        """``collect limit`` and ``action limit``, as far as the run has set them."""
        return {what: kept[""] for what in ("collect limit", "action limit") if (kept := self._kept(what))}

    @property
    def filters(self) -> dict[str, dict[str, Any]]:
        """What named conditions of the run let through, by name: ``{"artifact_ids", "results", "values"}``."""
        get = self.journal.get
        return {name: {"artifact_ids": list(one.artifact_ids), "results": get(one.results), "values": get(one.values)}
                for name, one in self.filtered.items()}

    @property
    def outputs(self) -> Any:
        """What the run saved as its outputs; None where it saved none."""
        saved = [one for one in self.journal.index.of_kind(OutputSaved, self.position + 1) if one.run == self.run]
        return self.journal.get(saved[-1].output) if saved else None

    @property
    def container(self) -> Record:
        """The container of the run, as its blocks see it."""
        number = self._container
        found = seen(self._records.record("container", number, self.position, self.journal.get) or {})
        found["artifact_count"] = len(self.artifacts) + self._records.uncounted(number, self.journal.get)
        found["current_rule_run_id"] = self.run
        return found

    @property
    def artifacts(self) -> list[Record]:
        """The artifacts of that container, in the order in which they came."""
        return self._records.artifacts(self._container, self.position, self.journal.get)

    @property
    def artifact_ids(self) -> list[int]:
        """Of those artifacts; `artifact` makes one."""
        return self._records.artifact_ids(self._container, self.position, self.journal.get)

    def artifact(self, number: int) -> Record:
        """One of them."""
        return self._records.record("artifact", number, self.position, self.journal.get) or {}

    @property
    def lists(self) -> dict[str, list[list[Any]]]:
        """Rows of the custom lists, by name."""
        return {one["name"]: one["content"] for one in self.records("decided_list").values()}

    def records(self, kind: str) -> dict[int, Record]:
        """The records of the platform of a kind (see `phantom_lab.model.KINDS`), by id."""
        return self._records.table(kind, self.position, self.journal.get)

    @property
    def pending(self) -> list[Queued]:
        """What was asked for and waits for its turn, in the order of the turns."""
        at_random = isinstance(self.journal.get(spec_of(self.journal).options)["order"], int)
        return self.journal.reduced(Queue).at(self.position, self.clock if at_random else None)

    @property
    def completed(self) -> list[ActionCompleted | CustomFunctionCompleted | PlaybookCompleted]:
        """What has completed so far, in its order."""
        return self.journal.index.of_kinds(ActionCompleted, CustomFunctionCompleted, PlaybookCompleted,
                                           until=self.position + 1)

    def results(self, name: str) -> list[dict[str, Any]]:
        """What the latest of a name, of the run, came back with: as its callback gets it; nothing before it did."""
        found = next((one for one in reversed(self.completed) if (one.run, one.name) == (self.run, name)), None)
        return self.journal.get(found.results) if found else []

    @property
    def debug_lines(self) -> int:
        """How many lines the debug log has."""
        return bisect_right(self.journal.reduced(_Lines).at, self.position)

    def to_json(self) -> dict[str, Any]:
        """What a block sees there, and what is pending by name."""
        found = self.invocation
        return {"invocation": found.started.n if found else 0, "block": found.started.block if found else "",
                "position": self.position, "clock": round(self.clock, 6), "status": self.status,
                "arguments": self.arguments, "run_data": self.run_data, "pending": [one.name for one in self.pending],
                "completed": [one.name for one in self.completed], "filters": self.filters, "outputs": self.outputs,
                "container": self.container, "lists": self.lists, "artifacts": self.artifacts}

    def __repr__(self) -> str:
        """Where that is, and what the block was handed."""
        given = ", ".join(f"{name}={cut(repr(value), _SHOWN)}" for name, value in self.arguments.items())
        found = self.invocation
        place = f"invocation {found.started.n}, {found.started.block}({given})" if found else "outside of any block"
        return shown(f"<Moment: position {self.position}, {self.clock:g} s, {place}>")

    __str__ = __repr__

    @property
    def _open(self) -> dict[int, InvocationStarted]:
        return self.journal.reduced(_Open).at(self.position)

    @property
    def _records(self) -> WrittenRecords:
        return self.journal.reduced(WrittenRecords)

    @property
    def _container(self) -> int:
        begun = self.journal.index.of_kind(RunStarted)
        return next((one.container_id for one in reversed(begun) if one.run == self.run), 0) or spec_of(
            self.journal).container_id

    def _kept(self, what: str) -> dict[str, Any]:
        return {name: self.journal.get(ref) for name, ref in self.kept(what).items()}


class _Open(Folded[int, InvocationStarted]):
    """The invocations that go on, at any time."""

    takes = frozenset({InvocationEnded, InvocationStarted})

    def fold(self, now: dict[int, InvocationStarted], events: Sequence[Event]) -> None:
        """The next events."""
        for event in events:
            if isinstance(event, InvocationStarted):
                now[event.n] = event
            elif isinstance(event, InvocationEnded):
                now.pop(event.n, None)


class _Keeps(Folded[tuple[int, str, str], Ref]):
    """What runs keep for themselves, at any time: by run, what it is, and name."""

    takes = frozenset({Edited, Kept})

    def fold(self, now: dict[tuple[int, str, str], Ref], events: Sequence[Event]) -> None:
        """The next events."""
        for event in events:
            if isinstance(event, Kept):
                now[event.run, event.what, event.name] = event.content
            elif isinstance(event, Edited) and event.what == "run data":
                if event.after == _NONE:
                    now.pop((event.run, event.what, event.name), None)
                else:
                    now[event.run, event.what, event.name] = event.after


class _Lines(Reducer):
    """Where the lines of the debug log stand."""

    takes = frozenset({Logged})

    def __init__(self) -> None:
        self.at: list[int] = []

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, Logged) and event.level in ("debug", "error"):
            self.at.append(position)


class _Filters(Folded[tuple[int, str], Filtered]):
    """What named conditions let through, at any time: by run and name."""

    takes = frozenset({Filtered})

    def fold(self, now: dict[tuple[int, str], Filtered], events: Sequence[Event]) -> None:
        """The next events."""
        now.update({(one.run, one.name): one for one in events if isinstance(one, Filtered)})
