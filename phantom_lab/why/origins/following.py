"""From what a call was given back to where it came from: the source tells the ways, and the values which it was."""

from __future__ import annotations

from typing import Any

from phantom_lab.history.events import ActionStarted, ApiCalled, InvocationStarted
from phantom_lab.history.journal import Journal
from phantom_lab.model import QUESTIONS
from phantom_lab.why.origins.candidates import Candidate, Find
from phantom_lab.why.origins.copies import Copies
from phantom_lab.why.origins.holding import Path, key_of, leaves
from phantom_lab.why.origins.origin import COMPUTED, EITHER, SEVERAL, Step, ValueOrigin, merged
from phantom_lab.why.origins.reaching import Reaching
from phantom_lab.why.origins.sites import Sites, shortened
from phantom_lab.why.origins.ways import Near, Ways
from phantom_lab.why.provenance.names import Origin
from phantom_lab.why.provenance.scopes import ANY
from phantom_lab.why.provenance.walking import steps_of

UNEXPLAINED: tuple[type[Exception], ...] = (Exception,)
"""Failures of the search itself that are taken for a way that is lost; tests want to see them."""
HOPS = 12
"""Calls that a value is followed through."""
_HOLDS = (dict, list)
_QUESTION = {"to": ("user", "role"), "message": ("message",), "respond_in_mins": ("respond_in_mins",),
             "response_types": ("response_types", "options")}
"""The arguments that the fields of a prompt are made of."""


