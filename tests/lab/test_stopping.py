"""`stop()`: wherever a run is, it returns, and the run has ended as stopped."""

from __future__ import annotations

import gc
import json
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from phantom_lab import Lab, Options, Stepper
from phantom_lab.control import Position
from phantom_lab.errors import StepperError
from phantom_lab.history import InvocationStarted, RunEnded
from phantom_lab.isolation.interrupt import _collecting
from tests import forked
from tests.patience import LONG

ASK = """
def on_start(container):
    b(container)
def b(container):
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb)
def cb(container=None, **kwargs): phantom.debug("after the stop")
def on_finish(container, summary): phantom.debug("after the stop")
"""
LOOPS = {
    "calls the platform and catches everything": "while True:\n        try:\n            phantom.debug(1)\n"
                                                 "        except: pass",
    "catches everything and calls nothing": "while True:\n        try:\n            n = 1\n        except: pass",
    "catches everything around a loop":
        "while True:\n        try:\n            while True: n = 1\n        except: pass",
    "catches everything around a loop of several lines":
        "while True:\n        try:\n            while True:\n                n = 1\n        except:\n            pass",
    "catches everything by another name":
        "kinds = (ValueError, BaseException)\n    while True:\n        try:\n            while True:\n"
        "                n = 1\n        except kinds:\n            pass",
    "goes on in finally around a loop":
        "while True:\n        try:\n            while True:\n                n = 1\n        finally:\n"
        "            continue",
    "suppresses everything around a loop":
        "import contextlib\n    while True:\n        with contextlib.suppress(BaseException):\n"
        "            while True:\n                n = 1",
    "catches everything in finally":
        "while True:\n        try:\n            n = 1\n        finally:\n            continue",
    "calls a helper": "while True:\n        try:\n            helper()\n        except BaseException: pass",
    "calls a block": "while True:\n        try:\n            b(container)\n        except BaseException: pass",
    "calls the platform": "while True: phantom.debug(1)",
    "collects":
        "while True:\n        try:\n            phantom.collect2(datapath=['artifact:*.id'])\n        except: pass",
}


@pytest.fixture(autouse=True)
def no_garbage():
    """Nothing of earlier tests is collected, and calls nobody back, on a playbook's thread while it is stopped."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def unlimited(lab: Lab):
    """Nothing but a stop ends a loop."""
    lab.options = Options(max_steps=10**12)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that a playbook sets with ``import meeting; meeting.started.set()``."""
    module = ModuleType("meeting")
    module.started = threading.Event()
    monkeypatch.setitem(sys.modules, "meeting", module)
    return module.started


def stop(stepper: Stepper) -> Position:
    """What ``stepper.stop()`` returns, waited for, but not for ever."""
    returned: list[Position] = []
    caller = threading.Thread(target=lambda: returned.append(stepper.stop()), daemon=True)
    caller.start()
    caller.join(LONG)
    assert returned, "stop() has not returned"
    return returned[0]


def blocks(stepper: Stepper) -> list[str]:
    """The blocks that were invoked."""
    return [one["block"] for one in stepper.run.summary().invocations]


def assert_stopped(stepper: Stepper, position: Position) -> None:
    """The run has ended, its journal says so once and at its end, and nothing more can be asked of it."""
    assert (position.state, position.status, position.invocation) == ("ended", "stopped", None)
    assert position == stepper.position
    assert [one.status for one in stepper.run.journal.events if isinstance(one, RunEnded)] == ["stopped"]
    assert isinstance(stepper.run.journal.events[-1], RunEnded)
    assert "after the stop" not in stepper.run.summary().debug
    with pytest.raises(StepperError, match=r"the run has ended \(stopped\)"):
        stepper.stop()


@pytest.mark.parametrize("steps", [0, 1])
def test_a_run_at_rest_is_stopped_there(steps: int, lab: Lab, playbook):
    """The block it rests at does nothing, and neither does ``on_finish``."""
    stepper = lab.step(playbook(ASK))
    for _ in range(steps):
        stepper.step()
    assert_stopped(stepper, stop(stepper))
    assert blocks(stepper) == ["on_start", "b"][:steps + 1]


def test_a_run_that_waits_for_an_outcome_is_stopped_there(lab: Lab, playbook):
    """Nobody is asked any more."""
    stepper = lab.step(playbook(ASK))
    assert stepper.resume().state == "needs_outcome"
    assert_stopped(stepper, stop(stepper))
    assert stepper.needed is None
    assert blocks(stepper) == ["on_start", "b"]


