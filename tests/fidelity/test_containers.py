"""Containers and their fields: creating, updating, closing, assigning."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab
from tests.calls import calls, written
from tests.table import tabled

SETTERS = {"set_status": ("status", "Closed", "closed"), "set_severity": ("severity", "HIGH", "high"),
           "set_sensitivity": ("sensitivity", "Red", "red"), "set_label": ("label", "phishing", "phishing")}
CONFIGURED = {
    "container_status": [{"name": "In_Review", "status_type": "open"}, {"name": "Merged", "status_type": "resolved"},
                         {"name": "Old", "disabled": True}],
    "severity": [{"name": "Critical", "order": -1}],
    "ph_user": [{"id": 9, "username": "mara"}],
    "role": [{"id": 30, "name": "Tier 2"}],
    "object": [{"key": "k", "container_id": 1, "value": {"a": 1}},
               {"key": "kept", "container_id": 1, "value": {}, "auto_delete": False}],
}


@pytest.mark.observed
@tabled("given", ["1", "'1'", "{'id': 1}", "container"])
def test_get_container_gives_the_container_as_it_is_now(value, given):
    """By number, digits or container dict; a write of this run shows, an old copy stays old."""
    setup = f"""
        phantom.set_status(container=container, status="open")
        now = phantom.get_container({given})
    """
    assert value("[now['status'], container['status'], sorted(now) == sorted(container)]", setup=setup) == [
        "open", "new", True]


@pytest.mark.assumed
@pytest.mark.parametrize("given", ["99", "'x'", "{'id': 99}"])
def test_an_unknown_container_is_none(value, given):
    """Nothing is raised."""
    assert value(f"phantom.get_container({given})") is None


@pytest.mark.observed
@tabled("function", SETTERS)
@tabled("given", ["container", "1", "'1'", "{'id': 1}", "None"])
def test_a_field_is_set_however_the_container_is_given(block, function, given):
    """The call returns (True, message); the change stands in the run's summary with the value before."""
    field, written_as, stored = SETTERS[function]
    run = block(f"phantom.{function}(container={given}, {field}={written_as!r})")
    success, message = json.loads(run.summary().debug[-1])
    assert success is True
    assert isinstance(message, str)
    before = {"status": "new", "severity": "low", "sensitivity": "amber", "label": "events"}[field]
    (change,) = [one for one in run.summary().changes if one["field"] != "close_time"]
    assert change == {"object": "container", "id": 1, "field": field, "before": before, "after": stored,
                      "block": "after"}


@pytest.mark.observed
@tabled("function", SETTERS)
@tabled(("given", "name"), [("99", "'new'"), ("{'id': 99}", "'new'"), ("container", "None"),
                          ("container", "''"), ("container", "5")])
def test_a_write_that_is_impossible_returns_false(block, function, given, name):
    """An unknown container or no name at all gives (False, reason), changes nothing and raises nothing."""
    run = block(f"phantom.{function}(container={given}, {SETTERS[function][0]}={name})")
    success, message = json.loads(run.summary().debug[-1])
    assert success is False
    assert message
    assert run.summary().changes == []
    assert run.status == "success"


@pytest.mark.assumed
@pytest.mark.parametrize("function", ["set_status", "set_severity"])
def test_a_name_that_is_not_configured_is_taken_to_be(block, function):
    """Custom names keep their case; the lab says so."""
    field = SETTERS[function][0]
    run = block(f"phantom.{function}(container=container, {field}='In Review')")
    assert json.loads(run.summary().debug[-1])[0] is True
    assert run.summary().changes[0]["after"] == "In Review"
    assert f"after, line 10: {field} 'In Review' is not among the lab's records: it is assumed to be configured" in (
        run.summary().notes)


@pytest.mark.documented
def test_custom_names_are_given_as_records(lab):
    """They are found whatever the case, stored as they are written there, and need no assumption."""
    lab.store.add_all(CONFIGURED)
    run, found = calls(lab, "phantom.set_status(container, 'in_review')", "phantom.set_severity(container, 'CRITICAL')")
    assert [one[0] for one in found] == [True, True]
    assert run.summary().notes == []
    assert (written(run, "container", "status"), written(run, "container", "severity")) == (["In_Review"], ["Critical"])


@pytest.mark.documented
def test_a_disabled_name_is_refused_unless_it_is_built_in(incident):
    """Deleted labels can no longer be set; new, open and closed still can."""
    lab = Lab(incident, records={"container_status": [{"name": "Old", "disabled": True},
                                                      {"name": "Closed", "disabled": True}]})
    _, found = calls(lab, "phantom.set_status(container, 'old')", "phantom.set_status(container, 'closed')")
    assert [one[0] for one in found] == [False, True]


