"""``phantom-lab fuzz``: bugs that are there are found, and told with the least that shows them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.cli import main
from phantom_lab.trials import unexpected
from phantom_lab.trials.fuzz import Fuzzed, fuzz
from phantom_lab.trials.trial import Trials
from phantom_lab.trials.unexpected import ABSENT
from tests import forked
from tests.table import tabled

HEAD = """\
import json
import phantom.rules as phantom


def on_start(container):
"""
COLLECT = "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.sourceAddress'])"
CALLBACK = "\n\ndef done(action=None, success=None, container=None, results=None, handle=None, **kwargs):\n"
ACT = ("phantom.act('file reputation', parameters=[{'hash': 'x'}], assets=['sample'], name='look', callback=done)\n"
       + CALLBACK)
ASK = ("phantom.prompt2(container=container, user='admin', message='?', name='ask', callback=done)\n" + CALLBACK)
SCORES = ("scores = phantom.collect2(container=container, datapath=['look:action_result.data.*.score'], "
          "action_results=results)")
Fuzzing = Callable[..., Fuzzed]


@pytest.fixture
def fuzzed(tmp_path: Path) -> Fuzzing:
    """Fuzz a playbook whose `on_start` has these lines."""

    def fuzz_lines(*lines: str, examples: int = 25, seconds: float = 10, **options: Any) -> Fuzzed:
        file = tmp_path / "sample.py"
        file.write_text(HEAD + "".join(f"    {one}\n" for one in lines))
        return fuzz(file, Trials(**options), examples=examples, seconds=seconds)

    return fuzz_lines


BUGS = {
    "a method of None": ([COLLECT, "[address.lower() for (address,) in rows]"], "AttributeError",
                         ["artifact 1 cef.sourceAddress is None"]),
    "a key that is not there": ([
        COLLECT, "artifacts = phantom.collect2(container=container, datapath=['artifact:*.cef'])",
        "[cef['sourceAddress'] for (cef,) in artifacts]"],
        "KeyError", ["artifact 1 cef.sourceAddress is not there"]),
    "order of unlike values": ([COLLECT, "sorted(address for (address,) in rows)"], "TypeError",
                               ["artifact 1 cef.sourceAddress is None", "there are 2 artifacts"]),
    "a part of a text": ([
        "phantom.condition(container=container, conditions=[['artifact:*.cef.pair', '==', 'left,right']])",
        "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.pair'])",
        "[str(pair).split(',')[1] for (pair,) in rows if pair]"], "IndexError", ["artifact 1 cef.pair is ' '"]),
    "a number that is none": ([
        "phantom.condition(container=container, conditions=[['artifact:*.cef.count', '==', 7]])",
        "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.count'])",
        "[int(count) for (count,) in rows if isinstance(count, str)]"],
        "ValueError", ["artifact 1 cef.count is ''"]),
    "division by zero": ([COLLECT, "1 / len(rows)"], "ZeroDivisionError", ["there are no artifacts"]),
    "JSON that is written by hand": ([COLLECT, "[json.loads('{\"ip\": \"%s\"}' % row[0]) for row in rows]"],
                                     "JSONDecodeError", ["artifact 1 cef.sourceAddress is 'sample\\nother'"]),
    "recursion": ([COLLECT, "[down(address) for (address,) in rows]\n\n\ndef down(value):",
                   "return down(value) if value == [] else value"],
                  "RecursionError", ["artifact 1 cef.sourceAddress is []"]),
    "a field of the container": (["container['description'].encode('ascii')"], "UnicodeEncodeError",
                                 ["container description is 'e\u0301'"]),
    "an input": (["ips = phantom.collect2(container=container, datapath=['playbook_input:ip'])",
                  "[ip + '' for (ip,) in ips]"], "TypeError", ["input ip is [None]"]),
    "a custom list": (["rows = phantom.get_list('known')[2] or []", "[row[0] for row in rows]"], "IndexError",
                      ["list known is [[]]"]),
    "what an action found": ([ACT, SCORES, "[score['value'] for (score,) in scores if isinstance(score, list)]"],
                             "TypeError", ["look action_result.data.*.score is []"]),
    "an action that found nothing": ([ACT, SCORES, "success and results[0]['action_results'][0]['data'][0]"],
                                     "IndexError", ["look finds nothing"]),
    "a question that nobody answered": ([ASK, "results[0]['action_results'][0]['summary']['responses']"], "KeyError",
                                        ["ask is not answered"]),
}


@pytest.mark.parametrize(("lines", "kind", "difference"), BUGS.values(), ids=BUGS)
def test_a_bug_is_found_and_told_with_the_least_that_shows_it(
        lines: list[str], kind: str, difference: list[str], fuzzed: Fuzzing):
    """One crash, whatever else would show it, too."""
    found = fuzzed(*lines, examples=30)
    assert [(one.type, one.difference, one.plain) for one in found.crashes] == [(kind, difference, False)]
    assert not found.faults


def test_more_examples_find_rarer_bugs(fuzzed: Fuzzing):
    """One odd text among many: a template of the sender's."""
    lines = COLLECT, "[address.format('x') for (address,) in rows if isinstance(address, str)]"
    assert not fuzzed(*lines, examples=3).crashes
    assert [(one.type, one.difference) for one in fuzzed(*lines, examples=80).crashes] == [
        ("ValueError", ["artifact 1 cef.sourceAddress is '{0} {}'"])]


