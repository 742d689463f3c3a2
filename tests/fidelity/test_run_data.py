"""Run data, joins, summaries of results, outputs and logging."""

from __future__ import annotations

import pytest

from tests.table import tabled


@pytest.mark.observed
def test_run_data_are_the_runs_own(lab, playbook):
    """What one block saves another reads; a new run starts without."""
    source = playbook("""
def on_start(container):
    phantom.debug(repr(phantom.get_run_data(key="k")))
    phantom.save_run_data(key="k", value="v")

def on_finish(container, summary):
    phantom.debug(repr(phantom.get_run_data(key="k")))
""")
    for _ in range(2):
        assert lab.run(source).summary().debug == ["''", "'v'"]


@pytest.mark.observed
@tabled("given", ["text", "", '{"a": 1}', 5, [1, 2], {"a": None}, None, False])
def test_run_data_come_back_as_they_were_saved(value, given):
    """Texts unchanged, other values too."""
    setup = f"phantom.save_run_data(value={given!r}, key='k', auto=True)"
    assert value("phantom.get_run_data(key='k')", setup=setup) == given


@pytest.mark.observed
def test_missing_run_data_are_the_empty_text(value):
    """Generated code asks `!= ""`."""
    assert value("phantom.get_run_data(key='never')") == ""


@pytest.mark.documented
def test_run_data_without_a_key_are_all_of_them_as_one_text(value):
    """Every key stands in it."""
    setup = "phantom.save_run_data(key='one', value='1')\nphantom.save_run_data(key='two', value='2')"
    text = value("phantom.get_run_data()", setup=setup)
    assert isinstance(text, str)
    assert {"one", "two"} <= {word for word in text.split('"') if word.isalpha()}


@pytest.mark.assumed
def test_run_data_without_a_key_get_one(value):
    """The call returns it."""
    assert value("phantom.get_run_data(key=key)", setup="key = phantom.save_run_data(value='v')") == "v"


JOIN = """
def on_start(container):
    for name in ("one", "two"):
        phantom.act("look up", parameters=[{{"n": name}}], assets=["a"], name=name, callback=join_end)

def join_end(container=None, handle=None, **kwargs):
    {guard}
    if phantom.completed(action_names=["one", "two"]):
        phantom.save_run_data(key="join_end_called", value="end")
        end(container=container)

def end(container=None, **kwargs):
    phantom.debug("end")
"""


@pytest.mark.observed
@pytest.mark.parametrize("guard", ["pass", 'if phantom.get_run_data(key="join_end_called"):\n        return'])
def test_a_join_runs_its_block_once(lab, playbook, guard):
    """With and without the guard of generated code; a failed action counts as completed."""
    lab.action("look up")(lambda parameter: {"status": "failed" if parameter["n"] == "one" else "success"})
    assert lab.run(playbook(JOIN.format(guard=guard))).summary().debug == ["end"]


@pytest.mark.observed
@tabled(("arguments", "done"), [
    ("action_names=['look_1']", True), ("['look_1']", True), ("action_names='look_1'", True),
    ("action_names=['look_1'], playbook_names=[], custom_function_names=None", True),
    ("action_names=['look_1', 'never']", False), ("action_names=['look_1'], playbook_names=['never']", False),
    ("custom_function_names=['never']", False), ("", True), ("action_names=[]", True),
])
def test_completed_wants_every_name_finished(value, arguments, done):
    """A name that never started is not; nothing asked is true."""
    assert value(f"phantom.completed({arguments})", answers=[{}]) is done


@pytest.mark.assumed
@tabled(("results", "errors"), [
    ("results", [{"asset": "sample", "parameter": 1, "status": "failed", "message": "no"}]),
    ("[{'asset': None, 'status': 'failed', 'message': 'fatal error'}]",
     [{"asset": None, "parameter": None, "status": "failed", "message": "fatal error"}]),
    ("[]", []), ("None", []),
])
def test_parse_errors_tells_each_failed_parameter_set(value, results, errors):
    """Per asset and parameter set; an app run without results is told as a whole."""
    answers = [{"data": [1]}, {"status": "failed", "message": "no"}, {"data": [2, 3]}]
    found = value(f"phantom.parse_errors({results})", answers=answers)
    told = [{**one, "parameter": one["parameter"] and one["parameter"]["item"]} for one in found]
    assert told == errors


@pytest.mark.observed
@pytest.mark.parametrize(("results", "items"), [
    ("results", [1, 2, 3]), ("[{'action_results': [{'data': ['a']}, {'data': []}]}, {}]", ["a"]), ("[]", []),
])
def test_parse_success_gives_every_data_item_of_what_succeeded(value, results, items):
    """One flat list; app runs without results contribute nothing."""
    answers = [{"data": [1]}, {"status": "failed", "data": [9]}, {"data": [2, 3]}]
    assert value(f"phantom.parse_success({results})", answers=answers) == items


@pytest.mark.observed
@tabled("function", ["debug", "error"])
@tabled(("given", "line"), [
    ("'text'", "text"), ("None", "None"), ("5", "5"), ("{'a': [1]}", "{'a': [1]}"), ("['é', 2]", "['é', 2]"),
])
def test_anything_can_be_logged(lab, playbook, function, given, line):
    """`debug` and `error` write text and leave the status alone."""
    run = lab.run(playbook(f"def on_start(container):\n    phantom.{function}({given})\n"))
    assert run.summary().debug == [line]
    assert run.status == "success"


@pytest.mark.observed
def test_outputs_are_saved_in_on_finish_and_the_last_ones_count(lab, playbook):
    """A later call overwrites."""
    run = lab.run(playbook("""
def on_start(container):
    pass

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"a": [1], "b": 2})
    phantom.save_playbook_output_data(output={"a": (3, None)})
"""))
    assert run.summary().outputs == {"a": [3, None]}


@pytest.mark.observed
def test_outputs_cannot_be_saved_earlier(block):
    """Outside of on_finish the platform raises RuntimeError."""
    run = block("phantom.save_playbook_output_data(output={'a': 1})")
    assert run.status == "error"
    assert run.summary().message.startswith("RuntimeError: ")
    assert 'only allowed within the "on_finish"' in run.summary().message
    assert run.summary().outputs is None
