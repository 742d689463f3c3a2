"""The views: one row per thing, columns that are datapaths, values that keep their types."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, LabError, Playbook, frames

HEAD = ["artifact:*.id", "artifact:*.name"]
TWO = """
def on_start(container):
    phantom.debug("first")
    helper(3)
    phantom.act("look", parameters=[{"ip": "1"}, {"ip": "2"}], name="one", assets=["x", "y"], callback=b)
def helper(n): return n + 1
def b(container=None, results=None, **kwargs):
    ids, found = phantom.condition(container=container, conditions=[["artifact:*.cef.sourcePort", ">", 1]], name="f:c")
    phantom.condition(container=container, conditions=[["one:action_result.data.*.n", "==", 1]], name="g:c")
    phantom.set_severity(container, "high")
    phantom.act("look", parameters=[{"ip": "3"}], name="two", assets=["x"], callback=c)
    d(container=container, filtered_artifacts=ids)
def d(container=None, filtered_artifacts=None, **kwargs): pass
def c(container=None, success=None, **kwargs): raise ValueError("late")
"""


@pytest.fixture
def run(lab: Lab, playbook):
    """A finished run with two actions, two filters and an exception."""

    @lab.action("look")
    def look(parameter, asset):
        if asset == "y":
            return []
        return [{"n": int(parameter["ip"]), "tags": ["t", "u"]}, {"n": 1, "deep": {"a.b": None}, "tags": []}]

    return lab.run(playbook(TWO))


def columns(frame) -> dict[str, list[Any]]:
    """A frame's columns as lists."""
    return {name: frame[name].tolist() for name in frame.columns}


def test_artifacts_has_one_row_per_artifact(run):
    """Columns are datapaths; fields that no artifact fills are left out."""
    frame = frames.artifacts(run)
    assert list(frame.columns)[:2] == HEAD
    assert frame["artifact:*.id"].tolist() == [1, 2, 3, 4, 5]
    assert frame["artifact:*.cef.sourceAddress"].tolist() == ["1.1.1.1", "8.8.8.8", None, None, None]
    assert "artifact:*.type" not in frame.columns
    assert "artifact:*.cef.deviceAction" not in frame.columns


@pytest.mark.parametrize("view", [frames.artifacts, frames.results, frames.invocations, frames.filtered_artifacts,
                                  frames.filtered_results, lambda run: frames.deeds(run, 2)])
def test_values_keep_their_types(view, run):
    """Every column is of dtype object: integers with missing values beside them stay integers."""
    frame = view(run)
    assert len(frame)
    assert {str(dtype) for dtype in frame.dtypes} == {"object"}
    assert not [value for name in frame.columns for value in frame[name] if isinstance(value, float)]


def test_an_integer_beside_missing_values_stays_an_integer(run):
    """A port is 53, never 53.0."""
    ports = frames.artifacts(run)["artifact:*.cef.sourcePort"].tolist()
    assert ports == [None, 53, None, None, None]
    assert type(ports[1]) is int


def test_results_has_one_row_per_asset_parameter_set_and_item(run):
    """Empty data keeps its row."""
    found = columns(frames.results(run, "one"))
    assert found["asset"] == ["x"] * 4 + ["y"] * 2
    assert found["one:action_result.parameter.ip"] == ["1", "1", "2", "2", "1", "2"]
    assert found["one:action_result.data.*.n"] == [1, 1, 2, 1, None, None]
    assert found["one:action_result.status"] == ["success"] * 6
    assert found["one:action_result.data.*.tags"] == [["t", "u"], [], ["t", "u"], [], None, None]


def test_results_of_all_actions_stand_below_each_other(run):
    """Without a name the columns have the unnamed form."""
    found = columns(frames.results(run))
    assert found["name"] == ["one"] * 6 + ["two"] * 2
    assert found["action_result.parameter.ip"][-2:] == ["3", "3"]


def test_the_last_column_says_who_gave_each_result(lab: Lab, playbook):
    """By hand, by a stub, by a file: of every asset and parameter set its own; an approval is no result."""
    lab.action("look", asset="y")(lambda: [{}, {}])
    stepper = lab.step(playbook("""
def on_start(container):
    phantom.act("look", parameters=[{"n": 1}, {"n": 2}], name="one", assets=["x", "y"], reviewer="admin")
    phantom.act("look", parameters=[{"n": 3}], name="two", assets=["y"])
"""))
    assert stepper.resume().state == "needs_outcome"
    stepper.respond()
    stepper.give([{}, {}])
    assert stepper.fail("no").state == "ended"
    found = frames.results(stepper)
    assert list(found.columns)[-1] == "source"
    assert [one.partition(" (")[0] for one in found["source"]] == ["given by hand"] * 3 + ["stub <lambda>"] * 6
    assert list(frames.results(stepper, "two").columns)[-1] == "source"


