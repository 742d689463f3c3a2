"""What a known app does not declare: nothing is made up for it, and the closest path is told where it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.apps import Apps, Generated
from phantom_lab.apps.manifests import manifest_of
from phantom_lab.history import CallRefused
from phantom_lab.lab.replaying import replay
from phantom_lab.outcomes import ActionCall, Providers
from phantom_lab.outcomes.declared import Connector, Declaration, Demand, Output, Read
from phantom_lab.outcomes.known import Known
from tests.table import tabled

DATA, SUMMARY, PARAMETER = "action_result.data.*.", "action_result.summary.", "action_result.parameter."


def manifest(*paths: Any, appid: str = "a1-b2", action: str = "look up star", **others: Any) -> Any:
    """An app whose action declares paths, each a text or a dict."""
    found = manifest_of({"name": "Star Map", "appid": appid, "app_version": "1.2", "actions": [{
        "action": action, "parameters": {"star": {"data_type": "string"}},
        "output": [one if isinstance(one, dict) else {"data_path": one, "data_type": "string"} for one in paths],
        **others}]})
    assert found is not None
    return found


def known(*paths: Any, **others: Any) -> Known:
    found = Apps([manifest(*paths, **others)]).known("look up star", appid="a1-b2")
    assert found is not None
    return found


CALL = ActionCall("look up star", "star_1", "star_map", "star_map", {"star": "Vega"}, 1, "x.py")


@tabled(("declared", "read", "closest"), [
    ([f"{DATA}country_name"], f"{DATA}contry_name", f"{DATA}country_name"),
    ([f"{DATA}a.score", f"{DATA}b"], f"{DATA}score", f"{DATA}a.score"),
    ([f"{DATA}magnitude"], f"{DATA}colour", ""),
    ([f"{DATA}list.*.name"], f"{DATA}list.*.nam", f"{DATA}list.*.name"),
    ([f"{DATA}list.*.name"], f"{DATA}list.0.name", None), ([f"{DATA}list.0.name"], f"{DATA}list.*.name", None),
    ([f"{DATA}deep.x"], f"{DATA}deep", None), ([f"{DATA}deep"], f"{DATA}deep.anything.*.x", None),
    (["action_result.data.*"], f"{DATA}anything", None), (["action_result.data"], f"{DATA}anything", None),
    (["action_result.data.*", f"{DATA}x"], f"{DATA}anything", None),
    ([{"data_path": f"{DATA}open"}, f"{DATA}open.x"], f"{DATA}open.anything", None),
    ([], f"{DATA}x", ""), ([f"{DATA}x"], f"{SUMMARY}x", ""), ([f"{SUMMARY}total_stars"], f"{SUMMARY}total_star",
                                            f"{SUMMARY}total_stars"),
    ([], f"{PARAMETER}star", None), ([], f"{PARAMETER}stars", f"{PARAMETER}star"),
    ([], f"{PARAMETER}context.artifact_id", None), ([f"{PARAMETER}hidden"], f"{PARAMETER}hidden", None),
    ([], "action_result.status", None), ([], "action_result.message", None), ([], "action_result.data", None),
    ([f"{DATA}x"], "action_result.data.1.x", None), ([f"{DATA}x.y"], f'{DATA}"x.y"', None),
])
def test_a_path_is_declared_or_the_closest_one_is_told(declared: list[Any], read: str, closest: str | None):
    """As the contract check takes declarations: what is declared with nothing below it admits anything there."""
    assert known(*declared).undeclared(read) == closest


@pytest.mark.parametrize("others", [{"output": None}, {"output": "x"}])
def test_where_an_app_says_nothing_of_its_outputs_nothing_is_undeclared(others: dict[str, Any]):
    """A manifest without the key, or with a slip there."""
    assert known(**others).undeclared(f"{DATA}x") is None


def test_nothing_is_generated_for_what_the_own_app_does_not_declare():
    """Neither in data nor in the summary; a condition does not change it."""
    reads = (Read(f"{DATA}magnitude"), Read(f"{DATA}colour", (("==", "red"),)), Read(f"{SUMMARY}shown"))
    generated = Generated(Apps([manifest(f"{DATA}magnitude")]), lambda file: Demand({}, {"star_1": reads}))
    found = generated.outcome(CALL)
    assert (found.results[0].data, found.results[0].summary) == ([{"magnitude": "sample magnitude"}], {})
    assert [one.path for one in found.left_out] == [f"star_1:{DATA}colour", f"star_1:{SUMMARY}shown"]
    wanted = generated.outcome(CALL, {f"{DATA}colour": "blue"})
    assert wanted.results[0].data == [{"magnitude": "sample magnitude", "colour": "blue"}]


def test_where_the_own_app_is_not_known_what_is_read_is_generated_as_ever():
    """From another app's action of the same name, an export, or the reads alone."""
    reads = {"star_1": (Read(f"{DATA}colour"),)}
    export = Declaration("Star Map", "look up star", "export of x.json", outputs=(Output(f"{DATA}x"),))
    same = Apps([manifest(f"{DATA}x", appid="c3-d4")])
    other = ActionCall("look up star", "star_1", "sky", "sky", {}, 1, "x.py")
    for apps, connectors in ((None, {}), (same, {}), (None, {"star_1": Connector("Star Map", "", export)})):
        found = Generated(apps, lambda file, one=connectors: Demand(one, reads)).outcome(other)
        assert found.results[0].data[0]["colour"] == "sample colour"
        assert found.left_out == ()


