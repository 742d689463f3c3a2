"""Every path below ``finding:`` that public playbooks read, and how it is read; each with what it rests on.

The record is one that has them all. A path is *observed* where a public playbook reads it, its value is whatever the
record holds; what no public playbook reads is *assumed* to be no field.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.model import Options
from tests.calls import calls

OBSERVED, ASSUMED = pytest.mark.observed, pytest.mark.assumed
CONSOLIDATED = (
    "risk_object_type", "normalized_risk_object", "info_max_time", "info_min_time", "risk_object", "fileHash",
    "file_hash", "risk_score", "sourceAddress", "sourceDnsDomain", "destinationAddress", "risk_object_identity", "dest",
    "url", "rule_title", "source", "investigation_type", "incident_type", "event_id", "_indextime", "threat_object",
    "all_risk_objects", "_raw", "user")
INVESTIGATION: dict[str, Any] = {
    "investigation_id": "I1", "name": "Malware", "description": "A file was loaded", "status": "In Progress",
    "owner": "mara", "urgency": "high", "disposition": "disposition:6", "sensitivity": "Amber",
    "create_time": "2026-01-05T09:00:00Z", "custom_fields": {"snow_incident": "INC1"},
    "consolidated_findings": {name: f"value of {name}" for name in CONSOLIDATED},
    "response_plans": [{"id": "P1", "name": "Plan A", "phases": [{"id": "PH1", "name": "Triage"}]}],
    "findings": [{"finding_id": "F1", "name": "one"}]}
FINDING: dict[str, Any] = {"finding_id": "F1", "name": "one", "consolidated_findings": {"src": "10.0.0.1"}}

PATHS = [pytest.param(path, value, marks=mark, id=path) for mark, some in (
    (OBSERVED, {
        "id": "I1", "investigation_id": "I1", "finding_id": None, "name": "Malware", "status": "In Progress",
        "description": "A file was loaded", "owner": "mara", "urgency": "high", "disposition": "disposition:6",
        "sensitivity": "Amber", "create_time": "2026-01-05T09:00:00Z", "custom_fields.snow_incident": "INC1",
        "response_plans.*.id": "P1", "response_plans.*.name": "Plan A",
        "consolidated_findings.destinationAddess": None,  # misspelt so in seven published playbooks
        **{f"consolidated_findings.{name}": f"value of {name}" for name in CONSOLIDATED}}),
    (ASSUMED, {
        "finding_ids": "F1", "current_response_plan_phase.response_plan_id": "P1", "custom_fields.other": None,
        "investigation_guid": None, "_time": None, "title": None, "notes.*.title": None, "finding_time": None,
        "response_plans.*.phases.*.name": "Triage", "id.x": None}),
) for path, value in some.items()]


def seen(finding: Any, *expressions: str, **options: str) -> list[Any]:
    """What expressions give in a run that is about a finding."""
    return calls(Lab(finding=finding, options=Options(**options)), *expressions)[1]


def rows(*paths: str) -> str:
    """An expression: the rows of paths below ``finding:``."""
    return f"phantom.collect2(container=container, datapath={[f'finding:{one}' for one in paths]})"


@pytest.mark.parametrize(("path", "value"), PATHS)
def test_a_path_is_read_wherever_paths_are_taken(path, value):
    """One row in ``collect2``; the same in templates, in the message of a prompt, in decisions, filters and loops."""
    text, parameters = "None" if value is None else value, [f"finding:{path}"]
    condition = [parameters[0], "is None"] if value is None else [parameters[0], "==", value]
    state = {"current_iteration": 1, "max_iterations": 5, "delay_time": 0, "conditions": [condition]}
    lab = Lab(finding=INVESTIGATION, results=[{"action": "prompt", "responses": ["ok"]}])
    run, found = calls(
        lab, rows(path), rows("id", path),
        f"phantom.format(container=container, template='x {{0}}', parameters={parameters})",
        f"phantom.decision(container=container, conditions=[{condition}])",
        f"bool(phantom.condition(container=container, conditions=[{condition}], name='f:condition_1')[1])",
        f"phantom.LoopState(state={json.dumps(state)!r}).should_continue(container=container)",
        f"phantom.prompt2(container=container, user='kim', message='x {{0}}', parameters={parameters}, name='ask_1')")
    assert found[:6] == [[[value]], [["I1", value]], f"x {text}", True, True, False]
    (asked,) = run.summary().action_runs
    assert asked["results"][0]["action_results"][0]["parameter"]["message"] == f"x {text}"


@pytest.mark.parametrize(("finding", "paths", "expected"), [
    pytest.param(FINDING, ["id"], [["F1"]], marks=OBSERVED, id="one row"),
    pytest.param(FINDING, ["consolidated_findings.none"], [[None]], marks=OBSERVED, id="a missing field"),
    pytest.param(FINDING, ["id", "status", "consolidated_findings.src"], [["F1", "New", "10.0.0.1"]],
                 marks=OBSERVED, id="several paths in one row"),
    pytest.param({**INVESTIGATION, "response_plans": [{"id": "P1"}, {"id": "P2"}]},
                 ["investigation_id", "response_plans.*.id"], [["I1", "P1"], ["I1", "P2"]],
                 marks=OBSERVED, id="a row for each plan, the value beside it repeated"),
    pytest.param(FINDING, ["id", "response_plans.*.id"], [["F1", None]], marks=ASSUMED, id="no plan"),
    pytest.param(FINDING, ["consolidated_findings"], [[{"src": "10.0.0.1"}]], marks=ASSUMED, id="all fields together"),
    pytest.param(
        {"investigation_id": "I1", "findings": [{"fields": {"src": "10.0.0.1", "user": "kim"}},
                                                {"fields": {"src": "10.0.0.2", "user": "kim"}},
                                                {"fields": {"src": "10.0.0.1"}}]},
        ["consolidated_findings.src", "consolidated_findings.user"], [[["10.0.0.1", "10.0.0.2"], "kim"]],
        marks=ASSUMED, id="a list of the distinct values where findings differ, the value where they agree"),
    pytest.param({**FINDING, "consolidated_findings": {"src": ["10.0.0.1", None, "10.0.0.2", "10.0.0.1"]}},
                 ["consolidated_findings.src"], [[["10.0.0.1", "10.0.0.2"]]], marks=ASSUMED, id="a list that is given"),
    pytest.param({**FINDING, "consolidated_findings": {"src": ["10.0.0.1"]}},
                 ["consolidated_findings.src"], [["10.0.0.1"]], marks=ASSUMED, id="a list of one"),
])
def test_the_rows_of_a_finding(finding, paths, expected):
    """Exactly one, but for paths with a star."""
    assert seen(finding, rows(*paths)) == [expected]


@pytest.mark.observed
def test_the_variable_of_the_loop_is_there_after_it():
    """A published playbook goes on with it: an empty list would end it with `UnboundLocalError`."""
    source = ("import phantom.rules as phantom\ndef on_start(container):\n"
              f"    for finding_data_item in {rows('id')}:\n        pass\n    phantom.debug(finding_data_item[0])\n")
    assert Lab(finding=FINDING).run(Playbook.from_source(source, name="flow")).summary().debug == ["F1"]


@pytest.mark.assumed
def test_a_path_beside_another_source_stands_in_its_rows():
    """No public playbook mixes them."""
    lab = Lab({"name": "x", "artifacts": [{"cef": {"a": 1}}]}, finding=FINDING)
    assert calls(lab, "phantom.collect2(container=container, datapath=['finding:id', 'artifact:*.cef.a'])")[1] == [
        [["F1", 1]]]


@pytest.mark.parametrize("kind", [pytest.param("data", marks=OBSERVED), pytest.param("es", marks=ASSUMED)])
def test_children_of_children_read_the_finding(tmp_path, kind):
    """Eight of thirteen public playbooks of type `data` that use the connector do."""
    for name, rest in (("child", "phantom.playbook('local/grandchild', container=container)"), ("grandchild", "pass")):
        (tmp_path / f"{name}.py").write_text(
            f"import phantom.rules as phantom\ndef on_start(container):\n    phantom.debug({rows('id')})\n    {rest}\n")
        (tmp_path / f"{name}.json").write_text(json.dumps({"coa": {"playbook_type": kind, "data": {}}}))
    assert Lab(finding=FINDING).run(tmp_path / "child.py").summary().debug == ["[['F1']]"] * 2


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "seen"), [
    ("phantom.collect2(datapath=['finding:id'])", "[['F1']]"),
    ("phantom.format(template='{0}', parameters=['finding:id'])", "F1"),
    ("phantom.decision(conditions=[['finding:id', '==', 'F1']])", "RuntimeError")])
def test_a_custom_function_reads_it_where_it_reads_other_paths(tmp_path, call, seen):
    """No public one tries: what may be called there reads it as it reads artifacts, the rest is refused."""
    (tmp_path / "look.py").write_text(
        f"def look():\n    import phantom.rules as phantom\n    return {{'seen': {call}}}\n")
    (tmp_path / "flow.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                      "    phantom.custom_function('local/look', parameters=[{}], name='look_1')\n")
    run = Lab(finding=FINDING).run(tmp_path / "flow.py")
    (ran,) = run.summary().custom_function_runs
    assert run.status == ("failed" if seen == "RuntimeError" else "success")
    assert seen in str(ran["results"][0]["custom_function_results"])


@pytest.mark.parametrize(("expression", "expected"), [
    pytest.param("container['label']", "es_soar_integration", marks=OBSERVED, id="label"),
    pytest.param("phantom.get_container(container['id'])['id'] == container['id']", True, marks=OBSERVED, id="id"),
    pytest.param("phantom.vault_info(container_id=container['id'])[1]", "no file in the vault matches",
                 marks=OBSERVED, id="vault"),
    pytest.param("container['name']", "Malware", marks=ASSUMED, id="name"),
    pytest.param("container['external_id']", "I1", marks=ASSUMED, id="external id"),
    pytest.param("container['source_data_identifier']", "I1", marks=ASSUMED, id="source data identifier"),
    pytest.param("phantom.collect2(container=container, datapath=['artifact:*.id'])", [], marks=ASSUMED,
                 id="artifacts"),
    pytest.param("phantom.comment(container=container, comment='x')[0]", True, marks=ASSUMED, id="comment"),
    pytest.param("phantom.add_note(container=container, note_type='general', title='t', content='c')[0]", True,
                 marks=ASSUMED, id="note"),
])
def test_the_container_of_a_run_about_an_investigation(expression, expected):
    """No public playbook of type `es` reads more of it than its id."""
    assert seen(INVESTIGATION, expression) == [expected]


@pytest.mark.observed
def test_the_mission_control_generation_hands_on_where_a_result_came_from():
    """`artifact_external_id` stands in the context beside `artifact_id`, and is read back from the result."""
    source = """import phantom.rules as phantom
def on_start(container):
    phantom.act("get incident", parameters=[{"id": "I1", "context": {"artifact_id": 3, "artifact_external_id": "E3"}}],
                assets=["builtin_mc_connector"], name="get_incident_1", callback=after)
def after(results=None, container=None, **kwargs):
    phantom.debug(phantom.collect2(container=container, action_results=results, datapath=[
        "get_incident_1:action_result.parameter.context.artifact_id",
        "get_incident_1:action_result.parameter.context.artifact_external_id"]))
"""
    run = Lab(finding=INVESTIGATION).run(Playbook.from_source(source, name="flow"))
    assert run.summary().debug == ["[[3, 'E3']]"]


@pytest.mark.assumed
@pytest.mark.parametrize("family", ["incident", "event", "investigation"])
def test_families_that_no_public_playbook_reads_are_gaps(family):
    """The documentation of the editor speaks of incidents and events as sources; their text form is unknown."""
    source = ("import phantom.rules as phantom\ndef on_start(container):\n"
              f"    phantom.collect2(container=container, datapath=['{family}:name'])\n")
    run = Lab(finding=FINDING).run(Playbook.from_source(source, name="flow"))
    assert (run.status, run.summary().gaps) == ("not_emulated", {f"datapath family {family}:": 1})
