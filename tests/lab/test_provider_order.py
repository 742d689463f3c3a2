"""Who may give a result, in which order, and that every result says who gave it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, frames, success
from phantom_lab.model import ActionResult
from phantom_lab.outcomes import Outcome
from phantom_lab.trials.explore import explore
from phantom_lab.trials.trial import Trials

SOURCE = """
def on_start(container):
    phantom.act("geolocate ip", parameters=[{"ip": "8.8.8.8"}], assets=["maxmind"], name="look_1")
    after(container=container)

def after(container=None, **kwargs):
    pass
"""
SAID = ["stub", "scenario", "results", "recording", "MaxMind", "further", "generated"]
"""Everybody who may know, in the order in which they are asked."""
SOURCES = {"stub": "stub whois", "scenario": "scenario: outcomes[0]", "results": "results[0]",
           "recording": "recording run.jsonl", "MaxMind": "MaxMind app", "further": "further",
           "generated": "generated from manifest MaxMind 1.0"}


class Further:
    """A provider of somebody's own."""

    def outcome(self, call):
        return Outcome((ActionResult("success", "", call.parameter, [{"by": "further"}]),), "further")

    def assets(self, action):
        return []


@pytest.fixture
def lab_with(tmp_path: Path, playbook):
    """A lab in which some of them know."""
    (tmp_path / "app.json").write_text(json.dumps({"appid": "a-b", "name": "MaxMind", "app_version": "1.0", "actions": [
        {"action": "geolocate ip", "output": [{"data_path": "action_result.data.*.by", "data_type": "string"}]}]}))
    Lab({"name": "x"}, results=[{"action": "geolocate ip", "data": [{"by": "recording"}]}]).run(
        playbook(SOURCE), journal=tmp_path / "run.jsonl")

    def make(said: list[str]) -> Lab:
        entry = {"action": "geolocate ip"}
        scenario = {"outcomes": [{**entry, "data": [{"by": "scenario"}]}]} if "scenario" in said else None
        lab = Lab({"name": "x"}, scenario=scenario, maxmind=None if "MaxMind" in said else False,
                  results=[{**entry, "data": [{"by": "results"}]}] if "results" in said else None,
                  recording=tmp_path / "run.jsonl" if "recording" in said else None,
                  providers=[Further()] if "further" in said else [], generate="generated" in said,
                  apps=tmp_path / "app.json", contract="off")
        if "stub" in said:
            @lab.action("geolocate ip")
            def whois(parameter, number):
                return [{"by": "stub", "call": number}]
        return lab

    return make


@pytest.mark.parametrize("first", range(len(SAID)), ids=SAID)
def test_the_first_that_knows_decides_and_is_named(lab_with, playbook, first: int):
    """The same wherever results are shown."""
    run = lab_with(SAID[first:]).run(playbook(SOURCE))
    told = run.summary().action_runs[0]["results"][0]["source"]
    assert told.startswith(SOURCES[SAID[first]])
    assert list(frames.results(run)["source"]) == [told]


def test_an_answer_by_hand_comes_before_all(lab_with, playbook):
    """It is given at rest, before the action's turn."""
    stepper = lab_with(SAID).step(playbook(SOURCE), journal=None)
    stepper.step()
    stepper.edit_pending("look_1", answer=success([{"by": "hand"}]))
    stepper.resume()
    assert list(frames.results(stepper)["source"]) == ["given by hand"]


def test_the_order_of_a_lab_can_be_looked_at(lab_with):
    """Only those are named who may answer in it."""
    assert lab_with(SAID).providers == [
        "given by hand", "stubs (1)", "scenario scenario", "results results", "recording run.jsonl", "MaxMind app",
        "local REST", "local Enterprise Security", "Further", "generated from 1 manifests, exports and reads"]
    assert lab_with([]).providers == ["given by hand", "stubs (0)", "local REST", "local Enterprise Security"]


def test_where_nobody_knows_the_run_says_how_to_give_one(lab_with, playbook):
    """Nothing is made up that nobody asked for."""
    run = lab_with([]).run(playbook(SOURCE))
    assert run.status == "needs_outcome"
    for way in ("--scenario", "@lab.action('geolocate ip')", "by hand"):
        assert way in run.summary().message


def test_an_exploration_is_two_tables(tmp_path: Path):
    """What was reached by which situation, and what never."""
    (tmp_path / "one.py").write_text("""import phantom.rules as phantom
def on_start(container):
    if phantom.decision(container=container, conditions=[["a", "==", "b"]]):
        other(container)
def other(container):
    pass
""")
    found = explore(Playbook.load(tmp_path / "one.py"), Trials())
    assert frames.explored(found).values.tolist() == [
        ["plain", "success", "", "on_start, on_start: condition_1 false", ""]]
    assert list(frames.never(found)["what"]) == ["other", "on_start: condition_1 true"]
