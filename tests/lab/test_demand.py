"""What a playbook tells of its actions before it runs: the connectors of its export, and what it reads of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Playbook
from phantom_lab.outcomes.declared import Connector, Declaration, Output, Read
from phantom_lab.reading.demand import demand_of
from tests.table import tabled

HEAD = "import phantom.rules as phantom\n"
ROOT = "action_result.data.*."
APPID = "11112222-3333-4444-5555-666677778888"


def reads(source: str) -> dict[str, tuple[Read, ...]]:
    """What is read, by block, of a playbook with these lines in a function."""
    lines = "".join(f"    {line}\n" for line in source.splitlines())
    text = f"{HEAD}def on_start(container):\n    pass\n\n\ndef block(container, results=None, **kwargs):\n{lines}"
    return dict(demand_of(Playbook.from_source(text, name="sample")).reads)


def paths(source: str, block: str = "geo") -> list[str]:
    return [one.path for one in reads(source).get(block, ())]


def connectors(folder: Path, coa: Any, *, source: str = "") -> dict[str, Connector]:
    """What an export beside a playbook tells."""
    path = folder / "sample.py"
    path.write_text(f"{HEAD}def on_start(container):\n    pass\n{source}", "utf-8")
    path.with_suffix(".json").write_text(json.dumps({"coa": coa}), "utf-8")
    return dict(demand_of(Playbook.load(path)).connectors)


def collected(*given: str) -> str:
    return f"phantom.collect2(container=container, datapath={list(given)!r})"


@tabled(("line", "path"), [
    (collected("geo:action_result.data.*.score"), "action_result.data.*.score"),
    (collected("geo:action_result.data.0.score"), "action_result.data.0.score"),
    (collected("filtered-data:f:condition_1:geo:action_result.summary.x"), "action_result.summary.x"),
    (collected("geo:filtered-action_result.data.*.x"), "action_result.data.*.x"),
    (collected("geo:action_result"), "action_result"),
    ("phantom.collect(container=container, datapath='geo:action_result.data.*.a.*.b')", "action_result.data.*.a.*.b"),
    ("phantom.format(container, template='{0}', parameters=['geo:action_result.message'], name='f')",
     "action_result.message"),
    ("phantom.prompt2(container, user='a', message='{0}', parameters=['geo:action_result.data.*.\"a.b\"'], name='p')",
     'action_result.data.*."a.b"'),
    ("phantom.decision(container, conditions=[['geo:action_result.status', '==', 'success']])", "action_result.status"),
])
def test_every_datapath_that_names_a_block_is_a_read(line: str, path: str):
    """Wherever it stands, also behind a filter."""
    assert paths(line) == [path]


@tabled("line", [
    collected("artifact:*.cef.x", "geo:custom_function_result.data.x", "geo:formatted_data"),
    collected("action_result.data.*.x", "geo:status", "geo:summary.total_objects"),
    "phantom.debug('geo:action_result.data.*.x')", collected(f"geo:action_result.data{'.x' * 100}"),
])
def test_anything_else_is_none(line: str):
    """Other sources, results without a block, headers, texts that nobody reads as a datapath."""
    assert reads(line) == {}


def conditions(*given: str) -> str:
    return f"phantom.condition(container=container, conditions=[{', '.join(given)}], name='f:condition_1')"


@tabled(("condition", "comparison"), [
    ("['{}', '>', 5]", (">", 5)), ("['{}', 'in', 'a, b']", ("in", "a, b")), ("['{}', '==', True]", ("==", True)),
    ("['{}', '!=', None]", ("!=", None)), ("['{}', 'in', ['a', 1]]", ("in", ["a", 1])), ("[5, '<', '{}']", (">", 5)),
    ("['a', 'in', '{}']", ("==", "a")), ("['{}', '==', '']", ("==", "")),
])
def test_a_comparison_with_a_literal_is_told_with_the_datapath_at_the_left(condition: str, comparison: Any):
    """As the condition has it, or mirrored."""
    assert reads(conditions(condition.format(f"geo:{ROOT}x"))) == {"geo": (Read(f"{ROOT}x", (comparison,)),)}


@tabled("condition", [
    "['{}', '==', 'artifact:*.cef.x']", "['{}', 'in', 'custom_list:known']", "['{}', '==', container]",
    "['{}', 'like', 'x']", "['{}', '==', [container]]",
])
def test_a_comparison_with_something_else_is_a_read_alone(condition: str):
    """Other datapaths, variables, unknown operators."""
    assert reads(conditions(condition.format(f"geo:{ROOT}x"))) == {"geo": (Read(f"{ROOT}x"),)}


def test_comparisons_stand_in_the_order_of_the_source_each_once():
    """One read for all places of a path, and for a block under a filter."""
    read = f"geo:{ROOT}x"
    found = reads("\n".join([
        collected(read), conditions(f"['{read}', '>', 5]"),
        conditions(f"['filtered-data:f:condition_1:{read}', '==', 1]", f"['{read}', '>', 5]")]))
    assert found == {"geo": (Read(f"{ROOT}x", ((">", 5), ("==", 1))),)}


ROWS = f"rows = {collected(f'geo:{ROOT}x', 'geo:action_result.summary')}\n"


@tabled(("code", "dug"), [
    ("rows[0][1]['total']", ["action_result.summary.total"]),
    ("for row in rows:\n    row[1].get('total', 0)", ["action_result.summary.total"]),
    ("for x, summary in rows:\n    x['a']['b']\n    summary['c'] = 1",
     [f"{ROOT}x.a", f"{ROOT}x.a.b", "action_result.summary.c"]),
    ("col = [item[1] for item in rows]\nfor n, (one, other) in enumerate(zip(col, rows)):\n    one['a']; other[0]['b']",
     ["action_result.summary.a", f"{ROOT}x.b"]),
    ("[one['a'] for one in (row[0] or {} for row in rows) if one.get('b')]", [f"{ROOT}x.b", f"{ROOT}x.a"]),
    ("for one in rows[0][0][2]['a']:\n    one['b']", [f"{ROOT}x.2", f"{ROOT}x.2.a", f"{ROOT}x.2.a.*.b"]),
    ("other = rows\nlist(other)[:2][0][1]['a.b']", ['action_result.summary."a.b"']),
    ("rows = []\nrows[0][1]['total']", []), ("rows[0][1][container]", []), ("rows[0][9]['a']", []),
    ("rows[0][0][-1]", []), ("rows['a']", []), ("rows[0][1].update('a')", []), ("container['a']['b']", []),
    ("def inner():\n    rows[0][1]['a']", []), ("rows[0][1][True]", []), ("rows[0][1]['']", []),
])
def test_what_code_digs_out_of_collected_values_is_read_too(code: str, dug: list[str]):
    """By constant keys and indexes, of names that certainly hold them; a name that is bound anew does not."""
    found = [path for path in paths(ROWS + code) if path not in (f"{ROOT}x", "action_result.summary")]
    assert sorted(found) == sorted(dug)


@tabled(("code", "numbers"), [
    ("for row in rows:\n    int(row[1]['total'] / 10) if row[0] > 5 else 0", {"total", "x"}),
    ("for x, summary in rows:\n    all = summary['good'] + summary['bad'] + 1\n    summary['bad'] / all",
     {"good", "bad"}),
    ("for x, summary in rows:\n    summary['name'] + ' of ' + summary['city']", set()),
    ("for x, summary in rows:\n    summary['name'] % 3; summary['a'] * 3; summary['b'] > x", set()),
    ("for x, summary in rows:\n    summary['a'] <= 2.5 and summary['b'] < True", {"a"}),
    ("for x, summary in rows:\n    summary['a'] == 'done' or summary['b'] == 3", set()),
])
def test_what_code_computes_with_is_a_number(code: str, numbers: set[str]):
    """It is compared with one, divided or subtracted, or added to such a value; texts are added and multiplied, too."""
    assert {one.path.rpartition(".")[2] for one in reads(ROWS + code)["geo"] if one.type == "numeric"} == numbers


def modern(**data: Any) -> dict[str, Any]:
    return {"data": {"nodes": {"1": {"type": data.pop("type", "action"), "data": data}}}}


@pytest.mark.parametrize(("data", "name", "connector"), [
    ({"functionName": "geolocate_ip", "connector": "Star Map", "connectorId": APPID.upper()}, "geolocate_ip",
     Connector("Star Map", APPID)),
    ({"functionName": "Look Up-Star", "connector": "Star Map"}, "look_up_star", Connector("Star Map")),
    ({"functionName": "x", "connector": "Mission Control", "connectorId": 12}, "x", Connector("Mission Control")),
    ({"functionName": "x", "connector": ["odd"], "connectorId": {}}, "x", Connector()),
    ({"type": "enterpriseSecurity", "functionName": "x", "connector": "Enterprise Security"}, "x",
     Connector("Enterprise Security")),
    ({"type": "missionControl", "functionName": "x", "connector": "Mission Control"}, "x",
     Connector("Mission Control")),
])
def test_the_connector_of_a_block(tmp_path: Path, data: dict[str, Any], name: str, connector: Connector):
    """By the name of the block's function; a platform's own number is no app's id."""
    assert connectors(tmp_path, modern(**data)) == {name: connector}


