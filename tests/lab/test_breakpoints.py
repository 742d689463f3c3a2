"""Breakpoints by block, hit count and condition; events to rest at; blocks that steps pass by."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab import Lab, Stepper
from phantom_lab.control import Breakpoints
from phantom_lab.errors import StepperError
from phantom_lab.history import InvocationEnded
from tests.patience import LONG
from tests.table import tabled

LOOP = """
def on_start(container):
    for n in range(4):
        find_ip(container, n=n)
    find_url(container)
def find_ip(container, n=0): return n * 10
def find_url(container): deep(container)
def deep(container): pass
def on_finish(container, summary): pass
"""
ACT = "phantom.act('look', parameters=[{}], name='%s', assets=['x'], callback=%s)"
FAILS = f"""
def on_start(container):
    try:
        a(container)
    except ValueError:
        phantom.debug("caught")
    {ACT % ("good", "cb")}
    {ACT % ("bad", "cb")}
def a(container):
    b(container)
def b(container): raise ValueError("broken")
def cb(success=None, **kwargs): pass
"""
GAP = """
def on_start(container): a(container)
def a(container):
    phantom.fix_datapath()
    b(container)
def b(container): pass
def on_finish(container, summary): pass
"""


@pytest.fixture
def step(lab: Lab, playbook):
    """Step a playbook to ``on_start`` under breakpoints; action ``bad`` fails."""
    lab.action("look")(lambda name: {"status": "failed" if name == "bad" else "success", "message": name})

    def start(source: str, breakpoints: Breakpoints | None = None) -> Stepper:
        stepper = Stepper(lab.prepare(playbook(source)), breakpoints)
        go(stepper, "step")
        return stepper

    return start


def go(stepper: Stepper, command: str = "resume") -> tuple[str, str, int] | None:
    """Give a command and wait, not for ever: where it rests, as block, place and number; None at the end."""
    stepper.request(command)
    position = stepper.wait(LONG)
    assert position.state in ("resting", "ended"), position
    return (position.invocation.block, position.at, position.invocation.n) if position.invocation else None


def rests(stepper: Stepper, command: str = "resume") -> list[Any]:
    """Every place it rests at until the end."""
    found = []
    while (place := go(stepper, command)) is not None:
        found.append(place)
    return found


IPS = [("find_ip", "entry", n) for n in range(2, 6)]
URL, DEEP, END = ("find_url", "entry", 6), ("deep", "entry", 7), ("on_finish", "entry", 8)


@pytest.mark.parametrize(("block", "options", "expected"), [
    ("find_ip", {}, IPS), ("find_url", {}, [URL]), ("on_finish", {}, [END]), ("nothing", {}, []),
    ("find_*", {}, [*IPS, URL]), ("*", {}, [*IPS, URL, DEEP, END]), ("find_??", {}, IPS),
    ("[fd]*", {}, [*IPS, URL, DEEP]), ("FIND_IP", {}, []), ("find", {}, []),
    ("find_ip", {"when": "after"}, [("find_ip", "exit", n) for n in range(2, 6)]),
    ("find_url", {"when": "after"}, [("find_url", "exit", 6)]),
    ("[fd]*", {"when": "after", "hits": 5}, [("deep", "exit", 7), ("find_url", "exit", 6)]),
    ("find_ip", {"hits": 1}, IPS), ("find_ip", {"hits": 3}, IPS[2:]), ("find_ip", {"hits": 5}, []),
    ("find_*", {"hits": 5}, [URL]),
    ("find_ip", {"condition": "n == 2"}, [IPS[2]]), ("find_ip", {"condition": "n > 9"}, []),
    ("find_ip", {"condition": " n % 2 ", "hits": 2}, [IPS[3]]), ("find_ip", {"condition": "  "}, IPS),
    ("find_ip", {"condition": "container['id'] == 1 and n"}, IPS[1:]),
    ("find_ip", {"condition": "n == 1", "when": "after"}, [("find_ip", "exit", 3)]),
])
def test_where_a_breakpoint_rests(step, block: str, options: dict[str, Any], expected: list[Any]):
    """Before or after, by name or pattern, from a hit on, under a condition; hits count where the condition holds."""
    stepper = step(LOOP)
    stepper.breakpoints.add(block, **options)
    assert rests(stepper) == expected
    assert stepper.run.status == "success"


def test_before_and_after_one_block_are_two_breakpoints(step):
    """At the exit the block's end is in the journal, at the entry it is not."""
    stepper = step(LOOP, Breakpoints(["deep"]))
    stepper.breakpoints.add("deep", when="after")

    def ended() -> bool:
        return any(isinstance(event, InvocationEnded) and event.n == 7 for event in stepper.run.journal.events)

    assert (go(stepper), ended()) == (DEEP, False)
    assert stepper.position.why == "deep is invoked because find_url calls it in line 8. (breakpoint before deep)"
    assert (go(stepper), ended()) == (("deep", "exit", 7), True)
    assert stepper.position.why == "deep (invocation 7) is left: breakpoint after deep."
    assert go(stepper) is None


