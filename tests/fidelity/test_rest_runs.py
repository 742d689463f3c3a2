"""Playbook runs, action runs, approvals and what else runs leave behind, as the platform's REST shows them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from phantom_lab import Lab, responses

GET = "phantom.requests.get('https://127.0.0.1/rest/{}').json()"
PARENT = """
import json
def on_start(container):
    phantom.playbook("local/child", container=container, name="child_1", inputs={"ip": ["1.1.1.1"]}, callback=after)
def after(action=None, success=None, container=None, results=None, handle=None):
    url = "https://127.0.0.1/rest/"
    runs = phantom.requests.get(url + "playbook_run", params={"_filter_parent_run": 1}).json()
    phantom.debug(json.dumps([runs["count"], runs["data"][0], phantom.requests.get(url + "playbook_run/1").json()]))
"""
CHILD = """
import phantom.rules as phantom
def on_start(container):
    phantom.debug("from the child")
def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"score": [7]})
"""


@pytest.fixture
def nested(tmp_path: Any, incident: Any, playbook: Any) -> tuple[Lab, Any]:
    """A lab, and a run in it with a child playbook."""
    (tmp_path / "child.py").write_text(CHILD, encoding="utf-8")
    lab = Lab(incident, paths=[tmp_path], start=datetime(2026, 1, 1, tzinfo=UTC))
    return lab, lab.run(playbook(PARENT, name="parent"))


@pytest.mark.observed
def test_the_run_of_a_child_playbook_is_read(nested):
    """Inputs and outputs are lists of JSON texts, the message is the JSON text of the summary, and ``misc`` names the
    call that started it."""
    count, child, parent = json.loads(nested[1].summary().debug[-1])
    assert (count, child["id"], child["parent_run"], child["status"]) == (1, 2, 1, "success")
    assert [json.loads(one) for one in child["inputs"]] == [{"ip": ["1.1.1.1"]}]
    assert [json.loads(one) for one in child["outputs"]] == [{"score": [7]}]
    assert json.loads(child["message"])["playbook"] == "local/child"
    assert child["misc"]["parent_playbook_run"]["child_playbook_run_name"] == "child_1"
    assert (parent["status"], parent["outputs"], parent["parent_run"]) == ("running", [], None)


@pytest.mark.assumed
def test_runs_stay_as_records_once_they_are_applied(nested, playbook):
    """A later run reads them, with the names of their playbooks; its own id comes after theirs."""
    lab, run = nested
    lab.apply(run)
    later = lab.run(playbook(f"import json\ndef on_start(container):\n    phantom.debug(json.dumps([{'%s'}]))\n" % (
        GET.format('playbook_run?sort=id') + ", " + GET.format('playbook_run?_filter_playbook__name="child"') + ", "
        + GET.format("playbook_run/2/log") + ", " + GET.format("container/1/playbook_runs")), name="later"))
    runs, named, log, below = json.loads(later.summary().debug[-1])
    assert [(one["id"], one["status"]) for one in runs["data"]] == [(1, "success"), (2, "success"), (3, "running")]
    assert [one["id"] for one in named["data"]] == [2]
    assert [one["message"] for one in log["data"]] == ["from the child"]
    assert below["count"] == 3


@pytest.mark.assumed
def test_runs_that_share_ids_are_told_apart_when_they_are_applied(lab, playbook):
    """Two runs of one lab both number their actions from 1; the second one's get other ids, and references follow."""
    lab.action("look up")(lambda parameter: [{}])
    runs = [lab.run(playbook('def on_start(container):\n    phantom.act("look up", assets=["a"], name="look")\n'))
            for _ in range(2)]
    for run in runs:
        lab.apply(run)
    app_runs, action_runs = lab.store.records["app_run"], lab.store.records["action_run"]
    assert [(one["playbook_run"], one["action_run"]) for one in app_runs.values()] == [(1, 1), (2, 2)]
    assert [(one["playbook_run"], one["playbook"]) for one in action_runs.values()] == [(1, 1), (2, 1)]


ANSWERS = [{"data": [{"x": 1}], "summary": {"n": 1}}, {"status": "failed", "message": "no"}]


@pytest.mark.observed
def test_an_app_run_holds_the_results_of_an_action(value):
    """``result_data`` holds one result per parameter set, ``result_summary`` counts them."""
    found = value(GET.format("app_run?_filter_action_run=1"), answers=ANSWERS)["data"][0]
    assert [one["status"] for one in found["result_data"]] == ["success", "failed"]
    assert found["result_data"][0]["data"] == [{"x": 1}]
    assert found["result_summary"] == {"total_objects": 2, "total_objects_successful": 1}
    assert (found["status"], found["action"], found["app_name"], found["action_run"], found["playbook_run"]) == (
        "success", "look up", "sample", 1, 1)
    assert found["message"].startswith("'look_1' on asset 'sample': ")


@pytest.mark.observed
def test_an_action_run_tells_what_was_asked_for(value):
    """Its name, action, status and targets; app runs stand below it."""
    found = value(f"[{GET.format('action_run/1')}, {GET.format('action_run/1/app_runs')}]", answers=ANSWERS)
    assert (found[0]["name"], found[0]["action"], found[0]["status"]) == ("look_1", "look up", "success")
    assert [one["item"] for one in found[0]["targets"][0]["parameters"]] == [0, 1]
    assert found[1]["count"] == 1