@pytest.mark.documented
def test_every_platform_has_its_names(lab):
    """New, Open and Closed, each the default of its type; High, Medium and Low."""
    status = {one["name"]: (one["status_type"], one["is_default"], one["is_mutable"])
              for one in lab.store.records["container_status"].values()}
    assert status == {"new": ("new", True, False), "open": ("open", True, False),
                      "closed": ("resolved", True, False), "resolved": ("resolved", False, False)}
    assert [one["name"] for one in lab.store.records["severity"].values()] == ["high", "medium", "low"]
    assert "Incident Commander" in {one["name"] for one in lab.store.records["role"].values()}


@pytest.mark.documented
def test_close_sets_the_default_resolved_status(lab):
    """Which is `closed`; the container gets a close time."""
    run, found = calls(lab, "phantom.close(container)", "phantom.get_container(1)")
    assert found[0][0] is True
    assert found[1]["status"] == "closed"
    assert found[1]["close_time"] == written(run, "container", "close_time")[0] is not None


@pytest.mark.documented
def test_close_follows_another_default(incident):
    """The administrator's default of type resolved counts."""
    lab = Lab(incident, records={"container_status": [
        {"name": "closed", "is_default": False}, {"name": "Done", "status_type": "resolved", "is_default": True}]})
    assert calls(lab, "phantom.close(1)", "phantom.get_container(1)['status']")[1][1] == "Done"


@pytest.mark.documented
@pytest.mark.parametrize("call", ["phantom.close(1)", "phantom.set_status(1, 'resolved')",
                                  "phantom.update(1, {'status': 'merged'})"])
def test_closing_a_container_deletes_its_saved_objects(lab, call):
    """Those that were saved with `auto_delete`; opening one does not."""
    lab.store.add_all(CONFIGURED)
    run, _ = calls(lab, "phantom.set_status(1, 'open')", call)
    assert [(one["object"], one["id"]) for one in run.summary().changes if one["field"] == "deleted"] == [("object", 1)]


@pytest.mark.observed
def test_update_writes_only_what_is_given(lab):
    """Fields in their REST form; an empty dict is legal."""
    given = {"name": "[Parent] Test", "description": "d", "severity": "High", "status": "Open", "sensitivity": "red",
             "label": "phishing", "tags": ["a", "b"], "owner_id": 1, "role_id": 3, "due_time": "2026-02-01T00:00:00Z",
             "data": {"raw": [1]}, "custom_fields": {"case": 7}}
    run, found = calls(lab, f"phantom.update(container, {given!r})", "phantom.update(container, {})",
                       "phantom.get_container(1)", "container['name']")
    assert [one[0] for one in found[:2]] == [True, True]
    now = found[2]
    wanted = {**given, "severity": "high", "status": "open", "owner": "analyst", "role": "Automation"}
    assert {name: now[name] for name in wanted if not name.endswith("_id")} == {
        name: one for name, one in wanted.items() if not name.endswith("_id")}
    assert (found[3], now["artifact_count"]) == ("Test incident", 5)
    assert "name" in {change["field"] for change in run.summary().changes}


@pytest.mark.assumed
def test_custom_fields_are_added_and_data_is_replaced(lab):
    """A field that an update does not name stays."""
    _, found = calls(lab, "phantom.update(1, {'custom_fields': {'a': 1, 'b': 2}, 'data': {'x': 1}})",
                     "phantom.update(1, {'custom_fields': {'b': 3}, 'data': {'y': 2}})", "phantom.get_container(1)")
    assert (found[2]["custom_fields"], found[2]["data"]) == ({"a": 1, "b": 3}, {"y": 2})


@pytest.mark.assumed
@pytest.mark.parametrize("given", [
    "None", "[]", "{'colour': 'red'}", "{'id': 5}", "{'name': {1}}", "{'tags': [{1}]}", "{'data': 'x'}",
    "{'due_time': 'soon'}", "{'status': None}", "{'owner_id': [77]}", "{'container_type': 'x'}", "{'tenant_id': 'x'}",
    "{'custom_fields': []}", "{'current_phase_id': 4}", "{'data': {'x': set()}}",
])
def test_an_update_that_is_impossible_in_part_writes_nothing(lab, given):
    """(False, reason); the good field beside the bad one stays as it was too."""
    both = f"{{'description': 'new', **{given}}}" if given.startswith("{") else given
    run, found = calls(lab, f"phantom.update(container, {both})")
    assert found[0][0] is False
    assert found[0][1]
    assert run.summary().changes == []


@pytest.mark.observed
@pytest.mark.parametrize(("type_", "now"), [("case", "case"), ("default", "default")])
def test_update_makes_a_case_without_a_template(lab, type_, now):
    """Public playbooks promote containers this way, without naming a template."""
    assert calls(lab, f"phantom.update(1, {{'container_type': '{type_}'}})",
                 "phantom.get_container(1)['container_type']")[1][1] == now


