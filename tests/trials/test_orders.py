"""Every order in which parallel actions can complete, and what differs."""

from __future__ import annotations

import json
from math import factorial
from pathlib import Path

import pytest

from phantom_lab import Lab, Options, Playbook, orders
from phantom_lab.cli.main import main
from tests.situations import SAMPLES, situations

SITUATIONS = situations()

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
    """Where nothing depends on the order, all are one, and the order of the asking stands for them."""
    found = orders(lab, book(parallel, "pass"))
    assert (found.orders, found.exhaustive, found.same) == (factorial(parallel), True, True)
    assert [(one.count, one.example_order, one.status, one.changes) for one in found.outcomes] == [
        (factorial(parallel), [f"look_{n}" for n in range(parallel)], "success", {})]


def test_what_is_written_by_whoever_is_first_differs(lab: Lab):
    """Both what is missing and what is there instead; the nearest order is the example."""
    found = orders(lab, book(3, FIRST_WINS))
    assert [(one.count, one.example_order) for one in found.outcomes] == [
        (2, ["look_0", "look_1", "look_2"]), (2, ["look_1", "look_0", "look_2"]), (2, ["look_2", "look_0", "look_1"])]
    assert found.outcomes[1].changes == {"changes": {"missing": ['the container status: "look_0"'],
                                                     "instead": ['the container status: "look_1"']}}
    assert not found.same


def test_blocks_actions_and_failures_differ(lab: Lab):
    """An action that only one order asks for, and a block that only one order breaks."""
    _, acts = orders(lab, book(2, LAST_ACTS)).outcomes
    assert acts.example_order == ["look_1", "look_0", "block_1"]
    assert acts.changes["actions"] == {
        "missing": [], "instead": ["block_1: block on a: {}"]}
    whole, broken = orders(lab, book(2, RAISES)).outcomes
    assert (whole.status, broken.status) == ("success", "error")
    assert broken.changes["status"]["instead"] == [
        'the run: "error"', 'done raised: "AssertionError: ", 2 times']


def test_of_more_orders_than_runs_the_nearest_and_some_others_are_run(lab: Lab):
    """It says that they are not all; the lab's own options stay, and the same is drawn again."""
    found = orders(lab, book(6, FIRST_WINS), most=12)
    assert (found.exhaustive, found.outcomes[0].example_order) == (False, [f"look_{n}" for n in range(6)])
    assert 6 < found.orders <= 12
    assert len(found.outcomes) == 6
    assert lab.options == Options()
    assert orders(lab, book(6, FIRST_WINS), most=12) == found


def test_what_nobody_hears_of_completes_whenever_it_likes(lab: Lab):
    """Without a callback, and with a name that no code says, it is in one place of the order only; a name that some
    code may look for is in all of them."""
    source = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look up", name="first", assets=["a"], callback=done)
    phantom.act("look up", name="quiet", assets=["a"])
    phantom.act("look up", name="last", assets=["a"], callback=done)
def done(action=None, **kwargs):
    LOOK
"""
    assert orders(lab, Playbook.from_source(source.replace("LOOK", "pass"), name="sample")).orders == 2
    looks = source.replace("LOOK", 'phantom.completed(action_names=["quiet"])')
    assert orders(lab, Playbook.from_source(looks, name="sample")).orders == 6


UNGUARDED = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look up", name="left", assets=["a"], callback=report)
    phantom.act("look up", name="right", assets=["a"], callback=report)
def report(container=None, **kwargs):
    phantom.collect2(container=container, datapath=["left:action_result.data.*.n", "right:action_result.data.*.n"])
"""
ONE_SIDED = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look up", name="left", assets=["a"], callback=join_report)
    phantom.act("look up", name="right", assets=["a"])
def join_report(container=None, **kwargs):
    if phantom.completed(action_names=["left", "right"]):
        report(container=container)
def report(container=None, **kwargs):
    pass