def test_results_as_they_were_when_an_invocation_started(run):
    """``at=`` leaves out what completed later; a name that has not completed by then is an error."""
    assert frames.results(run, at=1).empty
    assert set(frames.results(run, at=2)["name"]) == {"one"}
    with pytest.raises(LabError, match=r"no completed action named 'two'\. Completed: one\."):
        frames.results(run, "two", at=2)
    with pytest.raises(LabError, match=r"no completed action named 'one'\. Completed: none yet"):
        frames.results(run, "one", at=1)


@pytest.mark.parametrize(("call", "message"), [
    (lambda run: frames.results(run, "thre"), "no completed action named 'thre'. Completed: one, two."),
    (lambda run: frames.results(run, at=99), "no invocation 99"), (lambda run: frames.arguments(run, at=0), "no invoc"),
    (lambda run: frames.filtered_artifacts(run, at=99), "no invocation 99"),
    (lambda run: frames.filtered_results(run, at=99), "no invocation 99"),
    (lambda run: frames.explode(frames.results(run, "one"), "tags"),
     "no column 'tags'. Columns that hold lists: one:action_result.data.*.tags"),
])
def test_an_unknown_name_is_an_error_that_names_the_known_ones(call, message: str, run):
    """Nobody looks at an empty table because of a typing error."""
    with pytest.raises(LabError) as caught:
        call(run)
    assert str(caught.value).startswith(message)


def test_explode_gives_a_row_per_element(run):
    """Other columns are repeated; an empty list keeps its row."""
    frame = frames.explode(frames.results(run, "one"), "one:action_result.data.*.tags")
    assert frame["one:action_result.data.*.tags.*"].tolist() == ["t", "u", None, "t", "u", None, None, None]
    assert frame["one:action_result.data.*.n"].tolist() == [1, 1, 1, 2, 2, 1, None, None]
    assert "one:action_result.data.*.tags" not in frame.columns


def test_explode_gives_a_column_per_field():
    """Elements that are objects are flattened, nested names included."""
    frame = frames.results_table([{"asset": "x", "action_results": [
        {"status": "success", "data": [{"nets": [{"name": "a", "in": {"x.y": 1}}, {"name": "b"}, 5]}]}]}], "w")
    found = columns(frames.explode(frame, "w:action_result.data.*.nets"))
    path = "w:action_result.data.*.nets.*"
    assert (found[f"{path}.name"], found[f'{path}.in."x.y"'], found[path]) == (
        ["a", "b", None], [1, None, None], [None, None, 5])


def test_filtered_artifacts_are_labelled_by_filter(run):
    """What came in as argument has its own label, before the named filters so far."""
    frame = frames.filtered_artifacts(run, at=3)
    assert list(zip(frame["filter"], frame["artifact:*.id"], strict=True)) == [("filtered_artifacts=", 2), ("f:c", 2)]
    assert frames.filtered_artifacts(run, at=2).empty
    assert list(frames.filtered_artifacts(run, at=2).columns) == ["filter"]


def test_filtered_results_are_labelled_by_filter(run):
    """The rows that passed, item by item."""
    found = columns(frames.filtered_results(run))
    assert found["filter"] == ["g:c"] * 3
    assert found["action_result.data.*.n"] == [1, 1, 1]
    assert found["action_result.parameter.ip"] == ["1", "1", "2"]


def test_invocations_has_one_row_per_invocation(run):
    """With cause, caller, depth, success, line, error and one sentence."""
    found = columns(frames.invocations(run))
    assert found["block"] == ["on_start", "b", "d", "c"]
    assert found["cause"] == ["start", "action", "call", "action"]
    assert found["caller"] == [None, "on_start", "b", "b"]
    assert found["depth"] == [0, 0, 1, 0]
    assert found["success"] == [None, True, None, True]
    assert found["error"] == [None, None, None, "ValueError: late (block c, sample:15)"]
    assert found["why"][2] == "d is invoked because b calls it in line 13."
    assert (found["run"], found["playbook"]) == ([1] * 4, ["sample"] * 4)


def test_arguments_are_those_that_came_in(run):
    """By name, for one invocation; a block reads its own copy."""
    assert frames.arguments(run, at=1).keys() == {"container"}
    assert frames.arguments(run, at=3)["filtered_artifacts"] == [2]
    assert frames.arguments(run)["success"] is True


