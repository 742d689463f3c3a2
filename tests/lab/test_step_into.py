"""Stepping through child playbooks and custom functions: into, over and out of them, each instance for itself."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook, PlaybookRun, Stepper, frames, success
from phantom_lab.errors import StepperError
from phantom_lab.history import Edited, InvocationStarted, RunStarted, read_journal
from phantom_lab.model import Options
from tests.patience import LONG, UNIT

HEAD = "import phantom.rules as phantom\n"
TOOL = HEAD + """
def tool(n=None):
    phantom.debug(n)
    helper()
    return {"n": n}

def helper():
    pass
"""
CHILD = HEAD + """
def on_start(container):
    work(container)

def work(container):
    phantom.save_run_data(key="who", value="child")
    phantom.custom_function("local/tool", parameters=[{"n": 1}, {"n": 2}], name="tool_1", callback=tooled)
    inner(container)

def inner(container): pass

def tooled(container=None, success=None, **kwargs):
    inner(container)
    phantom.act("look up", assets=["a"], name="look_1", callback=looked)

def looked(container=None, **kwargs):
    inner(container)
    last(container)

def last(container): phantom.debug(phantom.get_run_data(key="who"))

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"x": 1})
"""
TREES = {
    "two children": {"child": CHILD, "parent": """
def on_start(container):
    for name in ("one", "two"):
        phantom.playbook("local/child", container, name=name, callback=done)
    after(container)

def after(container): pass

def done(container=None, **kwargs): after(container)

def on_finish(container, summary): after(container)
"""},
    "not waited for": {"child": CHILD, "parent": """
def on_start(container):
    phantom.playbook("child", container)
    phantom.act("look up", assets=["a"], name="mine", callback=looked)
    after(container)

def after(container): pass

def looked(container=None, **kwargs):
    phantom.custom_function("tool", parameters=[{"n": 9}], name="own", callback=tooled)

def tooled(container=None, **kwargs): after(container)

def on_finish(container, summary): after(container)
"""},
    "three deep": {"child": CHILD, "middle": HEAD + """
def on_start(container):
    phantom.playbook("child", container, name="below", callback=back)

def back(container=None, **kwargs): inner(container)

def inner(container): pass
""", "parent": """
def on_start(container): ask(container)

def ask(container):
    phantom.playbook("middle", container, name="middle_1", callback=done)

def done(container=None, **kwargs): after(container)

def after(container): pass
"""},
    "a loop": {"child": HEAD + "def on_start(container): inner(container)\ndef inner(container): pass\n", "parent": """
def on_start(container): ask(container)

def ask(container=None, loop_state_json=None, **kwargs):
    loop = phantom.LoopState(loop_state_json or {"max_iterations": 2})
    phantom.custom_function("tool", parameters=[{"n": loop.current_iteration}], name="tool_1", callback=loop_ask,
                            loop_state=loop.to_json())

def loop_ask(container=None, results=None, loop_state_json=None, **kwargs):
    loop = phantom.LoopState(loop_state_json)
    if loop.should_continue(container, results):
        loop.increment()
        ask(container=container, loop_state_json=loop.to_json())
    else:
        phantom.playbook("child", container, name="child_1", callback=done)

def done(container=None, **kwargs): pass
"""},
    "failing": {"child": HEAD + "def on_start(container):\n    inner(container)\n"
                                "def inner(container): raise ValueError('x')\n"
                                "def on_finish(container, summary): pass\n", "parent": """
def on_start(container):
    phantom.playbook("child", container, name="child_1", callback=done)
    phantom.custom_function("broken", name="broken_1", callback=broken)

def done(container=None, **kwargs): after(container)

def broken(container=None, **kwargs): after(container)

