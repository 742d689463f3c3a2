"""A situation made up for a playbook: a container, inputs, custom lists and replies that its own text asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.apps.apps import Apps
from phantom_lab.apps.samples import FILE, sample_of
from phantom_lab.datapath import STAR, Family, Path
from phantom_lab.datapath.satisfying import satisfying
from phantom_lab.later import dataclass, regex
from phantom_lab.model import naming
from phantom_lab.reading import texts
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.bodies import as_xml, body_of
from phantom_lab.trials.fields import FIELDS, NO_VALUE, fits, fitting
from phantom_lab.trials.made_up_finding import (
    SUGGESTED,
    asks_the_connector,
    finding_for,
    identity,
    names_a_finding,
    of_finding,
    templates_for,
    within,
)

Steps = tuple[str, ...]
_CONTAINER = {"label": "events", "severity": "medium", "sensitivity": "amber", "status": "new",
              "source_data_identifier": "sample-identifier", "owner_name": "sample.owner",
              "description": "sample description"}
"""What a playbook may read of the container without naming a datapath."""
_USUAL = {field: sample_of((), field) for field in (
    "sourceAddress", "destinationAddress", "requestURL", "destinationDnsDomain", "fileHash", "fileName", "fromEmail",
    "sourceUserName", "destinationUserName", "sourceHostName")}
"""What custom functions find that look through an artifact's fields by what they contain."""
_LOOKS_FOR_ASSETS = regex(r"\bget_(assets|asset_names|apps)\b")
_ASKS_OUTSIDE = regex(r"\brequests\.\w+\(")
_READS_XML = regex(r"xmltodict|ElementTree|minidom|lxml")
_ROWS = [["sample"], ["203.0.113.7"]]
"""Further rows of every custom list."""
_MOST = 5
"""Artifacts that are made at most: one for each of the values that a playbook tells apart."""
_OWN = frozenset({"id", "container", "container_id", "create_time", "update_time", "hash", "version", "owner_id",
                  "source_data_identifier", "close_time", "start_time", "artifact_count", "current_rule_run_id"})
"""Fields that the platform fills in itself."""


@dataclass(slots=True)
class _Wanted:
    """By field, the values that a playbook's conditions tell apart; none where it only reads the field."""

    values: dict[Steps, list[Any]] = field(default_factory=dict)

    def read(self, steps: Steps) -> list[Any]:
        return self.values.setdefault(steps, [])

    def add(self, steps: Steps, value: Any) -> None:
        known = self.read(steps)
        if value not in known:
            known.append(value)


def situation_of(playbook: Playbook, children: Iterable[Playbook] = (), apps: Apps | None = None) -> dict[str, Any]:
    """Make a situation up.

    Args:
        children: playbooks that it starts: they work on the same container.
        apps: of which assets are made where a playbook looks for assets itself.

    Returns:
        What a scenario file holds: ``{"container", "inputs", "lists", "assets"?, "files"?, "http"?}``.
    """
    children = list(children)
    wanted = {source: _Wanted() for source in Family}
    lists: dict[str, list[Any]] = {}
    _take(read(playbook), wanted, lists)
    inputs = _inputs(playbook, wanted[Family.PLAYBOOK_INPUT])
    for child in children:
        _take(read(child), wanted, lists)
    readings = [read(one) for one in (playbook, *children)]
    finding = finding_for(wanted[Family.FINDING].values, readings)
    container = {"name": f"Sample for {playbook.name}", **_CONTAINER,
                 **(of_finding(finding) if finding else {}), **_fields(wanted[Family.CONTAINER])}
    text = "\n".join(one.source for one in (playbook, *children))
    return {"container": {**container, "artifacts": _artifacts(wanted[Family.ARTIFACT])},
            "inputs": {name: [identity(finding)] if finding and names_a_finding(name) else value
                       for name, value in inputs.items()},
            **({"finding": finding} if finding else {}),
            "lists": {name: [*([cell, cell, cell] for cell in cells or [sample_of((), name)]), *_ROWS]
                      for name, cells in lists.items()},
            **({"assets": list(_assets(read(playbook), apps or Apps()))} if _LOOKS_FOR_ASSETS.search(text) else {}),
            **({"playbooks": {SUGGESTED: {}}} if finding and "suggestions" in text else {}),
            **({"records": records} if (records := _records(playbook, finding)) else {}),
            **({"files": [str(FILE)]} if "vault" in text.lower() else {}),
            **({"http": [{"url": "*", **_body(read(playbook), text)}]} if _ASKS_OUTSIDE.search(text) else {})}


def _records(playbook: Playbook, finding: dict[str, Any]) -> dict[str, list[Any]]:
    """By kind, what the platform keeps besides."""
    found = {"data": list(_data(read(playbook))), "response_template": templates_for(finding)}
    return {kind: some for kind, some in found.items() if some}


def _assets(reading: Reading, apps: Apps) -> Iterator[dict[str, Any]]:
    """An asset of every product that a playbook names where it chooses among assets; without one, an asset that
    supports everything."""
    named = dict.fromkeys(one for node in reading.nodes if isinstance(node, ast.Call) for one in _names(node))
    for name in named:
        actions = apps.actions_of(name)
        yield {"name": name.lower(), "app": name, **({"actions": sorted(actions)} if actions else {})}
    if not named:
        yield {"name": "sample"}


