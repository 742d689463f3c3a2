"""``check`` holds actions against what their apps declare, before anything runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Playbook
from phantom_lab.apps import Apps
from phantom_lab.apps.manifests import manifest_of
from phantom_lab.check.checking import check
from phantom_lab.cli import main
from phantom_lab.reading.parameter_sets import parameter_sets
from phantom_lab.reading.read import read
from tests.table import tabled

MANIFEST = {"name": "Star Map", "appid": "a1-b2", "app_version": "1.2", "actions": [{
    "action": "look up star", "parameters": {"star": {"data_type": "string", "required": True},
                                             "limit": {"data_type": "numeric"}},
    "output": [{"data_path": "action_result.data.*.magnitude", "data_type": "numeric"},
               {"data_path": "action_result.data.*.kind", "data_type": "string", "example_values": ["giant"]},
               {"data_path": "action_result.data.*.moons.*", "data_type": "string"}]}]}
STAR, STARS = "'look up star' (manifest Star Map 1.2)", "manifest Star Map 1.2 has no action 'look up stars'"
PASSED, LEFT = "an app passes over it", "it is not dispatched"
CONNECTOR = "the built-in Enterprise Security connector"
HEAD = "import phantom.rules as phantom\n\ndef on_start(container):\n"


def told(folder: Path, body: str, *, apps: bool = True, export: Any = None) -> list[tuple[int, str, str]]:
    """Line, kind and message of what is said of a playbook's calls of apps."""
    (folder / "stars.py").write_text(HEAD + "".join(f"    {line}\n" for line in body.splitlines()), "utf-8")
    if export is not None:
        (folder / "stars.json").write_text(json.dumps(export), "utf-8")
    found = manifest_of(MANIFEST)
    assert found is not None
    report = check([folder], apps=Apps([found]) if apps else None)
    return [(one.line, one.kind, one.message) for one in (*report.problems, *report.remarks)
            if one.kind in ("action", "parameter", "output")]


def test_an_action_that_the_app_lacks_is_told_with_the_closest(tmp_path: Path):
    """By the asset's name, the app that the call names, or the export's."""
    lacking = f"act: {STARS}; closest is 'look up star': {LEFT}"
    assert told(tmp_path, 'phantom.act("look up stars", assets=["star_map"], name="a")') == [(4, "action", lacking)]
    assert told(tmp_path, 'phantom.act("look up stars", assets=["x"], app={"name": "star map"}, name="a")') == [
        (4, "action", lacking)]
    assert told(tmp_path, 'phantom.act("look up stars", assets=["x"], name="a")') == [
        (4, "action", f"act: no app at hand has an action {STARS[-15:]}; closest is {STAR}")]
    assert told(tmp_path, 'phantom.act("look up stars", assets=["x"], app={"name": "Sky"}, name="a")') == []
    export = {"coa": {"data": {"nodes": {"1": {"type": "action", "data": {
        "functionName": "a", "connector": "Any name", "connectorId": "A1-B2"}}}}}}
    assert told(tmp_path, 'phantom.act("look up stars", assets=["x"], name="a")', export=export) == [
        (4, "action", lacking)]


def test_parameters_are_told_where_each_set_stands(tmp_path: Path):
    """Those that are missing, and those that the action does not have."""
    assert told(tmp_path, """parameters = []
for item in container["items"]:
    parameters.append({"limit": 3})
    parameters.append({"star": item, "limt": 3, "context": {}})
phantom.act("look up star", parameters=parameters, assets=["star_map"], name="a")""") == [
        (6, "parameter", f"act: the required parameter 'star' of {STAR} is missing: {LEFT}"),
        (7, "parameter", f"act: 'limt' is no parameter of {STAR}: {PASSED}; closest is 'limit'")]


ACT = "phantom.act('look up star', parameters={}, assets=['star_map'])"


@tabled("body", [
    "one = {}\none['limit'] = 3\nparameters = []\nparameters.append(one)\n" + ACT.format("parameters"),
    ACT.format("[{'sta': one} for one in container]"),
    "def made(name):\n    return {'sta': name}\n" + ACT.format("[made('x')]"),
    "options = {'parameters': [{'limit': 3}], 'assets': ['star_map']}\nphantom.act('look up star', **options)"])
def test_parameter_sets_are_followed_to_where_they_are_made(tmp_path, body):
    """Through statements, comprehensions, functions of the source and ``**``."""
    assert [kind for _, kind, _ in told(tmp_path, body)][:1] == ["parameter"]
    assert told(tmp_path, body.replace("limit", "star").replace("'sta'", "'star'")) == []


