"""The command line: one run in a scenario, or one in each of several, and the same run whenever it is called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.cli import main
from phantom_lab.cli.hashing import hash_seed
from tests.patience import LONG
from tests.situations import GOLDEN, SAMPLES

NO_CONTAINER = ("there is no container to run on. "
                "Give --container FILE, --finding FILE, or --scenario FILE that holds one.")

START = "import phantom.rules as phantom\ndef on_start(container):\n"
ACT = f"""{START}    phantom.act('look', parameters=[{{'n': 1}}], name='one', assets=['x'], callback=cb)
def cb(container=None, success=None, results=None, **kwargs):
    phantom.debug(results[0]['action_results'][0]['data'])
    if success:
        good(container)
def good(container):
    phantom.set_severity(container, 'high')
"""
SET = f"{START}    phantom.debug(' '.join({{'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'}}))\n"
SCRIPT = Path(sys.executable).parent / "phantom-lab"
SCENARIOS = SAMPLES / "scenarios" / "contain_host.yaml"
ENDED = re.compile(r"^run ended  status=(\w+)(?:  message=\"(.*)\")?$", re.MULTILINE)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Write a playbook and scenarios by the names of their files, run the command in them: exit code, output, errors.

    An option that names one of the files gets its path.
    """
    monkeypatch.chdir(tmp_path)

    def call(source: str, *options: str, **scenarios: Any) -> tuple[int, str, str]:
        Path("flow.py").write_text(source, encoding="utf-8")
        for name, given in scenarios.items():
            Path(f"{name}.json").write_text(json.dumps(given), encoding="utf-8")
        named = [text for name in scenarios for text in ("--scenario", f"{name}.json")]
        code = main(["run", "flow.py", *named, *options])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def answering(**answer: Any) -> dict[str, Any]:
    """A scenario in which the action of `ACT` comes back with something."""
    return {"container": {"name": "Case"}, "outcomes": [{"action": "look", **answer}]}


def test_the_sample_scenarios_end_as_the_golden_situations(capsys: pytest.CaptureFixture[str]):
    """A row for each variant of the file: status, blocks, what it would have changed, and the message."""
    code = main(["run", str(SAMPLES / "playbooks" / "contain_host.py"), "--scenario", str(SCENARIOS)])
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].split() == [
        "scenario", "status", "blocks", "branches", "outside", "people", "inside", "hints", "message"]
    assert {line.split()[0].partition("#")[2]: (line.split()[1][:-1], line.partition("  prompt")[2])
            for line in lines[1:5]
            } == {file.stem.removeprefix("contain_host_"): (status, message.removeprefix("prompt"))
                  for file in GOLDEN.glob("contain_host_*.txt") for status, message in ENDED.findall(file.read_text())}
    assert lines[1].split() == [
        "contain_host#answered", "success,", "as", "expected", "7", "of", "8", "2", "of", "6", "1", "1", "1", "0"]
    assert lines[5:8] == ["", "4 scenarios: 2 success, 2 failed", "8 of 8 blocks reached"]
    assert lines[8] == "6 of 6 branches taken; not counted, and named by explore: 2"
    assert lines[9:11] == ["", "hints"]
    assert [line.rpartition(" [")[2] for line in lines[11:]] == [
        "contain_host#left_alone]", "contain_host#timed_out, contain_host#declined]"]
    assert "ask_nobody, line 150: phantom.prompt2 (prompt 'ask_nobody') was not carried out: " in lines[12]


def test_one_variant_is_a_run_as_any_other(capsys: pytest.CaptureFixture[str]):
    """With its report, which names the scenario's lines, and its exit code."""
    code = main(["run", str(SAMPLES / "playbooks" / "contain_host.py"), "--scenario", f"{SCENARIOS}#declined"])
    out = capsys.readouterr().out
    assert (code, out.splitlines()[-1]) == (0, "failed, as expected: prompt 'ask_owner' failed: not my host")
    assert re.search(rf"ask_owner: failed, .* \({re.escape(str(SCENARIOS))}:\d+\)\n", out)


