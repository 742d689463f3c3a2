"""Exports and generated code of platforms 6.3 to 8.6: what is new in them, with what it rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.check.checking import check
from phantom_lab.reading.demand import demand_of

OBSERVED, ASSUMED = pytest.mark.observed, pytest.mark.assumed
FINDING = {"finding_id": "F1", "name": "Odd login", "owner": None, "status": "New",
           "consolidated_findings": {"src": "10.0.0.1"}}
HEAD = "import json\nimport phantom.rules as phantom\n"
ARGUMENTS = ("action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, "
             "filtered_results=None, custom_function=None, loop_state_json=None, **kwargs")
SOURCE = f"""{HEAD}
@phantom.playbook_block()
def on_start(container):
    update_finding_1(container=container)

@phantom.playbook_block()
def update_finding_1({ARGUMENTS}):
    content_formatted_string = phantom.format(
        container=container,
        template=\"\"\"Seen at {{0}}\\n\"\"\",
        parameters=[
            "finding:consolidated_findings.src"
        ])
    finding_data = phantom.collect2(container=container, datapath=["finding:id"])
    parameters = []
    for finding_data_item in finding_data:
        if finding_data_item[0] is not None:
            parameters.append({{
                "id": finding_data_item[0],
                "status": "Closed",
                "incident_note": {{"title": "Seen", "content": content_formatted_string}},
            }})
    phantom.act("update finding or investigation", parameters=parameters, name="update_finding_1",
                assets=["builtin_mc_connector"], callback=tell)

@phantom.playbook_block()
def tell({ARGUMENTS}):
    phantom.debug(json.dumps([results[0]["action_results"][0]["parameter"]["incident_note"], success]))

@phantom.playbook_block()
def on_finish(container, summary):
    return
