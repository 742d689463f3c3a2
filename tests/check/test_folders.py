"""``phantom-lab check``: a path with nothing to check is bad usage, what cannot be read is an error, and whatever is
passed over is said."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.cli import main
from phantom_lab.errors import PlaybookLoadError

GOOD = "import phantom.rules as phantom\ndef on_start(container):\n    phantom.debug('hello')\n"
NO_PYTHON = "no Python file (.py), and not to be read as one"
NOBODY = 65534
Told = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Check paths below the folder; gives the exit code, what `--json` says, and stderr."""
    monkeypatch.chdir(tmp_path)

    def check(*paths: str) -> tuple[int, dict[str, Any], str]:
        code = main(["check", *(paths or ["."]), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out), err

    return check


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of a user who may not read everything, which this process is until the test is over."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)
            for one in Path(folder).iterdir():
                one.chmod(0o700)


def remarks(found: dict[str, Any]) -> list[tuple[str, str]]:
    """File and message of each remark."""
    return [(one["playbook"], one["message"]) for one in found["remarks"]]


def write(name: str, content: str | bytes = GOOD) -> None:
    """Write a file below the current folder."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(("files", "message"), [
    ([], None),
    (["a.tgz"], "an archive: unpack it"), (["a.tar.gz"], "an archive: unpack it"), (["A.ZIP"], "an archive: unpack it"),
    (["a.tar.xz"], "an archive: unpack it"), (["a.ipynb"], "a notebook: passed over, only .py files are read"),
    (["a.json", "b.json", "c.md"], "passed over: 3 other files (2 .json, .md)"),
    ([".a.py"], "a hidden file: passed over"),
    ([".git/a.py"], "passed over: folders that are not gone into (.git)"),
    (["__pycache__/a.py"], "passed over: folders that are not gone into (__pycache__)"),
    (["Makefile"], "passed over: 1 other file (without an ending)"),
], ids=lambda one: str(one)[:30])
def test_a_folder_with_nothing_to_check_is_bad_usage(files: list[str], message: str | None, told: Told):
    """What was met there is said all the same."""
    for name in files:
        write(f"folder/{name}")
    Path("folder").mkdir(exist_ok=True)
    code, found, err = told("folder")
    assert code == 2
    assert err == ("phantom-lab: error: folder: nothing to check. Name .py files, or folders that hold some.\n")
    assert found["nothing_below"] == ["folder"]
    assert [one["message"] for one in found["remarks"]] == ([message] if message else [])


@pytest.mark.parametrize(("name", "content", "message"), [
    ("script.py", "print('a script')\n", "no playbook and no custom function: passed over"),
    ("empty.py", "", "empty: passed over"),
])
def test_python_that_is_no_playbook_is_nothing_to_check(name: str, content: str, message: str, told: Told):
    """In a folder; a file that is named itself is an error."""
    write(f"folder/{name}", content)
    code, found, _ = told("folder")
    assert (code, remarks(found)) == (2, [(f"folder/{name}", message)])
    assert told(f"folder/{name}")[0] == 1


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.zip", "", "an archive: unpack it"), ("a.tar.xz", "", "an archive: unpack it"),
    ("notes.txt", "see there\n", f"{NO_PYTHON}: syntax error: invalid syntax"),
    ("a.json", "{}", f"{NO_PYTHON}: the playbook defines no on_start(container)"),
    ("picture.png", b"\x89PNG\r\n", f"{NO_PYTHON}: the file is not UTF-8 text: byte 0x89 in line 1"),
])
def test_a_file_that_is_no_python_is_bad_usage(name: str, content: str | bytes, message: str, told: Told):
    """It says why it is not read."""
    write(name, content)
    code, found, err = told(name)
    assert (code, remarks(found), found["nothing_below"]) == (2, [(name, message)], [name])
    assert f"{name}: nothing to check" in err


def test_a_playbook_without_an_ending_is_read_where_it_is_named(told: Told):
    """As `run` reads it."""
    write("playbook")
    code, found, err = told("playbook")
    assert (code, found["loaded"], err) == (0, 1, "")


def test_each_path_has_to_hold_something(told: Told):
    """The others are checked and told."""
    write("full/a.py")
    Path("empty").mkdir()
    code, found, err = told("full", "empty")
    assert (code, found["loaded"], found["nothing_below"]) == (2, 1, ["empty"])
    assert "empty: nothing to check" in err


@pytest.mark.parametrize(("path", "message"), [("gone", "gone: no such file or folder"), ("", "an empty path. Name"),
                                               ("a\0b", "embedded null byte")])
def test_a_path_that_is_none_is_bad_usage(path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture[str]):
    """Whatever else is given: a typing error, or a variable that is not set, must not pass; nothing is checked."""
    monkeypatch.chdir(tmp_path)
    write("a.py")
    assert main(["check", "a.py", path]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert message in err


def test_what_is_passed_over_beside_playbooks_is_said(told: Told):
    """Archives, notebooks and hidden files by name, all others by number; an export that is read is none of them."""
    for name in ("a.py", "a.json", "b.json", "a.png", "b.png", "x/c.tgz", "x/.d.py", "e.ipynb", ".git/f.py",
                 "x/.git/g"):
        write(name, "{}" if name.endswith(".json") else GOOD)
    code, found, _ = told()
    assert (code, found["loaded"]) == (0, 1)
    assert remarks(found) == [
        (".", "passed over: 3 other files (2 .png, .json); folders that are not gone into (2 .git)"),
        ("e.ipynb", "a notebook: passed over, only .py files are read"),
        ("x/.d.py", "a hidden file: passed over"), ("x/c.tgz", "an archive: unpack it")]


def test_an_archive_is_never_taken_for_a_playbook(told: Told):
    """Whatever it holds."""
    with zipfile.ZipFile("a.py.zip", "w") as archive:
        archive.writestr("a.py", GOOD)
    write("b.py")
    _, found, _ = told()
    assert (found["loaded"], remarks(found)) == (1, [("a.py.zip", "an archive: unpack it")])


@pytest.mark.parametrize("paths", [("a.py", "a.py"), ("a.py", "./a.py"), (".", "a.py"), ("x/../a.py", "a.py"),
                                   ("a.py", "{}/a.py")])
def test_a_path_that_is_given_twice_is_checked_once(paths: tuple[str, ...], told: Told):
    """However it is written; that is said, and is no error."""
    write("a.py")
    Path("x").mkdir()
    paths = tuple(one.format(Path.cwd()) for one in paths)
    code, found, err = told(*paths)
    assert (code, found["playbooks"], err) == (0, 1, "")
    assert remarks(found) == [(str(Path(paths[1])), "given twice: it is checked once")]


def test_files_with_the_same_content_are_listed(told: Told):
    """Each with the first of them; blanks at the ends of lines make no difference, and links are such files, too."""
    write("a/one.py", GOOD)
    write("b/one.py", GOOD.replace("\n", "  \r\n"))
    write("c/other.py", f"{GOOD}# other\n")
    Path("d.py").symlink_to("c/other.py")
    code, found, _ = told()
    assert (code, found["playbooks"], found["problems"]) == (0, 2, [])
    assert found["copies"] == [{"playbook": "b/one.py", "same_as": "a/one.py"},
                               {"playbook": "c/other.py", "same_as": "d.py"}]


UNREADABLE = {
    "bad byte": (b"import phantom.rules as phantom\n# \xe9\n", "not UTF-8 text: byte 0xe9 in line 2"),
    "bad byte first": (b'"\xe9"\n', "not UTF-8 text: byte 0xe9 in line 1"),
    "program": (b"\x7fELF\x00\x01\xff\xfe", "not UTF-8 text: byte 0xff in line 1"),
    "utf-16": (GOOD.encode("utf-16"), "not UTF-8 text: it begins as UTF-16 or UTF-32 does"),
    "utf-16 without a mark": (GOOD.encode("utf-16-le"), "it has null bytes, the first in line 1"),
    "utf-32": (GOOD.encode("utf-32"), "not UTF-8 text: it begins as UTF-16 or UTF-32 does"),
    "null byte": (b"a = 1\n\0\n", "it has null bytes, the first in line 2"),
    "unknown encoding": (b"# coding: nowhere\n", "not text that Python reads (unknown encoding: nowhere)"),
    "no encoding of text": (b"# -*- coding: rot13 -*-\n", "not text that Python reads (no encoding of text: rot13)"),
    "another encoding": (b"# coding: ascii\n# \xe9\n", "not ASCII text: byte 0xe9 in line 2"),
    "mark and another encoding": (b"\xef\xbb\xbf# coding: latin-1\n", "not text that Python reads"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_an_error_in_check_as_in_run(case: str, told: Told, lab: Lab):
    """In a folder as well as by its name, whether or not it seems to be a playbook, with the file and the reason."""
    content, reason = UNREADABLE[case]
    write("folder/x.py", content)
    for path in ("folder", "folder/x.py"):
        code, found, _ = told(path)
        (one,) = found["problems"]
        assert (code, one["playbook"], one["level"], one["kind"]) == (1, "folder/x.py", "error", "load")
        assert one["message"].startswith("the file is ")
        assert reason in one["message"]
    with pytest.raises(PlaybookLoadError) as caught:
        lab.run("folder/x.py")
    assert str(caught.value).startswith("folder/x.py: the playbook is ")
    assert reason in str(caught.value)


@pytest.mark.parametrize("content", [
    b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode(), GOOD.replace("\n", "\r").encode(),
    b"# -*- coding: latin-1 -*-\n# \xe9\n" + GOOD.encode(),
    b"# vim: set fileencoding=cp1252 :\n# \x80\n" + GOOD.encode(),
], ids=["mark", "crlf", "cr", "latin-1", "cp1252"])
def test_what_python_reads_is_read_alike_by_check_and_run(content: bytes, told: Told, lab: Lab):
    """A mark of UTF-8, other line ends, an encoding that the first lines name."""
    write("x.py", content)
    code, found, _ = told()
    assert (code, found["loaded"], found["problems"]) == (0, 1, [])
    assert lab.run("x.py").status == "success"


def test_what_may_not_be_read_is_an_error(unprivileged: Path, lab: Lab, capsys: pytest.CaptureFixture[str]):
    """A file, and a folder as a whole, with the system's own words."""
    (unprivileged / "secret.py").write_text(GOOD)
    (unprivileged / "secret.py").chmod(0)
    (unprivileged / "closed").mkdir(mode=0)
    assert main(["check", str(unprivileged), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(Path(one["playbook"]).name, one["level"], one["message"]) for one in found["problems"]] == [
        ("closed", "error", "the folder cannot be read"),
        ("secret.py", "error", "the file cannot be read: Permission denied")]
    with pytest.raises(PlaybookLoadError, match=r"secret\.py: the playbook cannot be read: Permission denied"):
        lab.run(unprivileged / "secret.py")
    assert main(["check", str(unprivileged / "closed" / "x.py")]) == 2
    assert "closed/x.py: Permission denied" in capsys.readouterr().err


def test_odd_entries_of_a_folder_are_said(told: Told):
    """Links to nowhere and to themselves, a pipe, a folder called like a file, a folder that holds itself."""
    Path("nowhere.py").symlink_to("gone.py")
    Path("itself.py").symlink_to("itself.py")
    Path("above").symlink_to(".")
    os.mkfifo("pipe.py")
    write("folder.py/inside.py")
    code, found, _ = told()
    assert [(one["playbook"], one["level"], one["kind"]) for one in found["problems"]] == [
        (name, "error", "load") for name in ("itself.py", "nowhere.py", "pipe.py")]
    assert remarks(found) == [(".", "passed over: folders that are not gone into (above (a link))")]
    assert (found["loaded"], code) == (1, 1)


def test_the_ending_may_be_in_upper_case(told: Told):
    """As some systems write it."""
    write("OLD.PY")
    assert told()[1]["loaded"] == 1


@pytest.mark.parametrize("content", ["print 'hello'\n", "def on_start(container):\n\tif 1:\n        print(1)\n",
                                     "exec 'x = 1'\n", "raise ValueError, 'no'\n", "x = 0777\n"])
def test_python_2_is_a_syntax_error_with_its_line(content: str, told: Told):
    """An error where the file says that it is a playbook."""
    write("x.py", f"import phantom.rules as phantom\n{content}")
    code, found, _ = told()
    (one,) = found["problems"]
    assert (code, one["level"], one["kind"]) == (1, "error", "python-2")
    assert one["line"] > 1
    assert one["message"].startswith("syntax error: ")


def test_hostile_names_steer_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """In the table as well as in an error."""
    folder = tmp_path / "a\x1b[31m\n"
    (folder / "b\u202e.zip").mkdir(parents=True)
    (folder / "c\u202e.zip.tgz").touch()
    assert main(["check", str(folder)]) == 2
    assert main(["check", str(folder / "gone")]) == 2
    out, err = capsys.readouterr()
    assert r"a\x1b[31m\n/c\u202e.zip.tgz: remark: an archive: unpack it" in out
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err
    assert err.count("\n") == 2
