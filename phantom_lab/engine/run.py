"""One execution of a playbook."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from types import ModuleType
from typing import Any

from phantom_lab.engine import turns
from phantom_lab.engine.commands import calling
from phantom_lab.engine.invoker import Invoker
from phantom_lab.engine.pending import Pending, PendingPlaybook
from phantom_lab.engine.run_summary import run_summary
from phantom_lab.engine.spec import spec_of
from phantom_lab.engine.steps import Counts
from phantom_lab.engine.tree import Tree
from phantom_lab.engine.unasked import unasked
from phantom_lab.engine.watch import Watch
from phantom_lab.errors import (
    LabError,
    NotEmulatedError,
    PlaybookLoadError,
    RunStopped,
    RunUnwound,
    in_short,
)
from phantom_lab.history import (
    ApiCalled,
    CallFailed,
    CallMade,
    Cause,
    Diagnosed,
    Failure,
    Filtered,
    FindingTaken,
    GapMet,
    Hinted,
    Journal,
    Kept,
    Logged,
    OutputSaved,
    RunEnded,
    RunStarted,
)
from phantom_lab.isolation.guard import guarded, holding
from phantom_lab.isolation.recursion import recursion_room
from phantom_lab.misspelt import Attributes
from phantom_lab.model import PEOPLE, ChildRun, Container, json_copy, seen
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.failures import failure_of, text_of
from phantom_lab.source.forks import WATCH, Fork
from phantom_lab.source.inputs import same_named
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.signatures import required, takes
from phantom_lab.source.source import CHECK, HOOK, Source
from phantom_lab.state import Clock, Platform, RunState, Scope, Subset
from phantom_lab.views import Summary, summarize, unmatched


class PlaybookRun(Attributes):
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

    def __init__(self, playbook: Playbook, tree: Tree, *, run_id: int, container_id: int,
                 inputs: dict[str, Any] | None = None, scope: Scope = "new", parent: PlaybookRun | None = None,
                 child: ChildRun | None = None, handle: Any = None) -> None:
        self.id = run_id
        self.playbook = playbook
        self.tree = tree
        self.parent = parent
        self.child = child
        self.handle = handle
        """The parent's handle; the child may set it, for the parent's callback."""
        self.random = random.Random(
            tree.seed if parent is None else f"{tree.seed} {run_id - tree.root.id}")
        """Where the playbook's own random numbers come from."""
        self.state = RunState(tree.platform, container_id=container_id, playbook=playbook.name, inputs=inputs or {},
                              scope=scope)
        self.open: set[tuple[type, int]] = set()
        """What it waits for before it finishes."""
        self.calls: dict[int, PendingPlaybook] = {}
        """Child playbooks that have not ended, by run id."""
        self.finishing = False
        """Whether ``on_finish`` has begun."""
        self.ended = False
        self._failed = False
        self._invoker = Invoker(self)
        self._told: set[str] = set()
        self._modules: dict[str, ModuleType] = {}
        self._builtins: dict[str, Any] = {}
        self.begun = False
        tree.runs[run_id] = self
        if parent is None:
            tree.journal.append(spec_of(self, tree.snapshot, scope))
        try:
            self._module = self._load(playbook)
        except PlaybookLoadError:
            del tree.runs[run_id]
            raise
        if parent is None:
            tree.journal.open()  # only now: a playbook that cannot be loaded leaves no file

    # -- what people ask a run -------------------------------------------------------------------------------------

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
    def debug(self) -> list[str]:
        """The lines of the debug log, those of child playbooks among them."""
        return self.summary().debug

    @property
    def outputs(self) -> Any:
        """A copy of what the playbook saved as its outputs; None where it saved none."""
        return json_copy(self.state.outputs)

    def summary(self) -> Summary:
        """Everything the run and its child playbooks did so far."""
        return summarize(self.journal)

    def report(self) -> str:
        """The text that ``phantom-lab run`` prints of it."""
        from phantom_lab.views.report import as_text  # only now: few runs are told so

        return as_text(self.summary())

    def __repr__(self) -> str:
        return f"<PlaybookRun {self.id} of {self.playbook.name}: {self.status}>"

    # -- execution -------------------------------------------------------------------------------------------------

    def execute(self) -> PlaybookRun:
        """Run from ``on_start`` to the end, child playbooks included, through the gate; returns itself."""
        tree = self.tree
        with recursion_room(), guarded(self.playbook, tree.refused, tree.read), tree.held, tree.timed():
            self._execute()  # left once nothing is raised from outside any more
        return self

    def _execute(self) -> None:
        tree, status, message = self.tree, "stopped", ""
        self.record_start()
        for remark in tree.remarks:
            self.note(remark)
        try:
            tree.check()
            self.begin(Cause("start", detail=f"container {self.state.container_id}, {self.container['name']}"))
            while tree.queue:
                if (place := tree.outside.turn(tree.queue.place)) != tree.queue.place:
                    tree.queue.follow([place])
                turns.take(tree.queue.next())
            for remark in tree.outside.remarks(lambda: list(unasked(tree))):
                self.note(remark)
        except RunUnwound as exc:
            tree.settle()
            unwinding = tree.ended_by(exc)
            status, message = unwinding.status, str(unwinding)
        except KeyboardInterrupt:
            message = "interrupted"
            tree.stopped(message)
            raise
        finally:
            tree.settle()
            tree.unwinding = tree.unwinding or RunStopped("the run has ended")
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
        self.invoke(self._module.on_start, (self.container,), {}, cause)
        self.turn_over()

    def turn_over(self) -> None:
        """After each turn: a run that waits for nothing finishes, and ends."""
        if self.open or self.ended:
            return
        self.tree.check()  # playbook code may have swallowed what unwinds the run
        if not self.finishing:
            self.finishing = True
            on_finish = getattr(self._module, "on_finish", None)
            if callable(on_finish):
                self.invoke(on_finish, (self.container, json.dumps(self.run_summary())), {}, Cause("finish"))
        self.tree.check()
        if not self.open:
            self.end(*self._outcome())

    def end(self, status: str, message: str) -> None:
        """Journal the end of the run, once."""
        if self.begun and not self.ended:
            self.ended, self._failed = True, status != "success"
            self.journal.append(RunEnded(self.id, status, in_short(message), list(self._invoker.failures)))
            if self.child is not None and self.parent is not None:
                self.child.status = "success" if status == "success" else "failed"
                self.child.message = json.dumps(self.run_summary())
                self.parent.child_ended(self.child)

    def failed(self, failure: Failure) -> None:
        """Something ended a branch."""
        self._invoker.failures.append(failure)

    def child_ended(self, child: ChildRun) -> None:
        """Queue the turn at which this run is told of a child's end."""
        asked, handle = self.calls.pop(child.id), self.tree.runs[child.id].handle
        self.tree.queue.add(replace(asked, handle=handle, due=self.clock.elapsed()))

    def invoke(self, callback: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
               cause: Cause) -> None:
        """The engine invokes a block; an exception ends its branch, not the run."""
        self._invoker.invoke(callback, args, kwargs, cause)

    def place_of(self, callback: Callable[..., Any]) -> str:
        """A callback for people: its name and its line."""
        return self._invoker.place(callback)

    def execute_custom_function(self, function: CustomFunction, inputs: dict[str, Any], cause: Cause,
                                run_id: int) -> Any:
        """Execute a custom function for one parameter set; inputs that it does not take are left out, with a note.

        Raises:
            CustomFunctionRaised: it did.
            PlaybookLoadError: it raised when it was imported.
        """
        if function.file not in self._modules:
            self._modules[function.file] = self._load(function)
        body = getattr(self._modules[function.file], function.function)
        ignored = [name for name in inputs if not takes(body, name)]
        if ignored:
            self.note(f"custom function {function.name} (block {cause.name}) has no input "
                      f"{', '.join(map(repr, ignored))}")
        taken = {**dict.fromkeys(required(body)), **{name: value for name, value in inputs.items()
                                                     if name not in ignored}}
        return self._invoker.execute(body, taken, cause, run_id)

    def run_summary(self) -> dict[str, Any]:
        """What ``on_finish`` receives as text, and ``get_summary`` as a dict."""
        state = self.state
        return run_summary(self.playbook.name, self.id, state.action_runs, state.custom_function_runs,
                           failed=self._failed or bool(self._invoker.failures))

    def _outcome(self) -> tuple[str, str]:
        if self._invoker.failures:
            return "error", str(self._invoker.failures[0])
        for done in self.state.action_runs:
            if not done.success:
                return "failed", f"{PEOPLE.get(done.action, 'action')} '{done.name}' failed: {done.reason}"
        for executed in self.state.custom_function_runs:
            if not executed.success:
                return "failed", f"custom function '{executed.name}' failed: {executed.message}"
        if self.tree.options.unmatched == "fail":
            for one in unmatched(self.journal):
                if one["run"] == self.id:
                    where = f"{one['block']}, line {one['line']}"
                    return "failed", f"no branch matched ({where}): {'; '.join(one['conditions'])}"
        return "success", ""

    def _load(self, source: Source) -> ModuleType:
        what = "playbook" if isinstance(source, Playbook) else "custom function"
        self.tree.files.add(source.file)
        if source is not self.playbook or self.parent is not None:  # while the tree executes
            self.tree.held.enter_context(holding(source))
        module = ModuleType(source.name)
        module.__dict__["__file__"] = source.file
        namespace = self.tree.namespace
        self._builtins = self._builtins or namespace.builtins_for(self)
        module.__dict__["__builtins__"] = builtins = {**self._builtins, HOOK: self._invoker.hook(source),
                                                      CHECK: self.tree.swallowed}
        Counts(source, self.tree.steps, builtins)
        forks: list[Fork] | None = [] if self.tree.watched and source.file == self.tree.root.playbook.file else None
        if forks is not None:
            builtins[WATCH] = Watch(self, forks)
        first = source is self.playbook and self.parent is None
        try:
            with guarded(source, self.tree.refused, self.tree.read), self.tree.timed() if first else nullcontext():
                exec(source.code(functools.partial(namespace.root_for, self), watched=forks), module.__dict__)
        except RunUnwound as exc:
            if not first:
                raise
            self.tree.unwinding = self.tree.ended_by(exc)
            return module  # the run says so when it is executed
        except (Exception, SystemExit) as exc:
            failure = failure_of(exc, block="<module>", sources=[source])
            raise PlaybookLoadError(f"the {what} raised {failure.type} when it was imported: {failure.message}",
                                    where=f"{source.file}:{failure.line}") from exc
        name = source.function if isinstance(source, CustomFunction) else "on_start"
        if not callable(getattr(module, name, None)):
            raise PlaybookLoadError(f"{name} is no function once the {what} is imported", where=source.file)
        return module

    # -- what the rules need ---------------------------------------------------------------------------------------

    @property
    def journal(self) -> Journal:
        """The tree's journal."""
        return self.tree.journal

    @property
    def clock(self) -> Clock:
        """The tree's clock."""
        return self.tree.clock

    @property
    def platform(self) -> Platform:
        """The tree's platform."""
        return self.tree.platform

    @property
    def container(self) -> Container:
        """The run's container as it is now: a copy of its own, as every callback gets."""
        return self.container_copy(self.state.container_id)

    def container_copy(self, container_id: int) -> Container:
        """A copy of any container, as a playbook sees it."""
        copy: Container = seen(json_copy(self.platform.containers[container_id]))
        copy["artifact_count"] = self.platform.artifact_count(container_id)
        copy["current_rule_run_id"] = self.id
        return copy

    @property
    def invocation(self) -> int:
        """Number of the invocation that is executing; 0 outside of any."""
        return frame.n if (frame := self._invoker.frame) else 0

    @property
    def block(self) -> str | None:
        """Name of the block that is executing."""
        return frame.block if (frame := self._invoker.frame) else None

    @property
    def custom_function(self) -> int:
        """Id of the custom function run that is executing; 0 outside of any."""
        return frame.custom_function if (frame := self._invoker.frame) else 0

    @property
    def line(self) -> int:
        """The line of the playbook, or of its custom function, that is executing."""
        return self._invoker.line()

    @property
    def command(self) -> int:
        """The API call that is being carried out."""
        return calling.get()[0]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Exceptions that ended a branch."""
        return tuple(self._invoker.failures)

    def call_api(self, name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Carry out one ``phantom.*`` call and journal it, with what it was given and what it returned."""
        self.tree.check()
        put, line = self.journal.put, self.line
        command = self.tree.ids.next("command")
        made = CallMade(self.id, command, self.invocation, name, line,
                        {key: put(value) for key, value in arguments.items()})
        self.journal.append(made)
        outer = calling.set((command, name))
        returned: Any = None
        error = ""
        try:
            returned = function(self, **arguments)
            return returned
        except LabError as exc:
            error = str(exc)
            raise
        except Exception as exc:
            error = f"{type(exc).__name__}: {text_of(exc)}"
            raise
        except KeyboardInterrupt:
            self.tree.stopped("interrupted")
            raise
        finally:
            calling.reset(outer)
            self.journal.append(ApiCalled(self.id, command, put(returned), error, made=made))

    def log(self, level: str, message: str) -> None:
        """A line of the debug log."""
        self.tree.check()
        self.journal.append(Logged(self.id, self.invocation, level, message, self.line))

    def note(self, message: str) -> None:
        """A note of the lab itself, said once."""
        if message not in self._told:
            self._told.add(message)
            self.journal.append(Logged(self.id, self.invocation, "note", message))

    def hint(self, message: str) -> None:
        """Journal that something seems to be meant otherwise than it is written; once an invocation and line."""
        key = self.invocation, self.line, message
        if key not in self.state.hinted:
            self.state.hinted.add(key)
            self.journal.append(Hinted(self.id, *key))

    def log_point(self, message: str) -> None:
        """What a breakpoint says that rests nowhere."""
        self.journal.append(Logged(self.id, self.invocation, "breakpoint", message))

    def note_here(self, message: str) -> None:
        """A note of the lab with its place."""
        self.note(f"{self.block or '<module>'}, line {self.line}: {message}")

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

    def gap(self, name: str, chapter: str, beside: str = "") -> NotEmulatedError:
        """Journal a gap; the caller raises what is returned, which stops the run.

        Args:
            beside: the end of the sentence, such as what else may be meant.
        """
        line = self.line
        met = GapMet(self.id, self.invocation, name, chapter, line)
        self.journal.append(met)
        self.tree.gate.gap(met)
        self.tree.unwinding = NotEmulatedError(
            f"{self.playbook.title}:{line}: {name} (chapter: {chapter}) is not emulated yet "
            f"(block {self.block or '<module>'}){beside}")
        return self.tree.unwinding

    def queue(self, pending: Pending, *, waits: bool = True) -> None:
        """Queue something this run asked for; nothing completes before the calling block has returned.

        Args:
            waits: whether the run stays open until its turn.
        """
        if waits:
            self.open.add(pending.key)
        self.tree.queue.add(pending)

    def asked(self, callback: Callable[..., Any] | None) -> dict[str, Any]:
        """Who asks, where and when: the fields that everything pending has in common."""
        return {"run": self, "callback": callback, "registered_by": self.block, "line": self.line,
                "command": self.command, "due": self.clock.elapsed()}

    def name_for(self, name: Any, kind: str, what: str) -> str:
        """The name that a call gave, or one made of what it asks for (form assumed)."""
        return str(name) if name else f"{what.replace(' ', '_')}_{self.tree.ids.next(f'unnamed {kind} {what}')}"

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
