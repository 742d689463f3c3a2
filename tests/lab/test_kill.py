"""A process that is killed loses nothing that had happened."""

from __future__ import annotations

import os
import random
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, success
from phantom_lab.history import InvocationEnded, InvocationStarted, Logged, RunEnded, RunSpec, read_journal, reopen
from phantom_lab.lab.replaying import replay
from tests.patience import LONG

KILLS = int(os.environ.get("PHANTOM_LAB_KILLS", "30"))
"""How often: `make soak` does it ten times as often."""
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


def execute(file: str, out: Connection) -> None:
    """Run the playbook in a process whose standard output is the connection."""
    os.dup2(out.fileno(), 1)
    out.close()
    lab = Lab({"name": "killed", "data": {"text": "x" * 2000}})
    lab.action("look")(lambda parameter: success([{"n": n} for n in range(50)]))
    lab.run(Playbook.from_source(SOURCE, name="killed"), journal=file)


@pytest.fixture(scope="module")
def forks() -> Any:
    """Processes that have loaded the lab already."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


@pytest.mark.skipif(os.name != "posix", reason="forks and signals")
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_run_leaves_a_journal_of_all_that_had_happened(seed: int, tmp_path: Path, forks: Any) -> None:
    """SIGKILL at a random moment: the file opens, and what the playbook told the outside is in it."""
    file = tmp_path / "run.jsonl"
    ours, theirs = forks.Pipe(duplex=False)
    child = forks.Process(target=execute, args=(str(file), theirs))
    child.start()
    theirs.close()
    with open(ours.fileno(), "rb", closefd=False) as out:
        try:
            said = out.readline()  # the run has begun
            time.sleep(random.Random(seed).random() * 0.1)
        finally:
            child.kill()
            said += out.read()
            child.join(LONG)
    ours.close()
    told = [int(line) for line in said.split(b"\n")[:-1]]
    events = read_journal(file).events
    assert isinstance(events[0], RunSpec)
    assert not [event for event in events if isinstance(event, RunEnded)]
    kept = [int(event.message) for event in events if isinstance(event, Logged) and event.level == "debug"]
    assert kept[:len(told)] == told
    assert len(kept) <= len(told) + 1
    again = replay(read_journal(file))
    assert (again.divergence, again.agreed) == (None, len(events))
    started = [event.n for event in events if isinstance(event, InvocationStarted)]
    ended = [event.n for event in events if isinstance(event, InvocationEnded)]
    assert started == list(range(1, len(started) + 1))
    assert ended == started[:len(ended)]
    going_on = reopen(file)
    going_on.append(Logged(1, 0, "note", "gone on"))
    going_on.close()
    assert list(read_journal(file).events) == [*events, Logged(1, 0, "note", "gone on")]
