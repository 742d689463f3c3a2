"""POST and DELETE at the platform's REST, as custom functions of public playbooks send them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.table import tabled

URL = "https://127.0.0.1/rest/"
POST = f"phantom.requests.post('{URL}{{}}', json={{}}).json()"
RECORDS = {
    "workbook_template": [{"name": "Standard", "is_default": True}],
    "workbook_phase_template": [{"name": "First", "template": 1}],
    "workbook_task_template": [{"name": "Look", "phase": 1}, {"name": "Write", "phase": 1, "order": 2}],
    "note": [{"container": 1, "title": "old", "content": "x"}],
}


@pytest.fixture
def after(playbook: Any, incident: Any):
    """What an expression gives after statements, in a lab with a workbook, a note and a list."""
    from phantom_lab import Lab

    def evaluate(setup: str, expression: str) -> Any:
        body = "".join(f"    {line.strip()}\n" for line in setup.strip().splitlines())
        lab = Lab(incident, records=RECORDS, lists={"hosts": [["a", "1"], ["b", "2"]]})
        run = lab.run(playbook(f"import json\nurl = '{URL}'\ndef on_start(container):\n{body}    "
                               f"phantom.debug(json.dumps({expression}))\n"))
        assert run.summary().debug, run.summary().message
        return json.loads(run.summary().debug[-1])

    return evaluate


@pytest.mark.observed
def test_an_artifact_is_created(value):
    """``{"success", "id"}``; label, tags, CEF data and types are those of the body."""
    body = {"container_id": 1, "name": "made", "label": "net", "tags": ["x"], "cef": {"port": 1},
            "cef_types": {"port": ["port"]}, "run_automation": False}
    found = value("[answer, phantom.requests.get(f'https://127.0.0.1/rest/artifact/{answer[\"id\"]}').json()]",
                  setup=f"answer = {POST.format('artifact', body)}")
    assert found[0] == {"success": True, "id": 6}
    assert {name: found[1][name] for name in body if name not in ("run_automation", "container_id")} == {
        "name": "made", "label": "net", "tags": ["x"], "cef": {"port": 1}, "cef_types": {"port": ["port"]}}
    assert found[1]["container"] == 1


@pytest.mark.observed
def test_an_artifact_that_is_there_is_not_created_again(value):
    """The message and the id of the existing one are what callers look at."""
    found = value("[phantom.requests.post(url, json=body).json() for _ in range(2)]", setup=f"""
        url = "{URL}artifact"
        body = {{"container_id": 1, "name": "a", "cef": {{}}, "source_data_identifier": "same"}}
    """)
    assert found[0] == {"success": True, "id": 6}
    assert (found[1]["failed"], found[1]["message"], found[1]["existing_artifact_id"]) == (
        True, "artifact already exists", 6)


CREATES = {
    "container": {"name": "new", "label": "events", "artifacts": [{"name": "x", "cef": {"a": 1}}]},
    "note": {"container_id": 1, "title": "t", "note_type": "general", "content": "c"},
    "container_comment": {"container_id": 1, "comment": "hello"},
    "container_pin": {"container_id": 1, "message": "m", "data": "d"},
    "evidence": {"container_id": 1, "object_id": 1, "content_type": "artifact"},
    "decided_list": {"name": "new", "content": ["a", ["b", "c"]]}, "ph_user": {"username": "kim"},
    "role": {"name": "tier 2"}, "asset": {"name": "http"},
    "container_attachment": {"container_id": 1, "file_content": "aGVsbG8=", "file_name": "hello.txt"},
}


@pytest.mark.documented
@tabled("kind", CREATES)
def test_records_are_created_and_then_read(after, kind):
    """What a POST brought is in the list; the answer holds the id."""
    found = after(f"answer = {POST.format(kind, CREATES[kind])}", f"[answer, phantom.requests.get(url + '{kind}', "
                  "params={'_filter_id': answer['id']}).json()]")
    assert found[0]["success"] is True
    assert found[1]["count"] == 1
    assert found[1]["data"][0]["id"] == found[0]["id"]


@pytest.mark.observed
def test_evidence_comes_once(after):
    """The same object again is a failure with the platform's words."""
    assert after(f"answers = [{POST.format('evidence', CREATES['evidence'])} for _ in range(2)]", "answers[1]") == {
        "failed": True, "message": "Already added to Evidence."}


CHANGES = {
    "container/1": ({"severity": "high", "owner_id": 1, "name": "renamed"},
                    {"severity": "high", "owner": 1, "owner_name": "analyst", "name": "renamed"}),
    "artifact/1": ({"tags": ["x"], "name": "n"}, {"tags": ["x"], "name": "n"}),
    "note/1": ({"content": "new"}, {"content": "new", "title": "old"}),
    "decided_list/hosts": ({"append_rows": [["c", "3"]], "delete_rows": [0], "update_rows": {"1": ["B", "2"]}},
                           {"content": [["B", "2"], ["c", "3"]]}),
}


@pytest.mark.documented
@tabled("path", CHANGES)
def test_a_post_to_a_record_changes_the_fields_of_the_body(after, path):
    """All others stay; the answer is ``{"success", "id"}``."""
    body, wanted = CHANGES[path]
    found = after(f"answer = {POST.format(path, body)}", f"[answer, phantom.requests.get(url + '{path}').json()]")
    assert found[0] == {"success": True, "id": 1}
    assert {name: found[1][name] for name in wanted} == wanted


