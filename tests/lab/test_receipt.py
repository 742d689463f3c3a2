"""The receipt: what a run would have changed, outside, by asking people and inside."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab import ActionCall, Lab, failure, frames, responses
from phantom_lab.cli.report import as_json, as_text
from phantom_lab.journal import read_journal, receipt
from phantom_lab.outcomes import Providers
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.http_entries import HttpAnswer

START = "def on_start(container):\n"
UNKNOWN = "unknown, taken as a change"


class Declares:
    """An app that declares whether its actions are read-only, and answers none."""

    def __init__(self, **read_only: bool) -> None:
        self.read_only = read_only

    def outcome(self, call: Any) -> None:
        return None

    def assets(self, action: str) -> list[Any]:
        return []

    def declaration(self, call: Any) -> Declaration | None:
        said = self.read_only.get(call.app)
        return None if said is None else Declaration(call.app, call.action, "manifest", read_only=said)


@pytest.fixture
def rows(incident, playbook):
    """Run some lines of ``on_start``; the rows of one side, cut down to some columns."""

    def run(source: str, *columns: str, side: str = "outside", declared: dict[str, bool] | None = None,
            answers: dict[str, Any] | None = None, whole: str = "") -> list[Any]:
        lab = Lab(incident, providers=[Declares(**declared or {})])
        for action, answer in (answers or {}).items():
            lab.action(action)(answer if callable(answer) else lambda parameter, given=answer: given)
        ended = lab.run(playbook(whole or START + "".join(f"    {line}\n" for line in source.splitlines())))
        found = [one for one in receipt(ended.journal) if one["side"] == side]
        return [one[columns[0]] if len(columns) == 1 else tuple(one[name] for name in columns) for one in found]

    return run


def act(parameters: Any = ({"ip": "192.0.2.7"},), assets: Any = ("firewall",), more: str = "") -> str:
    """A call of an action."""
    return f"phantom.act('block ip', parameters={list(parameters)!r}, assets={list(assets)!r}, name='block_1'{more})"


@pytest.mark.parametrize(("declared", "told"), [
    ({"firewall": False}, [("block ip", "firewall", {"ip": "192.0.2.7"}, "declared a change")]),
    ({"firewall": True}, []),
    ({}, [("block ip", "firewall", {"ip": "192.0.2.7"}, UNKNOWN)]),
])
def test_an_action_is_a_change_unless_its_app_declares_otherwise(rows, declared, told):
    """What nobody declares is never taken to be harmless."""
    found = rows(act(), "change", "on", "given", "known", declared=declared, answers={"block ip": []})
    assert found == told


@pytest.mark.parametrize(("declared", "known"), [
    ({"a": True, "b": True}, None), ({"a": True}, UNKNOWN), ({"a": True, "b": False}, "declared a change"),
    ({"a": False}, "declared a change"),
])
def test_apps_that_differ_are_taken_at_their_worst(rows, declared, known):
    """An action run on several assets is read-only if it is so for the app of each."""
    found = rows(act(assets=["a", "b"]), "on", "known", declared=declared, answers={"block ip": []})
    assert found == ([("a", known), ("b", known)] if known else [])


def test_the_local_look_up_is_read_only(rows):
    """It needs no manifest."""
    pytest.importorskip("maxminddb")
    assert rows("phantom.act('geolocate ip', parameters=[{'ip': '1.1.1.1'}], assets=['maxmind'])", "change") == []


def test_what_was_not_carried_out_says_so(rows):
    """Failures by set and asset; refused, unapproved and unanswered actions; the rest of a run that ended before."""
    two = [{"ip": "192.0.2.7"}, {"ip": "192.0.2.8"}]
    half = {"block ip": lambda parameter: failure("no route") if parameter["ip"].endswith("8") else []}
    assert rows(act(two), "given", "status", answers=half) == [
        (two[0], "carried out"), (two[1], "failed: no route")]
    assert rows(act(more=", reviewer='bob'"), "status", answers={"approve": failure("too risky")}) == [
        "not carried out: not approved by bob: too risky"]
    assert rows(act(), "status") == ["not carried out: no outcome"]
    assert rows(f"{act()}\n{act(assets=['other'])}", "on", "status") == [
        ("firewall", "not carried out: no outcome"), ("other", "not carried out: the run ended before")]


def test_the_same_set_twice_is_two_rows(rows):
    """Each with its own outcome."""
    turns = iter([[], failure("again")])
    assert rows(act([{"ip": "192.0.2.7"}] * 2), "status", answers={"block ip": lambda parameter: next(turns)}) == [
        "carried out", "failed: again"]


@pytest.mark.parametrize(("parameter", "origin"), [
    ({"ip": "1.1.1.1", "context": {"artifact_id": 1}}, "artifact 1 cef.sourceAddress"),
    ({"ip": "203.0.113.9", "context": {"artifact_id": 1}}, "artifact 1"),
    ({"ip": "1.1.1.1", "context": {"artifact_id": "1"}}, "artifact 1 cef.sourceAddress"),
    ({"ip": "1.1.1.1", "context": {"artifact_id": 77}}, "artifact 77"),
    ({"ip": "1.1.1.1", "context": {"artifact_id": ["1"]}}, "container 1"),
    ({"ip": "1.1.1.1"}, "container 1"),
])
def test_a_change_names_the_artifact_that_its_parameters_name(rows, parameter, origin):
    """With the fields that hold their values; otherwise the container."""
    assert rows(act([parameter]), "from", answers={"block ip": []}) == [origin]


ASK = ("phantom.prompt2(container=container, user='bob', message='Isolate?', respond_in_mins=5, name='ask_1', "
       "response_types=[{'prompt': 'Isolate?', 'options': {'type': 'message'}}])")


@pytest.mark.parametrize(("source", "answers", "told"), [
    (ASK, {"prompt": responses("Yes")}, ("prompt", "bob", "answered")),
    (ASK, {"prompt": failure("timed out")}, ("prompt", "bob", "not answered: timed out")),
    (ASK, {}, ("prompt", "bob", "not carried out: no outcome")),
    (act(more=", reviewer='ann'"), {"approve": [], "block ip": []}, ("approve", "ann", "answered")),
])
def test_people_are_asked(rows, source, answers, told):
    """By prompts, tasks and approvals."""
    assert rows(source, "change", "on", "status", side="person", answers=answers) == [told]


@pytest.mark.parametrize(("source", "told"), [
    ("phantom.set_severity(container, 'high')", [("container severity", {"before": "low", "after": "high"})]),
    ("phantom.set_status(container, 'closed')", [("container status", {"before": "new", "after": "closed"})]),
    ("phantom.set_severity(container, 'high')\nphantom.set_severity(container, 'medium')",
     [("container severity", {"before": "low", "after": "medium"})]),
    ("phantom.set_severity(container, 'high')\nphantom.set_severity(container, 'low')", []),
])
def test_inside_the_platform_the_end_counts(rows, source, told):
    """A field that is as it was is no change, and what follows from a status is none of its own."""
    assert rows(source, "change", "given", side="inside") == told


def test_records_that_come_and_go_are_no_change(rows):
    """One that came holds what was written to it later; one that was there and goes is told."""
    new = ("phantom.add_artifact(container=container, raw_data={}, cef_data={'a': '1'}, label='x', name='new', "
           "severity='low', identifier=None, artifact_type='host')")
    (came,) = rows(new, "change", side="inside")
    assert came == "artifact added"
    gone = rows(f"found = {new}\nphantom.delete_artifact(artifact_id=found[2])\nphantom.delete_artifact(artifact_id=1)",
                "change", "on", side="inside")
    assert gone == [("artifact deleted", "artifact 1")]


def test_requests_are_told_by_their_method(rows):
    """Those that leave the platform; the writes of others are told themselves."""
    source = """import requests

