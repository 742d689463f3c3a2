"""The smallest change with which a block runs, or does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook, PlaybookRun, flip
from phantom_lab.cli.main import main
from phantom_lab.trials.unexpected import ABSENT

SOURCE = """
import phantom.rules as phantom

def on_start(container):
    phantom.act("whois ip", name="whois_1", assets=["whois"], callback=decide,
                parameters=[{"ip": one[0]} for one in phantom.collect2(container=container, datapath=[
                    "artifact:*.cef.sourceAddress"])])

def decide(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["whois_1:action_result.data.*.country", "==", "RU"]]):
        weigh(container=container)
    elif phantom.decision(container=container, conditions=[["artifact:*.cef.sourceAddress", "==", "9.9.9.9"]]):
        ask(container=container)

def weigh(container=None, **kwargs):
    if phantom.decision(container=container, logical_operator="and", conditions=[
            ["container:severity", "==", "high"], ["container:status", "!=", "closed"]]):
        block_ip(container=container)

def block_ip(container=None, **kwargs):
    phantom.act("block ip", name="block_ip_1", assets=["firewall"], parameters=[{"ip": "192.0.2.1"}])

def ask(container=None, **kwargs):
    phantom.prompt2(container=container, user="analyst", message="Block?", name="prompt_1", callback=answered,
                    response_types=[{"prompt": "", "options": {"type": "list", "choices": ["Yes", "No"]}}])

def answered(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["prompt_1:action_result.summary.responses.0", "==", "No"]]):
        leave(container=container)

def leave(container=None, **kwargs):
    pass

def stray(container=None, **kwargs):
    pass
"""


@pytest.fixture
def run(tmp_path: Path) -> PlaybookRun:
    """An address from Norway."""
    lab = Lab({"name": "Event", "severity": "low", "artifacts": [{"cef": {"sourceAddress": "1.1.1.1"}}]})
    lab.action("whois ip")(lambda: [{"country": "NO", "city": "Oslo"}])
    return lab.run(Playbook.from_source(SOURCE, name="sample"), journal=tmp_path / "run.jsonl")


def edits(found: Any) -> list[tuple[str, Any, Any]]:
    """What, before and after."""
    return [(one.what, one.before, one.after) for one in found.edits]


def test_the_least_edits_are_found_and_none_of_them_can_be_left_out(run: PlaybookRun):
    """A condition that holds already is not edited; the rest of a recorded result stays; what is new is told."""
    found = run.flip("block_ip")
    assert edits(found) == [("container severity", "low", "high"), ("result of whois_1 data.*.country", "NO", "RU")]
    assert (found.ran, found.status, found.blocks[-1]) == (False, "success", "block_ip")
    assert [one["name"] for one in found.generated] == ["block_ip_1"]
    assert {"country": "RU", "city": "Oslo"} in next(
        one["data"] for one in found.scenario["outcomes"] if one["block"] == "whois_1")


def test_what_ran_can_be_kept_from_running_and_so_can_an_action():
    """By the name of its run; one of two ways is enough, and the value is of the kind that was there."""
    lab = Lab({"name": "Event", "severity": "high", "artifacts": [{"cef": {"sourceAddress": "1.1.1.1"}}]})
    lab.action("whois ip")(lambda: [{"country": "RU"}])
    lab.action("block ip")(lambda: {"status": "success"})
    found = lab.run(Playbook.from_source(SOURCE, name="sample")).flip("block_ip_1")
    assert (found.ran, edits(found)) == (True, [("result of whois_1 data.*.country", "RU", "other-RU")])
    assert "block_ip" not in found.blocks


def test_recorded_answers_stand_for_other_parameters_and_replies_are_edited_after_them(run: PlaybookRun):
    """An address that was never looked up has the recorded answer of its block, which is told; the prompt is answered
    as it would be, unless that is not enough."""
    asked = run.flip("ask")
    assert edits(asked) == [("artifact 1 cef.sourceAddress", "1.1.1.1", "9.9.9.9")]
    assert [one["name"] for one in asked.otherwise] == ["whois_1"]
    left = run.flip("stray")
    assert (left.found, left.exhausted) == (False, False)


def test_a_condition_on_the_results_that_a_block_was_called_with_is_turned_around():
    """It does not say of which action they are; the call of it does. Another action happens to have the same value."""
    before = SOURCE.partition("def decide")[0].replace("(container):", """(container):
    phantom.act("count hosts", name="count_1", assets=["edr"])""")
    source = before + """
def decide(container=None, results=None, **kwargs):
    if phantom.condition(container=container, action_results=results, logical_operator="and", conditions=[
            ["action_result.summary.hits", "==", 0],
            ["artifact:*.cef.sourceAddress", "==", "whois_1:action_result.parameter.ip"]])[1]:
        leave(container=container)

def leave(container=None, **kwargs):
    pass
