"""The built-in connector: its actions read and write a local Enterprise Security."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.enterprise_security import ASSET
from phantom_lab.model import Options
from tests.table import tabled

PLAN = {"id": "P1", "name": "Plan A", "phases": [{"id": "PH1", "name": "Triage", "tasks": [
    {"id": "T1", "name": "Look", "suggestions": {"playbooks": [{"playbook_id": "local/look", "name": "look"}]}},
    {"id": "T2", "name": "Tell"}]}]}
GIVEN = {
    "investigation_id": "I1", "display_id": "ES-00007", "name": "Odd logins", "status": "New", "response_plans": [PLAN],
    "findings": [
        {"finding_id": "F1", "name": "one", "status": "In Progress", "fields": {"src": "10.0.0.1", "user": "kim"}},
        {"finding_id": "F2", "name": "two", "status": "New", "fields": {"src": "10.0.0.2", "user": "kim"}}]}
TEMPLATE = {"response_template_id": "RT1", "name": "Phishing",
            "phases": [{"name": "Contain", "tasks": [{"name": "Block"}]}]}
HEAD = """import json
import phantom.rules as phantom
STEPS = {steps!r}
def on_start(container):
    go(container=container)
def go(container=None, **kwargs):
    number = int(phantom.get_run_data(key="n") or 0)
    if number:
        phantom.debug(json.dumps(kwargs["results"][0]["action_results"][0]))
    if number < len(STEPS):
        phantom.save_run_data(value=str(number + 1), key="n")
        phantom.act(STEPS[number][0], parameters=[STEPS[number][1]], assets=["builtin_mc_connector"],
                    name=f"step_{{number}}", callback=go)
"""


def carried_out(*steps: tuple[str, dict[str, Any]], given: Any = GIVEN,
                **options: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Actions of the connector one after the other: the run, and the action result of each."""
    import json
    lab = Lab(finding=given, records={"response_template": [TEMPLATE]}, options=Options(**options))
    run = lab.run(Playbook.from_source(HEAD.format(steps=list(steps)), name="flow"))
    return run, [json.loads(line) for line in run.summary().debug]


def data(*steps: tuple[str, dict[str, Any]], given: Any = GIVEN, **options: Any) -> Any:
    """The data of the last of several actions, all of which succeed."""
    _, found = carried_out(*steps, given=given, **options)
    assert [one["status"] for one in found] == ["success"] * len(steps), found
    return found[-1]["data"]


def at(found: Any, path: str) -> Any:
    """The values that a datapath reads below ``data``."""
    for step in path.split("."):
        found = [inner for one in found for inner in one] if step == "*" and isinstance(found[0], list) else (
            found if step == "*" else [one[int(step)] if step.isdigit() else one.get(step) for one in found])
    return found


