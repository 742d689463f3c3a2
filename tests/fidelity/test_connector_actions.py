"""Every action of the built-in connector that public playbooks ask for: what it takes, and what is read of it.

`ACTIONS` is the table: which parameters are required, which others there are, and the paths below ``data`` that
playbooks read. What a playbook asks for and reads is *observed*; the values are assumed, as no result is public.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.enterprise_security import ASSET, connector
from phantom_lab.outcomes.declared import Declaration
from tests.calls import written
from tests.table import tabled

PLAN = {"id": "P1", "name": "Plan A", "phases": [{"id": "PH1", "name": "Triage", "tasks": [
    {"id": "T1", "name": "Look", "owner": "kim", "suggestions": {"playbooks": [
        {"playbook_id": "local/look", "name": "look"}]}}]}]}
GIVEN = {
    "investigation_id": "I1", "display_id": "ES-00007", "name": "Odd logins", "description": "two networks",
    "owner": "mara", "summary": {"ip": "10.0.0.1"}, "response_plans": [PLAN], "findings": [
        {"finding_id": "F1", "name": "one", "owner": "kim", "fields": {"src": "10.0.0.1", "user": "kim"}},
        {"finding_id": "F2", "name": "two", "owner": "kim", "fields": {"src": "10.0.0.2", "user": "kim"}}]}
TEMPLATE = {"response_template_id": "RT1", "name": "Phishing", "phases": [{"name": "Contain", "tasks": []}]}
PAIRS = [{"name": "soar_event_id", "value": "9"}]
FILE = {"id": "I1", "data": "aGVsbG8=", "file_name": "a.txt", "source_type": "Note"}
TASK = {"id": "I1", "task_id": "T1", "phase_id": "PH1", "response_plan_id": "P1", "title": "t", "content": "c"}
NAMES = {"id": "I1", "task_name": "Look", "phase_name": "Triage", "response_template_name": "Plan A"}


class Action(NamedTuple):
    """What is known of an action."""

    name: str
    required: str
    others: str
    given: dict[str, Any]
    """Parameters of a call."""
    read: str = ""
    """Paths that public playbooks read, below ``data.*.``; none where they read the message or nothing."""
    writes: bool = False
    inferred: str = ""
    """What is declared without anybody having seen it (assumed)."""


ACTIONS = (
    Action("get finding or investigation", "id", "finding_time map_consolidated_findings",
           {"id": "I1", "finding_time": "", "map_consolidated_findings": 1},
           "investigation_id source_event_id name status status_name response_plans.*.id response_plans.*.name "
           "response_plans.*.phases.*.tasks.*.suggestions.playbooks.*.playbook_id consolidated_findings.src "
           "consolidated_findings_map.src"),
    Action("refresh finding or investigation", "id", "", {"id": "I1"},
           "data.investigation_id data.owner data.status data.urgency data.response_plans.*.id "
           "data.response_plans.*.name data.consolidated_findings.user"),
    Action("get finding by id", "id", "earliest latest", {"id": "F1"}, "status_label owner"),
    Action("get finding metadata", "", "id", {"id": "I1"}, "status notes.*.incident_id"),
    Action("list findings", "", "limit disposition status earliest latest", {"status": "New, In Progress"},
           "items.*.event_id items.*.owner items.*.status_label items.*.disposition_label"),
    Action("list investigations", "", "status investigation_search_term", {"investigation_search_term": "odd"},
           "name investigation_id"),
    Action("get events", "id", "limit", {"id": "I1", "limit": 5}, "events.*.soar_event_id"),
    Action("get notes in finding or investigation", "id", "", {"id": "I1"},
           "items.*.content items.*.title items.*.create_time items.*.author.realname "
           "items.*.response_plan_info.response_task.name"),
    Action("get response plans", "", "", {}, "items.*.name"),
    Action("get phase id", "id phase_name response_template_name", "",
           {name: NAMES[name] for name in ("id", "phase_name", "response_template_name")}, "phase_id"),
    Action("get task id", "id task_name phase_name response_template_name", "", NAMES, "task_id"),
    Action("list file attachments", "", "id", {"id": "I1"}, "items.*.file_name"),
    Action("update finding or investigation", "id",
           "owner status urgency disposition name description finding_time incident_note",
           {"id": "F1", "owner": "", "status": "Closed", "incident_note": {"title": "t", "content": "c"}}, "id",
           writes=True),
    Action("add finding or investigation note", "id content", "title files",
           {"id": "I1", "content": "c", "files": []}, writes=True),
    Action("set custom fields", "incident_id pairs", "", {"incident_id": "F1", "pairs": PAIRS}, writes=True),
    Action("start investigations", "name",
           "status description investigation_type findings_data finding_ids owner urgency disposition sensitivity "
           "inherit_fields", {"name": "x", "finding_ids": ["F1"], "findings_data": [], "inherit_fields": "false"}, "id",
           writes=True),
    Action("add finding to investigation", "id inherit_fields", "incident_ids",
           {"id": "I1", "incident_ids": ["F3"], "inherit_fields": 0}, "id", writes=True),
    Action("add response plan", "id response_template_id", "", {"id": "I1", "response_template_id": "RT1"},
           writes=True),
    Action("add task note", "id title content task_id phase_id response_plan_id", "", TASK, writes=True),
    Action("update task in current phase", "id task_id", "name status order",
           {"id": "I1", "task_id": "T1", "name": "", "status": "Started", "order": ""}, writes=True),
    Action("create event", "id pairs", "", {"id": "I1", "pairs": PAIRS}, writes=True),
    Action("add investigation file", "id data file_name source_type", "", FILE, "id", writes=True),
    Action("create risk modifier of a risk entity", "entity", "entity_type risk_modifier",
           {"entity": "host", "entity_type": "system", "risk_modifier": 1003}, writes=True),
    Action("get incident", "id", "", {"id": "ES-00007"},
           "id display_id description summary.ip current_response_plan_phase.response_plan_id"),
    Action("get tasks", "id", "", {"id": "I1"},
           "id name order status phase_id response_plan_id suggestions.playbooks.*.name"),
    Action("get task", "id task_id", "", {"id": "I1", "task_id": "T1"}, "id owner"),
    Action("get phase", "id", "", {"id": "ES-00007"}, "id tasks.*.id"),
    Action("update task", "id name order task_id", "owner",
           {"id": "I1", "task_id": "T1", "name": "Look", "order": 2, "owner": "mara"}, writes=True, inferred="status"),
    Action("create incidents", "name incident_type", "status description incident_origin",
           {"name": "x", "incident_type": "default"}, "id", writes=True),
    Action("update incidents", "incident_id", "urgency assignee description",
           {"incident_id": "I1", "assignee": "mara", "urgency": "high"}, writes=True, inferred="status"),
    Action("create events", "incident_id pairs", "", {"incident_id": "I1", "pairs": PAIRS}, writes=True),
    Action("set summary fields", "incident_id pairs", "", {"incident_id": "I1", "pairs": PAIRS}, writes=True),
    Action("add incident file", "id data file_name source_type", "", FILE, "id file_name size source_type source "
           "created_on", writes=True),
    Action("add incident note", "id content", "", {"id": "I1", "content": "c"}, writes=True, inferred="title"),
)
BEFORE = (("create event", {"id": "I1", "pairs": PAIRS}), ("add task note", TASK), ("add investigation file", FILE))
"""What is written first, so that there is something to read."""
SOURCE = """import json
import phantom.rules as phantom
STEPS = {steps!r}
def on_start(container):
    go(container=container)