"""
LOOP = {"enabled": False, "exitAfterUnit": "m", "exitAfterValue": 10, "exitConditionEnabled": False,
        "exitLoopAfter": 2, "pauseUnit": "m", "pauseValue": 2, "conditions": [{"comparisons": [
            {"op": "==", "param": "", "value": ""}], "conditionIndex": 0, "logic": "and", "type": "if"}]}


def node(kind: str, **data: Any) -> dict[str, Any]:
    """A node that asks for an action of the built-in connector."""
    return {"id": "2", "type": kind, "errors": {}, "warnings": {}, "data": {
        "functionName": "update_finding_1", "functionId": 1, "action": "update finding or investigation",
        "actionType": "post", "connector": "Enterprise Security", "connectorConfigs": ["builtin_mc_connector"],
        "connectorId": "7e971d03-6ae7-4429-b4e1-cf461003e75b", "connectorVersion": "v1", "loop": LOOP,
        "requiredParameters": [{"data_type": "string", "field": "id"}], "parameters": {"id": "finding:id"}, **data}}


def exported(folder: Path, *nodes: dict[str, Any], kind: str = "es", source: str = SOURCE, **coa: Any) -> Path:
    """A playbook with its export; returns its file."""
    start = {"id": "0", "type": "start", "errors": {"input_spec": "Name is required"}, "data": {}}
    export = {"labels": ["es_soar_integration"], "tags": [], "coa": {
        "playbook_type": kind, "playbook_trigger": "artifact_created", "input_spec": None, "output_spec": None,
        "schema": "5.0.24", "version": "8.5.0.249", "python_version": "3.13", **coa,
        "data": {"nodes": {str(number): one for number, one in enumerate((start, *nodes))}, "edges": [],
                 "hash": "0" * 40, "origin": {"playbook_id": 7, "playbook_name": "x"}, "globalCustomCode": True}}}
    (folder / "flow.py").write_text(source)
    (folder / "flow.json").write_text(json.dumps(export))
    return folder / "flow.py"


def ran(file: Path) -> list[Any]:
    """What the playbook tells in a run on the finding."""
    run = Lab(finding=FINDING).run(file)
    assert run.status == "success", run.message
    return json.loads(run.summary().debug[-1])


@pytest.mark.parametrize("kind", [pytest.param(one, marks=OBSERVED) for one in ("es", "data", "automation")])
def test_the_kinds_of_playbooks(tmp_path, kind):
    """`es` is there since 6.3.1. Each kind may ask the connector."""
    file = exported(tmp_path, node("enterpriseSecurity"), kind=kind)
    assert Playbook.load(file).type == kind
    assert ran(file) == [{"title": "Seen", "content": "Seen at 10.0.0.1\n"}, True]


@pytest.mark.parametrize(("kind", "number", "appid"), [
    pytest.param("enterpriseSecurity", "7e971d03-6ae7-4429-b4e1-cf461003e75b",
                 "7e971d03-6ae7-4429-b4e1-cf461003e75b", marks=OBSERVED),
    pytest.param("enterpriseSecurity", "191", "", marks=OBSERVED),
    pytest.param("missionControl", "183", "", marks=OBSERVED),
    pytest.param("action", "7e971d03-6ae7-4429-b4e1-cf461003e75b", "7e971d03-6ae7-4429-b4e1-cf461003e75b",
                 marks=OBSERVED)])
def test_nodes_of_the_connector_name_its_app(tmp_path, kind, number, appid):
    """They have types of their own, and the data of an action's; a number is the platform's own for the app."""
    file = exported(tmp_path, node(kind, connectorId=number))
    connector = demand_of(Playbook.load(file)).connectors["update_finding_1"]
    assert (connector.name, connector.appid) == ("Enterprise Security", appid)
    assert ran(file)[1]


PATH = "consolidated_findings.src"
CUSTOM = {"finding": {PATH: {"value": f"finding:{PATH}", "isCustomDatapath": True, "label": PATH}}}


@pytest.mark.parametrize("data", [
    pytest.param({"loop": {**LOOP, "enabled": True}}, marks=OBSERVED, id="a loop"),
    pytest.param({"customDatapaths": CUSTOM}, marks=OBSERVED, id="custom datapaths"),
    pytest.param({"parameters": {"content": {"functionId": 1, "parameters": [f"finding:{PATH}"], "template": "{0}"}}},
                 marks=OBSERVED, id="a template in a parameter"),
    pytest.param({"tab": "byConnector", "nestedNodeParent": None, "nestedNodeChildren": []}, marks=OBSERVED,
                 id="what only the editor reads"),
    pytest.param({"parameters": None, "loop": None, "connector": None, "requiredParameters": "x"}, marks=ASSUMED,
                 id="odd data"),
])
def test_what_an_export_holds_besides_changes_nothing(tmp_path, data):
    """The code is what runs; an export tells its kind, inputs, outputs and apps."""
    file = exported(tmp_path, node("enterpriseSecurity", **data))
    assert ran(file) == [{"title": "Seen", "content": "Seen at 10.0.0.1\n"}, True]
    report = check([tmp_path])
    assert (report.loaded, report.supported, report.gaps) == (1, 1, {})
    assert [one for one in report.problems if one.level == "error"] == []


@pytest.mark.observed
def test_errors_in_nodes_are_the_editors_own(tmp_path):
    """A published export says that its start node lacks a name."""
    broken = node("enterpriseSecurity")
    broken["errors"] = {"id": "is required"}
    file = exported(tmp_path, broken)
    assert ran(file)[1]
    assert not [one for one in check([tmp_path]).problems if "is required" in one.message]


@pytest.mark.parametrize(("version", "schema", "python"), [
    pytest.param(version, schema, python, marks=mark) for version, schema, python, mark in (
        ("6.0.1.123902", "5.0.10", "3", OBSERVED), ("6.3.1.176", "5.0.15", "3", OBSERVED),
        ("6.4.1.361", "5.0.20", "3.9", OBSERVED), ("7.1.0.99", "5.0.22", "3.13", OBSERVED),
        ("8.4.0.154", "5.0.24", "3.13", OBSERVED), ("8.5.0.249", "5.0.24", "3.13", OBSERVED),
        ("6.2.0.355", "5.0.11", "3.13", pytest.mark.documented), ("9.9.9.999", "5.0.99", "4", ASSUMED))])
def test_versions_change_nothing(tmp_path, version, schema, python):
    """One commit set the Python of all community playbooks: it does not tell the platform."""
    file = exported(tmp_path, node("enterpriseSecurity"), version=version, schema=schema, python_version=python)
    assert Playbook.load(file).type == "es"
    assert ran(file)[1]


@pytest.mark.observed
def test_a_template_in_a_block_stays_there(tmp_path):
    """It has no name: nothing reads it as formatted data, and a datapath-free one makes one parameter set."""
    source = f"""{HEAD}
def on_start(container):
    title_formatted_string = phantom.format(container=container, template=\"\"\"Title\\n\"\"\", parameters=[])
    content_formatted_string = phantom.format(container=container, template="{{0}}", parameters=["finding:name"])
    phantom.debug(json.dumps([title_formatted_string, content_formatted_string,
                              phantom.get_format_data(name="content_formatted_string")]))
"""
    assert ran(exported(tmp_path, source=source)) == ["Title\n", "Odd login", None]


@pytest.mark.observed
def test_code_for_all_blocks_is_module_level(tmp_path):
    """The editor's global code; its functions are there in every block."""
    source = f"""{HEAD}
def joined(rows):
    return ", ".join(row[0] for row in rows if row[0])

@phantom.playbook_block()
def on_start(container):
    phantom.debug(json.dumps(joined(phantom.collect2(container=container, datapath=["finding:name"]))))
"""
    assert ran(exported(tmp_path, source=source)) == "Odd login"
