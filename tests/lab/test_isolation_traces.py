"""A playbook's threads and files are its run's own, and nothing is left behind in the process."""

from __future__ import annotations

import builtins
import gc
import os
import signal
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from tests.patience import LONG
from tests.threads import threads

START = datetime(2026, 1, 1, tzinfo=UTC)

THREADS = """
import threading
def on_start(container):
    one(container)
    two(container)
def one(container): start("one")
def two(container): start("two")
def start(name):
    threads = [threading.Thread(target=say, args=(name, n)) for n in range(5)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
def say(name, n):
    phantom.debug(f"{name} {n} {MARK}")
    block(name=name, container=None)
def block(name=None, container=None): phantom.debug(f"{name} block {MARK}")
"""


def test_what_a_thread_does_is_filed_under_the_block_that_started_it(lab: Lab, playbook):
    """Lines and calls from a playbook's threads have the invocation in which the thread was started."""
    run = lab.run(playbook(THREADS.replace("{MARK}", "")))
    events = run.journal.events
    blocks = {event.n: event for event in events if type(event).__name__ == "InvocationStarted"}
    logged = [event for event in events if type(event).__name__ == "Logged"]
    assert len(logged) == 20
    for event in logged:
        name, what = event.message.split()[:2]
        started = blocks[event.invocation]
        assert started.block == ("block" if what == "block" else name)
        if what == "block":
            assert blocks[started.caller].block == name
            assert started.depth == 2
    assert len({event.n for event in blocks.values()}) == len(blocks) == 13


def test_threads_of_two_runs_never_mix(incident: Path, playbook):
    """Runs whose threads run at the same time each journal their own lines."""
    steppers = [Lab(incident).step(playbook(THREADS.replace("{MARK}", str(n)))) for n in range(3)]
    for stepper in steppers:
        stepper.request("resume")
    for n, stepper in enumerate(steppers):
        assert stepper.wait(LONG).status == "success"
        assert {line.split()[-1] for line in stepper.run.summary().debug} == {str(n)}
        assert len(stepper.run.summary().debug) == 20


PATHS = '''
def on_start(container):
    """/opt/phantom/vault/tmp stays in a docstring."""
    path = "/opt/phantom/vault/tmp/{}".format("a.txt")
    with open(path, "w") as file: file.write("held")
    other = f"/opt/phantom/vault/{'tmp'}/a.txt"
    phantom.debug([open(other).read(), path, other, "/opt/phantoms", f"{1}/opt/phantom", "see /opt/phantom"])
    phantom.debug(on_start.__doc__)
    helper(path)
    open("/opt/phantom/none/b.txt")
def helper(path): return {"path": path}
'''


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"phantom_lab-{os.getpid()}-*"))


def test_the_platform_s_folders_are_the_run_s_own(incident: Path, playbook, tmp_path: Path):
    """Files are written and read below a folder that goes with the run; the journal says ``/opt/phantom``."""
    gc.collect()
    before = folders()
    runs = [Lab(incident, start=START).run(playbook(PATHS), journal=tmp_path / f"{n}.jsonl") for n in range(2)]
    made = folders() - before
    assert [(one / "files/opt/phantom/vault/tmp/a.txt").read_text() for one in made] == ["held"] * 2
    for run in runs:
        summary = run.summary()
        assert summary.debug == [
            ("['held', '/opt/phantom/vault/tmp/a.txt', '/opt/phantom/vault/tmp/a.txt', '/opt/phantoms', "
             "'1/opt/phantom', 'see /opt/phantom']"), "/opt/phantom/vault/tmp stays in a docstring."]
        assert summary.message == ("FileNotFoundError: [Errno 2] No such file or directory: '/opt/phantom/none/b.txt' "
                                   "(block on_start, sample:11)")
    texts = [(tmp_path / f"{n}.jsonl").read_text() for n in range(2)]
    assert not [one for one in made for text in texts if one.name in text]
    assert runs[0].journal.events == runs[1].journal.events
    del runs, run
    gc.collect()
    assert not folders() & made


def test_a_playbook_without_such_texts_makes_no_folder(lab: Lab, playbook):
    """Most playbooks do not know of the platform's folders."""
    before = folders()
    kept = lab.run(playbook('def on_start(container):\n    """/opt/phantom"""\n'
                            '    phantom.debug("see /opt/phantom")\n'))
    assert kept.status == "success"
    assert folders() == before


NETWORK = """
import os, urllib.request
def on_start(container):
    for reach in (lambda: urllib.request.urlopen("http://127.0.0.1:1"), lambda: os.system("true")):
        try: reach()
        except OSError: pass
    phantom.act("fetch", parameters=[{}], assets=["web"], callback=cb)
def cb(container=None, **kwargs): pass
"""


def around() -> dict[str, Any]:
    """What a run might leave behind in the process."""
    return {
        "modules": {name: id(module) for name, module in sys.modules.items()}, "builtins": dict(vars(builtins)),
        "finders": (list(sys.meta_path), list(sys.path_hooks), list(sys.path)), "recursion": sys.getrecursionlimit(),
        "threading": {name: value for name, value in vars(threading).items() if callable(value)},
        "thread": dict(vars(threading.Thread)), "threads": threads(),
        "signals": [signal.getsignal(one) for one in signal.valid_signals()], "environment": dict(os.environ),
        "folder": Path.cwd(), "temporary": folders(), "hooks": (sys.excepthook, threading.excepthook, sys.gettrace()),
    }


@pytest.mark.parametrize("source", [
    pytest.param(THREADS.replace("{MARK}", ""), id="threads"), pytest.param(PATHS, id="paths"),
    pytest.param(NETWORK, id="network"),
])
def test_nothing_is_left_behind(source: str, lab: Lab, playbook):
    """Once runs are over, however they ended, the process is as before."""
    lab.action("fetch")(lambda parameter: [])
    lab.run(playbook(source))  # what libraries import on their first use is no concern of ours
    gc.collect()
    before = around()
    lab.run(playbook(source))
    steppers = [lab.step(playbook(source)) for _ in range(3)]
    steppers[0].stop()
    steppers[2].resume()
    steppers[1].stop()
    for thread in threads() - before["threads"]:  # the runs' own, and those that stop runs
        thread.join(LONG)
    del steppers
    gc.collect()
    after = around()
    assert {name for name in before if before[name] != after[name]} == set()
