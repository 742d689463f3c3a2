"""Public playbooks, where they are at hand: every text in them is read, and the census is what they give.

``PHANTOM_LAB_CORPUS`` names checkouts of the repositories that `docs/census.md` tells, separated as in ``PATH``.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import pytest

from phantom_lab.check.census import Census, count
from phantom_lab.check.checking import check
from phantom_lab.check.sources import distinct, find
from phantom_lab.check.unread import unread
from phantom_lab.reading.read import Reading, read
from phantom_lab.rules.surface import surface
from tests.api_coverage import counted as names_counted
from tests.corpus.census import PAGE, page

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
KNOWN = {"gcp_unusual_serviceaccount_usage.py": "a field has no parameter"}
"""Slips of published playbooks: a prompt that shows ``{0}`` and is given no parameters."""
STOPPED = {("c2_investigate_and_contain.py", "phantom has no deescalate")}
"""A slip of one: it calls its own helper of that name as if it were the platform's, which raises AttributeError."""

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    """Every distinct playbook and custom function."""
    return [read(one) for one in distinct(find(CORPUS))]


@pytest.fixture(scope="module")
def counted(readings: list[Reading]) -> Census:
    """What is in them."""
    return count(readings)


def test_every_text_is_read_by_the_labs_own_parsers(readings: list[Reading]):
    """Datapaths, comparisons and templates; but for slips that are known."""
    found = [(reading.source.title, one.call.line, one.message) for reading in readings for one in unread(reading)]
    assert not [one for one in found if not one[2].startswith(KNOWN.get(one[0], "\0"))]


def test_every_form_has_a_test(counted: Census):
    """And the page is what the command gives."""
    assert "**none**" not in page(counted)
    assert page(counted) == PAGE.read_text(encoding="utf-8")


def test_every_playbook_loads_and_is_found():
    """Only a module that is not installed here is an error; no child playbook or custom function is missing.

    Nothing else stops a run of them.
    """
    report = check(CORPUS)
    assert (report.playbooks, report.loaded, report.custom_functions) == (178, 178, 57)
    assert {(Path(one.playbook).name, one.message) for one in report.problems if one.kind == "unknown-name"} == STOPPED
    assert (report.supported, report.gaps) == (178 - len(STOPPED), {})
    assert {one.kind for one in report.problems if one.level == "error"} <= {"module"}
    assert not {"playbook", "custom-function", "arguments", "load"} & {one.kind for one in report.problems}


def test_the_names_that_are_used_are_counted(readings: list[Reading]):
    """`API_COVERAGE.md` says how many sources use each, and how many playbooks nothing that is not emulated."""
    found = names_counted(readings)
    assert found["playbooks"] == surface().playbooks
    assert found["public"] == asdict(surface().public)