@pytest.mark.observed
@tabled(("action", "parameter", "paths"), [
    ("get finding or investigation", {"id": "I1"}, {
        "investigation_id": ["I1"], "name": ["Odd logins"], "status": ["New"], "status_name": ["New"],
        "consolidated_findings.user": ["kim"], "response_plans.0.name": ["Plan A"],
        "response_plans.0.phases.0.tasks.0.suggestions.playbooks.0.playbook_id": ["local/look"]}),
    ("get finding or investigation", {"id": "ES-00007"}, {"investigation_id": ["I1"]}),
    ("get finding or investigation", {"id": "F1", "finding_time": ""},
     {"finding_id": ["F1"], "source_event_id": ["F1"]}),
    ("refresh finding or investigation", {"id": "I1"}, {
        "data.investigation_id": ["I1"], "data.owner": [None], "data.status": ["New"], "data.urgency": ["medium"],
        "data.response_plans.0.id": ["P1"], "data.consolidated_findings.user": ["kim"]}),
    ("get finding by id", {"id": "F1"}, {"status_label": ["In Progress"], "owner": [None]}),
    ("get finding metadata", {"id": "I1"}, {"status": ["New"], "notes": [[]]}),
    ("list findings", {"status": "New, In Progress"}, {"items.0.event_id": ["F1"], "items.1.status_label": ["New"]}),
    ("list findings", {"status": "New"}, {"items.0.event_id": ["F2"]}),
    ("list findings", {"limit": 1}, {"items.0.event_id": ["F1"]}),
    ("list investigations", {"investigation_search_term": "login"},
     {"name": ["Odd logins"], "investigation_id": ["I1"]}),
    ("get response plans", {}, {"items.0.name": ["Phishing"]}),
    ("get phase id", {"id": "I1", "phase_name": "Triage", "response_template_name": "Plan A"}, {"phase_id": ["PH1"]}),
    ("get task id", {"id": "I1", "task_name": "Tell", "phase_name": "Triage", "response_template_name": "Plan A"},
     {"task_id": ["T2"]}),
    ("get incident", {"id": "I1"}, {"id": ["I1"], "display_id": ["ES-00007"], "summary": [{}]}),
    ("get tasks", {"id": "I1"}, {"id": ["T1", "T2"], "phase_id": ["PH1"] * 2, "response_plan_id": ["P1"] * 2}),
    ("get task", {"id": "I1", "task_id": "T2"}, {"id": ["T2"], "owner": [None]}),
    ("get phase", {"id": "PH1"}, {"id": ["PH1"], "tasks.0.id": ["T1"]}),
    ("get events", {"id": "I1"}, {"events": [[]]}), ("list file attachments", {"id": "I1"}, {"items": [[]]}),
    ("get notes in finding or investigation", {"id": "I1"}, {"items": [[]]}),
])
def test_what_a_read_gives(action, parameter, paths):
    """Under the paths that public playbooks read; the values are assumed."""
    found = data((action, parameter))
    assert {path: at(found, path) for path in paths} == paths


@pytest.mark.observed
def test_nothing_found_is_a_success_without_data():
    """A lab of the vendor's compares the empty answer with None."""
    assert data(("list investigations", {"investigation_search_term": "nothing of the kind"})) == []


GET = ("get finding or investigation", {"id": "I1"})
FILE = {"id": "I1", "data": base64.b64encode(b"hello").decode(), "file_name": "a.txt", "source_type": "Note"}
NOTE = {"id": "I1", "title": "t", "content": "c", "task_id": "T1", "phase_id": "PH1", "response_plan_id": "P1"}


