"""``phantom-lab test``: which scenarios are found, how they end, what is reached, and what is written."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from phantom_lab.cli import main
from phantom_lab.history import read_journal
from tests import forked

FLOW = """import phantom.rules as phantom

def on_start(container):
    phantom.act("block ip", parameters=[{"ip": "203.0.113.7"}], assets=["firewall"], name="block_ip_1", callback=after)

def after(success=None, container=None, **kwargs):
    if success:
        good(container)
    else:
        phantom.debug("failed")

def good(container):
    phantom.set_severity(container, "high")
"""
SCENARIO: dict[str, Any] = {
    "playbook": "../flow.py", "container": {"name": "Case"}, "outcomes": [{"action": "block ip"}],
    "expect": {"status": "success", "actions": [{"action": "block ip", "times": 1}]},
    "variants": {"fine": {}, "wrong": {"expect": {"changes": [{"field": "severity", "to": "low"}]}}}}


@pytest.fixture
def test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command in this process, in a folder with a playbook and a folder of scenarios: exit code, output,
    errors."""
    monkeypatch.chdir(tmp_path)
    Path("flow.py").write_text(FLOW)
    Path("tests").mkdir()

    def call(*arguments: str, **scenarios: Any) -> tuple[int, str, str]:
        for name, given in scenarios.items():
            Path(f"tests/{name}.json").write_text(json.dumps(given))
        code = main(["test", *arguments, "--jobs", "1"])
        return code, *capsys.readouterr()

    return call


def test_what_fails_is_told_with_its_journal(test):
    """Beside a table, what is reached, and the counts; the journal holds the run, with the branches that it took."""
    code, out, err = test("tests", one=SCENARIO)
    lines = out.splitlines()
    assert (code, err) == (1, "")
    assert [line.split()[:2] for line in lines[:3]] == [
        ["result", "scenario"], ["passed", "one#fine"], ["FAILED", "one#wrong"]]
    assert lines[4:7] == ["FAILED tests/one.json#wrong",
                          "    tests/one.json:1: change 'severity' with to low is expected",
                          "        container 1 severity: medium -> high (good): to is high"]
    journal = lines[7].removeprefix("    journal: ")
    assert read_journal(journal).index.all_ended
    assert lines[9:] == ["flow.py: 3 of 3 blocks, 1 of 2 branches; not reached: after: if_1 false", "",
                         "1 passed, 1 failed"]
    assert main(["replay", journal]) == 0


def test_what_passes_in_silence_is_told_once_for_all_scenarios(test):
    """What the runs passed over, and what is expected of names that nothing has; in `run --scenario` as well."""
    Path("flow.py").write_text(FLOW + "    phantom.pin(container=container, message='m', data='d', pin_type='odd')\n")
    idle = {**SCENARIO, "expect": {"never": {"blocks": ["escalate"]}}, "variants": {"a": {}, "b": {}}}
    code, out, _ = test("tests", one=idle)
    assert code == 0
    assert out.count("phantom.pin was not carried out: pin_type must be one of") == 1
    assert ("hint: tests/one.json:1: block 'escalate' is never expected, and no playbook here has such a block [all]"
            ) in out.splitlines()
    assert [len(one["hints"]) for one in json.loads(test("tests", "--json")[1])["scenarios"]] == [2, 2]
    for variant in ("", "#a"):
        main(["run", "--scenario", f"tests/one.json{variant}"])
    assert test("tests")[1].count("block 'escalate' is never expected") == 3


