"""Actions held against what their apps declare: the same that a run tells, before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from phantom_lab.apps import Generated
from phantom_lab.apps.apps import Apps
from phantom_lab.check.blocks import Finding
from phantom_lab.check.several import handed
from phantom_lab.enterprise_security import EnterpriseSecurity
from phantom_lab.outcomes import ActionCall
from phantom_lab.outcomes.known import Known, undeclared_path
from phantom_lab.outcomes.provider import Providers
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.parameter_sets import ParameterSet, followed_sets, parameter_sets
from phantom_lab.reading.read import Reading
from phantom_lab.source.playbook import Playbook


def undeclared(reading: Reading, apps: Apps | None) -> Iterator[Finding]:
    """Actions that an app lacks, required parameters that are missing, parameters that it does not take, and what is
    read of its results that it does not declare.

    Only where the app is known: by the export, by what the call itself says, or by the asset's name.
    """
    if not isinstance(reading.source, Playbook):
        return
    demand = demand_of(reading.source)
    generated = Generated(apps, lambda file: demand)
    providers = Providers([EnterpriseSecurity()], manifests=generated)
    found: dict[Finding, None] = {}
    blocks: dict[str, list[Known | None]] = {}
    taken: dict[str, list[Known | None]] = {}
    anyway = {one.right for one in texts.conditions(reading) if one.call.get("case_sensitive") is False
              and isinstance(one.right, str)}
    sets = _Sets(reading)
    for call in reading.calls_of("act"):
        calls = list(_calls(reading, call))
        known = [providers.known(one) for one in calls]
        found.update(((call.line, "info", "action", f"act: {told}"), None) for one in calls if (
            told := providers.like(one)))
        if isinstance(name := call.get("name"), str):
            blocks.setdefault(name, []).extend(known or [None])
        taken.setdefault(call.function, []).extend(known)
        for one in known:
            found.update(dict.fromkeys(_of_call(sets, call, one) if one else ()))
    yield from found
    for name, known in blocks.items():
        every = [one for one in known if one is not None]
        if len(every) == len(known):
            yield from _of_reads(name, demand.reads.get(name, ()), every, anyway)
    if any(one for each in blocks.values() for one in each):
        yield from _of_lists(reading, blocks, taken)


def _calls(reading: Reading, call: Call) -> Iterator[ActionCall]:
    """A call of an action, on each asset that the text names."""
    action, name, app = call.get("action"), call.get("name"), call.get("app")
    told = app.get("name") if isinstance(app, dict) else None
    if not isinstance(action, str):
        return
    for asset in [one for one in call.names("assets") if one is not COMPUTED] or [""]:
        given = told if isinstance(told, str) else asset
        yield ActionCall(action, name if isinstance(name, str) else "", str(asset), str(given), {}, 0,
                         reading.source.file)


class _Sets:
    """The parameter sets of each call of a source."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def _followed(self) -> Mapping[int, list[ParameterSet]]:
        return followed_sets(self._reading)

    def of(self, call: Call) -> Sequence[ParameterSet]:
        """Those that the text shows for certain."""
        return parameter_sets(self._reading, call) or self._followed.get(call.line, ())


def _of_call(sets: _Sets, call: Call, known: Known) -> Iterator[Finding]:
    action = str(call.get("action"))
    if (lacking := known.lacks(action)) is not None:
        yield call.line, "warning", "action", f"act: {lacking}: it is not dispatched"
        return
    for one in sets.of(call):
        given: dict[str, Any] = dict.fromkeys(one.names, COMPUTED)
        if (missing := known.misses(given)) is not None:
            yield one.line, "warning", "parameter", f"act: {missing}: it is not dispatched"
        for told in known.unknown(one.names):
            yield one.line, "warning", "parameter", f"act: {told}"


def _of_lists(reading: Reading, blocks: Mapping[str, Sequence[Known | None]],
              taken: Mapping[str, Sequence[Known | None]]) -> Iterator[Finding]:
    """A list, as the app behind a block declares it, that is handed to another action as one value."""
    told: set[tuple[str, str]] = set()
    for one in handed(reading)[0]:
        name, _, path = one.path.partition(":")
        declared, takers = blocks.get(name, ()), taken.get(one.function, ())
        if declared and (one.function, one.path) not in told and all(
                each is not None and each.is_list(path) for each in declared) and not any(
                each is not None and each.takes_list(one.parameter) for each in takers):
            told.add((one.function, one.path))
            yield (one.line, "warning", "several-values",
                   f"'{one.path}' is a list, and is handed over as '{one.parameter}': '{one.path}.*' gives each")


def _of_reads(name: str, reads: Any, known: list[Known], anyway: Collection[str]) -> Iterator[Finding]:
    """What no app behind a block declares, and texts that it gives in another letter case.

    Args:
        anyway: texts with which the playbook compares in any case.
    """
    for one in reads:
        for operator, literal in one.comparisons:
            if operator in ("==", "!=") and isinstance(literal, str) and literal not in anyway:
                meant = [each.otherwise(one.path, literal) for each in known]
                if meant and all(meant):
                    yield (one.line, "info", "letter-case", (
                        f"{known[0].source} has the example {meant[0]!r} for {name}:{one.path}, which is compared with "
                        f"{literal!r}: the case counts"))
        closest = [each.undeclared(one.path) for each in known]
        if known and None not in closest:
            told = undeclared_path(known[0].source, f"{name}:{one.path}", closest[0] or "")
            yield one.line, "info", "output", f"{told}: nothing is generated for it"
