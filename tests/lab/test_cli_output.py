"""The command line's output: strict JSON, any text on any terminal, and no traceback."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from phantom_lab.cli import main
from tests import forked
from tests.conftest import ROOT
from tests.patience import LONG

INTERRUPT = "import os; from tests.native import libc; libc.kill(os.getpid(), 2); [n for n in range(9)]\n"
"""As from outside: Python itself raises it at the next instruction where it may."""
START = "import phantom.rules as phantom\ndef on_start(container):\n"


@pytest.fixture
def process(tmp_path: Path, incident: Path):
    """Run the installed command on a playbook, in a process of its own: the finished process."""

    def call(source: str, *options: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
        file = tmp_path / "flow.py"
        file.write_text(source, encoding="utf-8")
        odd = {} if encoding == "utf-8" else {"PYTHONIOENCODING": encoding}
        return forked.run([sys.executable, "-m", "phantom_lab", "run", str(file), "--container", str(incident),
                           *options], capture_output=True, check=False, timeout=LONG, encoding=encoding,
                          env={**os.environ, "PYTHONPATH": str(ROOT), **odd})

    return call


@pytest.fixture
def command(tmp_path: Path, incident: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a playbook by the command, in this process, on streams as Python makes them: as if it were one of its own."""

    def call(source: str, *options: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
        file = tmp_path / "flow.py"
        file.write_text(source, encoding="utf-8")
        told = {name: io.BytesIO() for name in ("stdout", "stderr")}
        arguments = ["run", str(file), "--container", str(incident), *options]
        with monkeypatch.context() as patch:
            for name, stream in told.items():
                patch.setattr(sys, name, io.TextIOWrapper(stream, encoding=encoding))
            code = main(arguments)
            sys.stderr.flush()
            return subprocess.CompletedProcess(
                arguments, code, *(told[name].getvalue().decode(encoding) for name in ("stdout", "stderr")))

    return call


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_any_text_is_printed(form: str, encoding: str, command, process):
    """Lone surrogates, control characters and what the terminal cannot show do not end the command."""
    texts = ["\ud800", "\udfff and more", "ünï", "\u2028", "日本", "\x00\x1b[31m"]
    lines = [f"    phantom.debug({text!a})\n    phantom.set_status(container, {text!a})\n" for text in texts]
    call = process if (form, encoding) == ("text", "ascii") else command
    done = call(f"{START}{''.join(lines)}", *(["--json"] if form == "json" else []), encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    if form == "json":
        assert json.loads(done.stdout)["debug"] == texts
    else:
        assert done.stdout.splitlines()[-1] == "success"


@pytest.mark.parametrize("place", ["START", "import", "raised"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_playbook_prints_goes_to_stderr_during_the_run(form: str, place: str, command, process):
    """Standard output holds the command's own answer."""
    source = {"START": f"{START}    print('mine')\n",
              "raised": f"{START}    print('mine')\n    raise ValueError('x')\n",
              "import": f"{START}    import sys\n    sys.stdout.write('mine\\n')\n"}[place]
    call = process if (form, place) == ("json", "START") else command
    done = call(source, *(["--json"] if form == "json" else []))
    assert done.stderr == "mine\n"
    assert "mine" not in done.stdout
    if form == "json":
        assert json.loads(done.stdout)["status"] == ("error" if place == "raised" else "success")


@pytest.mark.parametrize(("value", "text"), [("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity")])
def test_a_number_that_json_does_not_have_becomes_a_text(value: str, text: str, command):
    """The object can be read by every JSON reader."""
    source = (f"{START}    pass\ndef on_finish(container, summary):\n"
              f"    phantom.save_playbook_output_data(output={{'v': [float('{value}'), 1.5]}})\n")
    done = command(source, "--json")

    def refused(found: str) -> None:
        raise AssertionError(found)

    told = json.loads(done.stdout, parse_constant=refused)
    assert (done.returncode, told["outputs"]) == (0, {"v": [text, 1.5]})


def test_an_interrupt_at_import_is_exit_code_4(process):
    """One line on stderr, and no traceback."""
    done = process(f"{INTERRUPT}{START}    pass\n")
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "phantom-lab: interrupted\n")


def test_an_interrupt_in_a_block_is_a_stopped_run(command):
    """What the run did until then is told."""
    done = command(f"{START}    phantom.debug('seen')\n    {INTERRUPT}", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["status"], told["debug"]) == (4, "", "stopped", ["seen"])


@pytest.mark.parametrize("statement", ["import phantom.cef", "from phantom import cef", "from phantom.app import X",
                                       "try:\n    import phantom.cef\nexcept:\n    pass"])
def test_an_unknown_module_of_the_platform_at_import_is_a_gap(statement: str, command):
    """The command says what is missing and exits with 4, as for a gap in a block."""
    done = command(f"{statement}\n{START}    pass\n", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["status"]) == (4, "", "not_emulated")
    assert list(told["gaps"]) == [name for name in told["gaps"] if name.startswith("module phantom.")] != []
    assert "is not emulated yet (block <module>)" in told["message"]


def test_hostile_text_does_not_steer_the_terminal(tmp_path, capsys):
    """Control and direction characters, and newlines that would forge a line, are shown as escapes."""
    (tmp_path / "c.json").write_text('{"name": "x"}')
    (tmp_path / "p.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                   "    phantom.debug('a\\x1b[2J\\nsuccess\\u202e')\n")
    assert main(["run", str(tmp_path / "p.py"), "--container", str(tmp_path / "c.json")]) == 0
    out = capsys.readouterr().out
    assert "a\\x1b[2J\\nsuccess\\u202e" in out
    assert out.count("\nsuccess") == 1


FULL = Path("/dev/full")
WAITS = f"""{START}    value = phantom.collect2(container=container, datapath=["artifact:*.cef.deviceVersion"])
    if phantom.decision(container=container, conditions=[["artifact:*.cef.deviceVersion", "==", "7"]], name="is_7"):
        later(container)

def later(container):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.deviceZone", "==", "z"]], name="is_z"):
        pass
"""


def ended(*arguments: object, stdout: object = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """A command; which walls stood is left out of its errors."""
    done = forked.run([sys.executable, "-m", "phantom_lab", *map(str, arguments)], stdout=stdout,
                      stderr=subprocess.PIPE, text=True, check=False, timeout=LONG)
    done.stderr = re.sub("^phantom-lab: (not )?isolated: .*\n", "", done.stderr, flags=re.MULTILINE)
    return done


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [
    ["run", "{flow}", "--container", "{incident}"], ["run", "{flow}", "--container", "{incident}", "--json"],
    ["run", "{flow}", "--scenario", "{scenario}"], ["run", "{flow}", "--scenario", "{scenario}", "--json"],
    ["check", "{flow}"], ["check", "{flow}", "--run"], ["check", "{flow}", "--run", "--json"],
    ["explore", "{flow}"], ["explore", "{flow}", "--json"], ["fuzz", "{flow}", "--examples", "1"],
    ["fuzz", "{flow}", "--examples", "1", "--json"], ["show", "{journal}"], ["show", "{journal}", "--json"],
    ["test", "{scenario}", "--playbook", "{flow}", "--jobs", "1"],
    ["diff", "{journal}", "{journal}"], ["upgrade-check", "{flow}", "--baseline", "{flow}"]],
    ids=" ".join)
def test_an_output_that_cannot_be_written_is_told(arguments: list[str], tmp_path: Path, incident: Path,
                                                  monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """In one line, with the exit code of what cannot be used; nothing is left that the end of Python would say."""
    flow, scenario, journal = (tmp_path / name for name in ("flow.py", "s.json", "j.jsonl"))
    flow.write_text(f"{START}    pass\n")
    scenario.write_text('{"container": {"name": "x"}, "variants": {"a": {}, "b": {}}}')
    if "{journal}" in arguments:
        assert main(["run", str(flow), "--container", str(incident), "--journal", str(journal)]) == 0
    places = {"flow": flow, "incident": incident, "scenario": scenario, "journal": journal}
    given = [one.format(**places) for one in arguments]
    told = "phantom-lab: error: the output cannot be written: No space left on device\n"
    with FULL.open("w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        assert (main(given), capsys.readouterr().err) == (2, told)
    if arguments in (["run", "{flow}", "--container", "{incident}"], ["explore", "{flow}"]):
        with FULL.open("w") as full:
            done = ended(*given, stdout=full)
        assert (done.returncode, done.stderr) == (2, told)


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_reader_that_has_gone_is_no_error(tmp_path: Path):
    """Nothing is said of it."""
    (tmp_path / "flow.py").write_text(f"{START}    pass\n")
    there, here = os.pipe()
    os.close(there)
    with os.fdopen(here, "w") as gone:
        done = ended("check", tmp_path, stdout=gone)
    assert (done.stderr, done.returncode) == ("", 1)


@pytest.mark.parametrize(("ends", "expect", "last", "code"), [
    ("pass", "success", "success, as expected", 0),
    ("pass", "failed", "success, expected failed", 1),
    ("undefined", "error", "error, as expected: ", 0),
    ("undefined", "success", "error, expected success: ", 4)])
def test_how_a_single_run_should_end_is_told(ends: str, expect: str, last: str, code: int, tmp_path: Path, capsys):
    """As the table of several scenarios tells it."""
    flow, scenario = tmp_path / "flow.py", tmp_path / "s.json"
    flow.write_text(f"{START}    {ends}\n")
    scenario.write_text(json.dumps({"container": {"name": "x"}, "expect": expect}))
    assert main(["run", str(flow), "--scenario", str(scenario)]) == code
    told = capsys.readouterr().out.splitlines()[-1]
    assert told.startswith(last)
    assert told == last or last.endswith(": ")
    assert main(["run", str(flow), "--scenario", str(scenario), "--json"]) == code
    assert json.loads(capsys.readouterr().out)["expected"] == expect


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
@pytest.mark.parametrize("arguments", [["run", "{flow}", "--scenario", "{pipe}"],
                                       ["run", "{flow}", "--container", "{incident}", "--apps", "{pipe}"],
                                       ["explore", "{flow}", "--apps", "/dev/null"]], ids=" ".join)
def test_what_would_never_end_is_not_read(arguments: list[str], tmp_path: Path, incident: Path):
    """A pipe, or a device."""
    flow, pipe = tmp_path / "flow.py", tmp_path / "pipe.json"
    flow.write_text(f"{START}    pass\n")
    os.mkfifo(pipe)
    done = ended(*(one.format(flow=flow, pipe=pipe, incident=incident) for one in arguments))
    assert "only plain files are read" in done.stderr
    assert (done.stderr.count("\n"), done.returncode) == (1, 2)


@pytest.mark.parametrize("runs", ["0", "-5", "9" * 5000])
def test_the_number_of_runs_is_one(runs: str, tmp_path: Path, capsys):
    """Nothing is run instead."""
    (tmp_path / "flow.py").write_text(WAITS)
    with pytest.raises(SystemExit) as caught:
        main(["explore", str(tmp_path / "flow.py"), "--runs", runs])
    assert caught.value.code == 2
    assert "is no number from 1" in capsys.readouterr().err


def test_what_more_runs_might_reach_is_not_called_unreachable(tmp_path: Path, capsys):
    """After one run the reason is that it was one."""
    (tmp_path / "flow.py").write_text(WAITS)
    assert main(["explore", str(tmp_path / "flow.py"), "--runs", "1", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["never"]
    assert all(one["why"].startswith("not reached in 1 run (--runs N allows more)") and " never " not in one["why"]
               for one in told["never"])
    assert main(["explore", str(tmp_path / "flow.py")]) == 0
