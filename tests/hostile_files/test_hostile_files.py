"""Whatever a file holds, a command ends soon, with one line or an answer, in little memory; nothing is executed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.hostile_files.kept import KEPT
from tests.hostile_files.kinds import KINDS, Kind
from tests.hostile_files.mutations import ways
from tests.patience import UNIT

MANY = int(os.environ.get("PHANTOM_LAB_HOSTILE", "4"))
"""Of each kind of file."""
ROOM = 200_000_000
"""Bytes of memory that a command may take, besides ten times its input."""
CODES = {0, 1, 2, 3, 4, 5}
SOON = max(10.0, 10 * UNIT)
pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system tells no memory in use")


class Worker:
    """Carries out commands in processes of their own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile_files.worker"], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={**os.environ, "PHANTOM_LAB_JOURNALS": "off"})

    def carry_out(self, arguments: tuple[str, ...], folder: Path, size: int) -> dict[str, Any]:
        """What became of a command whose input has so many bytes."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        # address space is no memory in use: a limit of it stops only what would harm the machine
        told = {"arguments": arguments, "folder": str(folder), "room": 3 * ROOM + 20 * size, "seconds": SOON}
        print(json.dumps(told), file=to, flush=True)
        found: dict[str, Any] = json.loads(back.readline())
        return found

    def end(self) -> None:
        """No more commands."""
        self._process.communicate()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.end()


@cache
def good(name: str) -> bytes:
    return KINDS[name].good()


def judged(found: dict[str, Any], size: int, folder: Path) -> str:
    """What is wrong with how a command ended; empty where nothing is."""
    said = found["error"]
    if found["code"] is None:
        return f"killed after {found['seconds']:.1f} seconds: {said[-500:]}"
    if "Traceback" in said or found["code"] not in CODES:
        return f"exit code {found['code']}: {said[-1500:]}"
    lines = [line for line in said.splitlines() if not line.startswith(("note: ", "phantom-lab: note: "))]
    if found["code"] == 2 and (len(lines) != 1 or not lines[0].startswith("phantom-lab: error: ")):
        return f"no line of ours: {said[-1500:]}"
    if found["peak"] > ROOM + 10 * size:
        return f"{found['peak'] / 1e6:.0f} MB for {size / 1e6:.1f} MB"
    return "it was executed" if list(folder.rglob("CANARY")) else ""


@cache
def kept(title: str) -> bytes:
    return KEPT[title][1]()


def read(worker: Worker, kind: Kind, content: bytes, folder: Path) -> tuple[dict[str, Any], str]:
    """How the command ended, and what is wrong with that."""
    (folder / kind.file).write_bytes(content)
    for one in kind.beside:
        shutil.copy(one, folder)
    found = worker.carry_out(kind.arguments, folder, len(content))
    return found, judged(found, len(content), folder)


@pytest.mark.parametrize("name", KINDS)
def test_a_good_file_is_read(name: str, worker: Worker, tmp_path: Path):
    """Or else what follows would prove nothing."""
    found, wrong = read(worker, KINDS[name], good(name), tmp_path)
    assert not wrong
    assert found["code"] != 2 or name in ("database", "project")  # which are good as far as a text can be


@pytest.mark.parametrize("name", KINDS)
def test_a_hostile_file_does_no_harm(name: str, worker: Worker, tmp_path: Path):
    """Neither a mutation of a good one, nor what is kept since it did some."""
    kind, wrong = KINDS[name], {}
    for number in range(MANY):
        rng = Random(f"{name} {number}")
        content = rng.choice(ways(kind.file))(good(name), rng)
        if told := read(worker, kind, content, tmp_path)[1]:
            wrong[f"mutation {number}"] = told
    for title, (names, _) in KEPT.items():
        if name in names and (told := read(worker, kind, kept(title), tmp_path)[1]):
            wrong[title] = told
    assert not wrong
