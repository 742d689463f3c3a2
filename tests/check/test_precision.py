"""What ``phantom-lab check`` says of public playbooks, as `docs/precision.md` judges it."""

from __future__ import annotations

import os

import pytest

from phantom_lab.check.kinds import KINDS
from tests.corpus.precision import CORPORA, PAGE, found_in, is_true, tables, verdicts

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
JUDGED, LEAST = 150, 0.95
APPS = os.environ.get("PHANTOM_LAB_APPS")
UNJUDGED = pytest.mark.skipif(len(CORPUS) != len(CORPORA) or not APPS, reason=(
    "PHANTOM_LAB_CORPUS and PHANTOM_LAB_APPS name no public playbooks and app manifests: NOT CHECKED HERE"))


def test_what_is_judged_is_right_nearly_always():
    """The warnings alone, too; and the page says how often."""
    known = verdicts()
    assert all(told.startswith(("true: ", "false: ")) for told in known.values())
    warnings = {one: told for one, told in known.items() if not KINDS[one[2]].levels.startswith("info")}
    for judged in (known, warnings):
        true = sum(map(is_true, judged.values()))
        assert true / len(judged) >= LEAST
        assert f"{true} of {'the ' if judged is warnings else ''}{len(judged)} " in PAGE.read_text(encoding="utf-8")
    assert len(known) >= JUDGED


@UNJUDGED
def test_the_page_is_what_the_command_gives():
    """The numbers by kind, and a verdict for every finding that is drawn."""
    by_kind, drawn = tables(CORPUS, APPS).split("\n\n")
    page = PAGE.read_text(encoding="utf-8")
    assert "?" not in drawn
    assert page.split("## By kind\n\n")[1].split("\n\n")[0] == by_kind
    assert page.split("## Verdicts\n\n")[1].strip() == drawn


@UNJUDGED
def test_every_finding_names_block_and_what_to_do():
    """In the order of file and line, so that two checks are alike."""
    found = [one for one in found_in(CORPUS) if one.level != "info"]
    assert all(one.block and one.hint for one in found)
    assert found == sorted(found, key=lambda one: (one.playbook, one.line))
    assert found == [one for one in found_in(CORPUS) if one.level != "info"]