def go(container=None, results=None, **kwargs):
    number = int(phantom.get_run_data(key="n") or 0)
    if number == len(STEPS):
        rows = phantom.collect2(container=container, action_results=results, datapath={paths!r})
        status = results[0]["action_results"][0]["status"] if results else None
        phantom.debug(json.dumps([status, rows]))
    else:
        phantom.save_run_data(value=str(number + 1), key="n")
        phantom.act(STEPS[number][0], parameters=[STEPS[number][1]], assets=["builtin_mc_connector"],
                    name=f"step_{{number}}", callback=go)
"""


def asked(name: str, given: dict[str, Any], read: str, *before: tuple[str, dict[str, Any]]) -> tuple[Any, Any, Any]:
    """A run that asks for an action: the run, the status of the result (None without one), and the rows of paths below
    its data."""
    steps = [*before, (name, given)]
    paths = [f"step_{len(before)}:action_result.data.*.{one}" for one in read.split()] or ["container:id"]
    lab = Lab(finding=GIVEN, records={"response_template": [TEMPLATE], "finding": [{"finding_id": "F3"}]})
    run = lab.run(Playbook.from_source(SOURCE.format(steps=steps, paths=paths), name="flow"))
    status, rows = json.loads(run.summary().debug[-1])
    return run, status, rows


def declaration(name: str) -> Declaration:
    """What is declared of an action."""
    found = connector().declaration(name)
    assert found is not None, name
    return found


@pytest.mark.observed
def test_the_table_has_every_action_that_there_is():
    """34 of both generations; an action that is declared and not listed here has no evidence."""
    assert sorted(one.name for one in ACTIONS) == sorted(connector().actions)
    assert (len(ACTIONS), sum(one.writes for one in ACTIONS)) == (34, 18)


@pytest.mark.observed
def test_the_app_behind_the_asset():
    """Its name and id stand in exports of 6.4 and later; the generation before called it Mission Control."""
    manifest = connector()
    assert (manifest.name, manifest.product) == ("Enterprise Security", "Mission Control")
    assert declaration("get finding or investigation").appid == "7e971d03-6ae7-4429-b4e1-cf461003e75b"
    assert ASSET == "builtin_mc_connector"


@pytest.mark.observed
@tabled("action", ACTIONS, ids=lambda one: one.name)
def test_what_an_action_takes_is_declared(action):
    """The parameters that calls give, those that exports require, and whether it only reads."""
    declared = declaration(action.name)
    required = {name for name, one in declared.parameters.items() if one.get("required")}
    assert required == set(action.required.split())
    assert set(declared.parameters) == required | {*action.others.split(), *action.inferred.split()}
    assert declared.read_only is not action.writes


@pytest.mark.observed
@tabled("action", ACTIONS, ids=lambda one: one.name)
def test_what_playbooks_read_of_an_action_is_there(action):
    """Every path has a value, also without anybody saying what the action comes back with."""
    run, status, rows = asked(action.name, action.given, action.read, *BEFORE)
    assert (status, run.status) == ("success", "success")
    assert rows
    for place, path in enumerate(action.read.split()):
        assert any(row[place] is not None for row in rows), path
    declared = {one.path for one in declaration(action.name).outputs}
    inside = {"consolidated_findings", "consolidated_findings_map", "summary", "events.*"}  # these hold any field
    for path in action.read.split():
        whole = f"action_result.data.*.{path}"
        assert whole in declared or any(f"action_result.data.*.{one}." in f"{whole}." for one in inside) or (
            f"{whole.rpartition('.')[0]}" in declared), path


@pytest.mark.observed
@tabled("action", [one for one in ACTIONS if one.writes], ids=lambda one: one.name)
def test_a_write_is_in_the_receipt(action):
    """As a change outside, with what it changed of the run's records."""
    run, _, _ = asked(action.name, action.given, "")
    outside = [one for one in run.summary().receipt if one["side"] == "outside"]
    assert [(one["change"], one["on"], one["status"]) for one in outside] == [(action.name, ASSET, "carried out")]
    assert any(one["side"] == "inside" for one in run.summary().receipt)


