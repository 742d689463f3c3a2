"""Hints: datapaths that have a value, and are read in another way than they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab

TOOL = "def tool(**kwargs):\n    return [{'n': 1, 'one': {'x': 2}, 'many': [{'x': 3}]}]\n"
BOOK = """
import phantom.rules as phantom

def on_start(container):
    phantom.save_run_data(key="code_1:rows", value='[{"x": 1}]')
    phantom.custom_function(custom_function="local/tool", parameters=[{}], name="tool_1", callback=look)

def look(container=None, **kwargs):
    phantom.act("look", assets=["a"], name="look_1", callback=after)

def after(container=None, results=None, **kwargs):
    for place in range(3):
        BODY
"""
CONTAINER = {"id": 1, "name": "c", "artifacts": [{"id": 1, "cef": {"rows": [{"x": 1}, {"x": 2}], "one": {"x": 1}}},
                                                 {"id": 2, "cef": {"rows": {"x": 1}}}]}


@pytest.fixture
def hinted(tmp_path: Path) -> Callable[[str], list[dict[str, Any]]]:
    """The hints that a block gets, which makes a call three times."""
    (tmp_path / "tool.py").write_text(TOOL)
    lab = Lab(CONTAINER)
    lab.action("look")(lambda parameter: {"data": [{"n": 1, "one": {"x": 2}, "many": [{"x": 3}], "a.b": [{"x": 1}],
                                                    "grid": [[{"x": 1}]]}]})

    def run(body: str) -> list[dict[str, Any]]:
        (tmp_path / "book.py").write_text(BOOK.replace("BODY", body))
        done = lab.run(tmp_path / "book.py")
        assert not done.failures
        return done.summary().hints

    return run


LIST = "a list, and all its elements are read"
OBJECT = "an object, and is read as if it were the only element of a list"
FORMS = {
    "look_1:action_result.data.n": ("look_1:action_result.data", LIST, "look_1:action_result.data.*.n"),
    "look_1:action_result.data.*.many.x":
        ("look_1:action_result.data.*.many", LIST, "look_1:action_result.data.*.many.*.x"),
    "look_1:action_result.data.*.one.*.x":
        ("look_1:action_result.data.*.one", OBJECT, "look_1:action_result.data.*.one.x"),
    'look_1:action_result.data.*."a.b".x':
        ('look_1:action_result.data.*."a.b"', LIST, 'look_1:action_result.data.*."a.b".*.x'),
    "look_1:action_result.data.*.grid.*.x":
        ("look_1:action_result.data.*.grid.*", LIST, "look_1:action_result.data.*.grid.*.*.x"),
    "artifact:*.cef.rows.x": ("artifact:*.cef.rows", LIST, "artifact:*.cef.rows.*.x"),
    "artifact:*.cef.rows.*.x": ("artifact:*.cef.rows", OBJECT, "artifact:*.cef.rows.x"),
    "container:*.name": ("container", OBJECT, "container:name"),
    "artifact:*.cef.one.*.x": ("artifact:*.cef.one", OBJECT, "artifact:*.cef.one.x"),
    "tool_1:custom_function_result.data.many.x":
        ("tool_1:custom_function_result.data.many", LIST, "tool_1:custom_function_result.data.many.*.x"),
    "tool_1:custom_function_result.data.*.one.*.x":
        ("tool_1:custom_function_result.data.*.one", OBJECT, "tool_1:custom_function_result.data.*.one.x"),
}
CALLS = {
    "collect2": "phantom.collect2(container=container, datapath=[{!r}])",
    "collect": "phantom.collect(container, {!r})",
    "format": "phantom.format(container=container, template='{{0}}', parameters=[{!r}])",
    "decision": "phantom.decision(container=container, conditions=[[{!r}, '==', 9]])",
    "condition": "phantom.condition(container=container, name='f:condition_1', conditions=[[{!r}, '!=', 9]])",
    "right side": "phantom.decision(container=container, conditions=[['artifact:*.id', 'in', {!r}]])",
}


@pytest.mark.parametrize("path", FORMS)
def test_a_list_without_a_star_and_a_star_at_an_object_are_told_with_the_right_form(hinted, path):
    """Once an invocation, with block and line."""
    place, what, right = FORMS[path]
    (hint,) = hinted(CALLS["collect2"].format(path))
    assert (hint["block"], hint["line"]) == ("after", 13)
    assert hint["message"].replace(" (assumed)", "") == f"{path}: {place} is {what}. Write {right}"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("path", ["look_1:action_result.data.n", "look_1:action_result.data.*.one.*.x"])
def test_every_call_that_reads_datapaths_tells_it(hinted, call, path):
    """Collected, written and compared, on either side."""
    (hint,) = hinted(CALLS[call].format(path))
    assert hint["message"].startswith(f"{path}: ")


@pytest.mark.parametrize("path", [
    "look_1:action_result.data.*.n", "look_1:action_result.data.0.n", "look_1:action_result.data",
    "look_1:action_result.data.*.many.*.x", "look_1:action_result.data.*.one", "artifact:*.cef",
    "tool_1:custom_function_result.data.n", "tool_1:custom_function_result.data.*.n",
    "tool_1:custom_function_result.data.many.*.x", "code_1:custom_function:rows.x", "code_1:custom_function:rows.*.x",
    "look_1:action_result.nope.*.x", "artifact:*.cef.*.nope",
])
def test_the_usual_forms_and_what_has_no_value_are_no_hint(hinted, path):
    """What a custom function returned is read without a star by generated code, be it a list or not."""
    assert hinted(CALLS["collect2"].format(path)) == []


def test_several_places_of_one_path_are_told_together(hinted):
    """The right form mends all of them."""
    (hint,) = hinted(CALLS["collect2"].format("look_1:action_result.data.one.*.x"))
    assert hint["message"].endswith("Write look_1:action_result.data.*.one.x")


@pytest.mark.parametrize(("call", "passed"), [
    ("phantom.collect2(datapath=['look_1:filtered-action_result.data.*.n'])", "none"),
    ("phantom.collect2(datapath=['look_1:filtered-action_result.data.*.n'], action_results=[])", "none"),
    ("phantom.collect2(datapath=['look_1:filtered-action_result.data.*.n'], action_results=[{'name': 'x_1'}])",
     "only those of x_1"),
    ("phantom.decision(container=container, conditions=[['look_1:filtered-action_result.data.*.n', '==', 1]])", "none"),
])
def test_filtered_results_of_which_none_were_passed_along_are_all_of_them(hinted, call, passed):
    """What a filter let through stands beside the datapath."""
    (hint,) = hinted(call)
    assert hint["message"] == (
        f"look_1:filtered-action_result.data.*.n reads all results of 'look_1', as {passed} were passed along "
        "(assumed): action_results=filtered_results passes what a filter let through, and "
        "filtered-data:FILTER:condition_N:look_1:action_result.data.*.n reads it")


@pytest.mark.parametrize(("arguments", "count"), [("", 1), (", filter_artifacts=[]", 1), (", filter_artifacts=[2]", 0)])
def test_filtered_artifacts_likewise(hinted, arguments, count):
    """Their ids stand beside the datapath."""
    found = hinted(f"phantom.collect2(container=container, datapath=['filtered-artifact:*.id']{arguments})")
    assert [one["message"].partition(" (assumed)")[0] for one in found] == [
        "filtered-artifact:*.id reads all artifacts, as none were passed along"] * count


@pytest.mark.parametrize("call", [
    "phantom.collect2(datapath=['look_1:filtered-action_result.data.*.n'], action_results=results)",
    "phantom.condition(filtered_results=results, conditions=[['look_1:filtered-action_result.data.*.n', '==', 1]])",
    "phantom.collect2(datapath=['look_9:filtered-action_result.data.*.n'])",
])
def test_filtered_results_that_were_passed_along_are_no_hint(hinted, call):
    """Nor is a block that has no results at all."""
    assert hinted(call) == []