@pytest.mark.parametrize(("command", "expected"), [
    ("step", END), ("step_over", END), ("step_out", END), ("resume", None)])
def test_from_the_exit_of_a_block_every_command_goes_on(step, command: str, expected: Any):
    """To the next entry that the command leads to."""
    stepper = step(LOOP)
    stepper.breakpoints.add("deep", when="after")
    go(stepper)
    assert go(stepper, command) == expected


def test_a_breakpoint_set_anew_replaces_the_old_one(step):
    """One per block and place."""
    stepper = step(LOOP)
    stepper.breakpoints.add("find_ip", condition="n == 1")
    stepper.breakpoints.add("find_ip", condition="n == 3")
    assert len(stepper.breakpoints) == 1
    assert rests(stepper) == [IPS[3]]


@pytest.mark.parametrize(("condition", "raised"), [
    ("missing == 1", "NameError: name 'missing' is not defined"),
    ("1 % n", "ZeroDivisionError: integer modulo by zero"),
    ("container['gone']", "KeyError: 'gone'"), ("n.lower()", "AttributeError: 'int' object has no attribute 'lower'")])
def test_a_condition_that_raises_rests_and_says_so(step, condition: str, raised: str):
    """The run itself is none the worse."""
    stepper = step(LOOP)
    stepper.breakpoints.add("find_ip", condition=condition)
    assert go(stepper) == IPS[0]
    assert stepper.position.why.endswith(
        f"(breakpoint before find_ip if {condition}: the condition raised {raised})")
    stepper.breakpoints.clear()
    assert (go(stepper), stepper.run.status) == (None, "success")


@pytest.mark.parametrize("condition", ["container.clear() or True", "container.update(id=9) or True",
                                       "container['tags'].append('x') or True", "globals().clear() or True"])
def test_a_condition_changes_nothing_of_what_the_block_gets(step, condition: str):
    """It is evaluated over copies, at the entry and at the exit."""
    stepper = step("def on_start(container):\n    b(container)\n    b(container)\n"
                   "def b(container): phantom.debug([container['id'], container['tags']])\n")
    stepper.breakpoints.add("b", condition=condition)
    stepper.breakpoints.add("b", when="after", condition=condition)
    assert rests(stepper) == [("b", "entry", 2), ("b", "exit", 2), ("b", "entry", 3), ("b", "exit", 3)]
    assert stepper.run.summary().debug == ["[1, []]", "[1, []]"]


@tabled(("wrong", "message"), [
    ({"condition": "n ="}, r"the condition 'n =' is no Python expression: invalid syntax"),
    ({"condition": "n = 1"}, r"the condition 'n = 1' is no Python expression"),
    ({"condition": "import os"}, r"the condition 'import os' is no Python expression"),
    ({"condition": "n\0"}, r"is no Python expression: source code .*cannot contain null bytes"),
    ({"when": "during"}, r"a breakpoint is 'before' or 'after' a block, not 'during'"),
    ({"hits": 0}, r"the hit count of a breakpoint is a number from 1, not 0"),
    ({"hits": -1}, r"a number from 1, not -1"), ({"hits": "2"}, r"a number from 1, not '2'"),
    ({"hits": 1.5}, r"a number from 1, not 1.5"), ({"hits": None}, r"a number from 1, not None"),
])
def test_an_impossible_breakpoint_is_refused_at_once(wrong: dict[str, Any], message: str):
    """In one line; what was set before stays."""
    breakpoints = Breakpoints(["a"])
    with pytest.raises(StepperError, match=message) as caught:
        breakpoints.add("a", **wrong)
    assert "\n" not in str(caught.value)
    assert repr(breakpoints) == "<Breakpoints: before a>"


def test_an_unknown_event_is_refused_and_names_the_known_ones():
    """A typing error sets nothing."""
    breakpoints = Breakpoints()
    with pytest.raises(StepperError, match=r"^no event 'fail'\. Did you mean failure\?$"):
        breakpoints.on("fail")
    with pytest.raises(StepperError, match=r"^no event 'gap'\. There are failure, not_emulated\.$"):
        breakpoints.on("gap")
    assert breakpoints.events == set()