def test_an_answer_that_nothing_asked_for_is_told_below_the_table(test, capsys: pytest.CaptureFixture[str]):
    """A misspelt action or stand-in leaves what it is for to chance: in `run --scenario` as well, and in their JSON."""
    given = {**SCENARIO, "outcomes": [{"action": "block ip"}, {"action": "blok ip", "status": "failed"}],
             "playbooks": {"local/enrich": {"score": [7]}}, "expect": {}, "variants": {"a": {}, "b": {}}}
    told = ["scenario tests/one.json: the outcome of 'blok ip' was never asked for; the run asked for 'block ip'",
            "tests/one.json: playbook 'local/enrich' was never asked for, and nothing here names it"]
    code, out, _ = test("tests", one=given)
    plain = [re.sub(r"json:\d+", "json", line) for line in out.splitlines()]
    assert (code, [line for line in plain if "never asked" in line]) == (0, [f"hint: {one} [all]" for one in told])
    main(["run", "--scenario", "tests/one.json"])
    assert capsys.readouterr().out.count("was never asked for") == 2
    main(["run", "--scenario", "tests/one.json#a", "--json"])
    found = [one for one in json.loads(capsys.readouterr().out)["hints"] if "never asked" in one["message"]]
    assert [(one["block"], one["line"], re.sub(r"json:\d+", "json", one["message"])) for one in found] == [
        (None, 0, one) for one in told]


def test_a_playbook_is_no_scenario(test):
    """It is told where it belongs."""
    code, _, err = test("flow.py")
    assert code == 2
    assert "flow.py: this is a playbook, and no scenario. Name a scenario whose `playbook` it is" in err


def test_only_what_failed_runs_again(test):
    """As long as it fails; where nothing did, everything does."""
    assert test("tests", one=SCENARIO)[0] == 1
    code, out, err = test("tests", "--failed", "--json")
    assert (code, [one["scenario"] for one in json.loads(out)["scenarios"]]) == (1, ["tests/one.json#wrong"])
    assert err == "phantom-lab: note: 1 of these failed the last time\n"
    mended = {**SCENARIO, "variants": {"fine": {}, "wrong": {}}}
    assert test("tests", "--failed", one=mended)[0] == 0
    code, out, err = test("tests", "--failed", "--json")
    assert (code, json.loads(out)["passed"]) == (0, 2)
    assert err == "phantom-lab: note: 0 of these failed the last time: all of them run\n"


def test_a_report_for_ci(test):
    """JUnit XML: suites by file, and what was not as expected; hostile texts are no XML of their own."""
    wrong = {**SCENARIO, "outcomes": [{"action": "block ip", "status": "failed", "message": "<x>\x00\ud800&"}],
             "variants": {"w": {}}}
    code, _, _ = test("tests", "--junit", "out/report.xml", one=SCENARIO, two={"playbook": "no.py", "container": {}},
                      three=wrong)
    root = ElementTree.parse("out/report.xml").getroot()
    assert (code, root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == (2, "4", "2", "1")
    cases = {one.attrib["name"]: [part.tag for part in one] for one in root.iter("testcase")}
    assert cases == {"one#fine": [], "one#wrong": ["failure"], "two.json": ["error"], "three#w": ["failure"]}
    failures = [str(one.text) for one in root.iter("failure")]
    assert "container 1 severity: medium -> high" in failures[0]
    assert "it ended as failed: action 'block_ip_1' failed: <x>" in failures[1]


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("50", 0), ("50.1", 1), ("100%", 1)])
def test_a_threshold_is_for_all_playbooks_together(test, least: str, code: int):
    """Blocks and branches alike."""
    found, out, _ = test("tests", "--fail-under", least, one={**SCENARIO, "variants": {"fine": {}}})
    assert (found, "fewer than" in out) == (code, bool(code))


@pytest.mark.parametrize(("given", "code", "told"), [
    ({"expect": {"blocks": ["a"], "never": {"blocks": ["a"]}}}, 2, "a contradiction: block 'a' is expected"),
    ({"expect": "success", "container": {"name": "x"}}, 2, "the scenario names no playbook"),
    ({"playbook": "none.py", "container": {"name": "x"}}, 2, "none.py"),
    ({"playbook": "../flow.py"}, 2, "there is no container to run on"),
    ({"playbook": "../flow.py", "container": {"name": "x"}}, 1, "it ended as needs_outcome: no outcome for"),
    ({**SCENARIO, "variants": {"fine": {}}, "outcomes": [{"action": "block ip"}, {"action": "quarantine"}]}, 0, ""),
])
def test_each_scenario_has_its_own_end(test, given: dict[str, Any], code: int, told: str):
    """One that cannot be read keeps no other from running, and no success is made of it."""
    found, out, _ = test("tests", bad=given, good={**SCENARIO, "variants": {"fine": {}}})
    assert (found, told in out) == (code, True)
    assert "passed  good#fine" in " ".join(out.split()).replace("passed good", "passed  good")


