"""``phantom-lab explore``: which situations are found, whether their file stands for itself, what is never reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, explore, explore_orders, frames, fuzz
from phantom_lab.cli import main
from phantom_lab.scenarios import read_scenarios
from phantom_lab.trials.coverage import Coverage
from phantom_lab.trials.trial import Trials

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
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
    "run data": """
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.deviceAction"])
    phantom.save_run_data(key="verdict", value=rows[0][0])
    second(container=container)

def second(container=None, **kwargs):
    if phantom.get_run_data(key="verdict") == "blocked":
        yes(container=container)
    else:
        no(container=container)
""",
    "match": """
def on_start(container):
    match container["severity"]:
        case "high" | "critical":
            yes(container=container)
        case "low":
            no(container=container)
""",
    "a conditional expression": """
def on_start(container):
    go = yes if container["status"] == "closed" else no
    go(container=container)
""",
    "early returns": """
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.deviceAction"])
    if not rows:
        return
    if rows[0][0] == "stop":
        return no(container=container)
    yes(container=container)
""",
    "loops": """
def on_start(container):
    for row in phantom.collect2(container=container, datapath=["artifact:*.cef.deviceAction", "artifact:*.id"]):
        if row[0] == "stop":
            break
    else:
        yes(container=container)
    left = phantom.collect2(container=container, datapath=["artifact:*.cef.bytesIn", "artifact:*.id"])
    while left:
        left.pop()
    no(container=container)
""",
    "handlers": """
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.deviceAction"])
    try:
        level = int(rows[0][0])
    except (TypeError, ValueError):
        yes(container=container)
    except IndexError:
        no(container=container)
    else:
        yes(container=container)
""",
    "a short-circuit that decides a call": """
def on_start(container):
    known = phantom.collect2(container=container, datapath=["artifact:*.cef.deviceAction"])[0][0] == "known"
    known and yes(container=container)
    known or no(container=container)
""",
    "a request that fails": """
import requests

def on_start(container):
    try:
        answer = requests.get("https://intel.example/api")
    except requests.exceptions.RequestException:
        return no(container=container)
    if answer.status_code == 200:
        yes(container=container)
""",
    "a custom function that fails": """
def on_start(container):
    phantom.custom_function(custom_function="local/tidy", parameters=[{}], name="tidy_1", callback=done)

def done(success=None, container=None, **kwargs):
    if success:
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
    (tmp_path / "custom_functions").mkdir(exist_ok=True)
    (tmp_path / "custom_functions" / "tidy.py").write_text("def tidy(**kwargs):\n    return {}\n")
    return explore(file, budget=budget)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_whatever_a_condition_reads_both_its_branches_are_reached(tmp_path: Path, source: str):
    """The situations differ in what decides, wherever that comes from."""
    found = explored(tmp_path, source)
    assert (found.reasons, found.search.faults) == ([], {})
    assert (found.coverage.missed, found.coverage.share) == ([], 1.0)


def test_a_notebook_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str]):
    """Of any form that a playbook has: here the platform's archive."""
    main(["explore", str(SAMPLES / "exports" / "rate_countries.tgz"), "--no-isolated"])
    found = explore(SAMPLES / "exports" / "rate_countries.tgz")
    assert repr(found) == capsys.readouterr().out.rstrip("\n")
    ordered = explore_orders(SAMPLES / "exports" / "rate_countries.tgz", runs=3)
    assert repr(ordered).startswith("rate_countries: 1 orders")
    assert repr(fuzz(SAMPLES / "exports" / "rate_countries.tgz", examples=1)).endswith("runs: 0 crashes")


