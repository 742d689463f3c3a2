"""Journals are read back whole, and shown without executing anything."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, frames
from phantom_lab.cli import main
from phantom_lab.history import default_folder, read_journal
from phantom_lab.views import summarize
from phantom_lab.views.report import as_text
from tests.forging import written as file_of
from tests.situations import finished

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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a run with actions, a prompt, lists and conditions."""
    journal = finished("contain_host_answered").journal
    return file_of(journal, tmp_path_factory.mktemp("whole") / "run.jsonl")


def told(data: bytes, file: Path) -> str:
    """What reading, showing and executing it again says; empty where nothing is wrong with it."""
    file.write_bytes(data)
    try:
        journal = read_journal(file)
    except InputError as exc:
        found = str(exc)
    else:
        as_text(summarize(journal))
        return ""
    assert found.startswith(str(file))
    assert "\n" not in found
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_bit_is_found_wherever_it_is(seed: int, whole: bytes, tmp_path: Path) -> None:
    """In a value, an event or the header."""
    chance = random.Random(seed)
    places = [*range(whole.index(b"\n")), *(chance.randrange(len(whole) - 1) for _ in range(60))]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        assert told(bytes(damaged), tmp_path / "flipped.jsonl"), place


def test_lines_that_are_missing_doubled_or_in_another_order_are_found(whole: bytes, tmp_path: Path) -> None:
    """Each with the line where it shows."""
    lines = whole.splitlines(keepends=True)
    events = [place for place, line in enumerate(lines) if line.startswith(b'{"event"')]
    values = [place for place, line in enumerate(lines) if line.startswith(b'{"value"')]
    for place in (events[3], values[3], events[-2]):
        without = told(b"".join([*lines[:place], *lines[place + 1:]]), tmp_path / "lines.jsonl")
        assert "would be next" in without or "is not in the file" in without
    first, second = events[4], events[5]
    swapped = [*lines]
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert "would be next" in told(b"".join(swapped), tmp_path / "lines.jsonl")
    doubled = [*lines[:first], lines[first], *lines[first:]]
    assert "would be next" in told(b"".join(doubled), tmp_path / "lines.jsonl")


def test_a_value_that_was_edited_by_hand_is_found(whole: bytes, tmp_path: Path) -> None:
    """And told with its line; an event is, too."""
    for before, after in ((b'"severity": "', b'"severity": "x'), (b'"level":"note"', b'"level":"debug"')):
        assert before in whole
        assert "its checksum is another one" in told(whole.replace(before, after, 1), tmp_path / "edited.jsonl")


def test_a_line_without_an_end_in_sight_is_refused(whole: bytes, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """Before all of it is in memory."""
    monkeypatch.setenv("PHANTOM_LAB_VALUE_BYTES", "1000")
    found = told(whole.splitlines(keepends=True)[0] + b'{"value":0,"is":"' + b"x" * (2 << 20), tmp_path / "long.jsonl")
    assert ":2: this line is longer than" in found


def test_a_journal_of_the_first_format_is_read(tmp_path: Path) -> None:
    """As it was written then, without checksums; what it told in sentences is in fields."""
    file = tmp_path / "old.jsonl"
    source, nothing = "a" * 24, "b" * 24
    lines = [{"journal": 1, "hash_seed": "0"}, {"value": source, "is": "def on_start(container): pass"},
             {"value": nothing, "is": {}},
             {"event": "RunStarted", "run": 1, "playbook": "p", "file": "p.py", "source": source, "container_id": 1,
              "container": nothing, "artifacts": nothing, "inputs": nothing, "scope": nothing,
              "clock": "2026-01-01T00:00:00+00:00", "wall": 1.0},
             {"event": "Logged", "run": 1, "invocation": 0, "level": "note", "wall": 1.0,
              "message": "child playbook kid (run 2) is not executed: stub kid (lab.py:3) answers"},
             {"event": "RunEnded", "run": 1, "status": "success", "message": "", "wall": 1.0}]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    summary = summarize(read_journal(file))
    assert summary.status == "success"
    assert [(one["change"], one["on"], one["status"]) for one in summary.receipt] == [
        ("child playbook", "kid (run 2)", "unknown: stub kid (lab.py:3) answers")]


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
    monkeypatch.setattr("phantom_lab.history.place.KEPT", 3)
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
    stepper = lab.step(playbook("def on_start(container):\n    pass\n"))
    assert [type(one).__name__ for one in stepper.journal.events].count("FileEnded") == 1
    stepper.resume()
    assert stepper.run.status == "success"