def test_an_export_that_declares_the_action_outweighs_a_manifest_without_it():
    """They are of different versions."""
    export = Declaration("Star Map", "look up star", "export of x.json", outputs=(Output(f"{DATA}x"),))
    apps = Apps([manifest(action="other action")])
    for declared, refused in ((export, False), (None, True)):
        generated = Generated(apps, lambda file, one=declared: Demand({"star_1": Connector("", "a1-b2", one)}))
        assert (generated.known(CALL) is not None) is refused


def test_an_app_that_only_an_asset_names_does_not_forbid_what_another_app_has():
    """The asset may be of that one."""
    apps = Apps([manifest(action="other action"), manifest(appid="c3-d4")])
    apps._by_name = {"starmap": apps._by_id["a1-b2"]}
    assert Generated(apps, lambda file: Demand()).known(CALL) is None


SOURCE = """
def on_start(container):
    phantom.act("look up star", parameters=[{"star": "Vega"}], assets=["star_map"], name="star_1", callback=read)

def read(action=None, success=None, container=None, results=None, handle=None):
    paths = ["star_1:action_result.data.*.contry_name", "star_1:action_result.summary.totl",
             "star_1:action_result.parameter.str", "star_1:action_result.data.*.magnitude"]
    phantom.debug(phantom.collect2(container=container, datapath=paths, action_results=results))
    for row in phantom.collect2(container=container, datapath=["star_1:action_result.data"], action_results=results):
        phantom.debug(row[0][0].get("magnitud"))
"""


@pytest.fixture
def run(tmp_path: Path, incident: Path, playbook: Any) -> Any:
    """A playbook that reads of a generated result what its app does not declare."""
    (tmp_path / "star.json").write_text(json.dumps({
        "name": "Star Map", "appid": "a1-b2", "app_version": "1.2", "actions": [{
            "action": "look up star", "parameters": {"star": {"data_type": "string", "required": True}},
            "output": [{"data_path": one, "data_type": "string", "example_values": ["x"]} for one in (
                f"{DATA}country_name", f"{DATA}magnitude", f"{SUMMARY}total")]}]}), "utf-8")
    return Lab(incident, apps=tmp_path / "star.json", generate=True).run(playbook(SOURCE))


def test_a_datapath_that_is_not_declared_gives_none_and_its_diagnosis_names_the_closest(run: Any):
    """With block and line; of data, summary and parameters alike."""
    assert run.summary().debug == ["[[None, None, None, 'x']]", "None"]
    told = {one["datapath"]: one for one in run.summary().diagnoses}
    for read, closest in ((f"{DATA}contry_name", f"{DATA}country_name"), (f"{SUMMARY}totl", f"{SUMMARY}total"),
                          (f"{PARAMETER}str", f"{PARAMETER}star")):
        one = told[f"star_1:{read}"]
        assert one["message"].endswith(f"manifest Star Map 1.2 does not declare it; closest is '{closest}'")
        assert (one["block"], one["line"]) == ("read", 9)


def test_what_code_takes_out_of_a_generated_result_is_hinted_at(run: Any):
    """No datapath says it; the hint stands where the code reads."""
    (hint,) = run.summary().hints
    assert (hint["block"], hint["line"]) == ("read", 11)
    assert hint["message"] == (
        "star_1:action_result.data.0.magnitud has no value: manifest Star Map 1.2 does not declare it; "
        f"closest is '{DATA}magnitude'")


def test_a_result_by_hand_does_not_make_up_for_a_required_parameter_and_that_is_told(incident: Path, playbook: Any):
    """Of an action that the app lacks it counts."""
    source = """
def on_start(container):
    phantom.act({action!r}, parameters=[{{}}], assets=["builtin_mc_connector"], name="a_1", callback=done)
    later(container=container)

def later(container):
    pass

def done(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug(success)
"""
    for action, success in (("get finding or investigation", "False"), ("get findings", "True")):
        stepper = Lab(incident).step(playbook(source.format(action=action)))
        stepper.step()
        stepper.edit_pending("a_1", answer={"data": [{"x": 1}]})
        stepper.resume()
        summary = stepper.run.summary()
        assert summary.debug == [success]
        assert ("the result given by hand is not used" in summary.hints[0]["message"]) is (success == "False")


def test_a_run_is_executed_again_without_the_manifests(run: Any, playbook: Any, incident: Path):
    """What an app does not take or declare is recorded as it was told."""
    refused = Lab(incident, results=[{"action": "get findings"}]).run(playbook("""
def on_start(container):
    for action in ("get findings", "get note", "get finding or investigation"):
        phantom.act(action, parameters=[{"ID": 1}], assets=["builtin_mc_connector"])
"""))
    for one, events in ((run, 1), (refused, 3)):
        found = replay(one.journal)
        assert (found.divergence, found.agreed) == (None, found.recorded)
        told = [event for event in one.journal.events if isinstance(event, CallRefused)]
        assert len(told) + len(one.summary().diagnoses[:1]) == events


def test_what_an_export_declares_counts_where_results_are_generated_without_manifests():
    """Whether an action needs parameters, for one; who invents results is asked like anybody else."""
    export = Declaration("Star Map", "look up star", "export of x.json", outputs=(Output(f"{DATA}x"),))
    generated = Generated(None, lambda file: Demand({"star_1": Connector("Star Map", "", export)}))
    assert Providers([], inventing=generated).needs_parameters(CALL) is False
    assert Providers([], inventing=generated).outcome(CALL) is not None
    assert Providers([]).needs_parameters(CALL) is None
