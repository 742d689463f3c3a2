"""Results that are generated: out of what apps declare, and what the playbook reads of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from phantom_lab.apps.apps import Apps
from phantom_lab.apps.choosing import Comparison, Wish, chosen
from phantom_lab.apps.echo import NOTHING, Echo
from phantom_lab.apps.succeeding import counted, none_of, of_success, tells_failure, told_of
from phantom_lab.model import PEOPLE, ActionResult, Asset, json_copy
from phantom_lab.outcomes.answer import message_of
from phantom_lab.outcomes.declared import Connector, Declaration, Demand, Output, Read
from phantom_lab.outcomes.known import Known
from phantom_lab.outcomes.outcome import ActionCall, LeftOut, Outcome
from phantom_lab.outcomes.shaping import STAR, Shape, Steps, name_of, names_of, steps_of

_DEEPEST = 50
"""Steps of a field."""


class Generated:
    """Answers every action with a success that has every field that its app declares and the playbook reads.

    Values are the app's own examples; where a condition of the playbook is met by one of them, that one. A field that
    repeats a parameter has the parameter's value. The same arguments give the same values, in every process.

    A field that the playbook reads, and that the manifest of the call's own app does not declare, is left out.

    Args:
        apps: manifests of apps; None: there are none at hand.
        demand: what the playbook in a file tells of its actions.
        seed: 0 takes the first of several examples, others choose among them.
    """

    def __init__(self, apps: Apps | None, demand: Callable[[str], Demand], seed: int = 0) -> None:
        self.apps = Apps() if apps is None else apps
        self._demand, self._seed = demand, seed
        self._known: dict[tuple[str, ...], Known | None] = {}

    def outcome(self, call: ActionCall, wanted: Mapping[str, Any] | None = None) -> Outcome | None:
        """The generated result of a call; None for what a person answers.

        Args:
            call: what is asked.
            wanted: values by path, such as ``action_result.data.*.score`` or ``action_result.status``, that are taken
                as they are. A status of ``failed`` leaves data and summary empty but for those.
        """
        if call.action.lower() in PEOPLE:
            return None
        demand, known = self._demand(call.playbook), self.known(call)
        declaration = self.declaration(call) or self.apps.same_named(call.action)
        embedded = demand.connectors.get(call.name, Connector()).declaration
        reads = demand.reads.get(call.name, ())
        closest = {one.path: known.undeclared(one.path) for one in reads} if known else {}
        fields = list(_fields(declaration, embedded, [one for one in reads if closest.get(one.path) is None]))
        given = {steps_of(path): value for path, value in (wanted or {}).items()}
        shape = Shape()
        success = given.get(("status",), "success") == "success"
        if success:
            self._fill(shape, fields, call, declaration)
        for steps, value in given.items():
            shape.put(steps, json_copy(value), fixed=True)
        made = json_copy(shape.made() or {})
        if success and isinstance(made.get("data"), list) and isinstance(made.get("summary"), dict):
            asked = {steps: wish.comparisons for steps, wish, _ in fields}
            made["summary"] = counted(made["summary"], len(made["data"]), asked, given)
        result = _result(made, call, declaration)
        left_out = tuple(LeftOut(f"{call.name}:{one.path}", path, known.source, one.function, one.line, one.dug)
                         for one in reads if known and (path := closest.get(one.path)) is not None)
        return Outcome((result,), f"generated from {_named(declaration)}", own=True, left_out=left_out, by="generated")

    def assets(self, action: str) -> Iterable[Asset]:
        """None: assets are never invented."""
        return []

    def declaration(self, call: ActionCall) -> Declaration | None:
        """What the call's app, or else the playbook's export, declares of its action."""
        known, connector = self.known(call), self._connector(call)
        return known.declaration if known and known.declaration else connector.declaration

    def known(self, call: ActionCall) -> Known | None:
        """The call's app, where its manifest is at hand.

        Where the playbook's export declares the action and the manifest does not, they are of different versions, and
        nothing is known. Neither is it where an app that is named by the asset alone lacks what another app has.
        """
        key = call.playbook, call.name, call.action, call.asset, call.app
        if key not in self._known:
            self._known[key] = self._found(call, self._connector(call))
        return self._known[key]

    def like(self, call: ActionCall) -> str:
        """Which action may be meant by one that no app at hand has, where nobody says of what app it is."""
        connector = self._connector(call)
        guessed = connector.declaration is None and _apps_of(call, connector) == [call.asset]
        return self.apps.like(call.action) if guessed and self.known(call) is None else ""

    def _found(self, call: ActionCall, connector: Connector) -> Known | None:
        named = _apps_of(call, connector)
        every = [found for name in named
                 if (found := self.apps.known(call.action, appid=connector.appid, name=name)) is not None]
        known = next((one for one in every if one.declaration is not None), next(iter(every), None))
        if known is None or known.declaration is not None:
            beside = connector.declaration.outputs if connector.declaration else ()
            return replace(known, beside=beside) if known and beside else known
        guessed = named == [call.asset] and self.apps.same_named(call.action) is not None
        return None if connector.declaration is not None or guessed else known

    def _connector(self, call: ActionCall) -> Connector:
        return self._demand(call.playbook).connectors.get(call.name, Connector())

    def _fill(self, shape: Shape, fields: Iterable[tuple[Steps, Wish, Output | None]], call: ActionCall,
              declaration: Declaration | None) -> None:
        echo = Echo(call.parameter, declaration)
        for steps, wish, output in fields:
            value = {} if _key(steps) == ("data", STAR) else echo.value(steps, output)
            if value is NOTHING and not wish.comparisons and (none := none_of(steps, output)) is not None:
                value = none
            if value is NOTHING:
                value = chosen(wish, self._chance(call, declaration, steps))
            shape.put(steps, value, keyed=output is not None)

    def _chance(self, call: ActionCall, declaration: Declaration | None, steps: Steps) -> Random | None:
        if not self._seed:
            return None
        parameter = {key: value for key, value in call.parameter.items() if key != "context"}
        app = declaration.app if declaration else ""
        return Random(json.dumps([self._seed, app, call.action, steps, parameter], sort_keys=True, default=str))


def _apps_of(call: ActionCall, connector: Connector) -> list[str]:
    """Names of the app behind a call; the asset's only where nobody says what app it is."""
    known = [one for one in (connector.name, call.app if call.app != call.asset else "") if one]
    return known or ["" if connector.appid else call.asset]