@pytest.mark.assumed
@pytest.mark.parametrize(("name", "later"), [("new", True), ("login", False)])
def test_the_update_time_of_an_artifact_goes_on_with_a_change(lab, playbook, name, later):
    """Playbooks sort by it; what stays as it is, is no change."""
    lab.store.records["artifact"][1]["name"] = "login"
    before = lab.artifacts[1]["update_time"]
    lab.apply(lab.run(playbook(f"def on_start(container):\n    {POST.format('artifact/1', {'name': name})}\n")))
    assert (lab.artifacts[1]["update_time"] > before) is later


@pytest.mark.observed
def test_a_task_is_owned_noted_and_closed(after):
    """The body may come as text; ``note`` becomes a note of the task. Tasks have a second name, ``workflow_task``."""
    found = after("""
        phantom.requests.post(url + "container/1", json={"container_type": "case"})
        task = phantom.requests.get(url + 'workflow_task?_filter_container_id=1&_filter_name="Write"').json()["data"][0]
        body = {"status": 1, "owner_id": 1, "note": "done", "title": "t", "note_format": "markdown"}
        answer = phantom.requests.post(f"{url}workbook_task/{task['id']}", data=json.dumps(body)).json()
        again = phantom.requests.get(f"{url}workbook_task/{task['id']}").json()
        notes = phantom.requests.get(url + f"note?_filter_task={task['id']}").json()["data"]
    """, "[answer['success'], again['status'], again['owner'], notes[0]['content'], notes[0]['note_type']]")
    assert found == [True, 1, 1, "done", "task"]


@pytest.mark.observed
def test_a_container_is_added_to_a_case(after):
    """``add_to_case`` copies the artifacts and marks where they came from."""
    found = after("""
        phantom.requests.post(url + "container/1", json={"container_type": "case"})
        other = phantom.requests.post(url + "container", json={"name": "o", "label": "events", "artifacts": [
            {"name": "x", "cef": {"a": 1}}]}).json()["id"]
        body = {"add_to_case": True, "container_id": other, "copy_artifacts": True}
        answer = phantom.requests.post(url + "container/1", json=body).json()
        artifacts = phantom.requests.get(url + "container/1/artifacts?page_size=0").json()["data"]
    """, "[answer['success'], len(artifacts), phantom.requests.get(f'{url}container/{other}').json()['in_case']]")
    assert found == [True, 6, True]


@pytest.mark.documented
def test_several_bodies_get_several_answers(after):
    """It is a success if one of them is."""
    found = after("r = phantom.requests.post(url + 'container_comment', json=[{'container_id': 1, 'comment': 'a'}, "
                  "{'comment': 'b'}])", "[r.status_code, r.json()]")
    assert found[0] == 200
    assert [one.get("success", False) for one in found[1]] == [True, False]


@pytest.mark.documented
@tabled("path", ["artifact/1", "note/1", "decided_list/hosts", "container/2"])
def test_a_record_is_deleted(after, path):
    """It cannot be read any more."""
    found = after(f"""phantom.requests.post(url + "container", json={{"name": "o", "label": "events"}})
                  answer = phantom.requests.delete(url + {path!r}).json()""",
                  f"[answer, phantom.requests.get(url + '{path}').status_code]")
    assert found == [{"success": True}, 404]


@pytest.mark.observed
def test_writes_belong_to_the_run_until_they_are_applied(lab, playbook):
    """They are changes of the run, as those of ``phantom`` calls are."""
    run = lab.run(playbook(f"def on_start(container):\n    {POST.format('artifact/1', {'name': 'new'})}\n"))
    assert [(one["object"], one["field"]) for one in run.summary().changes] == [
        ("artifact", "name"), ("artifact", "update_time")]
    assert lab.artifacts[1]["name"] != "new"
    lab.apply(run)
    assert lab.artifacts[1]["name"] == "new"


@pytest.mark.assumed
@tabled(("path", "body"), [
    ("artifact", {"cef": {}}), ("artifact", {"container_id": 99}), ("artifact", {"container_id": 1, "cef": "x"}),
    ("container_attachment", {"container_id": 1, "file_content": "?", "file_name": "x"}),
    ("container", {"name": "x", "label": "events", "artifacts": [{"cef": "x"}]}), ("role", {"name": "Observer"}),
    ("artifact/1", {"severity": [1]}), ("container", {"name": "x"}), ("container/1", {"sensitivity": "pink"}),
    ("evidence", {"container_id": 1}), ("decided_list", {"name": "x", "content": 1}), ("role", {}),
    ("workbook_task/1", {"status": 9}),
])
def test_a_wrong_body_fails_and_writes_nothing(block, path, body):
    """The platform's error body, with a status code from 400 on."""
    run = block(f"[(r := phantom.requests.post('{URL}{path}', json={body})).status_code, r.json()]")
    status, answer = json.loads(run.summary().debug[-1])
    assert status in (400, 404)
    assert answer["failed"] is True
    assert not run.summary().changes
