"""Every sample playbook does in its situations what its golden journal says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest

from phantom_lab import Playbook
from phantom_lab.apps import MaxMind
from phantom_lab.history import events as vocabulary
from tests.golden import sentence, text_of
from tests.patience import LONG
from tests.situations import GOLDEN, ROOT, SAMPLES, Situation, situations
from tests.table import tabled

SITUATIONS = situations()
SWITCH = "pytest tests/lab/test_golden.py --regenerate"
README = (SAMPLES / "README.md").read_text()


def difference(situation: Situation, expected: str, actual: str) -> str:
    """What a failing test says; empty where both agree."""
    lines = list(unified_diff(expected.splitlines(), actual.splitlines(), f"golden/{situation.file.name}", "this run",
                              lineterm=""))
    what = (f"playbook {situation.playbook} (situation {situation.name}) does not do what its golden journal says. "
            f"If it should do this now: {SWITCH}, and read what changed.")
    return "\n".join([what, *lines]) if lines else ""


def compare(situation: Situation, golden: Path, *, regenerate: bool) -> str:
    """Run a situation; returns what is not as a golden journal says, which is written anew where that is wanted."""
    actual = text_of(situation.run().journal)
    found = difference(situation, golden.read_text() if golden.exists() else "", actual)
    if found and regenerate:
        golden.write_text(actual)
    return found


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_sample_playbook_does_what_its_golden_journal_says(name: str, request, capsys) -> None:
    """Every event, cause, argument, outcome, note and diagnosis; written anew with ``--regenerate``."""
    situation, regenerate = SITUATIONS[name], request.config.getoption("--regenerate")
    if situation.maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    there = situation.file.exists()
    found = compare(situation, situation.file, regenerate=regenerate)
    if found and not regenerate:
        pytest.fail(found, pytrace=False)
    elif found:
        with capsys.disabled():
            print(f"\nwritten anew: {found.partition(chr(10))[2] if there else situation.file.name}")


def test_the_golden_text_depends_on_neither_the_hash_seed_nor_the_place_nor_the_time_of_the_run(tmp_path) -> None:
    """Children, prompts, sets and moments of the clock: two processes, elsewhere, of other seeds and time zones."""
    for seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata")):
        done = subprocess.run(
            [sys.executable, "-m", "tests.golden", "scheduled_containment", "enrich_indicators"], cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}, capture_output=True,
            text=True, timeout=LONG)
        assert done.returncode == 0, done.stderr
        assert done.stdout == "".join(text_of(SITUATIONS[one].run().journal) for one in (
            "scheduled_containment", "enrich_indicators"))


def test_a_changed_line_of_a_golden_journal_is_told_as_a_diff_until_it_is_written_anew(tmp_path) -> None:
    """The message names the playbook and the switch, and shows what was expected and what happened."""
    situation, golden = SITUATIONS["repeat_login_scope"], tmp_path / "golden.txt"
    changed = situation.file.read_text().replace('[["mmeyer"]]', '[["okafor"]]', 1)
    golden.write_text(changed)
    for regenerate in (False, True):
        found = compare(situation, golden, regenerate=regenerate)
        assert f"playbook {situation.playbook}" in found
        assert SWITCH in found
        assert re.search(r'^-.*\[\["okafor"\]\]', found, re.MULTILINE)
        assert re.search(r'^\+.*\[\["mmeyer"\]\]', found, re.MULTILINE)
        assert (golden.read_text() == changed) is not regenerate
    assert compare(situation, golden, regenerate=False) == ""


@pytest.mark.parametrize(("name", "before", "after", "lost"), [
    ("outbound_flow_filters", '"1000"', '"9000000"', "block=show_large_flows"),
    ("repeat_login_scope_again", 'scope="all"', 'scope="new"', "Sources: 192.0.2.10"),
    ("update_server_decisions", "delimiter=None", 'delimiter=","', "whole: False"),
    ("sandbox_poll", '"max_ttl": 600', '"max_ttl": 100', '"attempt": 3'),
    ("reputation_joins", 'value="raise_severity"', 'value=""', 'returned="raise_severity"'),
    ("contain_host_answered", '"==", "Contain"', '"==", "Leave it"', "block=quarantine_device"),
])
def test_a_changed_constant_of_a_playbook_is_seen(name: str, before: str, after: str, lost: str) -> None:
    """With another constant in the source, something that the golden journal says does not happen."""
    situation = SITUATIONS[name]
    source = situation.source.read_text()
    assert before in source
    changed = Playbook.from_source(source.replace(before, after), name=situation.playbook, path=situation.source)
    assert lost in situation.file.read_text()
    assert lost not in text_of(situation.run(changed).journal)


def test_every_kind_of_event_stands_in_some_golden_journal() -> None:
    """But for what people do at a run at rest, what is not emulated yet, what no sample sets out to do, stand-ins,
    branches of code, which only watched runs tell, calls as they are made, the first event, which
    holds the whole lab, and what tells of the file."""
    text = "\n".join(one.file.read_text() for one in SITUATIONS.values())
    kinds = {name for name in dir(vocabulary) if isinstance(one := getattr(vocabulary, name), type)
             and issubclass(one, vocabulary.Event)}
    kinds -= {"Event", "BranchTaken", "CallMade", "CallRefused", "Contained", "Edited", "FileEnded", "GapMet",
              "Refused", "Replaced", "RunSpec", "Stopped", "Unrecorded", "ValueCut"}
    assert {name for name in kinds if not re.search(rf"^ *{sentence(name)}  ", text, re.MULTILINE)} == set()


def test_every_sample_playbook_has_a_golden_journal_and_none_is_left_over() -> None:
    """Child playbooks stand in their parents' journals."""
    text = "\n".join(one.file.read_text() for one in SITUATIONS.values())
    names = {file.stem for file in (SAMPLES / "playbooks").glob("*.py")}
    assert {name for name in names if f"playbook={name} " not in text} == set()
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(SITUATIONS)


@tabled("name", SITUATIONS)
def test_the_readme_says_with_what_a_sample_playbook_is_run(name: str) -> None:
    """Its row names the container and the results of every situation, its inputs and custom lists."""
    situation = SITUATIONS[name]
    row = next(line for line in README.splitlines() if line.startswith(f"| `{situation.playbook}` "))
    _, _, container, given, *_ = row.split("|")
    assert situation.container in container or container.strip() == "any"
    assert all(f"`{one}`" in given for one in (*situation.lists, *situation.inputs))
    assert not situation.results or f"`{situation.results}.json`" in given
