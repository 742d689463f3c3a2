"""Every order in which parallel actions can complete, and what differs."""

from __future__ import annotations

from math import factorial
from pathlib import Path

import pytest

from phantom_lab import Lab, Options, Playbook
from phantom_lab.trials.orders import orders

SOURCE = """
import json
import phantom.rules as phantom

def on_start(container):
    for n in range({parallel}):
        phantom.act("look up", parameters=[{{"n": n}}], assets=["a"], name=f"look_{{n}}", callback=done)

def done(action=None, results=None, **kwargs):
    found = json.loads(phantom.get_run_data(key="found") or "[]") + [action["name"]]
    phantom.save_run_data(key="found", value=json.dumps(found))
    {last}
"""
FIRST_WINS = "if len(found) == 1: phantom.set_status(status=found[0])"
LAST_ACTS = "if found[-1] == 'look_0' and len(found) == 2: phantom.act('block', name='block_1', assets=['a'])"
RAISES = "assert found[0] != 'look_1'"


@pytest.fixture
def lab(incident: Path) -> Lab:
    """A lab that answers what is asked for."""
    lab = Lab(incident)
    lab.action("look up")(lambda parameter: [parameter])
    lab.action("block")(lambda: {"status": "success"})
    return lab


def book(parallel: int, last: str) -> Playbook:
    """Some actions at once, and one line of the block that is their callback."""
    return Playbook.from_source(SOURCE.format(parallel=parallel, last=last), name="sample")


@pytest.mark.parametrize("parallel", [0, 1, 2, 3, 4])
def test_every_order_of_up_to_four_is_run_once(lab: Lab, parallel: int):
    """As they were asked for comes first; where nothing depends on the order, nothing differs."""
    found = orders(lab, book(parallel, "pass"))
    assert len({tuple(one["order"]) for one in found}) == len(found) == factorial(parallel)
    assert found[0]["order"] == [f"look_{n}" for n in range(parallel)]
    assert all(one["status"] == "success" and not one["differs"] for one in found)


def test_what_is_written_by_whoever_is_first_differs(lab: Lab):
    """Both what is missing and what is there instead."""
    found = {tuple(one["order"]): one["differs"] for one in orders(lab, book(2, FIRST_WINS))}
    assert found["look_0", "look_1"] == {}
    assert found["look_1", "look_0"] == {"changes": {"missing": ['the container status: "look_0"'],
                                                     "instead": ['the container status: "look_1"']}}


def test_blocks_actions_and_failures_differ(lab: Lab):
    """An action that only one order asks for, and a block that only one order breaks."""
    acts = {tuple(one["order"]): one["differs"] for one in orders(lab, book(2, LAST_ACTS))}
    assert set(acts) == {("look_0", "look_1"), ("look_1", "look_0", "block_1")}
    assert acts["look_1", "look_0", "block_1"]["actions"] == {
        "missing": [], "instead": ["block_1: block on a: {}"]}
    broken = {tuple(one["order"]): one for one in orders(lab, book(2, RAISES))}
    assert broken["look_0", "look_1"]["status"] == "success"
    assert broken["look_1", "look_0"]["status"] == "error"
    assert broken["look_1", "look_0"]["differs"]["status"]["instead"] == [
        'the run: "error"', 'done raised: "AssertionError: ", 2 times']


def test_of_more_than_four_some_orders_are_drawn(lab: Lab):
    """Among them that of the asking; the lab's own options stay."""
    found = orders(lab, book(6, FIRST_WINS), seeds=12)
    assert found[0]["order"] == [f"look_{n}" for n in range(6)]
    assert 2 < len(found) <= 13
    assert any(one["differs"] for one in found)
    assert lab.options == Options()


@pytest.mark.parametrize("parallel", [2, 6])
@pytest.mark.parametrize("container", [None, 1, {"name": "Other"}])
def test_the_lab_stays_as_it_is_meanwhile_and_afterwards(lab: Lab, parallel: int, container):
    """For whoever else uses it: its options, its containers and the ids of its runs."""
    options, containers = lab.options, dict(lab.containers)
    seen: list[bool] = []
    lab.action("watch")(lambda: seen.append(lab.options is options and lab.containers == containers) or [])
    found = orders(lab, book(parallel, "phantom.act('watch', name='watch_1', assets=['a'])"), container, most=9)
    assert (len(found) > 1, set(seen)) == (True, {True})
    assert (lab.options is options, lab.containers) == (True, containers)
    assert lab.run(book(0, "pass")).id == 1


def test_there_are_never_more_runs_than_are_wanted(lab: Lab):
    """And the lab is as it was."""
    assert len(orders(lab, book(4, FIRST_WINS), most=5)) == 5
    assert lab.containers[1]["status"] == "new"
