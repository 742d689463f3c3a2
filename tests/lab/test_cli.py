"""The command line: what it prints, and what its exit codes mean."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.cli import main
from tests.conftest import ROOT

START = "import phantom.rules as phantom\ndef on_start(container):\n"
ACT = f"""{START}    phantom.act('look', parameters=[{{'n': 1}}], name='one', assets=['x'], callback=cb)
def cb(container=None, success=None, **kwargs):
    phantom.set_severity(container, 'high')
"""
SCRIPT = Path(sys.executable).parent / "phantom-lab"


@pytest.fixture
def cli(tmp_path: Path, incident: Path, capsys: pytest.CaptureFixture[str]):
    """Write a playbook and results, run the command in this process: exit code, output, errors."""

    def call(source: str, *options: str, results: Any = None) -> tuple[int, str, str]:
        file = tmp_path / "flow.py"
        file.write_text(source, encoding="utf-8")
        if results is not None:
            (tmp_path / "results.json").write_text(json.dumps(results), encoding="utf-8")
            options = ("--results", str(tmp_path / "results.json"), *options)
        code = main(["run", str(file), "--container", str(incident), *options])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize(("source", "results", "code", "status"), [
    (START + "    pass\n", None, 0, "success"), (ACT, [{"action": "look"}], 0, "success"),
    (ACT, [{"action": "look", "status": "failed"}], 1, "failed"), (ACT, None, 4, "needs_outcome"),
    (START + "    raise ValueError('x')\n", None, 4, "error"),
    (START + "    phantom.fix_datapath()\n", None, 4, "not_emulated"),
    (START + "    import phantom.cef\n", None, 4, "not_emulated"),
])
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_exit_code_says_how_the_run_ended(form: str, source: str, results: Any, code: int, status: str, cli):
    """0 success, 1 a failed action, 4 anything that kept the run from its end; nothing goes to stderr."""
    found, out, err = cli(source, *(["--json"] if form == "json" else []), results=results)
    assert (found, err) == (code, "")
    last = json.loads(out)["status"] if form == "json" else out.splitlines()[-1]
    assert last.startswith(status)


def test_the_json_object_has_the_whole_run(cli):
    """Its keys and their shapes are what other programs rely on."""
    _, out, _ = cli(ACT + "    phantom.debug('seen')\n", "--json", results=[{"action": "look", "data": [{"a": 1}]}])
    told = json.loads(out)
    assert set(told) == {"status", "message", "invocations", "action_runs", "changes", "edits", "gaps", "debug",
                         "outputs", "notes", "custom_function_runs", "playbook_runs", "unstarted", "diagnoses",
                         "unmatched", "hints", "receipt", "fan_out", "responsible", "http", "failures", "log",
                         "unrecorded"}
    assert told["invocations"] == [
        {"n": 1, "run": 1, "block": "on_start", "cause": {"kind": "start", "name": None, "caller": None},
         "success": None, "error": None},
        {"n": 2, "run": 1, "block": "cb", "cause": {"kind": "action", "name": "one", "caller": "on_start"},
         "success": True, "error": None}]
    (action_run,) = told["action_runs"]
    assert set(action_run) == {"name", "action", "status", "message", "results"}
    assert action_run["results"][0]["action_results"][0]["data"] == [{"a": 1}]
    assert action_run["results"][0]["source"].endswith("results.json[0]")
    assert told["changes"] == [
        {"object": "container", "id": 1, "field": "severity", "before": "low", "after": "high", "block": "cb"}]
    assert (told["gaps"], told["debug"], told["outputs"], told["message"]) == ({}, ["seen"], None, "")
    assert told["notes"] == ["asset 'x' is not configured: it is assumed to exist, with app x"]


def test_a_gap_is_counted_and_named(cli):
    """The JSON object names what is not emulated, and the message where it was met."""
    _, out, _ = cli(START + "    phantom.fix_datapath()\n", "--json")
    told = json.loads(out)
    assert told["gaps"] == {"fix_datapath": 1}
    assert "flow.py:3" in told["message"]


def test_the_text_output_shows_the_run(cli):
    """Invocations with their causes, then what the run did, then how it ended."""
    code, out, _ = cli(ACT + "    phantom.debug('seen')\n", results=[{"action": "look", "status": "failed",
                                                                     "message": "no such thing"}])
    assert code == 1
    for part in ("   1  on_start  (start)", "   2  cb  (action one completed, success=False)",
                 "debug\n      cb, line 6: seen", "      one: failed, ", 'Message: "no such thing"',
                 'container 1 severity: "low" -> "high"', "is assumed to exist"):
        assert part in out
    assert out.splitlines()[-1] == "failed: action 'one' failed: no such thing"


def test_the_text_output_shows_who_gave_a_result(cli):
    """Of results of several asset by asset; each once."""
    source = ACT.replace("[{'n': 1}]", "[{'n': 1}, {'n': 2}, {'n': 3}]").replace("['x']", "['x', 'y']")
    _, out, _ = cli(source, results=[{"action": "look", "asset": "y"}, {"action": "look", "parameter": {"n": 2}},
                                     {"action": "look"}])
    told = [re.findall(r"results\.json\[\d\]", line) for line in out.splitlines() if line.startswith("      one: ")]
    assert told == [["results.json[2]", "results.json[1]"], ["results.json[0]"]]


def test_the_text_output_shows_what_a_block_raised(cli):
    """The exception stands below the invocation that it left, and at the end."""
    _, out, _ = cli(START + "    b(container)\ndef b(container):\n    raise KeyError('k')\n")
    told = "KeyError: 'k' (block b, flow.py:5)"
    assert f"   2  b  (called by on_start)\n      raised {told}\n" in out
    assert out.splitlines()[-1] == f"error: {told}"


INPUTS = START + "    phantom.debug(phantom.collect2(container=container, datapath=['playbook_input:v']))\n"


@pytest.mark.parametrize(("given", "seen"), [
    ("v=1", "[[1]]"), ('v="text"', "[['text']]"), ("v=text", "[['text']]"), ("v=a=b", "[['a=b']]"), ("v=", "[['']]"),
    ("v=null", "[[None]]"), ('v={"a": "b"}', "[[{'a': 'b'}]]"),
])
def test_inputs_are_json_or_text(given: str, seen: str, cli):
    """Text that is no JSON stands for itself."""
    _, out, _ = cli(INPUTS, "--input", given, "--json")
    assert json.loads(out)["debug"] == [seen]


def test_a_playbook_is_found_by_name(cli, tmp_path: Path, incident: Path, capsys):
    """``--path`` names folders to look in, and may be given again."""
    cli(START + "    phantom.debug('here')\n")
    code = main(["run", "flow", "--container", str(incident), "--path", "nowhere", "--path", str(tmp_path), "--json"])
    assert code == 0
    assert json.loads(capsys.readouterr().out)["debug"] == ["here"]


def test_the_journal_is_written(cli, tmp_path: Path):
    """``--journal`` names the file."""
    cli(START + "    pass\n", "--journal", str(tmp_path / "run.jsonl"))
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    assert "journal" in lines[0]
    assert (lines[-1]["event"], lines[-1]["status"]) == ("RunEnded", "success")


def test_strict_assets_refuse_what_is_not_configured(cli):
    """The block that asks for it raises, and the message names the asset and the configured ones."""
    code, out, _ = cli(ACT, "--strict-assets", results=[{"action": "look"}])
    assert code == 4
    assert "action 'look': asset 'x' is not configured. Configured are: none." in out


@pytest.mark.parametrize(("source", "options", "message"), [
    (START + "    pass\n", ["--results", "missing.json"], "missing.json: no such results file"),
    (START + "    pass\n", ["--input", "v"], "--input 'v' is not NAME=JSON. For instance"),
    (START + "    pass\n", ["--input", "=1"], "--input '=1' is not NAME=JSON"),
    (START + "    pass\n", ["--input", "v=1", "--input", "v=2"], "--input: 'v' is given twice, as 1 and as 2"),
    (START + "    pass\n", ["--option", "order=1", "--option", "order=2"], "--option: 'order' is given twice"),
    (START + "    pass\n", ["--maxmind", "missing.mmdb"], "missing.mmdb: the MaxMind"),
    (START + "    pass\n", ["--journal", "/proc/no/such.jsonl"], "the journal cannot be written"),
    (START + "  a b\n", [], "flow.py:3: syntax error"), ("x = 1\n", [], "the playbook defines no on_start(container)"),
    ("raise ValueError('a\\nb')\n" + START + "    pass\n", [], "flow.py:1: the playbook raised ValueError"),
    (START + "    pass\n", ["--container", "missing.json"], "missing.json: no such container file"),
])
def test_input_that_cannot_be_read_is_one_line_on_stderr(source: str, options: list[str], message: str, cli):
    """The exit code is 2, nothing goes to stdout, and there is no traceback."""
    if "--maxmind" in options:
        pytest.importorskip("maxminddb")
    code, out, err = cli(source, *options)
    assert (code, out) == (2, "")
    assert err.startswith("phantom-lab: error: ")
    assert message in err
    assert err.count("\n") == 1
    assert err.endswith("\n")


@pytest.mark.parametrize("arguments", [
    [], ["show"], ["nothing"], ["run", "x", "--container", "y", "-z"], ["run", "x", "--contract", "none"],
    ["run", "x", "--seed", "x"]])
def test_bad_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    """The usage goes to stderr."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: phantom-lab")


