"""A journal is gone on with: nothing that stands in it is changed, written twice or lost."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook
from phantom_lab.cli import main
from phantom_lab.history import (
    Cause,
    Changed,
    Failure,
    InvocationEnded,
    InvocationStarted,
    Journal,
    Logged,
    RunSpec,
    new_file,
    read_journal,
    reopen,
)
from phantom_lab.history.lines import CONTINUED
from phantom_lab.lab.replaying import replay
from tests import forked
from tests.forging import written
from tests.older import older
from tests.patience import LONG
from tests.situations import finished


@pytest.fixture(scope="module")
def recorded() -> Journal:
    """A run with actions, conditions and a failure."""
    return finished("alert_digest").journal


@pytest.fixture
def file(recorded: Journal, tmp_path: Path) -> Path:
    """Its file."""
    written(recorded, tmp_path / "run.jsonl")
    return tmp_path / "run.jsonl"


def said(number: int) -> Logged:
    return Logged(1, 0, "note", f"note {number}")


def test_what_is_appended_stands_after_what_is_there(file: Path, recorded: Journal) -> None:
    """Positions go on, and the bytes before stay as they are."""
    before = file.read_bytes()
    for number in range(3):
        journal = reopen(file)
        assert journal.length == recorded.length + number
        journal.append(said(number))
        journal.close()
    assert file.read_bytes().startswith(before)
    read = read_journal(file)
    assert list(read.events) == [*recorded.events, *map(said, range(3))]
    assert read.stamps[:recorded.length] == recorded.stamps
    assert len([one for one in file.read_bytes().splitlines() if one.startswith(CONTINUED)]) == 3


def test_a_value_that_stands_there_is_not_written_again(file: Path, recorded: Journal) -> None:
    """It is known by its digest; new ones are numbered on."""
    before, count = file.stat().st_size, file.read_bytes().count(b'\n{"value":')
    journal = reopen(file)
    assert [journal.put(recorded.get(ref)) for ref in recorded._values] == list(recorded._values)
    new = [journal.put({"new": number}) for number in (1, 2, 1)]
    journal.append(said(1))
    journal.close()
    added = file.read_bytes()[before:].splitlines()
    assert [line.split(b",")[0] for line in added if line.startswith(b'{"value"')] == [
        b'{"value":%d' % number for number in (count, count + 1)]
    read = read_journal(file)
    assert [read.get(ref) for ref in new] == [{"new": 1}, {"new": 2}, {"new": 1}]


def test_a_tail_that_was_cut_is_told_and_goes(file: Path, recorded: Journal) -> None:
    """Wherever it was cut, the journal goes on after the last whole line."""
    data = file.read_bytes()
    first = data.index(b"\n") + 1
    for length in [*range(first, len(data), 1499), len(data) - 1]:
        file.write_bytes(data[:length])
        whole = data[:data.rindex(b"\n", 0, length) + 1]
        journal = reopen(file)
        assert journal.cut_tail == length - len(whole)
        count = journal.length
        journal.append(said(1))
        journal.close()
        assert file.read_bytes().startswith(whole + CONTINUED)
        assert list(read_journal(file).events) == [*recorded.events[:count], said(1)]


def test_it_is_still_executed_again(file: Path, recorded: Journal) -> None:
    """A run that was cut off is the same up to there, and what was added is met as well."""
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-3]))
    journal = reopen(file)
    for event in recorded.events[journal.length:]:
        journal.now = lambda place=journal.length: recorded.stamps[place]
        journal.append(event)
    journal.close()
    found = replay(read_journal(file))
    assert (found.divergence, found.agreed, found.complete) == (None, recorded.length, True)


def test_one_writes_at_a_time(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another, of this process or of another one, is told who does; nothing is lost, and reading is free to all."""
    journal = reopen(file)
    journal.append(said(1))
    with pytest.raises(InputError, match=r"another run is writing it \(this process\)"):
        reopen(file)
    code = textwrap.dedent("""
        import sys
        from phantom_lab import InputError
        from phantom_lab.history import read_journal, reopen
        try: reopen(sys.argv[1])
        except InputError as exc: print(exc)
        print(len(read_journal(sys.argv[1]).events))""")
    done = forked.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=LONG)
    error, length = done.stdout.splitlines()
    assert f"another run is writing it (process {os.getpid()})" in error
    assert int(length) == journal.length
    (file.parent / "p.py").write_text("def on_start(container): pass\n")
    (file.parent / "c.json").write_text('{"name": "x"}')
    assert main(["run", str(file.parent / "p.py"), "--container", str(file.parent / "c.json"),
                 "--journal", str(file)]) == 2
    assert "another run is writing it (this process)" in capsys.readouterr().err
    journal.append(said(2))
    journal.close()
    assert list(reopen(file).events)[-2:] == [said(1), said(2)]


