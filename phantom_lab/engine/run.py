"""One execution of a playbook."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol

from phantom_lab.engine import actions
from phantom_lab.engine.callbacks import bind, label
from phantom_lab.engine.edits import Edits
from phantom_lab.engine.failures import failure_of, text_of
from phantom_lab.engine.gate import FreeGate, Gate
from phantom_lab.engine.guard import guarded
from phantom_lab.engine.interrupt import Interrupt
from phantom_lab.engine.invoker import Invoker
from phantom_lab.engine.playbook import HOOK, Playbook
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.recursion import recursion_room
from phantom_lab.engine.summary import in_short, run_summary
from phantom_lab.errors import LabError, NotEmulatedError, PlaybookLoadError, RunStopped, RunUnwound
from phantom_lab.journal import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    Cause,
    Changed,
    Filtered,
    GapMet,
    Journal,
    Logged,
    OutcomeGiven,
    OutcomeMissing,
    OutputSaved,
    RunEnded,
    RunStarted,
    Summary,
    summarize,
)
from phantom_lab.model import Container, json_copy
from phantom_lab.outcomes import ActionCall, Outcome, Providers
from phantom_lab.state import Clock, Ids, RunState, Snapshot, Subset
from phantom_lab.state.run_state import Scope

HINT = ("Give one with --results FILE, a stub (@lab.action({action!r})), or by hand at the panel "
        "(stepper.give([…]) or stepper.fail(message)).")


class Namespace(Protocol):
    """Makes what a playbook's module sees of the platform; the engine itself knows no `phantom.rules`."""

    def builtins_for(self, run: PlaybookRun) -> dict[str, Any]:
        """Builtins of the playbook's module, with an ``__import__`` bound to the run."""

    def root_for(self, run: PlaybookRun) -> str:
        """The folder that stands for ``/`` above the platform's own folders; made when first asked for."""


_command: ContextVar[int] = ContextVar("phantom_lab_command", default=0)
"""The API call that is being carried out here: a playbook's threads make theirs at the same time."""


