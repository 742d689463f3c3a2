"""What stepping, breakpoints and edits got wrong once."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from phantom_lab import Lab, failure
from phantom_lab.control import Breakpoints
from phantom_lab.errors import InputError, StepperError
from tests import forked
from tests.patience import LONG
from tests.threads import threads

NESTED = """
def on_start(container):
    f(n=3)
def f(n=0, **kwargs):
    if n == 0:
        raise ValueError("deep")
    f(n=n - 1)
"""


def test_a_debugger_can_be_used_after_a_stop() -> None:
    """A trace function of the process works as before: nothing of the stop is left in the interpreter."""
    code = """
import sys
from phantom_lab import Lab, Playbook
lab = Lab({"name": "x"})
lab.step(Playbook.from_source("def on_start(container):\\n    pass\\n", name="s")).stop()
calls = []
sys.settrace(lambda frame, event, argument: calls.append(event))
def traced():
    return 1
traced()
sys.settrace(None)
print(len(calls) > 0)
"""
    done = forked.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG)
    assert (done.stdout, done.stderr) == ("True\n", "")


@pytest.mark.parametrize("condition", ["any(n == x for x in [2])", "[n for _ in range(1)] == [2]", "n == 2"])
def test_a_condition_sees_the_arguments_everywhere(condition: str, lab: Lab, playbook) -> None:
    """Also inside a comprehension or a generator."""
    breakpoints = Breakpoints()
    breakpoints.add("f", condition=condition)
    stepper = lab.step(playbook(NESTED), breakpoints=breakpoints)
    position = stepper.resume()
    assert stepper.run.journal.get(position.invocation.arguments["n"]) == 2
    assert f"(breakpoint before f if {condition})" in position.why


def test_a_failure_rests_once_where_it_is_raised(lab: Lab, playbook) -> None:
    """Not at every level of a recursive block."""
    breakpoints = Breakpoints()
    breakpoints.on("failure")
    stepper = lab.step(playbook(NESTED), breakpoints=breakpoints)
    position = stepper.resume()
    assert (position.at, position.invocation.n) == ("exit", 5)
    assert stepper.resume().state == "ended"


def test_a_gap_rests_in_the_block_that_met_it(lab: Lab, playbook) -> None:
    """Not in the one that was left last."""
    breakpoints = Breakpoints()
    breakpoints.on("not_emulated")
    source = ("def on_start(container):\n    b(container)\n    phantom.fix_datapath()\n"
              "def b(container): pass\n")
    position = lab.step(playbook(source), breakpoints=breakpoints).resume()
    assert (position.at, position.invocation.block) == ("gap", "on_start")


@pytest.mark.parametrize("callback", ["cb(results=None)", "cb(a, b, c, d, e)"])
def test_a_failed_action_rests_whatever_its_callback_takes(callback: str, lab: Lab, playbook) -> None:
    """What counts is how the action went."""
    lab.action("look")(lambda parameter: failure("no"))
    breakpoints = Breakpoints()
    breakpoints.on("failure")
    source = ("def on_start(container):\n    phantom.act('look', assets=['x'], name='one', callback=cb)\n"
              f"def {callback}: pass\n")
    position = lab.step(playbook(source), breakpoints=breakpoints).resume()
    assert "(action one failed)" in position.why


@pytest.mark.parametrize("given", [{"arguments": [1]}, {"run_data": [1]}, {"container": 5}, {"arguments": {1: 2}},
                                   {"arguments": {"container": 1}, "run_data": {"x": {1}}}])
def test_an_impossible_edit_changes_nothing(given: dict, lab: Lab, playbook) -> None:
    """All or nothing, and one line."""
    stepper = lab.step(playbook("def on_start(container):\n    phantom.debug(type(container).__name__)\n"))
    with pytest.raises(InputError):
        stepper.edit(**given)
    stepper.resume()
    assert stepper.run.summary().debug == ["dict"]


def test_an_argument_that_the_block_does_not_take_is_refused(lab: Lab, playbook) -> None:
    """At once, not as an error of the playbook; so is the id of a container."""
    stepper = lab.step(playbook("def on_start(container):\n    pass\n"))
    with pytest.raises(StepperError, match="on_start takes no argument 'nothing'"):
        stepper.edit(arguments={"nothing": 1})
    with pytest.raises(StepperError, match="the id of a container cannot be changed"):
        stepper.edit(container={"id": 7})


@pytest.mark.parametrize("order", [("f:1", "f*:2"), ("f*:2", "f:1")])
def test_hits_are_counted_whatever_else_rests(order: tuple[str, str], lab: Lab, playbook) -> None:
    """The order in which breakpoints are set does not matter."""
    breakpoints = Breakpoints()
    for one in order:
        name, hits = one.split(":")
        breakpoints.add(name, hits=int(hits), condition="n == 3" if name == "f" else "")
    stepper = lab.step(playbook(NESTED), breakpoints=breakpoints)
    rests = [stepper.resume().invocation.n for _ in range(3)]
    assert rests == [2, 3, 4]


def test_a_hostile_callback_is_called_and_a_fault_of_the_lab_is_never_hidden(lab: Lab, playbook) -> None:
    """Whatever its attributes answer."""
    lab.action("look")(lambda parameter: [])
    source = """
