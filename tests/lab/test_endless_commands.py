"""What does not end, on the command line: the rest of the work goes on, and an interrupt says what was left out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Options, Playbook, orders
from phantom_lab.cli import main
from phantom_lab.errors import RunEndless
from phantom_lab.isolation.deadline import deadline
from tests import forked
from tests.patience import LONG

POLL = """\
import time
import threading
import phantom.rules as phantom


def on_start(container):
    while not phantom.get_container(container['id'])['name'].startswith({stop!r}):
        {body}
"""
TOLD = "poll.py:7: the loop in block on_start does not end: "
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command on a playbook that waits for a container of another name: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(command: str, *options: str, stop: str = "-", body: str = "time.sleep(5)") -> tuple[int, str, str]:
        Path("poll.py").write_text(POLL.format(stop=stop, body=body), encoding="utf-8")
        Path("case.json").write_text(json.dumps({"name": "Case"}), encoding="utf-8")
        code = main([command, "poll.py", *options])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_run_says_in_its_last_line_what_does_not_end(cli: Cli):
    """And exits with 4."""
    code, out, err = cli("run", "--container", "case.json", "--option", "max_steps=50000")
    assert (code, err) == (4, "")
    assert out.splitlines()[-1].startswith(f"endless: {TOLD}")
    code, out, _ = cli("run", "--container", "case.json", "--json", "--option", "max_steps=50000")
    told = json.loads(out)
    assert (code, told["status"], [one["type"] for one in told["failures"]]) == (4, "endless", ["Endless"])


def test_other_scenarios_are_run(cli: Cli, tmp_path: Path):
    """One that is expected not to end is as expected."""
    (tmp_path / "s.yaml").write_text(
        "options: {max_steps: 20000}\nvariants:\n  first: {container: {name: End}}\n"
        "  never: {container: {name: Case}}\n  known: {container: {name: Case}, expect: endless}\n"
        "  last: {container: {name: End}}\n", encoding="utf-8")
    code, out, _ = cli("run", "--scenario", "s.yaml", "--json", stop="End")
    rows = json.loads(out)["scenarios"]
    assert (code, [one["status"] for one in rows]) == (4, ["success", "endless", "endless", "success"])
    assert rows[1]["message"].startswith(TOLD)
    code, out, _ = cli("run", "--scenario", "s.yaml#known", stop="End")
    assert (code, "endless, as expected: poll.py:7: " in out) == (0, True)


@pytest.mark.parametrize("body", ["threading.Event().wait()", "exec('while True: pass')"])
def test_a_run_that_takes_no_steps_is_ended_by_the_clock(body: str, cli: Cli):
    """Also one that waits within a call of a library."""
    code, out, _ = cli("run", "--container", "case.json", "--option", "max_seconds=0.3", body=body)
    assert code == 4
    assert out.splitlines()[-1] == ("endless: poll.py:8: block on_start does not return. A run takes at most 0.3 "
                                    "seconds of real time (option max_seconds)")


@pytest.mark.parametrize(("command", "options"), [("explore", ()), ("fuzz", ("--examples", "25"))])
def test_a_search_tells_what_does_not_end_and_goes_on(command: str, options: tuple[str, ...], cli: Cli):
    """With other situations, too."""
    code, out, _ = cli(command, "--json", *options, "--option", "max_steps=20000")
    told = json.loads(out)
    messages = [one["message"] for one in told.get("scenarios", ())] + [
        f"poll.py:{one['line']}: {one['error']}" for one in told.get("crashes", ())]
    assert (code, messages[0].startswith(TOLD)) == (1, True)
    assert told["runs"] > 1 or command == "explore"


SLOW = """\
import phantom.rules as phantom
import threading
from pathlib import Path


def on_start(container):
    phantom.act("look up", parameters=[{"ip": "1"}], assets=["x"], name="look_1", callback=done)


def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    found = phantom.collect2(container=container, datapath=["look_1:action_result.data.*.score"])
    if phantom.decision(container=container, conditions=[["look_1:action_result.data.*.score", "==", 7]]):
        phantom.debug(found)
    if not success:
        failed(container)


def failed(container):
    Path("waits").touch()
    threading.Event().wait()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("command", "told"), [
    ("explore", r"interrupted, \d+ of \d+ situations did not run: look_1 f"),
    ("fuzz", r"interrupted after \d+ runs?: \d+ of 200 situations were not tried, and ")])
def test_an_interrupted_search_tells_what_it_found_and_what_it_left_out(command: str, told: str, tmp_path: Path):
    """With the exit code of what was stopped."""
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    running = forked.Popen(
        [sys.executable, "-m", "phantom_lab", command, "slow.py", "--json", "--no-isolated"], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)})
    while not list(tmp_path.glob(f"phantom_lab-*/files/{tmp_path}/waits")):
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=LONG)
    found: dict[str, Any] = json.loads(out)
    assert (running.returncode, found["runs"] > 0) == (4, True)
    assert found.get("not_run") or found["not_tried"]
    assert re.search(f"^phantom-lab: {told}", err)


def test_every_order_of_what_does_not_end_is_told():
    """None keeps the others from running."""
    lab = Lab({"name": "Case"}, options=Options(max_steps=20_000))
    lab.action("look up")(lambda parameter: [parameter])
    found = orders(lab, Playbook.from_source(
        "import phantom.rules as phantom\ndef on_start(container):\n    for n in 'ab':\n"
        "        phantom.act('look up', parameters=[{'n': n}], assets=['x'], name=n, callback=done)\n"
        "def done(action=None, **kwargs):\n    while action['name'] == 'b': pass\n", name="poll"))
    assert [(one.example_order, one.status) for one in found.outcomes] == [(["a", "b"], "endless"), (["b"], "endless")]


def test_a_deadline_is_raised_in_playbook_code_alone():
    """Until patience is over, whoever computes is let alone."""
    seconds, began = 0.05, time.monotonic()
    with pytest.raises(RunEndless, match=r"A run takes at most 0\.05 seconds here"), deadline(seconds, patience=4):
        sum(time.monotonic() * 0 for _ in iter(int, 1))
    assert time.monotonic() - began > 4 * seconds