def test_several_scenarios_are_one_json_object(cli):
    """A row has its counts and the whole summary; the whole tells what nothing reached."""
    code, out, _ = cli(ACT, "--json", bad=answering(status="failed", message="busy"), good=answering())
    told = json.loads(out)
    assert (code, told["reached"], told["functions"], told["missed"]) == (1, 3, 3, [])
    assert [one.pop("summary")["status"] for one in told["scenarios"]] == ["failed", "success"]
    assert told["scenarios"] == [
        {"scenario": "bad", "file": "bad.json", "expected": "", "unmet": [], "status": "failed",
         "message": "action 'one' failed: busy", "reached": 2, "functions": 3, "taken": 1, "branches": 2, "changes": 0,
         "outside": 0, "people": 0, "inside": 0, "failures": 0, "hints": []},
        {"scenario": "good", "file": "good.json", "expected": "", "unmet": [], "status": "success", "message": "",
         "reached": 3, "functions": 3, "taken": 1, "branches": 2, "changes": 1, "outside": 1, "people": 0, "inside": 1,
         "failures": 0, "hints": []}]
    assert (told["taken"], told["branches"], told["missed_branches"], told["not_counted"]) == (2, 2, [], 0)


def test_a_note_on_the_containers_of_a_file_is_told_once(cli):
    """However many scenarios it takes the place of."""
    Path("two.json").write_text('[{"name": "a", "status": "new"}, {"name": "b", "status": "new"}]', encoding="utf-8")
    _, out, err = cli(f"{START}    phantom.debug(container['name'])\n", "--json", "--container", "two.json", x={}, y={})
    assert [one["summary"]["debug"] for one in json.loads(out)["scenarios"]] == [["a"], ["a"]]
    assert err.count("two.json holds 2 containers (1, 2): the run is for the first.") == err.count("\n") == 1


def test_what_no_scenario_reaches_is_named(cli):
    """Below the table."""
    _, out, _ = cli(ACT, a=answering(status="failed"), b=answering(status="failed"))
    assert out.splitlines()[-3:] == [
        "2 scenarios: 2 failed", "2 of 3 blocks reached; not reached: good",
        "1 of 2 branches taken; not taken: cb: if_1 true"]


@pytest.mark.parametrize(("scenarios", "code"), [
    ([answering(), answering()], 0), ([answering(), answering(status="failed")], 1),
    ([{"container": {"name": "c"}}, answering(status="failed")], 4), ([answering(), {"container": {"name": "c"}}], 4),
])
def test_the_worst_scenario_makes_the_exit_code(scenarios: list[Any], code: int, cli):
    """Each row has its own status, and none keeps the others from running."""
    found, out, _ = cli(ACT, "--json", **{f"s{number}": one for number, one in enumerate(scenarios)})
    assert (found, len(json.loads(out)["scenarios"])) == (code, 2)


def test_an_interrupt_ends_the_rest(cli):
    """What has run is told, and how many have not."""
    source = (f"{START}    if container['name'] == 'b':\n"
              "        import os; from tests.native import libc; libc.kill(os.getpid(), 2); [n for n in '1']\n")
    code, out, err = cli(source, "--json", **{name: {"container": {"name": name}} for name in "abcd"})
    assert [one["status"] for one in json.loads(out)["scenarios"]] == ["success", "stopped"]
    assert (code, err) == (4, "phantom-lab: interrupted, 2 of 4 scenarios did not run: c, d\n")
    assert json.loads(out)["not_run"] == ["c", "d"]


def test_hostile_names_and_messages_keep_the_table_in_shape(cli):
    """Control characters are shown, and long messages cut."""
    variants = {"a\x1b[2J\nsuccess": {}, "b": {"outcomes": [{"action": "look", "status": "failed",
                                                             "message": f"x\n{'y' * 5000}"}]}}
    _, out, _ = cli(ACT, hostile={**answering(), "variants": variants})
    assert "hostile#a\\x1b[2J\\nsuccess  success " in out
    assert max(map(len, out.splitlines())) < 300


