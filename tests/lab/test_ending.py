"""Whatever ends a command leaves a report of what was found, an ended journal, and an exit code that is no success."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import cycle, product
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.cli import main, watched
from phantom_lab.history import RunEnded, read_journal
from phantom_lab.isolation.walls import missing
from tests import forked
from tests.conftest import ROOT
from tests.patience import LONG

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
RULES = "import phantom.rules as phantom\n"
WAITS = f"""{RULES}
import os, threading
def on_start(container):
    phantom.debug("seen")
    phantom.act("look up", parameters=[{{}}], assets=["a"], name="a", callback=after)
def after(**kwargs):
    os.write(2, b"begun\\n")
    threading.Event().wait({LONG})
"""
QUICK = WAITS.replace(f"threading.Event().wait({LONG})", "pass")
COMMANDS = {
    "run one.py --container c.json --generate --journal j.jsonl": "seen", "run one.py --scenario s.json": "stopped",
    "run one.py --container c.json --generate --json": '"stopped"', "check one.py two.py --run --jobs 2": "playbooks",
    "explore one.py": "scenario", "fuzz one.py": "run", "replay quick.jsonl --playbook one.py": "",
    "test s.json --playbook one.py --jobs 2": "result"}
"""With something of the report."""
WALLS = ("--no-isolated", pytest.param("--isolated", marks=pytest.mark.skipif(
    bool(missing()), reason=f"needs walls, and {missing()}: NOT CHECKED HERE")))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if os.name == "posix" else ()


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command, in a folder."""
    return forked.Popen([sys.executable, "-m", "phantom_lab", *arguments], cwd=folder, text=True,
                        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With playbooks that wait, what they are run with, and the journal of one that did not."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(f"{WAITS}# {name}\n", encoding="utf-8")
    (tmp_path / "c.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "s.json").write_text(json.dumps(
        {"container": {"name": "x"}, "generate": True, "variants": {"a": {}, "b": {}}}), encoding="utf-8")
    Lab({"name": "x"}, generate=True).run(Playbook.from_source(QUICK, name="one"), journal=tmp_path / "quick.jsonl")
    return tmp_path


@pytest.mark.parametrize("walls", WALLS)
@pytest.mark.parametrize(("command", "number"), [*zip(COMMANDS, cycle(SIGNALS))])
def test_a_signal_leaves_a_report(command: str, walls: str, number: signal.Signals, folder: Path):
    """Of what was found until then; the journal has its end. To no command it matters which signal it is."""
    process = started(folder, *command.split(), walls)
    assert process.stderr is not None
    begun = process.stderr.readline()
    assert begun == "begun\n", begun + process.communicate()[1]
    process.send_signal(number)
    out, err = process.communicate(timeout=LONG)
    assert (process.returncode, "Traceback" in err) == (4, False), err
    assert COMMANDS[command] in out
    assert "interrupted" in out + err
    if "--journal" in command:
        assert isinstance(read_journal(folder / "j.jsonl").events[-1], RunEnded)


OWN = {
    "an exception of its own": ("raise E('x')", "E: x"),
    "the end of a generator": ("raise GeneratorExit", "GeneratorExit"),
    "an exit": ("raise SystemExit(0)", "SystemExit: 0"),
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "os._exit": ("os._exit(0)", "RefusedError: refused to end the process by os._exit"),
    "os.abort": ("os.abort()", "RefusedError: refused to end the process by os.abort"),
    "a signal": ("os.kill(os.getpid(), 9)", "RefusedError: refused to send a signal to"),
    "a raised signal": (
        "signal.raise_signal(signal.SIGTERM)", "RefusedError: refused to send a signal by signal.raise_signal")}
