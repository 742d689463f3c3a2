"""Where a journal's file cannot be written: one line says so, the run goes on, and what was written can be read."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, Playbook, PlaybookRun
from phantom_lab.cli import main
from phantom_lab.history import FileEnded, Journal, Logged, read_journal
from phantom_lab.history.writing import Writer
from phantom_lab.lab.replaying import replay
from phantom_lab.views.unrecorded import unrecorded
from tests.patience import LONG

SOURCE = """
import phantom.rules as phantom
def on_start(container):
    for number in range(60):
        phantom.save_run_data(key="text", value=str(number) * 9_000)
    phantom.debug("went on")
"""
SMALL = "import phantom.rules as phantom\ndef on_start(container):\n    phantom.debug('here')\n"


def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A file system in memory, where mounting is allowed."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mount is refused here ({done.stderr.strip()[:80]}): NOT CHECKED HERE")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB."""
    yield from mounted(tmp_path / "small", "size=256k")


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A disk that cannot be written."""
    yield from mounted(tmp_path / "read_only", "ro")


def told(run: PlaybookRun, file: Path, error: str, why: str) -> None:
    """What is to be so wherever a file ends before its run does."""
    assert (run.status, run.summary().debug) == ("success", ["went on"])
    (ended,) = (one for one in run.journal.events if isinstance(one, FileEnded))
    assert why in ended.why
    (line,) = error.splitlines()
    assert line.startswith(f"note: {file}: the journal's file ends here, and the run goes on without it: ")
    assert why in line
    (one,) = (one for one in unrecorded(run.journal) if one["what"] == "events")
    assert why in one["name"]
    assert "not recorded\n      events after" in run.report()


def is_the_beginning(file: Path, run: PlaybookRun) -> None:
    """Of the run, up to where the file ends; executed again it is the same up to there."""
    read = read_journal(file)
    assert read.cut_tail == 0
    assert 20 < read.length < run.journal.length
    assert list(read.events) == list(run.journal.events)[:read.length]
    found = replay(read)
    assert (found.divergence, found.agreed, found.complete) == (None, read.length, False)


def test_a_full_disk_ends_the_file_and_not_the_run(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the middle of a run; all whole lines stay, and the file says that it ends where there is room for that."""
    file = small / "run.jsonl"
    run = Lab({"name": "x"}).run(Playbook.from_source(SOURCE, name="p"), journal=file)
    told(run, file, capsys.readouterr().err, "No space left on device")
    is_the_beginning(file, run)
    assert isinstance(read_journal(file).events[-1], FileEnded)
    assert main(["show", str(file)]) == 0
    assert "No space left on device" in capsys.readouterr().out


def test_a_journal_is_there_until_the_next_one_is(small: Path) -> None:
    """A run whose journal has no room from the beginning does not begin, and the older journal stays."""
    file, lab = small / "run.jsonl", Lab({"name": "x"})
    lab.run(Playbook.from_source(SMALL, name="p"), journal=file)
    before = file.read_bytes()
    large = Playbook.from_source(f"{SMALL}TEXT = '{'x' * 300_000}'\n", name="p")
    with pytest.raises(InputError, match="the journal cannot be written: No space left on device") as caught:
        lab.run(large, journal=file)
    assert str(caught.value).startswith(str(file))
    with pytest.raises(InputError):
        lab.run(large, journal=small / "new.jsonl")
    assert {one.name: one.read_bytes() for one in small.iterdir()} == {"run.jsonl": before}


