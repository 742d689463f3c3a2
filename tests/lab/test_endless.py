"""What does not end by itself is ended, and told with its loop, block and line."""

from __future__ import annotations

import _thread
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Options, Playbook, PlaybookRun, Stepper
from phantom_lab.errors import StepperError
from phantom_lab.history import ENDLESS, RunEnded
from tests.patience import UNIT

HEAD = "import itertools\nimport time\nimport phantom.rules as phantom\n"
STEPS = 100_000
SOURCES = """\
# a while
def on_start(container):
    while True:  # here
        pass

# a for
def on_start(container):
    for n in itertools.count():  # here
        pass

# a while on one line
def on_start(container):
    while (n := 1): pass  # here

# the outer of two
def on_start(container):
    while True:  # here
        for n in range(500):
            n += 1

# the inner of two
def on_start(container):
    for n in range(5):
        while n < 3:  # here
            n += 0

# one that ended before
def on_start(container):
    for n in range(5):
        left = 9
        while left or n == 3:  # here
            left = max(left - 1, 0)

# one behind another
def on_start(container):
    for n in range(9000):
        n += 1
    while n:  # here
        n += 1

# one within else
def on_start(container):
    try:
        n = 1
    except ValueError:
        pass
    else:
        while n:  # here
            n += 1

# around a helper
def ready():
    return [n for n in range(20) if n > 20]
def on_start(container):
    while not ready():  # here
        time.sleep(5)

# in a helper
def wait():
    while True:  # here
        try:
            int('x')
        except ValueError:
            pass
def on_start(container):
    wait()

# in a method
class Feed:
    def poll(self):
        while True:  # here
            pass
def on_start(container):
    Feed().poll()

# over a generator
def pages():
    while True:
        yield 1
def on_start(container):
    for page in pages():  # here
        pass

# a generator that gives nothing
def pages():
    while True:  # here
        pass
    yield 1
def on_start(container):
    for page in pages():
        pass

# a comprehension
def on_start(container):
    [n for n in itertools.count() if n < 0]  # here

# a generator expression
def on_start(container):
    any(n < 0 for n in itertools.count())  # here

# a lambda
def on_start(container):
    any(map(lambda n: n < 0, itertools.count()))  # here

# helpers that call themselves
def on_start(container):
    grow(60)
def grow(n):  # here
    return grow(n - 1) + grow(n - 2) if n > 1 else 1

# inner functions that call themselves
def on_start(container):
    def grow(n):  # here
        return grow(n - 1) + grow(n - 2) if n > 1 else 1
    grow(60)

# blocks that call themselves
def on_start(container):
    grow(container)
def grow(container):  # here
    try:
        grow(container)
    except RecursionError:
        pass
    grow(container)

# at import
while True:  # here
    pass
def on_start(container):
    pass

# in on_finish
def on_start(container):
    pass
def on_finish(container, summary):
    while True:  # here
        time.sleep(60)

# in a thread
import threading
def work():
    while True:  # here
        pass
def on_start(container):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    phantom.debug(1)

# a loop block
def on_start(container):
    state = phantom.LoopState({'max_iterations': 10**9, 'delay_time': 1, 'max_ttl': 10**9})
    while state.should_continue(container=container):  # here
        state.increment()

# on the clock
from datetime import datetime, timedelta
def on_start(container):
    end = datetime.now() + timedelta(days=900)
    while datetime.now() < end:  # here
        pass

# requests
import requests
def on_start(container):
    while True:  # here
        try:
            requests.get('https://feed.example.com')
        except Exception:
            pass

# prints
def on_start(container):
    while True:  # here
        print('')

# catches everything
def on_start(container):
    while True:  # here
        try:
            phantom.debug(1)
        except:
            pass

# catches everything around a loop
def on_start(container):
    while True:
        try:
            while True:  # here
                n = 1
        except:
            pass
        finally:
            continue

# suppresses everything
import contextlib
def on_start(container):
    while True:
        with contextlib.suppress(BaseException):
            while True:  # here
                n = 1

# callbacks
def on_start(container):
    phantom.set_action_limit(10**9)
    again()
def again(**kwargs):
    phantom.act('look up', assets=['a'], name='look_1', callback=again)  # here

# prompts
def on_start(container):
    again()
def again(**kwargs):
    phantom.prompt2(user='admin', message='?', name='ask_1', callback=again)  # here

# custom functions
def on_start(container):
    again()
def again(**kwargs):
    [n for n in range(9)]
    phantom.custom_function('local/tool', parameters=[{}], name='tool_1', callback=again)  # here

"""
LOOPS = {title: source for title, _, source in (
    one.partition("\n") for one in SOURCES.removeprefix("# ").split("\n# "))}
