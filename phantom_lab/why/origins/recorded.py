"""What origins ask of a journal."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from phantom_lab.history.events import ApiCalled, Event, HelperCalled, InvocationStarted, Ref
from phantom_lab.history.journal import Journal
from phantom_lab.why.origins.looked_up import CallsOf, LookedUp, named
from phantom_lab.why.provenance.scopes import Module, module_of

_DECODED = 128
"""Values that are kept decoded."""
_SEEN = 50
"""Calls of one place that are looked at for that of an invocation."""


class Record:
    """What a journal holds, as it was when something was asked for."""

    def __init__(self, journal: Journal) -> None:
        self.get = lru_cache(maxsize=_DECODED)(journal.get)
        """A stored value, not to be changed."""
        self._journal, self.index, self.events = journal, journal.index, journal.events
        self._event = self.events.at
        found = journal.reduced(LookedUp)
        self.started, self.runs, self.ends, self.edited = found.started, found.runs, found.ends, found.edited
        self.returned, self.actions = self.index.returned, found.actions
        self.functions, self.children, self.bodies = found.functions, found.children, found.bodies
        self.numbers, self.artifacts = found.numbers, found.artifacts
        self._found = found
        self._modules: dict[Ref, Module | None] = {}
        self._sources: dict[tuple[int, int], tuple[str, Module | None]] = {}
        self._calls: dict[str, CallsOf] = {}
        self._keys: dict[tuple[frozenset[str], str], defaultdict[tuple[int, str], list[int]]] = {}

    def call(self, command: int) -> ApiCalled | None:
        """A call that has returned, by its command."""
        place = self.returned.get(command)
        return None if place is None else self._event(place)  # type: ignore[return-value]

    def start_of(self, n: int) -> int:
        """The place of an invocation's start."""
        return self.index.start_of(n) or 0

    def _calls_of(self, name: str) -> CallsOf:
        if name not in self._calls:
            self._calls[name] = self._journal.reduced(named(name))
        return self._calls[name]

    def argument(self, call: ApiCalled, name: str) -> Any:
        """What a call was given; None where nothing was."""
        given = call.made.arguments
        if name in given:
            return self.get(given[name])
        more = self.get(given["kwargs"]) if "kwargs" in given else None
        return more.get(name) if isinstance(more, dict) else None

    def arguments(self, call: ApiCalled) -> list[str]:
        """The names of a call's arguments, those beyond its signature too."""
        more = self.get(call.arguments["kwargs"]) if "kwargs" in call.arguments else None
        return [*(one for one in call.arguments if one != "kwargs"), *(more if isinstance(more, dict) else ())]

    def before(self, kind: type[Event], run: int, name: str, at: int) -> Iterator[Any]:
        """Events of a kind and name before a place, the latest first."""
        found = self._found.named.get((kind, run, name), [])
        for place in reversed(found[:bisect_left(found, at)]):
            yield self._event(place)

    def called(self, run: int, name: str, lines: range, invocation: int, at: int) -> list[ApiCalled]:
        """The latest calls at some lines before a place that were given different arguments; those of the same
        invocation, if there are any."""
        calls = self._calls_of(name)
        own = calls.own
        places = _before(own.get((invocation, lines[0]), ()), at) if len(lines) == 1 and invocation else ()
        if not places:
            started = self.started.get(invocation)
            known = calls.lines[run, started.custom_function if started is not None else 0]
            there = [line for line in lines if line in known]
            if len(there) > 1:  # the line that was called first comes first
                there.sort(key=lambda line: known[line][0])
            places = [one for line in there for one in _before(own.get((invocation, line), ()), at)] or [
                one for line in there for one in _before(known[line], at)][-1:]
        found: list[ApiCalled] = [self._event(one) for one in places]  # type: ignore[misc]
        return found if len(found) < 2 else list({tuple(one.arguments.values()): one for one in found}.values())[::-1]

    def last_called(self, run: int, name: str, at: int) -> ApiCalled | None:
        """The latest call of a name before a place."""
        last = [places[bisect_left(places, at) - 1] for places in self._calls_of(name).lines[run, 0].values()
                if places[0] < at]
        return self._event(max(last)) if last else None  # type: ignore[return-value]

    def keyed(self, run: int, names: frozenset[str], argument: str, key: str, at: int) -> ApiCalled | None:
        """The latest of some calls before a place whose argument is a text."""
        if (names, argument) not in self._keys:
            found = self._keys[names, argument] = defaultdict(list)
            for call in self.index.calls(*names):
                found[call.run, str(self.argument(call, argument))].append(self.returned[call.command])
        places = self._keys[names, argument].get((run, key), ())
        last = bisect_left(places, at)
        return self._event(places[last - 1]) if last else None  # type: ignore[return-value]

    def helper_after(self, invocation: int, name: str, at: int) -> HelperCalled | None:
        """The call of a helper that was going on at a place: the journal has it when it is over."""
        found = self._found.helped.get((invocation, name), [])
        place = bisect_left(found, at)
        return self._event(found[place]) if place < len(found) else None  # type: ignore[return-value]

    def source(self, run: int, invocation: int) -> tuple[str, Module | None]:
        """What an invocation executes, such as ``playbook triage``, and its source, where the journal has it."""
        started = self.started.get(invocation)
        key = run, started.custom_function if started is not None else 0
        if (known := self._sources.get(key)) is None:
            begun = self.runs.get(run)
            if started is not None and started.custom_function:
                function = self.functions.get(started.custom_function)
                known = f"custom function {started.block}", self._module(function.source if function else "")
            else:
                known = (f"playbook {begun.playbook}", self._module(begun.source)) if begun else ("", None)
            self._sources[key] = known
        return known

    def _module(self, source: Ref) -> Module | None:
        if (known := self._modules.get(source)) is not None or not source or source in self._modules:
            return known
        try:
            self._modules[source] = module_of(self.get(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # a journal of another Python
            self._modules[source] = None
        return self._modules[source]

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
    return places[last - _SEEN if last > _SEEN else 0:last]


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