@pytest.mark.parametrize(("source", "options", "scenarios", "message"), [
    (ACT, [], {"a": answering(), "b": {"contaner": {}}}, "b.json:1: contaner: there is no such key"),
    (ACT, [], {"a": answering(), "b": {"outcomes": []}},
     f"scenario b: {NO_CONTAINER}"),
    (ACT, [], {"b": {}}, "scenario b: there is no container to run on."),
    (ACT, [], {}, f"error: {NO_CONTAINER}"),
    (ACT, [], {"a": answering(), "b": {**answering(), "inputs": {"ip": 1}}},
     "scenario b: playbook flow has no input 'ip'. It has none."),
    (ACT, ["--scope", "9"], {"a": answering(), "b": answering()}, "--scope: there is no artifact 9"),
    (ACT, ["--journal", "j.jsonl"], {"a": answering(), "b": answering()},
     "--journal is for one run, and there are 2 scenarios. Choose one: --scenario FILE#VARIANT."),
    (ACT, ["--scenario", "a.json#x"], {"a": answering()}, "a.json: there is no variant 'x'. There are none."),
    (ACT, ["--scenario", "none.yaml"], {}, "none.yaml: there is no such file"),
    (ACT, ["--recording", "none.jsonl"], {"a": answering()}, "none.jsonl"),
    (ACT, ["--apps", "none"], {"a": answering()}, "none: "),
    (ACT.replace("def cb", "raise ValueError\ndef cb"), [], {"a": answering(), "b": answering()},
     "the playbook raised ValueError"),
])
def test_everything_given_is_looked_at_before_anything_runs(source: str, options: list[str], scenarios: dict[str, Any],
                                                            message: str, cli):
    """One line on stderr, exit code 2, and no run."""
    code, out, err = cli(source.replace("    phantom.act", "    print('ran')\n    phantom.act"), *options, **scenarios)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert "ran" not in err.replace("raised", "")


READS = f"""{START}    ids = phantom.collect2(container=container, datapath=['artifact:*.id'], scope=None)
    rows = phantom.get_list(list_name='ips')[2]
    user = phantom.collect2(datapath=['playbook:launching_user.name'])
    given = [phantom.collect2(datapath=['playbook_input:' + one]) for one in ('a', 'b')]
    phantom.debug(repr([container['name'], ids, rows, user, given]))
"""
SAID = {"container": {"name": "Case"}, "artifacts": [{"id": 1}, {"id": 2}, {"id": 3}], "scope": [2], "user": "kim",
        "lists": {"ips": [["9"]]}, "inputs": {"a": 1, "b": 2}, "options": {"unset_input": "empty"}}


@pytest.mark.parametrize(("options", "seen"), [
    ((), ["Case", [[2]], [["9"]], [["kim"]], [[[1]], [[2]]]]),
    (("--input", "a=7"), ["Case", [[2]], [["9"]], [["kim"]], [[[7]], [[2]]]]),
    (("--scope", "all"), ["Case", [[1], [2], [3]], [["9"]], [["kim"]], [[[1]], [[2]]]]),
    (("--scope", "1,3"), ["Case", [[1], [3]], [["9"]], [["kim"]], [[[1]], [[2]]]]),
    (("--user", "nadia"), ["Case", [[2]], [["9"]], [["nadia"]], [[[1]], [[2]]]]),
    (("--list", "ips=ips.csv"), ["Case", [[2]], [["8"]], [["kim"]], [[[1]], [[2]]]]),
    (("--container", "other.json", "--scope", "new"), ["Other", [[5]], [["9"]], [["kim"]], [[[1]], [[2]]]]),
    (("--input", "a=null", "--option", "order=3"), ["Case", [[2]], [["9"]], [["kim"]], [[], [[2]]]]),
    (("--input", "a=null", "--option", "unset_input=none"), ["Case", [[2]], [["9"]], [["kim"]], [[[None]], [[2]]]]),
    (("--ran",), ["Case", [[2]], [["9"]], [["kim"]], [[[1]], [[2]]]]),
    (("--ran", "--scope", "new"), ["Case", [], [["9"]], [["kim"]], [[[1]], [[2]]]]),
], ids=str)
def test_what_is_given_besides_wins_over_the_scenario(options: tuple[str, ...], seen: list[Any], cli):
    """Inputs and options one by one; what is not given stays as the scenario says."""
    Path("ips.csv").write_text("8\n", encoding="utf-8")
    Path("other.json").write_text('{"container": {"name": "Other"}, "artifacts": [{"id": 5}]}', encoding="utf-8")
    code, out, err = cli(READS, "--json", *options, said=SAID)
    assert (code, err) == (0, "")
    assert json.loads(out)["debug"] == [repr(seen)]


