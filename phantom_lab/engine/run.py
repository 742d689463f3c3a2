"""One execution of a playbook."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from phantom_lab.engine.calling import CallingRun
from phantom_lab.engine.invoker import Invoker
from phantom_lab.engine.modules import Modules
from phantom_lab.engine.pending import Pending, PendingStart
from phantom_lab.engine.record import executing_of, root_of
from phantom_lab.engine.run_outcome import outcome_of
from phantom_lab.engine.spec import spec_of
from phantom_lab.engine.standing_in import answer_playbook
from phantom_lab.engine.steps import WORK
from phantom_lab.engine.tree import Tree
from phantom_lab.engine.turns import Turns
from phantom_lab.engine.unasked import unasked
from phantom_lab.errors import PlaybookLoadError, RunStopped, RunUnwound, in_short, shown
from phantom_lab.history import Cause, FindingTaken, RunEnded, RunStarted
from phantom_lab.isolation.guard import guarded
from phantom_lab.isolation.recursion import recursion_room
from phantom_lab.later import dataclass
from phantom_lab.model import ChildRun, json_copy
from phantom_lab.questions import Questions, public, table_of
from phantom_lab.source.inputs import same_named
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.stubbed import StubbedPlaybook
from phantom_lab.state import RunState, Scope
from phantom_lab.views import Summary, rows, summarize, told_by_summary


class Namespace(Protocol):
    """Makes what a playbook's module sees of the platform; the engine itself knows no `phantom.rules`."""

    def builtins_for(self, run: PlaybookRun) -> dict[str, Any]:
        """Builtins of the playbook's module, with an ``__import__`` bound to the run."""

    def requests_for(self, run: PlaybookRun) -> Any:
        """`requests` as the playbook gets it: it reaches the platform's own REST and nothing else."""


