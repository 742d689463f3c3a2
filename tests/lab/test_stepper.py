"""Stepping: where a run rests, what each command does, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from phantom_lab import Lab, Stepper, frames
from phantom_lab.errors import StepperError
from phantom_lab.history import RunSpec
from tests.patience import LONG

TREE = """
def on_start(container):
    a(container)
    b(container)
def a(container):
    c(container)
    f(container)
def c(container):
    d(container)
    g(container)
def d(container):
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb1)
def g(container): pass
def f(container): pass
def b(container):
    phantom.act("look", parameters=[{"n": 2}], name="two", assets=["x"], callback=cb2)
def cb1(container=None, **kwargs):
    e(container)
def e(container): helper()
def helper(): pass
def cb2(container=None, success=None, **kwargs): phantom.debug(success)
def on_finish(container, summary): pass
"""
ORDER = ["on_start", "a", "c", "d", "g", "f", "b", "cb1", "e", "cb2", "on_finish"]
ASK = """
def on_start(container):
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb)
def cb(container=None, success=None, results=None, **kwargs):
    phantom.debug([success, results[0]["action_results"][0]["message"]])
"""


@pytest.fixture
def tree(lab: Lab, playbook) -> Stepper:
    """A stepper at rest at ``on_start`` of nested calls with two actions."""
    lab.action("look")(lambda parameter: [parameter["n"]])
    return lab.step(playbook(TREE))


def at(stepper: Stepper) -> str | None:
    """The block it rests at."""
    invocation = stepper.position.invocation
    return invocation.block if invocation else None


def go_to(stepper: Stepper, block: str) -> None:
    """Step until it rests at a block."""
    while at(stepper) != block:
        assert stepper.step().state == "resting"


def test_step_rests_at_every_invocation(tree: Stepper):
    """Direct calls in the middle of a call stack and the engine's callbacks alike; helpers are no resting place."""
    seen = []
    while tree.position.state == "resting":
        seen.append(at(tree))
        tree.step()
    assert seen == ORDER
    assert (tree.position.state, tree.position.status) == ("ended", "success")


def test_rest_is_at_entry(tree: Stepper):
    """The block it rests at has done nothing yet, its caller is in the middle of its body."""
    go_to(tree, "d")
    assert tree.position.invocation.depth == 3
    assert "ActionStarted" not in [type(event).__name__ for event in tree.run.journal.events]
    tree.step()
    assert [type(event).__name__ for event in tree.run.journal.events].count("ActionStarted") == 1


@pytest.mark.parametrize(("block", "command", "expected"), [
    ("on_start", "step_over", "cb1"), ("a", "step_over", "b"), ("c", "step_over", "f"), ("d", "step_over", "g"),
    ("g", "step_over", "f"), ("f", "step_over", "b"), ("b", "step_over", "cb1"), ("cb1", "step_over", "cb2"),
    ("e", "step_over", "cb2"), ("cb2", "step_over", "on_finish"), ("on_finish", "step_over", None),
    ("on_start", "step_out", "cb1"), ("a", "step_out", "cb1"), ("c", "step_out", "b"), ("d", "step_out", "f"),
    ("g", "step_out", "f"), ("f", "step_out", "b"), ("b", "step_out", "cb1"), ("cb1", "step_out", "cb2"),
    ("e", "step_out", "cb2"), ("on_finish", "step_out", None), ("a", "resume", None), ("d", "step", "g"),
])
def test_where_a_command_leads(block: str, command: str, expected: str | None, tree: Stepper):
    """Over: the next at equal or smaller depth, or the engine's. Out: the first after the caller returned."""
    go_to(tree, block)
    position = getattr(tree, command)()
    assert at(tree) == expected
    assert position.state == ("resting" if expected else "ended")


@pytest.mark.parametrize("command", ["resume", "step_over", "step_out"])
def test_breakpoints_hold_whatever_the_command(command: str, tree: Stepper):
    """A breakpoint inside what is stepped over rests there."""
    tree.breakpoints.add("g")
    assert getattr(tree, command)().invocation.block == "g"
    tree.breakpoints.clear()
    assert tree.resume().state == "ended"


def test_breakpoints_may_be_given_at_the_start(lab: Lab, playbook):
    """``lab.step(…, breakpoints=…)`` rests at ``on_start`` first."""
    lab.action("look")(lambda parameter: [])
    stepper = lab.step(playbook(TREE), breakpoints=["cb2"])
    assert at(stepper) == "on_start"
    assert stepper.resume().invocation.block == "cb2"


def test_a_new_stepper_is_ready_and_starts_on_the_first_command(lab: Lab, playbook):
    """Nothing runs before the first command."""
    stepper = Stepper(lab.prepare(playbook(ASK)))
    assert (stepper.position.state, stepper.position.why) == ("ready", "sample has not started")
    assert [type(one) for one in stepper.run.journal.events] == [RunSpec]
    assert stepper.step().invocation.block == "on_start"


