"""``phantom-lab explore``: which situations are found, whether their file stands for itself, what is never reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.analysis.coverage import Coverage
from phantom_lab.analysis.explore import explore
from phantom_lab.analysis.trial import Trials
from phantom_lab.cli import main
from phantom_lab.outcomes import read_scenarios

HEAD = """import phantom.rules as phantom
import json

"""
ENDS = """

def yes(container=None, **kwargs):
    phantom.debug("yes")

def no(container=None, **kwargs):
    phantom.debug("no")
"""
BLOCK = "action=None, success=None, container=None, results=None, handle=None, **kwargs"
DECIDES = """
def on_start(container):
    if phantom.decision(container=container, conditions=[{condition}]{more}):
        yes(container=container)
    else:
        no(container=container)
"""
ACTS = f"""
def on_start(container):
    phantom.act("look up", parameters=[{{{{"ip": "192.0.2.1"}}}}], assets=["x"], name="look_1", callback=decide)

def decide({BLOCK}):
    if {{test}}:
        yes(container=container)
    else:
        no(container=container)
"""
ASKS = f"""
def on_start(container):
    phantom.prompt2(container=container, user="admin", message="Block?", respond_in_mins=5, name="ask", callback=decide,
                    response_types=[{{"prompt": "", "options": {{"type": "list", "choices": ["Leave", "Block"]}}}},
                                    {{"prompt": "Why", "options": {{"type": "message"}}}}])

def decide({BLOCK}):
    if phantom.decision(container=container, conditions=[["ask:action_result.status", "!=", "success"]]):
        nobody(container=container)
    elif phantom.decision(container=container, conditions=[
            ["ask:action_result.summary.responses.0", "==", "Block"],
            ["ask:action_result.summary.responses.1", "==", "sure"]], logical_operator="and"):
        yes(container=container)
    else:
        no(container=container)

def nobody(container=None, **kwargs):
    phantom.debug("nobody")
"""
READS = """
def on_start(container):
    rows = phantom.collect2(container=container, datapath=[{datapath}])
    {code}
        yes(container=container)
    else:
        no(container=container)
"""
SOURCES = {
    "a field of an artifact": DECIDES.format(condition='["artifact:*.cef.sourceAddress", "==", "10.1.2.3"]', more=""),
    "no artifact at all": DECIDES.format(condition='["artifact:*.id", "!=", ""]', more=""),
    "two fields of one artifact": DECIDES.format(
        condition='["artifact:*.cef.fileName", "==", "a.exe"], ["artifact:*.cef.fileSize", ">", 100]',
        more=', logical_operator="and"'),
    "either of two": DECIDES.format(
        condition='["artifact:*.cef.fileName", "==", "a.exe"], ["artifact:*.name", "==", "b"]',
        more=', logical_operator="or"'),
    "tags": DECIDES.format(condition='["urgent", "in", "artifact:*.tags"]', more=""),
    "the container": DECIDES.format(condition='[container["severity"], "==", "high"]', more=""),
    "part of a text": DECIDES.format(condition='["block", "in", container["source_data_identifier"]]', more=""),
    "a custom list": DECIDES.format(condition='["artifact:*.cef.sourceAddress", "in", "custom_list:allowed"]', more=""),
    "an input": DECIDES.format(condition='["playbook_input:level", ">=", 7]', more=""),
    "a field of a result": ACTS.format(test=(
        'phantom.decision(container=container, conditions=[["look_1:action_result.data.*.score", ">", 50]])')),
    "the summary of a result": ACTS.format(test=(
        'phantom.decision(container=container, conditions=[["look_1:action_result.summary.hits", "==", 0]])')),
    "whether an action succeeds": ACTS.format(test="success"),
    "whether a result has data": ACTS.format(test='results[0]["action_results"][0]["data"]'),
    "a prompt": ASKS,
    "Python code on a text": READS.format(datapath='"artifact:*.cef.requestURL"',
                                          code='if any(row[0] and row[0].startswith("ftp:") for row in rows):'),
    "Python code on a number": READS.format(datapath='"artifact:*.cef.bytesOut"',
                                            code='if int(rows[0][0]) > 1000:'),
    "Python code on a list": READS.format(datapath='"artifact:*.name", "artifact:*.id"', code="if len(rows) == 0:"),
    "data of a code block": """
def on_start(container):
    row = phantom.collect2(container=container, datapath=["artifact:*.cef.deviceAction"])[0]
    phantom.save_run_data(key="code_1:verdict", value=json.dumps(row[0]))
    if phantom.decision(container=container, conditions=[["code_1:custom_function:verdict", "==", "blocked"]]):
        yes(container=container)
    else:
        no(container=container)
""",
}


def explored(tmp_path: Path, source: str, budget: int = 60):
    """The exploration of a playbook."""
    file = tmp_path / "sample.py"
    file.write_text(f"{HEAD}{source}{ENDS}")
    return explore(Playbook.load(file), Trials(), budget=budget)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_whatever_a_condition_reads_both_its_branches_are_reached(tmp_path: Path, source: str):
    """The situations differ in what decides, wherever that comes from."""
    found = explored(tmp_path, source)
    assert found.reasons == {}
    assert (found.coverage.missed, found.coverage.share) == ([], 1.0)


def test_the_scenarios_of_a_file_reach_the_same_again(tmp_path: Path):
    """Nothing but the file is needed: replies stand in it, and each variant says what differs."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{ASKS}{ENDS}")
    file = tmp_path / "all.yaml"
    assert main(["explore", str(tmp_path / "sample.py"), "--write", str(file)]) == 0
    playbook = Playbook.load(tmp_path / "sample.py")
    coverage = Coverage.of(playbook)
    scenarios = read_scenarios(file)
    coverage.add([Lab(scenario=one).run(playbook) for one in scenarios], playbook.file)
    assert (coverage.missed, coverage.branches - coverage.taken) == ([], set())
    assert [one.name for one in scenarios] == [
        "all#plain", "all#ask is not answered", "all#ask is answered 'Leave'"]


def test_what_nothing_reaches_is_told_with_its_reason(tmp_path: Path, capsys):
    """A comparison of two constants, and what only it leads to."""
    source = DECIDES.format(condition='["never", "==", "so"]', more="")
    (tmp_path / "sample.py").write_text(f"{HEAD}{source}{ENDS}")
    assert main(["explore", str(tmp_path / "sample.py"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["functions"], told["branches"]) == ({"reached": 2, "all": 3}, {"reached": 1, "all": 2})
    assert told["never"] == [
        {"what": "yes", "why": "line 6 never holds: 'never' '==' 'so' compares constants"},
        {"what": "line 6 holds", "why": "'never' '==' 'so' compares constants"}]


def test_the_same_seed_finds_the_same(tmp_path: Path):
    """Names, situations and what they reach."""
    first, second = (explored(tmp_path, SOURCES["a field of a result"]) for _ in range(2))
    assert first.found == second.found
    assert [one.name for one in first.found] == ["plain", "line 9 does not hold"]
