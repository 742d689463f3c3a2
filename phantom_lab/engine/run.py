"""One execution of a playbook."""

from __future__ import annotations

import functools
import json
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol

from phantom_lab.engine import actions
from phantom_lab.engine.callbacks import arguments_of, bind, label, with_changes
from phantom_lab.engine.failures import failure_of, is_own
from phantom_lab.engine.gate import FreeGate, Gate
from phantom_lab.engine.guard import guarded
from phantom_lab.engine.interrupt import Interrupt
from phantom_lab.engine.playbook import HOOK, Playbook
from phantom_lab.engine.recursion import recursion_room
from phantom_lab.errors import LabError, NotEmulatedError, PlaybookLoadError, RunStopped, RunUnwound
from phantom_lab.journal import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    Cause,
    Changed,
    Edited,
    Failure,
    Filtered,
    GapMet,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    Journal,
    Logged,
    OutcomeGiven,
    OutcomeMissing,
    OutputSaved,
    RunEnded,
    RunStarted,
    Summary,
    invocations,
    summarize,
)
from phantom_lab.model import ActionRun, Container, json_copy
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


@dataclass(frozen=True, slots=True)
class _Frame:
    """An invocation on the stack."""

    run: PlaybookRun
    n: int
    block: str
    depth: int


_executing: ContextVar[_Frame | None] = ContextVar("phantom_lab_invocation", default=None)
"""The invocation that is executing here; a thread that playbook code starts begins with its starter's (see `guard`)."""


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
        self._commands = Ids(seed)
        self.state = RunState(snapshot, container_id=container_id, run_id=run_id, inputs=inputs or {}, scope=scope,
                              changed=self._changed, ids=Ids(seed))
        self._queue: list[actions.PendingAction] = []
        self._command = 0
        self._failures: list[Failure] = []
        self._told: set[str] = set()
        self._finishing = False
        self._hooked: dict[Callable[..., Any], Callable[..., Any]] = {}
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
            self._check()  # playbook code may have swallowed what unwinds the run
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
            self.journal.append(RunEnded(self.id, status, message, list(self._failures)))
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
        self._check()
        start = Cause("start", detail=f"container {self.state.container_id}, {self.container['name']}")
        self._invoke(self._module.on_start, (self.container,), {}, start)
        while self._queue:
            self._complete(self._next())

    def _next(self) -> actions.PendingAction:
        """The pending action that is due first; of several, the one that was asked for first."""
        pending = min(self._queue, key=lambda one: one.due)
        self._queue.remove(pending)
        self.clock.advance(pending.due - self.clock.elapsed())
        return pending

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
        cause = Cause("action", done.name, pending.registered_by, pending.line, _detail(done), pending.command)
        args, kwargs = bind(pending.callback, offered)
        if not args and not kwargs:
            self.note(f"callback {label(pending.callback)} declares no parameter: it is called with none")
        self._invoke(pending.callback, args, kwargs, cause)

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
            summary = json.dumps(self.run_summary())
            self._invoke(on_finish, (self.container, summary), {}, Cause("finish"))
        while self._queue:
            self._complete(self._next())

    def _status(self) -> tuple[str, str]:
        if self._failures:
            return "error", str(self._failures[0])
        failed = [run for run in self.state.action_runs if not run.success]
        if failed:
            return "failed", f"action '{failed[0].name}' failed: {failed[0].message}"
        return "success", ""

    def run_summary(self) -> dict[str, Any]:
        """The object whose JSON text ``on_finish`` receives."""
        bad = self._failures or any(not run.success for run in self.state.action_runs)
        status = "failed" if bad else "success"
        result = [{
            "name": run.name, "action": run.action, "action_run_id": run.id, "type": "generic", "status": run.status,
            "message": run.message, "app_runs": [{
                "app_run_id": app_run.id, "app": app_run.app, "app_id": app_run.app_id, "asset": app_run.asset,
                "asset_id": app_run.asset_id, "action": app_run.action, "status": one.status, "message": one.message,
                "parameter": one.parameter, "summary": one.summary,
            } for app_run in run.app_runs for one in app_run.results],
        } for run in self.state.action_runs]
        return {"playbook": f"local/{self.playbook.name}", "playbook_run_id": self.id, "status": status,
                "message": "", "result": result}

    # -- invocations -----------------------------------------------------------------------------------------------

    def _load(self, namespace: Namespace) -> ModuleType:
        module = ModuleType(self.playbook.name)
        module.__dict__["__file__"] = self.playbook.file
        module.__dict__["__builtins__"] = {**namespace.builtins_for(self), HOOK: self._hook}
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

    def _hook(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """The outermost decorator of every function of the module level; `name` is the one in its ``def``."""
        enter = self._called if name in self.playbook.blocks else self._helped

        def hook(function: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(function)
            def invoked(*args: Any, **kwargs: Any) -> Any:
                return enter(function, name, args, kwargs)

            invoked.__name__ = name
            self._hooked[invoked] = function
            return invoked

        return hook

    def _invoke(self, callback: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                cause: Cause) -> None:
        """The engine invokes a block; an exception ends its branch, not the run."""
        function = callback
        with suppress(TypeError):  # a callable may be unhashable; then it is none of the module's functions
            function = self._hooked.get(callback, callback)
        with suppress(Exception, SystemExit):
            self._enter(function, label(callback) or "callback", args, kwargs, cause)

    def _called(self, function: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Playbook code calls a block."""
        caller = self._frame
        cause = Cause("call", caller=caller.block if caller else None, line=self._line())
        return self._enter(function, name, args, kwargs, cause)

    def _enter(self, function: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any],
               cause: Cause) -> Any:
        self._check()
        put = self.journal.put
        caller = self._frame
        frame = _Frame(self, self._commands.next("invocation"), name, caller.depth + 1 if caller else 0)
        arguments = {key: put(value) for key, value in arguments_of(function, args, kwargs).items()}
        code = getattr(function, "__code__", None)
        line = self.playbook.blocks.get(name) or (code.co_firstlineno if code else 0)
        started = InvocationStarted(self.id, frame.n, name, frame.depth, caller.n if caller else None, cause,
                                    arguments, line)
        self.journal.append(started)
        token = _executing.set(frame)
        returned, failure = None, None
        try:
            changes = self.gate.enter(started)
            if changes is not None:
                if changes.skip:
                    returned = changes.returned
                    return returned
                args, kwargs = with_changes(function, args, kwargs, changes.arguments)
            returned = function(*args, **kwargs)
            return returned
        except (Exception, SystemExit) as exc:
            failure = self._failure(exc, name, engine=caller is None)
            raise
        finally:
            _executing.reset(token)
            self.journal.append(InvocationEnded(self.id, frame.n, put(returned), failure))
            if self.unwinding is None:
                self.gate.leave(started, failure)

    def _failure(self, exc: BaseException, block: str, *, engine: bool) -> Failure:
        """Describe an exception that leaves a block; the innermost block is the one it is told of."""
        failure: Failure | None = getattr(exc, "__phantom_lab_failure__", None)
        if failure is None or engine:  # once where it is raised, and once with all frames: depth squared otherwise
            whole = failure_of(exc, block=block, playbook=self.playbook)
            failure = replace(failure, traceback=whole.traceback) if failure else whole
        with suppress(Exception):  # an exception class may refuse attributes
            exc.__phantom_lab_failure__ = failure  # type: ignore[attr-defined]
        if engine:
            self._failures.append(failure)
        return failure

    def _helped(self, function: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Playbook code calls a helper: recorded, no resting place."""
        self._check()
        put, line = self.journal.put, self._line()
        arguments = {key: put(value) for key, value in arguments_of(function, args, kwargs).items()}
        returned, error = None, ""
        try:
            returned = function(*args, **kwargs)
            return returned
        except Exception as exc:
            error = f"{type(exc).__name__}: {exc}"
            raise
        finally:
            self.journal.append(HelperCalled(self.id, self.invocation, name, line, arguments, put(returned), error))

    # -- what a stepper may change while the run rests -----------------------------------------------------------------

    @property
    def pending(self) -> tuple[actions.PendingAction, ...]:
        """What is queued, in the order in which it will complete."""
        return tuple(sorted(self._queue, key=lambda one: one.due))

    def edited(self, what: str, name: str, before: Any, after: Any) -> None:
        """Journal a change made by hand."""
        put = self.journal.put
        # Whoever edits is on another thread than what rests.
        at = max((n for n, one in invocations(self.journal.events).items() if one.ended is None), default=0)
        self.journal.append(Edited(self.id, at, what, name, put(before), put(after)))

    def edit_container(self, fields: dict[str, Any]) -> None:
        """Change fields of the run's container."""
        container = self.state.containers[self.state.container_id]
        for name, value in fields.items():
            self.edited("container", name, container.get(name), value)
            container[name] = value

    def edit_run_data(self, values: dict[str, Any]) -> None:
        """Change what ``get_run_data`` gives; None removes a key."""
        for name, value in values.items():
            self.edited("run data", name, self.state.run_data.get(name), value)
            if value is None:
                self.state.run_data.pop(name, None)
            else:
                self.state.run_data[name] = value

    def edit_pending(self, pending: actions.PendingAction) -> None:
        """Put a changed pending action in place of the one with its id."""
        place = next(place for place, one in enumerate(self._queue) if one.id == pending.id)
        old, self._queue[place] = self._queue[place], pending
        if old.due != pending.due:
            self.edited("delay", pending.name, old.due, pending.due)
        if old.answers != pending.answers:
            self.edited("outcome", pending.name, list(old.answers), list(pending.answers))

    def reorder(self, names: list[str]) -> None:
        """Let pending actions complete in this order; what is not named comes after."""
        before = [one.name for one in self.pending]
        place = {name: number for number, name in enumerate(names)}
        first = min(one.due for one in self._queue)
        self._queue = [replace(one, due=first) for one in
                       sorted(self.pending, key=lambda one: place.get(one.name, len(place)))]
        self.edited("order", "", before, [one.name for one in self._queue])

    # -- what the rules need ---------------------------------------------------------------------------------------

    @property
    def _frame(self) -> _Frame | None:
        frame = _executing.get()
        return frame if frame is not None and frame.run is self else None

    @property
    def invocation(self) -> int:
        """Number of the invocation that is executing; 0 outside of any."""
        return frame.n if (frame := self._frame) else 0

    @property
    def block(self) -> str | None:
        """Name of the block that is executing."""
        return frame.block if (frame := self._frame) else None

    @property
    def finishing(self) -> bool:
        """Whether ``on_finish`` has begun."""
        return self._finishing

    def call_api(self, name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Carry out one ``phantom.*`` call and journal it, with what it was given and what it returned."""
        self._check()
        put, line = self.journal.put, self._line()
        command, given = self._commands.next("command"), {key: put(value) for key, value in arguments.items()}
        self._command = command
        returned, error = None, ""
        try:
            returned = function(self, **arguments)
            return returned
        except LabError as exc:
            error = str(exc)
            raise
        except Exception as exc:
            error = f"{type(exc).__name__}: {exc}"
            raise
        finally:
            self.journal.append(ApiCalled(self.id, command, self.invocation, name, line, given, put(returned), error))

    def log(self, level: str, message: str) -> None:
        """A line of the debug log."""
        self._check()
        self.journal.append(Logged(self.id, self.invocation, level, message, self._line()))

    def note(self, message: str) -> None:
        """A note of the lab itself, said once."""
        if message not in self._told:
            self._told.add(message)
            self.journal.append(Logged(self.id, self.invocation, "note", message))

    def gap(self, name: str, chapter: str) -> NotEmulatedError:
        """Journal a gap; the caller raises what is returned, which stops the run."""
        line = self._line()
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
                                        self._line(), self._command, self.clock.elapsed(), refused)
        self.journal.append(ActionStarted(
            self.id, self._command, self.invocation, action_run_id, name, action,
            [{"asset": asset.name, "app": asset.app.name} for asset in assets], self.journal.put(sets),
            label(callback), self.journal.put(handle)))
        self._queue.append(pending)
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

    def _check(self) -> None:
        if self.unwinding is not None:
            raise self.unwinding

    def _line(self) -> int:
        """The playbook line that is executing on this thread."""
        frame = sys._getframe(1)
        while frame is not None and is_own(frame.f_code.co_filename):
            frame = frame.f_back  # type: ignore[assignment]
        return frame.f_lineno if frame is not None and frame.f_code.co_filename == self.playbook.file else 0


def _detail(done: ActionRun) -> str:
    if done.refused:
        return done.refused
    sets = sum(len(run.results) for run in done.app_runs)
    good = sum(run.succeeded for run in done.app_runs)
    assets = len(done.app_runs)
    return (f"{good} of {sets} result{'s' if sets != 1 else ''} succeeded on {assets} "
            f"asset{'s' if assets != 1 else ''}")