def _names(call: ast.Call) -> Iterator[str]:
    """Texts of the lists that a function of the playbook's own is given."""
    if isinstance(call.func, ast.Name):
        for given in (*call.args, *(one.value for one in call.keywords)):
            if isinstance(given, ast.List):
                yield from (one.value for one in given.elts
                            if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _body(reading: Reading, text: str) -> dict[str, Any]:
    body = body_of(reading.nodes)
    return {"body": as_xml(body) or "<sample>sample</sample>"} if _READS_XML.search(text) else {"json": body}


def _data(reading: Reading) -> Iterator[dict[str, Any]]:
    """What another playbook has saved under a key, as a row with an artifact's id."""
    saved = {call.get("key") for call in reading.calls_of("save_data")}
    for call in reading.calls_of("get_data"):
        if isinstance(key := call.get("key"), str) and key not in saved:
            yield {"key": key, "value": [["192.0.2.10", 1]]}


def _take(reading: Reading, wanted: dict[Family, _Wanted], lists: dict[str, list[Any]]) -> None:
    for one in texts.references(reading):
        if one.kind == "list" and one.name:
            lists.setdefault(one.name, [])
    for datapath in texts.datapaths(reading):
        if path := compiled(datapath):
            source, steps = _meant(path, reading)
            wanted[source].read(steps)
            if path.label != "*" and not path.label.isdecimal():
                wanted[Family.ARTIFACT].add(("label",), path.label)
    for path, operator, other, at_left in compared(reading):
        source, steps = _meant(path, reading)
        if isinstance(other, Path):
            if other.source is Family.CUSTOM_LIST:
                known = lists.setdefault(str(other.steps[0]), [])
                known.append(sample_of((), steps[-1] if steps else "value"))
        else:
            sample = sample_of((), steps[-1] if steps else "value")
            if steps == ("tags",):
                wanted[source].read(steps).append(str(other))
            elif source in FIELDS:
                value = fitting(FIELDS[source], steps, operator, other, sample, at_left=at_left)
                if value is not NO_VALUE:
                    wanted[source].add(steps, value)
            else:
                wanted[source].add(steps, satisfying(operator, other, sample, at_left=at_left))


def compared(reading: Reading) -> Iterator[tuple[Path, str, Any, bool]]:
    """Every datapath that a condition compares: with which operator, with what (a literal or another datapath), and
    whether the datapath stands at the left."""
    for one in texts.conditions(reading):
        sides = [_side(value, one.call) for value in (one.left, one.right)]
        for at_left, (side, other) in ((True, sides), (False, sides[::-1])):
            if isinstance(side, Path) and other is not COMPUTED and isinstance(one.operator, str):
                yield side, one.operator, other, at_left


def _side(value: Any, call: Any) -> Any:
    path = compiled(texts.Datapath(value, call, True, True)) if isinstance(value, str) else None
    return path or value


def _meant(path: Path, reading: Reading) -> tuple[Family, Steps]:
    """What decides on a datapath's value: the record behind ``finding:`` on what the connector shows of it."""
    steps = _steps(path)
    inner = within(steps) if path.source is Family.ACTION_RESULT and asks_the_connector(reading) else ()
    return (Family.FINDING, inner) if inner else (path.source, steps)


def _steps(path: Path) -> Steps:
    return tuple(str(step) for step in path.steps if step is not STAR)


def _fields(wanted: _Wanted) -> dict[str, Any]:
    return {steps[0]: values if steps == ("tags",) else values[0] for steps, values in wanted.values.items()
            if len(steps) == 1 and values and steps[0] not in _OWN}


def _artifacts(wanted: _Wanted) -> list[dict[str, Any]]:
    count = min(max([1, *map(len, wanted.values.values())]), _MOST)
    return [_artifact(wanted, number) for number in range(count)]


def _artifact(wanted: _Wanted, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"name": f"Sample {number + 1}", "label": "event", "cef": {} if number else {**_USUAL}}
    for steps, values in wanted.values.items():
        if not steps or steps[0] in _OWN or steps == ("cef",):
            continue
        if steps == ("tags",):
            value = values or ["sample"]
        elif values:
            value = values[number % len(values)]
        elif steps[0] == "cef":
            value = sample_of((), steps[-1])
        else:
            continue
        if fits("artifact", steps, value):
            place(found, steps, value)
    return found


def place(found: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    """Put a value at a place in objects within objects; one that is in the way is left alone."""
    for step in steps[:-1]:
        found = found.setdefault(step, {})
        if not isinstance(found, dict):
            return
    found[steps[-1]] = value


def _inputs(playbook: Playbook, wanted: _Wanted) -> dict[str, Any]:
    read_names = {steps[0]: values for steps, values in wanted.values.items() if steps}
    names = playbook.inputs if playbook.exported else read_names
    return {name: [value for one in naming.meant(name, read_names) for value in read_names[one]] or [
        sample_of((), name)] for name in names}
