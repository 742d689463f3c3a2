"""Calls held against what an app is known to declare: actions that it lacks, parameters that are missing or unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Asset, Lab, Options
from phantom_lab.apps import Apps
from phantom_lab.apps.manifests import manifest_of
from phantom_lab.history import CallRefused
from phantom_lab.model import App

SOURCE = """
import json

def on_start(container):
    phantom.act({arguments}, name="star_1", callback=done)

def done(action=None, success=None, results=None, container=None, handle=None):
    sets = [[one["parameter"].get("star") for one in run["action_results"]] for run in results]
    phantom.debug(json.dumps([success, sets, phantom.collect2(
        container=container, datapath=["star_1:action_result.status"], action_results=results)]))
"""
Act = Callable[..., tuple[Any, list[Any]]]


def apps(name: str = "Star Map", action: str = "look up star", **parameters: bool) -> Apps:
    """An app of one action, with parameters that are required or not."""
    found = manifest_of({"name": name, "appid": f"{name}-1", "app_version": "1.2", "actions": [{
        "action": action, "parameters": {one: {"data_type": "string", "required": required}
                                         for one, required in parameters.items()}, "output": []}]})
    assert found is not None
    return Apps([found])


STARS = apps(star=True, limit=False)


@pytest.fixture
def act(incident: Path, playbook: Any) -> Act:
    """Run one call of ``act``: the run, and what its callback logs (success, parameters by app run, statuses)."""

    def run(arguments: str, **options: Any) -> tuple[Any, list[Any]]:
        lab = Lab(incident, **{"apps": STARS, "generate": True, "maxmind": False, **options})
        done = lab.run(playbook(SOURCE.format(arguments=arguments)))
        return done, [json.loads(one) for one in done.summary().debug]

    return run


def refused(run: Any) -> list[CallRefused]:
    return [one for one in run.journal.events if isinstance(one, CallRefused)]


@pytest.mark.observed
def test_a_call_without_a_required_parameter_leaves_no_result(act: Act):
    """No app run, nothing to collect; the action and the run are failed."""
    run, logged = act('"look up star", parameters=[{"limit": 3}], assets=["star_map"]')
    assert logged == [[False, [], []]]
    assert run.status == "failed"
    assert run.state.action_runs[0].refused == (
        "the required parameter 'star' of 'look up star' (manifest Star Map 1.2) is missing")


@pytest.mark.assumed
@pytest.mark.parametrize("given", ['[{"star": None}]', "None", '[{}]'])
def test_none_is_no_value_of_a_required_parameter(act: Act, given: str):
    """Nor is there one in a call without parameters."""
    run, logged = act(f'"look up star", parameters={given}, assets=["star_map"]')
    assert logged == [[False, [], []]]
    assert [one.names for one in refused(run)] == [["star"]]


@pytest.mark.assumed
@pytest.mark.parametrize("value", ["''", "0", "False", "[]"])
def test_an_empty_value_is_passed_to_the_app(act: Act, value: str):
    """What it makes of it is its own business."""
    run, logged = act(f'"look up star", parameters=[{{"star": {value}}}], assets=["star_map"]')
    assert logged[0][0] is True
    assert refused(run) == []


@pytest.mark.assumed
def test_only_the_parameter_set_that_lacks_something_is_left_out(act: Act):
    """The action succeeds where any set does."""
    run, logged = act('"look up star", parameters=[{"star": "Vega"}, {}, {"star": "Deneb"}], assets=["star_map"]')
    assert logged[0][:2] == [True, [["Vega", "Deneb"]]]
    assert [row["status"] for row in run.summary().receipt] == [
        "carried out", f"not carried out: {refused(run)[0].message}", "carried out"]


@pytest.mark.assumed
@pytest.mark.parametrize("given", [
    {"results": [{"action": "look up star", "data": [{"x": 1}]}]},
    {"scenario": {"outcomes": [{"action": "look up star", "data": [{"x": 1}]}]}},
])
def test_results_that_are_given_do_not_make_up_for_a_required_parameter(act: Act, given: dict[str, Any]):
    """They say nothing of parameters; a platform would never ask for them."""
    run, logged = act('"look up star", parameters=[{}], assets=["star_map"]', generate=False, **given)
    assert logged == [[False, [], []]]
    assert refused(run)[0].kind == "parameter"


@pytest.mark.assumed
@pytest.mark.parametrize("generate", [True, False])
def test_an_action_that_the_app_lacks_is_not_dispatched(act: Act, generate: bool):
    """It is neither made up nor waited for; the callback is called."""
    run, logged = act('"look up stars", parameters=[{"star": "Vega"}], assets=["star_map"]', generate=generate)
    assert logged == [[False, [], []]]
    assert run.status == "failed"
    assert run.state.action_runs[0].refused == (
        "manifest Star Map 1.2 has no action 'look up stars'; closest is 'look up star'")


@pytest.mark.assumed
@pytest.mark.parametrize("given", [
    {"results": [{"action": "look up stars", "data": [{"x": 1}]}]},
    {"scenario": {"outcomes": [{"action": "look up stars", "data": [{"x": 1}]}]}},
])
def test_a_result_that_is_given_for_such_an_action_counts_and_a_hint_tells(act: Act, given: dict[str, Any]):
    """Somebody says that there is such an action: the manifest may be of another version."""
    run, logged = act('"look up stars", parameters=[{"star": "Vega"}], assets=["star_map"]', **given)
    assert logged[0][0] is True
    (hint,) = [one["message"] for one in run.summary().hints]
    assert "on asset 'star_map' would not be dispatched on a platform, and " in hint
    assert "gives a result here: manifest Star Map 1.2 has no action 'look up stars'" in hint
    assert refused(run)[0].answered


@pytest.mark.assumed
def test_of_two_apps_only_the_one_that_has_the_action_runs_it(act: Act):
    """Where no asset is named, the other one is not asked at all (documented); where it is, it is left out."""
    both = Apps([manifest for one in (STARS, apps("Moon Map", "look up moon"))
                 for manifest in one._by_id[next(iter(one._by_id))]])
    assets = [Asset("star_map", App("Star Map")), Asset("moon_map", App("Moon Map"))]
    run, logged = act('"look up star", parameters=[{"star": "Vega"}]', apps=both, assets=assets)
    assert (logged[0][0], refused(run)) == (True, [])
    run, logged = act('"look up star", parameters=[{"star": "Vega"}], assets=["moon_map", "star_map"]', apps=both,
                      assets=assets)
    assert logged[0][:2] == [True, [["Vega"]]]
    assert [one.asset for one in refused(run)] == ["moon_map"]
    run, logged = act('"look up sun", parameters=[{}]', apps=both, assets=assets)
    assert [one.asset for one in refused(run)] == ["star_map", "moon_map"]


@pytest.mark.observed
def test_a_parameter_that_the_action_does_not_have_is_passed_along(act: Act):
    """The SDK's models pass over it, and so do apps that read what they know; public playbooks give some."""
    run, logged = act('"look up star", parameters=[{"star": "Vega", "limt": 3}], assets=["star_map"]')
    assert logged[0][0] is True
    assert run.state.action_runs[0].app_runs[0].results[0].parameter["limt"] == 3
    (hint,) = run.summary().hints
    assert hint["message"] == (
        "act (star_1): 'limt' is no parameter of 'look up star' (manifest Star Map 1.2): an app passes over it; "
        "closest is 'limit'")


