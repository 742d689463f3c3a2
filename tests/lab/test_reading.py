"""Journals are read back whole, and shown without executing anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, frames
from phantom_lab.cli import main
from phantom_lab.journal import default_folder, read_journal, summarize

SOURCE = """
import sys
def on_start(container):
    phantom.act("look", parameters=[{"n": 1}, {"n": 2}], assets=["x"], name="look_1", callback=looked, handle={"a": 1})
def looked(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.condition(conditions=[["artifact:*.id", "==", 1]], name="f:condition_1", container=container)
    phantom.set_severity(container, "high")
    helper(1)
    raise ValueError("of mine")
def helper(n):
    print("printed", n)
"""


@pytest.fixture
def file(lab: Lab, playbook, tmp_path: Path) -> Path:
    lab.action("look")(lambda parameter: [parameter])
    lab.run(playbook(SOURCE), journal=tmp_path / "run.jsonl")
    return tmp_path / "run.jsonl"


def test_what_is_read_is_what_was_written(lab: Lab, playbook, tmp_path: Path) -> None:
    """Events, values and every view are equal to those of the run itself."""
    lab.action("look")(lambda parameter: [parameter])
    run = lab.run(playbook(SOURCE), journal=tmp_path / "run.jsonl")
    journal = read_journal(tmp_path / "run.jsonl")
    assert journal.events == run.journal.events
    assert summarize(journal) == run.summary()
    for view in (frames.results, frames.artifacts, frames.filtered_artifacts, frames.invocations):
        assert view(journal).equals(view(run))


def test_every_cut_of_a_journal_can_be_read(file: Path, tmp_path: Path) -> None:
    """A file that ends in the middle of a line is read up to the line before."""
    data = file.read_bytes()
    whole = len(read_journal(file).events)
    first = data.index(b"\n") + 1
    for length in [first, first + 1, *range(first, len(data), 997), len(data) - 1]:
        (tmp_path / "cut.jsonl").write_bytes(data[:length])
        assert len(read_journal(tmp_path / "cut.jsonl").events) <= whole


@pytest.mark.parametrize(("data", "message"), [
    (b"", "this is no journal"), (b"{}\n", "this is no journal"), (b'{"journal": 99}\n', "format 99 is not known here"),
    (b'{"journal": 1}\nnonsense\n{}\n', ":2: this line is damaged"),
    (b'{"journal": 1}\n{"event": "Nothing"}\n\n', ":2: there is no event 'Nothing'"),
    (b'{"journal": 1}\n{"event": "Logged", "run": 1}\n\n', ":2: this line is damaged: KeyError"),
    (b'{"journal": 1}\n{"event": "asdict", "run": 1}\n\n', "there is no event"),
    (b'{"journal": 1}\n\xff\n\n', ":2: this line is damaged"), (b'{"journal": 1}\n[1]\n\n', ":2: this line is damaged"),
])
def test_a_damaged_journal_is_one_line_with_its_place(data: bytes, message: str, tmp_path: Path) -> None:
    """Nothing of a file is guessed."""
    (tmp_path / "bad.jsonl").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_journal(tmp_path / "bad.jsonl")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_show_prints_what_run_printed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people and as JSON; the exit code is that of reading, not of the run."""
    assert main(["show", str(file)]) == 0
    text = capsys.readouterr().out
    assert "looked  (action look_1 completed, success=True)" in text
    assert "ValueError: of mine (block looked, sample:10)" in text
    assert main(["show", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "error"


def test_show_says_when_a_run_has_no_end(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The process ended before the run did."""
    lines = file.read_text().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_text("".join(lines[:-2]))
    assert main(["show", str(tmp_path / "cut.jsonl")]) == 0
    assert capsys.readouterr().out.rstrip().endswith("unfinished: the journal has no end of the run")
    assert main(["show", str(tmp_path / "nowhere.jsonl")]) == 2


def test_a_stepped_run_writes_to_the_default_place(lab: Lab, playbook, journals: Path) -> None:
    """Privately, under the playbook's name; a headless run writes only where it is told to."""
    lab.run(playbook("def on_start(container):\n    pass\n"))
    assert list(journals.iterdir()) == []
    stepper = lab.step(playbook("def on_start(container):\n    pass\n", name="a b/c"))
    written, = journals.iterdir()
    assert written == stepper.run.journal.path
    assert written.name.endswith("-a_b_c.jsonl")
    assert written.stat().st_mode & 0o777 == 0o600
    assert len(read_journal(written).events) == len(stepper.run.journal.events)


def test_the_default_place_keeps_the_newest(lab: Lab, playbook, journals: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """Older journals make room; other files stay."""
    monkeypatch.setattr("phantom_lab.journal.place.KEPT", 3)
    (journals / "notes.txt").write_text("mine")
    for number in range(6):
        (journals / f"alerts_{number}.jsonl").write_text("mine")
    for _ in range(6):
        lab.step(playbook("def on_start(container):\n    pass\n")).resume()
    assert len(list(journals.glob("*-sample.jsonl"))) == 3
    assert len(list(journals.glob("alerts_*.jsonl"))) == 6
    assert (journals / "notes.txt").exists()


def test_the_default_place_can_be_switched_off_or_moved(lab: Lab, playbook, monkeypatch: pytest.MonkeyPatch,
                                                        tmp_path: Path) -> None:
    """By one environment variable; a place that cannot be written keeps nobody from stepping."""
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", "off")
    assert default_folder() is None
    assert lab.step(playbook("def on_start(container):\n    pass\n")).run.journal.path is None
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", str(tmp_path / "file" / "below"))
    assert lab.step(playbook("def on_start(container):\n    pass\n")).run.journal.path is None
