"""Print the benchmark table as Markdown."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from phantom_lab import Lab, Playbook

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
BLOCKS = 2_000
CHAIN = """
import phantom.rules as phantom
def on_start(container):
    for number in range({blocks}):
        block(container=container, number=number)
def block(container=None, number=None, **kwargs):
    return number
"""


def seconds(function: Callable[[], object], repeats: int = 5) -> float:
    """Median of several runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def command(*arguments: str) -> Callable[[], object]:
    """A whole process."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def start_up() -> tuple[str, float, str, float]:
    """A whole run from the command line against importing pandas."""
    run = command("-m", "phantom_lab", "run", str(SAMPLES / "playbooks" / "geolocate_ip.py"), "--container",
                  str(SAMPLES / "containers" / "test_incident.json"), "--json")
    return "`phantom-lab run geolocate_ip.py`", seconds(run), '`python -c "import pandas"`', seconds(
        command("-c", "import pandas"))


def bare(source: str) -> Callable[[], object]:
    """The playbook's functions called without the lab."""
    module = types.ModuleType("bare")
    exec(source.replace("import phantom.rules as phantom\n", ""), module.__dict__)
    return lambda: module.on_start({"id": 1})


def invocations() -> tuple[str, float, str, float]:
    """A block called in the lab, journaled in memory, against the bare function call."""
    source = CHAIN.format(blocks=BLOCKS)
    lab = Lab({"name": "bench"})
    playbook = Playbook.from_source(source, name="chain")
    return (f"{BLOCKS} invocations, journaled", seconds(lambda: lab.run(playbook)),
            f"{BLOCKS} bare calls", seconds(bare(source)))


def steps() -> tuple[str, float, str, float]:
    """Stepping block by block against handing a token between two threads as often."""
    source = CHAIN.format(blocks=500)
    lab = Lab({"name": "bench"})
    playbook = Playbook.from_source(source, name="chain")

    def stepping() -> None:
        stepper = lab.step(playbook)
        while stepper.position.state != "ended":
            stepper.step()

    def handing() -> None:
        there: SimpleQueue[int] = SimpleQueue()
        back: SimpleQueue[int] = SimpleQueue()
        threading.Thread(target=lambda: [back.put(there.get()) for _ in range(500)], daemon=True).start()
        for number in range(500):
            there.put(number)
            back.get()

    return "500 steps of a stepper", seconds(stepping), "500 hand-offs between threads", seconds(handing)


def main() -> None:
    """Run all and print."""
    print("| phantom_lab | ms | instead | ms | ratio |\n| --- | ---: | --- | ---: | ---: |")
    for measure in (start_up, invocations, steps):
        mine, took, theirs, other = measure()
        print(f"| {mine} | {took * 1e3:.1f} | {theirs} | {other * 1e3:.2f} | {took / other:.2f} |", flush=True)


if __name__ == "__main__":
    main()