def test_failure_rests_once_where_a_block_raised_and_where_a_callback_is_told(step):
    """The innermost block is the one that raised; the callback of an action that succeeded is no failure."""
    stepper = step(FAILS)
    stepper.breakpoints.on("failure")
    assert go(stepper) == ("b", "exit", 3)
    assert stepper.position.why == (
        "b (invocation 3) is left: it raised ValueError: broken (block b, sample:12).")
    assert go(stepper) == ("cb", "entry", 5)
    assert stepper.position.why.endswith(" (action bad failed)")
    assert (go(stepper), stepper.run.summary().debug) == (None, ["caught"])


@pytest.mark.parametrize("command", ["step", "step_over", "step_out", "resume", "stop"])
@pytest.mark.parametrize("events", [(), ("not_emulated",)])
def test_a_gap_rests_on_request_and_then_the_run_is_unwound(step, command: str, events: tuple[str, ...]):
    """Whatever the command, nothing of the playbook is executed after it."""
    stepper = step(GAP, Breakpoints())
    for event in events:
        stepper.breakpoints.on(event)
    if events:
        assert go(stepper) == ("a", "gap", 2)
        assert stepper.position.why == ("a (invocation 2) cannot go on: fix_datapath is not emulated yet "
                                        "(line 5).")
        with pytest.raises(StepperError, match="cannot edit arguments: the run does not rest at the entry of a block"):
            stepper.edit(arguments={"container": {}})
        assert go(stepper, command) is None
    else:
        assert go(stepper) is None
    assert [one["block"] for one in stepper.run.summary().invocations] == ["on_start", "a"]
    assert stepper.run.status == ("stopped" if events and command == "stop" else "not_emulated")
    assert stepper.run.summary().gaps == {"fix_datapath": 1}


@pytest.mark.parametrize("kind", ["ignored", "logged"])
def test_a_step_passes_by_ignored_and_logged_blocks_and_not_by_what_they_call(kind: str, step):
    """By name or pattern; a logged one leaves a note of its arguments but for the container."""
    stepper = step(LOOP)
    getattr(stepper.breakpoints, kind).update({"find_*"})
    assert rests(stepper, "step") == [DEEP, END]
    passed = [note for note in stepper.run.summary().notes if note.startswith("passed ")]
    assert passed == ([] if kind == "ignored" else [
        *(f"passed find_ip (invocation {n + 2}): n={n}" for n in range(4)), "passed find_url (invocation 6): "])


@pytest.mark.parametrize("command", ["step", "step_over", "resume"])
def test_blocks_are_logged_whatever_the_command(command: str, step):
    """Once for each invocation, where it starts, and cut short where an argument is long."""
    stepper = step("def on_start(container):\n    b(container, 'a' * 500)\n    b(container, [1])\n"
                   "def b(container, n): pass\n")
    stepper.breakpoints.logged.add("b")
    assert rests(stepper, command) == []
    first, second = [note for note in stepper.run.summary().notes if note.startswith("passed ")]
    assert first.startswith("passed b (invocation 2): n='aaaa")
    assert (len(first) < 130, second) == (True, "passed b (invocation 3): n=[1]")


@pytest.mark.parametrize("kind", ["ignored", "logged"])
@pytest.mark.parametrize("command", ["step", "step_over", "step_out", "resume"])
def test_a_breakpoint_at_or_inside_an_ignored_block_rests(kind: str, command: str, step):
    """What somebody asked for by name counts more."""
    for block, place in (("deep", DEEP), ("find_url", URL)):
        stepper = step(LOOP, Breakpoints([block]))
        getattr(stepper.breakpoints, kind).update({"find_*", "on_finish"})
        assert go(stepper, command) == place
    assert stepper.position.why.endswith("(breakpoint before find_url)")


def test_hits_are_counted_for_each_run(step):
    """Another run under the same breakpoints begins from nothing."""
    first = step(LOOP)
    first.breakpoints.add("find_ip", hits=4)
    assert rests(first) == [IPS[3]]
    assert rests(step(LOOP, first.breakpoints)) == [IPS[3]]


def test_a_lab_keeps_its_breakpoints_when_a_changed_playbook_is_stepped_again(lab: Lab, playbook):
    """They are kept by name; another lab has its own."""
    lab.breakpoints.add("deep", condition="container['id'] == 1")
    lab.breakpoints.ignored.add("find_ip")
    assert rests(lab.step(playbook(LOOP))) == [DEEP]
    changed = lab.step(playbook(LOOP.replace("range(4)", "range(2)").replace("def find_url", "\n\ndef find_url")))
    assert changed.breakpoints is lab.breakpoints
    assert go(changed, "step") == ("find_url", "entry", 4)
    assert go(changed) == ("deep", "entry", 5)
    changed.breakpoints.add("on_finish")
    assert "on_finish" in lab.breakpoints
    other = Lab({"name": "other"})
    assert (len(other.breakpoints), other.breakpoints.ignored) == (0, set())
    assert rests(other.step(playbook(LOOP))) == []


