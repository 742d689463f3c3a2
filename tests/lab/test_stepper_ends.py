"""How a stepped run ends early, and how it waits for an outcome that nobody knows."""

from __future__ import annotations

import sys
import threading
from types import ModuleType

import pytest

from phantom_lab import InputError, Lab, Options, Stepper
from phantom_lab.errors import StepperError
from tests.patience import LONG

NESTED = """
def on_start(container):
    a(container)
    b(container)
def a(container): b(container)
def b(container):
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb)
def cb(container=None, **kwargs): pass
def on_finish(container, summary): pass
"""
ASK = """
def on_start(container):
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb)
def cb(container=None, success=None, results=None, **kwargs):
    phantom.debug([success, results[0]["action_results"][0]["message"]])
"""


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that a playbook sets with ``import meeting; meeting.started.set()``."""
    module = ModuleType("meeting")
    module.started = threading.Event()
    monkeypatch.setitem(sys.modules, "meeting", module)
    return module.started


def stopped(stepper: Stepper) -> bool:
    """Stop a run and wait, not for ever, until it has ended as stopped."""
    ended = threading.Event()
    stepper.on_change(lambda: ended.set() if stepper.position.state == "ended" else None)
    stepper.request("stop")
    return ended.wait(LONG) and stepper.position.status == "stopped"


@pytest.mark.parametrize("steps", range(7))
def test_stop_at_rest_ends_the_run_there(steps: int, lab: Lab, playbook):
    """The block it rested at does nothing more, and what called it goes no further."""
    lab.action("look")(lambda parameter: [])
    stepper = lab.step(playbook(NESTED))
    for _ in range(steps):
        stepper.step()
    assert stepper.position.state == "resting"
    assert stopped(stepper)
    order = ["on_start", "a", "b", "b", "cb", "cb", "on_finish"]
    assert [one["block"] for one in stepper.run.summary().invocations] == order[:steps + 1]
    assert {one["error"] for one in stepper.run.summary().invocations} == {None}


@pytest.mark.parametrize("body", [
    "while True:\n        pass",
    "while True:\n        try:\n            int('x')\n        except Exception:\n            pass",
    "try:\n        while True:\n            pass\n    except:\n        pass\n    phantom.debug('after the stop')",
    "try:\n        while True:\n            pass\n    finally:\n        phantom.debug('after the stop')",
    "try:\n        while True:\n            pass\n    except BaseException:\n        b(container)",
])
def test_a_running_loop_can_be_stopped(body: str, lab: Lab, playbook, meeting: threading.Event):
    """Whatever the playbook catches, no later ``phantom.*`` call or block does anything."""
    lab.options = Options(max_steps=10**12)
    stepper = lab.step(playbook(f"import meeting\ndef on_start(container):\n    meeting.started.set()\n    {body}\n"
                                "def b(container): phantom.debug('after the stop')\n"))
    stepper.request("resume")
    assert meeting.wait(LONG)
    assert stepper.wait(0).state == "running"
    assert stopped(stepper)
    assert "after the stop" not in stepper.run.summary().debug
    assert [one["block"] for one in stepper.run.summary().invocations] == ["on_start"]


def test_a_missing_outcome_is_asked_for(lab: Lab, playbook):
    """The run waits; a step is refused with the same message that says what to give."""
    stepper = lab.step(playbook(ASK))
    position = stepper.step()
    assert (position.state, position.status) == ("needs_outcome", "running")
    assert position.why.startswith("no outcome for action 'look' on asset 'x' with {\"n\": 1} (block one)")
    assert (stepper.needed.name, stepper.needed.parameter["n"]) == ("one", 1)
    for command in ("step", "resume"):
        with pytest.raises(StepperError) as caught:
            stepper.request(command)
        assert str(caught.value) == position.why


@pytest.mark.parametrize(("answer", "seen"), [
    (lambda stepper: stepper.give([{"a": 1}], summary={"hits": 2}), "[True, 'Hits: 2']"),
    (lambda stepper: stepper.give(message="said"), "[True, 'said']"),
    (lambda stepper: stepper.fail("no"), "[False, 'no']"),
])
@pytest.mark.parametrize("command", ["step", "resume"])
def test_giving_the_outcome_goes_on_as_commanded_before(command: str, answer, seen: str, lab: Lab, playbook):
    """After ``step`` it rests at the callback, after ``resume`` it runs to the end."""
    stepper = lab.step(playbook(ASK))
    getattr(stepper, command)()
    position = answer(stepper)
    assert position.state == ("resting" if command == "step" else "ended")
    assert stepper.needed is None
    if command == "step":
        assert position.invocation.block == "cb"
        stepper.resume()
    assert stepper.run.summary().debug == [seen]


def test_an_impossible_outcome_is_refused_and_asked_for_again(lab: Lab, playbook):
    """A bad answer is an input error; the run waits on."""
    stepper = lab.step(playbook(ASK))
    with pytest.raises(StepperError, match=r"no outcome is needed now \(the run is resting\)"):
        stepper.give([])
    stepper.step()
    with pytest.raises(InputError, match="the given result: the result is not JSON"):
        stepper.give([{1, 2}])
    assert stepper.position.state == "needs_outcome"
    assert stopped(stepper)