Endless = Callable[..., PlaybookRun]


@pytest.fixture
def endless(tmp_path: Path) -> Endless:
    """Run a playbook within some steps."""
    (tmp_path / "custom_functions").mkdir()
    (tmp_path / "custom_functions" / "tool.py").write_text("def tool(**kwargs):\n    return {'n': 1}\n")

    def run(source: str, **options: Any) -> PlaybookRun:
        lab = Lab({"name": "X"}, paths=[tmp_path], options=Options(**{"max_steps": STEPS, **options}))
        lab.action("look up")(lambda parameter: [parameter])
        lab.action("prompt")(lambda parameter: {"responses": []})
        (tmp_path / "poll.py").write_text(HEAD + source)
        return lab.run(tmp_path / "poll.py")

    return run


@pytest.mark.parametrize("loop", LOOPS)
def test_what_goes_on_for_ever_is_ended_and_its_line_told(loop: str, endless: Endless):
    """Once, as the run's status, in its message and as its failure."""
    run = endless(LOOPS[loop])
    line = next(number for number, text in enumerate(f"{HEAD}{LOOPS[loop]}".splitlines(), 1) if "# here" in text)
    (failure,) = run.failures
    assert (run.status, failure.type, failure.file, failure.line) == ("endless", ENDLESS, "poll.py", line)
    assert run.message == f"poll.py:{line}: {failure.message}"
    assert run.message.endswith(f"A run takes at most {STEPS:,} steps (option max_steps)")
    assert "\n" not in run.message
    assert [one.status for one in run.journal.events if isinstance(one, RunEnded)] == ["endless"]


@pytest.mark.parametrize(("loop", "told"), [
    ("a while", "the loop in block on_start does not end: 99,"),
    ("in a helper", "the loop in function wait, which block on_start calls, does not end: 99,"),
    ("a comprehension", "the comprehension in block on_start does not end: 99,"),
    ("the outer of two", "the loop in block on_start does not end: 200 rounds. A run"),
    ("around a helper", "the loop in block on_start does not end: 765 rounds and 1:03:40 of the clock. A run"),
    ("helpers that call themselves", "function grow (block on_start) calls itself again and again. A run"),
    ("blocks that call themselves", "block grow calls itself again and again. A run"),
    ("at import", "the loop at the level of the module does not end: 100,"),
    ("a lambda", "block on_start does not return. A run"),
    ("custom functions", "block again is invoked again and again: 66 times, last by custom function tool_1. A run"),
])
def test_it_is_told_what_goes_on_and_for_how_long(loop: str, told: str, endless: Endless):
    """The same in every run."""
    messages = {endless(LOOPS[loop]).failures[0].message for _ in range(2)}
    (message,) = messages
    assert message.startswith(told)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_stepped_run_ends_so_as_well(loop: str, endless: Endless, lab: Lab):
    """And takes no more commands."""
    lab.options = Options(max_steps=20_000)
    lab.action("look up")(lambda parameter: [parameter])
    lab.action("prompt")(lambda parameter: {"responses": []})
    lab.custom_function("local/tool")(lambda: {"n": 1})
    stepper = Stepper(lab.prepare(Playbook.from_source(HEAD + LOOPS[loop], name="poll")))
    position = stepper.resume()
    assert (position.state, position.status, position.invocation) == ("ended", "endless", None)
    assert position.why.startswith("The run has ended: endless (poll:")
    with pytest.raises(StepperError, match=r"the run has ended \(endless\)"):
        stepper.step()


POLL = """
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1", callback=done)
    {loop}
def done(**kwargs):
    phantom.debug("done")
"""
ASKS = "asks {} times whether 'look_1' has completed, and hears no: nothing completes before the block has returned"


@pytest.mark.parametrize("loop", [
    "while not phantom.completed(action_names=['look_1']): time.sleep(5)",
    "while not phantom.actions_done(['look_1']): time.sleep(5)",
    "while not ready(): time.sleep(5)\ndef ready(): return phantom.completed(action_names=['look_1'])"])