def test_a_recording_gives_its_outcomes_again(cli, incident: Path):
    """To a run that has no other; it is named as their source."""
    assert cli(ACT, "--journal", "run.jsonl", first=answering(data=[{"a": 1}]))[0] == 0
    code, out, _ = cli(ACT, "--container", str(incident), "--recording", "run.jsonl", "--json")
    told = json.loads(out)
    assert (code, told["debug"]) == (0, ["[{'a': 1}]"])
    assert "run.jsonl" in told["action_runs"][0]["results"][0]["source"]


MANIFEST = {"name": "x", "appid": "0-1", "product_name": "Looker", "app_version": "1.2", "actions": [{
    "action": "look", "identifier": "look", "type": "investigate", "read_only": True, "parameters": {
        "n": {"data_type": "numeric", "required": True}},
    "output": [{"data_path": "action_result.data.*.country", "data_type": "string", "example_values": ["Chile"]}]}]}


@pytest.mark.parametrize(("options", "given", "code", "debug", "notes"), [
    ((), {}, 4, [], 0),
    (("--generate",), {}, 0, ["[{'country': 'Chile'}]"], 0),
    ((), {"data": [{"city": "Lima"}]}, 0, ["[{'city': 'Lima'}]"], 1),
    (("--contract", "off"), {"data": [{"city": "Lima"}]}, 0, ["[{'city': 'Lima'}]"], 0),
    (("--contract", "strict"), {"data": [{"city": "Lima"}]}, 4, [], 0),
], ids=str)
def test_manifests_are_what_results_are_made_of_and_held_against(options: tuple[str, ...], given: dict[str, Any],
                                                                 code: int, debug: list[str], notes: int, cli):
    """``--generate`` makes up what nothing gives; ``--contract`` says what becomes of what does not fit."""
    Path("looker.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    scenario = answering(**given) if given else {"container": {"name": "Case"}}
    found, out, _ = cli(ACT, "--apps", "looker.json", "--json", *options, one=scenario)
    told = json.loads(out)
    assert (found, told["debug"]) == (code, debug)
    assert sum("country" in one for one in told["notes"]) == notes
    assert {one["side"] for one in told["receipt"]} <= {"inside", "read"}  # it is declared to be read-only


@pytest.mark.parametrize("command", [[str(SCRIPT)], [sys.executable, "-m", "phantom_lab"]], ids=["script", "module"])
def test_sets_have_the_same_order_in_every_call(command: list[str], incident: Path, tmp_path: Path):
    """Whatever hash seed the shell has; ``--seed`` chooses another order."""
    (tmp_path / "flow.py").write_text(SET, encoding="utf-8")

    def call(seed: str, *options: str) -> tuple[str, ...]:
        done = subprocess.run(
            [*command, "run", "flow.py", "--container", str(incident), "--json", "--journal", "run.jsonl", *options],
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        header = (tmp_path / "run.jsonl").read_text(encoding="utf-8").partition("\n")[0]
        return done.stdout, done.stderr, json.loads(header)["hash_seed"]

    first = call("1")
    assert call("random" if command[0] == str(SCRIPT) else "2") == first
    assert first[1:] == ("", "0")
    if command[0] != str(SCRIPT):
        return
    other = [call("1", "--seed", "5"), call("2", "--seed=5")]
    assert other[0] == other[1] != first
    assert other[0][2] == "5"
    assert hash_seed(["run", "flow.py", "--seed=-1"]) == str(2**32 - 1)


@pytest.mark.parametrize("seed", ["x", "", str(10**30)])
def test_an_odd_seed_is_no_hash_seed_that_python_refuses(seed: str, incident: Path, tmp_path: Path,
                                                         capsys: pytest.CaptureFixture[str]):
    """It is told as bad usage, or brought into range."""
    (tmp_path / "flow.py").write_text(SET, encoding="utf-8")
    arguments = ["run", str(tmp_path / "flow.py"), "--container", str(incident), f"--seed={seed}"]
    assert 0 <= int(hash_seed(arguments)) < 2**32
    if seed.isdigit():
        done = subprocess.run([str(SCRIPT), *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert (caught.value.code, f"argument --seed: invalid int value: {seed!r}" in capsys.readouterr().err) == (2, True)


def test_a_program_that_calls_the_command_line_is_not_started_again():
    """Only the command line itself is, and only where it runs playbooks."""
    code = ("import sys\nprint('began')\nfrom phantom_lab.cli import main\n"
            "main(['run', 'none.py'])\nsys.argv[1:] = ['show', 'none']\nmain()\n"
            "sys.argv[1:] = ['run', '--help']\nmain()\n")
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "1"}, capture_output=True,
                          text=True, check=False)
    assert (done.stdout.count("began"), done.stdout.count("usage:"), done.stderr.count("error: ")) == (1, 1, 2)


@pytest.mark.parametrize("flags", [["-E"], ["-I"]])
def test_a_python_that_ignores_the_environment_is_not_started_for_ever(flags: list[str]):
    """It cannot be given a hash seed."""
    done = subprocess.run([sys.executable, *flags, "-m", "phantom_lab", "run", "--help"], capture_output=True,
                          text=True, check=False, timeout=LONG)
    assert (done.returncode, done.stdout[:6]) == (0, "usage:")


def test_interpreter_options_hold_when_the_program_starts_again(incident: Path, tmp_path: Path):
    """As they were given: ``-X`` and ``-W``, too."""
    (tmp_path / "flow.py").write_text(f"{START}    import sys\n    print(sys._xoptions, sys.warnoptions)\n",
                                      encoding="utf-8")
    done = subprocess.run([sys.executable, "-X", "mine", "-W", "once", "-m", "phantom_lab", "run", "flow.py",
                           "--container", str(incident)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == "{'mine': True} ['once']\n"


def test_a_scenario_names_its_playbook_and_what_it_expects(cli, capsys: pytest.CaptureFixture[str]):
    """Then no other has to be given; what is not met is told at the end of the report, and in JSON."""
    cli(ACT)
    expect = {"actions": [{"action": "look", "parameter": {"n": 2}}]}
    Path("one.json").write_text(json.dumps({**answering(), "playbook": "flow.py", "expect": expect}), encoding="utf-8")
    Path("other.json").write_text(json.dumps({**answering(), "playbook": "other.py"}), encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        return main(["run", *arguments]), *capsys.readouterr()

    code, out, _ = call("--scenario", "one.json")
    assert (code, out.splitlines()[-5:]) == (1, [
        "not as expected", "      one.json:1: action 'look' with parameter {\"n\": 2} is expected",
        "          look (one): parameter is {\"n\": 1}", "", "success, not as expected (1)"])
    code, out, _ = call("--scenario", "one.json", "--json")
    assert (code, json.loads(out)["expected"], json.loads(out)["unmet"]) == (1, "success", [
        {"section": "actions", "expected": "action 'look' with parameter {\"n\": 2} is expected",
         "actual": ["look (one): parameter is {\"n\": 1}"], "where": "one.json:1"}])
    code, _, err = call()
    assert (code, err.partition(". ")[0]) == (2, "phantom-lab: error: there is no playbook to run")
    code, out, err = call("--scenario", "one.json", "--scenario", "other.json")
    assert (code, out) == (2, "")
    assert "the scenarios name 2 playbooks. phantom-lab test runs each in its own." in err


@pytest.mark.parametrize(("answer", "expect", "code", "told"), [
    ({"status": "failed", "message": "busy"}, "failed", 0, "failed, as expected"),
    ({"data": []}, "failed", 1, "success, expected failed"),
    ({"status": "failed", "message": "busy"}, "success", 1, "failed, expected success"),
])
def test_a_scenario_may_say_how_it_ends(cli, answer: dict[str, Any], expect: str, code: int, told: str):
    """In CI a failure that is meant is none, and a success that is not meant is one."""
    scenario = {**answering(**answer), "expect": expect}
    assert cli(ACT, one=scenario)[0] == code
    table_code, out, _ = cli(ACT, one=scenario, two={**answering(data=[]), "expect": "success"})
    assert (table_code, told in out) == (code, True)
