"""The journal's file, which is never written over something else; and values that resist being stored."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook, PlaybookLoadError
from phantom_lab.cli import main
from phantom_lab.history import Journal, new_file, read_journal
from phantom_lab.history.journal import encode
from phantom_lab.history.place import KEPT
from tests import forked
from tests.patience import LONG, in_time

START = "def on_start(container):\n    phantom.debug('here')\n"
CONTENTS = [b"my notes\n", b"{}", b'{"id": 1}\n', b"\x00\xff", b" ", b'{"journal"', b'\n{"journal": 1}\n']


@pytest.mark.parametrize("content", CONTENTS)
def test_a_file_that_is_no_journal_is_left_as_it_is(content: bytes, lab: Lab, playbook, tmp_path: Path):
    """The run does not start, and the line says why."""
    file = tmp_path / "run.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputError,
                       match="the journal cannot be written: it holds something else, and is left as it is"):
        lab.run(playbook(START), journal=file)
    assert file.read_bytes() == content


@pytest.mark.parametrize("kind", ["folder", "symlink", "symlink to nothing", "symlink to a journal", "pipe", "device"])
def test_what_is_no_plain_file_is_left_as_it_is(kind: str, lab: Lab, playbook, tmp_path: Path):
    """A folder, a link, a pipe and a device are refused; what a link leads to is not touched."""
    there, path = tmp_path / "there", tmp_path / "run.jsonl"
    content = '{"journal": 1}\nold\n' if kind == "symlink to a journal" else "notes"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path(os.devnull)
    else:
        if kind != "symlink to nothing":
            there.write_text(content, encoding="utf-8")
        path.symlink_to(there)
    before = path.lstat().st_mode
    with pytest.raises(InputError, match=r"the journal cannot be written: it is no plain file") as caught:
        lab.run(playbook(START), journal=path)
    assert str(caught.value).startswith(str(path))
    assert path.lstat().st_mode == before
    assert there.exists() == (kind in ("symlink", "symlink to a journal"))
    assert not there.exists() or there.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("content", [None, b"", b'{"journal": 1, "hash_seed": "0"}\n'])
def test_nothing_an_empty_file_and_an_older_journal_make_room(content: bytes | None, lab: Lab, playbook,
                                                              tmp_path: Path):
    """A run can be repeated with the same file."""
    file = tmp_path / "run.jsonl"
    if content is not None:
        file.write_bytes(content)
    for _ in range(2):
        assert lab.run(playbook(START), journal=file).status == "success"
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[-1])["event"] == "RunEnded"


@pytest.mark.parametrize("source", ["raise ValueError('x')\n" + START, START + "del on_start\n",
                                    "import nothing_of_that\n",
                                    START + "on_start = 5\n"])
@pytest.mark.parametrize("older", [False, True])
def test_a_playbook_that_cannot_be_loaded_leaves_no_file(source: str, older: bool, lab: Lab, playbook, tmp_path: Path):
    """An older journal is still there afterwards."""
    file = tmp_path / "run.jsonl"
    if older:
        file.write_text('{"journal": 1}\n', encoding="utf-8")
    with pytest.raises(PlaybookLoadError):
        lab.run(playbook(source), journal=file)
    assert file.exists() is older
    assert not older or file.read_text(encoding="utf-8") == '{"journal": 1}\n'


class Sly:
    """Does not say what it is."""

    @property
    def __class__(self) -> type:
        raise RuntimeError("not now")


class Closed(dict):  # type: ignore[type-arg]
    """A dict that shows no items."""

    def items(self) -> Any:
        raise RuntimeError("not now")


class Leaving:
    """Ends the process of whoever shows it."""

    def __repr__(self) -> str:
        raise SystemExit(3)


def deep(depth: int = 100_000) -> tuple[Any, ...]:
    """A tuple in a tuple in a tuple."""
    value: tuple[Any, ...] = ()
    for _ in range(depth):
        value = (value,)
    return value


VALUES = {"sly": Sly, "closed": lambda: Closed(a=1), "leaving": Leaving, "leaving in a set": lambda: {Leaving()},
          "sly in a list": lambda: [Sly()], "closed in a dict": lambda: {"x": Closed(a=1)}, "deep": deep,
          "leaving as a key": lambda: {Leaving(): 1}}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_resists_is_stored_as_a_text(name: str):
    """Whatever its methods raise, there is JSON in the journal."""
    journal = Journal()
    stored = json.dumps(journal.get(journal.put(VALUES[name]())))
    assert "__repr__" in stored
    assert len(stored) < 3000


def test_a_set_of_deep_tuples_is_stored():
    """Their hash and order are never asked for beyond what Python can do."""
    assert "__repr__" in encode({deep(400), deep(401)}) or json.loads(encode({deep(400), deep(401)}))


HOSTILE = """
class Sly:
    @property
    def __class__(self): raise RuntimeError("not now")
