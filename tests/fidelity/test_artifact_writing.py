"""Adding and deleting artifacts."""

from __future__ import annotations

import re

import pytest

from phantom_lab import Lab
from tests.calls import calls, written

OLDER = ("container, {'raw': 1}, {'sourceAddress': '9.9.9.9'}, 'event', 'Found', 'low', 'sdi-1', 'network', "
         "{'user_hash': ['hash', 'md5']}, True")


@pytest.mark.documented
def test_an_artifact_has_what_it_was_given(lab):
    """(True, message, id); field_mapping says what a field contains, and where it is read, it does."""
    run, found = calls(
        lab, "new = phantom.add_artifact(container=container, raw_data={'raw': 1}, cef_data={'user_hash': 'abc'}, "
        "label='event', name='Found', severity='Low', identifier='sdi-1', artifact_type='host', "
        "field_mapping={'user_hash': ['hash']})",
        "phantom.collect_from_contains(container=container, contains=['hash'], scope='all')",
        "phantom.collect2(container, datapath=['artifact:*.name', 'artifact:*.id'], scope='all')[-1]",
        "phantom.get_container(1)['artifact_count']")
    success, message, number = found[0]
    assert (success, type(message), number) == (True, str, 6)
    (artifact,) = written(run, "artifact")
    given = {"name": "Found", "label": "event", "severity": "low", "type": "host", "cef": {"user_hash": "abc"},
             "cef_types": {"user_hash": ["hash"]}, "data": {"raw": 1}, "container": 1, "container_id": 1,
             "source_data_identifier": "sdi-1", "playbook_run_id": run.id}
    assert {name: artifact[name] for name in given} == given
    assert "abc" in found[1]
    assert found[2:] == [["Found", 6], 6]


@pytest.mark.documented
@pytest.mark.parametrize("given", ["", "container=None, ", "container=1, ", "container='1', ", "container={'id': 1}, "])
def test_without_a_container_it_is_the_runs_own(lab, given):
    """And without an identifier it gets a GUID, without a severity medium."""
    run, _ = calls(lab, f"phantom.add_artifact({given}cef_data={{}}, raw_data={{}})")
    (artifact,) = written(run, "artifact")
    assert (artifact["container"], artifact["severity"]) == (1, "medium")
    assert re.fullmatch(r"[0-9a-f-]{36}", artifact["source_data_identifier"])


@pytest.mark.observed
def test_what_a_run_adds_is_not_new_to_it(lab):
    """Scope new covers what was there at the start; all covers it too."""
    _, found = calls(lab, "phantom.add_artifact(container, cef_data={'sourceAddress': '9.9.9.9'})",
                     *[f"len(phantom.collect2(container, datapath=['artifact:*.id'], scope='{scope}'))"
                       for scope in ("new", "all")])
    assert found[1:] == [5, 6]


@pytest.mark.observed
@pytest.mark.parametrize(("severity", "now"), [("'high'", "high"), ("'Medium'", "medium"), ("'low'", "low"),
                                               ("None", "medium"), ("'Critical'", "Critical"), ("'Custom'", "low")])
def test_it_raises_a_lower_severity_of_the_container(incident, severity, now):
    """Never the other way; of a severity that nobody has ranked, nothing follows."""
    lab = Lab(incident, records={"severity": [{"name": "Critical", "order": -1}]})
    _, found = calls(lab, f"phantom.add_artifact(container, severity={severity})",
                     "phantom.get_container(1)['severity']", "phantom.add_artifact(container, severity='low')",
                     "phantom.get_container(1)['severity']")
    assert (found[0][0], found[1], found[3]) == (True, now, now)


@pytest.mark.observed
def test_an_identifier_comes_once_per_container(lab):
    """The second is refused with (False, reason, None); another container takes it, and after deleting so does this."""
    lab.store.add("container", {"name": "other"})
    call = "phantom.add_artifact({}, cef_data={{'a': 1}}, identifier='sdi-1')"
    _, found = calls(lab, f"one = {call.format(1)}", call.format(1), call.format(2),
                     "phantom.delete_artifact(one[2])", call.format(1))
    assert [one if one is True else (one[0], one[2]) for one in found] == [
        (True, 6), (False, None), (True, 7), True, (True, 8)]
    assert "artifact 6" in found[1][1]


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", [
    "container=99", "cef_data='x'", "cef_data={'a': set()}", "label=print", "name={1}", "severity=5", "severity=''",
    "identifier=print", "artifact_type=object", "field_mapping=['ip']", "field_mapping={'a': 5}", "raw_data=object()",
    "raw_data=phantom",
])
def test_an_artifact_that_is_none_is_not_added(lab, arguments):
    """(False, reason, None)."""
    run, [(success, message, number)] = calls(lab, f"phantom.add_artifact({arguments})")
    assert (success, bool(message), number, run.summary().changes) == (False, True, None, [])


@pytest.mark.documented
@pytest.mark.parametrize("value", [True, False])
def test_run_automation_starts_nothing_in_the_lab(lab, value):
    """Which the lab says, where it was asked for."""
    run, [(success, _, _)] = calls(lab, f"phantom.add_artifact(container, run_automation={value})")
    assert success is True
    note = "on_start, line 6: run_automation starts the active playbooks on the platform; the lab starts none"
    assert run.summary().notes == ([note] if value else [])


@pytest.mark.assumed
def test_the_older_form_does_the_same(lab):
    """`save_artifact` takes everything by position."""
    run, [(success, _, number)] = calls(lab, f"phantom.save_artifact({OLDER})")
    assert (success, number) == (True, 6)
    (artifact,) = written(run, "artifact")
    assert (artifact["name"], artifact["cef_types"], artifact["source_data_identifier"]) == (
        "Found", {"user_hash": ["hash", "md5"]}, "sdi-1")


@pytest.mark.documented
@pytest.mark.parametrize(("given", "deleted"), [("2", True), ("'3'", True), ("99", False), ("'x'", False),
                                                ("None", False), ("", False), ("True", False), ("[2]", False),
                                                ("2.0", False)])
def test_delete_artifact_returns_whether_there_was_one(lab, given, deleted):
    """A bare boolean; the artifact is gone from what is collected."""
    run, found = calls(lab, f"phantom.delete_artifact({given})",
                       "len(phantom.collect2(container, datapath=['artifact:*.id'], scope='all'))")
    assert found == [deleted, 4 if deleted else 5]
    assert [one["field"] for one in run.summary().changes] == ["deleted"] * deleted
