"""Files that a user gives, and files that runs leave in the lab's vault."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook
from phantom_lab.cli import main
from phantom_lab.history import read_journal
from phantom_lab.state.contents import Files
from tests.table import tabled

TWO = [{"id": 1, "name": "first", "status": "new"}, {"id": 2, "name": "second", "status": "new"}]
READS = """
import json
import phantom.rules as phantom

def on_start(container):
    for one in phantom.vault_info(container_id=container["id"])[2]:
        with open(one["path"]) as file:
            phantom.debug(json.dumps([one["name"], file.read(), one["created_via"]]))
"""
WRITES = """
import phantom.rules as phantom

def on_start(container):
    for one in phantom.vault_info(container_id=container["id"])[2]:
        with open(one["path"], "a") as file:
            file.write("spoilt")
"""
ADDS = """
import phantom.rules as phantom

def on_start(container):
    phantom.Vault.create_attachment("made", container["id"], "made.txt")
"""


def told(lab: Lab, source: str = READS, container: int | None = None) -> list[Any]:
    """What a run that reads a container's files says of them."""
    run = lab.run(Playbook.from_source(source, name="sample"), container)
    return [json.loads(line) for line in run.summary().debug]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of the user's."""
    path = tmp_path / "mail.eml"
    path.write_text("hello")
    return path


@pytest.mark.parametrize(("given", "first", "second"), [
    (lambda path: [path], ["mail.eml"], []), (lambda path: (str(path),), ["mail.eml"], []),
    (lambda path: [{"path": path, "container": 2}], [], ["mail.eml"]),
    (lambda path: [{"path": str(path), "name": "x", "container": 1}, path, {"path": path, "container": 2}], ["x"],
     ["mail.eml"]),
])
def test_files_are_in_the_vault_of_a_container(file: Path, given: Any, first: list[str], second: list[str]):
    """Of the first one where none is named; the same content twice is one file."""
    lab = Lab(TWO, files=given(file))
    assert told(lab) == [[name, "hello", "upload"] for name in first]
    assert told(lab, container=2) == [[name, "hello", "upload"] for name in second]


@tabled(("given", "words"), [
    (5, "files must be a list"), ("nowhere.txt", "there is no such file"),
    ([5], "must be a path"), ([{"name": "x"}], "must be a path"),
    ([None], "must be a path"), ([{"path": "x", "vault": 1}], "a file has no 'vault'"),
    (["nowhere.txt"], "there is no such file"), (["."], "it is a folder, and only plain files are read"),
    (["a\0b"], "there is no such file"), (["\ud800"], "there is no such file"),
    ([{"path": __file__, "container": 9}], "no container 9"),
    ([{"path": __file__, "container": True}], "no container True"),
    ([{"path": __file__, "container": [1]}], "no container"),
    ([{"path": __file__, "name": ""}], "must be a text"), ([{"path": __file__, "name": 5}], "must be a text"),
])
def test_a_file_that_cannot_be_given_is_named(given: Any, words: str):
    """In one line."""
    with pytest.raises(InputError, match=words):
        Lab(TWO, files=given)


def test_a_file_needs_a_container(file: Path):
    """The message says how."""
    with pytest.raises(InputError, match="the lab has no container"):
        Lab(files=[file])


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to the system's administrator")
def test_an_unreadable_file_is_named(file: Path):
    """With the system's reason."""
    file.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        Lab(TWO, files=[file])


def test_a_playbook_never_writes_a_users_file(file: Path):
    """It has a copy of its own, and so has the next run."""
    lab = Lab(TWO, files=[file])
    file.chmod(0o444)
    told(lab, WRITES)
    assert (file.read_text(), told(lab)) == ("hello", [["mail.eml", "hello", "upload"]])


def test_a_file_that_is_not_asked_for_is_not_copied(file: Path):
    """Only its place is remembered."""
    lab = Lab(TWO, files=[file])
    run = lab.run(Playbook.from_source("def on_start(container):\n    pass", name="sample"))
    assert [*run.platform.files.values()] == [file]


@pytest.mark.parametrize("change", [lambda path: path.write_text("changed"), lambda path: path.unlink()])
def test_a_file_that_changed_since_is_told_of(file: Path, change: Any):
    """Its vault id would be wrong: it cannot be opened, and the log says why."""
    lab = Lab(TWO, files=[file])
    change(file)
    run = lab.run(Playbook.from_source(READS, name="sample"))
    assert run.status == "error"
    assert any("vault file 1 ('mail.eml') cannot be opened:" in note for note in run.summary().notes)