def test_who_has_gone_on_is_told_and_not_who_began(file: Path) -> None:
    """The process that holds the file is the one that opened it last."""
    code = ("import sys\nfrom phantom_lab.history import reopen\njournal = reopen(sys.argv[1])\n"
            "print('open', flush=True)\nsys.stdin.read()")
    with forked.Popen([sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                      text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(InputError, match=rf"another run is writing it \(process {other.pid}\)"):
            reopen(file)
    reopen(file).close()


@pytest.mark.parametrize(("data", "message"), [
    (None, "No such file"), (b"", "this is no journal"), (b"notes\n", "this is no journal"),
    (b'{"journal": 3', "it was cut off in its first line"), (b'{"journal": 99}\n', "format 99 is not known here"),
    (1, "it is of format 1"), (2, "it is of format 2"),
])
def test_what_nothing_can_go_on_with_is_left_as_it_is(data: bytes | int | None, message: str, recorded: Journal,
                                                      tmp_path: Path) -> None:
    """One line with the file; the same again, as nobody keeps it."""
    file = tmp_path / "other.jsonl"
    if data is not None:
        file.write_bytes(older(recorded, data).encode() if isinstance(data, int) else data)
    before = file.read_bytes() if data is not None else None
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            reopen(file)
        assert message in str(caught.value)
        assert str(caught.value).startswith(str(file))
        assert "\n" not in str(caught.value)
    assert (file.read_bytes() if file.exists() else None) == before


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_plain_file_is_refused(kind: str, tmp_path: Path) -> None:
    """At once, also where nobody is at the other end."""
    path = tmp_path / "path"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(InputError):
        reopen(path if kind != "device" else os.devnull)


def test_an_interrupt_in_any_line_loses_nothing(tmp_path: Path) -> None:
    """What is recorded when it comes is in the file and in memory, once, and the file goes on."""
    interrupted = 0
    for place in range(1, 400):
        file, left = tmp_path / f"{place}.jsonl", place

        def trace(frame: FrameType, what: str, _: Any) -> Any:
            nonlocal left
            if what == "line" and frame.f_code.co_filename.endswith(("journal.py", "writing.py", "lines.py")):
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
            return trace

        journal = Journal(file)
        journal.append(said(1))
        journal.open()
        failure = Failure("E", "m", "b", "f", 1, "t")
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            journal.append(InvocationStarted(1, 1, "b", 0, None, Cause("start"), {"a": journal.put(place)}, 1))
            journal.append(InvocationEnded(1, 1, journal.put([place]), failure))
        except KeyboardInterrupt:
            interrupted += 1
        finally:
            sys.settrace(before)
        journal.append(Changed(1, 0, "x", 1, "f", journal.put(place), journal.put([place])))
        journal.close()
        read = read_journal(file)
        assert list(read.events) == list(journal.events)
        assert read.stamps == journal.stamps
        assert len({type(one) for one in read.events}) == read.length
    assert 60 < interrupted < 399


def test_the_parent_of_a_run_that_is_kept_is_kept(journals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its parent; once nothing points to them, they make room as others do."""
    monkeypatch.setattr("phantom_lab.history.place.KEPT", 3)
    journal = Lab({"name": "x"}).run(Playbook.from_source("def on_start(container): pass", name="p")).journal
    first = journal.events[0]
    assert isinstance(first, RunSpec)

    def kept(uid: str, parent: str = "", age: int = 0) -> Path:
        path = new_file("p")
        made = Journal(path)
        made.restore([replace(first, uid=uid, forked_from=[parent, 3] if parent else None)], journal.stamps[:1],
                     dict(journal._values))
        made.open()
        made.close()
        assert path is not None
        os.utime(path, (10**9 - age, 10**9 - age))
        return path

    family = [kept("a", "", 3), kept("b", "a", 2), kept("c", "b", 1)]
    kept("d")
    assert all(path.exists() for path in family)
    kept("e")
    assert all(path.exists() for path in family)
    kept("f")
    kept("g")
    assert not any(path.exists() for path in family)
    assert len(list(journals.iterdir())) == 3


def test_histories_that_point_to_each_other_come_to_an_end(journals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes such files, and first lines that are none are no histories."""
    monkeypatch.setattr("phantom_lab.history.place.KEPT", 2)
    for number, text in enumerate(['{"journal": 3, "run": "a", "forked_from": ["b", 1]}', "[" * 100_000, '[1]', "",
                                   '{"journal": 3, "run": "b", "forked_from": ["a", 1]}', '{"run": {}}',
                                   '{"journal": 3, "run": "c", "forked_from": {"a": 1}}']):
        (journals / f"20260101-000000-00000{number}-1-p.jsonl").write_text(text)
    assert new_file("p") is not None
    assert len(list(journals.iterdir())) <= 3
