"""From what a call was given back to where it came from: the source tells the ways, and the values which it was."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from phantom_lab.journal.events import ActionStarted, ApiCalled, InvocationStarted
from phantom_lab.journal.fan_out import QUESTIONS
from phantom_lab.journal.journal import Journal
from phantom_lab.journal.origins.holding import Path, key_of, leaves, proves_nothing
from phantom_lab.journal.origins.origin import COMPUTED, CONSTANT, EITHER, SEVERAL, ValueOrigin, merged
from phantom_lab.journal.origins.reaching import Reaching, Source, any_of, only
from phantom_lab.journal.origins.recorded import calls_at
from phantom_lab.journal.provenance.copying import Copying, default_of
from phantom_lab.journal.provenance.filling import returns
from phantom_lab.journal.provenance.names import Origin, passed_to
from phantom_lab.journal.provenance.scopes import ANY, Module
from phantom_lab.journal.provenance.walking import parts

HOPS = 12
"""Calls that a value is followed through."""
_TRIES = 3
"""Parts of an expression that are tried where it is too much to follow it."""
_PLACES = 10
"""Places of a list that are told apart; a longer one is any of its elements."""
_QUESTION = {"to": ("user", "role"), "message": ("message",), "respond_in_mins": ("respond_in_mins",),
             "response_types": ("response_types", "options")}
"""The arguments that the fields of a prompt are made of."""
_UNSEEN = ("http", "edit")
"""Kinds of origins of which the journal does not tell what stands there."""
_EMPTY: tuple[Any, ...] = (None, "", False, 0, [], {})
_MADE_OF = 6
"""Origins that are named of what a value was made of."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An invocation, as far as it has come."""

    run: int
    invocation: int
    at: int
    """The place in the journal."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a call stands in its source."""

    label: str
    """Such as ``playbook triage``."""
    block: str
    """Of the invocation."""
    module: Module | None = None
    function: ast.AST | None = None
    """Of the invocation."""
    calls: tuple[ast.Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """The artifact that a parameter set says it is for."""

    artifact: int
    calls: frozenset[tuple[str, int]]
    """The calls whose rows say so, by name and line."""

    def of(self, origin: Origin) -> int | None:
        """The artifact, for what is of the same row."""
        same = origin.path[:1] == (ANY,) and (origin.name, origin.line) in self.calls
        return self.artifact if same else None


class Following(Reaching):
    """Follows values through one journal; what is asked again is known."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._sites: dict[tuple[Any, ...], Site] = {}
        self._copies: dict[tuple[Any, ...], list[Origin]] = {}
        self._cut: Counter[ast.AST] = Counter()
        """By expression, how often it was too much to follow."""
        self._sources: dict[tuple[Moment, Origin], Source | None] = {}
        self._known: dict[tuple[Any, ...], ValueOrigin] = {}

    # -- what a call was given -----------------------------------------------------------------------------------------

    def whole(self, call: ApiCalled, argument: str, path: Path, value: Any, near: Near | None = None) -> ValueOrigin:
        """Where an argument of a call, or a part of it, came from: of a list or dict everything that it holds."""
        if not (isinstance(value, list | dict) and value):
            return self.argument(call, argument, path, value, near=near)
        found, left = leaves(value)
        return merged((self.argument(call, argument, (*path, *below), one, near=near) for below, one in found),
                      SEVERAL, left_out=left)

    def argument(self, call: ApiCalled, argument: str, path: Path, value: Any, hops: int = 0,
                 near: Near | None = None) -> ValueOrigin:
        site = self.site(call)
        copies = self.copies(call, site, argument, path)
        if not copies or hops > HOPS:
            return self._computed(site, call.line, value, lost=True)
        return self.decide(site, self.moment(call), call.line, copies, value, hops, near)

    def general(self, call: ApiCalled, argument: str, path: Path, made: Any, hops: int) -> list[ValueOrigin]:
        site = self.site(call)
        copies = self.copies(call, site, argument, path) if hops <= HOPS else []
        return self._made_of(site, self.moment(call), copies, made, hops, None)

    def parameter(self, asked: ActionStarted, number: int, name: str, path: Path, value: Any,
                  hops: int = 0) -> ValueOrigin:
        key = (asked.action_run_id, number, name, path, key_of(value))
        if key not in self._known:
            call = self.record.commands.get(asked.command)
            if call is None:
                return ValueOrigin(COMPUTED, "the playbook")
            if asked.action in QUESTIONS:
                self._known[key] = self.question(call, name, value)
            else:
                near = self.near(call, number, self.record.get(asked.parameters)[number])
                self._known[key] = self.argument(call, "parameters", (number, name, *path), value, hops, near)
        return self._known[key]

    def question(self, call: ApiCalled, name: str, value: Any) -> ValueOrigin:
        """Where a field of a prompt or task came from."""
        if name == "message" and self.record.argument(call, "parameters"):
            return merged(self.filled(call, "message").general(value, None, 0), SEVERAL)
        for argument in _QUESTION.get(name, ()):
            if self.is_given(call, argument):
                return self.whole(call, argument, (), self.record.argument(call, argument))
        return ValueOrigin("platform", f"phantom.{call.name}", line=call.line)

    def is_given(self, call: ApiCalled, name: str) -> bool:
        """Whether a call passes an argument; where its source tells nothing, whether it is there."""
        calls = self.site(call).calls
        if not calls:
            return self.record.argument(call, name) is not None
        return any(given_to(one, call, name) for one in calls)

    def near(self, call: ApiCalled, number: int, given: dict[str, Any]) -> Near | None:
        """Which artifact a parameter set is for, if the rows that it was made of say so."""
        context = given.get("context")
        artifact = context.get("artifact_id") if isinstance(context, dict) else None
        if type(artifact) is not int or artifact not in self.artifacts.versions:
            return None
        copies = self.copies(call, self.site(call), "parameters", (number, "context", "artifact_id"))
        found = {(one.name, one.line) for one in copies
                 if one.kind == "call" and not one.made and one.path[:1] == (ANY,)}
        return Near(artifact, frozenset(found)) if found and len(found) == len(copies) else None

    def passed(self, started: InvocationStarted, name: str, path: Path) -> Source | None:
        """What another block passed to one that it called."""
        caller = self.record.started.get(started.caller or 0)
        label, module = self.record.source(started.run, caller.n if caller else 0)
        if caller is None or module is None:
            return None
        inner, outer = self.record.function(module, started), self.record.function(module, caller)
        calls = [one for one in calls_at(module, started.cause.line or 0)
                 if getattr(one.func, "id", "") == started.block]
        if len(calls) != 1 or not isinstance(inner, ast.FunctionDef):
            return None
        given, rest = passed_to(inner.args, calls[0], name, path)
        expression = given if given is not None else default_of(inner.args, name)
        if expression is None:
            return None
        at = self.record.places[-started.n]
        callers = self.record.callers(module, calls[0], outer, caller.n, at)
        copies = self.traced(module, outer, expression, rest, callers, calls[0])
        site, moment = Site(label, caller.block, module, outer), Moment(started.run, caller.n, at)
        return Source(lambda value, near, hops: [self.decide(site, moment, calls[0].lineno, copies, value, hops)],
                      lambda value, near, hops: self._made_of(site, moment, copies, value, hops, None))

    def body(self, invocation: int, path: Path, value: Any, hops: int) -> ValueOrigin | None:
        """Where a value came from that a custom function returned; None where nothing tells."""
        started = self.record.started[invocation]
        label, module = self.record.source(started.run, invocation)
        function = self.record.function(module, started) if module is not None else None
        if module is None or not isinstance(function, ast.FunctionDef) or hops > HOPS:
            return None
        copies: list[Origin] = []
        for one in returns(module, function):
            copies += self.traced(module, function, one.value, path, {}, None)
        end = self.record.ends.get(invocation, len(self.record.events))
        return self.decide(Site(label, started.block, module, function), Moment(started.run, invocation, end),
                           function.lineno, list(dict.fromkeys(copies)), value, hops)

    def moment(self, call: ApiCalled) -> Moment:
        return Moment(call.run, call.invocation, self.record.places.get(call.command, 0))

    def site(self, call: ApiCalled) -> Site:
        key = (call.run, call.invocation, call.name, call.line)
        if key not in self._sites:
            label, module = self.record.source(call.run, call.invocation)
            started = self.record.started.get(call.invocation)
            block = started.block if started else "the playbook"
            if module is None:
                self._sites[key] = Site(label, block)
            else:
                calls = [one for one in calls_at(module, call.line) if _is_call_of(one, call.name)]
                first = [one for one in calls if one.lineno == call.line]
                self._sites[key] = Site(label, block, module, self.record.function(module, started),
                                        tuple(first or calls[-1:]))
        return self._sites[key]

    def copies(self, call: ApiCalled, site: Site, argument: str, path: Path) -> list[Origin]:
        """The places of a source that a part of an argument may be a copy of; none: nothing tells."""
        if site.module is None or site.function is None:
            return []
        path = tuple(ANY if type(one) is int and one >= _PLACES else one for one in path)
        found: list[Origin] = []
        for node in site.calls:
            callers = self.record.callers(site.module, node, site.function, call.invocation,
                                          self.record.places.get(call.command, 0))
            given = given_to(node, call, argument)
            for expression, before in given:
                found += self.traced(site.module, site.function, expression, (*before, *path), callers, node)
        return list(dict.fromkeys(found))

    def traced(self, module: Module, function: ast.AST, expression: ast.AST, path: Path,
               callers: dict[ast.AST, ast.AST], until: ast.AST | None) -> list[Origin]:
        """`Copying.copies`, once."""
        key = (function, expression, path, tuple(callers.items()))
        if key not in self._copies:
            tracer = Copying(module, function, callers=callers, within=next(iter(callers.values()), None), until=until)
            try:
                self._copies[key] = tracer.copies(expression, path) if self._cut[expression] < _TRIES else []
            except RecursionError:
                self._copies[key] = []
            self._cut[expression] += tracer.cut
        return self._copies[key]

    # -- of several ways the one that was gone -------------------------------------------------------------------------

    def decide(self, site: Site, moment: Moment, line: int, copies: Sequence[Origin], value: Any, hops: int,
               near: Near | None = None) -> ValueOrigin:
        """The origin that holds a value; where several do, that it is one of them; where none does, who made it."""
        found: list[ValueOrigin] = []
        rest: list[Origin] = []
        settled: set[tuple[int, ...]] = set()
        for one in sorted(copies, key=lambda one: one.choice[2]):
            if one.choice[2] and one.choice[:2] in settled:
                continue
            source = None if one.kind == "own" or one.changed else self.source(site, moment, one)
            row = near.of(one) if near else None
            held = source.find(value, row, hops + 1) if source is not None else []
            found += held
            if not held and (one.made or one.kind == "own"):
                rest.append(one)
            elif held and value and source is not None and held[0].kind not in _UNSEEN and (
                    row is not None or not any(source.find(empty, None, hops + 1) for empty in _EMPTY)):
                settled.add(one.choice[:2])
        lost, unseen = [one for one in found if one.lost], [one for one in found if one.kind in _UNSEEN]
        found = [one for one in found if one not in lost and one not in unseen]
        if found and not proves_nothing(value):  # code that makes the same value of another one is no better answer
            return merged([one for one in found if one.kind != COMPUTED] or found, EITHER)
        grown = [one for one in rest if isinstance(one.node, ast.AugAssign)]
        made = [self._made(site, moment, one, rest if grown else [one], copies, value, hops, near)
                for one in grown[-1:] or _by_line(rest)]
        likely = [*(found or unseen), *made] or lost
        return merged(likely, EITHER) if likely else self._computed(site, line, value, lost=True)

    def _made(self, site: Site, moment: Moment, one: Origin, along: Sequence[Origin], copies: Sequence[Origin],
              value: Any, hops: int, near: Near | None) -> ValueOrigin:
        """What code made a value, along with other lines."""
        within = site.module.function_of(one.node) if site.module is not None and one.node is not None else None
        name, lines = getattr(within, "name", "") or site.block, {each.made or each.line for each in along}
        of = self._made_of(site, moment, [each for each in copies if each.made in lines], value, hops, near)
        return self._computed(replace(site, block=name), one.made or one.line, value, of)

    def _made_of(self, site: Site, moment: Moment, copies: Sequence[Origin], value: Any, hops: int,
                 near: Near | None) -> list[ValueOrigin]:
        """What a value was made of."""
        found: dict[ValueOrigin, None] = {}
        for one in copies:
            source = None if one.kind in ("own", "constant") else self.source(site, moment, one)
            if source is not None:
                found.update(dict.fromkeys(source.general(value, near.of(one) if near else None, hops + 1)))
            if len(found) >= _MADE_OF:
                break
        return list(found)[:_MADE_OF]

    def _computed(self, site: Site, line: int, value: Any, of: Sequence[ValueOrigin] = (), *,
                  lost: bool = False) -> ValueOrigin:
        equal = [] if of else [ValueOrigin("artifact", f"artifact {number}", path)
                               for number, path in self.artifacts.equal(value)]
        return ValueOrigin(COMPUTED, site.block, line=line, source=site.label, of=tuple(of), equal=tuple(equal),
                           lost=lost)

    def source(self, site: Site, moment: Moment, origin: Origin) -> Source | None:
        """What stands behind an origin of the text at a moment; None where it was not reached."""
        if (moment, origin) not in self._sources:
            self._sources[moment, origin] = self._source(site, moment, origin)
        return self._sources[moment, origin]

    def _source(self, site: Site, moment: Moment, origin: Origin) -> Source | None:
        if origin.kind == "constant":
            held = {key_of(one) for one in parts(_literal(origin.node), origin.path)}
            told = ValueOrigin(CONSTANT, line=origin.line, source=site.label)
            return only(told, lambda value: key_of(value) in held)
        if origin.kind in ("call", "http"):
            lines = range(origin.line, origin.end + 1)
            called = self.record.called(moment.run, origin.name, lines, moment.invocation, moment.at)
            return any_of([self.returned(one, origin.path) for one in called]) if called else None
        if origin.kind == "argument":
            return self.of_argument(moment.invocation, origin.name, origin.path)
        return None


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


_REQUEST = {"url": 0, "data": 1, "params": 1, "json": 2}
"""Places of arguments of `requests`."""


def _is_call_of(node: ast.Call, name: str) -> bool:
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    method = name.removeprefix("requests.")
    return called == name or (method != name and called in (
        method, "request", "send", f"session_{method}", f"_do_request_{method}"))


def _by_line(origins: Sequence[Origin]) -> list[Origin]:
    """One for every line of code that makes a value."""
    return list({one.made or one.line: one for one in reversed(origins)}.values())[::-1]


def _literal(node: ast.AST | None) -> Any:
    try:
        return ast.literal_eval(node)  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None

