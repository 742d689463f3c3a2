"""Whatever a file holds, a command ends soon, with one line or an answer, in little memory; nothing is executed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from phantom_lab.cli.watched import ENDED
from tests import forked
from tests.hostile_files.kept import KEPT
from tests.hostile_files.kinds import KINDS, Kind
from tests.hostile_files.limits import limit
from tests.hostile_files.mutations import ways
from tests.patience import UNIT

MANY = int(os.environ.get("PHANTOM_LAB_HOSTILE", "4"))
"""Of each kind of file."""
ROOM = 200_000_000
"""Bytes of memory that a command may take, besides ten times its input."""
CODES = {0, 1, 2, 3, 4, 5}
SOON = max(10.0, 10 * UNIT)
pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system tells no memory in use")


class Found(NamedTuple):
    """What became of a command."""

    code: int
    """Below 0: it was killed."""
    error: str
    peak: int
    """Bytes of memory."""


@cache
def good(name: str) -> bytes:
    return KINDS[name].good()


def judged(found: Found, size: int, folder: Path) -> str:
    """What is wrong with how a command ended; empty where nothing is."""
    said = found.error
    if "Traceback" in said or found.code not in CODES:
        return f"exit code {found.code}: {said[-1500:]}"
    lines = [line for line in said.splitlines() if not line.startswith(("note: ", "phantom-lab: note: "))]
    if found.code == 2 and (len(lines) != 1 or not lines[0].startswith("phantom-lab: error: ")):
        return f"no line of ours: {said[-1500:]}"
    if found.peak > ROOM + 10 * size:
        return f"{found.peak / 1e6:.0f} MB for {size / 1e6:.1f} MB"
    return "it was executed" if list(folder.rglob("CANARY")) else ""


@cache
def kept(title: str) -> bytes:
    return KEPT[title][1]()


def read(kind: Kind, content: bytes, folder: Path) -> tuple[Found, str]:
    """How the command ended, and what is wrong with that."""
    (folder / kind.file).write_bytes(content)
    for one in kind.beside:
        shutil.copy(one, folder)
    # nobody watches it: the limits are those of the process that reads the file;
    # address space is no memory in use: a limit of it stops only what would harm the machine
    process = forked.Popen([sys.executable, "-m", "phantom_lab", *kind.arguments], cwd=folder, text=True,
                           errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, env={**os.environ, "PHANTOM_LAB_JOURNALS": "off", ENDED: ""},
                           preexec_fn=partial(limit, 3 * ROOM + 20 * len(content), SOON))
    error = process.communicate()[1][-40_000:]
    found = Found(process.returncode, error, process.peak)
    return found, judged(found, len(content), folder)


@pytest.mark.parametrize("name", KINDS)
def test_a_good_file_is_read(name: str, tmp_path: Path):
    """Or else what follows would prove nothing."""
    found, wrong = read(KINDS[name], good(name), tmp_path)
    assert not wrong
    assert found.code != 2 or name in ("database", "project")  # which are good as far as a text can be


@pytest.mark.parametrize("name", KINDS)
def test_a_hostile_file_does_no_harm(name: str, tmp_path: Path):
    """Neither a mutation of a good one, nor what is kept since it did some."""
    kind, wrong = KINDS[name], {}
    for number in range(MANY):
        rng = Random(f"{name} {number}")
        content = rng.choice(ways(kind.file))(good(name), rng)
        if told := read(kind, content, tmp_path)[1]:
            wrong[f"mutation {number}"] = told
    for title, (names, _) in KEPT.items():
        if name in names and (told := read(kind, kept(title), tmp_path)[1]):
            wrong[title] = told
    assert not wrong
