"""A playbook run as data: its identity, its state, what it journals, and which of its invocations executes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from phantom_lab.engine.commands import calling
from phantom_lab.engine.run_summary import run_summary
from phantom_lab.history import (
    CallFailed,
    Diagnosed,
    Failure,
    Filtered,
    Hinted,
    Journal,
    Kept,
    Logged,
    OutputSaved,
    RunEnded,
)
from phantom_lab.misspelt import Attributes
from phantom_lab.model import ChildRun, Container, seen
from phantom_lab.source.failures import is_own
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source
from phantom_lab.state import Clock, Platform, RunState, Subset


class RunRecord(Attributes):
    """One playbook run, as every part of the engine may refer to it. It executes nothing.

    Args:
        playbook: what is run.
        run_id: the playbook run's id.
        state: its own state.
        journal, clock: those of its tree.
        parent: the run whose child it is.
        child: how the parent sees it.
        handle: what the parent passed along.
    """

    id: int
    playbook: Playbook
    state: RunState
    journal: Journal
    """The tree's journal."""
    clock: Clock
    """The tree's clock."""

    def __init__(self, playbook: Playbook, *, run_id: int, state: RunState, journal: Journal, clock: Clock,
                 parent: RunRecord | None, child: ChildRun | None, handle: Any) -> None:
        self.id = run_id
        self.playbook = playbook
        self.state = state
        self.journal = journal
        self.clock = clock
        self.parent = parent
        self.child = child
        self.handle = handle
        """The parent's handle; the child may set it, for the parent's callback."""
        self.sources: dict[str, Source] = {playbook.file: playbook}
        """The playbook and the custom functions whose code it executes, by file name."""
        self.open: set[tuple[type, int]] = set()
        """Keys of the pending things it waits for before it finishes."""
        self.begun = False
        self.finishing = False
        """Whether ``on_finish`` has begun."""
        self.ended = False
        self._failed = False
        self._failures: list[Failure] = []
        self._told: set[str] = set()

    # -- how it stands ---------------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """``running``, or how the run ended."""
        end = self._end
        return end.status if end else "running"

    @property
    def message(self) -> str:
        """Why it ended so; empty of a success."""
        end = self._end
        return end.message if end else ""

    @property
    def _end(self) -> RunEnded | None:
        return self.journal.index.ends.get(self.id)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Exceptions that ended a branch."""
        return tuple(self._failures)

    def failed(self, failure: Failure) -> None:
        """Something ended a branch."""
        self._failures.append(failure)

    def run_summary(self) -> dict[str, Any]:
        """What ``on_finish`` receives as text, and ``get_summary`` as a dict."""
        state = self.state
        return run_summary(self.playbook.name, self.id, state.action_runs, state.custom_function_runs,
                           failed=self._failed or bool(self._failures))

    @property
    def platform(self) -> Platform:
        """The tree's platform."""
        return self.state.platform

    @property
    def container(self) -> Container:
        """The run's container as it is now: a copy of its own, as every callback gets."""
        return self.container_copy(self.state.container_id)

    def container_copy(self, container_id: int) -> Container:
        """A copy of any container, as a playbook sees it."""
        copy: Container = seen(self.platform.containers[container_id])
        copy["artifact_count"] = self.platform.artifact_count(container_id)
        copy["current_rule_run_id"] = self.id
        return copy

    # -- where it is -----------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame | None:
        """The invocation of this run that is executing here."""
        frame = executing.get()
        return frame if frame is not None and frame.run is self else None

    @property
    def invocation(self) -> int:
        """Number of the invocation that is executing; 0 outside of any."""
        return frame.n if (frame := self.frame) else 0

    @property
    def executing_block(self) -> str | None:
        """Name of the block that is executing."""
        return frame.block if (frame := self.frame) else None

    @property
    def custom_function(self) -> int:
        """Id of the custom function run that is executing; 0 outside of any."""
        return frame.custom_function if (frame := self.frame) else 0

    @property
    def line(self) -> int:
        """The line of the playbook, or of its custom function, that is executing."""
        frame = sys._getframe(1)
        while frame is not None and (file := frame.f_code.co_filename) not in self.sources and is_own(file):
            frame = frame.f_back  # type: ignore[assignment]
        return frame.f_lineno if frame is not None and file in self.sources else 0

    @property
    def command(self) -> int:
        """The API call that is being carried out."""
        return calling.get()[0]

    # -- what it journals ------------------------------------------------------------------------------------------

    def note(self, message: str) -> None:
        """A note of the lab itself, said once."""
        if message not in self._told:
            self._told.add(message)
            self.journal.append(Logged(self.id, self.invocation, "note", message))

    def note_here(self, message: str) -> None:
        """A note of the lab with its place."""
        self.note(f"{self.executing_block or '<module>'}, line {self.line}: {message}")

    def hint(self, message: str) -> None:
        """Journal that something seems to be meant otherwise than it is written; once an invocation and line."""
        key = self.invocation, self.line, message
        if key not in self.state.hinted:
            self.state.hinted.add(key)
            self.journal.append(Hinted(self.id, *key))

    def log_point(self, message: str) -> None:
        """What a breakpoint says that rests nowhere."""
        self.journal.append(Logged(self.id, self.invocation, "breakpoint", message))

    def call_failed(self, reason: str, *, write: bool = True, on: str = "") -> None:
        """Journal that the API call which is being carried out fails, and tells the playbook so by what it returns.

        Args:
            write: whether it would have changed something.
            on: what it would have changed.
        """
        command, name = calling.get()
        self.journal.append(CallFailed(self.id, self.invocation, command, name, reason, write, on, self.line))
        self.note_here(f"phantom.{name} {'was not carried out' if write else 'found nothing'}: {reason}")

    def diagnose(self, api: str, argument: str, datapath: str, message: Callable[[], str]) -> None:
        """Journal that a datapath gives nothing, once an invocation; the message is made only then."""
        told, key = self.state.diagnosed, (self.invocation, datapath)
        if key not in told:
            told.add(key)
            self.journal.append(Diagnosed(self.id, self.invocation, api, argument, datapath, self.line, message()))

    def keep(self, what: str, name: str, value: Any) -> None:
        """Journal what the run keeps for its later blocks; arguments as of `Kept`."""
        self.journal.append(Kept(self.id, self.invocation, what, name, self.journal.put(value)))

    def store_subset(self, name: str, subset: Subset) -> None:
        """Keep what a named condition let through."""
        self.state.subsets[name] = subset
        self.journal.append(Filtered(self.id, self.invocation, name, list(subset.artifact_ids),
                                     self.journal.put(subset.results), self.journal.put(subset.values)))

    def store_outputs(self, output: dict[str, Any]) -> None:
        """Keep the playbook's outputs; a later call overwrites (observed)."""
        self.state.outputs = output
        if self.child is not None:
            self.child.outputs = output
        self.journal.append(OutputSaved(self.id, self.invocation, self.journal.put(output)))


class Frame(NamedTuple):
    """An invocation that is executing."""

    run: RunRecord
    n: int
    block: str
    depth: int
    custom_function: int = 0
    """Id of the custom function run it belongs to; 0 outside of any."""


executing: ContextVar[Frame | None] = ContextVar("phantom_lab_invocation", default=None)
"""The invocation that is executing here; a thread that playbook code starts begins with its starter's (see `guard`)."""
Run = TypeVar("Run", bound=RunRecord)


def root_of(runs: Mapping[int, Run]) -> Run:
    """Of the runs of a tree, which are in the order in which they were made: the one that the user started."""
    return next(iter(runs.values()))


def executing_of(runs: Mapping[int, Run]) -> Run:
    """Of the runs of a tree, the one whose block executes here; between blocks the root."""
    frame = executing.get()
    run = runs.get(frame.run.id) if frame is not None else None
    return run if run is not None and frame is not None and frame.run is run else root_of(runs)
