"""What a pipeline gets of ``phantom-lab check``: exit codes, SARIF, silenced findings, paths without sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.check.kinds import KINDS
from phantom_lab.cli import main
from tests.sarif import only_run

START = "import phantom.rules as phantom\n\n\ndef on_start(container):\n"
WARNED = f"{START}    container == 1\n"


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are given from the folder that is checked."""
    monkeypatch.chdir(tmp_path)


def sarif_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the only run of the log."""
    code = main(["check", *arguments, "--format", "sarif"])
    return code, only_run(capsys.readouterr().out)


@pytest.mark.parametrize(("text", "fail_on", "code"), [
    (f"{START}    pass\n", "warning", 0), (WARNED, "error", 0), (WARNED, "warning", 1),
    (f"{START}    phantom.act('block ip', name='a')\n", "warning", 0), ("import phantom.rules\ndef x(:\n", "error", 1)])
def test_the_level_that_fails_can_be_chosen(text: str, fail_on: str, code: int):
    """A remark never does."""
    Path("x.py").write_text(text, encoding="utf-8")
    assert main(["check", "x.py", "--fail-on", fail_on]) == code


def test_warnings_of_runs_count_as_well(capsys: pytest.CaptureFixture[str]):
    """Where playbooks are run."""
    Path("x.py").write_text(f"{START}    phantom.debug(container['no such'])\n", encoding="utf-8")
    assert [main(["check", "x.py", "--run", "--jobs", "1", *more]) for more in ([], ["--fail-on", "warning"])] == [0, 1]
    capsys.readouterr()
    assert "run" in {one["ruleId"] for one in sarif_of(capsys, "x.py", "--run", "--jobs", "1")[1]["results"]}


def test_sarif_names_rule_level_file_line_and_function(capsys: pytest.CaptureFixture[str]):
    """Paths are given from the current folder; whatever is silenced is suppressed, with its reason."""
    Path("sub dir").mkdir()
    Path("sub dir/x.py").write_text(f"{WARNED}    container == 2  # phantom-lab: ignore[no-effect] a trial\n", "utf-8")
    code, run = sarif_of(capsys, ".")
    assert code == 0
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == list(KINDS)
    first, second = run["results"]
    place = first["locations"][0]
    assert (first["ruleId"], run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"]) == ("no-effect", "no-effect")
    assert (first["level"], place["logicalLocations"][0]["name"]) == ("warning", "on_start")
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "sub%20dir/x.py", "uriBaseId": "SRCROOT"},
                                         "region": {"startLine": 5}}
    assert "used by nobody" in first["message"]["text"]
    assert second["suppressions"] == [{"kind": "inSource", "justification": "a trial"}]
    assert [one["location"]["uri"] for one in run["artifacts"]] == ["sub%20dir/x.py"]


@pytest.mark.parametrize(("text", "left", "ignored"), [
    ("container == 1  # phantom-lab: ignore[no-effect] why", [], ["why"]),
    ("# phantom-lab: ignore[no-effect] why\n    container == 1", [], ["why"]),
    ("(container ==\n     1)  # phantom-lab: ignore[no-effect, constant] why", [], ["why"]),
    ("# phantom-lab: ignore-file[no-effect] why\n    pass\n    container == 1\n    container == 2", [], ["why", "why"]),
    ("container == 1  # phantom-lab: ignore[no-effect]", ["no-effect", "ignore"], []),
    ("container == 1  # phantom-lab: ignore why", ["no-effect", "ignore"], []),
    ("container == 1  # phantom-lab: ignore[constant] why", ["no-effect", "ignore"], []),
    ("if container:  # phantom-lab: ignore[no-effect] why\n        container == 1", ["no-effect", "ignore"], []),
    ("container == '# phantom-lab: ignore[no-effect] why'", ["no-effect"], [])])
def test_a_comment_with_a_reason_silences_its_statement(text: str, left: list[str], ignored: list[str],
                                                        capsys: pytest.CaptureFixture[str]):
    """One without a reason, of another kind or statement, or within a text does not; and that is said."""
    Path("x.py").write_text(f"{START}    {text}\n", encoding="utf-8")
    main(["check", "x.py", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert sorted(one["kind"] for one in (*found["problems"], *found["remarks"])) == sorted(left)
    assert [one["reason"] for one in found["ignored"]] == ignored
    main(["check", "x.py"])
    assert ("silenced by comments" in capsys.readouterr().out) == bool(ignored)


@pytest.mark.parametrize(("files", "code"), [
    ({}, 2), ({"a.tgz": b"", "b.zip": b""}, 2), ({"notes.md": b"text", "a.py": b"print(1)\n"}, 2),
    ({"a.py": WARNED.encode("utf-16")}, 1), ({"a.py": WARNED.encode() + "# \u00e4".encode("latin-1")}, 1),
    ({"a.py": b"# coding: no-such\n" + WARNED.encode()}, 1)])
def test_what_is_not_read_never_passes(files: dict[str, bytes], code: int, capsys: pytest.CaptureFixture[str]):
    """Nothing to check is bad usage, and a file in another encoding is an error."""
    for name, content in files.items():
        Path(name).write_bytes(content)
    assert main(["check", ".", "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert {one["what"] for one in found["files"]} <= {"passed over", "not loaded"}
    assert {Path(one["path"]).name for one in found["files"]} - {"", "."} >= files.keys() - {"notes.md"}


def test_children_that_are_not_there_are_listed_apart(capsys: pytest.CaptureFixture[str]):
    """From what the lab lacks."""
    Path("x.py").write_text(f"{START}    phantom.playbook('local/below', name='a')\n    phantom.ph_engine\n"
                            f"    phantom.custom_function('local/made', name='b')\n", encoding="utf-8")
    main(["check", "x.py"])
    shown = capsys.readouterr().out.splitlines()
    assert "not emulated yet       1   ph_engine (1)" in shown
    assert "not there              2   custom function local/made, playbook local/below" in shown
