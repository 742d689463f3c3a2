"""`phantom.act`: from one call to results and one callback."""

from __future__ import annotations

import json
import re

import pytest

from phantom_lab import Lab
from tests.table import tabled

ONE = """
import json

def on_start(container):
    phantom.act("look up", {arguments}, callback=done)

def done(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug(json.dumps({{"action": action, "success": success, "results": results, "handle": handle}}))
"""
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture
def act(incident, playbook):
    """Run one `act` call; what its callback got, one entry per time it was called, and the run."""

    def run(arguments, *, results=({"action": "look up"},), **options):
        ended = Lab(incident, results=list(results), **options).run(playbook(ONE.format(arguments=arguments)))
        return [json.loads(line) for line in ended.summary().debug], ended

    return run


def answer(asset, item, status="success", message="told"):
    """What one item comes back with on one asset."""
    return {"action": "look up", "asset": asset, "parameter": {"item": item}, "status": status, "message": message}


@pytest.mark.documented
def test_an_action_runs_on_every_asset_with_every_parameter_set_and_calls_back_once(act):
    """One element of `results` per asset, in it one action result per parameter set, in the given order."""
    (got,), run = act('parameters=[{"item": n} for n in range(3)], assets=["a", "b"], name="look_1"')
    found = [(one["asset"], [result["parameter"]["item"] for result in one["action_results"]])
             for one in got["results"]]
    assert found == [("a", [0, 1, 2]), ("b", [0, 1, 2])]
    assert run.status == "success"


@pytest.mark.documented
def test_the_shapes_of_action_and_results(act):
    """The keys of a callback's `action` and of `results`, down to one action result."""
    given = {"action": "look up", "summary": {"n": 1}, "data": [{"x": 1}], "message": "told"}
    (got,), _ = act('parameters=[{"item": 7}], assets=["a"], name="look_1"', results=[given])
    assert got["action"] == {"action_run_id": got["results"][0]["action_run_id"], "action_name": "look up",
                             "action": "look up", "name": "look_1"}
    assert got["success"] is True
    (app_run,) = got["results"]
    assert app_run.keys() == {"name", "action", "action_run_id", "app", "app_id", "app_run_id", "asset", "asset_id",
                              "status", "message", "summary", "action_results"}
    assert app_run["summary"] == {"total_objects": 1, "total_objects_successful": 1}
    assert (app_run["name"], app_run["action"], app_run["asset"], app_run["app"]) == ("look_1", "look up", "a", "a")
    assert all(isinstance(app_run[key], int) for key in ("action_run_id", "app_id", "app_run_id", "asset_id"))
    (result,) = app_run["action_results"]
    assert result.pop("parameter")["item"] == 7
    assert result == {"status": "success", "message": "told", "data": [{"x": 1}], "summary": {"n": 1}}


@pytest.mark.documented
@tabled(("failing", "success", "status", "statuses", "good"), [
    ([], True, "success", ["success", "success"], [2, 2]),
    ([("a", 0)], True, "success", ["success", "success"], [1, 2]),
    ([("a", 0), ("a", 1)], True, "success", ["failed", "success"], [0, 2]),
    ([("a", 0), ("a", 1), ("b", 0)], True, "success", ["failed", "success"], [0, 1]),
    ([("a", 0), ("a", 1), ("b", 0), ("b", 1)], False, "failed", ["failed", "failed"], [0, 0]),
])
def test_an_action_fails_only_if_everything_failed(act, failing, success, status, statuses, good):
    """`success` is False only if every parameter set failed on every asset; then the run has failed, too."""
    results = [answer(asset, item, "failed" if (asset, item) in failing else "success")
               for asset in "ab" for item in (0, 1)]
    (got,), run = act('parameters=[{"item": 0}, {"item": 1}], assets=["a", "b"]', results=results)
    assert got["success"] is success
    assert [one["status"] for one in got["results"]] == statuses
    assert [one["summary"] for one in got["results"]] == [
        {"total_objects": 2, "total_objects_successful": number} for number in good]
    assert run.status == status


@pytest.mark.observed
def test_the_message_of_an_app_run_tells_every_parameter_set(act):
    """Count first, then each set as compact JSON with sorted keys, and its message in double quotes."""
    arguments = 'parameters=[{"item": 1, "z": "é", "b": [1, 2]}], assets=["a"], name="look_1"'
    (got,), _ = act(arguments, results=[answer("a", 1)])
    assert got["results"][0]["message"] == (
        "'look_1' on asset 'a': 1 action succeeded. "
        '(1)For Parameter: {"b":[1,2],"item":1,"z":"é"} Message: "told"')


@pytest.mark.assumed
@pytest.mark.parametrize(("statuses", "head", "run_message"), [
    (["success", "success"], "2 actions succeeded.", "2 actions succeeded"),
    (["failed"], "1 action failed.", "1 action failed"),
    (["success", "failed", "failed"], "1 action succeeded. 2 actions failed.", "1 action succeeded. 2 actions failed"),
])
def test_messages_count_successes_and_failures(act, statuses, head, run_message):
    """Plural and failed forms; the action run's own message counts over all its assets."""
    results = [answer("a", n, status, f"m{n}") for n, status in enumerate(statuses)]
    sets = [{"item": n} for n in range(len(statuses))]
    (got,), run = act(f'parameters={sets}, assets=["a"], name="look_1"', results=results)
    parts = [f'({n + 1})For Parameter: {{"item":{n}}} Message: "m{n}"' for n in range(len(statuses))]
    assert got["results"][0]["message"] == " ".join([f"'look_1' on asset 'a': {head}", *parts])
    assert run.summary().action_runs[0]["message"] == run_message


