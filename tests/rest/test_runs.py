"""Runs that a client starts over a lab."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from werkzeug.test import Client

from phantom_lab import Lab
from tests.rest.conftest import Ask
from tests.rest.test_serve import ASKING


@pytest.fixture
def asking(lab: Lab, tmp_path: Path, client: Client, ask: Ask) -> int:
    """The id of a run that waits for a reply."""
    (tmp_path / "asking.py").write_text(ASKING, encoding="utf-8")
    lab.paths.append(tmp_path)
    status, answer = ask("playbook_run", json={"playbook_id": "asking", "container_id": "1", "run": True})
    assert (status, answer["received"]) == (200, True)
    return int(answer["playbook_run_id"])


def test_a_run_that_waits_is_running_and_its_prompt_pending(asking: int, ask: Ask):
    """Both are records meanwhile; another run has to wait, too."""
    assert ask(f"playbook_run/{asking}")[1]["status"] == "running"
    assert [one["name"] for one in ask('approval?_filter_status="pending"')[1]["data"]] == ["ask_1"]
    status, answer = ask("playbook_run", json={"playbook_id": "asking", "container_id": 1, "run": True})
    assert status == 400
    assert "waits: no reply to prompt 'ask_1' to kim" in answer["message"]


REPLIES = {
    "yes": ({"status": "approve", "responses": ["Yes"]}, "approved", "closed"),
    "no": ({"responses": ["No"]}, "approved", "new"), "deny": ({"status": "deny"}, "denied", "new"),
}


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("path", ["approval/1", "approval/1/respond"])
def test_a_reply_lets_the_run_go_on(asking: int, ask: Ask, lab: Lab, path: str, reply: str):
    """What it wrote is in the lab then, and its records are."""
    body, status, container = REPLIES[reply]
    assert ask(path, json=body) == (200, {"success": True, "id": 1})
    assert ask("approval/1")[1]["status"] == status
    assert ask(f"playbook_run/{asking}")[1]["status"] == ("failed" if reply == "deny" else "success")
    assert lab.containers[1]["status"] == container
    assert ask(path, json=body)[0] == 400


def test_the_container_of_a_run_stays_until_it_has_ended(asking: int, ask: Ask):
    """Deleting it is refused meanwhile."""
    assert ask("container/1", method="DELETE")[0] == 400
    ask("approval/1", json={"responses": ["No"]})
    assert ask("container/1", method="DELETE")[0] == 200


def test_a_reply_that_does_not_fit_is_refused(asking: int, ask: Ask):
    """The prompt stays open."""
    status, answer = ask("approval/1", json={"responses": ["Perhaps"]})
    assert status == 400
    assert "Perhaps" in answer["message"]
    assert ask("approval/1")[1]["status"] == "pending"


def test_a_run_without_an_outcome_fails_with_the_reason(ask: Ask):
    """Nobody at a server says what an action came back with."""
    body = {"playbook_id": "no_outcome", "container_id": 1, "run": True}
    number = ask("playbook_run", json=body)[1]["playbook_run_id"]
    run = ask(f"playbook_run/{number}")[1]
    assert run["status"] == "failed"
    assert "no outcome for action" in json.loads(run["message"])["message"]


@pytest.mark.parametrize("wrong", [
    {"playbook_id": "none"}, {"container_id": None}, {"container_id": 9}, {"scope": "x"}, {"scope": ["x"]},
    {"inputs": 1}, {"inputs": "[1]"}, {"inputs": "{"}, {"playbook_id": "../no_outcome", "container_id": []},
    {"run": None}, {"run": False},
])
def test_a_run_that_cannot_be_started_is_refused(ask: Ask, wrong: dict):
    """With the error body; no run is recorded."""
    status, answer = ask("playbook_run", json={"playbook_id": "no_outcome", "container_id": 1, "run": True, **wrong})
    assert (status, answer["failed"]) == (400, True)
    assert ask("playbook_run")[1]["count"] == 0


@pytest.mark.parametrize("targets", [None, [], [1], [{"parameters": [1]}], [{"assets": ["x"], "parameters": [{}]}]])
def test_an_action_that_cannot_be_run_is_refused(ask: Ask, targets: object):
    """As nobody answers it, or as its targets make no sense."""
    status, answer = ask("action_run", json={"action": "whois ip", "name": "w", "container_id": 1, "targets": targets})
    assert (status, answer["failed"]) == (400, True)
    assert ask("action_run")[1]["count"] == 0


def test_a_playbook_keeps_the_id_it_was_listed_with(ask: Ask):
    """Also in the records of its runs, and once another one has run."""
    names = {one["name"]: one["id"] for one in ask("playbook?page_size=0")[1]["data"]}
    for name in ("two_actions_join", "no_outcome"):
        ask("playbook_run", json={"playbook_id": names[name], "container_id": 1, "run": True})
    runs = ask("playbook_run")[1]["data"]
    assert [one["playbook"] for one in runs] == [names["two_actions_join"], names["no_outcome"]]
    assert names == {one["name"]: one["id"] for one in ask("playbook?page_size=0")[1]["data"]}


@pytest.mark.parametrize("name", ["local/My Child", "my_child", "local/drafts/MY-CHILD"])
def test_a_playbook_is_named_as_in_a_call(name: str, lab: Lab, tmp_path: Path, ask: Ask):
    """So is a single one that is read; two that are alike, and inputs that it does not have, are refused by name."""
    (tmp_path / "my child.py").write_text("def on_start(container): pass\n", encoding="utf-8")
    (tmp_path / "my child.json").write_text(json.dumps({
        "coa": {"playbook_type": "data", "input_spec": [{"name": "List Name"}]}}), encoding="utf-8")
    lab.paths.append(tmp_path)
    body = {"playbook_id": name, "container_id": 1, "run": True, "inputs": json.dumps({"list_name": ["x"]})}
    assert ask(f"playbook/{name.rpartition('/')[2]}")[1]["name"] == "my child"
    number = ask("playbook_run", json=body)[1]["playbook_run_id"]
    assert ask(f"playbook_run/{number}")[1]["inputs"] == ['{"list_name": ["x"]}']
    status, answer = ask("playbook_run", json={**body, "inputs": {"listname": 1}})
    assert (status, answer["failed"]) == (400, True)
    assert "playbook my child has no input 'listname'. It has List Name." in answer["message"]
    lab.paths.append(tmp_path / "more")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "My Child.py").write_text("def on_start(container): pass\n", encoding="utf-8")
    status, answer = ask("playbook_run", json={**body, "playbook_id": "my-child"})
    assert (status, answer["message"]) == (400, "there is no playbook 'my-child'; it may be my child or My Child")
    assert ask("playbook/my-child")[0] == 404


def test_inputs_that_a_child_does_not_have_are_refused_within_a_run(lab: Lab, tmp_path: Path):
    """With the error body, by name."""
    (tmp_path / "child.py").write_text("def on_start(container): pass\n", encoding="utf-8")
    (tmp_path / "child.json").write_text(json.dumps({
        "coa": {"playbook_type": "data", "input_spec": [{"name": "ip"}]}}), encoding="utf-8")
    (tmp_path / "parent.py").write_text("""
import phantom.rules as phantom
def on_start(container):
    for name in ("IP", "url"):
        answer = phantom.requests.post("https://127.0.0.1/rest/playbook_run", json={
            "playbook_id": "local/child", "container_id": 1, "run": True, "inputs": {name: ["x"]}}).json()
        phantom.debug(answer.get("message", "started"))
""", encoding="utf-8")
    assert lab.run(tmp_path / "parent.py").summary().debug == ["started", "child has no input 'url'; it has ip"]
