"""Views at their edges: keys that look like syntax, and arguments that are not what they should be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from phantom_lab import Lab, LabError, frames
from tests.table import tabled

KEYS = ['a"b', "", "*", "a ", " a", "[0]", 'a.b"c', "a:b", '"', '""', "a*", "\\", 'a\\"b', "0", ".", "..", "a.", "**"]


@pytest.mark.parametrize("place", ["data", "summary", "parameter", "artifact", "below"])
@pytest.mark.parametrize("key", KEYS)
def test_a_column_of_any_key_reads_its_value_back(key: str, place: str, playbook):
    """``collect2`` with the column's name gives the cell, whatever the key looks like."""
    held: dict[str, Any] = {key: "found"} if place != "below" else {key: {key: {"x": "found"}}}
    lab = Lab({"container": {"id": 1}, "artifacts": [{"id": 1, "cef": held if place in ("artifact", "below") else {}}]})
    lab.action("look")(lambda parameter: {place: [held] if place == "data" else held} if place in ("data",
                                                                                                   "summary") else [])
    source = f"""
import json
def on_start(container):
    phantom.act("look", parameters=[{held if place == "parameter" else {}!r}], name="one", assets=["x"], callback=cb)
def cb(container=None, **kwargs):
    phantom.debug(json.dumps(phantom.collect2(container=container, datapath=PATHS)))
"""
    run = lab.run(playbook(source.replace("PATHS", "[]")))
    frame = frames.artifacts(run) if place in ("artifact", "below") else frames.results(run, "one")
    (column,) = [name for name in frame.columns if frame[name].tolist() == ["found"]]
    assert json.loads(lab.run(playbook(source.replace("PATHS", repr([column])))).summary().debug[0]) == [["found"]]


@tabled("given", ["5", "'x'", "[None]", "[[]]", "['x', {}, 2]", "{'a': 1}", "[{}]", "[1.5, True, 99]",
                  "object()",
                  "[{'action_results': None}]", "[{'name': 5}]", "[]", "None"])
@tabled("view", [frames.filtered_artifacts, frames.filtered_results])
@tabled("name", ["filtered_artifacts", "filtered_results"])
def test_odd_arguments_of_a_block_break_no_view(name: str, view, given: str, lab: Lab, playbook):
    """What is no artifact id or no result is left out."""
    run = lab.run(playbook(f"def on_start(container):\n    b(container, {name}={given})\n"
                           f"def b(container=None, {name}=None, **kwargs): pass\n"))
    frame = view(run, at=2)
    assert frame.columns[0] == "filter"
    assert set(frame["filter"]) <= {f"{name}="}


@tabled("at", [0, 2, 999, -1])
def test_deeds_of_an_invocation_that_was_not_are_an_error(at: int, lab: Lab, playbook):
    """Nobody takes an empty table for a block that did nothing."""
    run = lab.run(playbook("def on_start(container):\n    pass\n"))
    with pytest.raises(LabError, match=rf"no invocation {at}\. frames\.invocations\(run\) lists them"):
        frames.deeds(run, at)
    assert frames.deeds(run, 1).empty
