"""``phantom-lab check --run``: every playbook is run to its end, and whose fault an error is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.cli import main
from phantom_lab.journal import read_journal

RULES = "import phantom.rules as phantom\nimport json\n"
BLOCK = "action=None, success=None, container=None, results=None, handle=None, **kwargs"
ACT = f"""{RULES}
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress"])
    parameters = [{{"ip": one}} for one in set(row[0] for row in rows)]
    phantom.act("look up", parameters=parameters, assets=["x"], name="look_1", callback=done)

def done({BLOCK}):
    for row in phantom.collect2(container=container, datapath=["look_1:action_result.data.*.score"]):
        phantom.debug(row[0])
"""
MANY = f"""{RULES}
def on_start(container):
    phantom.act("look up", parameters=[{{"ip": one}} for one in set("abcdefghij")], assets=["x"], name="look_1")
"""
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Write files, check the folder with ``--run``, and give what ``--json`` says, with the exit code."""

    def check(files: dict[str, str], *options: str) -> dict[str, Any]:
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        code = main(["check", str(tmp_path), "--run", "--jobs", "1", "--json", *options])
        found = json.loads(capsys.readouterr().out.replace(f"{tmp_path}/", ""))
        return {**found, "code": code}

    return check


def test_a_playbook_runs_to_its_end_with_what_is_made_up_for_it(told: Told):
    """An address where it reads one, a result for its action."""
    found = told({"one.py": ACT})
    assert (found["finished"], found["playbook_errors"], found["lab_errors"], found["code"]) == (1, [], [], 0)
    assert found["acts"] == {"one.py": {"written": 1, "fired": 1}}
    assert (found["reached"], found["situations"]) == (1.0, {})


@pytest.mark.parametrize(("code", "error", "responsible"), [
    ('return undefined', "NameError: name 'undefined' is not defined", "undefined"),
    ('value = rows[0][0] + 1',
     'TypeError: can only concatenate str (not "int") to str', "cef 'sourceAddress' of artifact 1"),
    ('json.loads(phantom.get_run_data(key="nobody:saves"))', "JSONDecodeError", "run data 'nobody:saves'"),
])
def test_an_error_of_a_playbook_is_its_own_and_has_a_name(told: Told, code: str, error: str, responsible: str):
    """Where nothing that is given helps: block, line, and the value responsible with who gave it."""
    found = told({"one.py": f"""{RULES}
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress"])
    if rows:
        {code}
"""})
    (one,) = found["playbook_errors"]
    assert (one["playbook"], one["block"], one["line"]) == ("one.py", "on_start", 7)
    assert error in one["error"]
    assert responsible in one["responsible"]
    assert (found["finished"], found["lab_errors"], found["code"]) == (0, [], 0)


def test_where_code_expects_another_shape_it_gets_it(told: Told):
    """What had to be changed of the situation is told."""
    found = told({"one.py": f"""{RULES}
def on_start(container):
    for row in phantom.collect2(container=container, datapath=["artifact:*.cef.details"]):
        phantom.debug(row[0]["inner"]["city"])
"""})
    assert (found["finished"], found["playbook_errors"]) == (1, [])
    assert found["situations"] == {"one.py": "on_start finds what it looks for"}


def test_the_ambient_hash_seed_changes_nothing(tmp_path: Path):
    """Ten parameter sets in the order of a set: the same journal twice."""
    (tmp_path / "one.py").write_text(MANY)
    (tmp_path / "two.py").write_text(ACT)
    journals = []
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "phantom_lab", "check", str(tmp_path), "--run", "--journals", str(folder)],
            env={**os.environ, "PYTHONHASHSEED": number}, check=True, capture_output=True)
        journals.append({file.name: list(read_journal(file).events) for file in sorted(folder.iterdir())})
    first, second = journals
    assert list(first) == list(second)
    assert len(first) == 2
    for name, events in first.items():
        assert events == second[name]


def test_a_folder_that_cannot_be_written_is_bad_usage(tmp_path: Path, capsys):
    """One line, before anything is run."""
    (tmp_path / "one.py").write_text(ACT)
    assert main(["check", str(tmp_path / "one.py"), "--run", "--journals", str(tmp_path / "one.py")]) == 2
    assert "one.py: the journals need a folder" in capsys.readouterr().err