@pytest.mark.observed
@pytest.mark.parametrize(("reply", "status", "given"), [
    (responses("Yes"), "approved", ["Yes"]), ({"timed_out": True}, "expired", []), ({"declined": True}, "denied", []),
])
def test_a_prompt_is_an_approval(lab, playbook, reply, status, given):
    """``approved`` when it was answered, with the responses (what the others are called is assumed)."""
    lab.action("prompt")(lambda parameter: reply)
    source = """
import json
def on_start(container):
    phantom.prompt2(container=container, user="kim", message="Go?", name="ask_1", callback=after,
                    response_types=[{"prompt": "Go?", "options": {"type": "message"}}])
    phantom.debug(json.dumps(GET))
def after(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug(json.dumps(GET))
""".replace("GET", GET.format("approval"))
    before, after = (json.loads(one)["data"][0] for one in lab.run(playbook(source)).summary().debug)
    assert (before["status"], before["name"], before["playbook_run"]) == ("pending", "ask_1", 1)
    assert (after["status"], after["responses"]) == (status, given)


@pytest.mark.observed
def test_a_custom_function_run_holds_what_the_function_returned(lab, playbook):
    """In ``result_data.data``."""
    lab.custom_function("local/f")(lambda item: {"twice": item * 2})
    source = ("import json\ndef on_start(container):\n"
              "    phantom.custom_function('local/f', parameters=[{'item': 2}], name='f_1', callback=after)\n"
              "def after(action=None, success=None, container=None, results=None, handle=None):\n"
              f"    phantom.debug(json.dumps({GET.format('custom_function_run')}))\n")
    found = json.loads(lab.run(playbook(source)).summary().debug[-1])["data"][0]
    assert (found["name"], found["status"], found["result_data"]["data"]) == ("f_1", "success", {"twice": 4})


@pytest.mark.assumed
def test_blocks_leave_their_results_under_flat_keys(value):
    """Formats, filters and decisions; a decision that failed is ``false``, and no failure."""
    found = value(GET.format("playbook_run/1/block_results"), setup="""
        phantom.format(container=container, template="id {0}", parameters=["container:id"], name="text_1")
        phantom.condition(container=container, conditions=[["artifact:*.id", "==", 2]], name="pick:condition_1")
        phantom.decision(container=container, conditions=[["artifact:*.id", "==", 2]])
        phantom.decision(container=container, conditions=[["artifact:*.id", "==", 99]])
    """)
    assert found["text_1:formatted_data"] == "id 1"
    assert found["filtered-data:pick:condition_1"]["artifact_ids"] == [2]
    assert found["filtered-data:pick:condition_1:status"] == "success"
    assert (found["after:condition_1"], found["after:condition_2"]) == ({"result": True}, {"result": False})


@pytest.mark.observed
def test_playbooks_of_the_folders_are_listed(tmp_path, incident, playbook):
    """With the inputs of their export, in the repository ``local``; ``pretty`` names it."""
    (tmp_path / "child.py").write_text(CHILD, encoding="utf-8")
    export = {"coa": {"playbook_type": "data", "input_spec": [{"name": "ip", "contains": ["ip"]}]}, "tags": ["enrich"],
              "category": "Use Cases"}
    (tmp_path / "child.json").write_text(json.dumps(export), encoding="utf-8")
    (tmp_path / "helper.py").write_text("def f(): pass\n", encoding="utf-8")
    queries = ('scm?_filter_name="local"', 'playbook?pretty=True&page_size=0&_filter_tags__contains=["enrich"]',
               "playbook")
    shown = "[{}]".format(", ".join(GET.format(one) for one in queries))
    run = Lab(incident, paths=[tmp_path]).run(
        playbook(f"import json\ndef on_start(container):\n    phantom.debug(json.dumps({shown}))\n", name="parent"))
    local, found, everything = json.loads(run.summary().debug[-1])
    assert local["count"] == 1
    assert found["data"][0]["scm"] == local["data"][0]["id"]
    wanted = {"name": "child", "_pretty_scm": "local", "playbook_type": "data", "category": "Use Cases",
              "active": False}
    assert wanted.items() <= {name: found["data"][0][name] for name in wanted}.items()
    assert found["data"][0]["input_spec"] == [{"name": "ip", "contains": ["ip"]}]
    assert [one["name"] for one in everything["data"]] == ["child", "parent"]


@pytest.mark.assumed
def test_a_playbook_can_be_started_by_rest(tmp_path, incident, playbook):
    """It runs after the block; the id comes as a text (reported), and unknown playbooks are refused."""
    (tmp_path / "child.py").write_text(CHILD, encoding="utf-8")
    source = """
import json
def on_start(container):
    url = "https://127.0.0.1/rest/playbook_run"
    bodies = [{"playbook_id": name, "container_id": 1, "scope": "all", "run": True}
              for name in ("local/child", "local/none")]
    phantom.debug(json.dumps([phantom.requests.post(url, json=body).json() for body in bodies]))
"""
    summary = Lab(incident, paths=[tmp_path]).run(playbook(source)).summary()
    good, bad = json.loads(summary.debug[0])
    assert good == {"playbook_run_id": "2", "received": True}
    assert bad["failed"] is True
    assert summary.debug[1:] == ["from the child"]