def test_a_run_that_has_not_started_is_stopped_before_its_first_block(lab: Lab, playbook, tmp_path: Path):
    """It leaves a whole journal without an invocation."""
    stepper = Stepper(lab.prepare(playbook(ASK), journal=tmp_path / "run.jsonl"))
    assert_stopped(stepper, stop(stepper))
    assert not [one for one in stepper.run.journal.events if isinstance(one, InvocationStarted)]
    last = json.loads((tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["event"], last["status"]) == ("RunEnded", "stopped")


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_is_stopped_whatever_it_catches(loop: str, lab: Lab, playbook, started: threading.Event):
    """Also one that swallows every exception, and one that calls the platform all the time."""
    stepper = lab.step(playbook(f"import meeting\ndef helper(): meeting.started.set()\n"
                                f"def on_start(container):\n    helper()\n    {LOOPS[loop]}\n"
                                "def b(container): pass\n"))
    stepper.request("resume")
    assert started.wait(LONG)
    assert_stopped(stepper, stop(stepper))
    assert set(blocks(stepper)) <= {"on_start", "b"}


def test_a_run_at_rest_inside_a_loop_that_catches_everything_is_stopped(lab: Lab, playbook):
    """The block it rests at ends, and its caller is not called back into life."""
    stepper = lab.step(playbook(f"def on_start(container):\n    {LOOPS['calls a block']}\ndef b(container): pass\n"
                                "def helper(): pass\n"))
    assert stepper.step().invocation.block == "b"
    assert_stopped(stepper, stop(stepper))
    assert blocks(stepper) == ["on_start", "b"]


@pytest.mark.parametrize("where", ["in a callback", "in on_finish"])
def test_a_loop_is_stopped_in_later_blocks_too(where: str, lab: Lab, playbook, started: threading.Event):
    """Callbacks and ``on_finish`` are stopped like ``on_start``."""
    lab.action("look")(lambda parameter: [])
    loop = ("\n    import meeting\n    meeting.started.set()\n"
            "    while True:\n        try: phantom.debug(1)\n        except: pass\n")
    name = "cb(container=None, **kwargs)" if where == "in a callback" else "on_finish(container, summary)"
    source = "".join(f"def {one}:{loop if one == name else ' pass'}\n"
                     for one in ("cb(container=None, **kwargs)", "on_finish(container, summary)"))
    stepper = lab.step(playbook("def on_start(container):\n    phantom.act('look', assets=['x'], callback=cb)\n"
                                + source))
    stepper.request("resume")
    assert started.wait(LONG)
    assert_stopped(stepper, stop(stepper))


MANY = """
import sys, threading
from types import ModuleType
from phantom_lab import Lab, Playbook
meeting = sys.modules["meeting"] = ModuleType("meeting")
source = '''
import meeting
import phantom.rules as phantom
def on_start(container):
    meeting.started.set()
    while True: phantom.debug(1)
'''
lab, playbook, ended = Lab({"name": "x"}), Playbook.from_source(source, name="sample"), 0
for _ in range(200):
    meeting.started = threading.Event()
    stepper = lab.step(playbook)
    stepper.request("resume")
    assert meeting.started.wait(float(sys.argv[1]))
    position = stepper.stop()
    ended += (position.state, position.status) == ("ended", "stopped")
print(ended)
"""


def test_many_stops_leave_nothing_on_stderr():
    """Python has no exception to report that nobody could catch, however the stop and the playbook meet."""
    done = forked.run([sys.executable, "-c", MANY, str(LONG)], capture_output=True, text=True, check=False,
                      timeout=10 * LONG)
    assert done.stderr == ""
    assert done.stdout == "200\n"


@pytest.mark.parametrize(("ending", "status"), [
    ("pass", "success"), ("raise ValueError('x')", "error"), ("phantom.fix_datapath()", "not_emulated")])
def test_a_listener_that_fails_does_not_hide_how_the_run_ended(ending: str, status: str, lab: Lab, playbook):
    """The run's own ending comes first, then what the view raised."""
    stepper = lab.step(playbook(f"def on_start(container):\n    {ending}\n"))
    stepper.on_change(lambda: 1 / 0)
    position = stepper.resume()
    assert (position.state, position.status) == ("ended", status)
    message = stepper.run.summary().message
    assert position.why.startswith(f"The run has ended: {status}{f' ({message})' if message else ''}. ")
    assert position.why.endswith("A view failed: ZeroDivisionError: division by zero.")


def test_a_callback_of_the_garbage_collector_is_spared():
    """As is no other function that playbook code is in: what is raised in such a callback is printed and lost."""
    found: list[bool] = []

    def look(*_: object) -> None:
        found.append((lambda: _collecting(sys._getframe()))())

    look()
    gc.callbacks.append(look)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(look)
    assert len(found) > 2
    assert found == [False, *[True] * (len(found) - 1)]