class PlaybookRun:
    """One execution: made by `Lab.run` and `Lab.step`, executed once.

    Args:
        playbook: what to run.
        snapshot: the lab as the run starts.
        container_id: the container it runs for.
        providers: where outcomes come from.
        namespace: what the playbook's module sees.
        journal: where everything goes.
        inputs: values for an input playbook.
        scope: ``all``, ``new`` or artifact ids.
        seed: equal seeds give equal ids and random numbers.
        start: when the run's clock starts; None is now.
    """

    def __init__(self, playbook: Playbook, snapshot: Snapshot, *, container_id: int, providers: Providers,
                 namespace: Namespace, journal: Journal, inputs: dict[str, Any] | None = None, scope: Scope = "new",
                 seed: int = 0, run_id: int = 1, start: datetime | None = None) -> None:
        self.id = run_id
        self.playbook = playbook
        self.journal = journal
        self.providers = providers
        self.gate: Gate = FreeGate()
        self.unwinding: RunUnwound | None = None
        """Set once the run leaves its playbook's frames for good; every later API call raises it again."""
        self.clock = Clock(start)
        self.random = random.Random(seed)
        """Where the playbook's own random numbers come from."""
        self.interrupt: Interrupt | None = None
        """Set by whoever stops the run while its playbook executes."""
        self._commands = Ids()
        self.state = RunState(snapshot, container_id=container_id, run_id=run_id, inputs=inputs or {}, scope=scope,
                              changed=self._changed, ids=Ids(seed))
        self.queue = RunQueue(self.clock)
        self.edits = Edits(self)
        self._invoker = Invoker(self)
        self._told: set[str] = set()
        self._finishing = False
        self._module = self._load(namespace)
        journal.open()  # only now: a playbook that cannot be loaded leaves no file

    # -- what people ask a run -------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """``running``, or how the run ended."""
        end = next((event for event in reversed(self.journal.events) if isinstance(event, RunEnded)), None)
        return end.status if end else "running"

    def summary(self) -> Summary:
        """Everything the run did."""
        return summarize(self.journal)

    def __repr__(self) -> str:
        return f"<PlaybookRun {self.id} of {self.playbook.name}: {self.status}>"

    # -- execution -------------------------------------------------------------------------------------------------

    def execute(self) -> PlaybookRun:
        """Run from ``on_start`` to the end, through the gate; returns itself."""
        with recursion_room(), guarded(self.playbook, self.note):  # left once nothing is raised from outside any more
            self._execute()
        return self

    def _execute(self) -> None:
        put = self.journal.put
        state = self.state
        artifacts = [one for one in state.artifacts.values() if one["container"] == state.container_id]
        self.journal.append(RunStarted(
            self.id, self.playbook.name, self.playbook.file, put(self.playbook.source), state.container_id,
            put(self.container), put(artifacts), put(state.inputs), put(state.scope),
            self.clock.start.isoformat()))
        status, message = "stopped", ""
        try:
            self._run_queue()
            self._finish()
            self.check()  # playbook code may have swallowed what unwinds the run
            status, message = self._status()
        except RunUnwound as exc:
            self._settle()
            told = self.unwinding or exc
            status, message = told.status, str(told)
        except KeyboardInterrupt:
            message = "interrupted"
            raise
        finally:
            self._settle()
            self.unwinding = self.unwinding or RunStopped("the run has ended")
            self.journal.append(RunEnded(self.id, status, message, list(self._invoker.failures)))
            self.journal.close()

    def _settle(self) -> None:
        if self.interrupt is not None:
            self.interrupt.settle()

    @property
    def container(self) -> Container:
        """The run's container as it is now: a copy of its own, as every callback gets."""
        copy: Container = json_copy(self.state.containers[self.state.container_id])
        copy["artifact_count"] = len(self.state.artifacts_in_scope(self.state.container_id, "all"))
        return copy

    def _run_queue(self) -> None:
        self.check()
        start = Cause("start", detail=f"container {self.state.container_id}, {self.container['name']}")
        self._invoker.invoke(self._module.on_start, (self.container,), {}, start)
        while self.queue:
            self._complete(self.queue.next())

    def _complete(self, pending: actions.PendingAction) -> None:
        """A pending thing counts as completed only here, at its turn in the queue, just before its callback."""
        ask = functools.partial(self._outcome, pending)
        done = actions.complete(pending, self.state.ids, ask)
        self.state.action_runs.append(done)
        self.state.pending.remove(done.name)
        results = done.results()
        self.journal.append(ActionCompleted(self.id, done.id, done.name, done.action, done.status, done.message,
                                            self.journal.put(results)))
        if pending.callback is None:
            return
        if self._finishing:
            self.note(f"on_finish started action '{done.name}': the run does not wait for its callback")
            return
        offered = {"action": done.to_json(), "success": done.success, "container": self.container,
                   "results": json_copy(results), "handle": pending.handle}
        cause = Cause("action", done.name, pending.registered_by, pending.line, in_short(done), pending.command)
        args, kwargs = bind(pending.callback, offered)
        if not args and not kwargs:
            self.note(f"callback {label(pending.callback)} takes nothing of what it is offered: it is called without")
        self._invoker.invoke(pending.callback, args, kwargs, cause)

    def _outcome(self, pending: actions.PendingAction, call: ActionCall) -> Outcome:
        problem = ""
        try:
            found = pending.answered(call) or self.providers.outcome(call)
        except LabError as exc:
            found, problem = None, str(exc)
        parameter = self.journal.put(call.parameter)
        if found is None:
            shown = {key: value for key, value in call.parameter.items() if key != "context"}
            message = " ".join((problem or f"no outcome for action '{call.action}' on asset '{call.asset}' with "
                                f"{json.dumps(shown)} (block {call.name}). {HINT.format(action=call.action)}").split())
            missing = OutcomeMissing(self.id, pending.id, call.name, call.action, call.asset, parameter, message)
            self.journal.append(missing)
            found = self.gate.needs_outcome(call, missing)
        results = self.journal.put([result.to_json() for result in found.results])
        self.journal.append(OutcomeGiven(self.id, pending.id, call.action, call.asset, parameter, results,
                                         found.source))
        return found

    def _finish(self) -> None:
        self._finishing = True
        on_finish = getattr(self._module, "on_finish", None)
        if callable(on_finish):
            summary = run_summary(self.playbook.name, self.id, self.state.action_runs,
                                  failed=bool(self._invoker.failures))
            self._invoker.invoke(on_finish, (self.container, json.dumps(summary)), {}, Cause("finish"))
        while self.queue:
            self._complete(self.queue.next())

    def _status(self) -> tuple[str, str]:
        if self._invoker.failures:
            return "error", str(self._invoker.failures[0])
        failed = [run for run in self.state.action_runs if not run.success]
        if failed:
            return "failed", f"action '{failed[0].name}' failed: {failed[0].message}"
        return "success", ""

    def _load(self, namespace: Namespace) -> ModuleType:
        module = ModuleType(self.playbook.name)
        module.__dict__["__file__"] = self.playbook.file
        module.__dict__["__builtins__"] = {**namespace.builtins_for(self), HOOK: self._invoker.hook}
        try:
            with guarded(self.playbook, self.note):
                exec(self.playbook.code(functools.partial(namespace.root_for, self)), module.__dict__)
        except NotEmulatedError:
            return module  # the run says so when it is executed
        except (Exception, SystemExit) as exc:
            failure = failure_of(exc, block="<module>", playbook=self.playbook)
            raise PlaybookLoadError(f"the playbook raised {failure.type} when it was imported: {failure.message}",
                                    where=f"{self.playbook.file}:{failure.line}") from exc
        if not callable(getattr(module, "on_start", None)):
            raise PlaybookLoadError("on_start is no function once the playbook is imported", where=self.playbook.file)
        return module

    # -- what the rules need ---------------------------------------------------------------------------------------

    @property
    def invocation(self) -> int:
        """Number of the invocation that is executing; 0 outside of any."""
        return frame.n if (frame := self._invoker.frame) else 0

    @property
    def block(self) -> str | None:
        """Name of the block that is executing."""
        return frame.block if (frame := self._invoker.frame) else None

    @property
    def finishing(self) -> bool:
        """Whether ``on_finish`` has begun."""
        return self._finishing

    def call_api(self, name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Carry out one ``phantom.*`` call and journal it, with what it was given and what it returned."""
        self.check()
        put, line = self.journal.put, self._invoker.line()
        command, given = self._commands.next("command"), {key: put(value) for key, value in arguments.items()}
        _command.set(command)
        returned, error = None, ""
        try:
            returned = function(self, **arguments)
            return returned
        except LabError as exc:
            error = str(exc)
            raise
        except Exception as exc:
            error = f"{type(exc).__name__}: {text_of(exc)}"
            raise
        finally:
            self.journal.append(ApiCalled(self.id, command, self.invocation, name, line, given, put(returned), error))

    def log(self, level: str, message: str) -> None:
        """A line of the debug log."""
        self.check()
        self.journal.append(Logged(self.id, self.invocation, level, message, self._invoker.line()))

    def note(self, message: str) -> None:
        """A note of the lab itself, said once."""
        if message not in self._told:
            self._told.add(message)
            self.journal.append(Logged(self.id, self.invocation, "note", message))

    def gap(self, name: str, chapter: str) -> NotEmulatedError:
        """Journal a gap; the caller raises what is returned, which stops the run."""
        line = self._invoker.line()
        met = GapMet(self.id, self.invocation, name, chapter, line)
        self.journal.append(met)
        self.gate.gap(met)
        self.unwinding = NotEmulatedError(f"{self.playbook.title}:{line}: {name} (chapter: {chapter}) is not emulated "
                                          f"yet (block {self.block or '<module>'})")
        return self.unwinding

    def start_action(self, action: str, parameters: list[dict[str, Any]], chosen: actions.AssetSelection, *,
                     callback: Callable[..., Any] | None, handle: Any, name: str | None, parent: Any) -> int:
        """Queue an action run; nothing completes before the calling block has returned. Returns its id."""
        ids = self.state.ids
        action_run_id = ids.next("action_run")
        name = name or f"{action.replace(' ', '_')}_{ids.next(f'unnamed {action}')}"
        assets = actions.select_assets(self.state, self.providers, action, chosen, self.note)
        refused = "" if assets else f"no asset supports action '{action}'"
        if refused:
            self.note(f"action '{name}' is not dispatched: {refused}")
        sets = [actions.with_context(one, ids, parent) for one in parameters]
        pending = actions.PendingAction(action_run_id, name, action, assets, sets, callback, handle, self.block,
                                        self._invoker.line(), _command.get(), self.clock.elapsed(), refused)
        self.journal.append(ActionStarted(
            self.id, _command.get(), self.invocation, action_run_id, name, action,
            [{"asset": asset.name, "app": asset.app.name} for asset in assets], self.journal.put(sets),
            label(callback), self.journal.put(handle)))
        self.queue.add(pending)
        self.state.pending.append(name)
        return action_run_id

    def store_subset(self, name: str, subset: Subset) -> None:
        """Keep what a named condition let through."""
        self.state.subsets[name] = subset
        self.journal.append(Filtered(self.id, self.invocation, name, list(subset.artifact_ids),
                                     self.journal.put(subset.results), self.journal.put(subset.values)))

    def store_outputs(self, output: dict[str, Any]) -> None:
        """Keep the playbook's outputs; a later call overwrites (observed)."""
        self.state.outputs = output
        self.journal.append(OutputSaved(self.id, self.invocation, self.journal.put(output)))

    def _changed(self, kind: str, number: int, field: str, before: Any, after: Any) -> None:
        put = self.journal.put
        self.journal.append(Changed(self.id, self.invocation, kind, number, field, put(before), put(after)))

    def check(self) -> None:
        """Raise what unwinds the run, once something does."""
        if self.unwinding is not None:
            raise self.unwinding
