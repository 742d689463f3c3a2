"""Going back to a place of a run: it is executed again up to there, and goes on as it did, or otherwise where somebody
changed something."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, PlaybookRun, Stepper, failure, success
from phantom_lab.apps import MaxMind
from phantom_lab.errors import StepperError
from phantom_lab.history import InvocationStarted, Journal, RunSpec, read_journal
from phantom_lab.lab.travel import DivergedError
from tests.forging import written
from tests.situations import situations

SITUATIONS = situations()


def told(journal: Journal) -> list[object]:
    """What happened, but for what is of a certain run only."""
    return [(event, stamp) for event, stamp in zip(journal.events, journal.stamps, strict=True)
            if not isinstance(event, RunSpec)]


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_sample_goes_on_from_any_invocation_as_it_did(name: str) -> None:
    """Its own lab answers what comes after that place; nothing of the first run is changed."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    run = SITUATIONS[name].run()
    before, numbers = told(run.journal), [*run.journal.index.invocations]
    for n in {numbers[0], numbers[len(numbers) // 2], numbers[-1]}:
        stepper = run.rerun(n)
        assert isinstance(stepper, Stepper) and stepper.position.state == "resting"
        assert stepper.position.invocation.n == n
        assert_same_end(stepper, before)
    assert told(run.journal) == before


def assert_same_end(stepper: Stepper, before: list[object]) -> None:
    """Let it go on; it waits where a run that is not stepped ends, for want of an outcome."""
    if stepper.position.state == "resting":
        stepper.resume()
    after = told(stepper.run.journal)
    waits = stepper.position.state == "needs_outcome"
    assert after == (before[:-1] if waits else before)


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_sample_that_was_cut_off_goes_on_in_its_file(name: str, tmp_path: Path) -> None:
    """At random positions: the file is cut as a killed process leaves it; nothing of it is written again."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    situation, chance = SITUATIONS[name], random.Random(name)
    run = situation.run()
    before = told(run.journal)
    whole = written(run.journal, tmp_path / "whole.jsonl")
    for _ in range(3):
        file = tmp_path / "cut.jsonl"
        file.write_bytes(whole[:chance.randrange(whole.index(b"RunStarted"), len(whole) - 200)])
        left = len(read_journal(file).events)
        stepper = situation.lab().open(file).resume()
        assert_same_end(stepper, before)
        if stepper.position.state == "needs_outcome":
            stepper.stop()
        found = read_journal(file)
        assert len(found.events) >= len(before) > left - 1
        assert told(found)[:len(before) - 1] == before[:-1]
