"""A moment of a run, told from its journal, is what its stepper said when it rested there."""

from __future__ import annotations

import pytest

from phantom_lab.views.moment import at
from tests.rests import rests, said_of
from tests.situations import situations


@pytest.mark.parametrize("name", situations())
def test_every_rest_of_a_sample_playbook(name: str) -> None:
    """With what was written, what is pending and what came back, long after the run has gone on."""
    stepper = situations()[name].step()
    seen = list(rests(stepper))
    assert seen
    for position, said in seen:
        moment = said_of(at(stepper.run.journal, position))
        assert {key: moment[key] for key in said if moment[key] != said[key]} == {
            key: said[key] for key in said if moment[key] != said[key]}