def test_the_installed_command_runs_a_playbook(samples: Path):
    """The console script does what the function does."""
    done = subprocess.run(
        [str(SCRIPT), "run", "triage_phishing_sources", "--path", str(samples / "playbooks"), "--json", "--container",
         str(samples / "containers" / "phishing_report.json"), "--results", str(samples / "results" / "phishing.json")],
        capture_output=True, text=True, check=False)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (0, "success")
    assert [(one["field"], one["after"]) for one in told["changes"] if one["object"] == "container"][:2] == [
        ("severity", "high"), ("status", "open")]


def test_the_installed_command_prints_no_traceback():
    """Bad input is one line on stderr."""
    done = subprocess.run([str(SCRIPT), "run", "missing.py", "--container", "missing.json"], capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "phantom-lab: error: missing.json: no such container file\n"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["lab", "--help"]])
def test_help_is_exit_code_0(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    """Help goes to stdout."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert "usage: phantom-lab" in capsys.readouterr().out


def test_the_lab_command_copies_the_tour_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                             capsys: pytest.CaptureFixture[str]):
    """With the samples that its notebooks use; what is there already stays as it is."""
    monkeypatch.chdir(tmp_path)
    assert main(["lab", "--copy"]) == 0
    for folder in ("notebooks", "sample_data"):
        there, copy = ({one.relative_to(place / folder): one.read_bytes() for one in (place / folder).rglob("*")
                        if one.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & {*one.parts}}
                       for place in (ROOT, tmp_path / "phantom-lab-tour"))
        assert there == copy
    first = tmp_path / "phantom-lab-tour" / "notebooks" / "01_tour.ipynb"
    first.write_text("mine", encoding="utf-8")
    assert main(["lab", "phantom-lab-tour", "--copy"]) == 0
    assert first.read_text(encoding="utf-8") == "mine"
    assert "stays as it is" in capsys.readouterr().out
    monkeypatch.chdir(first.parent.parent)
    assert main(["lab", "--copy"]) == 0
    assert not Path("phantom-lab-tour").exists()


def test_the_lab_command_writes_over_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A folder of another one's notebooks, or a file, is no place for the tour."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "file").touch()
    assert [main(["lab", str(one), "--copy"]) for one in (tmp_path, tmp_path / "file")] == [2, 2]
    err = capsys.readouterr().err
    assert "there is notebooks, and no notebooks/01_tour.ipynb in it" in err
    assert "no folder" in err