@pytest.mark.documented
def test_create_container_returns_its_id(lab):
    """(True, message, id); it can be read with get_container, and other calls work on it."""
    run, found = calls(lab, "new = phantom.create_container(name='From playbook', label='events', tenant_id=3)",
                       "phantom.get_container(new[2])", "phantom.add_artifact(container=new[2], cef_data={'a': 1})",
                       "phantom.get_container(new[2])['artifact_count']")
    success, message, number = found[0]
    assert (success, type(message), number) == (True, str, 2)
    new = found[1]
    assert (new["id"], new["name"], new["label"], new["container_type"], new["status"], new["tenant_id"]) == (
        2, "From playbook", "events", "default", "new", 3)
    assert (found[2][0], found[3]) == (True, 1)
    assert {change["object"] for change in run.summary().changes} == {"container", "artifact"}


@pytest.mark.documented
@pytest.mark.parametrize("arguments", [
    "", "name='x'", "label='events'", "name='', label='events'", "name='x', label='events', container_type='case'",
    "name='x', label='events', container_type='case', template=['Phishing']",
])
def test_a_container_that_cannot_be_created_gives_no_id(lab, arguments):
    """(False, reason, None): without name or label, or a case for which there is no template."""
    lab.store.add("workbook_template", {"name": "Phishing"})
    run, found = calls(lab, f"phantom.create_container({arguments})")
    assert (found[0][0], found[0][2]) == (False, None)
    assert found[0][1]
    assert run.summary().changes == []


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "owner", "role"), [
    ("user='mara'", "mara", None), ("user='MARA'", "mara", None), ("user=9", "mara", None), ("user='9'", "mara", None),
    ("role='tier 2'", "", "Tier 2"), ("role=30", "", "Tier 2"), ("user='mara', role='Tier 2'", "mara", "Tier 2"),
    ("user=''", "", None), ("", "", None), ("user='', role=''", "", None),
    ("user=phantom.get_effective_user()", "analyst", None),
])
def test_set_owner_takes_names_and_ids_and_nothing_takes_the_assignment_away(lab, arguments, owner, role):
    """The playbook sees names; `assign` does the same."""
    lab.store.add_all(CONFIGURED)
    both = arguments.replace("user=", "user_id_or_name=").replace("role=", "role_id_or_name=")
    for call in (f"phantom.set_owner(container=container, {arguments})", f"phantom.assign(container, {both})"):
        _, found = calls(lab, call, "phantom.get_container(1)")
        assert found[0][0] is True
        assert (found[1]["owner"], found[1]["role"]) == (owner, role)


@pytest.mark.assumed
def test_an_owner_that_is_not_configured_is_taken_to_be(lab):
    """A name is, and so is an id, which stands for the name."""
    run, found = calls(lab, "phantom.set_owner(container, 'soc_lead')", "phantom.set_owner(container, 88)",
                       "phantom.set_owner(container, role='Night shift')", "phantom.set_owner(container, role=88)")
    assert [one[0] for one in found] == [True] * 4
    assert [note.partition(" is not among the lab's records: it is assumed")[0] for note in run.summary().notes] == [
        "on_start, line 6: user 'soc_lead'", "on_start, line 7: user 88", "on_start, line 8: role 'Night shift'",
        "on_start, line 9: role 88"]


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "due"), [
    ("minutes=90", "2024-01-19T00:56:00Z"), ("operation='add', minutes='60'", "2024-01-19T00:26:00Z"),
    ("operation='-', minutes=26", "2024-01-18T23:00:00Z"), ("operation='subtract', minutes=0", "2024-01-18T23:26:00Z"),
])
def test_set_duetime_moves_the_due_time(lab, arguments, due):
    """(True, message, new due time)."""
    _, found = calls(lab, f"phantom.set_duetime(container, {arguments})", "phantom.get_container(1)['due_time']")
    assert (found[0][0], found[0][2], found[1]) == (True, due, due)


@pytest.mark.assumed
def test_set_duetime_starts_from_now_without_a_due_time(lab):
    """The lab's clock says when that is."""
    _, found = calls(lab, "phantom.update(container, {'due_time': None})", "phantom.set_duetime(container, minutes=10)")
    assert found[1][2].startswith("2026-01-01T00:10:00")


@pytest.mark.documented
@pytest.mark.parametrize("arguments", ["", "operation='*', minutes=5", "minutes='soon'", "minutes=-5",
                                       "minutes=10**15", "minutes=None", "operation=None, minutes=5"])
def test_a_due_time_that_is_impossible_is_refused(lab, arguments):
    """(False, reason, None)."""
    run, found = calls(lab, f"phantom.set_duetime(container, {arguments})")
    assert (found[0][0], found[0][2], run.summary().changes) == (False, None, [])
