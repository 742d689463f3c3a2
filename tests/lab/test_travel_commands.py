"""`phantom-lab resume`, `history` and `watch`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, history_tree, success
from phantom_lab.cli import main
from phantom_lab.history import RunEnded, read_journal
from tests.lab.test_travel import CODE, stepped


@pytest.fixture
def cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal whose process was killed while `look_1` and `look_2` were pending."""
    monkeypatch.setenv("PHANTOM_LAB_JOURNALS", str(tmp_path / "journals"))
    lab = Lab({"name": "incident"})
    run = lab.run(Playbook.from_source(CODE, name="looker"), journal=tmp_path / "needs.jsonl")
    assert run.status == "needs_outcome"
    lines = (tmp_path / "needs.jsonl").read_bytes().splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if b'"OutcomeMissing"' in line)
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:end]) + lines[end][:20])
    return tmp_path / "cut.jsonl"


def results(folder: Path) -> str:
    """A results file."""
    (folder / "results.json").write_text(json.dumps([{"action": "look up", "data": [{"bad": 1}]}]))
    return str(folder / "results.json")


def test_a_run_that_was_cut_off_goes_on_in_its_file(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its source is shown before."""
    before = len(read_journal(cut).events)
    assert main(["resume", str(cut), "--results", results(cut.parent), "--json"]) == 0
    out, err = capsys.readouterr()
    assert "def on_start(container):" in err
    assert "branched off" not in err
    assert json.loads(out)["status"] == "success"
    journal = read_journal(cut)
    assert journal.length > before
    assert isinstance(journal.events[-1], RunEnded)
    assert main(["replay", str(cut)]) == 0
    assert main(["resume", str(cut)]) == 2
    assert "the run has ended (success)" in capsys.readouterr().err


def test_a_run_that_needed_an_outcome_goes_on_as_a_branch(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own journal stays; the tree shows both."""
    origin = cut.parent / "needs.jsonl"
    before = origin.read_bytes()
    assert main(["resume", str(origin), "--results", results(cut.parent)]) == 0
    assert "branched off into" in capsys.readouterr().err
    assert origin.read_bytes() == before
    [file] = (cut.parent / "journals").iterdir()
    file.rename(cut.parent / file.name)
    cut.unlink()
    assert main(["history", str(cut.parent), "--json"]) == 0
    one, other = json.loads(capsys.readouterr().out)["runs"]
    assert [one["status"], other["status"], other["level"]] == ["needs_outcome", "success", 1]
    assert other["forked_from"] == one["uid"]


def test_a_recorded_run_is_branched_off_with_something_changed(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another argument; an answer; and once more without any change, which does the same."""
    assert main(["resume", str(cut), "--results", results(cut.parent)]) == 0
    file, other = str(cut), str(cut.parent / "other.jsonl")
    capsys.readouterr()
    assert main(["fork", file, "3", "--argument", "bad=7", "--journal", other, "--json"]) == 0
    told = capsys.readouterr().out
    assert json.loads(told)["debug"] == ["reported 7", "reported 1"]
    assert len(told) <= 4_097
    assert main(["replay", other]) == 0
    capsys.readouterr()
    assert main(["fork", file, "--answer", 'look_1={"status": "failed", "message": "no"}', "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["debug"] == ["reported 1"]
    assert main(["rerun", file, "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["debug"] == ["reported 1", "reported 1"]
    assert main(["fork", file, "1", "--argument", "worse=7"]) == 2
    assert main(["fork", file, "3", "--argument", "bad"]) == 2
    assert "--argument takes NAME=JSON, not 'bad'" in capsys.readouterr().err
    changed = cut.parent / "changed.py"
    changed.write_text(CODE.replace('value="0"', 'value="3"'))
    assert main(["rerun", file, "3", "--playbook", str(changed)]) == 2
    assert "fork(playbook=…)" in capsys.readouterr().err
    assert main(["fork", file, "3", "--playbook", str(changed), "--json"]) == 0


def test_the_source_alone_executes_nothing(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither does an answer that is no yes."""
    before = cut.read_bytes()
    assert main(["resume", str(cut), "--source"]) == 0
    assert "phantom.set_severity" in capsys.readouterr().out
    assert cut.read_bytes() == before


def test_where_a_value_changed_is_printed(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as JSON."""
    assert main(["watch", str(cut), "run_data:seen"]) == 0
    assert capsys.readouterr().out.endswith(": None -> '0' by save_run_data (on_start, line 5)\n")
    assert main(["watch", str(cut), "run_data:seen", "--json"]) == 0
    assert [one["after"] for one in json.loads(capsys.readouterr().out)["changes"]] == [None, "0"]


def test_the_tree_of_a_lab_shows_what_branched_off_and_where() -> None:
    """A fork of a fork stands two levels below."""
    lab = Lab({"name": "incident"})
    first = stepped(lab)
    first.resume()
    second = first.fork(2, arguments={"success": False})
    third = second.fork(run_data={"seen": "5"})
    lab.action("look up")(lambda parameter: success([{"bad": 0}]))
    found = lab.history_tree()
    assert [(one.level, one.block, one.invocation, one.status) for one in found] == [
        (0, "", 0, "success"), (1, "decide", 2, "running"), (2, "decide", 2, "running")]
    assert str(found[1]).startswith(f"  {found[1].uid[:8]} looker: running, 2 invocations, branched off from decide")
    assert [one.level for one in history_tree([third])] == [0]


def test_an_earlier_invocation_is_looked_at(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it was there; the answer is short, and says so."""
    assert main(["resume", str(cut), "--results", results(cut.parent)]) == 0
    capsys.readouterr()
    assert main(["show", str(cut), "--at", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [told["block"], told["arguments"]["bad"], told["run_data"], told["pending"]] == [
        "report", 1, {"seen": "1"}, ["look_2"]]
    assert main(["show", str(cut), "--at", "3"]) == 0
    text = capsys.readouterr().out
    assert "report (invocation 3, position " in text
    assert "\n  bad        1\n" in text
    assert main(["show", str(cut), "--at", "99"]) == 2
    assert "there is no invocation 99" in capsys.readouterr().err