class Following(Reaching):
    """Follows values through one journal; what is asked again is known."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.sites = Sites(self.record)
        self._ways: dict[tuple[int, str, Path], Ways] = {}
        self._known: dict[tuple[Any, ...], ValueOrigin] = {}

    def whole(self, call: ApiCalled, argument: str, path: Path, value: Any, near: Near | None = None) -> ValueOrigin:
        """Where an argument of a call, or a part of it, came from: of a list or dict everything that it holds."""
        try:
            if not isinstance(value, _HOLDS):
                return self._to(call, argument, path).origin(value, 0, near)
            found, left = leaves(value)
            return merged((self.argument(call, argument, (*path, *below), one, near=near) for below, one in found),
                          SEVERAL, left_out=left)
        except UNEXPLAINED:  # an explanation that fails must not take the place of what it explains
            return ValueOrigin(COMPUTED, self.sites.of(call).block, line=call.line, lost=True)

    def argument(self, call: ApiCalled, argument: str, path: Path, value: Any, hops: int = 0,
                 near: Near | None = None) -> ValueOrigin:
        ways = self._to(call, argument, path)
        return ways.computed(value) if hops > HOPS else ways.origin(value, hops, near)

    def general(self, call: ApiCalled, argument: str, path: Path) -> Find:
        ways: Ways | None = None

        def find(made: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            nonlocal ways
            if hops > HOPS:
                return []
            if ways is None:  # only now: the way may lead through itself
                ways = self._to(call, argument, path)
            return ways.made_of(made, hops)

        return find

    def _to(self, call: ApiCalled, argument: str, path: Path) -> Ways:
        key = (call.command, argument, shortened(path))
        found = self._ways.get(key)
        if found is None:
            found = self._ways[key] = self._at(self.sites.copies(call, argument, key[2]), call.run,
                                               call.made.invocation, self.record.returned[call.command])
        return found

    def _at(self, copies: Copies, run: int, invocation: int, at: int) -> Ways:
        """Ways within an invocation, as far as it had come at a place of the journal."""
        ways = copies.constants.copy()
        for number, one in copies.reached:
            ways[number] = self._behind(run, invocation, at, one)
        return Ways(copies, ways, self._equal, self._alike)

    def _behind(self, run: int, invocation: int, at: int, origin: Origin) -> Candidate | None:
        if origin.kind == "argument":
            return self.of_argument(invocation, origin.name, origin.path)
        if origin.kind not in ("call", "http"):
            return None
        calls = self.record.called(run, origin.name, range(origin.line, origin.end + 1), invocation, at)
        return self.returned(calls[0], origin.path) if len(calls) == 1 else self.returned_by(calls, origin.path)

    def _equal(self, value: Any) -> list[ValueOrigin]:
        found = self.artifacts.equal(value) if isinstance(value, str) else ()
        return [ValueOrigin("artifact", f"artifact {number}", path) for number, path in found] if found else []

    def _alike(self, origin: ValueOrigin, value: Any) -> bool:
        """Whether a conversion of another artifact's field may have given the value as well."""
        if origin.kind != "artifact":
            return any(self._alike(one, value) for one in origin.of)
        return self.artifacts.alike(steps_of(origin.path), value)

    # -- parameter sets and questions ----------------------------------------------------------------------------------

    def parameter(self, asked: ActionStarted, number: int, name: str, path: Path, value: Any,
                  hops: int = 0) -> ValueOrigin:
        key = (asked.action_run_id, number, name, path, key_of(value))
        if key not in self._known:
            call = self.record.call(asked.command)
            if call is None:
                return ValueOrigin(COMPUTED, "the playbook", lost=True)
            if asked.action in QUESTIONS:
                self._known[key] = self.question(call, name, value)
            else:
                near = self.near(call, number, self.record.get(asked.parameters)[number])
                self._known[key] = self.argument(call, "parameters", (number, name, *path), value, hops, near)
        return self._known[key]

    def near(self, call: ApiCalled, number: int, given: dict[str, Any]) -> Near | None:
        """Which artifact a parameter set is for, if the rows that it was made of say so."""
        context = given.get("context")
        artifact = context.get("artifact_id") if isinstance(context, dict) else None
        if type(artifact) is not int or artifact not in self.artifacts.versions:
            return None
        copies = self.sites.copies(call, "parameters", shortened((number, "context", "artifact_id")))
        found = {(one.name, one.line) for one in copies.places
                 if one.kind == "call" and not one.made and one.path[:1] == (ANY,)}
        return Near(artifact, frozenset(found)) if found and len(found) == len(copies.places) else None

    def question(self, call: ApiCalled, name: str, value: Any) -> ValueOrigin:
        """Where a field of a prompt or task came from."""
        if name == "message" and self.record.argument(call, "parameters"):
            return merged(self.filled(call, "message").general(value, None, 0), SEVERAL)
        for argument in _QUESTION.get(name, ()):
            if self.sites.is_given(call, argument):
                return self.whole(call, argument, (), self.record.argument(call, argument))
        return ValueOrigin("platform", f"phantom.{call.name}", line=call.line)

    def operand(self, call: ApiCalled, number: int, side: int, text: Any, value: Any) -> ValueOrigin:
        """Where a value came from that a condition compared: on side 0 or 2 of its comparison of a number."""
        try:
            read = self.datapath(call, text, (), lambda value: True) if isinstance(text, str) else None
            found = read.find(value, None, 0) if read is not None else []
            return merged(found, EITHER) if found else self.whole(call, "conditions", (number, side), value)
        except UNEXPLAINED:
            return ValueOrigin(COMPUTED, self.sites.of(call).block, line=call.line, lost=True)

    # -- blocks and custom functions -----------------------------------------------------------------------------------

    def passed(self, started: InvocationStarted, name: str, path: Path) -> Candidate | None:
        found, caller = self.sites.passed(started, name, path), started.caller or 0
        if found is None:
            return None
        ways = self._at(found, started.run, caller, self.record.start_of(started.n))
        label = self.record.source(started.run, caller)[0]
        step = Step("block", started.cause.caller or "", started.cause.line or 0, label)
        return Candidate(lambda value, near, hops: [ways.origin(value, hops).by(step)],
                      lambda value, near, hops: ways.made_of(value, hops))

    def body(self, invocation: int, path: Path, value: Any, hops: int) -> ValueOrigin | None:
        started = self.record.started[invocation]
        found = self.sites.returned(started, path) if hops <= HOPS else None
        if found is None:
            return None
        end = self.record.ends.get(invocation, len(self.record.events))
        return self._at(found, started.run, invocation, end).origin(value, hops)