@pytest.mark.assumed
def test_an_asset_that_is_configured_with_its_actions_has_them(act: Act):
    """Whoever configured it said so; nothing is made up for one that the manifest lacks all the same."""
    asset = Asset("star_map", App("Star Map", frozenset({"look up stars"})))
    call = '"look up stars", parameters=[{}], assets=["star_map"]'
    run, logged = act(call, assets=[asset], results=[{"action": "look up stars"}])
    assert (logged[0][0], refused(run)) == (True, [])
    assert act(call, assets=[asset])[0].status == "needs_outcome"
    run, _ = act('"look up star", parameters=[{}], assets=["star_map"]', assets=[asset])
    assert run.state.action_runs[0].refused == (
        "no asset supports action 'look up star'; closest is 'look up stars'")


@pytest.mark.assumed
def test_calls_are_not_held_against_declarations_if_an_option_says_so(act: Act):
    """Whoever gives results is asked all the same."""
    option = Options(undeclared_calls="ask")
    for call in ('"look up stars", parameters=[{"star": "Vega"}]', '"look up star", parameters=[{}]'):
        run, logged = act(f'{call}, assets=["star_map"]', options=option)
        assert (logged[0][0], refused(run)) == (True, [])


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "told"), [
    ('"get finding or investigation", parameters=[{}]',
     ("the required parameter 'id' of 'get finding or investigation' (the built-in Enterprise Security connector) is "
      "missing")),
    ('"get findings", parameters=[{}]',
     "the built-in Enterprise Security connector has no action 'get findings'; closest is 'list findings'"),
])
def test_the_built_in_connector_is_held_to_its_own_declaration(act: Act, call: str, told: str):
    """Without any manifest."""
    run, logged = act(f'{call}, assets=["builtin_mc_connector"]', apps=None)
    assert logged == [[False, [], []]]
    assert run.state.action_runs[0].refused == told


@pytest.mark.assumed
def test_an_action_of_an_unknown_app_that_is_nearly_a_known_one_is_hinted_at(act: Act):
    """Where nobody says what app an asset is of; it runs all the same."""
    run, logged = act('"look up stars", parameters=[{}], assets=["sky"]')
    assert (logged[0][0], refused(run)) == (True, [])
    assert [one["message"] for one in run.summary().hints] == [
        "act (star_1): no app at hand has an action 'look up stars'; closest is 'look up star' (manifest Star Map 1.2)"]
    for call in ('"look up stars", assets=["sky"], app={"name": "Sky"}', '"look up", assets=["sky"]'):
        assert act(call)[0].summary().hints == []


@pytest.mark.assumed
def test_what_is_told_of_hostile_names_is_short(act: Act):
    """Of very many parameters, and of very long ones."""
    run, _ = act('"look up star", parameters=[{"star": 1, **{str(n) + "x" * 10**5: 1 for n in range(30)}}], '
                 'assets=["star_map"]')
    hints = [one["message"] for one in run.summary().hints]
    assert (len(hints), max(map(len, hints)) < 200) == (21, True)
    run, _ = act('"look up star" * 10**5, parameters=[{}], assets=["star_map"]')
    assert len(run.state.action_runs[0].refused) < 200


@pytest.mark.assumed
def test_people_are_not_held_against_anything(incident: Path, playbook: Any):
    """A prompt is no action of the app that is called Phantom."""
    lab = Lab(incident, apps=apps("Phantom", "list users"), results=[{"action": "prompt", "responses": ["Yes"]}])
    asked = lab.run(playbook("""
def on_start(container):
    phantom.prompt2(container=container, user="admin", message="?", name="ask_1", response_types=[{"prompt": "?"}])
"""))
    assert (asked.status, refused(asked)) == ("success", [])