"""


@pytest.mark.parametrize(("source", "told"), [
    (UNGUARDED, [("report", "twice", ["left", "right"], [], 2), ("report", "early", ["left"], ["right"], 2)]),
    (ONE_SIDED, [("report", "never", ["left", "right"], [], 1)])])
def test_joins_that_fire_twice_never_or_too_early_are_told_with_the_shortest_order(lab: Lab, source: str, told: list):
    """A join of which one way has no callback goes on in half of the orders only."""
    found = orders(lab, Playbook.from_source(source, name="sample"))
    assert [(one.join, one.what, one.order, one.lacks, one.orders) for one in found.joins] == told


@pytest.mark.parametrize("parallel", [2, 6])
@pytest.mark.parametrize("container", [None, 1, {"name": "Other"}])
def test_the_lab_stays_as_it_is_meanwhile_and_afterwards(lab: Lab, parallel: int, container):
    """For whoever else uses it: its options, its containers and the ids of its runs."""
    options, containers = lab.options, dict(lab.containers)
    seen: list[bool] = []
    lab.action("watch")(lambda: seen.append(lab.options is options and lab.containers == containers) or [])
    found = orders(lab, book(parallel, "phantom.act('watch', name='watch_1', assets=['a'])"), container, most=9)
    assert (found.orders > 1, set(seen)) == (True, {True})
    assert (lab.options is options, lab.containers) == (True, containers)
    assert lab.run(book(0, "pass")).id == 1


def test_a_recorded_run_is_enough(lab: Lab):
    """Its situation and its answers are taken from the journal; nobody is asked again."""
    asked: list[int] = []
    lab.action("look up")(lambda parameter: asked.append(1) or [parameter])
    run = lab.run(book(3, FIRST_WINS))
    assert run.orders() == orders(lab, book(3, FIRST_WINS))
    before = len(asked)
    assert run.orders(most=4) == orders(run.journal, most=4)
    assert len(asked) == before


NOTED = """
    _, _, number = phantom.add_note(container=1, note_type="general", title=f"of {action['name']}", content="x")
    """


@pytest.mark.parametrize(("last", "same", "but_for_ids"), [
    ('phantom.comment(container=1, comment=f"{action[\'name\']}: {number}")', True, 1),
    ('phantom.comment(container=1, comment=f"{action[\'name\']}: {len(found)}")', False, 0),
    ('number == 1 and phantom.set_status(container=1, status=action["name"])', False, 0)])
def test_what_differs_in_ids_only_is_no_other_outcome(lab: Lab, last: str, same: bool, but_for_ids: int):
    """With the ids of the other order it is the same: not so another number, nor what ids decide."""
    found = orders(lab, book(2, NOTED + last))
    assert (found.orders, found.same, found.outcomes[0].but_for_ids) == (2, same, but_for_ids)
    assert ("all come out the same (1 but for ids): success" in repr(found)) == same


def test_what_stopped_the_runs_is_told(lab: Lab, incident: Path):
    """Nothing is known of what would have come after."""
    told = "all come out the same: "
    assert f"{told}needs_outcome (no outcome for action 'look up'" in repr(orders(Lab(incident), book(1, "pass")))
    assert f"{told}error (AssertionError" in repr(orders(lab, book(1, "assert not found")))


def test_the_command_says_by_its_exit_code_whether_they_differ(tmp_path: Path, incident: Path, capsys):
    """And what depends on the order."""
    file = tmp_path / "sample.py"
    file.write_text(SOURCE.format(parallel=2, last=FIRST_WINS))
    given = ["orders", str(file), "--container", str(incident), "--generate"]
    assert main([*given, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["orders"], told["exhaustive"], len(told["outcomes"]), told["joins"]) == (2, True, 2, [])
    assert main(given) == 3
    assert "2. success, 1 of them: look_1 > look_0" in capsys.readouterr().out
    file.write_text(SOURCE.format(parallel=2, last="pass"))
    assert main(given) == 0


def test_what_two_callbacks_write_alike_is_found_in_the_sample_that_does_so():
    """The last verdict is believed, so that the order decides what is done; and a join waits for nothing."""
    found = SITUATIONS["last_verdict_wins"].run().orders()
    assert (found.orders, found.exhaustive, found.same) == (2, True, False)
    first, other = found.outcomes
    assert (first.example_order[-1], other.example_order) == (
        "domain_reputation_1", ["domain_reputation_1", "ip_reputation_1", "block_ip_1"])
    assert other.changes["blocks"] == {"missing": ["close_as_harmless"], "instead": ["block_ip_1"]}
    assert [(one.join, one.what, one.order, one.lacks, one.orders) for one in found.joins] == [
        ("note_verdicts", "early", ["ip_reputation_1"], ["domain_reputation_1"], 2)]


def test_a_join_that_goes_on_for_each_way_is_told_and_a_loop_is_none():
    """Both ways come by the same line of what should have held them up; a loop comes by a way of its own."""
    lab = Lab(scenario=f"{SAMPLES}/scenarios/reputation_joins.yaml#both_bad")
    found = orders(lab, SAMPLES / "playbooks" / "reputation_joins.py")
    assert [(one.join, one.what, one.orders) for one in found.joins] == [("add_report", "twice", 2)]
    assert SITUATIONS["sandbox_poll"].run().orders().joins == []


def test_situations_are_explored_until_both_ways_to_a_join_are_taken(capsys: pytest.CaptureFixture[str]):
    """Made up for a playbook, or from a run on: here of a domain that is not bad; in neither the plain one shows it."""
    file = str(SAMPLES / "playbooks" / "last_verdict_wins.py")
    assert main(["orders", file, "--explore", "40", "--json", "--all"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["exhaustive"]
    assert [one["situation"] for one in told["found"] if "block_ip_1" in str(one["outcomes"][1]["changes"])] == [
        "decide: if_1 true"]
    assert told["joins"] == [{"situation": "plain", "join": "note_verdicts", "line": 114, "what": "early", "orders": 2,
                              "order": ["ip_reputation_1"], "lacks": ["domain_reputation_1"]}]
    assert main(["orders", file, "--explore", "--results", "none.json"]) == 2
    scenario = f"{SAMPLES}/scenarios/reputation_joins.yaml#both_harmless"
    run = Lab(scenario=scenario).run(SAMPLES / "playbooks" / "reputation_joins.py")
    assert run.orders().joins == []
    assert [(join.join, join.what) for _, _, join in run.explore_orders(runs=15).joins] == [("add_report", "twice")]