def test_what_is_read_and_not_declared_is_a_remark(tmp_path: Path):
    """Datapaths and what code takes out of them; nothing of a block whose app is not known."""
    declares, left_out = "manifest Star Map 1.2 does not declare", "nothing is generated for it"
    path = "action_result.data.*.magnitude"
    assert told(tmp_path, """phantom.act("look up star", parameters=[{"star": "x"}], assets=["star_map"], name="a")
phantom.act("look up star", parameters=[{"star": "x"}], assets=["other"], name="b")
phantom.collect2(container=container, datapath=["a:action_result.data.*.magnitud", "b:action_result.data.*.x"])
rows = phantom.collect2(container=container, datapath=["a:action_result.summary"])
phantom.debug(rows[0][0]["total"])""") == [
        (6, "output", f"{declares} a:{path[:-1]}; closest is '{path}': {left_out}"),
        (8, "output", f"{declares} a:action_result.summary.total: {left_out}")]


def test_the_built_in_connector_is_known_without_manifests(tmp_path: Path):
    """As in a run."""
    action = f"'get finding or investigation' ({CONNECTOR})"
    assert [one[1:] for one in told(tmp_path, """asset = "builtin_mc_connector"
phantom.act("get findings", assets=[asset], name="a")
phantom.act("get finding or investigation", parameters=[{"ID": "x"}], assets=[asset], name="b")""", apps=False)] == [
        ("action", f"act: {CONNECTOR} has no action 'get findings'; closest is 'list findings': {LEFT}"),
        ("parameter", f"act: 'ID' is no parameter of {action}: {PASSED}; closest is 'id'"),
        ("parameter", f"act: the required parameter 'id' of {action} is missing; closest is 'ID': {LEFT}")]


@tabled(("body", "sets"), [
    ("phantom.act('a', parameters=[{'x': 1}, dict(y=2)])", [("x",), ("y",)]),
    ("phantom.act('a')", [()]), ("phantom.act('a', None)", [()]), ("phantom.act('a', [])", []),
    ("phantom.act('a', [{'x': None, 'y': v}])", [("y",)]),
    ("p = []\np.append({'x': 1})\nphantom.act('a', p)", [("x",)]),
    ("p = [{'x': 1}]\nif p:\n    phantom.debug(p)\nphantom.act('a', p)", [("x",)]),
    ("p = [{'x': 1}]\nphantom.act('a', p)\np = [{'y': 1}]", [("x",)]),
    ("p = []\np.append({'x': 1})\np = []\np.append({'y': 1})\nphantom.act('a', p)", [("y",)]),
    ("p = [{'x': 1}]\np[0]['y'] = 2\nphantom.act('a', p)", []),
    ("p = [{'x': 1}]\nfor one in p:\n    one['y'] = 2\nphantom.act('a', p)", []),
    ("p = [{'x': 1}]\np += more\nphantom.act('a', p)", []), ("p = [{'x': 1}]\nchange(p)\nphantom.act('a', p)", []),
    ("p = [{'x': 1}]\nq = p\nphantom.act('a', p)", []), ("p = [{**more}]\nphantom.act('a', p)", []),
    ("phantom.act('a', [{key: 1}])", []), ("phantom.act('a', made())", []), ("phantom.act('a', **more)", []),
    ("p = [{'x': 1} for one in more]\nphantom.act('a', p)", []), ("p = []\np.append(one)\nphantom.act('a', p)", []),
    ("phantom.act('a', p)\np = [{'x': 1}]", []), ("p: list = [{'x': 1}]\nphantom.act('a', p)", []),
    ("with more as p:\n    phantom.act('a', p)", []), ("(p, q) = [{'x': 1}], 2\nphantom.act('a', p)", []),
])
def test_parameter_sets_are_taken_for_certain_only(body: str, sets: list[tuple[str, ...]]):
    """Where something else may make or change them, nothing is said of them."""
    source = Playbook.from_source(HEAD + "".join(f"    {line}\n" for line in body.splitlines()), name="x")
    reading = read(source)
    (call,) = reading.calls_of("act")
    assert [one.names for one in parameter_sets(reading, call)] == sets


def test_the_command_takes_apps_without_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Warnings leave the exit code at 0."""
    (tmp_path / "star.json").write_text(json.dumps(MANIFEST), "utf-8")
    (tmp_path / "stars.py").write_text(f'{HEAD}    phantom.act("look up stars", assets=["star_map"])\n', "utf-8")
    assert main(["check", str(tmp_path / "stars.py"), "--apps", str(tmp_path / "star.json")]) == 0
    assert "stars.py:4: warning: act: manifest Star Map 1.2 has no action 'look up stars'" in capsys.readouterr().out