@pytest.mark.observed
@tabled("action", [one for one in ACTIONS if not one.writes], ids=lambda one: one.name)
def test_a_read_changes_nothing(action):
    """And the receipt counts it as a read."""
    run, _, _ = asked(action.name, action.given, action.read)
    assert run.summary().changes == []
    assert not [one for one in run.summary().receipt if one["side"] == "outside"]


@pytest.mark.assumed
@pytest.mark.parametrize("action", [one for one in ACTIONS if one.required], ids=lambda one: one.name)
@pytest.mark.parametrize("nothing", ["left out", "", None])
def test_without_a_required_parameter_an_action_fails(action, nothing):
    """Each of them alone: what is left out is not dispatched, and has no result; an empty text is a failed result.
    Nothing is written."""
    for name in action.required.split():
        given = {key: value for key, value in action.given.items() if key != name}
        if nothing != "left out":
            given[name] = nothing
        run, status, _ = asked(action.name, given, "")
        assert status == ("failed" if nothing == "" else None), name
        assert run.status == "failed"
        assert f"required parameter '{name}'" in run.message
        assert "is missing" in run.message
        assert run.summary().changes == []


@pytest.mark.assumed
@tabled("action", [one for one in ACTIONS if {"id", "incident_id"} & set(one.required.split())],
       ids=lambda one: one.name)
