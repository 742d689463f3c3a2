"""The receipt: what a run would have changed, outside, by asking people and inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import ActionCall, Lab, failure, frames, responses
from phantom_lab.apps import Apps, Generated
from phantom_lab.history import read_journal
from phantom_lab.model import ActionResult
from phantom_lab.outcomes import Outcome, Providers
from phantom_lab.outcomes.declared import Connector, Declaration, Demand
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.views import receipt
from phantom_lab.views.report import as_json, as_text
from tests.table import tabled

START = "def on_start(container):\n"
UNKNOWN = "unknown, taken as a change"
MISSING = "not carried out: "
REFUSED = "not carried out: refused by the lab"


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


@tabled(("declared", "known"), [
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


@tabled("parameter", [
    {"ip": "1.1.1.1", "context": {"artifact_id": 1}},
    {"ip": "1.1.1.1", "context": {"artifact_id": "1"}},
    {"ip": "1.1.1.1"},
    {"ip": "203.0.113.9"},
    {"n": 5},
])
def test_a_constant_comes_from_no_artifact(rows, parameter):
    """Though one holds the same value, and though the set names one."""
    (found,) = rows(act([parameter]), "from", "origins", answers={"block ip": []})
    assert found[0] == "constant, line 3"
    assert [(one["parameter"], one["kind"], one["line"]) for one in found[1]] == [
        (next(iter(parameter)), "constant", 3)]


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


@tabled(("source", "told"), [
    ("phantom.set_severity(container, 'high')", [("container severity", {"before": "low", "after": "high"})]),
    ("phantom.set_status(container, 'closed')", [("container status", {"before": "new", "after": "closed"})]),
    ("phantom.set_severity(container, 'high')\nphantom.set_severity(container, 'medium')",
     [("container severity", {"before": "low", "between": ["high"], "after": "medium"})]),
    ("phantom.set_severity(container, 'high')\nphantom.set_severity(container, 'low')",
     [("container severity", {"before": "low", "between": ["high"], "after": "low"})]),
    ("phantom.set_status(container, 'closed')\nphantom.set_status(container, 'new')",
     [("container status", {"before": "new", "between": ["closed"], "after": "new"})]),
])
def test_inside_the_platform_every_status_and_severity_counts(rows, source, told):
    """Others act on each of them; what follows from a status is no change of its own."""
    assert rows(source, "change", "given", side="inside") == told


def test_what_is_undone_is_told(rows):
    """Of a field that is as it was; and what follows from another field is told where it is written alone."""
    undone = "phantom.add_tags(container, ['x'])\nphantom.remove_tags(container, ['x'])"
    assert rows(undone, "change", "status", side="inside") == [("container tags", "carried out, then undone")]
    alone = "phantom.requests.post(phantom.build_phantom_rest_url('container', 1), json={'close_time': '2026-01-01'})"
    assert rows(alone, "change", "line", side="inside") == [("container close_time", 3)]


def test_records_that_come_and_go_are_told(rows):
    """One that came holds what was written to it later."""
    new = ("phantom.add_artifact(container=container, raw_data={}, cef_data={'a': '1'}, label='x', name='new', "
           "severity='low', identifier=None, artifact_type='host')")
    (came,) = rows(new, "change", side="inside")
    assert came == "artifact added"
    gone = rows(f"found = {new}\nphantom.delete_artifact(artifact_id=found[2])\nphantom.delete_artifact(artifact_id=1)",
                "change", "on", side="inside")
    assert [one[0] for one in gone] == ["artifact added and deleted", "artifact deleted"]
    assert gone[1][1] == "artifact 1"
    assert rows(new, "line", side="inside") == [3]


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
    assert [one[3] for one in found] == [REFUSED] * 2
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
    assert row["status"].startswith("unknown: stub <lambda> (")


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
    source = (f"{START}    {act(assets=['reader'])}\n"
              "    rows = phantom.collect2(container=container, datapath=['artifact:*.cef.sourceAddress'], limit=1)\n"
              "    phantom.act('block ip', parameters=[{'ip': rows[0][0]}], assets=['firewall'], name='block_1')\n"
              "    phantom.set_severity(container, 'high')\n")
    summary = lab.run(playbook(source), journal=file).summary()
    found = receipt(read_journal(file))
    assert found == summary.receipt
    assert frames.receipt(read_journal(file)).to_dict("records") == found
    assert '"receipt": [' in as_json(summary)
    text = as_text(summary).split("would have changed\n")[1].split("\n\n")[0]
    assert [line.strip() for line in text.splitlines()] == [
        f"block ip 1.1.1.1 on firewall (from artifact 1, cef.sourceAddress): carried out; {UNKNOWN}",
        "inside: 1 container severity", "1 call is declared read-only: block ip (1)"]


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
        ("requests.delete", {"json": {"ip": "192.0.2.7"}}, "failed: status code 500", 6),
        ("requests.get", {"json": {"ip": "192.0.2.7"}}, "carried out", 4)]


def http(method: str, location: str) -> str:
    """A call of the HTTP app."""
    parameter = {"location": location, "body": "{}"}
    return f"phantom.act('{method} data', parameters=[{parameter!r}], assets=['jira'], name='http_1')"


@tabled(("method", "location", "told"), [
    ("delete", "/rest/api/2/issue/ABC-1", ["not carried out: no outcome"]),
    ("post", "rest/api/2/issue?x=/rest/container", ["not carried out: no outcome"]),
    ("post", "/rest", ["not carried out: no outcome"]),
    ("delete", "/rest/container/1", ["not carried out: the local REST answered 400"]),
    ("put", "/rest/container", ["not carried out: the local REST answered 405"]),
    ("post", "/rest/container/1", ["carried out"]),
    ("get", "/rest/container?page_size=1", []),
])
def test_requests_of_the_http_app_are_changes_unless_the_platform_tells_them(rows, method, location, told):
    """A path that the platform does not have is another host's; what failed or wrote nothing stays in the receipt."""
    assert rows(http(method, location), "status") == told


