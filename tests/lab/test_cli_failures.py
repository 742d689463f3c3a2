"""Exceptions in what a run starts: its own status stays, the exit code and the report tell of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab.cli import main

HEAD = "import phantom.rules as phantom\n"
FIRE = HEAD + "def on_start(container):\n    phantom.playbook('local/{}', container=container)\n"
WAIT = (HEAD + "def on_start(container):\n"
        "    phantom.playbook('local/{}', container=container, name='c', callback=after)\n"
        "def after(**kwargs):\n    pass\n")
RAISES = HEAD + "def on_start(container):\n    {}['x']\n"
CALLS = (HEAD + "def on_start(container):\n    phantom.custom_function('local/broken', parameters=[{}], name='f', "
         "callback=after)\ndef after(**kwargs):\n    pass\n")
BROKEN = "def broken(**kwargs):\n    raise ValueError('broken')\n"
FAILS = HEAD + "def on_start(container):\n    phantom.act('look', parameters=[{}], assets=['a'], name='look_1')\n"
RESULTS = [{"action": "look", "status": "failed", "message": "no"}]
CASES = {
    "a child raised, nothing waits": ({"flow": FIRE.format("low"), "low": RAISES}, "success", 1, 4),
    "a child raised, and the parent waits": ({"flow": WAIT.format("low"), "low": RAISES}, "success", 1, 4),
    "a custom function raised": ({"flow": CALLS}, "failed", 1, 4),
    "a child's custom function raised": ({"flow": FIRE.format("low"), "low": CALLS}, "success", 1, 4),
    "three levels": ({"flow": FIRE.format("middle"), "middle": WAIT.format("low"), "low": RAISES}, "success", 1, 4),
    "three levels with a custom function": (
        {"flow": WAIT.format("middle"), "middle": FIRE.format("low"), "low": CALLS}, "success", 1, 4),
    "a child's action failed": ({"flow": FIRE.format("low"), "low": FAILS}, "success", 0, 1),
    "nothing went wrong": ({"flow": FIRE.format("low"), "low": HEAD + "def on_start(container):\n    pass\n"},
                           "success", 0, 0),
    "the playbook caught it": ({"flow": HEAD + "def on_start(container):\n    try:\n        inner(container)\n"
                                        "    except KeyError:\n        pass\n"
                                        "def inner(container):\n    {}['x']\n"}, "success", 0, 0),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The files of a case in a folder of their own; what is expected of it."""
    files, *expected = CASES[request.param]
    monkeypatch.chdir(tmp_path)
    for name, source in files.items():
        Path(f"{name}.py").write_text(source)
    Path("custom_functions").mkdir()
    Path("custom_functions/broken.py").write_text(BROKEN)
    Path("case.json").write_text(json.dumps({"name": "Case"}))
    Path("results.json").write_text(json.dumps(RESULTS))
    return expected


def test_the_exit_code_tells_what_went_wrong_below(case, capsys):
    """`failures` holds every exception that nothing caught, wherever in the tree."""
    status, failures, code = case
    arguments = ["run", "flow.py", "--container", "case.json", "--results", "results.json"]
    assert main([*arguments, "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], len(told["failures"])) == (status, failures)
    assert main(arguments) == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("success, but in what it started: " if status == "success" and code else status)


def test_the_table_of_scenarios_tells_it_as_well(case, capsys):
    """The same exit code, and the message of the row names the place."""
    status, failures, code = case
    scenario = {"container": {"name": "Case"}, "variants": {"one": {}, "two": {}},
                "outcomes": [{"action": "look", "status": "failed", "message": "no"}]}
    Path("all.json").write_text(json.dumps(scenario))
    assert main(["run", "flow.py", "--scenario", "all.json", "--json"]) == code
    rows = json.loads(capsys.readouterr().out)["scenarios"]
    assert [(one["status"], one["failures"]) for one in rows] == [(status, failures)] * 2
    assert all(("but in what it started" in one["message"]) == (status == "success" and code > 0) for one in rows)


@pytest.mark.parametrize(("source", "expect", "code"), [
    (FIRE.format("low"), "success", 4), (CALLS, "failed", 0), (CALLS, "success", 4), (RAISES, "error", 0),
    (RAISES, "success", 4)])
def test_an_expected_success_may_hide_no_exception(tmp_path, monkeypatch, source, expect, code):
    """What is expected to fail, fails."""
    monkeypatch.chdir(tmp_path)
    Path("flow.py").write_text(source)
    Path("low.py").write_text(RAISES)
    Path("custom_functions").mkdir()
    Path("custom_functions/broken.py").write_text(BROKEN)
    Path("one.json").write_text(json.dumps({"container": {"name": "Case"}, "expect": expect}))
    assert main(["run", "flow.py", "--scenario", "one.json"]) == code
