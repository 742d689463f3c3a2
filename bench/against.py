"""Print what costs more, or less, than at another revision: ``python -m bench.against REV [PLAYBOOK ...]``.

Both are run in turn, each in processes of its own, and their processor time is compared, that of all processes that
they start included: other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
WORK = Path(__file__).with_name("work.py")
RUN = ("run", str(SAMPLES / "playbooks" / "geolocate_ip.py"), "--container",
       str(SAMPLES / "containers" / "test_incident.json"), "--json")
TOGETHER = 16
"""Playbooks that one command checks."""
CACHE = Path(tempfile.gettempdir()) / "phantom_lab-bench"
"""Where compiled modules are kept: nothing is compiled while it is timed."""
Task = Callable[[Path], float]
"""Seconds, given the folder of a revision."""


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """The package of a revision, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", revision, "phantom_lab"], cwd=ROOT, check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        yield Path(folder)


def python(tree: Path, *arguments: str, good: tuple[int, ...] = (0,)) -> str:
    """What a Python says that has a revision's package, and no other."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-P", *arguments], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, cwd=tempfile.gettempdir(),
                          env={**kept, "PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(CACHE)})
    if done.returncode not in good:
        raise SystemExit(f"{' '.join(arguments[:4])} of {tree} ended with exit code {done.returncode}")
    return done.stdout


def within(task: str) -> Task:
    """Timed by the process itself."""
    return lambda tree: float(python(tree, str(WORK), task))


def command(*arguments: str) -> Task:
    """A command from its start to its end."""
    def timed(tree: Path) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        python(tree, "-m", "phantom_lab", *arguments, good=(0, 1, 3, 4))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return timed


def compare(what: str, task: Task, ours: Path, theirs: Path, rounds: int) -> None:
    """One line: the least of each."""
    for tree in (ours, theirs):
        task(tree)
    pairs = [(task(ours), task(theirs)) for _ in range(rounds)]
    mine, other = (min(one) for one in zip(*pairs, strict=True))
    print(f"| {what} | {mine * 1e3:.3f} | {other * 1e3:.3f} | {mine / other:.2f} |", flush=True)


def checks(playbooks: list[str], ours: Path, theirs: Path) -> None:
    """One line: the sum of commands over some playbooks each, in one process, in turn."""
    alone = {tree: ["--no-isolated"] if "--no-isolated" in python(tree, "-m", "phantom_lab", "check", "--help") else []
             for tree in (ours, theirs)}
    took = dict.fromkeys((ours, theirs), 0.0)

    def spent(tree: Path, some: list[str]) -> float:
        return command("check", "--run", "--json", "--jobs", "1", *alone[tree], *some)(tree)

    for tree in took:
        spent(tree, playbooks[:1])
    for first in range(0, len(playbooks), TOGETHER):
        for tree in took:
            took[tree] += spent(tree, playbooks[first:first + TOGETHER])
    print(f"| `check --run` of {len(playbooks)} playbooks | {took[ours] * 1e3:.0f} | {took[theirs] * 1e3:.0f} | "
          f"{took[ours] / took[theirs]:.2f} |", flush=True)


def main() -> None:
    """All lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.against", description=__doc__)
    parser.add_argument("revision")
    parser.add_argument("playbooks", nargs="*", help="playbooks to check with --run")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    print(f"| processor time | ms | at {given.revision} | ratio |\n| --- | ---: | ---: | ---: |")
    with checked_out(given.revision) as theirs:
        compare("an invocation, journal in a file", within("invocation"), ROOT, theirs, given.rounds)
        compare("a hand-off of a stepper", within("hand_off"), ROOT, theirs, given.rounds)
        compare("`phantom-lab run geolocate_ip.py`", command(*RUN), ROOT, theirs, given.rounds)
        if given.playbooks:
            checks(given.playbooks, ROOT, theirs)


if __name__ == "__main__":
    main()