def test_deeds_are_what_a_block_did(run):
    """Calls, debug lines, changes, helpers and blocks, in order, with their lines."""
    first = columns(frames.deeds(run, 1))
    assert first["name"][:2] == ["first", "helper"]
    assert (first["what"][:2], first["line"][:2]) == (["debug", "called helper"], [4, 5])
    assert (first["given"][1], first["returned"][1]) == ({"n": 3}, 4)
    queued = first["what"].index("queued")
    assert (first["name"][queued], first["returned"][queued]) == ("look (one)", "2 ip × 2 assets = 4 calls")
    act = first["name"].index("phantom.act")
    assert first["given"][act]["action"] == "look"
    second = columns(frames.deeds(run, 2))
    assert [name for what, name in zip(second["what"], second["name"], strict=True) if what == "changed"] == [
        "container 1 severity"]
    assert ("called block", "d") in zip(second["what"], second["name"], strict=True)


@pytest.mark.parametrize("of", [lambda stepper: stepper, lambda stepper: stepper.run,
                                lambda stepper: stepper.run.journal])
def test_views_take_a_stepper_a_run_or_a_journal(of, lab: Lab, playbook):
    """A run at rest is looked at like a finished one."""
    stepper = lab.step(playbook("def on_start(container):\n    pass\n"))
    assert frames.invocations(of(stepper))["block"].tolist() == ["on_start"]
    assert frames.artifacts(of(stepper)).shape[0] == 5
    assert frames.results(of(stepper)).empty
    assert set(frames.results(of(stepper)).columns) == {
        "name", "asset", "app", "action_result.status", "action_result.message", "source"}


KEYS = ["ip", "a.b", "a:b", "0", "with space", "Ünï", "x*", "[a]", "_id", "."]


