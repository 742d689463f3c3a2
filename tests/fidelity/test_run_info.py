"""What a run can learn of itself: its playbook, its parent, its user, its container."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab, Playbook
from tests.table import tabled

CASE = {"container": {"id": 7, "name": "Case", "label": "phishing", "data": {"raw_email": "From: é", "n": [1]}},
        "artifacts": [{"id": 1}, {"id": 2}]}


@pytest.fixture
def told(value):
    """What an expression gives in a playbook on `CASE`."""
    return lambda expression, **options: value(expression, **{"container": CASE, **options})


@pytest.mark.documented
def test_playbook_info_is_a_list_of_one_dict(told):
    """Id, name, repository, run, parent run and effective user."""
    (info,) = told("phantom.get_playbook_info()")
    assert info == {"id": info["id"], "name": "sample", "repo_name": "local", "run_id": info["run_id"],
                    "parent_playbook_run_id": 0, "effective_user_id": 1}
    assert isinstance(info["id"], int)
    assert isinstance(info["run_id"], int)


@pytest.mark.observed
def test_current_playbook_info_is_the_same(told):
    """Public code reads `[0]['effective_user_id']`."""
    assert told("phantom.get_current_playbook_info() == phantom.get_playbook_info()") is True


@pytest.mark.assumed
@tabled(("arguments", "found"), [
    ("playbook_name='sample'", ["sample"]), ("playbook_name='local/sample'", ["sample"]),
    ("playbook_name='sample', playbook_repo='local'", ["sample"]), ("playbook_name='other'", []),
    ("playbook_repo='community'", []), ("playbook_id=phantom.get_playbook_info()[0]['id']", ["sample"]),
    ("playbook_id=99", []), ("playbook_id='x'", []),
])
def test_another_playbook_is_found_only_where_it_runs(told, arguments, found):
    """By id, name or repository."""
    assert told(f"[one['name'] for one in phantom.get_playbook_info({arguments})]") == found


@pytest.mark.observed
def test_the_effective_user_is_a_number(told):
    """Callers look it up as `ph_user/<id>`."""
    assert told("phantom.get_effective_user()") == 1
    assert told("phantom.get_playbook_info()[0]['effective_user_id'] == phantom.get_effective_user()") is True


@pytest.mark.documented
def test_the_current_container_is_told_by_its_id(told):
    """As an integer."""
    assert told("phantom.get_current_container_id_()") == 7


@pytest.mark.assumed
@tabled(("expression", "found"), [
    ("phantom.get_current_container_label_()", "phishing"),
    ("phantom.get_playbook_run_id_() == phantom.get_playbook_info()[0]['run_id']", True),
    ("phantom.get_playbook_run_id_() == container['current_rule_run_id']", True),
    ("phantom.get_parent_playbook_run_id()", 0),
])
def test_label_run_and_parent(told, expression, found):
    """No parent is 0."""
    assert told(expression) == found


@pytest.mark.assumed
@pytest.mark.parametrize(("scope", "told_scope", "ids"), [("new", "new", []), ("all", "all", []), ([2], [2], [2])])
def test_the_scope_of_the_run(told, scope, told_scope, ids):
    """And the artifacts it names."""
    assert told("[phantom.get_playbook_scope_(), phantom.get_playbook_scope_artifacts_()]", scope=scope) == [
        told_scope, ids]


@pytest.mark.observed
@tabled("container", ["container", "7", "'7'", "None"])
def test_raw_data_are_the_containers_data_as_json_text(told, container):
    """Callers decode it."""
    text = told(f"phantom.get_raw_data({container})")
    assert isinstance(text, str)
    assert json.loads(text) == {"raw_email": "From: é", "n": [1]}


@pytest.mark.assumed
@pytest.mark.parametrize(("container", "found"), [("99", None), ("{'id': 99}", None)])
def test_an_unknown_container_has_no_raw_data(told, container, found):
    """None."""
    assert told(f"phantom.get_raw_data({container})") is found


@pytest.mark.documented
def test_the_summary_is_a_dict_and_usable_at_any_time():
    """In a block it tells what has completed so far."""
    lab = Lab(CASE)
    lab.action("look up")(lambda parameter: [{"v": 1}])
    run = lab.run(Playbook.from_source("""
import json
import phantom.rules as phantom
def on_start(container):
    phantom.debug(json.dumps(phantom.get_summary()))
    phantom.act("look up", assets=["a"], parameters=[{"n": 1}, {"n": 2}], name="look_1", callback=done)

def done(**kwargs):
    found = phantom.get_summary()
    found["result"][0]["name"] = "changed"
    phantom.debug(json.dumps(phantom.get_summary(playbook_run_id=0)))
""", name="book"))
    before, after = map(json.loads, run.summary().debug)
    assert (before["playbook"], before["status"], before["result"]) == ("local/book", "success", [])
    (one,) = after["result"]
    assert (one["name"], one["action"], one["status"]) == ("look_1", "look up", "success")
    assert [app_run["parameter"]["n"] for app_run in one["app_runs"]] == [1, 2]


@pytest.mark.assumed
@tabled(("call", "message"), [
    ("get_playbook_info(playbook_id=[1])", "get_playbook_info: playbook_id must be a number, not list"),
    ("get_playbook_info(playbook_name=5)", "get_playbook_info: playbook_name must be a text, not int"),
    ("get_playbook_info(playbook_repo={})", "get_playbook_info: playbook_repo must be a text, not dict"),
    ("get_raw_data([1])", "get_raw_data: container must be a container or its id, not list"),
])
def test_a_wrong_argument_is_one_clear_error(block, call, message):
    """It names the function and the argument."""
    run = block(f"phantom.{call}")
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {message}")