def after(container): pass
""", "broken": "def broken():\n    raise ValueError('y')\n"},
}


@pytest.fixture
def books(tmp_path: Path, incident: Path):
    """Write the files of a tree; a lab that can run its parent, made anew at every call."""

    def write(sources: dict[str, str], **options: Any) -> Lab:
        for name, source in {"tool": TOOL, **sources, "parent": HEAD + sources["parent"]}.items():
            (tmp_path / f"{name}.py").write_text(source)
        lab = Lab(incident, start=datetime(2026, 1, 1, tzinfo=UTC), maxmind=False, paths=[tmp_path], **options)
        lab.add({"id": 7, "name": "Other"})
        lab.action("look up")(lambda parameter: [])
        lab.action("prompt")(lambda parameter: {"responses": ["Yes"]})
        return lab

    return write


@pytest.fixture
def step(books, tmp_path: Path):
    """A stepper at rest at the parent's ``on_start``."""

    def start(sources: dict[str, str], *, breakpoints: Any = (), journal: Any = None,
              **options: Any) -> Stepper:
        stepper = books(sources, **options).step(tmp_path / "parent.py", breakpoints=breakpoints, journal=journal)
        assert at(stepper) == (1, "on_start")
        return stepper

    return start


def at(stepper: Stepper) -> tuple[int, str] | None:
    """The run and the block it rests at."""
    rests = stepper.position.invocation
    return (rests.run, rests.block) if rests else None


def go(stepper: Stepper, command: str = "step") -> tuple[int, str] | None:
    """Give a command and wait, not for ever."""
    stepper.request(command)
    position = stepper.wait(LONG)
    assert position.state in ("resting", "ended"), position
    return at(stepper)


def go_to(stepper: Stepper, run: int, block: str, times: int = 1) -> None:
    """Step until it rests at a block for the n-th time."""
    for _ in range(times):
        go(stepper)
        while at(stepper) != (run, block):
            assert go(stepper), f"the run has ended before {block}"


def edits(stepper: Stepper) -> list[tuple[Any, ...]]:
    """What the journal says about edits: run, what, name, before, after."""
    get = stepper.run.journal.get
    return [(one.run, one.what, one.name, get(one.before), get(one.after))
            for one in stepper.run.journal.events if isinstance(one, Edited)]


# -- where commands lead -----------------------------------------------------------------------------------------------

def invocations(run: PlaybookRun) -> list[InvocationStarted]:
    """The invocations of the whole tree, in order."""
    return [event for event in run.journal.events if isinstance(event, InvocationStarted)]


def around(run: PlaybookRun, one: InvocationStarted) -> list[tuple[int, int]]:
    """The instance that an invocation is part of, and those around it: its custom function, its run, its parents."""
    parents = {event.run: event.parent for event in run.journal.events if isinstance(event, RunStarted)}
    found, number = ([(one.run, one.custom_function)] if one.custom_function else []), one.run
    while number is not None:
        found.append((number, 0))
        number = parents[number]
    return found


def leads_to(run: PlaybookRun, place: int, command: str) -> int | None:
    """The place in the order that a command leads to; None is the end of the run."""
    order = invocations(run)
    here = order[place]
    own, *outer = around(run, here)
    for later in range(place + 1, len(order)):
        one = order[later]
        if command == "step":
            return later
        instance = around(run, one)[0]
        if instance in outer:
            return later
        if instance != own:
            continue
        if command == "step_over" and (one.caller is None or one.depth <= here.depth):
            return later
        if command == "step_out" and (here.depth or not outer) and (one.caller is None or one.depth < here.depth):
            return later
    return None


@pytest.mark.parametrize("command", ["step_over", "step_out"])
@pytest.mark.parametrize("tree", TREES)
def test_from_every_position_of_a_tree_a_command_leads_where_the_design_says(tree: str, command: str, books,
                                                                             tmp_path: Path):
    """A step leads to the next one. Over and out stay in their own instance or come to one around it; resume leads to
    the end; and nothing of the run changes by stepping."""
    lab = books(TREES[tree])
    parent = Playbook.load(tmp_path / "parent.py")
    headless = lab.run(parent)
    order = invocations(headless)
    assert len(order) > 5
    assert len({one.run for one in order}) > 1
    found = []
    for place in range(0, len(order), 1 if command == "step_out" else 2):
        stepper = Stepper(books(TREES[tree]).prepare(parent))
        for one in order[:place + 1]:
            go(stepper)
            assert stepper.position.invocation == one
        go(stepper, command)
        rests = stepper.position.invocation
        found.append((place, rests.n - 1 if rests else None))
        assert not rests or go(stepper, "resume") is None
        assert stepper.run.journal.events == headless.journal.events
    assert found == [(place, leads_to(headless, place, command)) for place, _ in found]