"""
    lab = Lab({"name": "Event", "artifacts": [{"cef": {"sourceAddress": "1.1.1.1"}}]})
    lab.action("whois ip")(lambda: {"summary": {"hits": 7}})
    lab.action("count hosts")(lambda: {"summary": {"hosts": 7}})
    found = lab.run(Playbook.from_source(source, name="sample")).flip("leave")
    assert edits(found) == [("result of whois_1 summary.hits", 7, 0)]


def test_there_is_none_within_fewer_changes(run: PlaybookRun):
    """The bound is of edits, and of runs."""
    found = run.flip("block_ip", changes=1)
    assert (found.found, found.exhausted, found.executions > 1) == (False, False, True)
    assert run.flip("block_ip", runs=2).exhausted


def test_a_name_that_is_none_says_which_may_be_meant(run: PlaybookRun):
    """Instead of telling that it did not run."""
    with pytest.raises(InputError, match="Did you mean block_ip_1"):
        flip(run.journal, "block_ipp_1")


def test_a_run_that_needs_an_outcome_goes_on_with_one(incident: Path):
    """What nobody answered stays so; an answer is the edit."""
    run = Lab(incident).run(Playbook.from_source(SOURCE, name="sample"))
    assert run.status == "needs_outcome"
    found = run.flip("decide")
    assert [one.what for one in found.edits] == ["result of whois_1 status"]


def test_the_command_writes_a_scenario_that_proves_it(run: PlaybookRun, tmp_path: Path, capsys):
    """Which stands for itself."""
    file, out, journal = tmp_path / "sample.py", tmp_path / "proof.yaml", tmp_path / "run.jsonl"
    file.write_text(SOURCE)
    assert main(["flip", str(journal), "block_ip", "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["what"] for one in told["edits"]] == ["container severity", "result of whois_1 data.*.country"]
    assert main(["run", str(file), "--scenario", str(out), "--json"]) == 0
    ran = json.loads(capsys.readouterr().out)
    assert "block_ip" in [one["block"] for one in ran["invocations"]]
    assert main(["flip", str(journal), "stray"]) == 1
    assert "no change found within 3 edits with which stray runs" in capsys.readouterr().out
    assert main(["flip", str(journal), "nowhere"]) == 2


ABOUT = """
import phantom.rules as phantom

def on_start(container):
    assert phantom.get_data("kept") == ["x"]
    if phantom.decision(container=container, conditions=[["finding:consolidated_findings.user", "==", "root"]]):
        act_on_it(container=container)
    if phantom.decision(container=container, conditions=[["finding:urgency", "==", "critical"]]):
        close(container=container)

def act_on_it(container=None, **kwargs):
    pass

def close(container=None, **kwargs):
    pass
"""
FINDING = {"finding_id": "f1", "name": "Odd login", "urgency": "low", "consolidated_findings": {"user": "kim"}}


@pytest.mark.parametrize("given", [FINDING, {"investigation_id": "i1", "name": "Odd login", "urgency": "low",
                                             "findings": [FINDING]}], ids=["finding", "investigation"])
def test_a_field_of_the_finding_is_edited_and_what_is_not_tried_is_told(given: dict[str, Any], tmp_path: Path):
    """Also of an investigation; the proof is about it, and holds saved data; vault files are left as they are."""
    (tmp_path / "mail.eml").write_text("hello")
    run = Lab(finding=given, files=[tmp_path / "mail.eml"], records={
        "data": [{"key": "kept", "value": ["x"]}]}).run(Playbook.from_source(ABOUT, name="about"))
    found = run.flip("act_on_it")
    (one,) = found.edits
    within = "findings.0." if "findings" in given else ""
    assert (one.what, one.before, one.after) == (f"finding {within}consolidated_findings.user", "kim", "root")
    (other,) = run.flip("close").edits
    assert (other.what, other.before, other.after) == ("finding urgency", "low", "critical")
    proven = Lab(scenario=found.scenario).run(Playbook.from_source(ABOUT, name="about"))
    assert "act_on_it" in [one.started.block for one in proven.journal.index.invocations.values()]
    assert found.to_json()["not_tried"] == [{"what": "vault files", "count": 1}]
    assert "not tried: vault files (1)" in repr(found)


def test_rows_of_one_result_may_have_to_differ():
    """Of two conditions each needs another row: an edit of all of them is none."""
    source = """
import phantom.rules as phantom

def on_start(container):
    phantom.act("whois ip", name="whois_1", assets=["whois"], callback=decide, parameters=[{"ip": "192.0.2.1"}])

def decide(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["whois_1:action_result.data.*.country", "==", "NO"]]):
        further(container=container)

def further(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["whois_1:action_result.data.*.country", "==", "RU"]]):
        both(container=container)

def both(container=None, **kwargs):
    pass
"""
    lab = Lab({"name": "Event"})
    lab.action("whois ip")(lambda: [{"country": "NO"}])
    assert edits(lab.run(Playbook.from_source(source, name="sample")).flip("both")) == [
        ("result of whois_1 data.1.country", ABSENT, "RU")]