@pytest.mark.observed
@tabled(("action", "parameter", "read", "path", "value"), [
    ("update finding or investigation",
     {"id": "I1", "status": "Closed", "owner": "mara", "urgency": "", "name": ""}, GET,
     "0", {"status": "Closed", "owner": "mara", "urgency": "medium", "name": "Odd logins"}),
    ("update finding or investigation", {"id": "F1", "disposition": "disposition:7"},
     ("get finding by id", {"id": "F1"}),
     "0", {"disposition_label": "disposition:7"}),
    ("update finding or investigation", {"id": "I1", "incident_note": {"title": "t", "content": "c"}},
     ("get notes in finding or investigation", {"id": "I1"}), "0.items.0", {"title": "t", "content": "c"}),
    ("add finding or investigation note", {"id": "I1", "content": "c", "files": []},
     ("get notes in finding or investigation", {"id": "I1"}), "0.items.0",
     {"content": "c", "author": {"realname": "analyst"}}),
    ("add task note", NOTE, ("get notes in finding or investigation", {"id": "I1"}),
     "0.items.0.response_plan_info.response_task", {"id": "T1", "name": "Look"}),
    ("set custom fields", {"incident_id": "I1", "pairs": [{"name": "ticket", "value": 5}]}, GET, "0.custom_fields",
     {"ticket": 5}),
    ("start investigations", {"name": "New one", "status": "New", "finding_ids": ["F2"], "inherit_fields": "false"},
     ("list investigations", {"investigation_search_term": "New one"}), "0", {"name": "New one"}),
    ("add response plan", {"id": "I1", "response_template_id": "RT1"}, GET, "0.response_plans.1", {"name": "Phishing"}),
    ("update task in current phase", {"id": "I1", "task_id": "T1", "status": "Ended", "name": "", "order": ""},
     ("get task", {"id": "I1", "task_id": "T1"}), "0", {"status": "Ended", "name": "Look"}),
    ("create event", {"id": "I1", "pairs": [{"name": "soar_event_id", "value": "9"}]}, ("get events", {"id": "I1"}),
     "0.events.0", {"soar_event_id": "9"}),
    ("add investigation file", FILE, ("list file attachments", {"id": "I1"}), "0.items.0",
     {"file_name": "a.txt", "size": 5, "source_type": "Note"}),
    ("create incidents", {"name": "Case", "incident_type": "phishing"}, ("list investigations", {}), "1",
     {"name": "Case"}),
    ("update incidents", {"incident_id": "I1", "assignee": "kim"}, ("get incident", {"id": "I1"}), "0",
     {"owner": "kim"}),
    ("set summary fields", {"incident_id": "I1", "pairs": [{"name": "ip", "value": "10.0.0.1"}]},
     ("get incident", {"id": "I1"}), "0.summary", {"ip": "10.0.0.1"}),
    ("add incident note", {"id": "I1", "content": "c"}, ("get finding metadata", {"id": "I1"}), "0.notes.0",
     {"incident_id": "I1", "content": "c"}),
])
def test_what_is_written_is_seen_by_the_next_read(action, parameter, read, path, value):
    """And stands in the receipt: the action, and the records that it wrote."""
    run, found = carried_out((action, parameter), read)
    assert [one["status"] for one in found] == ["success", "success"], found
    there = found[1]["data"]
    for step in path.split("."):
        there = there[int(step)] if step.isdigit() else there[step]
    assert {name: there[name] for name in value} == value
    rows = run.summary().receipt
    assert [(one["change"], one["on"], one["status"]) for one in rows if one["side"] == "outside"] == [
        (action, ASSET, "carried out")]
    assert any(one["side"] == "inside" for one in rows)


@pytest.mark.observed
def test_a_started_investigation_answers_to_its_id_and_has_its_findings():
    """`data.*.id` is what public playbooks go on with."""
    start = ("start investigations", {"name": "x", "finding_ids": ["F1"], "findings_data": [{"dest": "h"}]})
    _, found = carried_out(start)
    (started,) = found[0]["data"]
    _, found = carried_out(start,
                           ("get finding or investigation", {"id": started["id"]}))
    assert found[1]["data"][0]["consolidated_findings"] == {"src": "10.0.0.1", "user": "kim", "dest": "h"}