@pytest.mark.parametrize("tree", TREES)
def test_mixed_commands_change_nothing_of_what_a_tree_does(tree: str, books, tmp_path: Path):
    """Each leads where the reference says, and the journal equals the headless run's."""
    lab = books(TREES[tree])
    parent = Playbook.load(tmp_path / "parent.py")
    headless = lab.run(parent)
    for seed in range(4):
        chance, stepper, place = random.Random(seed), Stepper(books(TREES[tree]).prepare(parent)), 0
        go(stepper)
        while place is not None:
            command = chance.choice(("step", "step", "step_over", "step_out"))
            expected = leads_to(headless, place, command)
            go(stepper, command)
            rests = stepper.position.invocation
            place = rests.n - 1 if rests else None
            assert place == expected, (seed, command)
        assert stepper.run.journal.events == headless.journal.events
        assert stepper.run.summary() == headless.summary()


def test_a_step_goes_into_the_child(step):
    """Once the asking block is over, the child's ``on_start`` is the next invocation."""
    stepper = step(TREES["two children"])
    assert [go(stepper) for _ in range(3)] == [(1, "after"), (2, "on_start"), (2, "work")]


def test_a_step_over_passes_the_whole_child(step):
    """From the asking block, and from what it calls, to the parent's own next block."""
    stepper = step(TREES["three deep"])
    assert [go(stepper), go(stepper, "step_over"), go(stepper, "step_over")] == [(1, "ask"), (1, "done"), None]
    stepper = step(TREES["two children"])
    assert [go(stepper, "step_over") for _ in range(4)] == [(1, "done"), (1, "done"), (1, "on_finish"), None]
    stepper = step(TREES["two children"])
    assert [go(stepper), go(stepper, "step_over")] == [(1, "after"), (1, "done")]


def test_out_of_a_childs_callback_is_the_parents_next_block_and_not_the_sibling(step):
    """Two children run at once: the other one passes by."""
    stepper = step(TREES["two children"])
    go_to(stepper, 2, "tooled")
    assert go(stepper, "step_out") == (1, "done")
    stepper = step(TREES["two children"])
    go_to(stepper, 3, "looked")
    assert go(stepper, "step_out") == (1, "done")


def test_over_within_a_child_stays_in_that_child(step):
    """Its custom function, its actions and its sibling pass by."""
    stepper = step(TREES["two children"])
    go_to(stepper, 3, "on_start")
    assert [go(stepper, "step_over") for _ in range(3)] == [(3, "tooled"), (3, "looked"), (3, "on_finish")]
    assert go(stepper, "step_over") == (1, "done")


def test_out_of_a_block_that_a_childs_block_called_stays_in_the_child(step):
    """To its caller's level, then to the child's next block."""
    stepper = step(TREES["two children"])
    go_to(stepper, 2, "inner")
    assert go(stepper, "step_out") == (2, "tooled")


def test_a_step_goes_into_every_parameter_set_of_a_custom_function(step):
    """Its helper is no place to rest; then comes the callback."""
    stepper = step(TREES["not waited for"])
    go_to(stepper, 2, "tool")
    first = stepper.position.invocation
    assert go(stepper) == (2, "tool")
    second = stepper.position.invocation
    assert (first.custom_function, first.depth, first.caller) == (second.custom_function, 0, None)
    assert second.custom_function > 0
    assert [frames.arguments(stepper, at=one.n)["n"] for one in (first, second)] == [1, 2]


def test_out_of_a_custom_function_is_its_playbooks_callback(step):
    """The other parameter sets pass by; a step over rests at the next one."""
    stepper = step(TREES["three deep"])
    go_to(stepper, 3, "tool")
    assert go(stepper, "step_over") == (3, "tool")
    assert go(stepper, "step_over") == (3, "tooled")
    stepper = step(TREES["three deep"])
    go_to(stepper, 3, "tool")
    assert go(stepper, "step_out") == (3, "tooled")