"""What playbook code does, and how it is told."""
PLACES = {
    "block": "def on_start(container):\n    {}\n", "import": "def on_start(container): pass\nif True:\n    {}\n",
    "helper": "def on_start(container):\n    help()\ndef help():\n    {}\n",
    "library": "def on_start(container):\n    sorted('ab', key=lambda one: help())\ndef help():\n    {}\n",
    "swallowed": "def on_start(container):\n    try:\n        {}\n    except Exception:\n        raise\n",
    "on_finish": "def on_start(container): pass\ndef on_finish(container, summary):\n    {}\n"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", OWN)
def test_what_would_end_more_than_the_playbook_is_an_error_of_it(what: str, place: str, tmp_path: Path,
                                                                capsys: pytest.CaptureFixture[str]):
    """With its block and its line, in every command, and where it is stepped through."""
    body, told = OWN[what]
    file, container = tmp_path / "flow.py", tmp_path / "c.json"
    source = f"{RULES}import os, signal\nclass E(BaseException): pass\n{PLACES[place].format(body)}"
    file.write_text(source, encoding="utf-8")
    container.write_text('{"name": "x"}', encoding="utf-8")
    line = source[:source.index(body)].count("\n") + 1
    at = f"flow.py:{line}"
    imported = place == "import"
    assert main(["run", str(file), "--container", str(container)]) == (2 if imported else 4)
    out, err = capsys.readouterr()
    assert at in out + err
    assert told.partition(": ")[0] in out + err
    assert main(["check", str(file), "--run", "--json"]) == 0
    (error,) = json.loads(capsys.readouterr().out)["playbook_errors"]
    assert told in error["error"] or imported
    assert at in error["responsible"] if imported else error["line"] == line
    if imported:
        return
    assert main(["explore", str(file), "--runs", "3", "--json"]) in (0, 1)
    told_by = json.loads(capsys.readouterr().out)
    assert (told_by["faults"], {one["status"] for one in told_by["scenarios"]}) == ([], {"error"})
    assert main(["fuzz", str(file), "--examples", "1", "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["faults"] == []
    stepper = Lab({"name": "x"}).step(Playbook.load(file))
    stepper.resume()
    assert (stepper.position.state, stepper.run.status) == ("ended", "error")
    assert told in stepper.run.message
    assert at in stepper.run.message


def test_a_crash_of_python_is_told_and_no_success(tmp_path: Path):
    """Whatever ended the process: a library's code, or one of the system."""
    (tmp_path / "c.json").write_text('{"name": "x"}', encoding="utf-8")
    for body, how in {"libc.abort()": "was ended by SIGABRT", "libc._exit(0)": "ended with exit code 0"}.items():
        source = f"import ctypes\nfrom tests.native import libc\ndef on_start(container):\n    {body}\n"
        (tmp_path / "flow.py").write_text(source, encoding="utf-8")
        process = started(tmp_path, "run", "flow.py", "--container", "c.json")
        out, err = process.communicate(timeout=LONG)
        assert (process.returncode, out) == (4, "")
        assert err == (f"phantom-lab: error: the process that ran the playbooks {how}, and its report is lost: a "
                       "playbook, or a library that it uses, ended it\n")


@pytest.mark.parametrize("command", ["run flow.py --container c.json", "check flow.py --run --jobs 2 --no-isolated"])
def test_a_thread_that_does_not_end_does_not_keep_the_command(command: str, tmp_path: Path):
    """Which says where it was started."""
    (tmp_path / "c.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "flow.py").write_text("import threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
                                      "def on_start(container):\n"
                                      "    threading.Thread(target=threading.Event().wait).start()\n"
                                      "    ThreadPoolExecutor(1).submit(threading.Event().wait)\n", encoding="utf-8")
    process = started(tmp_path, *command.split())
    _, err = process.communicate(timeout=LONG)
    assert process.returncode == 0
    assert "flow.py:4, flow.py:5: a thread that was started there does not end: it is left behind" in err


def test_os_ends_processes_again_once_no_run_executes(tmp_path: Path):
    """Whoever else is in the process may do so."""
    code = ("from phantom_lab import Lab, Playbook\nimport os\nreal = os._exit\n"
            "source = 'import os\\ndef on_start(container): os._exit(0)\\n'\n"
            "run = Lab({'name': 'x'}).run(Playbook.from_source(source, name='x'))\n"
            "assert (run.status, os._exit) == ('error', real)\nos._exit(7)\n")
    assert forked.run([sys.executable, "-c", code], timeout=LONG).returncode == 7


FAILS = "def on_start(container):\n    print('x')\n    exit()\n"
CLOSED = (">&-", "2>&-", "<&- >&- 2>&-")
CODES = {"show quick.jsonl": 0, "run fails.py --container c.json": 4, "show one.py": 2}
"""A report, in a process that nobody watches and in one that is watched and says more on stderr; and an error only."""


@pytest.mark.parametrize(("command", "closed"), [
    *product(CODES, CLOSED), ("run nowhere.py --container c.json", "<&- >&- 2>&-")])
def test_an_output_that_is_closed_ends_quietly(command: str, closed: str, folder: Path):
    """No traceback, and no other file takes its place."""
    (folder / "fails.py").write_text(FAILS, encoding="utf-8")
    line = f"{{ {sys.executable} -m phantom_lab {command}; echo $? > code; }} {closed}"
    done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, timeout=LONG)
    assert "Traceback" not in done.stderr + done.stdout
    assert "Exception" not in done.stderr + done.stdout
    assert int((folder / "code").read_text()) in (1, CODES.get(command, 2))


@pytest.mark.parametrize(("command", "both"), [
    *product(CODES, (False, True)), ("run one.py --container c.json --option max_steps=x", True)])
def test_an_output_that_nobody_reads_any_more_ends_quietly(command: str, both: bool, folder: Path):
    """Whether errors go there as well, or not."""
    (folder / "fails.py").write_text(FAILS, encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = forked.run([sys.executable, "-m", "phantom_lab", *command.split()], cwd=folder, stdout=gone, text=True,
                          stderr=gone if both else subprocess.PIPE, timeout=LONG)
    assert "Traceback" not in (done.stderr or "")
    assert "Exception" not in (done.stderr or "")
    assert done.returncode in (1, 120, CODES.get(command, 2))  # 120 is of Python, which cannot write either


def test_a_signal_right_before_a_process_is_waited_for_is_handled_then() -> None:
    """And not once that process has ended, which may be for ever: the signal is what would end it."""
    heard: list[int] = []

    class Process:
        """One that is told to end while nobody waits yet."""

        def poll(self) -> int | None:
            if heard:
                return 0
            os.kill(os.getpid(), signal.SIGHUP)
            return None

    before = signal.signal(signal.SIGHUP, lambda number, frame: heard.append(number))
    try:
        assert watched._waited(Process()) == 0  # type: ignore[arg-type]
    finally:
        signal.signal(signal.SIGHUP, before)
    assert heard == [signal.SIGHUP]