def on_start(container):
    for send in (requests.get, requests.post, requests.delete):
        try:
            send("https://intel.example/api", timeout=5)
        except requests.ConnectionError:
            pass
    url = phantom.build_phantom_rest_url("container", container["id"])
    phantom.requests.post(url, json={"severity": "high"}, verify=False)
"""
    found = rows("", "change", "on", "known", "status", whole=source)
    assert [one[:3] for one in found] == [
        ("requests.post", "https://intel.example/api", "by its method"),
        ("requests.delete", "https://intel.example/api", "by its method")]
    assert all(one[3].startswith("failed: ConnectionError: refused to request") for one in found)
    assert rows("", "change", side="inside", whole=source) == ["container severity"]


def test_actions_that_the_local_rest_answers_are_told_by_what_they_write(rows):
    """They stay on the platform."""
    source = ("phantom.act('post data', parameters=[{'location': '/rest/container/1', "
              "'body': '{\"severity\": \"high\"}'}], assets=['http'], name='post_1')")
    assert rows(source, "change") == []
    assert rows(source, "change", side="inside") == ["container severity"]


def test_what_something_stands_in_for_is_not_taken_to_be_harmless(lab, playbook):
    """A child playbook of which nothing was executed may change anything."""
    lab.playbook("local/contain")(lambda inputs: {})
    ended = lab.run(playbook(f"{START}    phantom.playbook('local/contain', container=container, name='child_1')\n"))
    (row,) = receipt(ended.journal)
    assert (row["side"], row["change"], row["on"], row["known"]) == (
        "outside", "child playbook", "contain (run 2)", UNKNOWN)
    assert row["status"].startswith("not carried out: stub <lambda> (")


def test_an_action_that_waits_is_pending(lab, playbook):
    """Until its turn, at a rest."""
    lab.action("block ip")(lambda parameter: [])
    stepper = lab.step(playbook(f"{START}    {act()}\n    done()\n\ndef done(**kwargs):\n    pass\n"))
    stepper.step()
    assert [one["status"] for one in receipt(stepper.run.journal)] == ["pending"]
    stepper.resume()
    assert [one["status"] for one in receipt(stepper.run.journal)] == ["carried out"]


def test_an_outcome_given_by_hand_counts(lab, playbook):
    """It was missing before."""
    stepper = lab.step(playbook(f"{START}    {act([{'ip': '192.0.2.7'}, {'ip': '192.0.2.8'}])}\n"))
    stepper.resume()
    stepper.give([])
    stepper.wait()
    assert [one["status"] for one in receipt(stepper.run.journal)] == ["carried out", "pending"]
    stepper.stop()


def test_a_receipt_is_read_from_a_file_alone(tmp_path, incident, playbook):
    """Whether an action is read-only stands in the journal; the frame, the JSON and the text tell the same."""
    lab = Lab(incident, providers=[Declares(reader=True)])
    lab.action("block ip")(lambda parameter: [{}])
    file = tmp_path / "run.jsonl"
    source = (f"{START}    {act(assets=['reader'])}\n    {act([{'ip': '1.1.1.1', 'context': {'artifact_id': 1}}])}\n"
              "    phantom.set_severity(container, 'high')\n")
    summary = lab.run(playbook(source), journal=file).summary()
    found = receipt(read_journal(file))
    assert found == summary.receipt
    assert frames.receipt(read_journal(file)).to_dict("records") == found
    assert '"receipt": [' in as_json(summary)
    text = as_text(summary).split("would have changed\n")[1].split("\n\n")[0]
    assert [line.strip() for line in text.splitlines()] == [
        f"block ip 1.1.1.1 on firewall (from artifact 1 cef.sourceAddress): carried out; {UNKNOWN}",
        "inside: 1 container severity"]


def test_hostile_texts_stay_on_their_line(lab, playbook):
    """Neither a terminal nor a reader is misled by what an artifact holds."""
    lab.action("block ip")(lambda parameter: failure("x\n\x1b[2Jgone"))
    summary = lab.run(playbook(f"{START}    {act([{'ip': 'a' * 500 + chr(10) + 'success'}])}\n")).summary()
    (line,) = [one for one in as_text(summary).splitlines() if one.strip().startswith("block ip a")]
    assert "… (508 characters) on firewall" in line
    assert "failed: x\\n\\x1b[2Jgone" in line


def test_whoever_knows_says_whether_an_action_is_read_only():
    """A playbook's export tells the outputs of an action, and nothing of that."""
    call = ActionCall("block ip", "block_1", "firewall", "firewall", {}, 1)
    silent = Declaration("firewall", "block ip", "export")
    assert Providers([Declares(firewall=True)], declaration_of=lambda call: silent).read_only(call) is True
    assert Providers([], declaration_of=lambda call: silent).read_only(call) is None


class Intel(Declares):
    """Somebody who answers requests."""

    def http(self, method: str, url: str) -> HttpAnswer:
        return HttpAnswer(500 if method == "DELETE" else 200, {}, b"", "intel.json[0]")


def test_requests_that_somebody_answers_are_carried_out(incident, playbook):
    """Unless the answer says otherwise."""
    source = START + "".join(f"    requests.{method}('https://intel.example/api', json={{'ip': '192.0.2.7'}})\n"
                             for method in ("get", "put", "delete"))
    ended = Lab(incident, providers=[Intel()]).run(playbook(f"import requests\n{source}"))
    assert [(one["change"], one["given"], one["status"], one["line"]) for one in receipt(ended.journal)] == [
        ("requests.put", {"json": {"ip": "192.0.2.7"}}, "carried out", 5),
        ("requests.delete", {"json": {"ip": "192.0.2.7"}}, "failed: status code 500", 6)]
