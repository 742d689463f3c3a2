"""Public playbooks, where they are at hand: why blocks did not run, and where the parameters of actions came from.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`; ``PHANTOM_LAB_APPS`` may name app manifests.
"""

from __future__ import annotations

import os

import pytest

from tests.corpus.answers import parameters, unreached
from tests.corpus.origins import trials_of

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]

pytestmark = [
    pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::SyntaxWarning")]


def test_every_block_that_did_not_run_and_every_parameter_has_an_answer():
    """A cause with its line, of a block that ran or is told to be linked to nothing; an origin, or the line that
    computed the value."""
    playbooks, trials = trials_of(CORPUS, os.environ.get("PHANTOM_LAB_APPS") or None)
    blocks = handed = 0
    for playbook in playbooks:
        run = trials.run(playbook, watched=False)
        for one in unreached(playbook, run):
            blocks += 1
            cause = one.answer.cause
            assert cause.kind != "ran", one
            assert cause.line or cause.position is not None, one
            assert cause.invocation or cause.kind in ("nobody", "ended"), one
        for parameter in parameters(run):
            handed += 1
            where = parameter.origin
            assert where.flowed or where.line or where.of, parameter
            assert where.kind != "computed" or (where.where and where.line), parameter
    assert blocks > 3 * len(playbooks)
    assert handed > len(playbooks)
