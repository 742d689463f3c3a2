"""A run as it was at a moment of its journal, as far as datapaths read it. Nothing is executed, nothing is noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from phantom_lab.datapath import Rendered
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import (
    ActionCompleted,
    CustomFunctionCompleted,
    Event,
    FindingTaken,
    Invocation,
    OutputSaved,
    PlaybookCompleted,
    PlaybookStarted,
    RunStarted,
)
from phantom_lab.history.start import spec_of
from phantom_lab.model import ActionRun, ChildRun, CustomFunctionRun, Options, User
from phantom_lab.source.outline import outline
from phantom_lab.state import Platform, RunState, Snapshot, Subset
from phantom_lab.state.ids import Ids
from phantom_lab.views.moment import Moment

_KINDS = ("container", "artifact", "decided_list")
"""Records that datapaths read."""


def run_then(moment: Moment) -> PlaybookRun:
    """A stand-in for the run of a moment, for whatever reads datapaths: not a `PlaybookRun`, and what it says of itself
    is kept in its ``told``."""
    return cast("PlaybookRun", _Then(moment))


def told_by(run: PlaybookRun) -> list[str]:
    """What reading said since this was asked last: hints and notes, each once."""
    said = cast("_Then", run).told
    found = list(dict.fromkeys(said))
    said.clear()
    return found


class _Then:
    def __init__(self, moment: Moment) -> None:
        journal, number = moment.journal, moment.run
        spec = spec_of(journal)
        begun = journal.index.of_kind(RunStarted, moment.position + 1)
        started = next((one for one in begun if one.run == number), None)
        self.id, self._moment = number, moment
        self.told: list[str] = []
        told = journal.get(spec.snapshot)
        options = Options(**journal.get(spec.options))
        records = {kind: moment.records(kind) for kind in _KINDS}
        seen = {(one, name): frozenset(ids) for one, name, ids in told["seen"]}
        uncounted = {int(one): count for one, count in told["uncounted"].items()}
        self.platform = Platform(
            Snapshot(records, user=User(**told["user"]), seen=seen, uncounted=uncounted), Ids(0), lambda: "",
            lambda *_: None, self.told.append, options=options)
        self.playbook = _Source(started.file if started else "", str(journal.get(started.source)) if started else "")
        self.tree = _Tree(options, _Finding(moment))
        self.journal = _Journal(_Index(moment))
        self.state = _state(moment, self.platform, started)

    def container_copy(self, number: int) -> dict[str, Any]:
        """A container, as a playbook sees it."""
        return self._moment.container if number == self.state.container_id else dict(self.platform.containers[number])

    def hint(self, message: str) -> None:
        """Kept, and not journaled."""
        self.told.append(message)

    note = hint

    def log(self, level: str, message: str) -> None:
        """As `hint`."""
        self.told.append(message)


class _State(RunState):
    """What a run kept, and what had come back, at a moment."""

    moment: Moment | None = None

    def results_of(self, name: str) -> list[dict[str, Any]]:
        """As the callback got them."""
        if (moment := self.moment) is None:
            return []
        found = next((one for one in reversed(moment.completed) if (one.run, one.name) == (moment.run, name)
                      and not isinstance(one, PlaybookCompleted)), None)
        return moment.journal.get(found.results) if found else []


def _state(moment: Moment, platform: Platform, started: RunStarted | None) -> _State:
    get, index, until = moment.journal.get, moment.journal.index, moment.position + 1
    if started is None:
        return _State(platform, container_id=0, playbook="", inputs={}, scope="new")
    state = _State(platform, container_id=started.container_id, playbook=started.playbook,
                   inputs=get(started.inputs) or {}, scope=get(started.scope))
    state.moment = moment
    state._new &= {one["id"] for one in get(started.artifacts)}  # what the run added itself is not new
    state.run_data = moment.run_data
    state.formats = {name: Rendered(one["text"], one["items"]) for name, one in moment.formats.items()}
    state.subsets = {name: Subset(**one) for name, one in moment.filters.items()}
    mine = [one for one in moment.completed if one.run == moment.run]
    state.action_runs = [ActionRun(one.action_run_id, one.name, one.action, ()) for one in mine
                         if isinstance(one, ActionCompleted)]
    state.custom_function_runs = [CustomFunctionRun(one.custom_function_run_id, one.name, one.function, ())
                                  for one in mine if isinstance(one, CustomFunctionCompleted)]
    saved = {one.run: one.output for one in index.of_kind(OutputSaved, until)}
    done = {one.child: one for one in mine if isinstance(one, PlaybookCompleted)}
    for child in index.of_kind(PlaybookStarted, until):
        if child.run == moment.run:
            outputs = get(saved[child.child]) if child.child in saved else None
            state.children[child.name] = ChildRun(
                child.child, child.name, child.playbook, state.container_id, get(child.inputs) or {}, outputs,
                done[child.child].status if child.child in done else "")
    state.pending = [one.name for one in moment.pending if one.run == moment.run]
    return state


@dataclass(frozen=True, slots=True)
class _Source:
    file: str
    text: str

    @property
    def blocks(self) -> dict[str, int]:
        """Line by name of its functions."""
        return {name: place.line for name, place in outline(self.text).functions.items()}


@dataclass(frozen=True, slots=True)
class _Tree:
    options: Options
    finding: _Finding


@dataclass(frozen=True, slots=True)
class _Finding:
    moment: Moment

    @property
    def id(self) -> str | None:
        """Something, where the run is about a finding."""
        return None if self.read() is None else "finding"

    def read(self) -> Any:
        """What ``finding:`` reads."""
        taken = self.moment.journal.index.of_kind(FindingTaken, self.moment.position + 1)
        return self.moment.journal.get(taken[-1].finding) if taken else None


@dataclass(frozen=True, slots=True)
class _Index:
    """The part of an index that was there at a moment."""

    moment: Moment

    def of_kind(self, kind: type[Event]) -> list[Any]:
        """Events of a kind."""
        return self.moment.journal.index.of_kind(kind, self.moment.position + 1)

    @property
    def invocations(self) -> dict[int, Invocation]:
        """Invocations by number, as they stood."""
        return dict(self._invocations())

    def _invocations(self) -> Iterator[tuple[int, Invocation]]:
        index = self.moment.journal.index
        for n, one in index.invocations.items():
            start, end = index.start_of(n), index.end_of(n)
            if start is not None and start <= self.moment.position:
                over = end is not None and end <= self.moment.position
                yield n, one if over else Invocation(one.started)


@dataclass(frozen=True, slots=True)
class _Journal:
    index: _Index
