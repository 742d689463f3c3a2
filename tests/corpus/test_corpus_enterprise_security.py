"""Public playbooks of Enterprise Security 8, where they are at hand: they load, run to their end, and read findings.

``PHANTOM_LAB_ES_CORPUS`` is a folder in which each repository that `docs/corpus.md` tells is a folder ``OWNER+NAME``;
``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`: the custom functions of the community are there.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from phantom_lab import Playbook
from phantom_lab.check.checking import check
from phantom_lab.check.sources import distinct, find
from phantom_lab.history import ActionStarted, InvocationStarted
from phantom_lab.reading import texts
from phantom_lab.reading.read import read
from phantom_lab.trials.running import Running, run_all
from phantom_lab.trials.trial import Trials
from tests.conftest import ROOT

CORPUS = os.environ.get("PHANTOM_LAB_ES_CORPUS", "")
BESIDE = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one][:1]
ROW = re.compile(r"^\| `([\w.-]+/[\w.-]+)` \| `([0-9a-f]{7,})` \|(.*)\|$", re.MULTILINE)
"""A row of the table: the repository, its commit, and the figures."""
COLUMNS = ("playbooks", "es", "actions", "findings", "load", "finish", "lack files", "others")

pytestmark = pytest.mark.skipif(not (CORPUS and BESIDE), reason=(
    "PHANTOM_LAB_ES_CORPUS and PHANTOM_LAB_CORPUS name no public playbooks: NOT CHECKED HERE"))


def told() -> dict[str, list[int]]:
    """The table of the page, by repository."""
    page = (ROOT / "docs/corpus.md").read_text(encoding="utf-8")
    return {name: [int(one) for one in figures.split("|")] for name, _, figures in ROW.findall(page)}


def folder(repository: str) -> str:
    return str(Path(CORPUS) / repository.replace("/", "+"))


FOLDERS = [folder(one) for one in told()] if CORPUS else []


def playbooks(paths: list[str]) -> list[Playbook]:
    return [one for one in distinct(find(paths)) if isinstance(one, Playbook)]


def finding_paths(playbook: Playbook) -> list[str]:
    """The function of every datapath below ``finding:``."""
    return [one.call.function for one in texts.datapaths(read(playbook)) if str(one.text).startswith("finding:")]


@cache
def ran(repository: str) -> Running:
    """Every distinct playbook of a repository."""
    return run_all([folder(repository)], beside=BESIDE)


def ends(repository: str) -> tuple[int, int, int]:
    """How many come to their end, lack a file, and do neither."""
    found = {kind: len(some) for kind, some in ran(repository).classes.items()}
    finish, lack = found["finished"] + found["finished_changed"], found["missing_files"]
    return finish, lack, sum(found.values()) - finish - lack


def counted(repository: str) -> list[int]:
    """The figures of a row."""
    found, report = playbooks([folder(repository)]), check([folder(repository)], beside=BESIDE)
    return [len(found), sum(one.type == "es" for one in found),
            sum(one["written"] for one in ran(repository).acts.values()),
            sum(len(finding_paths(one)) for one in found), report.loaded, *ends(repository)]


@pytest.mark.parametrize("repository", told())
def test_the_page_tells_what_becomes_of_them(repository):
    """By repository; a file that two of them have counts in both."""
    assert counted(repository) == told()[repository]


def test_they_load_and_use_what_there_is():
    """What is not supported lacks a file of somebody's, which the report names."""
    report = check(FOLDERS, beside=BESIDE)
    assert (report.loaded, report.gaps) == (report.playbooks, {})
    lacking = {one.playbook for one in report.problems if one.kind in (
        "playbook", "custom-function", "module") or one.level == "error"}
    assert report.playbooks - report.supported <= len(lacking)


@pytest.mark.parametrize("repository", told())
def test_no_run_meets_a_fault_of_the_lab(repository):
    """And every error of a playbook's own has the value responsible."""
    assert ran(repository).lab_errors == []
    assert [one for one in ran(repository).playbook_errors if not one["responsible"]] == []


def test_they_run_to_their_end():
    """97 of 100 whose files are all there; every one of those repositories that know findings."""
    finish, _, others = (sum(some) for some in zip(*map(ends, told()), strict=True))
    assert finish / (finish + others) >= 0.97
    assert [one for one in told() if told()[one][COLUMNS.index("findings")] and ends(one)[2]] == []


OWN = {
    "demo delete.py": "its action has no name, and an empty list of parameters",
    "Get Parent Action Results v2.5.py": "it needs a playbook that started it",
    "investigate malware.py": "it reads the text of a format of another name",
    "Case Promotion Lab Phantom Lab 6 V 4.5.py": "it reads what another playbook saved, and takes its second row",
}
"""Slips of published playbooks: they fire nothing."""


@pytest.mark.parametrize("repository", told())
def test_whatever_has_an_action_fires_one(repository):
    """But for what lacks a file, and slips of their own."""
    silent = {Path(file).name for file, one in ran(repository).acts.items() if one["written"] and not one["fired"]}
    assert silent - {Path(one).name for one in ran(repository).classes["missing_files"]} <= OWN.keys()


def test_no_run_ends_well_as_nothing_was_read():
    """In the situation made up from the text alone: where a block reads the finding, its action has parameters."""
    trials = Trials(None, tuple(dict.fromkeys(str(one.path.parent) for one in find([*FOLDERS, *BESIDE]) if one.source)))
    empty = []
    for playbook in playbooks(FOLDERS):
        if not (reading := set(finding_paths(playbook))):
            continue
        run = trials.run(playbook)
        blocks = {one.n: one.block for one in run.journal.events if isinstance(one, InvocationStarted)}
        empty += [(playbook.name, one.name) for one in run.journal.events if isinstance(one, ActionStarted)
                  and one.run == run.id and blocks[one.invocation] in reading and run.journal.get(one.parameters) == []]
    assert empty == []