def test_each_iteration_of_a_loop_is_an_instance_of_its_own(step):
    """Over and out of one iteration's custom function never lead into the next one's."""
    for command in ("step_over", "step_out"):
        stepper = step(TREES["a loop"])
        go_to(stepper, 1, "tool")
        assert go(stepper, command) == (1, "loop_ask")
        assert go(stepper) == (1, "ask")
        assert go(stepper) == (1, "tool")
        assert go(stepper, command) == (1, "loop_ask")
        assert go(stepper, "step_over") == (1, "done")


def test_out_of_the_parents_callback_is_its_next_one(step):
    """There is nothing around it."""
    stepper = step(TREES["two children"])
    go_to(stepper, 1, "done")
    assert go(stepper, "step_out") == (1, "done")
    assert go(stepper, "step_out") == (1, "on_finish")
    assert go(stepper, "step_out") is None


def test_over_a_child_that_nobody_waits_for(step):
    """The parent ends first; what is left of the child passes by."""
    stepper = step(TREES["not waited for"])
    passed = []
    while place := go(stepper, "step_over"):
        passed.append(place)
    assert passed == [(1, "looked"), (1, "tooled"), (1, "on_finish")]
    assert stepper.run.summary().playbook_runs[0]["status"] == "success"


def test_from_within_a_child_whose_parent_has_ended_over_leads_on_in_it(step):
    """And out of it to the end."""
    stepper = step(TREES["not waited for"])
    go_to(stepper, 2, "looked")
    assert stepper.run.ended
    assert go(stepper, "step_over") == (2, "on_finish")
    assert go(stepper, "step_out") is None


# -- breakpoints -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("command", ["resume", "step_over", "step_out"])
def test_a_breakpoint_holds_in_every_run_of_the_tree(step, command: str):
    """By the block's name, whatever the command."""
    stepper = step(TREES["two children"], breakpoints=["work", "tool"])
    assert [go(stepper, command) for _ in range(3)] == [(2, "work"), (3, "work"), (2, "tool")]


def test_a_condition_of_a_breakpoint_sees_the_arguments_of_a_custom_function(step):
    """As those of any block."""
    stepper = step(TREES["two children"])
    stepper.breakpoints.add("tool", when="before", condition="n == 2")
    assert go(stepper, "resume") == (2, "tool")
    assert frames.arguments(stepper)["n"] == 2
    assert stepper.position.why.endswith("(breakpoint before tool if n == 2)")


@pytest.mark.parametrize(("block", "reason"), [("done", "playbook child_1 failed"),
                                               ("broken", "custom function broken_1 failed")])
def test_a_breakpoint_on_failures_rests_at_the_callback_of_what_failed(step, block: str, reason: str):
    """A child playbook and a custom function like an action."""
    stepper = step(TREES["failing"])
    stepper.breakpoints.events.add("failure")
    reasons = {}
    while go(stepper, "resume"):
        reasons[stepper.position.invocation.block] = stepper.position.why
    assert f"({reason})" in reasons[block]


# -- what it says ------------------------------------------------------------------------------------------------------

def test_why_names_playbooks_custom_functions_and_prompts(step):
    """Each with who asked for it, and where."""
    asks = "    phantom.prompt2(user='bob', message='?', name='ask_1', callback=done)\n\ndef after"
    sources = {**TREES["two children"],
               "parent": TREES["two children"]["parent"].replace("    after(container)\n\ndef after", asks)}
    stepper = step(sources)
    said: dict[tuple[int, str, str | None], str] = {}
    while place := at(stepper):
        said.setdefault((*place, stepper.position.invocation.cause.name), stepper.position.why)
        stepper.step()
    assert said[2, "on_start", "one"] == (
        "on_start is invoked because the child playbook of parent starts. on_start asked for it in line 5.")
    assert said[2, "tool", "tool_1"] == ("tool is invoked because custom function tool_1 executes it (parameter set 1 "
                                         "of 2). work asked for it in line 8.")
    assert said[2, "tooled", "tool_1"] == ("tooled is invoked because custom function tool_1 completed: 2 of 2 "
                                           "parameter sets succeeded. work asked for it in line 8.")
    assert said[1, "done", "one"] == ("done is invoked because child playbook one completed: it ended as success. "
                                      "on_start asked for it in line 5.")
    assert said[1, "done", "ask_1"].startswith("done is invoked because prompt ask_1 completed: ")
    assert said[1, "done", "ask_1"].endswith("on_start asked for it in line 6.")
    assert said[2, "on_finish", None] == "on_finish is invoked because nothing is pending any more."


