"""A process that is killed loses nothing that had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phantom_lab.journal import InvocationEnded, InvocationStarted, Logged, RunEnded, RunStarted, read_journal
from tests.patience import LONG

KILLS = int(os.environ.get("PHANTOM_LAB_KILLS", "30"))
"""How often: `make soak` does it ten times as often."""
CHILD = """
import sys
from phantom_lab import Lab, Playbook, success
lab = Lab({"name": "killed", "data": {"text": "x" * 2000}})
lab.action("look")(lambda parameter: success([{"n": n} for n in range(50)]))
lab.run(Playbook.from_source(SOURCE, name="killed"), journal=sys.argv[1])
"""
SOURCE = """
import os
import phantom.rules as phantom
def on_start(container):
    phantom.set_action_limit(1_000_000)
    tell(0)
    phantom.act("look", parameters=[{"n": 1}], assets=["x"], name="look_1", callback=again)
def again(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    number = int(phantom.get_run_data("number") or 0) + 1
    phantom.save_run_data(key="number", value=str(number))
    tell(number)
    phantom.act("look", parameters=[{"n": number}], assets=["x"], name="look_%d" % number, callback=again)
def tell(number):
    phantom.debug(number)
    os.write(1, b"%d\\n" % number)
"""


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_run_leaves_a_journal_of_all_that_had_happened(seed: int, tmp_path: Path) -> None:
    """SIGKILL at a random moment: the file opens, and what the playbook told the outside is in it."""
    file = tmp_path / "run.jsonl"
    child = subprocess.Popen([sys.executable, "-c", f"SOURCE = {SOURCE!r}\n{CHILD}", str(file)],
                             stdout=subprocess.PIPE)
    assert child.stdout is not None
    try:
        said = child.stdout.readline()  # the run has begun
        time.sleep(random.Random(seed).random() * 0.1)
    finally:
        child.send_signal(signal.SIGKILL)
        said += child.stdout.read()
        child.stdout.close()
        child.wait(LONG)
    told = [int(line) for line in said.split(b"\n")[:-1]]
    events = read_journal(file).events
    assert isinstance(events[0], RunStarted)
    assert not [event for event in events if isinstance(event, RunEnded)]
    kept = [int(event.message) for event in events if isinstance(event, Logged) and event.level == "debug"]
    assert kept[:len(told)] == told
    assert len(kept) <= len(told) + 1
    started = [event.n for event in events if isinstance(event, InvocationStarted)]
    ended = [event.n for event in events if isinstance(event, InvocationEnded)]
    assert started == list(range(1, len(started) + 1))
    assert ended == started[:len(ended)]
