"""Who gave a value that entered a block: from calls of the platform and arguments back to what was provided."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from phantom_lab.history.events import ApiCalled, Edited, InvocationStarted
from phantom_lab.why.provenance.flow import Flow
from phantom_lab.why.provenance.names import Origin, passed_to
from phantom_lab.why.provenance.reached import Reached
from phantom_lab.why.provenance.scopes import ANY
from phantom_lab.why.provenance.until import NO_VALUE, OWN, Path, Provenance, holds, is_literal
from phantom_lab.why.provenance.walking import brief, text_of_steps

_HOPS = 12
_EMPTY: tuple[Any, ...] = ([], {}, "")
_COLLECTS = frozenset({"collect2", "collect", "collect_from_container", "collect_from_action_result",
                       "collect_for_condition", "collect_from_playbook_results"})
_KEPT = frozenset({"get_run_data", "get_block_result", "get_data", "get_object"})


class Givers(Reached):
    """Follows values from where they entered a block."""

    def best(self, origins: Iterable[Origin], n: int, value: Any, hops: int = 0) -> Provenance | None:
        """What fits best: what holds the value itself, then what decides a constant, then the first that was given."""
        found: list[Provenance] = []
        own: list[Provenance] = []
        decides: list[Provenance] = []
        for one in origins:
            given = self.resolve(one, n, NO_VALUE if one.decides else value, hops)
            if given is not None:
                (own if given.kind == OWN else decides if one.decides else found).append(given)
        exact = [one for one in found if one.exact]
        constant = [one for one in own if one.exact and not (found and value in _EMPTY)]  # it was to be filled
        order = [*exact, *(decides if constant else ()), *constant, *found, *decides, *own]
        return order[0] if order else None

    def resolve(self, origin: Origin, n: int, value: Any, hops: int = 0) -> Provenance | None:
        """Follow an origin within an invocation; None where the journal does not tell."""
        if hops > _HOPS:
            return None
        if origin.kind in ("call", "http"):
            called = self._called(origin, n)
            return None if called is None else self._returned(called, origin.path, value, hops + 1)
        if origin.kind == "argument":
            return self._argument(n, origin.name, origin.path, value, hops + 1)
        if origin.kind == "default":
            return Provenance(OWN, f"the parameter {origin.name}, which the call in line {origin.line} does not pass")
        if origin.kind == "constant":
            return Provenance(OWN, f"the constant {origin.name} in line {origin.line}",
                              exact=is_literal(origin.name, value))
        return Provenance(OWN, f"a value of the playbook's own: {origin.name}")

    def _called(self, origin: Origin, n: int) -> ApiCalled | None:
        """The last such call of an invocation at these lines."""
        return next((one for one in self.latest_calls if one.invocation == n and one.name == origin.name
                     and origin.line <= one.line <= origin.end), None)

    # -- calls of the platform -----------------------------------------------------------------------------------------

    def _returned(self, call: ApiCalled, path: Path, value: Any, hops: int) -> Provenance:
        exact = holds(self.get(call.returned), path, value)
        given = self._told_of(call, path, value, hops)
        return replace(given, exact=exact or given.exact)

    def _told_of(self, call: ApiCalled, path: Path, value: Any, hops: int) -> Provenance:
        if call.name.startswith("requests."):
            asked = f"{call.name.removeprefix('requests.').upper()} {brief(self.argument_of(call, 'url'), 100)}"
            if "refused to request" in call.error:
                refused = f"{asked}, which the lab refused: playbook code reaches no network"
                return Provenance("http", refused, asked, "nobody")
            return Provenance("http", f"HTTP answer to {asked}", asked, "the platform's REST")
        if call.name in _COLLECTS:
            return self._collected(call, path, value, hops)
        if call.name in _KEPT:
            return self.kept(call, str(self.argument_of(call, "key")), path, value, hops)
        if call.name == "get_format_data":
            return self.formatted(call, str(self.argument_of(call, "name")), value, hops)
        if call.name == "format":
            return self.filled(call, "", value, hops)
        if call.name in ("get_list", "check_list"):
            return self._list(call, str(self.argument_of(call, "list_name")))
        if call.name in ("condition", "decision"):
            return self._condition(call, value, hops)
        if call.name in ("get_raw_data", "get_container", "get_container_json"):
            field = ".".join(filter(None, ["data" if call.name == "get_raw_data" else "", text_of_steps(path)]))
            return Provenance("container", f"phantom.{call.name} of the container", f"container:{field}" if field else
                         "container", f"phantom.{call.name}")
        if "artifact" in call.name:
            return Provenance("artifact", f"what phantom.{call.name} returned in line {call.line}", "artifact:*",
                         f"phantom.{call.name}")
        return Provenance("platform", f"what phantom.{call.name} returned in line {call.line}", call.name,
                     f"phantom.{call.name}")

    def _collected(self, call: ApiCalled, path: Path, value: Any, hops: int) -> Provenance:
        paths = self.argument_of(call, "datapath")
        rest = path[1:]
        if isinstance(paths, list):
            column = rest[0] if rest and isinstance(rest[0], int) and rest[0] < len(paths) else 0
            paths, rest = paths[column] if paths else "", rest[1:]
        return self.datapath(call, str(paths), rest, value, hops)

    def _list(self, call: ApiCalled, name: str) -> Provenance:
        returned = self.get(call.returned)
        there = isinstance(returned, list) and returned[:1] == [True]
        return Provenance("list", f"custom list '{name}'{'' if there else ', which is not there'}",
                          f"custom_list:{name}", "the lab's lists")

    def _condition(self, call: ApiCalled, value: Any, hops: int) -> Provenance:
        for one in self.argument_of(call, "conditions") or []:
            for side in one if isinstance(one, list) else []:
                if isinstance(side, str) and ":" in side:
                    found = self.datapath(call, side, (), NO_VALUE, hops)
                    return replace(found, told=f"the condition in line {call.line} on {found.told}")
        return Provenance(OWN, f"the condition in line {call.line}")

    def passed(self, call: ApiCalled, name: str, path: Path, value: Any, hops: int) -> Provenance | None:
        """What an argument of a call of the platform was made of, told from the source."""
        started = self.started(call.invocation)
        block = self.function_of(started)
        if block is None or started is None or hops > _HOPS:
            return None
        module, function = block
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and node.lineno <= call.line <= (node.end_lineno or 0) and (
                    getattr(node.func, "attr", getattr(node.func, "id", "")) == call.name):
                place = list(call.arguments).index(name) if name in call.arguments else len(node.args)
                named = [one.value for one in node.keywords if one.arg == name]
                for one in [*named, *node.args[place:place + 1]]:
                    return self.best(Flow(module, function).origins(one, path), call.invocation, value, hops)
        return None

    # -- arguments of blocks -------------------------------------------------------------------------------------------

    def _argument(self, n: int, name: str, path: Path, value: Any, hops: int) -> Provenance | None:
        started = self.started(n)
        if started is None:
            return None
        if any(one.what == "argument" and one.invocation == n and one.name == name for one in self.of_kind(Edited)):
            return Provenance("edit", f"the argument {name}, changed by hand", name, "by hand")
        exact = name in started.arguments and holds(self.get(started.arguments[name]), path, value)
        found = self._of_cause(started, name, path, value, hops)
        return found and replace(found, exact=exact or found.exact)

    def _of_cause(self, started: InvocationStarted, name: str, path: Path, value: Any, hops: int) -> Provenance | None:
        cause = started.cause
        if cause.kind == "call":
            return self._of_call(started, name, path, value, hops)
        registered = self.call_of(cause.command)
        if cause.kind == "execute":
            return self._input_of_function(started, registered, name, path, value, hops)
        if name not in started.arguments:
            return Provenance(OWN, f"the argument {name} of {started.block}: nothing is passed to it "
                              f"({cause.kind.replace('_', ' ')} {cause.name or 'of the playbook'} calls it)")
        if name == "container" or (cause.kind in ("start", "finish") and path):
            field = text_of_steps(path)
            return Provenance("container", f"container field '{field}'" if field else "the container",
                         f"container:{field}" if field else "container", "the container")
        if name == "handle" and registered is not None:
            return self.passed(registered, "handle", path, value, hops)
        if name == "results" and cause.name:
            return self._results(started, cause.kind, path, value, hops)
        if cause.kind == "finish":
            return Provenance("platform", "the summary that on_finish gets", name, "the run's summary")
        if cause.kind in ("action", "prompt"):
            return self.outcome(started, cause.name or "", f"{cause.name}:action_result", (), value, hops)
        return Provenance("platform", f"the argument {name} of {started.block}", name, f"{cause.kind} {cause.name}")

    def _of_call(self, started: InvocationStarted, name: str, path: Path, value: Any, hops: int) -> Provenance | None:
        """A block was called by another: what the call passes."""
        caller = self.started(started.caller)
        outer, inner = self.function_of(caller), self.function_of(started)
        if caller is None or outer is None:
            return None
        module, function = outer
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == started.block and (
                    node.lineno <= (started.cause.line or 0) <= (node.end_lineno or 0)):
                passed, rest = passed_to(inner[1].args, node, name, path) if inner else (None, path)
                if passed is None:
                    return Provenance(OWN, f"the argument {name} of {started.block}: it is None because {caller.block} "
                                      "passed none")
                return self.best(Flow(module, function).origins(passed, rest), caller.n, value, hops)
        if name in started.arguments:  # called in another way: the caller's own argument of that name
            return self._argument(caller.n, name, path, value, hops)
        return None

    def _input_of_function(self, started: InvocationStarted, call: ApiCalled | None, name: str, path: Path, value: Any,
                           hops: int) -> Provenance:
        asked = started.cause.caller or "the playbook"
        told = f"input '{name}' of custom function {started.block}"
        found = self.passed(call, "parameters", (ANY, name, *path), value, hops) if call else None
        if found is None:
            return Provenance(OWN, f"{told}, to which {asked} passes nothing", name)
        return replace(found, told=f"{told}, from {found.told}")

    def _results(self, started: InvocationStarted, kind: str, path: Path, value: Any, hops: int) -> Provenance | None:
        name = started.cause.name or ""
        inner = path[1:]
        if kind == "custom_function":
            steps = inner[2:] if inner[:1] == ("custom_function_results",) else inner
            return self.function_result(started, name, f"{name}:custom_function_result", steps, value, hops)
        if kind == "playbook":
            return self.output(started, name, text_of_steps(inner[2:]) or text_of_steps(inner))
        steps = inner[2:] if inner[:1] == ("action_results",) else ()
        shown = ("action_result", *steps) if inner[:1] in ((), ("action_results",)) else inner
        head = f"{name}:{text_of_steps(shown)}"
        return self.outcome(started, name, head, steps, value, hops)


def origins_of(entry: dict[str, Any]) -> Iterator[Origin]:
    """The origins of a value, as a failure keeps them."""
    for one in entry.get("origins", ()):
        yield Origin(one["kind"], one["name"], one["line"], one["end"], tuple(one["path"]), one["decides"])
