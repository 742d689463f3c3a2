"""A process that is killed loses nothing that had happened."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, Stepper, success
from phantom_lab.history import (
    Edited,
    InvocationEnded,
    InvocationStarted,
    Logged,
    OutcomeGiven,
    RunEnded,
    RunSpec,
    read_journal,
    reopen,
)
from phantom_lab.lab.replaying import replay
from tests.patience import LONG

KILLS = int(os.environ.get("PHANTOM_LAB_KILLS", "25"))
"""How often: `make soak` does it a thousand times."""
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


STEPPED = """
import os
import phantom.rules as phantom
def on_start(container):
    phantom.set_action_limit(1_000_000)
    look(1)
def again(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    number = int(phantom.get_run_data("number") or 0) + 1
    phantom.save_run_data(key="number", value=str(number))
    phantom.add_list("seen", [number, phantom.get_run_data("edited")])
    tell(container=container, number=number)
    if not results[0]["action_results"][0]["data"][0]["last"]:
        look(number + 1)
def look(number):
    phantom.act("look", parameters=[{"n": number}], assets=["x"], name="look_%d" % number, callback=again)
def tell(container=None, number=0, **kwargs):
    phantom.debug(number)
"""


def answering(last: int) -> Lab:
    """Its action says at this number that it is the last one."""
    lab = Lab({"name": "killed"}, start=datetime(2026, 1, 1, tzinfo=UTC))
    lab.action("look")(lambda parameter: success([{"last": parameter["n"] >= last}]))
    return lab


def stepped(lab: Lab, journal: str | None = None) -> Stepper:
    """At rest at the start of the playbook."""
    return lab.step(Playbook.from_source(STEPPED, name="stepped"), journal=journal)


def step(file: str, out: Connection) -> None:
    """Step the playbook for ever, with an edit now and then."""
    os.dup2(out.fileno(), 1)
    out.close()
    stepper = stepped(answering(10 ** 9), file)
    os.write(1, b"begun\n")
    for number in count():
        if number % 3 == 0:
            stepper.edit(run_data={"edited": number}, arguments={"handle": number} if number % 2 else None)
        stepper.step()


@pytest.mark.skipif(os.name != "posix", reason="forks and signals")
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_run_goes_on_and_ends_as_if_nobody_had_killed_it(seed: int, tmp_path: Path, forks: Any) -> None:
    """SIGKILL at a random moment of a run that is stepped, and edited at rest."""
    file = tmp_path / "run.jsonl"
    ours, theirs = forks.Pipe(duplex=False)
    child = forks.Process(target=step, args=(str(file), theirs))
    child.start()
    theirs.close()
    with open(ours.fileno(), "rb", closefd=False) as out:
        try:
            out.readline()
            time.sleep(random.Random(seed).random() * 0.1)
        finally:
            child.kill()
            child.join(LONG)
    ours.close()
    killed = read_journal(file)
    last = len(killed.index.positions(OutcomeGiven)) + 3
    stepper = answering(last).open(file).resume()
    stepper.resume()
    assert stepper.run.status == "success"

    other = stepped(answering(last))
    for one in killed.index.invocations.values():
        assert other.position.invocation is not None
        assert other.position.invocation.n == one.started.n
        edits = [event for event in killed.index.of_kind(Edited) if event.invocation == one.started.n]
        for event in edits:
            value = killed.get(event.after)
            other.edit(**{"run_data" if event.what == "run data" else "arguments": {event.name: value}})
        if one is not killed.index.latest:
            other.step()
    other.resume()
    found = read_journal(file)
    assert (*zip(found.events, found.stamps, strict=True),) == (
        *zip(other.journal.events, other.journal.stamps, strict=True),)


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
