"""What stands in for child playbooks and custom functions: stubs, and entries of a results file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Stepper, failure
from phantom_lab.history import RunStarted, read_journal
from tests.patience import LONG

PARENT = """
import phantom.rules as phantom

def on_start(container):
    phantom.playbook("local/enrich", container=container, name="one", inputs={"ip": ["1.1.1.1"]}, callback=done)

def done(success=None, results=None, container=None, **kwargs):
    phantom.debug([success, results[0]["status"], phantom.collect2(
        container=container, datapath=["one:playbook_output:score"])])
    phantom.debug(phantom.get_summary(playbook_run_id=results[0]["playbook_run_id"])["playbook"])
"""
CALLER = """
import phantom.rules as phantom

def on_start(container):
    phantom.custom_function("local/add", parameters=[{"a": 1, "b": 2}, {"a": 3}], name="add_1", callback=added)

def added(success=None, container=None, **kwargs):
    phantom.debug([success, phantom.collect2(container=container,
                                             datapath=["add_1:custom_function_result.data.sum"])])
"""


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    """A playbook with a child that a file holds, too."""
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    (tmp_path / "enrich.py").write_text("def on_start(container): raise ValueError('the file')\n", encoding="utf-8")
    return tmp_path / "parent.py"


@pytest.fixture
def caller(tmp_path: Path) -> Path:
    """A playbook with a custom function that a file holds, too."""
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    (tmp_path / "add.py").write_text("def add(a=None, b=None): raise ValueError('the file')\n", encoding="utf-8")
    return tmp_path / "caller.py"


@pytest.mark.parametrize("name", ["local/enrich", "enrich", "community/Enrich", " ENRICH "])
def test_a_stub_stands_in_for_a_child_playbook(name: str, lab: Lab, parent: Path):
    """By base name, whatever repository and case; it wins over the file, and its outputs are read as any child's."""
    lab.playbook(name)(lambda inputs: {"score": [len(inputs["ip"]), 7]})
    summary = lab.run(parent).summary()
    assert summary.debug[0] == "[True, 'success', [[1], [7]]]"
    assert summary.debug[1] == f"local/{name.strip().rpartition('/')[2]}"
    (child,) = summary.playbook_runs
    assert (child["status"], child["outputs"], child["inputs"]) == ("success", {"score": [1, 7]}, {"ip": ["1.1.1.1"]})
    assert [one["block"] for one in summary.invocations] == ["on_start", "done"]


@pytest.mark.parametrize(("stub", "seen"), [
    (lambda inputs, container: {"score": [inputs["ip"][0], container["id"]]}, ["1.1.1.1", 1]),
    (lambda container: {"score": [container["name"]]}, ["Test Incident"]),
    (lambda anything: {"score": anything["ip"]}, ["1.1.1.1"]), (lambda: {"score": []}, []),
    (lambda **given: {"score": sorted(given)}, ["container", "inputs"]), (lambda inputs: {}, None),
])
def test_a_stub_for_a_playbook_declares_what_it_wants(stub: Any, seen: Any, lab: Lab, parent: Path):
    """``inputs`` and ``container`` by name; a single argument of any other name is the inputs."""
    lab.store.records["container"][1]["name"] = "Test Incident"
    lab.playbook("enrich")(stub)
    (child,) = lab.run(parent).summary().playbook_runs
    assert child["outputs"].get("score") == seen


@pytest.mark.parametrize(("stub", "seen"), [
    (lambda a, b: {"sum": [a, b]}, "[True, [[[1, 2]], [[3, None]]]]"), (lambda a: {"sum": a}, "[True, [[1], [3]]]"),
    (lambda b=5: {"sum": b}, "[True, [[2], [5]]]"), (lambda **given: {"sum": sorted(given)},
                                                    "[True, [[['a', 'b']], [['a']]]]"),
    (lambda a: {"sum": a} if a == 1 else failure("no licence"), "[True, [[1], [None]]]"),
    (lambda a: failure("no licence"), "[False, [[None], [None]]]"), (lambda a: [], "[False, [[None], [None]]]"),
])
def test_a_stub_stands_in_for_a_custom_function(stub: Any, seen: str, lab: Lab, caller: Path):
    """Per parameter set, by name, missing ones as None; an empty list counts as a failure, as from a file."""
    lab.custom_function("community/ADD")(stub)
    summary = lab.run(caller).summary()
    assert summary.debug == [seen]
    assert [one["block"] for one in summary.invocations] == ["on_start", "added"]


