"""What stands behind a value that a call of the platform returned, or that a block was called with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CustomFunctionCompleted,
    InvocationStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.later import regex
from phantom_lab.model import PEOPLE
from phantom_lab.why.origins.candidates import Candidate, any_of, only
from phantom_lab.why.origins.holding import Holders, Path, key_of
from phantom_lab.why.origins.origin import COMPUTED, EITHER, Step, ValueOrigin, merged
from phantom_lab.why.origins.standing import Held, Standing
from phantom_lab.why.provenance.scopes import ANY
from phantom_lab.why.provenance.walking import parts, steps_of, text_of_steps

_COLLECTS = frozenset({"collect2", "collect", "collect_from_container", "collect_from_action_result",
                       "collect_for_condition", "collect_from_playbook_results"})
_KEPT = {"get_run_data": frozenset({"save_run_data", "save_block_result"}),
         "get_block_result": frozenset({"save_run_data", "save_block_result"}),
         "get_data": frozenset({"save_data"}), "get_object": frozenset({"save_object"})}
_CONTAINERS = {"get_container": (), "get_container_json": (), "get_raw_data": ("data",)}
_ARTIFACTS = ("artifact", "artifacts", "filtered-artifact", "filtered_artifact")
_RESULTS = ("action_result", "action_results", "summary", "status", "message", "action", "app", "asset", "name")
_LOCAL = regex(r"/rest/(?P<what>artifact|container)(?:/(?P<id>[0-9]{1,9})(?P<artifacts>/artifacts)?)?/?(?:[?]|$)")
_CALLS = 4
"""Calls at one place that are looked at each; of more only those that returned a value."""


class Reaching(Standing):
    """Tells what calls and arguments are filled with."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._sets: dict[tuple[int, str], Holders] = {}
        self._returned: dict[tuple[int, Path], Candidate] = {}

    @abstractmethod
    def parameter(self, asked: ActionStarted, number: int, name: str, path: Path, value: Any, hops: int) -> ValueOrigin:
        """Where a value of one of an action's parameter sets came from."""

    @abstractmethod
    def passed(self, started: InvocationStarted, name: str, path: Path) -> Candidate | None:
        """What another block passed to one that it called."""

    @abstractmethod
    def body(self, invocation: int, path: Path, value: Any, hops: int) -> ValueOrigin | None:
        """Where a value came from that a custom function returned; None where nothing tells."""

    # -- calls of the platform -----------------------------------------------------------------------------------------

    def returned_by(self, calls: Sequence[ApiCalled], path: Path) -> Candidate | None:
        """A part of what one of several calls at a place returned, the latest first."""
        if len(calls) <= _CALLS:
            return any_of([self.returned(one, path) for one in calls]) if calls else None

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            return [found for one in calls if self.column(one, path)(value)
                    for found in self.returned(one, path).find(value, near, hops)]

        return Candidate(find, lambda value, near, hops: self.returned(calls[0], path).general(value, near, hops))

    def returned(self, call: ApiCalled, path: Path) -> Candidate:
        """A part of what a call returned, which several arguments may be made of."""
        key = call.command, path
        if (known := self._returned.get(key)) is None:
            known = self._returned[key] = self._behind_call(call, path)
        return known

    def _behind_call(self, call: ApiCalled, path: Path) -> Candidate:
        name = call.made.name
        if name in _KEPT:
            key = str(self.record.argument(call, "key"))
            return self.kept(call, _KEPT[name], key, path, self.column(call, path))
        if name in _COLLECTS:
            return self._collected(call, path)
        if name.startswith("requests."):
            return self._requested(call, path)
        if name == "format":
            return self.filled(call, "template", self.column(call, path))
        if name == "get_format_data":
            return self.formatted(call, str(self.record.argument(call, "name")), self.column(call, path))
        if name in ("get_list", "datastore_get") and path[:1] != (0,):
            return only(ValueOrigin("list", str(self.record.argument(call, "list_name"))), self.column(call, path))
        if name in _CONTAINERS:
            return self.container(call, (*_CONTAINERS[name], *path), self.column(call, path))
        if "artifact" in name and path[:1] == (ANY,):
            return self.artifact(call, path[1:], self.column(call, path), None)
        if name == "get_parent_handle":
            return self.of_parent(call.run, "handle", path) or self._of_platform(call, path)
        return self._of_platform(call, path)

    def _requested(self, call: ApiCalled, path: Path) -> Candidate:
        """A part of an answer: the journal keeps none, but the platform's own REST tells what it has."""
        answer, url = self.record.get(call.returned), self.record.argument(call, "url")
        told = only(ValueOrigin("http", f"{call.name.removeprefix('requests.').upper()} {url}"))
        local = _LOCAL.search(str(url)) if isinstance(answer, dict) and "source" not in answer else None
        if local is None:
            return told
        one = local["id"] and not local["artifacts"]
        listed, begun = path if one else path[2:], self.record.runs[call.run]
        if local["what"] == "artifact" or local["artifacts"]:
            there = self.artifact(call, listed, lambda value: False, None)
        elif one and int(one) == begun.container_id:
            there = self.container(call, listed, lambda value: False)
        else:
            return told
        return Candidate(lambda value, near, hops: there.find(value, near, hops) or told.find(value, near, hops),
                      lambda value, near, hops: told.general(value, near, hops))

    def _of_platform(self, call: ApiCalled, path: Path) -> Candidate:
        return only(ValueOrigin("platform", f"phantom.{call.name}", line=call.line,
                                source=self.record.source(call.run, call.invocation)[0]), self.column(call, path))

    def _collected(self, call: ApiCalled, path: Path) -> Candidate:
        paths = self.record.argument(call, "datapath")
        if isinstance(paths, str):
            return self._in_row(call, path, self.datapath(call, paths, path[1:], self.column(call, path))
                                or self._of_platform(call, path))
        if not isinstance(paths, list) or not paths:
            return self._of_platform(call, path)
        row, column, rest = path[:1] or (ANY,), path[1] if len(path) > 1 else ANY, path[2:]
        chosen = [column] if type(column) is int and column < len(paths) else range(len(paths))
        return any_of([self._in_row(call, (*row, one, *rest), self.datapath(
            call, str(paths[one]), rest, self.column(call, (*row, one, *rest))) or self._of_platform(call, path))
            for one in chosen])

    def _in_row(self, call: ApiCalled, path: Path, read: Candidate) -> Candidate:
        """What a datapath read, where the text tells of which row: what another row holds did not come from there."""
        rows = self.record.get(call.returned)
        if not path or type(path[0]) is not int or not isinstance(rows, list) or not 0 <= path[0] < len(rows):
            return read
        there = parts(rows, path)
        if there == [None]:  # nothing is there, or the way leads into a text
            return read
        keys = {key_of(one) for one in there}

        def general(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            held = [each for one in there for each in read.find(one, near, hops)] if len(there) == 1 else []
            return [merged(held, EITHER)] if held else read.general(value, near, hops)

        return Candidate(lambda value, near, hops: read.find(value, near, hops) if key_of(value) in keys else [],
                         general)

    def datapath(self, call: ApiCalled, text: str, rest: Path, held: Held) -> Candidate | None:
        """What a datapath reads, with steps below it; None: it is none."""
        inner, chosen = text.strip(), ""
        if inner.startswith("filtered-data:"):
            _, *between, inner = inner.split(":", 3)
            chosen = ":".join(between)
        head, _, tail = inner.partition(":")
        second, _, after = tail.partition(":")
        if not tail or "." in head:
            head, tail = self._passed_name(call), inner
        if head in _ARTIFACTS or second in _ARTIFACTS:
            steps = (*steps_of(tail if head in _ARTIFACTS else after)[1:], *rest)
            return self.artifact(call, steps, held, self.let_through(call, chosen))
        if head == "container":
            return self.container(call, (*steps_of(tail), *rest), held)
        if head == "finding":
            return only(ValueOrigin("finding", "finding", text_of_steps((*steps_of(tail), *rest))), held)
        if head == "playbook_input":
            return self.input(call.run, tail, rest, held)
        if head == "custom_list":
            return only(ValueOrigin("list", tail.strip()), held)
        if second == "custom_function":
            name, *below = steps_of(after) or ("",)
            return self.kept(call, _KEPT["get_run_data"], f"{head}:{name}", (*below, *rest), held, rows=True)
        if second in ("playbook_output", "playbook_input"):
            return self.child(call, head, second, after, rest, held)
        if tail.startswith("formatted_data"):
            return self.formatted(call, head, held)
        steps = (*steps_of(tail)[1:], *rest)
        if "custom_function_result" in tail.partition(".")[0]:
            return self._function(call.run, self.record.returned[call.command], head, steps, held)
        if tail.partition(".")[0].removeprefix("filtered-") in _RESULTS:
            first = tail.partition(".")[0]
            steps = steps if first.removeprefix("filtered-").startswith("action_result") else (first, *steps)
            return self._result(call.run, self.record.returned[call.command], head, steps, held)
        return only(ValueOrigin("platform", text, line=call.line), held) if head == "playbook" else None

    def _passed_name(self, call: ApiCalled) -> str:
        """Whose results were passed along to a call."""
        for argument in ("action_results", "action_result", "playbook_results", "container"):
            given = self.record.argument(call, argument)
            if isinstance(given, list) and given and isinstance(given[0], dict):
                return str(given[0].get("name"))
        return ""

    # -- what came back ------------------------------------------------------------------------------------------------

    def _result(self, run: int, at: int, name: str, steps: Path, held: Held) -> Candidate:
        """What an action came back with, or what it was asked with."""
        done: ActionCompleted | None = next(self.record.before(ActionCompleted, run, name, at), None)
        path = text_of_steps(steps)
        asks = done is not None and done.action in PEOPLE
        told = ValueOrigin("reply" if asks else "result", name, path)
        key = steps[1] if len(steps) > 1 and steps[0] == "parameter" and type(steps[1]) is str else ""

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            if key and key != "context" and (asked := self._asked(done)) is not None:
                sets = self._sets_with(asked, key, steps[2:], near).of((near, value) if near is not None else value)
                if sets:
                    call = self.record.call(asked.command)
                    found = [self.parameter(asked, one, key, steps[2:], value, hops) for one in sets]
                    return [one.by(self.step(call)) for one in found] if call is not None else found
            there = self.results.holding(run, name, steps, value, at) is not None
            return [told] if there or held(value) else []

        return Candidate(find, lambda value, near, hops: [told])

    def _asked(self, done: ActionCompleted | None) -> ActionStarted | None:
        return self.record.actions.get(done.action_run_id) if done is not None else None

    def _sets_with(self, asked: ActionStarted, key: str, rest: Path, near: int | None) -> Holders:
        """The parameter sets of an action by a parameter's value; with an artifact, by both."""
        known = (asked.action_run_id, f"{key}.{text_of_steps(rest)}")
        if known not in self._sets:
            index = self._sets[known] = Holders()
            for number, one in enumerate(self.record.get(asked.parameters)):
                context = one.get("context") if isinstance(one, dict) else None
                artifact = context.get("artifact_id") if isinstance(context, dict) else None
                for found in parts(one, (key, *rest)) if isinstance(one, dict) and key in one else ():
                    index.add(found, number)
                    if not isinstance(found, list | dict):
                        index.add((artifact, found), number)
        return self._sets[known]

    def _function(self, run: int, at: int, name: str, steps: Path, held: Held) -> Candidate:
        """What a custom function returned, or what it was given."""
        done: CustomFunctionCompleted | None = next(self.record.before(CustomFunctionCompleted, run, name, at), None)
        path = text_of_steps(steps)
        told = ValueOrigin("custom function", name, path)
        asked = self.record.functions.get(done.custom_function_run_id) if done else None
        call = self.record.call(asked.command) if asked else None
        if steps[:1] == ("parameter",) and call is not None:
            return self.through(call, "parameters", (ANY, *steps[1:]))
        if done is None or asked is None or not asked.source:
            return only(told, held)
        numbers, bodies = self.results.of_function(done, steps), self.record.bodies[done.custom_function_run_id]
        data = parts(self.record.get(done.results), (ANY, "custom_function_results", 0, "data"))
        inner = steps[2:] if steps[1:2] == (ANY,) and data and isinstance(data[0], dict) else steps[1:]

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            found = []
            for number in numbers.of(value):
                origin = self.body(bodies[number], inner, value, hops) if number < len(bodies) else None
                if origin is None or origin.kind == COMPUTED:
                    origin = told._replace(of=origin.of if origin else ())
                else:
                    body = self.record.started[bodies[number]]
                    origin = origin.by(Step("body", body.block, body.line))
                found.append(origin)
            return found or ([told] if held(value) else [])

        return Candidate(find, lambda value, near, hops: [told])

    # -- arguments of blocks -------------------------------------------------------------------------------------------

    def of_argument(self, invocation: int, name: str, path: Path) -> Candidate | None:
        """What an invocation was called with."""
        started = self.record.started.get(invocation)
        if started is None:
            return None
        cause, held = started.cause, self._given(started, name, path)
        if (invocation, name) in self.record.edited:
            return only(ValueOrigin("edit", f"argument {name}", text_of_steps(path)))
        if cause.kind == "call":
            return self.passed(started, name, path)
        call = self.record.call(cause.command or 0)
        if cause.kind == "execute":
            number = self.record.numbers[invocation]
            return self.through(call, "parameters", (number, name, *path)) if call else None
        if name == "container" or (cause.kind in ("start", "finish") and path):
            begun = self.record.runs[started.run]
            return only(ValueOrigin("container", f"container {begun.container_id}", text_of_steps(path)), held)
        if name == "handle" and call is not None:
            return self.through(call, "handle", path)
        if name == "results" and cause.name:
            return self._of_results(started, path, held)
        if cause.kind in ("action", "prompt", "custom_function", "playbook"):
            kinds = {"action": "result", "prompt": "reply", "playbook": "child playbook"}
            told = ValueOrigin(kinds.get(cause.kind, "custom function"), cause.name or "", ".".join(
                filter(None, (name, text_of_steps(path)))))
            return only(told, held)
        return only(ValueOrigin("platform", f"argument {name} of {started.block}", text_of_steps(path)), held)

    def _given(self, started: InvocationStarted, name: str, path: Path) -> Held:
        ref = started.arguments.get(name)
        return lambda value: ref is not None and self.columns.holds(ref, path, value)

    def _of_results(self, started: InvocationStarted, path: Path, held: Held) -> Candidate:
        """What a callback gets as ``results``: a list of app runs, or of what stands for them."""
        name, at, inner = started.cause.name or "", self.record.start_of(started.n), path[1:]
        if started.cause.kind == "custom_function":
            steps = inner[2:] if inner[:1] == ("custom_function_results",) else inner
            return self._function(started.run, at, name, steps, held)
        if started.cause.kind == "playbook":
            return only(ValueOrigin("child playbook", name, text_of_steps(inner)), held)
        steps = inner[2:] if inner[:1] == ("action_results",) else inner
        return self._result(started.run, at, name, steps, held)