def test_a_request_returns_at_once_and_wait_waits(tree: Stepper):
    """Widgets use ``request``; scripts wait."""
    tree.request("step")
    assert tree.wait(LONG).invocation.block == "a"


def test_an_unknown_command_names_the_known_ones(tree: Stepper):
    """A typing error changes nothing."""
    with pytest.raises(StepperError, match=r"no command 'jump'\. There are step, step_over, step_out, resume, stop"):
        tree.request("jump")
    assert at(tree) == "on_start"


@pytest.mark.parametrize("command", ["step", "step_over", "step_out", "resume", "stop"])
def test_after_the_end_no_command_is_possible(command: str, tree: Stepper):
    """The message says how the run ended, and what to do."""
    tree.resume()
    with pytest.raises(StepperError, match=r"the run has ended \(success\)\. lab\.step\(…\) starts a new one"):
        getattr(tree, command)()


def test_looking_changes_nothing(tree: Stepper, lab: Lab):
    """What inspection hands out are copies."""
    frames.arguments(tree)["container"]["name"] = "mine"
    tree.run.container["name"] = "mine"
    go_to(tree, "b")
    assert frames.arguments(tree)["container"]["name"] == "Test incident"
    assert tree.run.container["name"] == "Test incident"
    assert lab.containers[1]["name"] == "Test incident"


def test_listeners_hear_every_change_until_they_leave(tree: Stepper):
    """A listener is called on each change of state; one that fails does not take the run with it."""
    states = []
    leave = tree.on_change(lambda: states.append((tree.position.state, at(tree))))
    tree.on_change(lambda: 1 / 0)
    tree.step()
    assert states[-1] == ("resting", "a")
    assert "running" in [state for state, _ in states]
    leave()
    leave()
    heard = len(states)
    assert tree.resume().status == "success"
    assert len(states) == heard


def test_why_a_block_is_invoked_is_one_sentence(tree: Stepper):
    """Start, call, completion and finish each say what happened, with the line."""
    sentences = {}
    while tree.position.state == "resting":
        sentences[at(tree)] = tree.position.why
        tree.step()
    assert sentences["on_start"] == ("on_start is invoked because the playbook starts on container 1, Test incident.")
    assert sentences["d"] == "d is invoked because c calls it in line 10."
    assert sentences["cb1"] == ("cb1 is invoked because action one completed: 1 of 1 result succeeded on 1 asset. "
                                "d asked for it in line 13.")
    assert sentences["on_finish"] == "on_finish is invoked because nothing is pending any more."
    assert repr(tree.position) == "<ended: The run has ended: success.>"


def test_an_exception_ends_its_branch_and_not_the_run(lab: Lab, playbook):
    """Later callbacks and ``on_finish`` are invoked all the same; the end names block and line."""
    lab.action("look")(lambda parameter: [])
    stepper = lab.step(playbook(TREE.replace("    e(container)", "    raise KeyError('gone')")))
    go_to(stepper, "cb1")
    assert stepper.step().invocation.block == "cb2"
    position = stepper.resume()
    assert position.status == "error"
    assert position.why == "The run has ended: error (KeyError: 'gone' (block cb1, sample:19))."


def test_an_exception_that_the_caller_catches_is_no_failure_of_the_run(lab: Lab, playbook):
    """It stands at the invocation that it left."""
    run = lab.run(playbook("def on_start(container):\n    try:\n        b(container)\n    except ValueError:\n"
                           "        phantom.debug('caught')\ndef b(container):\n    raise ValueError('x')\n"))
    assert (run.status, run.summary().debug) == ("success", ["caught"])
    assert [one["error"] for one in run.summary().invocations] == [
        None, "ValueError: x (block b, sample:8)"]


@pytest.mark.parametrize(("name", "container", "results"), [
    ("triage_phishing_sources", "phishing_report", "phishing"), ("two_actions_join", "phishing_report", "phishing"),
    ("file_reputation_two_apps", "malware_alert", "file_reputation"), ("no_outcome", "test_incident", None)])
def test_a_stepped_and_a_headless_run_do_the_same(name: str, container: str, results: str | None, samples: Path):
    """Their journals hold equal events and values."""
    runs = []
    for stepped in (True, False):
        lab = Lab(samples / "containers" / f"{container}.json", maxmind=False, start=datetime(2026, 1, 1, tzinfo=UTC),
                  results=samples / "results" / f"{results}.json" if results else None)
        if not results:
            lab.action("whois domain")(lambda parameter: [{"a": 1}])
        if not stepped:
            runs.append(lab.run(samples / "playbooks" / f"{name}.py"))
            continue
        stepper = lab.step(samples / "playbooks" / f"{name}.py")
        while stepper.position.state == "resting":
            stepper.step()
        runs.append(stepper.run)
    assert len(runs[0].journal.events) > 10
    assert runs[0].journal.events == runs[1].journal.events
    assert runs[0].summary() == runs[1].summary()
