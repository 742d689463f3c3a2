"""`phantom.act` at its edges: assets nobody configured, odd parameters, names left out."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab
from phantom_lab.model import Options
from tests.table import tabled

SOURCE = """
def on_start(container):
    phantom.act({arguments})

def done(action=None, success=None, results=None, **kwargs):
    phantom.debug([success, [[one["asset"], len(one["action_results"])] for one in results], action["name"]])
"""


COUNTING = """
def on_start(container):
    phantom.act("list things", parameters=[], assets=["lister"], name="list_1", callback=done)

def done(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug(sum(len(run["action_results"]) for run in results))
"""


@pytest.fixture
def act(incident, playbook):
    """Run one `act` call; its callback logs `[success, [[asset, results], …], name]`."""

    def run(arguments, **options):
        lab = Lab(incident, results=[{"action": "look up"}], **options)
        return lab.run(playbook(SOURCE.format(arguments=arguments)))

    return run


@pytest.mark.assumed
def test_an_asset_that_nobody_configured_is_assumed_with_a_note(act):
    """A playbook's own asset names work at once; the lab says so, once per asset."""
    run = act('"look up", assets=["new", "new two"], name="look_1", callback=done')
    assert run.summary().debug == ["[True, [['new', 1], ['new two', 1]], 'look_1']"]
    assert run.summary().notes == [f"asset '{name}' is not configured: it is assumed to exist, with app {name}"
                                   for name in ("new", "new two")]


@pytest.mark.assumed
def test_an_action_without_any_asset_gets_an_assumed_one(act):
    """Where no configured asset supports the action and none is named, one is assumed, with a note."""
    run = act('"look up", name="look_1", callback=done', assets=[{"name": "x", "actions": ["other"]}])
    assert run.summary().debug == ["[True, [[\"any asset for 'look up'\", 1]], 'look_1']"]
    assert run.summary().notes == ["action 'look up' names no asset and none is configured for it: one is assumed"]


@pytest.mark.assumed
def test_a_strict_lab_refuses_unknown_assets(act):
    """The block ends with an error that names the asset and those there are."""
    run = act('"look up", assets=["new"], name="look_1", callback=done', assets=["a", "b"], strict_assets=True)
    assert run.status == "error"
    assert run.summary().message == ("AssetNotConfiguredError: action 'look up': asset 'new' is not configured. "
                                     "Configured are: a, b. (block on_start, sample:4)")
    assert run.summary().debug == []


@pytest.mark.observed
@pytest.mark.parametrize("arguments", ['"look up", name="look_1", callback=done',
                                       '"look up", assets=["x"], tags=["no"], name="look_1", callback=done'])
def test_an_action_that_no_asset_can_run_is_refused(act, arguments):
    """No app run, no result row; action and run have failed, the callback is called all the same."""
    run = act(arguments, assets=[{"name": "x", "actions": ["other"]}], strict_assets=True)
    assert run.summary().debug == ["[False, [], 'look_1']"]
    assert run.status == "failed"
    assert run.summary().message == "action 'look_1' failed: no asset supports action 'look up'"


@pytest.mark.assumed
@tabled(("parameters", "results"), [
    ("None", [["a", 1]]), ("[]", []), ("[{}]", [["a", 1]]), ("({}, {})", [["a", 2]]),
])
def test_parameters_may_be_left_out(act, parameters, results):
    """None runs the action once without parameters; an empty list runs nothing, and calls back."""
    run = act(f'"look up", parameters={parameters}, assets=["a"], name="look_1", callback=done')
    assert run.summary().debug == [f"[True, {results}, 'look_1']"]
    assert run.status == "success"


@pytest.mark.observed
@pytest.mark.parametrize(("parameters", "option", "calls"), [
    ({}, "declared", 1), ({"limit": {"data_type": "numeric"}}, "declared", 1),
    ({"ip": {"data_type": "string", "required": True}}, "declared", 0), (None, "declared", 0), ({}, "none", 0),
    (None, "once", 1),
])
def test_an_empty_list_runs_an_action_that_requires_no_parameter(tmp_path, playbook, parameters, option, calls):
    """Published playbooks pass an empty list to actions without parameters, and read what came back."""
    if parameters is not None:
        (tmp_path / "app.json").write_text(json.dumps({"appid": "a-b", "name": "Lister", "actions": [
            {"action": "list things", "parameters": parameters, "output": []}]}))
    lab = Lab({"name": "x"}, assets=[{"name": "lister", "app": "Lister"}], generate=True,
              apps=tmp_path / "app.json" if parameters is not None else None, options=Options(empty_parameters=option))
    run = lab.run(playbook(COUNTING))
    assert (run.status, run.summary().debug[-1]) == ("success", str(calls))


@pytest.mark.observed
@pytest.mark.parametrize(("required", "calls"), [([], 1), ([{"field": "ip", "data_type": "string"}], 0), (None, 0)])
def test_an_export_tells_as_well_that_an_action_requires_no_parameter(tmp_path, required, calls):
    """The editor writes into each block which parameters its app requires: no manifest is needed."""
    (tmp_path / "flow.py").write_text(f"import phantom.rules as phantom\n{COUNTING}")
    told = {} if required is None else {"requiredParameters": required}
    node = {"type": "action", "data": {"functionName": "list_1", "connector": "Lister", **told}}
    (tmp_path / "flow.json").write_text(json.dumps({"coa": {"data": {"nodes": {"1": node}}}}))
    run = Lab({"name": "x"}, assets=["lister"], generate=True).run(tmp_path / "flow.py")
    assert (run.status, run.summary().debug[-1]) == ("success", str(calls))


@pytest.mark.assumed
@tabled(("arguments", "told"), [
    ('"look up", parameters={"ip": "1.1.1.1"}',
     "act 'look up': parameters must be a list of dicts, not dict. Give [{\"ip\": \"1.1.1.1\"}]."),
    ('"look up", parameters="1.1.1.1"',
     "act 'look up': parameters must be a list of dicts, not str. Give [{\"ip\": \"1.1.1.1\"}]."),
    ('"look up", parameters=[{}, "x"]',
     "act 'look up': parameters must be a list of dicts, not a list holding str. Give [{\"ip\": \"1.1.1.1\"}]."),
    ('"look up", parameters=[{"x": {1}}]',
     ("act 'look up': parameters are not JSON: Object of type set is not JSON serializable. "
      "Give texts, numbers, booleans, lists and dicts only.")),
    ('"look up", handle={1}', "act 'look up': handle is not JSON: Object of type set is not JSON serializable"),
    ("", "act: action must be the name of an action, not None"),
    ('" "', "act: action must be the name of an action, not ' '"),
    ('"look up", callback="done"',
     "act: callback must be a function, not str. Pass the function itself, not its name or its result."),
])
def test_a_wrong_argument_ends_the_block_and_says_what_is_wrong(act, arguments, told):
    """Nothing is queued, the run's status is `error`, and its message tells the block and the line."""
    run = act(arguments)
    assert run.status == "error"
    assert run.summary().message == f"PlaybookArgumentError: {told} (block on_start, sample:4)"
    assert run.summary().action_runs == []


@pytest.mark.assumed
def test_an_action_without_a_name_is_named_after_the_action_with_a_counter(lab, playbook):
    """Such a name can be used in datapaths like a given one."""
    lab.action("look up")(lambda parameter: [])
    run = lab.run(playbook("""
def on_start(container):
    phantom.act("look up", assets=["a"])
    phantom.act("look up", assets=["a"], parameters=[{"n": 2}], callback=done)

def done(action, results, container, **kwargs):
    phantom.debug(phantom.collect2(container=container, datapath=["look_up_2:action_result.parameter.n"]))
"""))
    assert [one["name"] for one in run.summary().action_runs] == ["look_up_1", "look_up_2"]
    assert run.summary().debug == ["[[2]]"]


@pytest.mark.assumed
def test_the_latest_run_of_a_name_is_what_datapaths_read(lab, playbook):
    """A name used again is not completed until its second run is, and then shadows the first."""
    lab.action("look up")(lambda parameter, number: [{"n": number}])
    run = lab.run(playbook("""
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1", callback=again)

def again(container, **kwargs):
    phantom.act("look up", assets=["a"], name="look_1", callback=done)
    phantom.debug(phantom.completed(action_names=["look_1"]))

def done(container, **kwargs):
    phantom.debug(phantom.collect2(container=container, datapath=["look_1:action_result.data.*.n"]))
"""))
    assert run.summary().debug == ["False", "[[2]]"]