def test_a_loop_that_waits_for_an_action_is_told_why_it_waits_for_ever(loop: str, endless: Endless):
    """In the message and as a hint; the callback is not called, as on the platform."""
    run = endless(POLL.format(loop=loop))
    assert (run.status, run.summary().debug) == ("endless", [])
    count = run.message.partition(" rounds")[0].rpartition(" ")[2]
    assert f"It {ASKS.format(count)}, so go on in a callback. A run" in run.message
    hints = [one["message"] for one in run.summary().hints]
    assert hints == [f"on_start {ASKS.format(count)}, so go on in a callback"]


def test_a_loop_that_gives_up_waiting_has_the_hint_as_well(endless: Endless):
    """It ends, and so does the run; the callback comes afterwards."""
    run = endless(POLL.format(loop="for n in range(3):\n        if phantom.completed(action_names=['look_1']): break"))
    assert (run.status, run.summary().debug) == ("success", ["done"])
    assert [one["message"] for one in run.summary().hints] == [
        f"on_start {ASKS.format(3)}, so go on in a callback"]


def test_a_join_that_asks_once_each_time_is_no_loop(endless: Endless):
    """As every generated join does."""
    run = endless("def on_start(container):\n    for n in '12':\n        phantom.act('look up', assets=['a'], "
                  "name='look_' + n, callback=join)\ndef join(**kwargs):\n    if phantom.completed(action_names="
                  "['look_1', 'look_2']):\n        phantom.debug('joined')\n")
    assert (run.status, run.summary().debug, run.summary().hints) == ("success", ["joined"], [])


def test_a_loop_that_waits_for_a_result_is_told_what_is_pending(endless: Endless):
    """Whatever it looks at."""
    loop = "while not phantom.collect2(container=container, datapath=['look_1:action_result.data.*.x']): time.sleep(5)"
    assert ". 'look_1' is pending: nothing completes before the block has returned, so go on in a callback. A run" in (
        endless(POLL.format(loop=loop)).message)


def test_nothing_comes_after(endless: Endless):
    """No other branch and no ``on_finish``, as on the platform; what happened before stays."""
    run = endless("def on_start(container):\n    phantom.set_status(status='open')\n"
                  "    phantom.act('look up', assets=['a'], name='look_1', callback=stuck)\n"
                  "    phantom.act('look up', assets=['a'], name='look_2', callback=other)\n"
                  "def stuck(**kwargs):\n    while True:\n        try: pass\n        finally: pass\n"
                  "def other(**kwargs): phantom.debug('other')\n"
                  "def on_finish(container, summary): phantom.debug('end')\n")
    told = run.summary()
    assert (told.status, told.debug) == ("endless", [])
    assert [one["field"] for one in told.changes] == ["status", "open_time"]
    assert [(one["block"], one["type"]) for one in told.failures] == [("stuck", ENDLESS)]
    assert [one["error"] is not None for one in told.invocations] == [False, True]


def test_the_same_number_of_steps_on_every_run(endless: Endless):
    """So that a limit is no matter of luck."""
    source = ("def on_start(container):\n    for n in range(300): phantom.debug(n)\n    time.sleep(5)\n"
              "    phantom.act('look up', assets=['a'], name='look_1')\n")
    steps = {endless(source).tree.steps.taken for _ in range(3)}
    assert len(steps) == 1
    (taken,) = steps
    assert endless(source, max_steps=taken).status == "success"
    assert endless(source, max_steps=taken - 1000).status == "endless"


@pytest.mark.parametrize("body", [
    "for n in range(90_000): pass", "time.sleep(10**8)", "for n in range(60): time.sleep(86400)",
    "[phantom.debug(n) for n in range(900)]",
    "phantom.act('look up', assets=['a'], name='look_1', start_time=datetime(2031, 5, 6))"])
def test_what_ends_is_let_alone(body: str, endless: Endless):
    """Long loops, and days of waiting."""
    assert endless(f"from datetime import datetime\ndef on_start(container):\n    {body}\n").status == "success"


def test_a_child_that_does_not_end_ends_its_parents(tmp_path: Path):
    """With the file of the child."""
    (tmp_path / "child.py").write_text(f"{HEAD}def on_start(container):\n    while True: time.sleep(1)\n")
    (tmp_path / "parent.py").write_text(f"{HEAD}def on_start(container):\n"
                                        "    phantom.playbook('local/child', name='child_1', callback=on_start)\n")
    run = Lab({"name": "X"}, options=Options(max_steps=STEPS)).run(tmp_path / "parent.py")
    assert (run.status, run.failures) == ("endless", ())
    assert run.message.startswith("child.py:5: the loop in block on_start does not end: ")
    assert [(one["status"], one["message"]) for one in run.summary().playbook_runs] == [("endless", run.message)]
    assert [one["file"] for one in run.summary().failures] == ["child.py"]


