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
    "a custom list, spelled as it is or otherwise": """
def on_start(container):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.fileName", "in", "custom_list:known"]]):
        return
    if phantom.decision(container=container, conditions=[["artifact:*.cef.fileName", "in", "custom_list:known"]],
                        case_sensitive=False):
        yes(container=container)
        return
    no(container=container)
""",
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
    "raw data of the container": """
def on_start(container):
    rule = json.loads(phantom.get_raw_data(container))["rule"]
    if phantom.decision(container=container, conditions=[[rule["level"], "==", "high"]]):
        yes(container=container)
    else:
        no(container=container)
""",
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


def test_a_variant_says_only_what_differs(tmp_path: Path):
    """Also within the container, which it is merged over."""
    found = explored(tmp_path, SOURCES["the container"]).scenarios()
    assert found["container"].keys() > {"name", "severity", "artifacts"}
    assert found["variants"] == {"plain": {}, "line 6 holds": {"container": {"severity": "high"}}}


JOINS = f"""
def on_start(container):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.fileName", "==", "a.exe"]]):
        one(container=container)
        return
    two(container=container)

def one(container=None, **kwargs):
    phantom.act("look", parameters=[{{"n": 1}}], assets=["x"], name="look_1", callback=join_yes)

def two(container=None, **kwargs):
    phantom.act("look", parameters=[{{"n": 2}}], assets=["x"], name="look_2", callback=join_yes)

def join_yes({BLOCK}):
    if phantom.completed(action_names=["look_1", "look_2"]):
        yes(container=container)
    no(container=container)
"""
RAISES = """
def on_start(container):
    no(container=container)
    raise ValueError("not today")
    if phantom.decision(container=container, conditions=[["artifact:*.cef.fileName", "==", "a.exe"]]):
        yes(container=container)
"""
NEVER = {
    "a comparison of two constants": (DECIDES.format(condition='["never", "==", "so"]', more=""), {
        "yes": "line 6 never holds: 'never' == 'so' compares constants",
        "line 6 holds": "'never' == 'so' compares constants"}),
    "either of two comparisons": (DECIDES.format(
        condition='["a", "==", "b"], ["format_1:formatted_data", "==", "c"]', more=', logical_operator="or"'), {
        "yes": "line 6 never holds: 'a' == 'b' compares constants or format_1:formatted_data == 'c'",
        "line 6 holds": "'a' == 'b' compares constants or format_1:formatted_data == 'c'"}),
    "a join of two branches": (JOINS, {
        "yes": "join_yes still waits for 'look_2', which was never asked for: on_start did not go on to two, as it "
               "took branch 1 (artifact:*.cef.fileName ('a.exe') == 'a.exe'); in another run, join_yes still waits for "
               "'look_1', which was never asked for: on_start did not go on to one, as none of these held: "
               "artifact:*.cef.fileName ('other than a.exe') == 'a.exe'"}),
    "an exception": (RAISES, {
        "yes": "on_start ended with ValueError in line 7 (not today)",
        "line 8": "on_start ended with ValueError in line 7 (not today)"}),
    "what only something unreached leads to": (
        RAISES.replace("        yes(", "        maybe(") + """
def maybe(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.fileName", "==", "a.exe"]]):
        yes(container=container)
""", {
        "maybe": "on_start ended with ValueError in line 7 (not today)",
        "yes": "only maybe leads there, which no run reached",
        "line 8": "on_start ended with ValueError in line 7 (not today)",
        "line 12": "maybe was never reached"}),
}


@pytest.mark.parametrize(("source", "never"), NEVER.values(), ids=NEVER)
def test_what_nothing_reaches_is_told_with_its_reason(tmp_path: Path, source: str, never: dict[str, str]):
    """Functions, and the sides of conditions; a line where neither was taken."""
    assert explored(tmp_path, source).reasons == never


def test_the_report_counts_what_was_reached(tmp_path: Path, capsys):
    """With what was never reached, and what stopped a run: as one JSON object, or for people."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{RAISES}{ENDS}")
    assert main(["explore", str(tmp_path / "sample.py"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["functions"], told["branches"]) == ({"reached": 2, "all": 3}, {"reached": 0, "all": 2})
    assert [one["what"] for one in told["never"]] == ["yes", "line 8"]
    assert told["scenarios"] == [{"name": "plain", "status": "error", "new": ["on_start", "no"],
                                  "message": "ValueError: not today (block on_start, sample.py:7)"}]
    assert main(["explore", str(tmp_path / "sample.py")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "scenario  status   reaches for the first time",
        "plain     error    on_start, no",
        "stopped: plain: ValueError: not today (block on_start, sample.py:7)",
        "",
        "functions  2 of 3 reached",
        "branches   0 of 2 reached",
        "never: yes: on_start ended with ValueError in line 7 (not today)",
        "never: line 8: on_start ended with ValueError in line 7 (not today)",
        "1 runs, 1 of them reached something new"]


def test_the_same_seed_finds_the_same(tmp_path: Path):
    """Names, situations and what they reach."""
    first, second = (explored(tmp_path, SOURCES["a field of a result"]) for _ in range(2))
    assert first.found == second.found
    assert [one.name for one in first.found] == ["plain", "line 9 does not hold"]