def test_the_scenarios_of_a_file_reach_the_same_again(tmp_path: Path):
    """Nothing but the file is needed: replies stand in it, and each variant says what differs."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{ASKS}{ENDS}")
    file = tmp_path / "all.yaml"
    assert main(["explore", str(tmp_path / "sample.py"), "--write", str(file)]) == 0
    playbook = Playbook.load(tmp_path / "sample.py")
    coverage = Coverage.of(playbook)
    scenarios = read_scenarios(file)
    coverage.add([Lab(scenario=one).run(playbook, watched=True) for one in scenarios], playbook.file)
    assert (coverage.missed, coverage.branches - coverage.taken) == ([], set())
    assert [one.name for one in scenarios] == ["all#plain", "all#ask is not answered", "all#ask is answered Leave"]
    assert [one.expect for one in scenarios] == ["success", "failed", "success"]
    assert main(["run", str(tmp_path / "sample.py"), "--scenario", str(file)]) == 0


def test_what_was_written_passes_until_behaviour_changes(tmp_path: Path, capsys):
    """Code that moves is no change; another order, another parameter and another condition are."""
    source = f"{HEAD}{ASKS}{ENDS}".replace('phantom.debug("yes")', 'phantom.set_severity(container, "high")')
    flow, file = tmp_path / "sample.py", tmp_path / "all.yaml"
    flow.write_text(source)
    assert main(["explore", str(flow), "--write", str(file)]) == 0
    said = {one.name: one.expected for one in read_scenarios(file)}
    assert said["all#ask is not answered"].calls == ("ask",)
    assert any(one.fields == {"block": "decide", "condition": "condition_2", "held": False}
               for one in said["all#ask is answered Leave"].wanted)

    def ended(changed: str) -> int:
        flow.write_text(changed)
        capsys.readouterr()
        return main(["run", "--scenario", str(file)])

    assert ended(f"# moved\n\n{source}".replace("phantom.debug", "# said\n    phantom.debug")) == 0
    assert ended(source.replace('"high"', '"low"')) == 1
    assert "change 'severity' with object container, to high is expected" in capsys.readouterr().out
    assert ended(source.replace('"=="', '"!="')) == 1
    assert ended(source.replace('user="admin"', 'user="kim"')) == 1


def test_a_variant_says_only_what_differs(tmp_path: Path):
    """Also within the container, which it is merged over."""
    found = explored(tmp_path, SOURCES["the container"]).scenarios()
    assert found["container"].keys() > {"name", "severity", "artifacts"}
    assert found["variants"] == {
        "plain": {"expect": "success"},
        "on_start: condition_1 true": {"expect": "success", "container": {"severity": "high"}}}


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
WAITS = ("join_yes still waits for 'look_2', which was never asked for: on_start did not go on to two, as it took "
         "branch 1 (artifact:*.cef.fileName ('a.exe') == 'a.exe'); in another run, join_yes still waits for 'look_1', "
         "which was never asked for: on_start did not go on to one, as none of these held: artifact:*.cef.fileName "
         "('other than a.exe') == 'a.exe'")
NEVER = {
    "a comparison of two constants": (DECIDES.format(condition='["never", "==", "so"]', more=""), {
        "yes": "nothing took condition_1 true in line 6: 'never' == 'so' compares constants",
        "on_start: condition_1 true": "'never' == 'so' compares constants"}),
    "either of two comparisons": (DECIDES.format(
        condition='["a", "==", "b"], ["format_1:formatted_data", "==", "c"]', more=', logical_operator="or"'), {
        "yes": "nothing took condition_1 true in line 6: 'a' == 'b' compares constants or "
               "format_1:formatted_data == 'c'",
        "on_start: condition_1 true": "'a' == 'b' compares constants or format_1:formatted_data == 'c'"}),
    "a join of two branches": (JOINS, {
        "yes": WAITS, "join_yes: if_1 true": f"phantom.completed(action_names=['look_1', 'look_2']); {WAITS}"}),
    "an exception": (RAISES, {
        "yes": "on_start ended with ValueError in line 7 (not today)",
        "on_start: condition_1": "on_start ended with ValueError in line 7 (not today)"}),
    "what only something unreached leads to": (
        RAISES.replace("        yes(", "        maybe(") + """