def test_why_of_a_failed_child_and_custom_function(step):
    """It says so."""
    stepper, said = step(TREES["failing"]), {}
    while place := at(stepper):
        said[place[1]] = stepper.position.why
        stepper.step()
    assert "child playbook child_1 completed: it ended as failed." in said["done"]
    assert "custom function broken_1 completed: 0 of 1 parameter sets succeeded." in said["broken"]


def test_the_journal_of_a_tree_is_read_back_whole(step, tmp_path: Path):
    """The same events and values, in one file, children and custom functions included."""
    file = tmp_path / "tree.jsonl"
    stepper = step(TREES["two children"], journal=file)
    go_to(stepper, 2, "tool")
    stepper.edit(arguments={"n": 5}, run_data={"who": "mine"})
    go(stepper, "resume")
    read = read_journal(file)
    assert read.events == stepper.run.journal.events
    assert [(one.parent, one.name) for one in read.events if isinstance(one, RunStarted)] == [
        (None, ""), (1, "one"), (1, "two")]
    kinds = [type(one).__name__ for one in read.events]
    for kind, times in (("PlaybookStarted", 2), ("PlaybookCompleted", 2), ("CustomFunctionStarted", 2),
                        ("CustomFunctionCompleted", 2), ("RunEnded", 3), ("Edited", 2)):
        assert kinds.count(kind) == times, kind
    at_tool = next(one for one in read.events if isinstance(one, InvocationStarted) and one.block == "tool")
    assert frames.arguments(read, at=at_tool.n)["n"] == 5
    assert read.get(next(one for one in read.events if type(one).__name__ == "CustomFunctionCompleted").results)[0][
        "custom_function_results"][0]["data"] == {"n": 5}


# -- edits -------------------------------------------------------------------------------------------------------------

def test_run_data_that_are_edited_in_a_child_are_the_childs(step):
    """Neither its sibling nor its parent sees them; the journal says whose they are."""
    stepper = step(TREES["two children"])
    go_to(stepper, 3, "last")
    stepper.edit(run_data={"who": "edited"})
    assert edits(stepper) == [(3, "run data", "who", "child", "edited")]
    go(stepper, "resume")
    assert stepper.run.summary().debug[-1] == "edited"
    assert stepper.run.state.run_data == {}
    assert stepper.run.tree.runs[2].state.run_data == {"who": "child"}


def test_the_container_that_is_edited_in_a_child_is_the_childs(step):
    """Where it runs for another one."""
    sources = {"child": CHILD, "parent": "def on_start(container):\n"
                                         "    phantom.playbook('child', 7, name='one', callback=done)\n"
                                         "def done(container=None, **kwargs): phantom.debug(container['severity'])\n"}
    stepper = step(sources)
    go_to(stepper, 2, "work")
    stepper.edit(container={"severity": "high"})
    assert stepper.run.platform.containers[7]["severity"] == "high"
    go(stepper, "resume")
    assert stepper.run.summary().debug[-1] == "low"


def test_arguments_of_a_childs_block_and_of_a_custom_function_can_be_edited(step):
    """Of the parameter set that rests, and of no other one."""
    stepper = step(TREES["two children"])
    go_to(stepper, 2, "tool")
    stepper.edit(arguments={"n": 7})
    with pytest.raises(StepperError, match="tool takes no argument 'm'"):
        stepper.edit(arguments={"m": 7})
    go_to(stepper, 2, "tooled")
    results = frames.arguments(stepper)["results"][0]["custom_function_results"]
    assert [one["data"] for one in results] == [{"n": 7}, {"n": 2}]
    stepper.edit(arguments={"success": False})
    assert frames.arguments(stepper)["success"] is False


