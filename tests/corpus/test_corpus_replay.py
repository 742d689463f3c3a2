"""Public playbooks, where they are at hand: the journal of each run is enough to execute it again.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from phantom_lab.check.sources import distinct, find
from phantom_lab.history import read_journal
from phantom_lab.source.playbook import Playbook
from tests.conftest import SAMPLES

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
CONTAINER = SAMPLES / "containers" / "test_incident.json"

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")


def lab(folder: Path, *arguments: str, hash_seed: str) -> subprocess.CompletedProcess[str]:
    """A process of the command line, in a folder."""
    return subprocess.run([sys.executable, "-W", "ignore", "-m", "phantom_lab", *arguments], cwd=folder, text=True,
                          capture_output=True, env={**os.environ, "PYTHONHASHSEED": hash_seed}, errors="replace")


@pytest.mark.parametrize("options", [(), ("--generate",)], ids=["plain", "generated"])
def test_the_journal_of_every_public_playbook_is_executed_again(options: tuple[str, ...], tmp_path: Path):
    """In an empty folder, in another process, under another hash seed: identical."""
    files = [one.path for one in distinct(find(CORPUS)) if isinstance(one, Playbook) and one.path]
    empty = tmp_path / "empty"
    empty.mkdir()

    def told(number: int) -> str:
        journal = tmp_path / f"{number}.jsonl"
        done = lab(files[number].parent, "run", str(files[number]), "--container", str(CONTAINER), *options,
                   "--journal", str(journal), hash_seed="random")
        if not journal.exists():
            return f"not run: {done.stderr}"
        again = lab(empty, "replay", str(journal), hash_seed=str(number + 1))
        return "" if again.returncode == 0 and read_journal(journal).length > 3 else again.stdout + again.stderr

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(map(str, files), pool.map(told, range(len(files))), strict=True))
    assert len(found) == 178
    assert {name: text for name, text in found.items() if text} == {}
