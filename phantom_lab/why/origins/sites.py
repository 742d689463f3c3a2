"""Where calls stand in their source, and which places of it their arguments may be copies of."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from phantom_lab.history.events import ApiCalled, InvocationStarted
from phantom_lab.why.origins.copies import Copies, Site
from phantom_lab.why.origins.holding import Path
from phantom_lab.why.origins.recorded import Record, calls_at
from phantom_lab.why.provenance.copying import Copying, default_of
from phantom_lab.why.provenance.filling import returns
from phantom_lab.why.provenance.names import Origin, passed_to
from phantom_lab.why.provenance.scopes import ANY

_TRIES = 3
"""Parts of an expression that are tried where it is too much to follow it."""
_PLACES = 10
"""Places of a list that are told apart; a later one is any of its elements."""
_REQUEST = {"url": 0, "data": 1, "params": 1, "json": 2}
"""Places of arguments of `requests`."""


class Sites:
    """Finds calls and follows their arguments, once each."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._sites: dict[tuple[Any, ...], Site] = {}
        self._copies: dict[tuple[Any, ...], list[Origin]] = {}
        self._alike: dict[tuple[Any, ...], Copies] = {}
        """Of calls in a block itself, which are alike however often it is invoked."""
        self._cut: Counter[ast.AST] = Counter()
        """By expression, how often it was too much to follow."""

    def of(self, call: ApiCalled) -> Site:
        """Where a call of the platform stands."""
        key = self._place(call)
        if (known := self._sites.get(key)) is None:
            started = self._record.started.get(call.invocation)
            label, module = self._record.source(call.run, call.invocation)
            calls = [one for one in calls_at(module, call.line) if _is_call_of(one, call.name)] if module else []
            first = [one for one in calls if one.lineno == call.line]
            known = self._sites[key] = Site(label, started.block if started else "the playbook", call.line, module,
                                            self._record.function(module, started) if module else None,
                                            tuple(first or calls[-1:]))
        return known

    def _place(self, call: ApiCalled) -> tuple[Any, ...]:
        made = call.made
        if (started := self._record.started.get(made.invocation)) is None:
            return call.run, made.name, made.line
        return call.run, made.name, made.line, started.block, started.line, started.custom_function

    def copies(self, call: ApiCalled, argument: str, path: Path) -> Copies:
        """What a part of an argument may be a copy of; none: nothing tells."""
        alike = *self._place(call), argument, path, *call.made.arguments
        if (known := self._alike.get(alike)) is not None:
            return known
        site, helped = self.of(call), False
        found: list[Origin] = []
        for node in site.calls:
            callers = self._record.callers(site.module, node, site.function, call.invocation,  # type: ignore[arg-type]
                                           self._record.returned[call.command])
            helped = helped or site.module.function_of(node) is not site.function  # type: ignore[union-attr]
            for expression, before in given_to(node, call, argument):
                found += self._traced(site, expression, (*before, *path), callers, node)
        copies = Copies(site, dict.fromkeys(found))
        if not helped:
            self._alike[alike] = copies
        return copies

    def passed(self, started: InvocationStarted, name: str, path: Path) -> Copies | None:
        """The same of what a block was passed by another; None: nothing tells."""
        caller, line = self._record.started.get(started.caller or 0), started.cause.line or 0
        label, module = self._record.source(started.run, caller.n if caller else 0)
        if caller is None or module is None:
            return None
        calls = [one for one in calls_at(module, line) if getattr(one.func, "id", "") == started.block]
        inner = self._record.function(module, started)
        if len(calls) != 1 or not isinstance(inner, ast.FunctionDef):
            return None
        given, rest = passed_to(inner.args, calls[0], name, path)
        expression = given if given is not None else default_of(inner.args, name)
        site = Site(label, caller.block, line, module, self._record.function(module, caller), (calls[0],))
        callers = self._record.callers(module, calls[0], site.function, caller.n, self._record.start_of(started.n))
        return Copies(site, self._traced(site, expression, rest, callers, calls[0]) if expression is not None else ())

    def returned(self, started: InvocationStarted, path: Path) -> Copies | None:
        """The same of what a custom function returned."""
        label, module = self._record.source(started.run, started.n)
        function = self._record.function(module, started) if module else None
        if module is None or not isinstance(function, ast.FunctionDef):
            return None
        site = Site(label, started.block, function.lineno, module, function)
        found = [one for node in returns(module, function) for one in self._traced(site, node.value, path, {}, None)]
        return Copies(site, dict.fromkeys(found))

    def _traced(self, site: Site, expression: ast.AST, path: Path, callers: dict[ast.AST, ast.AST],
                until: ast.AST | None) -> list[Origin]:
        key = (site.function, expression, path, tuple(callers.items()))
        if key not in self._copies and site.module is not None:
            tracer = Copying(site.module, site.function, callers=callers, within=next(iter(callers.values()), None),
                             until=until)
            try:
                self._copies[key] = tracer.copies(expression, path) if self._cut[expression] < _TRIES else []
            except RecursionError:
                self._copies[key] = []
            self._cut[expression] += tracer.cut
        return self._copies.get(key, [])

    def is_given(self, call: ApiCalled, name: str) -> bool:
        """Whether a call passes an argument; where its source tells nothing, whether it is there."""
        calls = self.of(call).calls
        if not calls:
            return self._record.argument(call, name) is not None
        return any(given_to(one, call, name) for one in calls)


def shortened(path: Path) -> Path:
    """A path without places that are far down a list."""
    for step in path:
        if type(step) is int and step >= _PLACES:
            return tuple([ANY if type(one) is int and one >= _PLACES else one for one in path])
    return path


def given_to(node: ast.Call, call: ApiCalled, argument: str) -> list[tuple[ast.expr, Path]]:
    """The expressions that an argument of a call may come from, and which part of them it is."""
    named: list[tuple[ast.expr, Path]] = [(one.value, ()) for one in node.keywords if one.arg == argument]
    if named:
        return named
    place = list(call.arguments).index(argument) if argument in call.arguments else len(node.args)
    if call.name.startswith("requests."):
        place = _REQUEST.get(argument, place)
    before = node.args[:place + 1]
    if len(before) > place and not any(isinstance(one, ast.Starred) for one in before):
        return [(before[place], ())]
    return [*((one.value, (ANY,)) for one in before if isinstance(one, ast.Starred)),
            *((one.value, (argument,)) for one in node.keywords if one.arg is None)]


def _is_call_of(node: ast.Call, name: str) -> bool:
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    method = name.removeprefix("requests.")
    return called == name or (method != name and called in (
        method, "request", "send", f"session_{method}", f"_do_request_{method}"))
