"""What stands behind a value that a call of the platform returned, or that a block was called with."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from phantom_lab.journal.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CustomFunctionCompleted,
    Filtered,
    InvocationStarted,
    PlaybookStarted,
)
from phantom_lab.journal.journal import Journal
from phantom_lab.journal.origins.holding import Artifacts, Columns, Holders, Path, Results, key_of
from phantom_lab.journal.origins.origin import COMPUTED, EITHER, ValueOrigin, merged
from phantom_lab.journal.origins.recorded import Record
from phantom_lab.journal.origins.ways import Source, any_of, only
from phantom_lab.journal.provenance.scopes import ANY, DECODED
from phantom_lab.journal.provenance.walking import parts, steps_of, text_of_steps

_COLLECTS = frozenset({"collect2", "collect", "collect_from_container", "collect_from_action_result",
                       "collect_for_condition", "collect_from_playbook_results"})
_KEPT = {"get_run_data": frozenset({"save_run_data", "save_block_result"}),
         "get_block_result": frozenset({"save_run_data", "save_block_result"}),
         "get_data": frozenset({"save_data"}), "get_object": frozenset({"save_object"})}
_CONTAINERS = {"get_container": (), "get_container_json": (), "get_raw_data": ("data",)}
_ARTIFACTS = ("artifact", "artifacts", "filtered-artifact", "filtered_artifact")
_RESULTS = ("action_result", "action_results", "summary", "status", "message", "action", "app", "asset", "name")
_QUESTIONS = ("prompt", "task", "approve")
_LOCAL = re.compile(r"/rest/(?P<what>artifact|container)(?:/(?P<id>[0-9]{1,9})(?P<artifacts>/artifacts)?)?/?(?:[?]|$)")
_FORMATS = frozenset({"format"})
_VALUE = ("", "{0}")
"""A template that is nothing but its first value, without the lines that begin and end its rows."""
_CALLS = 4
"""Calls at one place that are looked at each; of more only those that returned a value."""
_FILLED = 6
"""Values of a template whose origins are told."""
Held = Callable[[Any], bool]
"""Whether a value is what was read."""


class Reaching(ABC):
    """Tells what calls and arguments are filled with."""

    def __init__(self, journal: Journal) -> None:
        self.record = Record(journal)
        self.artifacts, self.results, self.columns = Artifacts(self.record), Results(self.record), Columns(self.record)
        self._sets: dict[tuple[int, str], Holders] = {}

    @abstractmethod
    def argument(self, call: ApiCalled, argument: str, path: Path, value: Any, hops: int = 0) -> ValueOrigin:
        """Where a value came from that an argument of a call was, or held."""

    @abstractmethod
    def general(self, call: ApiCalled, argument: str, path: Path, made: Any, hops: int) -> list[ValueOrigin]:
        """What an argument of a call was, of which another value was made."""

    @abstractmethod
    def parameter(self, asked: ActionStarted, number: int, name: str, path: Path, value: Any, hops: int) -> ValueOrigin:
        """Where a value of one of an action's parameter sets came from."""

    @abstractmethod
    def passed(self, started: InvocationStarted, name: str, path: Path) -> Source | None:
        """What another block passed to one that it called."""

    @abstractmethod
    def body(self, invocation: int, path: Path, value: Any, hops: int) -> ValueOrigin | None:
        """Where a value came from that a custom function returned; None where nothing tells."""

    def through(self, call: ApiCalled, argument: str, path: Path, kept: ValueOrigin | None = None) -> Source:
        """What an argument of another call was.

        Args:
            kept: where it stood meanwhile, for rows that have no value of it.
        """
        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            origin = self.argument(call, argument, path, value, hops)
            return [kept if kept is not None and value is None and origin.lost else origin]

        return Source(find, lambda value, near, hops: self.general(call, argument, path, value, hops))

    # -- calls of the platform -----------------------------------------------------------------------------------------

    def returned_by(self, calls: Sequence[ApiCalled], path: Path) -> Source | None:
        """A part of what one of several calls at a place returned, the latest first."""
        if len(calls) <= _CALLS:
            return any_of([self.returned(one, path) for one in calls]) if calls else None
        known: dict[int, Source] = {}

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            found: list[ValueOrigin] = []
            for one in calls:
                if self._column(one, path)(value):
                    if one.command not in known:
                        known[one.command] = self.returned(one, path)
                    found += known[one.command].find(value, near, hops)
            return found

        return Source(find, lambda value, near, hops: self.returned(calls[0], path).general(value, near, hops))

    def returned(self, call: ApiCalled, path: Path) -> Source:
        """A part of what a call returned."""
        if call.name.startswith("requests."):
            return self._requested(call, path)
        if call.name in _COLLECTS:
            return self._collected(call, path)
        if call.name in _KEPT:
            key = str(self.record.argument(call, "key"))
            return self._kept(call, _KEPT[call.name], key, path, self._column(call, path))
        if call.name == "format":
            return self.filled(call, "template", self._column(call, path))
        if call.name == "get_format_data":
            return self._formatted(call, str(self.record.argument(call, "name")), self._column(call, path))
        if call.name in ("get_list", "datastore_get") and path[:1] != (0,):
            return only(ValueOrigin("list", str(self.record.argument(call, "list_name"))), self._column(call, path))
        if call.name in _CONTAINERS:
            return self._container(call, (*_CONTAINERS[call.name], *path), self._column(call, path))
        if "artifact" in call.name and path[:1] == (ANY,):
            return self._artifact(call, path[1:], self._column(call, path), None)
        if call.name == "get_parent_handle":
            return self._of_parent(call.run, "handle", path) or self._of_platform(call, path)
        return self._of_platform(call, path)

    def _requested(self, call: ApiCalled, path: Path) -> Source:
        """A part of an answer: the journal keeps none, but the platform's own REST tells what it has."""
        answer, url = self.record.get(call.returned), self.record.argument(call, "url")
        told = only(ValueOrigin("http", f"{call.name.removeprefix('requests.').upper()} {url}"))
        local = _LOCAL.search(str(url)) if isinstance(answer, dict) and "source" not in answer else None
        if local is None:
            return told
        listed = path[2:] if path[:1] == ("data",) and not local["id"] else path
        begun = self.record.runs[call.run]
        listed = path[2:] if local["artifacts"] else listed
        if local["what"] == "artifact" or local["artifacts"]:
            there = self._artifact(call, listed, lambda value: False, None)
        elif local["id"] and int(local["id"]) == begun.container_id:
            there = self._container(call, listed, lambda value: False)
        else:
            return told
        return Source(lambda value, near, hops: there.find(value, near, hops) or told.find(value, near, hops),
                      lambda value, near, hops: told.general(value, near, hops))

    def _of_platform(self, call: ApiCalled, path: Path) -> Source:
        return only(ValueOrigin("platform", f"phantom.{call.name}", line=call.line,
                                source=self.record.source(call.run, call.invocation)[0]), self._column(call, path))

    def _column(self, call: ApiCalled, path: Path) -> Held:
        """Whether a call returned a value there, as far as the journal keeps it."""
        return lambda value: bool(call.rows) or self.columns.holds(call.returned, path, value)

    def _collected(self, call: ApiCalled, path: Path) -> Source:
        paths = self.record.argument(call, "datapath")
        if isinstance(paths, str):
            return self._datapath(call, paths, path[1:], self._column(call, path)) or self._of_platform(call, path)
        if not isinstance(paths, list) or not paths:
            return self._of_platform(call, path)
        row, column, rest = path[:1] or (ANY,), path[1] if len(path) > 1 else ANY, path[2:]
        chosen = [column] if type(column) is int and column < len(paths) else range(len(paths))
        return any_of([self._datapath(call, str(paths[one]), rest, self._column(call, (*row, one, *rest)))
                     or self._of_platform(call, path) for one in chosen])

    def _datapath(self, call: ApiCalled, text: str, rest: Path, held: Held) -> Source | None:
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
            return self._artifact(call, steps, held, self._let_through(call, chosen))
        if head == "container":
            return self._container(call, (*steps_of(tail), *rest), held)
        if head == "playbook_input":
            return self._input(call.run, tail, rest, held)
        if head == "custom_list":
            return only(ValueOrigin("list", tail.strip()), held)
        if second == "custom_function":
            name, *below = steps_of(after)
            return self._kept(call, _KEPT["get_run_data"], f"{head}:{name}", (*below, *rest), held, rows=True)
        if second in ("playbook_output", "playbook_input"):
            return self._child(call, head, second, after, rest, held)
        if tail.startswith("formatted_data"):
            return self._formatted(call, head, held)
        steps = (*steps_of(tail)[1:], *rest)
        if "custom_function_result" in tail.partition(".")[0]:
            return self._function(call.run, self.record.places[call.command], head, steps, held)
        if tail.partition(".")[0].removeprefix("filtered-") in _RESULTS:
            first = tail.partition(".")[0]
            steps = steps if first.removeprefix("filtered-").startswith("action_result") else (first, *steps)
            return self._result(call.run, self.record.places[call.command], head, steps, held)
        return only(ValueOrigin("platform", text, line=call.line), held) if head == "playbook" else None

    def _passed_name(self, call: ApiCalled) -> str:
        """Whose results were passed along to a call."""
        for argument in ("action_results", "action_result", "playbook_results", "container"):
            given = self.record.argument(call, argument)
            if isinstance(given, list) and given and isinstance(given[0], dict):
                return str(given[0].get("name"))
        return ""

    # -- where values stand --------------------------------------------------------------------------------------------

    def _let_through(self, call: ApiCalled, chosen: str) -> frozenset[int] | None:
        """The artifacts that a call is restricted to; None: any."""
        given = self.record.argument(call, "filter_artifacts")
        ids = frozenset(one for one in given if type(one) is int) if isinstance(given, list) and given else None
        if chosen:
            stored = next(self.record.before(Filtered, call.run, chosen, self.record.places[call.command]), None)
            if stored is not None and stored.artifact_ids:
                ids = frozenset(stored.artifact_ids) if ids is None else ids & frozenset(stored.artifact_ids)
        return ids

    def _artifact(self, call: ApiCalled, steps: Path, held: Held, allowed: frozenset[int] | None) -> Source:
        path, unknown = text_of_steps(steps), f"{'no' if not self.artifacts.versions else 'an'} artifact"
        number, own = self._container_of(call)
        elsewhere = "" if number == own else f"an artifact of container {number}"

        at = self.record.places[call.command]

        def told(numbers: Iterable[int]) -> list[ValueOrigin]:
            return [ValueOrigin("artifact", f"artifact {one}", path) for one in numbers
                    if allowed is None or one in allowed]

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            if near is not None:
                return told([near]) if self.artifacts.holds(near, steps, value, at) else []
            numbers = [] if elsewhere else self.artifacts.holding(steps, value, at)
            found = [replace(one, path=text_of_steps(self.artifacts.path_of(number, steps, value)))
                     for number in numbers for one in told([number])]
            return found or ([ValueOrigin("artifact", elsewhere or unknown, path)] if held(value) else [])

        def general(made: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            groups = [[near]] if near is not None else [] if elsewhere else self.artifacts.within(steps, made)
            found = [merged(told(one), EITHER) for one in groups if told(one)]
            return found or [ValueOrigin("artifact", elsewhere or "the artifacts", path)]

        return Source(find, general)

    def _container(self, call: ApiCalled, steps: Path, held: Held) -> Source:
        number, own = self._container_of(call)
        there = self.record.get(self.record.runs[call.run].container) if number == own else None
        return only(ValueOrigin("container", f"container {number}", text_of_steps(steps)),
                    lambda value: held(value) or any(key_of(one) == key_of(value) for one in parts(there, steps)))

    def _container_of(self, call: ApiCalled) -> tuple[int, int]:
        """The container that a call is for, and that of its run."""
        given = self.record.argument(call, "container") or self.record.argument(call, "container_id")
        number = given.get("id") if isinstance(given, dict) else given
        number = int(number) if isinstance(number, str) and number.isdecimal() and len(number) < 20 else number
        begun = self.record.runs.get(call.run)
        own = begun.container_id if begun else 0
        return number if type(number) is int else own, own

    def _input(self, run: int, tail: str, rest: Path, held: Held) -> Source:
        name = str(next(iter(steps_of(tail)), tail))
        begun = self.record.runs.get(run)
        value = self.record.get(begun.inputs).get(name) if begun else None
        path = (*((ANY,) if isinstance(value, list) else ()), *steps_of(tail)[1:], *rest)
        found = self._of_parent(run, "inputs", (name, *path))
        return found or only(ValueOrigin("input", name), held)

    def _of_parent(self, run: int, argument: str, path: Path) -> Source | None:
        """What the parent passed to a child playbook."""
        asked = self.record.children.get(run)
        call = self.record.commands.get(asked.command) if asked else None
        if call is None or call.name != "playbook":
            return None
        given = self.record.argument(call, argument)
        if argument == "inputs" and isinstance(given, dict) and path[0] not in given:
            same = [one for one in given if one.casefold() == str(path[0]).casefold()]
            if not same:
                return None  # nobody passed it
            path = (same[0], *path[1:])
        return self.through(call, argument, path, ValueOrigin("input", str(path[0]) if path else ""))

    def _child(self, call: ApiCalled, name: str, kind: str, after: str, rest: Path,
               held: Held) -> Source:
        at = self.record.places[call.command]
        asked: PlaybookStarted | None = next(self.record.before(PlaybookStarted, call.run, name, at), None)
        if kind == "playbook_input" and asked is not None:
            return self._input(asked.child, after, rest, held)
        alone = only(ValueOrigin("child playbook", name, after), held)
        if asked is None:
            return alone
        saved = self.record.last_called(asked.child, "save_playbook_output_data", at)
        if saved is None:
            return alone
        output = self.record.argument(saved, "output")
        key, *steps = steps_of(after) or (after,)
        listed = isinstance(output, dict) and isinstance(output.get(str(key)), list)
        path = (key, *((ANY,) if listed else ()), *steps, *rest)
        return self.through(saved, "output", path, ValueOrigin("child playbook", name, after))

    def _kept(self, call: ApiCalled, saves: frozenset[str], key: str, path: Path, held: Held, *,
              rows: bool = False) -> Source:
        """What was saved under a key."""
        saved = self.record.keyed(call.run, saves, "key", key, self.record.places[call.command])
        if saved is None or (0, key) in self.record.edited:
            return only(ValueOrigin("run data", key) if saved is None else ValueOrigin("edit", f"run data {key}"), held)
        if rows:  # those of a list, also of one that was written down
            value = self.record.argument(saved, "value")
            read = next(iter(parts(value, (DECODED,))), None) if isinstance(value, str) else None
            path = (*((DECODED,) if read is not None else ()),
                    *((ANY,) if isinstance(value if read is None else read, list) else ()), *path)
        return self.through(saved, "value", path, ValueOrigin("run data", key))

    def _formatted(self, call: ApiCalled, name: str, held: Held) -> Source:
        """The text or the rows of a named format."""
        wanted = name.removesuffix("__as_list")
        filled = self.record.keyed(call.run, _FORMATS, "name", wanted, self.record.places[call.command])
        if filled is None:
            return only(ValueOrigin("format", wanted, "which never ran", line=call.line), held)
        return self.filled(filled, "template", held)

    def filled(self, call: ApiCalled, template: str, held: Held = lambda value: False) -> Source:
        """What a call put into a template; one that is nothing but a value is that value."""
        text = self.record.argument(call, template)
        lines = [one for one in str(text).strip().splitlines() if one.strip() != "%%"]
        given = self.record.argument(call, "parameters")
        listed = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        name = str(self.record.argument(call, "name") or f"phantom.{call.name}")
        sources = [self._filler(call, one, place) for place, one in enumerate(listed[:_FILLED])]
        first = sources[0] if sources and "\n".join(lines).strip() in _VALUE[1:] else None

        def general(made: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            of = dict.fromkeys(origin for one in sources for origin in one.general(made, near, hops + 1))
            return [ValueOrigin("format", name, line=call.line, source=self.record.source(call.run, call.invocation)[0],
                                of=tuple(of))]

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            if not held(value):
                return []
            return (first.find(value, near, hops + 1) if first else []) or general(value, near, hops)

        return Source(find, general)

    def _filler(self, call: ApiCalled, parameter: Any, place: int) -> Source:
        """One value of a template: of a datapath, or a text that stands for itself."""
        if isinstance(parameter, str) and ":" in parameter and (
                found := self._datapath(call, parameter, (), lambda value: False)) is not None:
            return found
        return Source(lambda value, near, hops: [self.argument(call, "parameters", (place,), value, hops)],
                      lambda value, near, hops: [self.argument(call, "parameters", (place,), parameter, hops)])

    # -- what came back ------------------------------------------------------------------------------------------------

    def _result(self, run: int, at: int, name: str, steps: Path, held: Held) -> Source:
        """What an action came back with, or what it was asked with."""
        done: ActionCompleted | None = next(self.record.before(ActionCompleted, run, name, at), None)
        path = text_of_steps(steps)
        asks = done is not None and done.action in _QUESTIONS
        told = ValueOrigin("reply" if asks else "result", name, path)
        key = steps[1] if len(steps) > 1 and steps[0] == "parameter" and type(steps[1]) is str else ""

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            if key and key != "context" and (asked := self._asked(done)) is not None:
                sets = self._sets_with(asked, key, steps[2:], near).of((near, value) if near is not None else value)
                if sets:
                    return [self.parameter(asked, one, key, steps[2:], value, hops) for one in sets]
            there = self.results.holding(run, name, steps, value, at) is not None
            return [told] if there or held(value) else []

        return Source(find, lambda value, near, hops: [told])

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

    def _function(self, run: int, at: int, name: str, steps: Path, held: Held) -> Source:
        """What a custom function returned, or what it was given."""
        done: CustomFunctionCompleted | None = next(self.record.before(CustomFunctionCompleted, run, name, at), None)
        path = text_of_steps(steps)
        told = ValueOrigin("custom function", name, path)
        asked = self.record.functions.get(done.custom_function_run_id) if done else None
        call = self.record.commands.get(asked.command) if asked else None
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
                    origin = replace(told, of=origin.of if origin else ())
                found.append(origin)
            return found or ([told] if held(value) else [])

        return Source(find, lambda value, near, hops: [told])

    # -- arguments of blocks -------------------------------------------------------------------------------------------

    def of_argument(self, invocation: int, name: str, path: Path) -> Source | None:
        """What an invocation was called with."""
        started = self.record.started.get(invocation)
        if started is None:
            return None
        cause, held = started.cause, self._given(started, name, path)
        if (invocation, name) in self.record.edited:
            return only(ValueOrigin("edit", f"argument {name}", text_of_steps(path)))
        if cause.kind == "call":
            return self.passed(started, name, path)
        call = self.record.commands.get(cause.command or 0)
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

    def _of_results(self, started: InvocationStarted, path: Path, held: Held) -> Source:
        """What a callback gets as ``results``: a list of app runs, or of what stands for them."""
        name, at, inner = started.cause.name or "", self.record.places[-started.n], path[1:]
        if started.cause.kind == "custom_function":
            steps = inner[2:] if inner[:1] == ("custom_function_results",) else inner
            return self._function(started.run, at, name, steps, held)
        if started.cause.kind == "playbook":
            return only(ValueOrigin("child playbook", name, text_of_steps(inner)), held)
        steps = inner[2:] if inner[:1] == ("action_results",) else inner
        return self._result(started.run, at, name, steps, held)