def _fields(declaration: Declaration | None, embedded: Declaration | None,
            reads: Iterable[Read]) -> Iterator[tuple[Steps, Wish, Output | None]]:
    """Every field below data and summary: those that are declared, then those that are read, which may be the same."""
    read: dict[Steps, tuple[Comparison, ...]] = {}
    for one in reads:
        key = _key(steps_of(one.path))
        read[key] = read.get(key, ()) + one.comparisons
    for output in declaration.outputs if declaration else ():
        yield from _field(output, read)
    for output in embedded.outputs if embedded else ():
        if _key(steps_of(output.path)) in read:
            yield from _field(output, read)
    for one in reads:
        if _is_field(steps := steps_of(one.path)):
            yield steps, Wish(name_of(steps), one.type, comparisons=read[_key(steps)],
                              around=names_of(steps)[:-1]), None


def _field(output: Output, read: Mapping[Steps, tuple[Comparison, ...]]) -> Iterator[tuple[Steps, Wish, Output]]:
    if _is_field(steps := steps_of(output.path)):
        yield steps, Wish(name_of(steps), output.type, of_success(steps, output.examples), output.contains,
                          read.get(_key(steps), ()), names_of(steps)[:-1]), output


def _key(steps: Steps) -> Steps:
    """The same for a place in a list and for all of them."""
    return tuple(STAR if step.isdecimal() else step for step in steps)


def _is_field(steps: Steps) -> bool:
    return 1 < len(steps) <= _DEEPEST and steps[0] in ("data", "summary")


def _result(made: dict[str, Any], call: ActionCall, declaration: Declaration | None) -> ActionResult:
    summary, data = made.get("summary") or {}, made.get("data") or []
    status = made.get("status") or "success"
    message = made.get("message")
    if message is None:
        message = message_of(told_of(summary)) or (
            _message(declaration) if status == "success" else f"{call.action} failed")
    return ActionResult(status, str(message), call.parameter, data if isinstance(data, list) else [data], summary)


def _message(declaration: Declaration | None) -> str:
    """The message that an app without a summary gives, as far as it declares one."""
    outputs = declaration.outputs if declaration else ()
    examples = (example for one in outputs if one.path == "action_result.message" for example in one.examples)
    return next((str(one) for one in examples if not tells_failure(one)), "")


def _named(declaration: Declaration | None) -> str:
    if declaration is None:
        return "what the playbook reads"
    return f"{'the ' if declaration.source.startswith('export') else ''}{declaration.source}"