@pytest.mark.parametrize("body", ["exec('while True: pass')", "exec('while True:\\n try: pass\\n except: pass')",
                                  "__import__('re').sub('.', lambda found: eval('[n for n in iter(int, 1)]'), 'x')"])
def test_a_limit_of_real_time_ends_what_takes_no_steps(body: str, endless: Endless):
    """Such as a loop in code that is made on the way."""
    run = endless(f"def on_start(container):\n    {body}\n", max_seconds=0.3)
    assert (run.status, run.message) == ("endless", (
        "poll.py:5: block on_start does not return. A run takes at most 0.3 seconds of real time (option max_seconds)"))


def test_a_loop_that_waits_in_real_time_is_named(endless: Endless):
    """The innermost one that went round."""
    run = endless("import threading\ndef on_start(container):\n    while True:\n        try:\n"
                  "            threading.Event().wait(0.01)\n        except:\n            pass\n", max_seconds=0.5)
    assert run.status == "endless"
    assert run.message.startswith("poll.py:6: the loop in block on_start does not end: ")


def test_a_rest_takes_nothing_of_the_real_time(lab: Lab, playbook):
    """A run that is looked at for long goes on."""
    lab.options = Options(max_seconds=UNIT)
    stepper = lab.step(playbook("def on_start(container):\n    after(container)\ndef after(container): pass\n"))
    threading.Event().wait(2 * UNIT)
    assert stepper.resume().status == "success"


CUSTOM = {
    "plain": "def tool():\n    while True:\n        pass\n",
    "swallows": "def tool():\n    while True:\n        try:\n            while True: pass\n        except: pass\n",
    "sleeps": "import time\ndef tool():\n    while True:\n        time.sleep(0.1)\n",
    "in a helper": "def tool():\n    return spin()\ndef spin():\n    while True:\n        pass\n",
    "at import": "while True:\n    pass\ndef tool():\n    return {}\n",
}


@pytest.mark.parametrize("kind", CUSTOM)
def test_a_custom_function_times_out_and_the_run_goes_on(kind: str, tmp_path: Path):
    """After a quarter of a run's steps; its callback is told."""
    (tmp_path / "tool.py").write_text(CUSTOM[kind])
    lab = Lab({"name": "X"}, paths=[tmp_path], options=Options(max_steps=STEPS))
    run = lab.run(Playbook.from_source(
        "import json, phantom.rules as phantom\ndef on_start(container):\n"
        "    phantom.custom_function('local/tool', parameters=[{}], name='tool_1', callback=done)\n"
        "def done(success=None, results=None, **kwargs):\n"
        "    phantom.debug(json.dumps([success, results[0]['custom_function_results'][0]['message']]))\n", name="p"))
    success, message = json.loads(run.summary().debug[0])
    assert (success, run.status) == (False, "failed")
    assert message.startswith("custom function local/tool timed out: the loop ")
    assert "does not end: " in message


def test_custom_functions_that_time_out_again_and_again_end_the_run(tmp_path: Path):
    """What they take counts."""
    (tmp_path / "tool.py").write_text(CUSTOM["plain"])
    lab = Lab({"name": "X"}, paths=[tmp_path], options=Options(max_steps=STEPS))
    run = lab.run(Playbook.from_source(
        "import phantom.rules as phantom\ndef on_start(container):\n"
        "    phantom.custom_function('local/tool', parameters=[{}] * 100, name='tool_1')\n", name="p"))
    assert run.status == "endless"
    assert run.message.startswith("tool.py:2: the loop in block tool does not end: ")


def test_an_interrupt_ends_a_loop_that_catches_everything(lab: Lab, playbook, monkeypatch: pytest.MonkeyPatch):
    """It is for nobody but the user."""
    lab.options = Options(max_steps=10**12)
    begun = threading.Event()
    monkeypatch.setitem(sys.modules, "begun", begun)
    user = threading.Thread(target=lambda: begun.wait() and _thread.interrupt_main())
    user.start()
    with pytest.raises(KeyboardInterrupt):
        lab.run(playbook("import sys\ndef on_start(container):\n    while True:\n        try:\n"
                         "            sys.modules['begun'].set()\n            [n for n in range(1000)]\n"
                         "        except:\n            pass\n"))
    user.join()