def test_a_list_of_a_stub_is_the_data(lab: Lab, caller: Path):
    """As of a custom function's file."""
    caller.write_text(CALLER.replace("data.sum", "data.*.sum"), encoding="utf-8")
    lab.custom_function("add")(lambda a: [{"sum": a}, {"sum": -a}])
    assert lab.run(caller).summary().debug == ["[True, [[1], [-1], [3], [-3]]]"]


def test_a_child_that_a_stub_fails_calls_back_as_failed(lab: Lab, parent: Path):
    """Its message is a summary that says why."""
    parent.write_text(PARENT.replace('results[0]["status"]', 'results[0]["message"]'), encoding="utf-8")
    lab.playbook("enrich")(lambda inputs: failure("no licence"))
    summary = lab.run(parent).summary()
    assert summary.debug[0].startswith("[False, '{")
    for part in ('"status": "failed"', '"message": "no licence"', "[[None]]"):
        assert part in summary.debug[0]
    assert [(one["status"], one["message"]) for one in summary.playbook_runs] == [("failed", "no licence")]
    assert summary.status == "success"  # of the parent, whose callback was told


def test_the_journal_says_that_a_stub_answered(lab: Lab, parent: Path, caller: Path, tmp_path: Path):
    """Named as those of actions are: function, file and line."""

    @lab.playbook("enrich")
    def enrich(inputs):
        return {}

    lab.custom_function("add")(lambda **given: {})
    lab.run(parent, journal=tmp_path / "run.jsonl")
    started = [one for one in read_journal(tmp_path / "run.jsonl").events if isinstance(one, RunStarted)]
    assert started[1].file.startswith("stub enrich (test_stand_ins.py:")
    (note,) = lab.run(parent).summary().notes
    assert note.startswith("child playbook enrich (run 3) is not executed: stub enrich (test_stand_ins.py:")
    (note,) = lab.run(caller).summary().notes
    assert note.startswith("custom function add (block add_1) is not executed: stub <lambda> (test_stand_ins.py:")


@pytest.mark.parametrize(("stub", "told"), [
    (lambda given: 1 / 0, "raised ZeroDivisionError: division by zero (block "),
    (lambda given: None, "returned NoneType, not "), (lambda given: "text", "returned str, not "),
    (lambda given: {"x": {1, 2}}, "is not JSON: Object of type set is not JSON serializable"),
    (lambda a, b, c, *, d, **kw: kw["no"], "raised "),
])
@pytest.mark.parametrize("kind", ["playbook", "custom function"])
def test_a_stub_that_says_nothing_ends_the_run_as_one_for_an_action(kind: str, stub: Any, told: str, lab: Lab,
                                                                    parent: Path, caller: Path):
    """One line that names the block, the stub, its file and what to do; nothing is raised into the playbook."""
    if kind == "playbook":
        lab.playbook("enrich")(stub)
    else:
        lab.custom_function("add")(stub)
    run = lab.run(parent if kind == "playbook" else caller)
    message = run.summary().message
    assert run.status == "needs_outcome"
    assert "<lambda> (test_stand_ins.py:" in message
    assert ("Return phantom_lab.failure(message) for a " in message) == ("raised" in told)
    name = "enrich" if kind == "playbook" else "add"
    assert f"the stub for {kind} '{name}'" in message
    assert told in message
    assert "\n" not in message


def test_a_list_is_no_outputs(lab: Lab, parent: Path):
    """A child playbook's outputs have names."""
    lab.playbook("enrich")(lambda inputs: [{"score": 1}])
    assert "returned list, not a dict of outputs" in lab.run(parent).summary().message


def test_the_newest_stub_wins(lab: Lab, parent: Path):
    """So that a notebook cell can be run again, also while a run rests."""
    lab.playbook("local/enrich")(lambda inputs: {"score": 1})
    lab.playbook("enrich")(lambda inputs: {"score": 2})
    assert lab.run(parent).summary().debug[0] == "[True, 'success', [[2]]]"


def test_a_stub_that_is_registered_at_rest_is_found(lab: Lab, parent: Path):
    """Before the block that calls goes on."""
    stepper = lab.step(parent)
    lab.playbook("enrich")(lambda inputs: {"score": 3})
    stepper.resume()
    assert stepper.run.summary().debug[0] == "[True, 'success', [[3]]]"