def test_who_answers_is_not_told_by_a_text(incident, playbook):
    """Somebody may call himself as the lab does."""

    class Other(Declares):
        def outcome(self, call: Any) -> Outcome:
            return Outcome((ActionResult("success", "", call.parameter),), "local REST")

    ended = Lab(incident, providers=[Other()]).run(playbook(f"{START}    {act()}\n"))
    assert [one["status"] for one in receipt(ended.journal)] == ["carried out"]


@pytest.mark.parametrize(("method", "path", "code"), [
    ("post", "action_run", 405), ("post", "system_settings", 404), ("delete", "container/1", 400)])
def test_what_the_local_rest_refuses_was_set_out_to_be_done(rows, method, path, code):
    """The platform may well do it; reading is no change, and what is written is told once."""
    source = f"phantom.requests.{method}(phantom.build_phantom_rest_url('{path}'), json={{'a': 1}})"
    assert rows(source, "status", "line") == [(f"not carried out: the local REST answered {code}", 3)]
    assert rows(source.replace(f".{method}(", ".get("), "status") == []


def manifest(folder: Path, **declared: Any) -> str:
    """A manifest of the app Shield, with one action."""
    file = folder / "shield.json"
    file.write_text(json.dumps({"name": "Shield", "appid": "s-1", "product_name": "Shield", "app_version": "1.0",
                                "actions": [{"action": "block ip", "parameters": {}, "output": [], **declared}]}))
    return str(file)


@pytest.mark.parametrize(("asset", "told"), [
    (None, [("read", "declared read-only")]),
    ({"name": "shield", "app": "Shield"}, [("read", "declared read-only")]),
    ({"name": "shield", "app": "In-house EDR"}, [("outside", UNKNOWN)]),
])
def test_an_app_that_is_named_is_not_told_by_its_asset(incident, playbook, tmp_path, asset, told):
    """What an app declares is not borrowed for an asset that is only called like it."""
    lab = Lab(incident, apps=manifest(tmp_path, read_only=True, type="investigate"), assets=[asset] if asset else [])
    lab.action("block ip")(lambda parameter: [])
    ended = lab.run(playbook(f"{START}    {act(assets=['shield'])}\n"))
    assert [(one["side"], one["known"]) for one in receipt(ended.journal)] == told


@pytest.mark.parametrize(("connector", "told"), [
    (Connector("Wall"), None), (Connector(appid="w-1"), None), (Connector("Shield"), True), (Connector(), True)])
def test_an_app_that_the_export_names_is_not_told_by_the_asset(tmp_path, connector, told):
    """Nor by the name that is assumed for its app."""
    given = Generated(Apps.load(manifest(tmp_path, read_only=True)), lambda file: Demand({"block_1": connector}))
    found = given.declaration(ActionCall("block ip", "block_1", "shield", "shield", {}, 1))
    assert (found and found.read_only) is told


@pytest.mark.parametrize(("kind", "known"), [
    ("contain", "declared read-only, but of type contain"), ("Correct", "declared read-only, but of type correct"),
    ("generic", "declared read-only"), (7, "declared read-only")])
def test_read_only_beside_a_type_of_change_is_not_believed(incident, playbook, tmp_path, kind, known):
    """Published manifests hold both for one action."""
    lab = Lab(incident, apps=manifest(tmp_path, read_only=True, type=kind))
    lab.action("block ip")(lambda parameter: [])
    (row,) = receipt(lab.run(playbook(f"{START}    {act(assets=['shield'])}\n")).journal)
    assert (row["known"], row["side"]) == (known, "outside" if "but" in known else "read")