@tabled("number", ["nobody", "x" * 10_000, 5, ["I1"], {"id": "I1"}, "</script>"], ids=str)
def test_an_id_that_is_not_there_is_a_failed_result_that_tells_what_is(action, number):
    """Whatever its kind."""
    key = "id" if "id" in action.required.split() else "incident_id"
    run, status, _ = asked(action.name, {**action.given, key: number}, "")
    assert status == "failed"
    known = "'PH1'" if action.name == "get phase" else "'I1', 'F3', 'F1', 'F2'"
    assert f"(there are: {known})" in run.message
    assert run.summary().changes == []
    assert len(run.message) < 1_000


UPDATES = [("status", one) for one in ("New", "In Progress", "Pending", "Open", "Closed", "Resolved", "2", "4", 4)] + [
    ("disposition", one) for one in ("Closed - As part of investigation", "True Positive - Suspicious Activity",
                                     "False Positive", "Undetermined", "disposition:7")] + [
    ("urgency", one) for one in ("Critical", "High", "high", "Informational")] + [("owner", "mara")]


@pytest.mark.observed
@tabled(("field", "value"), UPDATES)
def test_values_are_kept_as_they_are_given(field, value):
    """Labels, ids and numbers of both spellings stand in public playbooks."""
    update = ("update finding or investigation", {"id": "F1", field: value, "name": "", "description": ""})
    _, _, rows = asked("refresh finding or investigation", {"id": "F1"}, f"data.{field} data.name", update)
    assert rows == [[value, "one"]]


@pytest.mark.observed
@pytest.mark.parametrize(("name", "given", "read"), [
    ("update finding or investigation", {"id": "I1", "name": "", "status": "", "urgency": "", "disposition": "",
                                         "description": "", "finding_time": ""}, "name status urgency"),
    ("update task in current phase", {"id": "I1", "task_id": "T1", "name": "", "order": "", "status": ""}, "name"),
])
def test_generated_code_sends_empty_texts_for_what_nobody_filled_in(name, given, read):
    """Nothing of it is cleared (assumed: `Options.empty_update`)."""
    run, status, _ = asked(name, given, "")
    assert status == "success"
    assert written(run, "investigation", "name") == []
    assert not [one for one in run.summary().changes if one["before"] != one["after"]]


@pytest.mark.observed
@tabled("action", [
    one for one in ACTIONS if any(isinstance(value, list) for value in one.given.values())], ids=lambda one: one.name)
def test_a_list_where_an_action_takes_one_is_no_slip(action):
    """Elsewhere a hint says that a list makes one call."""
    assert [one["message"] for one in asked(action.name, action.given, "")[0].summary().hints] == []


@pytest.mark.observed
def test_an_action_without_parameters_is_asked_for_with_an_empty_list():
    """`get response plans` takes none, and its results are read; every other one with `parameters=[]` runs nothing."""
    ran = {}
    for action in ACTIONS:
        source = ("import phantom.rules as phantom\ndef on_start(container):\n"
                  f"    phantom.act({action.name!r}, parameters=[], assets=['builtin_mc_connector'], name='a')\n")
        (one,) = Lab(finding=GIVEN).run(Playbook.from_source(source, name="flow")).summary().action_runs
        ran[action.name] = bool(one["results"])
    free = {one.name for one in ACTIONS if not one.required}
    assert {name for name, once in ran.items() if once} == free
    assert "get response plans" in free


@pytest.mark.observed
def test_the_map_of_consolidated_findings_has_values_as_keys():
    """Code takes the first key; what the keys lead to is not known (1 here, assumed)."""
    read = "consolidated_findings_map.src consolidated_findings_map.user"
    _, _, rows = asked("get finding or investigation", {"id": "I1", "map_consolidated_findings": 1}, read)
    assert rows == [[{"10.0.0.1": 1, "10.0.0.2": 1}, {"kim": 1}]]
    for without in ({}, {"map_consolidated_findings": ""}, {"map_consolidated_findings": 0}):
        assert asked("get finding or investigation", {"id": "I1", **without}, read)[2] == [[None, None]]


@pytest.mark.documented
@pytest.mark.parametrize("number", ["I1", "ES-00007"])
def test_an_id_is_a_guid_or_the_one_that_is_shown(number):
    """For every action that takes an investigation's id."""
    assert asked("get incident", {"id": number}, "id display_id")[2] == [["I1", "ES-00007"]]
