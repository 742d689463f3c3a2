"""Operators without a right side, in conditions of two elements."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab
from phantom_lab.model import Options
from tests.calls import calls
from tests.table import tabled

VALUES = {"none": None, "blank": "", "text": "x", "zero": 0, "false": False, "no_items": [], "no_keys": {},
          "items": ["x"]}
NONE, EMPTY = {"none"}, {"none", "blank", "no_items", "no_keys"}
ARTIFACT = {"name": "Case", "artifacts": [{"cef": VALUES}]}


def holds(operator: str, name: str, *, third: str = "", **options: str) -> bool:
    """Whether a decision holds for a field of the only artifact."""
    condition = f"['artifact:*.cef.{name}', {operator!r}{third}]"
    lab = Lab(ARTIFACT, options=Options(**options))
    return bool(calls(lab, f"phantom.decision(container=container, conditions=[{condition}])")[1][0])


@pytest.mark.observed
@tabled("third", ["", ", 'undefined'", ", ''", ", None"])
@tabled("name", ["none", "text", "absent"])
def test_is_none_holds_for_what_is_not_there(name, third):
    """A third element counts for nothing."""
    assert holds("is None", name, third=third) is (name != "text")
    assert holds("is not None", name, third=third) is (name == "text")


@pytest.mark.assumed
@pytest.mark.parametrize("name", VALUES)
def test_is_none_holds_for_none_alone(name):
    """An empty text counts as None with the option."""
    assert holds("is None", name) is (name in NONE)
    assert holds("is not None", name) is (name not in NONE)
    assert holds("is None", name, is_none="blank") is (name in {"none", "blank"})


@pytest.mark.assumed
@tabled("name", VALUES)
def test_is_empty_holds_for_none_and_what_holds_nothing(name):
    """Texts, lists and dicts; a number is not empty."""
    assert holds("is empty", name) is (name in EMPTY)
    assert holds("is not empty", name) is (name not in EMPTY)


@pytest.mark.observed
@pytest.mark.parametrize("no_rows", ["none", "skip"])
def test_a_result_without_data_is_none(playbook, no_rows):
    """A lab of the vendor's works so: an empty answer takes the branch `is None`."""
    flow = playbook("def on_start(container):\n"
                    "    phantom.act('look', parameters=[{}], assets=['a'], name='look_1', callback=after)\n"
                    "def after(container=None, results=None, **kwargs):\n"
                    "    phantom.debug(phantom.decision(container=container, action_results=results, conditions=[\n"
                    "        ['look_1:action_result.data.*.name', 'is None']]))\n")
    lab = Lab({"name": "x"}, results=[{"action": "look", "data": []}], options=Options(no_rows=no_rows))
    assert lab.run(flow).summary().debug == ["True"]


@pytest.mark.observed
@pytest.mark.parametrize(("path", "goes_on"), [("artifact:*.cef.text", False), ("artifact:*.cef.none", True)])
def test_a_logic_loop_may_end_on_one(path, goes_on):
    """Its exit conditions take them as well, with a right side that says nothing."""
    state = json.dumps({"current_iteration": 1, "max_iterations": 3, "delay_time": 0,
                        "conditions": [[path, "is not empty", "undefined"]]})
    found = calls(Lab(ARTIFACT), f"phantom.LoopState(state={state!r}).should_continue(container=container)")[1]
    assert found == [goes_on]


@pytest.mark.assumed
@tabled("condition", ["['artifact:*.cef.text']", "['artifact:*.cef.text', '==']",
                      "['artifact:*.cef.text', 'is nothing']", "[]", "['a', 'is None', 'b', 'c']"])
def test_what_is_no_condition_is_an_error(lab, playbook, condition):
    """It ends the branch, and names the call."""
    call = f"phantom.decision(container=container, conditions=[{condition}])"
    run = lab.run(playbook(f"def on_start(container):\n    {call}\n"))
    assert run.status == "error"
    assert "decision: conditions" in run.message


@pytest.mark.observed
@tabled(("names", "done"), [
    (["first"], True), (["second"], False), (["first", "second"], False), ([], True), (None, True)])
def test_completed_takes_the_names_of_code_blocks(lab, playbook, names, done):
    """A block counts once it was invoked, which is when it goes on to the join (assumed)."""
    run = lab.run(playbook(
        "def on_start(container):\n    first(container=container)\n"
        f"def first(container=None, **kwargs):\n    phantom.debug(phantom.completed(code_names={names!r}))\n"
        "def second(container=None, **kwargs):\n    pass\n"))
    assert run.summary().debug == [str(done)]
