"""Public playbooks, where they are at hand: each goes back to places of its run, and goes on from there as it did.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from phantom_lab import Lab, Stepper
from phantom_lab.check.sources import distinct, find
from phantom_lab.history import Journal, RunSpec, read_journal
from phantom_lab.source.playbook import Playbook
from tests.conftest import SAMPLES
from tests.forging import written

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
CONTAINER = SAMPLES / "containers" / "test_incident.json"

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")


def told(journal: Journal) -> list[object]:
    """What happened, but for what is of a certain run only."""
    pairs = zip(journal.events, journal.stamps, strict=True)
    return [pair for pair in pairs if not isinstance(pair[0], RunSpec)]


def the_rest(stepper: Stepper) -> list[object]:
    """What happened when it has gone on to its end, or to an outcome that is missing."""
    if stepper.position.state == "resting":
        stepper.resume()
    found = told(stepper.journal)
    if stepper.position.state == "needs_outcome":
        stepper.stop()
    return found


def test_every_public_playbook_goes_back_and_on(tmp_path: Path):
    """To an invocation chosen at random, and from a journal that is cut off somewhere."""
    wrong: dict[str, str] = {}
    playbooks = [one for one in distinct(find(CORPUS)) if isinstance(one, Playbook) and one.path]
    for number, playbook in enumerate(playbooks):
        chance = random.Random(number)
        lab = Lab(CONTAINER, generate=True, paths=[playbook.path.parent])
        run = lab.run(playbook)
        before, numbers = told(run.journal), [*run.journal.index.invocations]
        waits = run.status == "needs_outcome"
        expected = before[:-1] if waits else before
        try:
            if the_rest(run.rerun(chance.choice(numbers)))[:len(expected)] != expected:
                wrong[str(playbook.path)] = "it went on otherwise"
            file = tmp_path / f"{number}.jsonl"
            whole = written(run.journal, file)
            file.write_bytes(whole[:chance.randrange(whole.index(b'"RunStarted"') + 2_000, len(whole) - 100)])
            opened = lab.open(file)
            if not opened.journal.index.all_ended:
                the_rest(opened.resume())
            if told(read_journal(file))[:len(expected)] != expected:
                wrong[str(playbook.path)] = "its cut journal went on otherwise"
        except Exception as exc:
            wrong[str(playbook.path)] = f"{type(exc).__name__}: {exc}"
    assert len(playbooks) == 178
    assert wrong == {}
