"""A run and its child playbooks, custom functions, prompts and loops: how they are stepped, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.errors import StepperError
from phantom_lab.history import PlaybookCompleted, RunEnded, read_journal
from phantom_lab.model import Options
from phantom_lab.outcomes import declined, responses, timed_out

PARENT = """
import phantom.rules as phantom

def on_start(container):
    phantom.playbook("local/child", container=container, name="one", inputs={"x": [1, 2]}, callback=done)
    phantom.playbook("local/child", container=container, name="two", inputs={"x": [3]}, callback=done)

def done(success=None, results=None, container=None, **kwargs):
    phantom.debug([results[0]["name"], success, phantom.completed(playbook_names=["one", "two"])])

def on_finish(container, summary):
    phantom.debug(phantom.collect2(container=container, datapath=["one:playbook_output:sum"]))
"""
CHILD = """
import phantom.rules as phantom

def on_start(container):
    phantom.custom_function("local/add", parameters=[{"numbers": [
        row[0] for row in phantom.collect2(container=container, datapath=["playbook_input:x"])]}], name="add_1",
        callback=added)

def added(custom_function=None, success=None, container=None, **kwargs):
    phantom.save_run_data(key="sum", value=str(phantom.collect2(
        container=container, datapath=["add_1:custom_function_result.data.sum"])[0][0]))
    after(container=container)

def after(container=None, **kwargs):
    phantom.debug("sum " + phantom.get_run_data(key="sum"))

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"sum": phantom.get_run_data(key="sum")})
"""
ADD = """
def add(numbers=None, **kwargs):
    return {"sum": sum(numbers)}
"""
PROMPT = """
import phantom.rules as phantom

