"""What holds where a scenario and its user both say something: the user, and name by name where things have names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model import Options, given_json, naming
from phantom_lab.scenarios import Scenario
from phantom_lab.scenarios.parts import LabArguments
from phantom_lab.source.inputs import check_inputs
from phantom_lab.source.playbook import Playbook

_USUAL = Options()


def lab_arguments(scenario: Scenario | None, given: LabArguments) -> LabArguments:
    """The arguments of a lab: those given; where nothing is given, the scenario's. Lists and options go by name.

    Raises:
        InputError: there is no such option, or no such value.
    """
    said = scenario.lab if scenario else LabArguments()
    return replace(
        said, container=said.container if given.container is None else given.container,
        finding=said.finding if given.finding is None else given.finding,
        finding_at=said.finding_at if given.finding is None else "",
        assets=given.assets or said.assets, seed=said.seed if given.seed is None else given.seed,
        start=given.start or said.start, user=given.user or said.user, lists={**said.lists, **given.lists},
        options=_options(said.options, given.options), records=given.records or said.records,
        files=given.files or said.files)


def inputs(scenario: Scenario | None, playbook: Playbook, given: Any) -> dict[str, Any]:
    """The inputs of a run, by name.

    Raises:
        InputError: they are not given by name, or the playbook has no such input.
    """
    own: Any = given_json({} if given is None else given, "inputs")
    if not isinstance(own, dict):
        raise InputError("inputs must be given by name", hint='For instance inputs={"ip": ["1.1.1.1"]}.')
    said = scenario.run_arguments().get("inputs", {}) if scenario else {}
    found = {**{name: one for name, one in said.items() if not naming.meant(name, own)}, **own}
    try:
        if found:
            check_inputs(playbook, found)
    except InputError as exc:
        raise InputError(exc.what, where=f"scenario {scenario.name}" if scenario else exc.where,
                         hint=exc.hint) from None
    return found


def scope(scenario: Scenario | None, given: str | list[int] | None) -> str | list[int]:
    """The scope of a run: ``new`` where nobody says one."""
    said: str | list[int] = scenario.run_arguments().get("scope", "new") if scenario else "new"
    return said if given is None else given


def _options(said: Mapping[str, Any] | Options | None, given: Mapping[str, Any] | Options | None) -> Options:
    if isinstance(given, Options):
        return given
    if given is not None and not isinstance(given, Mapping):
        raise InputError(f"options must be Options, or a dict of some of them, not {type(given).__name__}",
                         hint='For instance options={"no_rows": "skip"}.')
    chosen = {**(said if isinstance(said, Mapping) else {}), **(given or {})}
    return Options(**chosen) if chosen else _USUAL