@pytest.mark.parametrize("decorator", ["playbook", "custom_function"])
def test_a_decorator_without_parentheses_is_an_input_error(decorator: str, lab: Lab):
    """It says how it is written."""
    with pytest.raises(InputError, match=rf"Write @lab\.{decorator}\(\""):
        getattr(lab, decorator)(dict)


def test_step_goes_over_what_a_stub_answers(lab: Lab, parent: Path, caller: Path):
    """There is no block inside to rest at."""
    lab.playbook("enrich")(lambda inputs: {"score": 1})
    lab.custom_function("add")(lambda a: {"sum": a})
    for playbook, callback, cause in ((parent, "done", "playbook"), (caller, "added", "custom_function")):
        stepper: Stepper = lab.step(playbook)
        stepper.request("step")
        invocation = stepper.wait(LONG).invocation
        assert invocation is not None
        assert (invocation.block, invocation.cause.kind) == (callback, cause)
        stepper.stop()


@pytest.mark.parametrize(("entry", "debug"), [
    ({"outputs": {"score": [4]}}, "[True, 'success', [[4]]]"),
    ({"status": "failed", "message": "no"}, "[False, 'failed', [[None]]]"),
])
def test_an_entry_of_a_results_file_stands_in_for_a_child_playbook(entry: dict[str, Any], debug: str, incident: Path,
                                                                   parent: Path, tmp_path: Path):
    """The journal names the entry."""
    file = tmp_path / "results.json"
    file.write_text(json.dumps([{"action": "look"}, {"playbook": "local/enrich", **entry}]), encoding="utf-8")
    summary = Lab(incident, results=file).run(parent).summary()
    assert summary.debug[0] == debug
    assert summary.notes == [f"child playbook enrich (run 2) is not executed: {file}[1] answers"]


@pytest.mark.parametrize(("entry", "debug"), [
    ({"data": {"sum": 4}}, "[True, [[4], [4]]]"), ({"data": [{"sum": 4}, {"sum": 5}]}, "[True, [[4], [5], [4], [5]]]"),
    ({"status": "failed"}, "[False, [[None], [None]]]"),
])
def test_an_entry_of_a_results_file_stands_in_for_a_custom_function(entry: dict[str, Any], debug: str, incident: Path,
                                                                    caller: Path):
    """For every parameter set; a stub wins over it."""
    lab = Lab(incident, results=[{"custom_function": "add", **entry}])
    assert lab.run(caller).summary().debug == [debug]
    lab.custom_function("add")(lambda a: {"sum": "stub"})
    assert lab.run(caller).summary().debug == ["[True, [['stub'], ['stub']]]"]


@pytest.mark.parametrize(("entry", "message"), [
    ({"playbook": "x", "outputs": []}, "`outputs` must be an object"),
    ({"playbook": "x"}, "`outputs` must be an object"),
    ({"custom_function": "x", "data": "y"}, "`data` must be an object or a list"),
    ({"playbook": "x", "data": {}}, "an entry has no key 'data'. Known are message, outputs, playbook, status."),
    ({"playbook": "x", "status": "fine", "outputs": {}}, "status 'fine' is neither"),
    ({"playbook": 1, "outputs": {}}, 'an entry must be an object with an "action"'),
])
def test_an_entry_of_another_shape_is_an_input_error(entry: dict[str, Any], message: str, incident: Path):
    """It is found before anything runs, with its place."""
    with pytest.raises(InputError) as caught:
        Lab(incident, results=[entry])
    assert str(caught.value).startswith(f"results[0]: {message}")


@pytest.mark.parametrize(("source", "hints"), [
    (PARENT, ("@lab.playbook('local/enrich')", '{"playbook": "local/enrich", "outputs": {…}}')),
    (CALLER, ("@lab.custom_function('local/add')", '{"custom_function": "local/add", "data": {…}}')),
])
def test_what_is_missing_says_how_to_stand_in_for_it(source: str, hints: tuple[str, ...], lab: Lab, tmp_path: Path):
    """By a stub or in a results file; the lines can be copied."""
    (tmp_path / "book.py").write_text(source, encoding="utf-8")
    message = lab.run(tmp_path / "book.py").summary().message
    assert all(hint in message for hint in hints)