def test_applied_files_outlive_the_run(file: Path):
    """Their bytes are the lab's; a run that is not applied leaves nothing."""
    lab = Lab(TWO, files=[file])
    lab.run(Playbook.from_source(ADDS, name="sample"))
    lab.apply(lab.run(Playbook.from_source(ADDS, name="sample")))
    gc.collect()
    assert told(lab) == [["mail.eml", "hello", "upload"], ["made.txt", "made", "automation"]]
    (kept,) = [path for path in lab.store.files.values() if path != file]
    assert kept.read_text() == "made"
    run = lab.prepare(Playbook.from_source(READS, name="sample"))
    del lab
    gc.collect()
    assert [json.loads(line)[1] for line in run.execute().summary().debug] == ["hello", "made"]
    del run
    gc.collect()
    assert (kept.parent.exists(), file.exists()) == (False, True)


def test_a_file_that_was_removed_and_added_again_is_no_conflict(file: Path):
    """And a removed one is gone for the next run."""
    lab = Lab(TWO, files=[file])
    again = ("import phantom.rules as phantom\ndef on_start(container):\n"
             "    phantom.vault_delete(file_name='mail.eml')\n"
             "    phantom.Vault.create_attachment('hello', 1, 'again')\n")
    lab.apply(lab.run(Playbook.from_source(again, name="sample")))
    assert told(lab) == [["again", "hello", "automation"]]
    gone = "import phantom.rules as phantom\ndef on_start(container):\n    phantom.vault_delete(file_name='again')\n"
    lab.apply(lab.run(Playbook.from_source(gone, name="sample")))
    assert told(lab) == []


def test_bytes_that_went_away_are_told_of_and_nothing_is_applied():
    """A playbook can delete the file itself behind the vault's back."""
    lab = Lab(TWO)
    removes = "    import os\n    os.unlink(phantom.vault_info(file_name='made.txt')[2][0]['path'])\n"
    run = lab.run(Playbook.from_source(ADDS + removes, name="sample"))
    with pytest.raises(InputError, match="cannot be kept: No such file"):
        lab.apply(run)
    assert lab.store.records["container_attachment"] == {}


def test_two_runs_leave_the_same_journal(file: Path, tmp_path: Path):
    """Neither the run's own folder nor the place of a user's file stands in it."""
    lab = Lab(TWO, files=[file])
    for name in ("one", "two"):
        lab.run(Playbook.from_source(READS, name="sample"), journal=tmp_path / f"{name}.jsonl")
    texts = [(tmp_path / f"{name}.jsonl").read_text() for name in ("one", "two")]
    assert "/opt/phantom/vault/aa/f4/" in texts[0]
    assert not [text for text in texts if "phantom_lab-" in text or str(file) in text]
    assert len(read_journal(tmp_path / "one.jsonl").events) == len(read_journal(tmp_path / "two.jsonl").events)


def test_what_the_lab_keeps_is_one_copy(file: Path):
    """A content that it has is not taken again."""
    kept, elsewhere = Files(), {"aa": file}
    for _ in range(2):
        kept.keep([{"vault_id": "aa"}, {"vault_id": "bb"}, {"vault_id": None}], elsewhere)
    assert [*kept] == ["aa"]
    assert [path.read_text() for path in kept["aa"].parent.iterdir()] == ["hello"]


@pytest.mark.parametrize("options", [(), ("--container-id", "2")])
def test_the_command_line_takes_files(file: Path, tmp_path: Path, capsys: Any, options: tuple[str, ...]):
    """For the container of the run."""
    (tmp_path / "flow.py").write_text(READS)
    (tmp_path / "containers.json").write_text(json.dumps(TWO))
    code = main(["run", str(tmp_path / "flow.py"), "--container", str(tmp_path / "containers.json"), "--json",
                 "--file", str(file), *options])
    assert code == 0
    assert [json.loads(line)[0] for line in json.loads(capsys.readouterr().out)["debug"]] == ["mail.eml"]


def test_a_file_that_the_command_line_cannot_read_is_bad_usage(tmp_path: Path, incident: Path, capsys: Any):
    """Exit code 2 and one line."""
    (tmp_path / "flow.py").write_text(READS)
    assert main(["run", str(tmp_path / "flow.py"), "--container", str(incident), "--file", "nowhere.bin"]) == 2
    assert "nowhere.bin: there is no such file" in capsys.readouterr().err
