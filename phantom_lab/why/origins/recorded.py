"""A journal with what it takes to find things in it quickly, as they were when something was asked for."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Edited,
    Event,
    Filtered,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    PlaybookStarted,
    Ref,
    RunStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.why.provenance.scopes import Module, module_of

_DECODED = 128
"""Values that are kept decoded."""
_LOOKED_UP = frozenset({ActionCompleted, ActionStarted, ApiCalled, CustomFunctionCompleted, CustomFunctionStarted,
                        Edited, Filtered, HelperCalled, InvocationEnded, InvocationStarted, PlaybookStarted,
                        RunStarted})
_SEEN = 50
"""Calls of one place that are looked at for that of an invocation."""


class Record:
    """Events by what they are looked up by; ``at`` is always the place of an event in the journal."""

    def __init__(self, journal: Journal) -> None:
        self.get = lru_cache(maxsize=_DECODED)(journal.get)
        """A stored value, not to be changed."""
        self.events = journal.events
        self.started: dict[int, InvocationStarted] = {}
        self.runs: dict[int, RunStarted] = {}
        self.ends: dict[int, int] = {}
        """Of invocations, the place of their end."""
        self.commands: dict[int, ApiCalled] = {}
        self.asked: dict[int, ActionStarted] = {}
        """Actions by the command that asked for them."""
        self.functions: dict[int, CustomFunctionStarted] = {}
        self.children: dict[int, PlaybookStarted] = {}
        self.actions: dict[int, ActionStarted] = {}
        """The same, by the action run."""
        self.bodies: defaultdict[int, list[int]] = defaultdict(list)
        """Of custom function runs: the invocations of their parameter sets."""
        self.numbers: dict[int, int] = {}
        """Of these invocations: the number of the parameter set."""
        self._modules: dict[Ref, Module | None] = {}
        self.edited: set[tuple[int, str]] = set()
        """What was changed by hand: arguments by invocation, and run data, whose invocation is 0."""
        self.places: dict[int, int] = {}
        """Of API calls by command, and of invocations by the negative of their number."""
        self._named: defaultdict[tuple[type, int, str], list[int]] = defaultdict(list)
        self._called: defaultdict[tuple[int, str, int], defaultdict[int, list[int]]] = defaultdict(
            lambda: defaultdict(list))
        self._own: defaultdict[tuple[int, str, int], list[int]] = defaultdict(list)
        """The same, by invocation."""
        self._helped: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self._keys: dict[tuple[int, frozenset[str], str], dict[str, list[int]]] = {}
        for at, event in enumerate(self.events):
            if type(event) not in _LOOKED_UP:
                continue
            if isinstance(event, ApiCalled):
                self.commands[event.command], self.places[event.command] = event, at
                self._called[event.run, event.name, self.body_of(event.invocation)][event.line].append(at)
                self._own[event.invocation, event.name, event.line].append(at)
            elif isinstance(event, InvocationStarted):
                self.started[event.n], self.places[-event.n] = event, at
                if event.cause.kind == "execute":
                    self.numbers[event.n] = len(self.bodies[event.custom_function])
                    self.bodies[event.custom_function].append(event.n)
            elif isinstance(event, InvocationEnded):
                self.ends[event.n] = at
            elif isinstance(event, RunStarted):
                self.runs[event.run] = event
            elif isinstance(event, HelperCalled):
                self._helped[event.invocation, event.name].append(at)
            elif isinstance(event, ActionCompleted | CustomFunctionCompleted | Filtered):
                self._named[type(event), event.run, event.name].append(at)
            elif isinstance(event, ActionStarted):
                self.asked[event.command] = self.actions[event.action_run_id] = event
            elif isinstance(event, CustomFunctionStarted):
                self.functions[event.custom_function_run_id] = event
            elif isinstance(event, PlaybookStarted):
                self.children[event.child] = event
                self._named[PlaybookStarted, event.run, event.name].append(at)
            elif isinstance(event, Edited):
                self.edited.add((event.invocation if event.what == "argument" else 0, event.name))

    def body_of(self, invocation: int) -> int:
        """The custom function run that an invocation is part of, whose lines are others; 0: of none."""
        started = self.started.get(invocation)
        return started.custom_function if started is not None else 0

    def argument(self, call: ApiCalled, name: str) -> Any:
        """What a call was given; None where nothing was."""
        if name in call.arguments:
            return self.get(call.arguments[name])
        more = self.get(call.arguments["kwargs"]) if "kwargs" in call.arguments else None
        return more.get(name) if isinstance(more, dict) else None

    def arguments(self, call: ApiCalled) -> list[str]:
        """The names of a call's arguments, those beyond its signature too."""
        more = self.get(call.arguments["kwargs"]) if "kwargs" in call.arguments else None
        return [*(one for one in call.arguments if one != "kwargs"), *(more if isinstance(more, dict) else ())]

    def before(self, kind: type[Event], run: int, name: str, at: int) -> Iterator[Any]:
        """Events of a kind and name before a place, the latest first."""
        found = self._named.get((kind, run, name), [])
        for place in reversed(found[:bisect_left(found, at)]):
            yield self.events[place]

    def called(self, run: int, name: str, lines: range, invocation: int, at: int) -> list[ApiCalled]:
        """The latest calls at some lines before a place that were given different arguments; those of the same
        invocation, if there are any."""
        known: dict[int, list[int]] = self._called.get((run, name, self.body_of(invocation)), {})
        there = [line for line in known if line in lines]
        own = [one for line in there for one in _before(self._own.get((invocation, name, line), ()), at)]
        any_ = own or [one for line in there for one in _before(known[line], at)][-1:]
        found: list[ApiCalled] = [self.events[one] for one in any_]  # type: ignore[misc]
        return list({tuple(one.arguments.values()): one for one in found}.values())[::-1]

    def last_called(self, run: int, name: str, at: int) -> ApiCalled | None:
        """The latest call of a name before a place."""
        last = [places[bisect_left(places, at) - 1] for places in self._called.get((run, name, 0), {}).values()
                if places[0] < at]
        return self.events[max(last)] if last else None  # type: ignore[return-value]

    def keyed(self, run: int, names: frozenset[str], argument: str, key: str, at: int) -> ApiCalled | None:
        """The latest of some calls before a place whose argument is a text."""
        known = (run, names, argument)
        if known not in self._keys:
            found: dict[str, list[int]] = {}
            for place, event in enumerate(self.events):
                if isinstance(event, ApiCalled) and event.run == run and event.name in names:
                    found.setdefault(str(self.argument(event, argument)), []).append(place)
            self._keys[known] = found
        places = self._keys[known].get(key, [])
        last = bisect_left(places, at)
        return self.events[places[last - 1]] if last else None  # type: ignore[return-value]

    def helper_after(self, invocation: int, name: str, at: int) -> HelperCalled | None:
        """The call of a helper that was going on at a place: the journal has it when it is over."""
        found = self._helped.get((invocation, name), [])
        place = bisect_left(found, at)
        return self.events[found[place]] if place < len(found) else None  # type: ignore[return-value]

    def source(self, run: int, invocation: int) -> tuple[str, Module | None]:
        """What an invocation executes, such as ``playbook triage``, and its source, where the journal has it."""
        started, begun = self.started.get(invocation), self.runs.get(run)
        if started is not None and started.custom_function:
            function = self.functions.get(started.custom_function)
            return f"custom function {started.block}", self._module(function.source if function else "")
        return (f"playbook {begun.playbook}", self._module(begun.source)) if begun else ("", None)

    def _module(self, source: Ref) -> Module | None:
        if source and source not in self._modules:
            try:
                self._modules[source] = module_of(self.get(source))
            except (SyntaxError, ValueError, RecursionError, MemoryError):  # a journal of another Python
                self._modules[source] = None
        return self._modules.get(source)

    def function(self, module: Module, started: InvocationStarted | None) -> ast.AST:
        """The function of an invocation, or the module."""
        if started is None:
            return module.tree
        found = module.functions(started.block)
        same = [one for one in found if one.lineno == started.line or started.line in _decorated(one)]
        return (same or found)[-1] if found else module.tree

    def callers(self, module: Module, node: ast.AST, block: ast.AST | None, invocation: int,
                at: int) -> dict[ast.AST, ast.AST]:
        """The calls that led from a block to a node in a helper."""
        found: dict[ast.AST, ast.AST] = {}
        function = module.function_of(node)
        while isinstance(function, ast.FunctionDef) and function is not block and function not in found:
            helped = self.helper_after(invocation, function.name, at)
            calls = [one for one in calls_at(module, helped.line) if getattr(one.func, "id", "") == function.name
                     ] if helped else []
            if len(calls) != 1:
                break
            found[function] = calls[0]
            function = module.function_of(calls[0])
        return found


def _before(places: Sequence[int], at: int) -> Sequence[int]:
    """The latest before a place."""
    last = bisect_left(places, at)
    return places[max(0, last - _SEEN):last]


def calls_at(module: Module, line: int) -> list[ast.Call]:
    """The calls of a source that stand at a line, or begin before it and end behind it."""
    known: dict[int, list[ast.Call]] | None = module.kept.get(("calls",))
    if known is None:
        known = module.kept["calls",] = defaultdict(list)
        for node in module.nodes:
            if isinstance(node, ast.Call):
                for one in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    known[one].append(node)
    return known.get(line, [])


def _decorated(function: ast.FunctionDef) -> range:
    """The lines of a function's decorators."""
    return range(min([one.lineno for one in function.decorator_list], default=function.lineno), function.lineno + 1)

