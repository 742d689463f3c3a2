"""One thread watches all limits of time."""

from __future__ import annotations

import sys
import threading
import time

from phantom_lab.isolation.watchdog import Watchdog
from tests import forked
from tests.patience import LONG, UNIT
from tests.threads import LIMITS


class Timed:
    """Something with a limit."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.over = threading.Event()

    def left(self) -> float:
        """Seconds."""
        return self.end - time.monotonic()

    def time_is_over(self) -> None:
        """Tell."""
        self.over.set()


def test_each_is_told_once_its_time_is_over() -> None:
    """The nearest first, also one that comes later; not one that was taken out or got more time."""
    dog = Watchdog()
    late, soon, gone, longer = Timed(LONG), Timed(2 * UNIT), Timed(2 * UNIT), Timed(UNIT)
    for one in (late, soon, gone, longer):
        dog.add(one)
    longer.end += LONG
    dog.remove(gone)
    assert soon.over.wait(LONG)
    assert not any(one.over.is_set() for one in (late, gone, longer))
    late.end = longer.end = 0
    dog.add(late)
    assert late.over.wait(LONG)
    dog.remove(longer)


RUNS = f"""
import threading, time
from phantom_lab import Lab, Playbook

def watching():
    return [one for one in threading.enumerate() if one.name == {LIMITS!r}]

playbook, lab, seen = Playbook.from_source("def on_start(container): pass", name="p"), Lab({{"name": "x"}}), set()
for _ in range(50):
    lab.run(playbook)
    seen |= {{one.ident for one in watching()}}
assert len(seen) <= 2, seen
end = time.monotonic() + {LONG}
while watching() and time.monotonic() < end:
    time.sleep({UNIT})
assert not watching()
"""


def test_many_runs_share_one_thread_which_goes_away() -> None:
    """However many of them execute, one after the other; in a process where nothing else rests."""
    done = forked.run([sys.executable, "-c", RUNS], capture_output=True, text=True, timeout=2 * LONG)
    assert (done.returncode, done.stderr) == (0, "")