@pytest.mark.observed
def test_the_engine_writes_a_context_into_every_parameter_set(act):
    """Without one of the caller's: artifact id 0, a fresh GUID, no parent action run."""
    (got,), _ = act('parameters=[{"item": 0}, {"item": 1}], assets=["a"]')
    contexts = [result["parameter"]["context"] for result in got["results"][0]["action_results"]]
    for context in contexts:
        assert context == {"artifact_id": 0, "guid": context["guid"], "parent_action_run": []}
        assert GUID.fullmatch(context["guid"])
    assert contexts[0]["guid"] != contexts[1]["guid"]


@pytest.mark.documented
def test_the_callers_context_is_kept_and_the_parent_action_is_added(act):
    """What the caller put into `context` comes back, with `parent_action_run` where `parent_action` was given."""
    (got,), _ = act('parameters=[{"item": 0, "context": {"artifact_id": 4, "own": "x"}}], assets=["a"], '
                    'parent_action={"action_run_id": 9}')
    context = got["results"][0]["action_results"][0]["parameter"]["context"]
    assert (context["artifact_id"], context["own"], context["parent_action_run"]) == (4, "x", [{"action_run_id": 9}])
    assert GUID.fullmatch(context["guid"])


@pytest.mark.observed
@tabled(("handle", "arrives"), [
    ('"text"', "text"), ('{"a": [1, (2, 3)]}', {"a": [1, [2, 3]]}), ("None", None), ("0", 0), ("[]", []),
])
def test_the_handle_arrives_as_json_gives_it(act, handle, arrives):
    """Any value that survives JSON; without one the callback gets None."""
    (got,), _ = act(f'assets=["a"], handle={handle}')
    assert got["handle"] == arrives


@pytest.mark.observed
def test_the_handle_is_a_copy_made_by_the_call(lab, playbook):
    """Changing the object afterwards, or the parameters, changes nothing."""
    lab.action("look up")(lambda parameter: [{"seen": parameter["item"]}])
    run = lab.run(playbook("""
def on_start(container):
    handle, sets = {"n": 1}, [{"item": "before"}]
    phantom.act("look up", parameters=sets, assets=["a"], handle=handle, callback=done)
    handle["n"] = 2
    sets[0]["item"] = "after"

def done(results, handle, **kwargs):
    phantom.debug(handle)
    phantom.debug(results[0]["action_results"][0]["data"])
"""))
    assert run.summary().debug == ["{'n': 1}", "[{'seen': 'before'}]"]


@pytest.mark.observed
def test_without_a_callback_the_branch_ends_there(lab, playbook):
    """The action runs, nobody is called, on_finish follows."""
    lab.action("look up")(lambda parameter: [])
    run = lab.run(playbook("""
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1")

def on_finish(container, summary):
    phantom.debug(phantom.completed(action_names=["look_1"]))
"""))
    assert [one["block"] for one in run.summary().invocations] == ["on_start", "on_finish"]
    assert run.summary().debug == ["True"]


@pytest.mark.observed
def test_several_acts_are_pending_together_and_none_completes_before_its_block_returned(lab, playbook):
    """Callbacks run one after the other, each when its own action counts as completed and later ones do not yet."""
    lab.action("look up")(lambda parameter: [])
    run = lab.run(playbook("""
def on_start(container):
    for name in ("one", "two", "three"):
        phantom.act("look up", assets=["a"], name=name, callback=done)
        phantom.debug([name, phantom.completed(action_names=[name])])
    phantom.debug("returns")

def done(action, **kwargs):
    phantom.debug([action["name"], [n for n in ("one", "two", "three") if phantom.completed(action_names=[n])]])
"""))
    assert run.summary().debug == [
        "['one', False]", "['two', False]", "['three', False]", "returns", "['one', ['one']]",
        "['two', ['one', 'two']]", "['three', ['one', 'two', 'three']]"]


ASSETS = [{"name": "a", "app": "LDAP", "actions": ["look up"], "tags": ["prod"], "type": "directory"},
          {"name": "b", "app": "LDAP", "actions": ["Look Up"], "tags": ["test"], "type": "directory"},
          {"name": "c", "app": "WHOIS", "actions": ["look up"], "tags": ["prod", "eu"], "type": "information"},
          {"name": "d", "app": "Mail", "actions": ["send email"], "tags": ["prod"]}]


@pytest.mark.documented
@tabled(("arguments", "assets"), [
    ("parameters=[{}]", "abc"), ('app={"name": "ldap"}', "ab"), ('app="LDAP"', "ab"), ('app="ldap", tags="test"', "b"),
    ('app=None', "abc"), ('app="WHOIS", assets=["a", "c"]', "c"), ('app={"name": "LDAP"}, tags=["prod"]', "a"),
    ('tags=["prod"]', "ac"), ('tags="eu"', "c"), ('asset_type="directory"', "ab"),
    ('asset_type=["directory", "information"]', "abc"), ('assets=["a", "c"], tags=["eu"]', "c"),
    ('assets=["b", "a"]', "ba"), ('assets=["d", "a"]', "a"),
])
def test_assets_are_chosen_by_name_app_tag_and_type(act, arguments, assets):
    """No asset named means every one whose app supports the action; several restrictions intersect."""
    (got,), _ = act(arguments, assets=ASSETS)
    assert [one["asset"] for one in got["results"]] == list(assets)
    apps = {asset["name"]: asset["app"] for asset in ASSETS}
    assert [one["app"] for one in got["results"]] == [apps[one["asset"]] for one in got["results"]]
