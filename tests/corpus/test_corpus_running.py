"""Public playbooks, where they and app manifests are at hand: each runs to its end, and through its branches.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`; ``PHANTOM_LAB_APPS`` names app manifests.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from phantom_lab import Playbook
from phantom_lab.apps import Apps
from phantom_lab.check.sources import distinct, find
from phantom_lab.history import read_journal
from phantom_lab.trials.explore import explore
from phantom_lab.trials.running import run_all
from phantom_lab.trials.trial import Trials

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
APPS = os.environ.get("PHANTOM_LAB_APPS", "")

pytestmark = pytest.mark.skipif(not (CORPUS and APPS), reason=(
    "PHANTOM_LAB_CORPUS and PHANTOM_LAB_APPS name no public playbooks and app manifests: NOT CHECKED HERE"))


@pytest.mark.parametrize("apps", [APPS, None], ids=["manifests", "without manifests"])
def test_public_playbooks_run_to_their_end(apps):
    """Or stop in their own code, with the value responsible; whatever has an action fires one."""
    found = run_all(CORPUS, apps=apps)
    assert found.lab_errors == []
    assert [one for one in found.playbook_errors if not one["responsible"]] == []
    assert len(found.acts) == 178
    assert found.finished + len(found.classes["finished_changed"]) >= 170
    assert found.reached >= 0.6
    silent = {Path(file).name for file, one in found.acts.items() if one["written"] and not one["fired"]}
    assert silent <= {"test_connectivity.py"}  # its action has an empty list of parameters


def test_public_playbooks_give_the_same_journals_under_any_hash_seed(tmp_path):
    """Of the machine: every run, event by event."""
    journals = []
    for number in ("1", "2"):
        subprocess.run([sys.executable, "-W", "ignore", "-m", "phantom_lab", "check", *CORPUS, "--run", "--apps", APPS,
                        "--journals", str(tmp_path / number)], env={**os.environ, "PYTHONHASHSEED": number},
                       capture_output=True, check=True)
        journals.append({file.name: file for file in sorted((tmp_path / number).iterdir())})
    first, second = journals
    assert (len(first), first.keys()) == (178, second.keys())
    assert [name for name in first
            if list(read_journal(first[name]).events) != list(read_journal(second[name]).events)] == []


def counts(file):
    """Functions and branches: how many there are, and how many are reached."""
    with contextlib.redirect_stdout(io.StringIO()):
        found = explore(Playbook.load(file), Trials(Apps.load(APPS), CORPUS))
    coverage = found.coverage
    return (len(coverage.functions), len(coverage.seen & coverage.functions), len(coverage.branches),
            len(coverage.taken & coverage.branches), set(coverage.missed) <= {one.what for one in found.reasons})


def test_public_playbooks_are_driven_through_their_branches():
    """95 of 100 functions, the others with their reasons."""
    files = [one.file for one in distinct(find(CORPUS)) if isinstance(one, Playbook)]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(counts, files))
    functions, reached, branches, taken = (sum(one[place] for one in found) for place in range(4))
    assert all(one[4] for one in found)
    assert reached / functions >= 0.95
    assert taken / branches >= 0.9