def test_what_one_change_shows_is_found_whatever_the_seed(fuzzed: Fuzzing):
    """One odd text among many for one of three fields, a template of the sender's: chance misses it with the
    second seed."""
    fields = [f"artifact:*.cef.{name}" for name in "abc"]
    lines = (f"rows = phantom.collect2(container=container, datapath={fields})",
             "[str(one) for row in rows for one in row]",
             "[row[2].format('x') for row in rows if isinstance(row[2], str)]")
    assert not fuzzed(*lines, examples=3).crashes
    for seed in (0, 2):
        assert [(one.type, one.difference) for one in fuzzed(*lines, examples=150, seed=seed).crashes] == [
            ("ValueError", ["artifact 1 cef.c is '{0} {}'"])]


def test_a_playbook_that_expects_anything_has_no_crash(fuzzed: Fuzzing):
    """What is looked at before it is used survives every value."""
    found = fuzzed(ACT, SCORES, "phantom.debug([str(score).lower() for (score,) in scores])",
                   "ips = phantom.collect2(container=container, datapath=['playbook_input:ip'])",
                   "phantom.format(container=container, template='{0}', parameters=['artifact:*.cef.sourceAddress'])",
                   examples=60)
    assert (found.crashes, found.faults) == ([], [])
    assert found.runs > 50


def test_every_crash_is_told_once_and_one_does_not_hide_another(fuzzed: Fuzzing):
    """Same line and another type, another line and the same type: three crashes, the plain situation's own first."""
    found = fuzzed(
        "phantom.act('file reputation', parameters=[{'hash': 'x'}], assets=['sample'], name='look', callback=done)",
        COLLECT, "[int(address) for (address,) in rows]" + CALLBACK, SCORES, "[score.lower() for (score,) in scores]")
    assert [(one.type, one.block, one.line, one.plain, one.difference) for one in found.crashes] == [
        ("ValueError", "on_start", 8, True, []),
        ("TypeError", "on_start", 8, False, ["artifact 1 cef.sourceAddress is None"]),
        ("AttributeError", "done", 13, False, ["look action_result.data.*.score is None"])]