class PlaybookRun(Questions, CallingRun):
    """One execution: made by `Lab.run`, `Lab.step` and ``phantom.playbook``, executed once.

    Args:
        playbook: what to run.
        tree: what it shares with its parent and its child playbooks.
        run_id: the playbook run's id.
        container_id: the container it runs for.
        inputs: values for an input playbook.
        scope: ``all``, ``new`` or artifact ids.
        parent: the run whose child it is.
        child: how the parent sees it.
        handle: what the parent passed along.
    """

    parent: PlaybookRun | None
    tree: PlaybookTree

    def __init__(self, playbook: Playbook, tree: PlaybookTree, *, run_id: int, container_id: int,
                 inputs: dict[str, Any] | None = None, scope: Scope = "new", parent: PlaybookRun | None = None,
                 child: ChildRun | None = None, handle: Any = None) -> None:
        state = RunState(tree.platform, container_id=container_id, playbook=playbook.name, inputs=inputs or {},
                         scope=scope)
        super().__init__(playbook, run_id=run_id, state=state, journal=tree.journal, clock=tree.clock, parent=parent,
                         child=child, handle=handle)
        self.tree = tree
        self.calls = {}
        self.seed: int | str = tree.seed if parent is None else f"{tree.seed} {run_id - tree.root.id}"
        """What its random numbers follow from."""
        self.random = random.Random(self.seed)
        """Where the playbook's own random numbers come from."""
        self.invoker = Invoker(self, tree)
        """Calls its blocks."""
        tree.runs[run_id] = self
        if parent is None:
            tree.journal.append(spec_of(self, tree))
        try:
            self._modules = Modules(self.invoker, tree, partial(tree.namespace.builtins_for, self))
        except PlaybookLoadError:
            del tree.runs[run_id]
            raise
        self._turns = Turns(tree, self.invoker, self._modules)
        if parent is None:
            tree.journal.open()  # only now: a playbook that cannot be loaded leaves no file

    # -- what people ask a run -------------------------------------------------------------------------------------

    @property
    def debug(self) -> list[str]:
        """The lines of the debug log, those of child playbooks among them."""
        return self.summary().debug

    @property
    def changes(self) -> list[rows.ChangeRow]:
        """The writes to the platform, those of child playbooks among them."""
        return self.summary().changes

    @property
    def hints(self) -> list[rows.Hint]:
        """What seems to be meant otherwise than it is written, with block and line."""
        return self.summary().hints

    @property
    def notes(self) -> list[str]:
        """What was refused, cut, assumed or replaced, with block and line."""
        return self.summary().notes

    @property
    def outputs(self) -> Any:
        """A copy of what the playbook saved as its outputs; None where it saved none."""
        return json_copy(self.state.outputs)

    def summary(self) -> Summary:
        """Everything the run and its child playbooks did so far."""
        return summarize(self.journal)

    def report(self, file: Any = None) -> Any:
        """The text that ``phantom-lab run`` prints of it; with a `file` an HTML page: see `phantom_lab.html_report`."""
        if file is not None:
            return public("html_report")(self, file)
        from phantom_lab.views.report import as_text  # only now: few runs are told so

        return as_text(self.summary())

    def _elsewhere(self, name: str) -> str:
        return table_of(name, "run") or told_by_summary(name, "run")

    def __repr__(self) -> str:
        return shown(f"<PlaybookRun {self.id} of {self.playbook.name}: {self.status}>")

    # -- execution --------------------------------------------------------------------------------------------------

    def execute(self) -> PlaybookRun:
        """Run from ``on_start`` to the end, child playbooks included, through the gate; returns itself."""
        tree = self.tree
        with recursion_room(), guarded(), tree.ending.limited(tree.gate.rested), tree.followed():
            self._execute()  # left once nothing is raised from outside any more
        return self

    def _execute(self) -> None:
        tree, ending, status, message = self.tree, self.tree.ending, "stopped", ""
        self.record_start()
        for remark in tree.remarks:
            self.note(remark)
        try:
            ending.check()
            number = self.state.container_id
            self.begin(Cause("start", detail=f"container {number}, {self.platform.containers[number]['name']}"))
            while tree.queue:
                if (place := tree.outside.turn(tree.queue.place)) != tree.queue.place:
                    tree.queue.follow([place])
                pending = tree.queue.next()
                tree.runs[pending.run.id].take(pending)
            for remark in tree.outside.remarks(lambda: list(unasked(tree))):
                self.note(remark)
        except RunUnwound as exc:
            ending.settle()
            unwinding = ending.unwound_by(exc)
            status, message = unwinding.status, str(unwinding)
        except KeyboardInterrupt:
            message = "interrupted"
            ending.interrupt_met()
            raise
        finally:
            ending.settle()
            ending.unwinding = ending.unwinding or RunStopped("the run has ended")
            tree.room.close()
            for run in reversed(list(tree.runs.values())):
                run.end(status, message)
            tree.journal.close()

    def record_start(self) -> None:
        """Journal what the run starts from."""
        self.begun = True
        put, state = self.journal.put, self.state
        artifacts = self.tree.platform.artifacts_of(state.container_id)
        self.journal.append(RunStarted(
            self.id, self.playbook.name, self.playbook.file, put(self.playbook.source), state.container_id,
            put(self.container), put(artifacts), put(state.inputs), put(state.scope),
            self.clock.start.isoformat(), self.parent.id if self.parent else None,
            self.child.name if self.child else ""))
        for told in same_named(self.playbook):
            self.note(told)
        if self.parent is None and self.tree.finding.id is not None:
            self.record_finding()

    def record_finding(self) -> None:
        """Journal what ``finding:`` reads from here on."""
        self.journal.append(FindingTaken(self.id, self.invocation, self.journal.put(self.tree.finding.read())))

    def begin(self, cause: Cause) -> None:
        """Invoke ``on_start``."""
        self.invoke(self._modules.playbook.on_start, (self.container,), {}, cause)
        self.turn_over()

    def turn_over(self) -> None:
        """After each turn: a run that waits for nothing finishes, and ends."""
        self.tree.room.settle()
        if self.open or self.ended:
            return
        self.tree.ending.check()  # playbook code may have swallowed what unwinds the run
        if not self.finishing:
            self.finishing = True
            on_finish = getattr(self._modules.playbook, "on_finish", None)
            if callable(on_finish):
                self.invoke(on_finish, (self.container, json.dumps(self.run_summary())), {}, Cause("finish"))
        self.tree.ending.check()
        if not self.open:
            self.end(*outcome_of(self, self.tree.options))

    def end(self, status: str, message: str) -> None:
        """Journal the end of the run, once."""
        if self.begun and not self.ended:
            self.ended, self._failed = True, status != "success"
            self.journal.append(RunEnded(self.id, status, in_short(message), list(self.failures)))
            if self.child is not None and self.parent is not None:
                self.child.status = "success" if status == "success" else "failed"
                self.child.message = json.dumps(self.run_summary())
                self.parent.child_ended(self.child)

    def take(self, pending: Pending) -> None:
        """Take a turn: complete what is pending, and call back."""
        self.tree.steps.counted += WORK
        self.tree.ending.check()  # playbook code may have swallowed what unwinds the run
        if isinstance(pending, PendingStart):
            self._start(pending)
        else:
            self._turns.complete(pending)
        self.turn_over()

    def _start(self, pending: PendingStart) -> None:
        """Begin as a child playbook, or let what stands in for it answer."""
        self.open.discard(pending.key)
        self.record_start()
        if not isinstance(self.playbook, StubbedPlaybook):
            parent = self.parent.playbook.name if self.parent else ""
            self.begin(Cause("start", pending.name, pending.registered_by, pending.line, f"child playbook of {parent}"))
        elif (failed := answer_playbook(self.tree.outside, self, self.playbook)) is not None:
            self.end("failed", failed)
            if self.child is not None:
                self.child.message = json.dumps({**self.run_summary(), "status": "failed", "message": failed})

    def child_ended(self, child: ChildRun) -> None:
        """Queue the turn at which this run is told of a child's end."""
        asked, handle = self.calls.pop(child.id), self.tree.runs[child.id].handle
        self.tree.queue.add(replace(asked, handle=handle, due=self.clock.elapsed()))

    def invoke(self, callback: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
               cause: Cause) -> None:
        """The engine invokes a block; an exception ends its branch, not the run."""
        self.invoker.invoke(callback, args, kwargs, cause)


@dataclass(slots=True, eq=False, kw_only=True)
class PlaybookTree(Tree):
    """The tree as its runs know it."""

    runs: dict[int, PlaybookRun]
    namespace: Namespace

    @property
    def root(self) -> PlaybookRun:
        """The run that nobody started but the user."""
        return root_of(self.runs)

    @property
    def executing(self) -> PlaybookRun:
        """The run whose block executes here; between blocks the root."""
        return executing_of(self.runs)