class Odd:
    def __getattr__(self, name): return 5
    def __call__(self, **kwargs): phantom.debug("called")
class Unhashable(Odd):
    def __hash__(self): raise ValueError("no hash")
def on_start(container):
    for callback in (Odd(), Unhashable()):
        phantom.act("look", assets=["x"], callback=callback)
"""
    run = lab.run(playbook(source))
    assert (run.status, run.summary().debug) == ("success", ["called", "called"])


def test_a_condition_may_name_an_argument_that_was_not_passed(lab: Lab, playbook) -> None:
    """It is None there, as in the signature of generated blocks."""
    breakpoints = Breakpoints()
    breakpoints.add("*", condition="success is False")
    stepper = lab.step(playbook("def on_start(container):\n    b(container=container)\ndef b(**kwargs): pass\n"),
                       breakpoints=breakpoints)
    assert stepper.resume().state == "ended"


def test_an_exception_whose_own_text_raises_is_told_all_the_same(lab: Lab, playbook) -> None:
    """The run is in error, and the lab is not."""
    source = """
class Odd(Exception):
    def __str__(self): raise KeyError("no text")
def on_start(container):
    helper()
def helper():
    raise Odd()
"""
    run = lab.run(playbook(source))
    assert run.status == "error"
    assert run.summary().message == "Odd: <its text raised KeyError> (block on_start, sample:8)"


THREADS = """
import threading
def on_start(container):
    threads = [threading.Thread(target=block, kwargs={"handle": handle}) for handle in "AB"]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    phantom.debug("joined")
def block(handle=None, **kwargs):
    phantom.debug(handle)
"""


def test_threads_of_a_playbook_rest_one_after_the_other(lab: Lab, playbook) -> None:
    """A command and an edit are for the one that rests, and each has its own arguments."""
    stepper = lab.step(playbook(THREADS))
    handles = []
    for _ in range(2):
        position = stepper.step()
        handles.append(stepper.run.journal.get(position.invocation.arguments["handle"]))
        if len(handles) == 1:
            stepper.edit(arguments={"handle": "EDITED"})
    assert sorted(handles) == ["A", "B"]
    request_end = threading.Thread(target=stepper.resume, daemon=True)
    request_end.start()
    request_end.join(LONG)
    assert stepper.position.state == "ended"
    assert sorted(stepper.run.summary().debug) == sorted(["EDITED", handles[1], "joined"])


def test_a_stop_ends_every_thread_that_waits_for_its_turn(lab: Lab, playbook) -> None:
    """None of them rests for ever."""
    before = len(threads())
    stepper = lab.step(playbook(THREADS))
    stepper.step()
    assert stepper.stop().status == "stopped"
    deadline = time.monotonic() + LONG
    while len(threads()) > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(threads()) <= before


def test_an_edited_run_says_so(lab: Lab, playbook) -> None:
    """In its summary, beside what the playbook itself changed."""
    stepper = lab.step(playbook("def on_start(container):\n    pass\n"))
    stepper.edit(container={"severity": "high"})
    stepper.resume()
    assert stepper.run.summary().edits == [
        {"what": "container", "name": "severity", "before": "low", "after": "high", "block": "on_start"}]