@pytest.mark.parametrize("given", [["deep"], ("deep",), {"deep"}, "deep", iter(["deep"])])
def test_breakpoints_given_to_one_run_are_its_own(given: Any, lab: Lab, playbook):
    """Neither the lab's hold there, nor are they added to the lab's."""
    lab.breakpoints.add("find_url")
    stepper = lab.step(playbook(LOOP), breakpoints=given)
    stepper.breakpoints.add("on_finish")
    assert rests(stepper) == [DEEP, END]
    assert [str(one) for one in lab.breakpoints] == ["before find_url"]


def test_no_breakpoints_at_all_for_one_run(lab: Lab, playbook):
    """An empty list is not None."""
    lab.breakpoints.add("deep")
    assert rests(lab.step(playbook(LOOP), breakpoints=[])) == []


def test_breakpoints_are_a_collection():
    """Length, membership, iteration, discarding, clearing and a text that lists them."""
    breakpoints = Breakpoints(["a", "b_*"])
    breakpoints.add("a", when="after", hits=3, condition="x > 1")
    assert len(breakpoints) == 3
    assert [name in breakpoints for name in ("a", "b_*", "b_1", 5)] == [True, True, False, False]
    assert [(one.block, one.when, one.hits, one.condition) for one in breakpoints] == [
        ("a", "before", 1, ""), ("b_*", "before", 1, ""), ("a", "after", 3, "x > 1")]
    assert repr(breakpoints) == "<Breakpoints: before a; before b_*; after a from hit 3 if x > 1>"
    breakpoints.discard("a")
    breakpoints.discard("never set")
    assert repr(breakpoints) == "<Breakpoints: before b_*>"
    breakpoints.on("failure")
    breakpoints.ignored.add("x")
    breakpoints.logged.add("y")
    breakpoints.clear()
    assert (len(breakpoints), breakpoints.events, breakpoints.ignored, breakpoints.logged) == (0, set(), set(), set())
    assert repr(breakpoints) == "<Breakpoints: none>"


NEAR = "note: no block matches 'find_up'; closest is 'find_ip'\n"


@pytest.mark.parametrize(("names", "told"), [
    (["find_ip"], ""), (["find_*", "d??p"], ""), (["find_up"], NEAR), (["find_up", "find_ip", "find_up"], NEAR),
    (["fnd_*"], "note: no block matches 'fnd_*'; closest is 'find_ip'\n"),
    (["elsewhere"], "note: no block matches 'elsewhere' so far; a child playbook may have one\n"),
])
def test_a_name_that_no_block_has_is_told_when_the_playbook_is_stepped(names: list[str], told: str, lab: Lab, playbook,
                                                                       capsys: pytest.CaptureFixture[str]):
    """One line each, with the closest block; the run is stepped all the same."""
    stepper = lab.step(playbook(LOOP), breakpoints=names)
    assert capsys.readouterr().err == told
    assert stepper.stop().state == "ended"


@pytest.mark.parametrize("kind", ["ignored", "logged"])
def test_a_misspelt_name_to_pass_by_is_told_too(kind: str, lab: Lab, playbook, capsys: pytest.CaptureFixture[str]):
    """Blocks to ignore and blocks to log."""
    getattr(lab.breakpoints, kind).add("find_up")
    lab.step(playbook(LOOP)).stop()
    assert capsys.readouterr().err == NEAR


def test_a_misspelt_name_is_told_at_once_while_a_run_rests(lab: Lab, playbook, capsys: pytest.CaptureFixture[str]):
    """Once a playbook was stepped, its blocks are known; those of a playbook stepped before stay known."""
    lab.breakpoints.add("find_up")
    assert capsys.readouterr().err == ""
    lab.breakpoints.clear()
    lab.step(playbook(LOOP)).stop()
    lab.breakpoints.add("find_up")
    assert capsys.readouterr().err == NEAR
    lab.breakpoints.clear()
    lab.breakpoints.add("find_ip")
    lab.step(playbook(FAILS)).stop()
    assert capsys.readouterr().err == ""


def test_a_breakpoint_that_is_not_there_is_told_when_it_is_to_be_removed(capsys: pytest.CaptureFixture[str]):
    """With the closest one that is."""
    points = Breakpoints(["find_ip"])
    points.discard("find_up")
    assert capsys.readouterr().err == "note: there is no breakpoint at 'find_up'; closest is 'find_ip'\n"
    points.discard("find_ip")
    assert (len(points), capsys.readouterr().err) == (0, "")