def test_a_custom_function_can_be_skipped(step):
    """What is given is what it returned."""
    stepper = step(TREES["two children"])
    go_to(stepper, 2, "tool")
    stepper.skip({"n": "by hand"})
    go_to(stepper, 2, "tooled")
    results = frames.arguments(stepper)["results"][0]["custom_function_results"]
    assert [one["data"] for one in results] == [{"n": "by hand"}, {"n": 2}]
    assert [one["status"] for one in results] == ["success", "success"]


def test_the_callback_of_a_child_can_be_told_otherwise(step):
    """`success` of a playbook's callback, like an action's."""
    stepper = step(TREES["failing"])
    go_to(stepper, 1, "done")
    assert frames.arguments(stepper)["success"] is False
    stepper.edit(arguments={"success": True})
    assert frames.arguments(stepper)["success"] is True


def test_a_custom_functions_time_is_what_it_takes_itself(step):
    """After a rest it goes on, and a rest longer than the limit takes nothing of it."""
    tool = f"{HEAD}def tool(n=None):\n    phantom.debug(n)\n    while n == 1:\n        pass\n    return {{}}\n"
    sources = {**TREES["two children"], "tool": tool}
    stepper = step(sources, options=Options(custom_function_seconds=UNIT, max_steps=10**12))
    go_to(stepper, 2, "tool", times=2)
    time.sleep(1.4 * UNIT)
    go_to(stepper, 2, "tooled")
    results = frames.arguments(stepper)["results"][0]["custom_function_results"]
    assert [one["status"] for one in results] == ["failed", "success"]
    stepper.stop()


@pytest.mark.parametrize("place", [(2, "on_start"), (2, "tool"), (3, "looked"), (1, "done")])
def test_a_stop_anywhere_ends_every_run(step, place: tuple[int, str]):
    """Also from within a custom function."""
    stepper = step(TREES["two children"])
    go_to(stepper, *place)
    stepper.request("stop")
    assert stepper.wait(LONG).status == "stopped"
    begun = {one.run for one in stepper.run.journal.events if isinstance(one, RunStarted)}
    assert {stepper.run.tree.runs[number].status for number in begun} <= {"stopped", "success"}


# -- what is pending ---------------------------------------------------------------------------------------------------

KINDS = {"child": HEAD + "def on_start(container): phantom.debug('child_1')\n", "parent": """
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1", callback=said)
    phantom.custom_function("tool", parameters=[], name="tool_1", callback=said)
    phantom.playbook("child", container, name="child_1")
    phantom.prompt2(user="bob", message="?", name="ask_1", callback=said)
    rest(container)

def rest(container): pass

def said(action=None, custom_function=None, **kwargs): phantom.debug((action or custom_function)["name"])
"""}


@pytest.fixture
def pending(step):
    """A stepper at rest while one thing of every kind is pending."""

    def start(**options: Any) -> Stepper:
        stepper = step(KINDS, **options)
        assert go(stepper) == (1, "rest")
        return stepper

    return start


def test_everything_that_was_asked_for_is_pending(pending):
    """Actions, custom functions, child playbooks and prompts, in the order of the calls."""
    assert [one.name for one in pending().pending] == ["look_1", "tool_1", "child_1", "ask_1"]


@pytest.mark.parametrize("order", [["ask_1", "child_1", "tool_1", "look_1"], ["child_1"], ["tool_1", "ask_1"]])
@pytest.mark.parametrize("seed", ["asked", 3])
def test_what_is_pending_can_be_reordered_across_kinds(pending, order: list[str], seed: Any):
    """Those that are named come first, the others after them as they were."""
    stepper = pending(options=Options(order=seed))
    others = [one.name for one in stepper.pending if one.name not in order]
    stepper.reorder(*order)
    assert [one.name for one in stepper.pending] == order + others
    go(stepper, "resume")
    assert stepper.run.summary().debug == order + others