@pytest.mark.parametrize(("source", "told"), [
    ("subprocess.run(['curl', 'https://intel.example'])", ("start", "['curl', 'https://intel.example']")),
    ("os.system('echo 1')", ("start", "b'echo 1'")),
    ("smtplib.SMTP('mail.example')", ("look up", "'mail.example'")),
    ("urllib.request.urlopen('https://intel.example/delete')", ("look up", "'intel.example'")),
    ("phantom.run_ext_command('reboot')", ("start", "'reboot'")),
    ("requests.Session().send(requests.Request('POST', 'https://intel.example/', data='a').prepare())",
     ("requests.post", "https://intel.example/")),
    ("requests.Session().get_adapter('').send(requests.Request('PUT', 'https://intel.example/').prepare())",
     ("requests.put", "https://intel.example/")),
])
def test_what_the_lab_refuses_is_told_though_the_playbook_swallows_it(rows, source, told):
    """Programs, sockets and requests, each time."""
    whole = ("import os, smtplib, subprocess, urllib.request\nimport requests\n\ndef on_start(container):\n"
             f"    for n in 'ab':\n        try:\n            {source}\n        except Exception:\n            pass\n")
    found = rows("", "change", "on", "status", whole=whole)
    assert found == [(*told, REFUSED)] * 2
    if "adapter" not in source:
        assert rows("", "line", whole=whole) == [8, 8]


@tabled(("source", "told"), [
    (act([]), ("block ip", "firewall", "not carried out: no parameter set")),
    ("phantom.playbook('local/nowhere', container=container)", ("playbook", "local/nowhere", MISSING)),
    ("phantom.custom_function('local/nowhere')", ("custom function", "local/nowhere", MISSING)),
    ("phantom.act(5)", ("act", "5", MISSING)),
    ("phantom._set_status(1)", ("_set_status", "", "not carried out: not emulated")),
])
def test_what_the_run_did_not_get_to_is_told(rows, source, told):
    """An action without parameters may run once on the platform; a call that raises here may change anything there."""
    (row,) = rows(source, "change", "on", "status")
    assert (row[:2], row[2].startswith(told[2])) == (told[:2], True)


def test_a_prepared_request_is_told_once(rows):
    """Whether it is sent to the platform or through a session's own methods."""
    url = "phantom.build_phantom_rest_url('container', 1)"
    prepared = (f"phantom.requests.Session().send(phantom.requests.Request('POST', {url}, json={{'severity': 'high'}})"
                ".prepare())")
    assert (rows(prepared, "change"), rows(prepared, "change", side="inside")) == ([], ["container severity"])
    assert rows(prepared.replace("severity", "nothing"), "change", "given") == [
        ("requests.post", {"data": '{"nothing": "high"}'})]


@pytest.mark.parametrize(("source", "told"), [
    ("pass", ["nothing"]),
    (act(assets=["reader"]), ["nothing; 1 call is declared read-only: block ip (1)"]),
    (f"{act(assets=['reader'])}\nphantom.set_status(container, 'closed')\nphantom.set_status(container, 'new')",
     ["inside: 1 container status (closed, then new)", "1 call is declared read-only: block ip (1)"]),
])
def test_a_report_tells_that_nothing_would_have_changed(incident, playbook, source, told):
    """And on what that rests."""
    lab = Lab(incident, providers=[Declares(reader=True)])
    lab.action("block ip")(lambda parameter: [])
    ended = lab.run(playbook(START + "".join(f"    {line}\n" for line in source.splitlines())))
    text = as_text(ended.summary()).split("would have changed\n")[1].split("\n\n")[0]
    assert [line.strip() for line in text.splitlines()] == told


@tabled(("results", "status", "happened"), [
    ([{}], "carried out", True),
    ([{"status": "failed", "message": "busy"}, {}], "1 of 2 failed: busy", True),
    ([{"status": "failed", "message": "busy"}, {"status": "failed", "message": "no"}], "failed: busy", False),
    ([{"status": "failed", "message": "1 of 2 failed: "}], "failed: 1 of 2 failed: ", False),
])
def test_what_happened_is_a_field(incident, playbook, results, status, happened):
    """One that failed in part did, whatever the messages say."""
    scenario = {"outcomes": [{"action": "block ip", "results": results}]}
    run = Lab(incident, scenario=scenario).run(playbook(f"{START}    {act()}\n"))
    (row,) = run.summary().receipt
    assert (row["status"], row["happened"]) == (status, happened)


def test_what_is_refused_or_pending_did_not_happen(incident, playbook):
    """And what a stand-in answers for may have."""
    lab = Lab(incident)
    lab.playbook("local/kid")(lambda inputs: {})
    calls = ("phantom.playbook('local/kid', container=container, name='k')", act(),
             "phantom.promote(container=container, template=['x'])")
    stepper = lab.step(playbook(START + "".join(f"    {call}\n" for call in calls)))
    stepper.resume()
    rows = {row["status"]: row["happened"] for row in stepper.run.summary().receipt}
    stepper.stop()
    assert len(rows) == 3
    for status, happened in rows.items():
        assert happened is status.startswith("unknown: stub ")
