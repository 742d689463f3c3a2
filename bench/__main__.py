"""Print the benchmark tables as Markdown."""

from __future__ import annotations

import bdb
import json
import os
import subprocess
import sys
import tempfile
import threading
import tracemalloc
import types
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from bench.calls import calls
from bench.measure import row, seconds
from bench.travel import travel
from bench.views import views
from bench.work import least
from phantom_lab import Lab, Playbook

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
BLOCKS = 1_000
STEPS = 500
CHAIN = """
import phantom.rules as phantom
def on_start(container):
    for number in range({blocks}):
        block(container=container, number=number)
def block(container=None, number=None, **kwargs):
    return number
"""


def command(*arguments: str) -> Callable[[], object]:
    """A whole process."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def bare(source: str) -> types.ModuleType:
    """The playbook's functions without the lab."""
    module = types.ModuleType("bare")
    exec(compile(source.replace("import phantom.rules as phantom\n", ""), "bare", "exec"), module.__dict__)
    return module


class Stepping(bdb.Bdb):
    """The standard library's debugger, stopping at every call and going on at once."""

    def user_call(self, frame: types.FrameType, argument_list: object) -> None:
        self.set_continue() if frame.f_code.co_name == "nothing" else self.set_step()


def ratios() -> None:
    """Against what one would use instead, measured in one run."""
    print("| phantom_lab | ms | instead | ms | ratio |\n| --- | ---: | --- | ---: | ---: |")
    run = command("-m", "phantom_lab", "run", str(SAMPLES / "playbooks" / "geolocate_ip.py"), "--container",
                  str(SAMPLES / "containers" / "test_incident.json"), "--json")
    row("`phantom-lab run geolocate_ip.py`", seconds(run), '`python -c "import pandas"`',
        seconds(command("-c", "import pandas")))
    checks = ("-m", "phantom_lab", "check", str(SAMPLES / "playbooks"), "--run", "--jobs", "1")
    row("`phantom-lab check --run --isolated`", seconds(command(*checks, "--isolated")), "the same, `--no-isolated`",
        seconds(command(*checks, "--no-isolated")))
    tests = ("-m", "phantom_lab", "test", str(SAMPLES / "scenarios"), "--path", str(SAMPLES), "--no-isolated")
    row("`phantom-lab test` of the samples", seconds(command(*tests)), "the same, `--jobs 1`, by the processors",
        seconds(command(*tests, "--jobs", "1")) / (os.cpu_count() or 1))
    source, lab = CHAIN.format(blocks=BLOCKS), Lab({"name": "bench"})
    playbook, module = Playbook.from_source(source, name="chain"), bare(source)
    with tempfile.TemporaryDirectory() as folder:
        journaled = seconds(lambda: lab.run(playbook, journal=Path(folder) / "run.jsonl"))
    row(f"{BLOCKS} invocations, journal on disk", journaled, f"{BLOCKS} bare calls",
        seconds(lambda: module.on_start({"id": 1})))
    row(f"{BLOCKS} invocations, journal on disk", journaled, f"{BLOCKS} calls stepped by `bdb`",
        seconds(lambda: Stepping().runcall(module.on_start, {"id": 1})))
    row(f"{STEPS} hand-offs of a stepper", seconds(stepping(lab)), f"{STEPS} hand-offs between two threads",
        seconds(handing))


def stepping(lab: Lab) -> Callable[[], None]:
    """Step through a chain of blocks, block by block."""
    playbook = Playbook.from_source(CHAIN.format(blocks=STEPS), name="chain")

    def steps() -> None:
        stepper = lab.step(playbook, journal=None)
        for _ in range(STEPS):
            stepper.request("step")
            stepper._worker.wait()
        stepper.stop()

    return steps


def handing() -> None:
    """Hand a token to another thread and back."""
    there: SimpleQueue[int] = SimpleQueue()
    back: SimpleQueue[int] = SimpleQueue()
    threading.Thread(target=lambda: [back.put(there.get()) for _ in range(STEPS)], daemon=True).start()
    for number in range(STEPS):
        there.put(number)
        back.get()


def costs() -> None:
    """What one invocation costs beyond encoding and decoding what it is handed, headless, journal on disk; by the
    processor's time, the least of several."""
    print("\n| container | µs per invocation | of it encoding and decoding | beyond |\n| ---: | ---: | ---: | ---: |")
    playbook = Playbook.from_source(CHAIN.format(blocks=BLOCKS), name="chain")
    for size in (1, 10, 100):
        container = {"name": "bench", "data": {f"key {n}": "x" * 90 for n in range(size * 10)}}
        lab = Lab(container)
        payload = lab.run(playbook, journal=None).container
        coding = least(lambda payload=payload: [json.loads(json.dumps(payload)) for _ in range(100)]) / 100
        with tempfile.TemporaryDirectory() as folder:
            whole = least(lambda lab=lab, folder=folder: lab.run(playbook, journal=Path(folder) / "run.jsonl"))
        each = whole / BLOCKS
        print(f"| {size} KB | {each * 1e6:.1f} | {coding * 1e6:.1f} | {(each - coding) * 1e6:.1f} |", flush=True)


def memory() -> None:
    """Memory of a run's journal."""
    playbook = Playbook.from_source(CHAIN.format(blocks=10_000), name="chain")
    lab = Lab({"name": "bench"})
    tracemalloc.start()
    run = lab.run(playbook)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"\n10,000 invocations keep {used / 2**20:.1f} MB in memory ({used / 10_000:.0f} bytes each; "
          f"{len(run.journal.events):,} events).")


if __name__ == "__main__":
    ratios()
    costs()
    memory()
    calls()
    views()
    travel()