def test_the_smallest_container_holds_what_the_crash_takes_and_nothing_else(fuzzed: Fuzzing):
    """Artifacts, fields, inputs and lists that make no difference are left out; artifacts are numbered as is left."""
    (crash,) = fuzzed(
        "phantom.condition(container=container, conditions=[['artifact:*.cef.kind', '==', 'a'], "
        "['artifact:*.cef.kind', '==', 'b'], ['artifact:*.cef.kind', 'in', 'custom_list:kinds']])",
        "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.kind', 'artifact:*.cef.fileName'])",
        "phantom.collect2(container=container, datapath=['playbook_input:limit'])",
        "[name.lower() for kind, name in rows if kind == 'b']", examples=60).crashes
    assert crash.difference == ["artifact 1 cef.fileName is None"]
    assert crash.situation["container"] == {
        "name": "Sample for sample", "artifacts": [{"name": "Sample 2", "cef": {"kind": "b", "fileName": None}}]}
    assert not crash.situation.keys() & {"inputs", "lists"}


def test_an_artifact_that_has_to_be_there_stays(fuzzed: Fuzzing):
    """Without its change, what is left runs through: a container without artifacts would not."""
    (crash,) = fuzzed(COLLECT, "len(rows) or 1", "rows[0][0].lower() if rows else None").crashes
    assert crash.situation["container"]["artifacts"] == [{"name": "Sample 1", "cef": {"sourceAddress": None}}]


def test_a_run_without_an_end_is_ended_and_told(fuzzed: Fuzzing):
    """It is told with its loop."""
    found = fuzzed(COLLECT, "while rows and rows[0][0] == []:\n        try:\n            pass\n        except:\n"
                            "            pass", options={"max_steps": 200_000})
    (crash,) = found.crashes
    assert (crash.type, crash.block, crash.line) == ("Endless", "on_start", 7)
    assert crash.difference == ["artifact 1 cef.sourceAddress is []"]
    assert crash.error.startswith("the loop in block on_start does not end: 199,")


def test_a_search_by_re_is_ended_too(fuzzed: Fuzzing):
    """No thread could: it holds the interpreter."""
    (crash,) = fuzzed(COLLECT, "import re", "[re.search('(x+)+y', 'x' * 40) for (address,) in rows if address == []]",
                      seconds=0.3).crashes
    assert (crash.type, crash.difference) == ("Endless", ["artifact 1 cef.sourceAddress is []"])


def test_a_fault_of_the_lab_is_no_crash(fuzzed: Fuzzing):
    """What is not emulated is told apart."""
    found = fuzzed(COLLECT, "if rows and rows[0][0] is None: phantom._get_phase_data_from_user_input()")
    assert not found.crashes
    assert "not emulated" in found.faults[0]


def test_what_a_child_playbook_reads_is_changed_as_well(fuzzed: Fuzzing, tmp_path: Path):
    """Its crash is told with its own file."""
    (tmp_path / "child.py").write_text(f"{HEAD}    {COLLECT}\n    [address.lower() for (address,) in rows]\n")
    (crash,) = fuzzed("phantom.playbook('local/child', container=container, name='child')").crashes
    assert (crash.file, crash.line) == (str(tmp_path / "child.py"), 7)
    assert crash.difference == ["artifact 1 cef.sourceAddress is None"]


def test_who_is_responsible_is_told(fuzzed: Fuzzing):
    """As for any other failure."""
    (crash,) = fuzzed(COLLECT, "[address.lower() for (address,) in rows]").crashes
    assert "cef 'sourceAddress' of artifact 1" in crash.responsible


SEVERAL = [COLLECT, ASK, SCORES.replace("look:action_result.data.*.score", "ask:action_result.summary.responses.0"),
           "[answer.lower() for (answer,) in scores]",
           "[ip.lower() for (ip,) in phantom.collect2(container=container, datapath=['playbook_input:ip'])]"]


def test_the_same_seed_gives_the_same_report(fuzzed: Fuzzing):
    """Whatever has been fuzzed in the process before."""
    found = [asdict(fuzzed(*SEVERAL, seed=7)) for _ in range(2)]
    assert found[0] == found[1]
    assert len(found[0]["crashes"]) == 2


