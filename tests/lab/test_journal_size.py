"""A journal's file is hardly larger than the values in it: what carries nothing is not written."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.apps import MaxMind
from phantom_lab.history import Journal
from tests.forging import written
from tests.situations import SAMPLES, finished, loaded, scenarios, situations

SITUATIONS = situations()
MOST = 2.0
"""Bytes of a file by those of the distinct data in it."""
_SENTENCE = 40
"""Characters of a text of an event that is data itself, such as a message; a name is shorter."""


def ratio(journal: Journal, file: Path) -> float:
    """How many bytes a file has for each byte of its distinct values, which are JSON texts, and of its sentences."""
    fields = (getattr(event, one.name) for event in journal.events for one in dataclasses.fields(event))
    sentences = {one for one in fields if isinstance(one, str) and len(one) > _SENTENCE}
    return len(written(journal, file)) / sum(len(text.encode()) for text in (*journal._values.values(), *sentences))


@pytest.mark.parametrize("name", [one for one in SITUATIONS if not SITUATIONS[one].maxmind or MaxMind.installed()])
def test_a_sample_has_a_file_of_at_most_twice_its_data(name: str, tmp_path: Path) -> None:
    """Events, numbers, checksums and moments take no more than what the run is about."""
    assert ratio(finished(name).journal, tmp_path / "run.jsonl") <= MOST


@pytest.mark.parametrize("name", scenarios())
def test_so_has_every_scenario(name: str, tmp_path: Path) -> None:
    """In each of its variants."""
    for scenario in scenarios()[name]:
        run = Lab(scenario=scenario, paths=[SAMPLES], maxmind=False).run(loaded(name))
        assert ratio(run.journal, tmp_path / "run.jsonl") <= MOST, scenario.name
