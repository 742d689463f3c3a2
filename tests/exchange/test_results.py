"""Results from a platform: REST's answers and printed callbacks run a playbook as they ran it there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookRun
from phantom_lab.errors import InputError
from phantom_lab.model import ActionResult
from phantom_lab.outcomes.from_platform import entries_of
from phantom_lab.rest.run_records import run_records
from tests.conftest import SAMPLES

PLAYBOOK = SAMPLES / "playbooks" / "file_reputation_two_apps.py"
ALERT = SAMPLES / "containers" / "malware_alert.json"


@pytest.fixture(scope="module")
def run() -> PlaybookRun:
    """A run as it was in production: two assets, several parameter sets, one of which fails."""
    return Lab(ALERT, results=SAMPLES / "results" / "file_reputation.json").run(PLAYBOOK)


def results_of(run: PlaybookRun) -> list[ActionResult]:
    """Everything that actions came back with, in order."""
    return [one for action in run.state.action_runs for app in action.app_runs for one in app.results]


def callbacks(run: PlaybookRun) -> list[dict[str, Any]]:
    """What callbacks got as ``results``, with what a platform adds to the parameters."""
    found: list[dict[str, Any]] = json.loads(json.dumps(
        [one for action in run.state.action_runs for one in action.results()]))
    for one in found:
        for result in one["action_results"]:
            result["parameter"]["context"] = {"artifact_id": 99, "guid": "b1"}
    return found


def forms(run: PlaybookRun) -> dict[str, Any]:
    """The ways in which people have results."""
    app_runs = [{**one, "asset_name": app.asset} for one, app in zip(
        run_records(run.tree, "app_run"), [app for action in run.state.action_runs for app in action.app_runs],
        strict=True)]
    printed = callbacks(run)
    return {"envelope": {"count": len(app_runs), "num_pages": 1, "data": app_runs}, "records": app_runs,
            "texts": [{**one, "result_data": json.dumps(one["result_data"])} for one in app_runs],
            "callback": printed}


@pytest.mark.parametrize("form", ["envelope", "records", "texts", "callback"])
def test_a_run_of_production_is_run_again(run: PlaybookRun, tmp_path: Path, form: str):
    """With what REST tells of its app runs, and with what its callbacks got: decoded, and from a file."""
    given = forms(run)[form]
    (tmp_path / "results.json").write_text(json.dumps(given))
    for results in (given, tmp_path / "results.json"):
        again = Lab(ALERT, results=results, maxmind=False).run(PLAYBOOK)
        assert results_of(again) == results_of(run)
        assert again.summary().status == run.summary().status


@pytest.mark.parametrize("write", [repr, json.dumps, lambda given: json.dumps(given, indent=4)])
def test_results_are_found_in_a_log(run: PlaybookRun, tmp_path: Path, write: Any):
    """As Python or JSON writes them, among other lines and lists."""
    log = tmp_path / "debug.log"
    log.write_text("Nov 30, 09:00:00 : it's [{'a': 1}] and that's it\nNov 30, 09:00:01 : "
                   f"{write(callbacks(run))} - printed\nNov 30, 09:00:02 : done [{{\n")
    assert results_of(Lab(ALERT, results=log, maxmind=False).run(PLAYBOOK)) == results_of(run)


def test_names_of_blocks_count_only_where_their_results_differ():
    """Else a block could not be renamed. What was answered stays what it was, and a prompt is answered by its block."""
    one = {"action": "whois ip", "asset": "w", "name": "first", "app_run_id": 1,
           "action_results": [{"status": "success", "parameter": {"ip": "1.1.1.1", "context": {}}, "summary": {"x": 1},
                               "data": [1], "message": "m"}]}
    same, other = {**one, "name": "second"}, {**one, "name": "second", "action_results": [
        {"status": "failed", "parameter": {"ip": "1.1.1.1"}, "message": "no"}]}
    entry = {"action": "whois ip", "asset": "w", "status": "success", "message": "m", "data": [1], "summary": {"x": 1},
             "parameter": {"ip": "1.1.1.1"}}
    assert entries_of([one, same], "x") == [entry, entry]
    assert [item.get("name") for item in entries_of([one, other], "x")] == ["first", "second"]
    prompt = {"action": "prompt", "name": "ask", "app_run_id": 2, "action_results": [
        {"status": "success", "parameter": {"to": "me"}, "summary": {"responses": ["Yes"]}, "data": []}]}
    assert entries_of([prompt], "x") == [{"action": "prompt", "name": "ask", "responses": ["Yes"]}]
    own = [{"action": "whois ip", "data": [{}]}]
    assert entries_of(own, "x") is own


@pytest.mark.parametrize(("text", "told"), [
    ('[{"action_run": 3, "action": "whois ip"}]', "tells of 'whois ip', and not what that came back with"),
    ('[{"action_results": []}]', "names no action"), ('{"failed": true, "message": "gone"}', "error of REST: 'gone'"),
    ('{"count": 1, "num_pages": 1, "data": [{"id": 3, "name": "event"}]}', "no runs of apps"),
    ("a log without action_results", "neither JSON, nor a log"),
    ("line\nx [{'action': 'whois ip', 'action_results': [{'data':", ":2: .*cut off"),
    ("x [{'action_results': " + "[" * 5_000 + "]" * 5_000 + "}]", ":1: .*cannot be read"),
    ("a results file\n", r":1: the results file is not JSON"), (b"\xff\xfe[\x00", "not UTF-8 text"),
])
def test_what_tells_no_results_is_one_line(tmp_path: Path, text: str | bytes, told: str):
    """With what to ask REST for."""
    file = tmp_path / "results.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=told) as caught:
        Lab(ALERT, results=file)
    assert "\n" not in str(caught.value)


def test_a_long_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What Python wrote takes much memory to read."""
    (tmp_path / "x.log").write_text("action_results" + " " * 200_000)
    monkeypatch.setenv("PHANTOM_LAB_LARGEST", "200010")
    with pytest.raises(InputError, match="PHANTOM_LAB_LARGEST"):
        Lab(ALERT, results=tmp_path / "x.log")