def on_start(container):
    phantom.prompt2(container=container, user="admin", message="Block {0}?", parameters=["container:name"],
                    respond_in_mins=10, name="ask_1", callback=answered, response_types=[
                        {"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}}])
    phantom.act("look up", parameters=[{"a": 1}], assets=["x"], name="look_1", callback=looked)

def looked(**kwargs):
    phantom.debug("looked")

def answered(success=None, container=None, handle=None, **kwargs):
    phantom.debug([success, handle, phantom.collect2(container=container, datapath=[
        "ask_1:action_result.summary.responses.0", "ask_1:action_result.parameter.message"])])
"""
LOOP = """
import json
from datetime import datetime
import phantom.rules as phantom

def on_start(container):
    look(container=container)

def look(container=None, loop_state_json=None, **kwargs):
    state = phantom.LoopState(state=loop_state_json or {
        "current_iteration": 1, "max_iterations": 4, "max_ttl": 600, "delay_time": 120,
        "conditions": [["look_1:action_result.data.*.state", "==", "done"]]})
    phantom.act("look up", parameters=[{}], assets=["x"], name="look_1", callback=loop_look,
                loop_state=state.to_json())

def loop_look(container=None, results=None, loop_state_json=None, **kwargs):
    state = phantom.LoopState(state=loop_state_json)
    phantom.debug([state.current_iteration, int(datetime.now().timestamp())])
    if state.should_continue(container=container, results=results):
        state.increment()
        look(container=container, loop_state_json=state.to_json())
"""


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """A parent, its child playbook and the child's custom function; returns the parent's file."""
    (tmp_path / "parent.py").write_text(PARENT)
    (tmp_path / "child.py").write_text(CHILD)
    (tmp_path / "custom_functions").mkdir()
    (tmp_path / "custom_functions" / "Add.py").write_text(ADD)
    return tmp_path / "parent.py"


def test_children_run_side_by_side_and_their_parent_is_told_one_after_the_other(lab: Lab, family: Path) -> None:
    """A child counts as completed only at its turn, and its outputs are there by then."""
    run = lab.run(family)
    assert run.status == "success"
    assert run.summary().debug == ["sum 3", "sum 3", "['one', True, False]", "['two', True, True]", "[['3']]"]
    assert [(one["name"], one["status"], one["outputs"]) for one in run.summary().playbook_runs] == [
        ("one", "success", {"sum": "3"}), ("two", "success", {"sum": "3"})]


def test_step_into_rests_in_children_and_custom_functions(lab: Lab, family: Path) -> None:
    """Every invocation of the whole tree, with a sentence that says why."""
    stepper, seen = lab.step(family), []
    while stepper.position.state == "resting":
        seen.append((stepper.position.invocation.run, stepper.position.invocation.block))
        why = stepper.position.why
        if seen[-1] == (2, "on_start"):
            assert why == ("on_start is invoked because the child playbook of parent starts. on_start asked for it in "
                           "line 5.")
        if seen[-1] == (2, "add"):
            assert why.startswith("add is invoked because custom function add_1 executes it (parameter set 1 of 1).")
        stepper.step()
    assert seen == [(1, "on_start"), (2, "on_start"), (3, "on_start"), (2, "add"), (2, "added"), (2, "after"),
                    (2, "on_finish"), (3, "add"), (3, "added"), (3, "after"), (3, "on_finish"), (1, "done"),
                    (1, "done"), (1, "on_finish")]


def test_step_over_passes_children_by(lab: Lab, family: Path) -> None:
    """It stays in the run that it is in."""
    stepper, seen = lab.step(family), []
    while stepper.position.state == "resting":
        seen.append(stepper.position.invocation.block)
        stepper.step_over()
    assert seen == ["on_start", "done", "done", "on_finish"]


def test_step_over_and_out_stay_with_one_instance(lab: Lab, family: Path) -> None:
    """Out of a custom function to its own playbook's callback; out of a child to the parent, never to its sibling."""
    stepper = lab.step(family, breakpoints=["add"])
    assert stepper.resume().invocation.block == "add"
    position = stepper.step_out()
    assert (position.invocation.run, position.invocation.block) == (2, "added")
    position = stepper.step_over()
    assert (position.invocation.run, position.invocation.block) == (2, "on_finish")
    position = stepper.step_out()
    assert position.invocation.block == "add"  # the other instance: a breakpoint holds wherever one steps
    position = stepper.step_out()
    assert (position.invocation.run, position.invocation.block) == (3, "added")
    position = stepper.step_out()
    assert (position.invocation.run, position.invocation.block) == (1, "done")
    assert stepper.resume().state == "ended"


def test_edits_reach_the_run_that_rests(lab: Lab, family: Path) -> None:
    """The run data of a child are the child's own."""
    stepper = lab.step(family, breakpoints=["after"])
    stepper.resume()
    stepper.edit(run_data={"sum": "41"})
    stepper.resume()
    stepper.resume()
    assert stepper.run.summary().debug[:2] == ["sum 41", "sum 3"]


def test_what_is_pending_can_be_delayed_but_only_people_and_apps_are_answered(lab: Lab, family: Path) -> None:
    """Children take turns like everything else."""
    stepper = lab.step(family)
    stepper.step()
    assert [one.name for one in stepper.pending] == ["two"]
    with pytest.raises(StepperError, match="is executed, not answered"):
        stepper.edit_pending("two", answer={"data": []})
    stepper.edit_pending("two", delay=3600)
    stepper.resume()
    assert stepper.run.summary().debug == ["sum 3", "['one', True, False]", "sum 3", "['two', True, True]", "[['3']]"]


def test_the_journal_of_a_tree_is_read_back(lab: Lab, family: Path, tmp_path: Path) -> None:
    """One file holds the run and its children; a stop ends all that has begun."""
    stepper = lab.step(family, breakpoints=["add"], journal=tmp_path / "tree.jsonl")
    stepper.resume()
    stepper.stop()
    events = read_journal(tmp_path / "tree.jsonl").events
    assert [(one.run, one.status) for one in events if isinstance(one, RunEnded)] == [
        (3, "stopped"), (2, "stopped"), (1, "stopped")]
    assert not [one for one in events if isinstance(one, PlaybookCompleted)]


@pytest.mark.parametrize(("reply", "debug"), [
    (responses("No"), ["[True, {}, [['No', 'Block X?']]]", "looked"]),
    (timed_out(), ["looked", "[False, {}, [[None, 'Block X?']]]"]),
    (declined(), ["[False, {}, [[None, 'Block X?']]]", "looked"]),
])
def test_a_prompt_is_answered_by_a_stub(playbook, reply, debug) -> None:
    """Until its time is over, other things complete."""
    lab = Lab({"name": "X"})
    lab.action("look up")(lambda parameter: [])
    lab.action("prompt")(lambda parameter: reply)
    assert lab.run(playbook(PROMPT)).summary().debug == debug


@pytest.mark.parametrize(("answer", "message"), [
    (responses("Maybe"), "response 'Maybe' is no choice. There are Yes, No."),
    (responses("Yes", "No"), "2 responses to 1 question. Asked is 'Sure?'."),
])
def test_a_reply_that_does_not_fit_is_refused_by_hand(playbook, answer, message) -> None:
    """The run waits on."""
    lab = Lab({"name": "X"})
    stepper = lab.step(playbook(PROMPT))
    assert stepper.step().why.startswith("no reply to prompt 'ask_1' to admin: Sure?. Reply with --results FILE")
    with pytest.raises(Exception, match=r"is no choice|responses to") as caught:
        stepper.answer(answer)
    assert str(caught.value).endswith(message)
    assert stepper.respond("Yes").invocation.block == "answered"
    assert stepper.position.why == ("answered is invoked because prompt ask_1 completed: 1 of 1 result succeeded on 1 "
                                    "asset. on_start asked for it in line 6.")
    stepper.stop()


@pytest.mark.parametrize(("states", "turns"), [
    (["new", "new", "new", "new", "new"], [1, 2, 3, 4]), (["new", "done"], [1, 2]), (["done"], [1])])
def test_a_loop_ends_after_its_iterations_or_at_its_condition(playbook, states, turns) -> None:
    """Two minutes of the clock pass between the iterations, and none of the user's."""
    lab, left = Lab({"name": "X"}, start=datetime(2026, 1, 5, tzinfo=UTC)), iter(states)
    lab.action("look up")(lambda parameter: [{"state": next(left)}])
    lines = [eval(line) for line in lab.run(playbook(LOOP)).summary().debug]
    assert [turn for turn, _ in lines] == turns
    assert all(later - sooner == 120 for (_, sooner), (_, later) in pairwise(lines))


def test_a_seed_makes_an_order_that_can_be_had_again(playbook) -> None:
    """Actions of one block complete in any order on the platform."""
    source = """
import phantom.rules as phantom
def on_start(container):
    for n in range(6):
        phantom.act("look up", parameters=[{}], assets=["x"], name=f"look_{n}", callback=done)
def done(action=None, **kwargs):
    phantom.debug(action["name"][-1])
"""

    def order(seed: int | str) -> str:
        lab = Lab({"name": "X"}, options=Options(order=seed))
        lab.action("look up")(lambda parameter: [])
        return "".join(lab.run(playbook(source)).summary().debug)

    orders = [order(seed) for seed in range(5)]
    assert order("asked") == "012345"
    assert len({*orders}) > 1
    assert all(sorted(one) == list("012345") for one in orders)
    assert orders == [order(seed) for seed in range(5)]


def test_playbooks_that_start_each_other_without_end_are_stopped(lab: Lab, tmp_path: Path) -> None:
    """The error names the chain."""
    (tmp_path / "again.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                       "    phantom.playbook('local/again', container=container)\n")
    run = lab.run(tmp_path / "again.py")
    last = run.summary().playbook_runs[-1]
    assert (len(run.summary().playbook_runs), last["status"]) == (15, "error")
    assert "again would run 16 levels deep (again > again > again > …)" in last["message"]


def test_new_artifacts_are_those_since_the_playbook_last_ran(playbook) -> None:
    """Default scope `new` hides the others, and the run's own scope `all` shows them."""
    source = playbook("""
def on_start(container):
    phantom.debug(len(phantom.collect2(container=container, datapath=["artifact:*.id"])))
    phantom.debug(len(phantom.collect2(container=container, datapath=["artifact:*.id"], scope="all")))
""")
    lab = Lab({"name": "X", "artifacts": [{"name": "a", "cef": {}}]})
    assert lab.run(source).summary().debug == ["1", "1"]
    lab.ran(source)
    lab.artifacts[2] = {**lab.artifacts[1], "id": 2}
    assert lab.run(source).summary().debug == ["1", "2"]
    assert lab.run(source, scope="all").summary().debug == ["2", "2"]
    assert lab.run(source, scope=[1]).summary().debug == ["1", "2"]