def test_the_scenario_of_a_crash_shows_it_again(fuzzed: Fuzzing, tmp_path: Path):
    """With all that it takes, made-up replies too."""
    found = fuzzed(*SEVERAL)
    for crash in found.crashes:
        run = Lab(scenario=crash.situation).run(tmp_path / "sample.py")
        assert [(one.type, one.line) for one in run.failures] == [(crash.type, crash.line)]


def test_the_command_tells_each_crash_and_writes_its_scenario(tmp_path: Path):
    """In the working folder nothing is left; what the playbook prints is no part of the report."""
    (tmp_path / "work").mkdir()
    (tmp_path / "sample.py").write_text(
        f"{HEAD}    {COLLECT}\n    print('noise')\n    [address.lower() for (address,) in rows]\n")
    done = forked.run([sys.executable, "-m", "phantom_lab", "fuzz", "../sample.py", "--examples", "15", "--write",
                       "../out", "--no-isolated"],
                      capture_output=True, text=True, cwd=tmp_path / "work", check=False)
    assert done.stdout.splitlines()[:2] == [
        "../sample.py:8: error: AttributeError: 'NoneType' object has no attribute 'lower' (block on_start)",
        "    takes: artifact 1 cef.sourceAddress is None"]
    assert "    scenario: ../out/sample-1-AttributeError.yaml" in done.stdout
    assert (done.returncode, done.stderr, list((tmp_path / "work").iterdir())) == (1, "", [])
    run = Lab(scenario=str(tmp_path / "out" / "sample-1-AttributeError.yaml")).run(tmp_path / "sample.py")
    assert [one.type for one in run.failures] == ["AttributeError"]


@pytest.mark.parametrize(("lines", "code"), [
    ("pass", 0), ("1 / 0", 1), ("phantom._get_phase_data_from_user_input()", 4)])
def test_the_exit_code_says_what_was_found(
        lines: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """No crash, a crash, a fault of the lab."""
    (tmp_path / "sample.py").write_text(f"{HEAD}    {lines}\n")
    assert main(["fuzz", str(tmp_path / "sample.py"), "--examples", "5", "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert [len(found["crashes"]), len(found["faults"])] == [code == 1, code == 4]


def test_hostile_text_is_told_without_its_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Nor does a line get longer than anybody reads."""
    (tmp_path / "sample.py").write_text(f"{HEAD}    raise ValueError('\\x1b[2J' + 'x' * 3000)\n")
    assert main(["fuzz", str(tmp_path / "sample.py"), "--examples", "1", "--write", str(tmp_path)]) == 1
    out, written = capsys.readouterr().out, (tmp_path / "sample-1-ValueError.yaml").read_text()
    assert "\\x1b[2J" in out
    assert "\x1b" not in out + written
    assert max(map(len, out.splitlines())) < 600


@pytest.mark.parametrize(("source", "options"), [
    ("def x(:\n", []), (f"{HEAD}    1 / 0\n", ["--apps", "/nowhere"]),
    (f"{HEAD}    1 / 0\n", ["--write", "/dev/null/x"])])
def test_bad_usage_is_one_line(source: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A playbook that cannot be loaded, no manifests, no folder."""
    (tmp_path / "sample.py").write_text(source)
    assert main(["fuzz", str(tmp_path / "sample.py"), "--examples", "1", *options]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_examples_are_a_number(number: str, capsys: pytest.CaptureFixture[str]):
    """At least one."""
    with pytest.raises(SystemExit) as raised:
        main(["fuzz", "sample.py", "--examples", number])
    assert raised.value.code == 2


@tabled("sane", [None, "192.0.2.10", "", 7, True, ["a"], {"a": 1}])
@tabled("values", [unexpected.anything, unexpected.text, unexpected.texts, unexpected.values,
                  unexpected.rows])
def test_no_value_is_tried_twice_and_none_that_is_there_already(values: Callable[..., tuple[Any, ...]], sane: Any):
    """All of them are JSON."""
    texts = [json.dumps(one) for one in values(sane) if one is not ABSENT]
    assert len(texts) == len(set(texts)) > 10
    assert sane is None or json.dumps(sane) not in texts