CELL = {"type": "coa.Action", "action": "look up star", "app": "Star Map",
        "block_code": "\ndef Look_Up_1(action=None):\n", "custom_name": "Other Name",
        "name": "look up star", "number": 3, "assets": [
            {"app_name": "", "name": "empty"},
            {"app_name": "Star Map", "appid": APPID.upper(), "output": [
                {"data_path": f"{ROOT}x", "data_type": "string", "example_values": ["v"]}]}]}


@pytest.mark.parametrize(("changes", "name"), [
    ({}, "Look_Up_1"), ({"block_code": "# read-only"}, "Other_Name"),
    ({"block_code": None, "custom_name": ""}, "look_up_star_3"),
    ({"block_code": 5, "custom_name": []}, "look_up_star_3"),
])
def test_a_classic_block_carries_what_its_app_declares(tmp_path: Path, changes: dict[str, Any], name: str):
    """By its function; of a block that was edited by hand, by the name that the editor would give it."""
    declared = Declaration("Star Map", "look up star", "export of sample.json", APPID,
                           outputs=(Output(f"{ROOT}x", "string", ("v",)),))
    assert connectors(tmp_path, {"data": {"joint": {"cells": [{**CELL, **changes}, {"type": "coa.Filter"}, 5]}}}) == {
        name: Connector("Star Map", APPID, declared)}