def made(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    """A list-free object: each key holds a leaf, or below it another object, by its place in `KEYS`."""
    value: dict[str, Any] = {"always": rng.choice([0, 1, "", "text", None, True, 1.5])}
    for number, key in enumerate(KEYS):
        if rng.random() < 0.5:
            nested = number % 3 == depth and depth < 3
            value[key] = made(rng, depth + 1) if nested else rng.choice([0, 7, "v", None, False, 2.5])
    return value


@pytest.mark.parametrize("seed", range(12))
def test_every_column_is_a_datapath_that_gives_the_same_values(seed: int, incident: Path):
    """``collect2`` with the columns of a list-free result gives the frame's cells, row by row."""
    rng = random.Random(seed)
    results = [{"action": "look", "asset": asset, "parameter": {"n": n}, "summary": made(rng),
                "status": rng.choice(["success", "failed"]), "data": [made(rng) for _ in range(rng.choice([0, 1, 3]))]}
               for asset in ("x", "y") for n in range(3)]
    lab = Lab(incident, results=results)
    sets = [{"n": n, **made(rng), "context": {"artifact_id": n}} for n in range(3)]
    frame = frames.results(lab.run(_collecting(sets, [])), "one")
    paths = [name for name in frame.columns if ":" in name]
    assert {name.split(":action_result.")[1].split(".")[0] for name in paths} >= {"data", "summary", "parameter"}
    rows = json.loads(lab.run(_collecting(sets, paths)).summary().debug[0])
    assert rows == frame[paths].values.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_every_artifact_column_is_a_datapath_that_gives_the_same_values(seed: int):
    """``collect2`` with the columns of list-free artifacts gives the frame's cells, row by row."""
    rng = random.Random(seed)
    lab = Lab({"container": {"id": 1}, "artifacts": [{"name": f"n{n}", "cef": made(rng)} for n in range(5)]})
    frame = frames.artifacts(lab.run(_collecting([], [])))
    paths = list(frame.columns)
    rows = json.loads(lab.run(_collecting([], paths)).summary().debug[0])
    assert rows == frame[paths].values.tolist()


def test_the_unnamed_columns_read_the_results_passed_along(incident: Path):
    """``collect2(…, action_results=results)`` accepts the columns of all actions together."""
    rng = random.Random(3)
    lab = Lab(incident, results=[{"action": "look", "asset": asset, "data": [made(rng)]} for asset in ("x", "y")])
    frame = frames.results(lab.run(_collecting([{"n": 1}], [])))
    paths = [name for name in frame.columns if ":" not in name and name != "source"]
    rows = json.loads(lab.run(_collecting([{"n": 1}], paths, "results")).summary().debug[0])
    assert rows == frame[paths].values.tolist()


def _collecting(parameters: list[dict[str, Any]], paths: list[str], passed: str = "None") -> Playbook:
    return Playbook.from_source(f"""
import json
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters={parameters!r}, name="one", assets=["x", "y"], callback=after)
def after(container=None, results=None, **kwargs):
    phantom.debug(json.dumps(phantom.collect2(container=container, datapath={paths!r}, action_results={passed})))
""", name="collecting")


def test_results_of_custom_functions_are_tables_too():
    """What one returned as a dict is one row, a list gives one per element, under the datapaths that read it."""
    def run(data):
        return {"name": "merge_1", "custom_function_name": "local/merge", "custom_function_results": [
            {"status": "success", "success": True, "message": "", "parameter": {"a": [1]}, "data": data}]}

    frame = frames.results_table([run({"item": 5})], "merge_1")
    assert frame["merge_1:custom_function_result.data.item"].tolist() == [5]
    assert list(frame.columns) == ["asset", "merge_1:custom_function_result.parameter.a",
                                   "merge_1:custom_function_result.status", "merge_1:custom_function_result.data.item",
                                   "merge_1:custom_function_result.message", "app"]
    frame = frames.results_table([run([{"item": 5}, {"item": 6}])])
    assert frame["custom_function_result.data.*.item"].tolist() == [5, 6]
    assert frame["name"].tolist() == ["merge_1"] * 2


FAMILY = """
import phantom.rules as phantom
def on_start(container):
    for name, score in (("one", [1, 2]), ("one", [3]), ("two", None)):
        phantom.playbook("local/child", container=container, name=name, inputs={"score": score, "my.key": 0},
                         callback=done)
def done(**kwargs): pass
"""
CHILD = """
import phantom.rules as phantom
def on_start(container): pass
def on_finish(container, summary):
    found = [row[0] for row in phantom.collect2(container=container, datapath=["playbook_input:score"])]
    phantom.save_playbook_output_data(output={"sum": found} if found[0] else {})
"""


@pytest.fixture
def family(lab: Lab, tmp_path: Path):
    """A finished run with three child playbooks."""
    (tmp_path / "parent.py").write_text(FAMILY, encoding="utf-8")
    (tmp_path / "child.py").write_text(CHILD, encoding="utf-8")
    return lab.run(tmp_path / "parent.py")


def test_playbook_results_has_one_row_per_child_playbook(family):
    """Inputs and outputs under the datapaths that read them; lists are one cell, which explode takes apart."""
    found = columns(frames.playbook_results(family))
    assert list(found) == ["name", "playbook", "run", "status", "playbook_input:score", 'playbook_input:"my.key"',
                           "playbook_output:sum", "message"]
    assert found["name"] == ["one", "one", "two"]
    assert found["run"] == [2, 3, 4]
    assert (found["playbook"], found["status"]) == (["local/child"] * 3, ["success"] * 3)
    assert found["playbook_output:sum"] == [[1, 2], [3], None]
    named = frames.playbook_results(family, "one")
    assert list(named.columns)[:4] == ["playbook", "run", "status", "one:playbook_input:score"]
    assert named["one:playbook_output:sum"].tolist() == [[1, 2], [3]]
    assert frames.explode(named, "one:playbook_output:sum")["one:playbook_output:sum.*"].tolist() == [1, 2, 3]


def test_playbook_results_as_they_were_when_an_invocation_started(family):
    """``at=`` leaves out what completed later; a name that has not completed by then is an error."""
    callbacks = [one for one in frames.invocations(family)[["n", "block"]].itertuples() if one.block == "done"]
    assert [len(frames.playbook_results(family, at=one.n)) for one in callbacks] == [1, 2, 3]
    assert list(frames.playbook_results(family, at=1).columns) == ["name", "playbook", "run", "status", "message"]
    with pytest.raises(LabError, match=r"no completed child playbook named 'two'\. Completed: one\."):
        frames.playbook_results(family, "two", at=callbacks[0].n)


def test_invocations_of_child_playbooks_name_their_run(family):
    """Runs of one playbook are told apart by their ids."""
    found = columns(frames.invocations(family))
    of = list(dict.fromkeys(zip(found["run"], found["playbook"], strict=True)))
    assert of == [(1, "parent"), (2, "child"), (3, "child"), (4, "child")]
    assert {block for block, run in zip(found["block"], found["run"], strict=True) if run == 3} == {
        "on_start", "on_finish"}


@pytest.mark.parametrize("outputs", [None, "x", ["[]"], ["{"], [3], [{"a": 1}], []])
def test_results_of_a_child_playbook_may_hold_anything(outputs: Any):
    """They are an argument, which playbook code may have made."""
    frame = frames.results_table([{"playbook_run_id": 2, "outputs": outputs}], "one")
    assert frame["run"].tolist() == [2]
    assert ("one:playbook_output:a" in frame.columns) is (outputs == [{"a": 1}])
