"""Container calls, run data, joins and logging."""

from __future__ import annotations

import json

import pytest

WRITES = {"set_status": ("status", "Closed", "closed"), "set_severity": ("severity", "HIGH", "high")}


@pytest.mark.observed
@pytest.mark.parametrize("given", ["1", "'1'", "{'id': 1}", "container"])
def test_get_container_gives_the_container_as_it_is_now(value, given):
    """By number, digits or container dict; a write of this run shows, an old copy stays old."""
    setup = f"""
        phantom.set_status(container=container, status="open")
        now = phantom.get_container({given})
    """
    assert value("[now['status'], container['status'], sorted(now) == sorted(container)]", setup=setup) == [
        "open", "new", True]


@pytest.mark.assumed
@pytest.mark.parametrize("given", ["99", "'x'", "{'id': 99}"])
def test_an_unknown_container_is_none(value, given):
    """Nothing is raised."""
    assert value(f"phantom.get_container({given})") is None


@pytest.mark.observed
@pytest.mark.parametrize("function", WRITES)
@pytest.mark.parametrize("given", ["container", "1", "'1'", "{'id': 1}", "None"])
def test_status_and_severity_are_set_whatever_the_case(block, function, given):
    """The call returns (True, message); the change stands in the run's summary with the value before."""
    field, written, stored = WRITES[function]
    run = block(f"phantom.{function}(container={given}, {field}={written!r})", setup="""
        phantom.debug(phantom.get_container(1)["name"])
    """)
    success, message = json.loads(run.summary().debug[-1])
    assert success is True
    assert isinstance(message, str)
    before = {"status": "new", "severity": "low"}[field]
    assert run.summary().changes == [{"object": "container", "id": 1, "field": field, "before": before,
                                      "after": stored, "block": "after"}]


@pytest.mark.observed
@pytest.mark.parametrize("function", WRITES)
@pytest.mark.parametrize(("given", "name"), [("99", "'new'"), ("{'id': 99}", "'new'"), ("container", "None"),
                                            ("container", "''"), ("container", "5")])
def test_a_write_that_is_impossible_returns_false(block, function, given, name):
    """An unknown container or no name at all gives (False, reason), changes nothing and raises nothing."""
    run = block(f"phantom.{function}(container={given}, {WRITES[function][0]}={name})")
    success, message = json.loads(run.summary().debug[-1])
    assert success is False
    assert message
    assert run.summary().changes == []
    assert run.status == "success"


@pytest.mark.assumed
@pytest.mark.parametrize("function", WRITES)
def test_a_name_that_is_not_built_in_is_taken_to_be_configured(block, function):
    """Custom names keep their case; the lab says so."""
    field = WRITES[function][0]
    run = block(f"phantom.{function}(container=container, {field}='In Review')")
    assert json.loads(run.summary().debug[-1])[0] is True
    assert run.summary().changes[0]["after"] == "In Review"
    assert f"{field} 'In Review' is not built in: it is assumed to be configured" in run.summary().notes


@pytest.mark.observed
@pytest.mark.parametrize(("arguments", "kind"), [
    ("note_type='general'", "general"), ("note_type='General', note_format='markdown'", "general"), ("", "general"),
    ("note_type='artifact', artifact_id=2", "artifact"), ("note_type='TASK', task_id=3", "task"),
])
def test_add_note_returns_the_id_of_the_note(block, arguments, kind):
    """(True, message, note id); the note is a change of the run with all that was given."""
    run = block(f"phantom.add_note(container=container, title='T', content='C', {arguments})")
    success, message, note_id = json.loads(run.summary().debug[-1])
    assert (success, type(message), type(note_id)) == (True, str, int)
    (change,) = run.summary().changes
    assert (change["object"], change["id"], change["before"], change["block"]) == ("note", note_id, None, "after")
    note = change["after"]
    assert (note["title"], note["content"], note["container"], note["note_type"]) == ("T", "C", 1, kind)
    assert note["note_format"] == ("markdown" if "markdown" in arguments else "html")
    assert (note["artifact_id"], note["task_id"]) == (2 if kind == "artifact" else None, 3 if kind == "task" else None)


@pytest.mark.observed
@pytest.mark.parametrize("arguments", [
    "container=99", "container=container, note_type='other'", "container=container, note_type='artifact'",
    "container=container, note_type='task'",
])
def test_a_note_without_a_place_is_not_added(block, arguments):
    """An unknown container or type, or an artifact or task note without its id, gives (False, reason, None)."""
    run = block(f"phantom.add_note({arguments}, title='T', content='C')")
    success, message, note_id = json.loads(run.summary().debug[-1])
    assert (success, note_id) == (False, None)
    assert message
    assert run.summary().changes == []


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
@pytest.mark.parametrize("given", ["text", "", '{"a": 1}', 5, [1, 2], {"a": None}, None, False])
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
@pytest.mark.parametrize(("arguments", "done"), [
    ("action_names=['look_1']", True), ("['look_1']", True), ("action_names='look_1'", True),
    ("action_names=['look_1'], playbook_names=[], custom_function_names=None", True),
    ("action_names=['look_1', 'never']", False), ("action_names=['look_1'], playbook_names=['never']", False),
    ("custom_function_names=['never']", False), ("", True), ("action_names=[]", True),
])
def test_completed_wants_every_name_finished(value, arguments, done):
    """A name that never started is not; nothing asked is true."""
    assert value(f"phantom.completed({arguments})", answers=[{}]) is done


@pytest.mark.assumed
@pytest.mark.parametrize(("results", "errors"), [
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
@pytest.mark.parametrize("function", ["debug", "error"])
@pytest.mark.parametrize(("given", "line"), [
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