def test_reordering_leaves_what_is_due_later_at_its_time(step):
    """An action that begins in an hour begins in an hour, unless it is named."""
    stepper = step({"parent": """
import time
from datetime import datetime, timedelta

def on_start(container):
    phantom.act("look up", assets=["a"], name="hour", callback=said, start_time=datetime.now() + timedelta(hours=1))
    phantom.act("look up", assets=["a"], name="one", callback=said)
    phantom.act("look up", assets=["a"], name="two", callback=said)
    phantom.save_run_data(key="began", value=time.time())
    rest(container)

def rest(container): pass

def said(action=None, **kwargs):
    phantom.debug([action["name"], round(time.time() - phantom.get_run_data(key="began"))])
"""})
    go(stepper)
    stepper.reorder("two")
    go(stepper, "resume")
    assert stepper.run.summary().debug == ["['two', 0]", "['one', 0]", "['hour', 3600]"]


@pytest.mark.parametrize("name", ["look_1", "tool_1", "child_1", "ask_1"])
def test_anything_pending_can_be_delayed(pending, name: str):
    """It comes after everything else; the journal says by how much."""
    stepper = pending()
    stepper.edit_pending(name, delay=3600)
    ((_, what, edited, before, after),) = edits(stepper)
    assert (what, edited, round(after - before)) == ("delay", name, 3600)
    go(stepper, "resume")
    assert stepper.run.summary().debug[-1] == name
    assert len(stepper.run.summary().debug) == 4


@pytest.mark.parametrize("name", ["tool_1", "child_1"])
@pytest.mark.parametrize("given", [{"answer": success()}, {"asset": "a"}, {"answer": [], "delay": 5}])
def test_what_is_executed_is_not_answered(pending, name: str, given: dict[str, Any]):
    """The message says what can be done; nothing is changed."""
    stepper = pending()
    with pytest.raises(StepperError, match=f"'{name}' is executed, not answered. It can be delayed or reordered"):
        stepper.edit_pending(name, **given)
    assert edits(stepper) == []
    assert [one.name for one in stepper.pending] == ["look_1", "tool_1", "child_1", "ask_1"]


def test_an_answer_to_a_pending_prompt_must_fit_it(pending):
    """It is looked at when it is given."""
    stepper = pending()
    with pytest.raises(InputError):
        stepper.edit_pending("ask_1", answer={"responses": ["Yes"], "unknown": 1})
    stepper.edit_pending("ask_1", answer={"declined": True})
    go(stepper, "resume")
    (done,) = [one for one in stepper.run.summary().action_runs if one["name"] == "ask_1"]
    assert done["status"] == "failed"


def test_what_a_child_asked_for_is_pending_beside_the_rest(step):
    """Each with the run that asked; a name that both children use stands twice."""
    stepper = step(TREES["two children"])
    go_to(stepper, 3, "inner")
    assert [(one.run.id, one.name) for one in stepper.pending] == [(2, "tool_1"), (3, "tool_1")]


def test_while_a_child_needs_an_outcome_an_edit_is_of_the_child(step):
    """Whoever looks at the question means the run that asks it."""
    sources = {"child": CHILD.replace("look up", "unknown"), "parent": TREES["two children"]["parent"]}
    stepper = step(sources)
    assert stepper.resume().state == "needs_outcome"
    asks = stepper.resting.id
    stepper.stop()
    assert asks == 2


def test_an_outcome_that_a_child_needs_is_given_by_hand(step):
    """The stepped tree goes on as commanded before."""
    sources = {"child": CHILD.replace("look up", "unknown"), "parent": TREES["three deep"]["parent"],
               "middle": TREES["three deep"]["middle"]}
    stepper = step(sources)
    go(stepper)
    stepper.request("step_over")
    assert stepper.wait(LONG).state == "needs_outcome"
    assert "(block look_1)" in stepper.position.why
    assert stepper.give([{}]).state == "resting"
    assert at(stepper) == (1, "done")