def test_a_stepped_run_needs_no_default_place(small: Path, monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody asked for a file, none is no reason not to step."""
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", str(small))
    (small / "full").write_bytes(b"x" * (250 << 10))
    large = Playbook.from_source(f"{SMALL}TEXT = '{'x' * 300_000}'\n", name="p")
    stepper = Lab({"name": "x"}).step(large)
    stepper.resume()
    assert (stepper.run.status, stepper.run.debug) == ("success", ["here"])
    assert "No space left on device" in capsys.readouterr().err
    assert [one.name for one in small.iterdir()] == ["full"]
    assert isinstance(stepper.run.journal.events[1], FileEnded)


def test_a_read_only_disk_is_told_before_anything_runs(read_only: Path) -> None:
    """As is a folder that cannot be made on it."""
    for file in (read_only / "run.jsonl", read_only / "below" / "run.jsonl"):
        with pytest.raises(InputError, match="the journal cannot be written: Read-only file system"):
            Lab({"name": "x"}).run(Playbook.from_source(SMALL, name="p"), journal=file)


def test_a_limit_of_the_process_is_a_full_disk(tmp_path: Path) -> None:
    """The system ends no process for it."""
    (tmp_path / "p.py").write_text(SOURCE)
    (tmp_path / "c.json").write_text('{"name": "x"}')
    done = subprocess.run(
        [sys.executable, "-m", "phantom_lab", "run", "p.py", "--container", "c.json", "--journal", "run.jsonl",
         "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=LONG,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
    (line,) = done.stderr.splitlines()
    assert line == ("note: run.jsonl: the journal's file ends here, and the run goes on without it: File too large")
    assert done.returncode == 0
    assert [one["what"] for one in json.loads(done.stdout)["unrecorded"]] == ["events"]
    read = read_journal(tmp_path / "run.jsonl")
    assert (tmp_path / "run.jsonl").stat().st_size <= 100_000
    assert read.length > 15
    assert replay(read).identical


@pytest.mark.parametrize("what", ["the file", "its folder"])
def test_a_file_that_was_removed_is_told_at_the_end(what: str, tmp_path: Path,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    """Or sooner, in a long run; the journal itself is in memory."""
    file = tmp_path / "folder" / "run.jsonl"
    stepper = Lab({"name": "x"}).step(Playbook.from_source(SOURCE, name="p"), journal=file)
    if what == "the file":
        file.unlink()
    else:
        shutil.rmtree(file.parent)
    stepper.resume()
    told(stepper.run, file, capsys.readouterr().err, "it was removed while the run wrote it")
    assert not file.exists()
    assert replay(stepper.run.journal).identical


@pytest.mark.parametrize("made", ["a folder that cannot be written", "a journal that cannot be read"])
def test_a_place_that_is_not_ones_own_is_told_before_anything_runs(made: str, tmp_path: Path) -> None:
    """To whoever is not the superuser."""
    folder = tmp_path / "folder"
    folder.mkdir()
    if made == "a journal that cannot be read":
        (folder / "run.jsonl").write_text('{"journal": 3}\n')
        (folder / "run.jsonl").chmod(0)
    folder.chmod(0o555)
    for above in [tmp_path, *tmp_path.parents][:4]:
        above.chmod(above.stat().st_mode | 0o005)
    lab, playbook = Lab({"name": "x"}), Playbook.from_source(SMALL, name="p")
    lab.run(playbook)  # all that is needed is loaded before others are asked for
    with somebody_else(), pytest.raises(InputError) as caught:
        lab.run(playbook, journal=folder / "run.jsonl")
    assert str(caught.value) == f"{folder / 'run.jsonl'}: the journal cannot be written: Permission denied"


@contextmanager
def somebody_else() -> Iterator[None]:
    """The superuser may do everything: its tests act as somebody who may not."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_the_system_refuses_leaves_no_half_of_a_line(tmp_path: Path) -> None:
    """On ``/dev/full`` nothing can be written at all; on a disk, a half that was written is taken off again."""
    full = Writer(Path("/dev/full"), os.open("/dev/full", os.O_RDWR), 1 << 30)
    with pytest.raises(OSError, match="No space left"):
        full.write(b"line\n")
    assert full.size == 0
    full.close()
    file = tmp_path / "half"
    half = Writer(file, os.open(file, os.O_RDWR | os.O_CREAT), 1 << 30)
    half.write(b"whole\n")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, limits[1]))
    try:
        with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is what counts
            half.write(b"another line\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.errno == errno.EFBIG
    assert file.read_bytes() == b"whole\n"
    half.close()


def test_a_file_that_cannot_be_closed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some systems say only then that something is not written."""
    journal = Journal(tmp_path / "run.jsonl")
    journal.append(Logged(1, 0, "note", "x"))
    journal.open()
    assert journal._writer is not None
    os.close(journal._writer._file)
    journal.close()
    assert isinstance(journal.events[-1], FileEnded)
    assert "Bad file descriptor" in capsys.readouterr().err