def test_a_classic_block_without_an_app_is_told_by_its_asset(tmp_path: Path):
    """The name of the asset is the only hint."""
    cell = {**CELL, "app": "", "assets": [{"name": "star_map"}]}
    assert connectors(tmp_path, {"data": {"joint": {"cells": [cell]}}}) == {"Look_Up_1": Connector("star_map")}


@pytest.mark.parametrize("coa", [
    None, 5, [], {}, {"data": None}, {"data": []}, {"data": {"nodes": []}}, {"data": {"nodes": {"1": None, "2": {}}}},
    {"data": {"joint": None}}, {"data": {"joint": {"cells": {}}}}, modern(), modern(functionName=5),
    {"data": {"nodes": {"1": {"type": "action", "data": None}}}},
    {"data": {"joint": {"cells": [{"type": "coa.Action", "block_code": "def x(", "assets": 5, "number": {}}]}}},
])
def test_an_odd_export_never_raises(tmp_path: Path, coa: Any):
    """It tells nothing, or the name alone."""
    assert set(connectors(tmp_path, coa)) <= {"x"}


def test_an_action_that_is_named_otherwise_than_its_function_has_its_connector(tmp_path: Path):
    """Hand-edited blocks name their actions as they like."""
    source = "\ndef geolocate_ip(container):\n    phantom.act('x', parameters=[{}], name='other')\n"
    found = connectors(tmp_path, modern(functionName="geolocate_ip", connector="Star Map"), source=source)
    assert found["other"] == found["geolocate_ip"] == Connector("Star Map")


def test_an_export_that_changes_is_read_again(tmp_path: Path):
    """What is known is kept for a state of source and export."""
    first = connectors(tmp_path, modern(functionName="a", connector="One"))
    second = connectors(tmp_path, modern(functionName="a", connector="Another"))
    assert (first, second) == ({"a": Connector("One")}, {"a": Connector("Another")})


def test_a_playbook_without_an_export_has_no_connectors():
    """Nor one that is only a text."""
    assert demand_of(Playbook.from_source(f"{HEAD}def on_start(container):\n    pass\n", name="x")).connectors == {}