@pytest.mark.parametrize(("arguments", "told"), [
    ([], "there is nothing to test. Name scenario files, or folders that hold some."),
    (["nowhere"], "nowhere: there is no such file or folder"), (["tests"], "there is no scenario below the paths"),
    (["tests", "--failed"], "there is no scenario below the paths")])
def test_nothing_to_test_is_an_error(test, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str):
    """In one line, and never a success. What is passed over is named."""
    Path("tests/compose.yaml").write_text("services: {}\n")
    Path("tests/data.json").write_text('{"container": {"name": "x"}}')
    code, out, err = test(*arguments)
    assert (code, out, err.count("\n"), told in err) == (2, "", 1, True)
    assert "tests" not in arguments or "tests/compose.yaml" in err


def test_a_variant_may_be_chosen_and_a_playbook_given(test):
    """A name that is none is told with the closest one; a file is never run twice."""
    plain = {key: one for key, one in SCENARIO.items() if key != "playbook"}
    code, out, _ = test("tests/one.json#fine", "--playbook", "flow.py", "--json", one=plain)
    assert (code, json.loads(out)["passed"]) == (0, 1)
    code, out, _ = test("tests/one.json#fin", "--json")
    assert (code, "Did you mean fine?" in json.loads(out)["scenarios"][0]["message"]) == (2, True)
    code, out, _ = test("tests/one.json#fine", "tests/one.json", "tests", "--playbook", "flow.py", "--json")
    assert (code, len(json.loads(out)["scenarios"])) == (1, 2)


def test_lines_are_measured_and_shown(test):
    """By the package ``coverage``, in the playbook's own file; each line with the scenarios that executed it."""
    pytest.importorskip("coverage")
    code, out, _ = test("tests", "--html", "pages", one={**SCENARIO, "variants": {"fine": {}}})
    assert (code, "flow.py: 3 of 3 blocks, 1 of 2 branches, 8 of 9 lines" in out) == (0, True)
    assert "pages: pages/index.html" in out
    page = next(Path("pages").glob("*flow_py.html")).read_text()
    assert "tests/one.json#fine" in page


def test_processes_share_the_work_and_one_that_ends_takes_no_other_with_it(tmp_path: Path):
    """Behind walls: what ended its process is named, and all others are told as if nothing had been."""
    (tmp_path / "flow.py").write_text(FLOW)
    (tmp_path / "kill.py").write_text(
        "import phantom.rules as phantom\ndef on_start(container):\n    if container['name'] == 'b':\n"
        "        import os; from tests.native import libc; libc.kill(os.getpid(), 9)\n")
    many = {"playbook": "flow.py", "container": {"name": "x"}, "outcomes": [{"action": "block ip"}],
            "variants": {f"v{number}": {"container": {"description": "d" * 3000}} for number in range(20)}}
    (tmp_path / "many.json").write_text(json.dumps(many))
    (tmp_path / "bad.json").write_text(json.dumps({"playbook": "kill.py", "variants": {
        one: {"container": {"name": one}} for one in "abc"}}))
    done = forked.run([sys.executable, "-m", "phantom_lab", "test", ".", "--json", "--jobs", "2"], cwd=tmp_path,
                      capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert [one["scenario"] for one in told["scenarios"]] == [
        *(f"bad.json#{one}" for one in "abc"), *(f"many.json#v{number}" for number in range(20))]
    assert (told["passed"], told["failed"] + told["error"], told["coverage"][0]["blocks"]["reached"]) == (22, 1, 3)
    assert json.loads((tmp_path / ".phantom-lab" / "failed.json").read_text()) == ["bad.json#b"]
