"""What `bench.against` times within a process, by names that every revision has: ``python -P work.py TASK SECONDS``.

Prints the seconds of the processor that one of many takes, the least of several times.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from phantom_lab import Lab, Playbook

MANY = 1_000
REPEATS = 5
CHAIN = """
import phantom.rules as phantom
def on_start(container):
    for number in range({many}):
        block(container=container, number=number)
def block(container=None, number=None, **kwargs):
    return number
"""


def least(function: Callable[[], object]) -> float:
    """The least of several times, without the garbage collector."""
    taken = []
    gc.disable()
    for _ in range(REPEATS):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
        gc.collect()
    return min(taken)


def invocation() -> float:
    """One invocation, its journal in a file."""
    lab, playbook = Lab({"name": "bench"}), Playbook.from_source(CHAIN.format(many=MANY), name="chain")
    with tempfile.TemporaryDirectory() as folder:
        return least(lambda: lab.run(playbook, journal=Path(folder) / "run.jsonl")) / MANY


def hand_off() -> float:
    """One step of a stepper, its journal in memory."""
    lab, playbook = Lab({"name": "bench"}), Playbook.from_source(CHAIN.format(many=MANY), name="chain")

    def steps() -> None:
        stepper = lab.step(playbook, journal=None)
        for _ in range(MANY):
            stepper.step()
        stepper.stop()

    return least(steps) / MANY


if __name__ == "__main__":
    print({"invocation": invocation, "hand_off": hand_off}[sys.argv[1]]())