@pytest.mark.assumed
@tabled(("action", "parameter", "words"), [
    ("get finding or investigation", {"id": "none such"}, "there is no finding or investigation 'none such'"),
    ("get finding or investigation", {"id": ["I1"]}, "there is no finding or investigation"),
    ("get finding or investigation", {"id": ""}, "required parameter 'id' is missing"),
    ("update finding or investigation", {"id": "X", "status": "Closed"}, "there is no finding or investigation 'X'"),
    ("get phase id", {"id": "I1", "phase_name": "No", "response_template_name": "Plan A"}, "there is no phase 'No'"),
    ("get task id", {"id": "I1", "task_name": "No", "phase_name": "Triage", "response_template_name": "Plan A"},
     "there is no task 'No' (there are: 'Look', 'Tell')"),
    ("get phase id", {"id": "F1", "phase_name": "Triage", "response_template_name": "Plan A"},
     "there is no response plan 'Plan A' (there are: none)"),
    ("add task note", {**NOTE, "task_id": "T9"}, "there is no task 'T9' (there are: 'T1', 'T2')"),
    ("add task note", {**NOTE, "phase_id": "PH9"}, "there is no phase 'PH9' (there are: 'PH1')"),
    ("add task note", {**NOTE, "response_plan_id": "P9"}, "there is no response plan 'P9' (there are: 'P1')"),
    ("get task", {"id": "I1", "task_id": "T9"}, "there is no task 'T9' (there are: 'T1', 'T2')"),
    ("get phase", {"id": "PH9"}, "there is no phase of 'PH9' (there are: 'PH1')"),
    ("start investigations", {"name": "x", "finding_ids": ["F1", "F9"]},
     "there is no finding or investigation 'F9' (there are: 'I1', 'F1', 'F2')"),
    ("get notes in finding or investigation", {"id": "I9"}, "(there are: 'I1', 'F1', 'F2')"),
    ("update task in current phase", {"id": "F1", "task_id": "T1"}, "there is no task 'T1'"),
    ("set custom fields", {"incident_id": "I1", "pairs": "x"}, "pairs must be a list"),
    ("create event", {"id": "I1", "pairs": [5]}, "pairs must be a list"),
    ("add investigation file", {**FILE, "data": "no base64!"}, "data must be the file's bytes in base64"),
    ("create risk modifier of a risk entity", {"entity": "h", "risk_modifier": "high"},
     "risk_modifier must be a number"),
    ("get finding by id", {"id": "I1"}, "is an investigation"),
    ("add response plan", {"id": "F1", "response_template_id": "RT1"}, "response plans belong to investigations"),
    ("add finding to investigation", {"id": "F1", "inherit_fields": 0}, "is a finding, not an investigation"),
])
def test_what_cannot_be_done_is_a_failed_result(action, parameter, words):
    """With a message that names it; nothing is written."""
    run, found = carried_out((action, parameter))
    assert found[0]["status"] == "failed"
    assert words in found[0]["message"]
    assert run.summary().changes == []


@pytest.mark.assumed
def test_a_response_template_that_nobody_told_the_lab_of_is_assumed_to_exist():
    """Without phases, and a note says so."""
    run, found = carried_out(("add response plan", {"id": "I1", "response_template_id": "RT9"}), GET)
    assert found[1]["data"][0]["response_plans"][1]["phases"] == []
    assert any("response template 'RT9'" in one and "assumed" in one for one in run.summary().notes)


@pytest.mark.assumed
def test_the_connector_is_there_without_a_finding(incident):
    """Its asset needs no configuration, also where the lab is strict about assets; ids that nobody knows fail."""
    source = HEAD.format(steps=[GET, ("list findings", {})])
    run = Lab(incident, strict_assets=True).run(Playbook.from_source(source, name="flow"))
    assert run.status == "failed"
    assert [one["status"] for one in run.summary().action_runs] == ["failed", "success"]
    assert not any("not configured" in one for one in run.summary().notes)


@pytest.mark.assumed
def test_what_is_given_wins_over_the_local_store():
    """A stub, a scenario or a results file answers first, as everywhere."""
    lab = Lab(finding=GIVEN)

    @lab.action("get finding or investigation")
    def get(parameter: dict[str, Any]) -> dict[str, Any]:
        return {"data": [{"name": "from a stub", "id": parameter["id"]}]}

    run = lab.run(Playbook.from_source(HEAD.format(steps=[GET]), name="flow"))
    assert "from a stub" in run.summary().debug[0]
    lab.apply(run)


@pytest.mark.assumed
def test_what_a_run_wrote_is_applied_to_the_lab():
    """As every other write; a lab without it keeps what it had."""
    lab = Lab(finding=GIVEN)
    run = lab.run(Playbook.from_source(HEAD.format(
        steps=[("update finding or investigation", {"id": "I1", "status": "Closed"})]), name="flow"))
    assert [one["status"] for one in lab.store.records["investigation"].values()] == ["New"]
    lab.apply(run)
    assert [one["status"] for one in lab.store.records["investigation"].values()] == ["Closed"]