def maybe(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.fileName", "==", "a.exe"]]):
        yes(container=container)
""", {
        "maybe": "on_start ended with ValueError in line 7 (not today)",
        "yes": "only maybe leads there, which no run reached",
        "on_start: condition_1": "on_start ended with ValueError in line 7 (not today)",
        "maybe: condition_1": "maybe was never reached"}),
    "what a text is executed for": ("""
def on_start(container):
    no(container=container)
    if len(str(container["id"])) > 900:
        exec("yes(container=container)")
""", {"yes": "no text tells what calls it", "on_start: if_1 true": "len(str(container['id'])) > 900"}),
    "plain code": ("""
def on_start(container):
    if len(str(container["id"])) > 900:
        yes(container=container)
    no(container=container)
""", {"yes": "nothing took if_1 true in line 6: len(str(container['id'])) > 900",
      "on_start: if_1 true": "len(str(container['id'])) > 900"}),
}


@pytest.mark.parametrize(("source", "never"), NEVER.values(), ids=NEVER)
def test_what_nothing_reaches_is_told_with_its_reason(tmp_path: Path, source: str, never: dict[str, str]):
    """Functions, and branches; a place of which no way was taken stands for all of them."""
    assert {one.what: one.why for one in explored(tmp_path, source).reasons} == never


def test_the_report_counts_what_was_reached(tmp_path: Path, capsys):
    """With what was never reached, and what stopped a run: as one JSON object, or for people."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{RAISES}{ENDS}")
    assert main(["explore", str(tmp_path / "sample.py"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["functions"], told["branches"]) == ({"reached": 2, "all": 3}, {"reached": 0, "all": 2})
    assert [(one["what"], one["line"]) for one in told["never"]] == [("yes", 12), ("on_start: condition_1", 8)]
    assert told["scenarios"] == [{"name": "plain", "status": "error", "new": ["on_start", "no"], "waits": [],
                                  "hints": [], "message": "ValueError: not today (block on_start, sample.py:7)"}]
    assert main(["explore", str(tmp_path / "sample.py")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "scenario  status  reaches for the first time",
        "plain     error   on_start, no",
        "stopped: plain: ValueError: not today (block on_start, sample.py:7)",
        "",
        "functions  2 of 3 reached",
        "branches   0 of 2 reached",
        "answers    0 of 0 reached",
        "never: yes (line 12): on_start ended with ValueError in line 7 (not today)",
        "never: on_start: condition_1 (line 8): on_start ended with ValueError in line 7 (not today)",
        "1 runs, 1 of them reached something new"]


def test_the_same_seed_finds_the_same(tmp_path: Path):
    """Names, situations and what they reach."""
    first, second = (explored(tmp_path, SOURCES["a field of a result"]) for _ in range(2))
    assert first.found == second.found
    assert [one.name for one in first.found] == [
        "plain", "decide: condition_1 false", "look_1 fails", "look_1 finds nothing"]


PARTS = {
    "two parameter sets": '[{"ip": "192.0.2.1"}, {"ip": "192.0.2.2"}], assets=["x"]',
    "two assets": '[{"ip": "192.0.2.1"}], assets=["x", "y"]',
    "one for each artifact": '[{"ip": row[0]} for row in phantom.collect2(container=container, datapath=['
                             '"artifact:*.cef.sourceAddress"])], assets=["x"]',
    "one for each value of an input": '[{"ip": row[0]} for row in phantom.collect2(container=container, datapath=['
                                      '"playbook_input:ip"])], assets=["x"]',
}


@pytest.mark.parametrize("given", PARTS.values(), ids=PARTS)
def test_an_action_fails_finds_nothing_and_fails_in_part(tmp_path: Path, given: str):
    """Once each, though no branch depends on it; in part where it is asked several things."""
    found = explored(tmp_path, f"""
def on_start(container):
    phantom.act("look up", parameters={given}, name="look_1", callback=decide)

def decide({BLOCK}):
    failed = [one["status"] for run in results for one in run["action_results"]].count("failed")
    phantom.debug(f"{{success}} {{failed}}")
    yes(container=container)
    no(container=container)
""")
    assert (found.reasons, found.search.faults) == ([], {})
    assert {str(one) for one in found.search.answered} == {
        "look_1 fails", "look_1 finds nothing", "look_1 fails in part"}
    said = {one.name: Lab(scenario={"generate": True, **one.situation}).run(found.playbook).summary().debug[0]
            for one in found.found}
    assert said["look_1 fails in part"] == "True 1"
    assert said["look_1 fails"].startswith("False ")


def test_one_thing_alone_never_fails_in_part(tmp_path: Path):
    """Nothing is owed that cannot be."""
    found = explored(tmp_path, ACTS.format(test="success"))
    assert {str(one) for one in found.search.possible} == {"look_1 fails", "look_1 finds nothing"}


def test_a_join_that_waits_is_told_with_the_situation(tmp_path: Path, capsys):
    """In the text, in JSON, in the frame, and among the scenarios."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{JOINS}{ENDS}")
    file = tmp_path / "all.yaml"
    assert main(["explore", str(tmp_path / "sample.py"), "--write", str(file)]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("waits: ")]
    assert [line.partition(": join_yes")[0] for line in told] == ["waits: plain", "waits: on_start: condition_1 false"]
    assert "'look_2', which was never asked for: on_start did not go on to two" in told[0]
    found = explored(tmp_path, JOINS)
    assert [len(one.waits) for one in found.found][:2] == [1, 1]
    assert next(iter(frames.explored(found)["waits"])) == found.found[0].waits[0]
    assert main(["run", str(tmp_path / "sample.py"), "--scenario", f"{file}#on_start: condition_1 false"]) == 0
    assert "join_yes still waits for 'look_1'" in capsys.readouterr().out


ENDINGS = f"""
def on_start(container):
    phantom.prompt2(container=container, user="admin", message="Which?", respond_in_mins=5, name="ask", callback=decide,
                    response_types=[{{"prompt": "", "options": {{"type": "list",
                                     "choices": ["raise", "go on", "a#b/c $(x) \x1b[31m \u202e'"]}}}}])

def decide({BLOCK}):
    reply = phantom.collect2(container=container, datapath=["ask:action_result.summary.responses.0"])[0][0]
    if reply == "raise":
        raise ValueError("no")
    if reply == "go on":
        return yes(container=container)
    no(container=container)
"""


def test_what_is_written_runs_again_to_the_same_ends(tmp_path: Path, capsys):
    """Whatever the ends are: 0 for all together and for each, by a name that is safe to type and to show."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{ENDINGS}{ENDS}")
    file = tmp_path / "all.yaml"
    assert main(["explore", str(tmp_path / "sample.py"), "--seed", "7", "--write", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["status"] for one in told["scenarios"]} == {"success", "failed", "error"}
    assert told["command"][3:] == ["--scenario", str(file), "--seed", "7"]
    assert main(told["command"][1:]) == 0
    capsys.readouterr()
    names = [one.name.partition("#")[2] for one in read_scenarios(file)]
    assert names == [one["name"] for one in told["scenarios"]]
    assert len(set(names)) == len(names)
    assert all(one.isprintable() and not set(one) & set("#/\\\"'`$") for one in names)
    for name in names:
        assert main(["run", str(tmp_path / "sample.py"), "--scenario", f"{file}#{name}"]) == 0
        assert ", as expected" in capsys.readouterr().out


OTHERWISE = """
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.port"])
    try:
        port = int(rows[0][0])
    except TypeError:
        yes(container=container)
    except ValueError:
        no(container=container)
    else:
        if port == 22:
            yes(container=container)
"""


def test_a_situation_is_called_after_what_it_reaches(tmp_path: Path):
    """Where it took another branch than it was to take, after that one."""
    found = explored(tmp_path, OTHERWISE)
    taken = [one for one in found.found if one.name.startswith("on_start: ")]
    assert len(taken) > 2
    assert all(one.name in one.new for one in taken)


def test_names_stay_when_lines_are_put_above(tmp_path: Path):
    """They tell the block and the condition, never a line."""
    before = explored(tmp_path, ENDINGS)
    after = explored(tmp_path, f"\n\nUSELESS = 1\n\n{ENDINGS}")
    assert [(one.name, one.new) for one in before.found] == [(one.name, one.new) for one in after.found]


UNCOUNTED = """
LEVEL = 5 if phantom else 6

def on_start(container):
    level = container["severity"] or "low"
    names = [one for one in level if one]
    assert names
    yes(container=container)
    no(container=container)
"""


def test_what_is_not_counted_is_named(tmp_path: Path, capsys):
    """Where nothing is left to reach as well: in the text, in JSON and in the frame."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{UNCOUNTED}{ENDS}")
    assert main(["explore", str(tmp_path / "sample.py")]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("branches", "not counted"))]
    assert lines == [
        "branches   0 of 0 reached",
        "not counted: code at the module's own level (line 5)",
        "not counted: short-circuits that decide no call of a function of the playbook or of `phantom` (line 8)",
        "not counted: comprehensions that call no function of the playbook or of `phantom` (line 9)",
        "not counted: assertions (line 10)"]
    assert main(["explore", str(tmp_path / "sample.py"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["lines"] for one in told["not_counted"]] == [[5], [8], [9], [10]]
    found = frames.never(explored(tmp_path, UNCOUNTED))
    assert (list(found["counted"]), list(found["line"])) == ([False] * 4, [5, 8, 9, 10])


def test_a_fault_of_the_lab_is_told_and_the_rest_goes_on(tmp_path: Path, capsys, monkeypatch):
    """With the situation in which it shows."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{ACTS.format(test='success')}{ENDS}")
    whole = Trials.run

    def run(self, playbook, situation=None, **options):
        if any(one.get("status") == "failed" for one in (situation or {}).get("outcomes", [])):
            raise RuntimeError("out of order")
        return whole(self, playbook, situation, **options)

    monkeypatch.setattr(Trials, "run", run)
    assert main(["explore", str(tmp_path / "sample.py"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == [{"scenario": "look_1 fails", "error": "RuntimeError: out of order"}]
    assert [one["name"] for one in told["scenarios"]] == ["plain"]
    assert [one["what"] for one in told["never"]] == ["no", "decide: if_1 false", "look_1 fails"]


def test_what_a_playbook_prints_is_told_once(tmp_path: Path, capsys):
    """However often it runs; the answer of the command is its own."""
    (tmp_path / "sample.py").write_text(f"{HEAD}{ACTS.format(test='success')}{ENDS}print('mine\x1b[31m')\n")
    assert main(["explore", str(tmp_path / "sample.py"), "--json"]) == 0
    out, err = capsys.readouterr()
    (one,) = json.loads(out)["prints"]
    assert (one["text"], one["times"] > 1, err) == ("mine\x1b[31m", True, "")
    assert main(["explore", str(tmp_path / "sample.py")]) == 0
    assert f"{tmp_path / 'sample.py'} printed: mine\\x1b[31m" in capsys.readouterr().out


def test_what_no_scenario_file_can_hold_is_told(tmp_path: Path, capsys):
    """The situations are written all the same, with how each run ends."""
    flow, file = tmp_path / "sample.py", tmp_path / "all.yaml"
    flow.write_text(f"{HEAD}def on_start(container):\n    phantom.act('look', parameters=[{{'n': float('nan')}}], "
                    "assets=['x'], name='look_1')\n")
    assert main(["explore", str(flow), "--write", str(file)]) in (0, 1)
    assert "what was seen cannot stand in a scenario file (what is to be written is not JSON" in capsys.readouterr().err
    assert {one.expect for one in read_scenarios(file)} <= {"success", "failed"}
    assert not any(one.expected.wanted for one in read_scenarios(file))