class Closed(dict):
    def items(self): raise RuntimeError("not now")
class Leaving:
    def __repr__(self): raise SystemExit(3)
def deep():
    value = ()
    for _ in range(400): value = (value,)
    return {value}
def helper(value): return value
def b(container, value): return value
def on_start(container):
    helper(VALUE)
    b(container, VALUE)
    phantom.save_run_data(VALUE, key="k")
    phantom.debug("went on")
"""


@pytest.mark.parametrize("value", ["Sly()", "Closed(a=1)", "Leaving()", "{Leaving()}", "[Sly()]", "deep()",
                                   "{Leaving(): 1}"])
def test_a_value_that_resists_does_not_stop_a_run(value: str, lab: Lab, playbook, tmp_path: Path):
    """As argument and result of blocks and helpers, and given to the platform."""
    run = lab.run(playbook(HOSTILE.replace("VALUE", value)), journal=tmp_path / "run.jsonl")
    assert (run.status, run.summary().debug) == ("success", ["went on"])
    assert all(json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines())


def test_one_run_writes_a_file_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second one, of this process or another, gets one line, and nothing of the first is lost."""
    file, playbook = tmp_path / "run.jsonl", tmp_path / "p.py"
    playbook.write_text("import phantom.rules as phantom\ndef on_start(container):\n    phantom.debug('here')\n")
    (tmp_path / "c.json").write_text('{"name": "x"}')
    stepper = Lab({"name": "x"}).step(playbook, journal=file)
    command = ["run", str(playbook), "--container", str(tmp_path / "c.json"), "--journal", str(file)]
    assert main(command) == 2
    done = forked.run([sys.executable, "-m", "phantom_lab", *command], capture_output=True, text=True,
                      timeout=LONG)
    for code, error in ((2, capsys.readouterr().err), (done.returncode, done.stderr)):
        assert (code, error.count("\n")) == (2, 1)
        assert "another run is writing it" in error
    stepper.resume()
    assert read_journal(file).events == stepper.run.journal.events
    assert main(command) == 0  # now it may be written anew


def test_a_file_that_ends_in_the_middle_of_a_line_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How much of it is left out, in one line besides what is shown."""
    file = tmp_path / "run.jsonl"
    Lab({"name": "x"}).run(Playbook.from_source("def on_start(container): pass", name="p"), journal=file)
    file.write_bytes(file.read_bytes()[:-10])
    cut = read_journal(file).cut_tail
    assert cut > 10
    for command in ("show", "replay"):
        assert main([command, str(file)]) == 0
        error = capsys.readouterr().err
        assert f"its last {cut:,} bytes are left out" in error


def test_a_journal_that_is_being_written_makes_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However old it is."""
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", str(tmp_path))
    monkeypatch.setattr("phantom_lab.history.place.KEPT", 2)
    playbook = Playbook.from_source("def on_start(container): pass", name="p")
    lab = Lab({"name": "x"})
    first = lab.step(playbook)
    kept = first.run.journal.path
    assert kept is not None
    os.utime(kept, (0, 0))
    for _ in range(4):
        lab.step(playbook).resume()
    assert kept.exists()
    first.resume()
    lab.step(playbook).resume()
    assert len(list(tmp_path.iterdir())) <= 3


@pytest.mark.parametrize("branched", [False, True])
def test_thousands_of_journals_make_room_at_once(branched: bool, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """For several that begin at the same time; the newest stay, those that one of them branched off, and what else lies
    there."""
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", str(tmp_path))
    (tmp_path / "notes.jsonl").write_text("mine")
    files = [tmp_path / f"20200101-000000-{number:06}-1-p.jsonl" for number in range(3_000)]
    for number, file in enumerate(files):
        file.write_text(json.dumps({"run": f"r{number}", "forked_from": [f"r{number - 1}", 1] if branched else None}))
        os.utime(file, (number, number))
    with in_time(), ThreadPoolExecutor(2) as pool:
        begun = set(pool.map(new_file, ["p"] * 2))
    assert None not in begun
    assert len(begun) == 2
    kept = files if branched else files[-KEPT + 1:]
    assert {*tmp_path.iterdir()} == {tmp_path / "notes.jsonl", *kept}


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    """In one line; the run goes on in memory."""
    (tmp_path / "home").write_text("a file, which no folder can be made in")
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", str(tmp_path / "home" / "journals"))
    stepper = Lab({"name": "x"}).step(Playbook.from_source("def on_start(container): pass", name="p"))
    assert stepper.resume().state == "ended"
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "the run goes on without it: the journal cannot be written: Not a directory" in told
    assert [one["what"] for one in stepper.run.summary().unrecorded] == ["events"]
