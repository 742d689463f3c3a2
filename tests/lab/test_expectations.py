"""What ``expect`` of a scenario means: what meets it, what is told where it is not met, and what cannot be expected."""

from __future__ import annotations

import json
import warnings
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook, Scenario, asserted
from phantom_lab.engine import PlaybookRun
from phantom_lab.expecting.seen import seen
from phantom_lab.expecting.verdict import unmet
from phantom_lab.history import read_journal
from phantom_lab.scenarios import read_scenarios
from phantom_lab.scenarios.expectation import SECTIONS
from tests.table import tabled

SOURCE = """import phantom.rules as phantom

def on_start(container):
    phantom.act("Block IP", parameters=[{"ip": "203.0.113.7", "reason": "seen at 08:00"}, {"ip": "203.0.113.8"}],
                assets=["firewall"], name="block_ip_1", callback=decide)

def decide(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    if phantom.decision(conditions=[["block_ip_1:action_result.status", "==", "success"]]):
        ask(container)
    phantom.playbook("local/child", container=container, name="child_1", inputs={"ip": ["1"]})

def ask(container):
    phantom.prompt2(container=container, user="kim", message="Contain ws-1?", name="ask_1", callback=told)

def told(success=None, container=None, **kwargs):
    phantom.set_severity(container, "high")
    phantom.add_note(container=container, note_type="general", title="Done", content="ws-1 was contained")
    phantom.comment(container=container, comment="as asked")
    phantom.comment(container=container, comment="")
    phantom.debug("all done")

def never_called(container):
    phantom.act("delete user", parameters=[{"user": "x"}], assets=["ad"], name="delete_user_1")
"""
SITUATION = {"container": {"name": "Case"}, "user": "kim",
             "outcomes": [{"action": "block ip"}, {"action": "prompt", "choice": "Yes"}],
             "playbooks": {"local/child": {"score": [7]}}}


@pytest.fixture(scope="module")
def ran() -> PlaybookRun:
    """A run that does a bit of everything."""
    return Lab(scenario=SITUATION).run(Playbook.from_source(SOURCE, name="parent"))


MET: list[dict[str, Any]] = [
    {"status": "success"}, {"actions": ["block ip"]}, {"actions": [{"action": "block ip", "times": 1}]},
    {"actions": [{"block": "Block IP 1", "asset": "fire*", "parameter": {"ip": "203.0.113.8"}}]},
    {"actions": [{"parameters": [{"ip": "203.0.113.8"}, {"ip": "203.0.113.7", "reason": {"matches": "seen at *"}}]}]},
    {"actions": [{"block": "on_start", "status": "success"}]},
    {"calls": ["block_ip_1", "ask_1", "child_1"]}, {"calls": ["...", "child_1", "..."]},
    {"calls": ["block_ip_1", "...", "child_1"]}, {"calls": ["...", "block_ip_1", "ask_1", "...", "child_1"]},
    {"prompts": ["ask_1", {"to": "kim", "message": "Contain *?", "status": "success"}]},
    {"children": [{"child": "child", "block": "child_1", "status": "success", "inputs": {"ip": ["1"]}}]},
    {"blocks": ["decide", {"block": "told", "times": 1, "playbook": "parent"}]},
    {"conditions": ["decide: condition_1 true"]},
    {"changes": ["severity", {"object": "container", "field": "severity", "from": "medium", "to": "high"}]},
    {"changes": [{"object": "note", "field": "added", "to": {"title": "Done"}}]},
    {"notes": ["Done", "*was contained", {"title": "Done", "content": "ws-1*"}]}, {"comments": ["as asked"]},
    {"messages": ["all done", {"text": "*done*", "block": "told"}]},
    {"refused": ["comment", {"what": "comment", "on": "container 1", "reason": "*must not be empty"}]},
    {"never": {"actions": ["delete user", {"action": "block ip", "asset": "other"}], "blocks": ["never_*"],
               "conditions": ["decide: condition_1 false"], "errors": ["*"], "requests": ["*"], "outputs": ["*"],
               "changes": [{"field": "severity", "to": "low"}]}},
    {"actions": [{"action": "delete user", "at_most": 3}]},
]


@pytest.mark.parametrize("expected", MET, ids=json.dumps)
def test_what_happened_meets_it(ran: PlaybookRun, expected: dict[str, Any]):
    """Names, patterns, parts, counts and absence."""
    ran.expect(expected)


UNMET: list[tuple[Any, str]] = [
    ("failed", "the run is expected to end as failed\n    it ended as success"),
    ({"status": "success", "message": "x*"}, "the run is expected to end with the message x*\n    it is \"\""),
    ({"actions": [{"action": "block ip", "times": 2}]},
     "action 'block ip' is expected twice\n    there is only 1: Block IP (block_ip_1)"),
    ({"actions": [{"action": "block ip", "parameter": {"ip": "9"}}]},
     ("action 'block ip' with parameter {\"ip\": \"9\"} is expected\n"
     "    Block IP (block_ip_1): parameter is [{\"ip\": \"203.0.113.7\", \"reason\": \"seen at 08:00\"}, "
     "{\"ip\": \"203.0.113.8\"}]")),
    ({"actions": [{"block": "block_ip_1", "parameters": [{"ip": "203.0.113.8"}]}]},
     "action of block_ip_1 with parameters [{\"ip\": \"203.0.113.8\"}] is expected\n    Block IP (block_ip_1): param"),
    ({"actions": ["delete user"]}, "action 'delete user' is expected\n    there is 1: Block IP (block_ip_1)"),
    ({"never": {"actions": ["block *"]}}, "action 'block *' is never expected\n    there is 1: Block IP (block_ip_1)"),
    ({"calls": ["ask_1", "block_ip_1", "child_1"]},
     ("these calls are expected in this order: ask_1, block_ip_1, child_1\n    there were 3: block_ip_1, ask_1, child_1"
     "\n    + block_ip_1\n      ask_1\n    - block_ip_1\n      child_1")),
    ({"calls": ["block_ip_1", "ask_1"]}, "these calls are expected in this order: block_ip_1, ask_1\n"),
    ({"changes": [{"field": "severity", "to": "low"}]},
     "change 'severity' with to low is expected\n    container 1 severity: medium -> high (told): to is high"),
    ({"notes": ["*password*"]}, "note '*password*' is expected\n    there is 1: Done: ws-1 was contained (told)"),
    ({"conditions": ["decide: condition_1 false"]}, ("condition 'condition_1' of decide with held false is expected\n"
     "    decide: condition_1 true: held is true")),
    ({"outputs": {"score": [7]}}, "output 'score' with value [7] is expected\n    there is no output at all"),
    ({"children": [{"child": "child", "status": "failed"}]},
     "child playbook 'child' with status failed is expected\n    local/child, success (child_1): status is success"),
    ({"actions": [{"asset": "firewall", "parameters": [{"ip": "203.0.113.7"}, {"ip": "203.0.113.8"}]}]},
     "action with asset firewall, parameters"),
]


@pytest.mark.parametrize(("expected", "told"), UNMET, ids=str)
def test_what_is_not_so_is_told_with_what_there_is(ran: PlaybookRun, expected: Any, told: str):
    """In lines that a person can read."""
    with pytest.raises(AssertionError) as caught:
        ran.expect(expected)
    assert str(caught.value).startswith(told)


@tabled(("expected", "message"), [
    ({"actions": [{"action": "block ip", "asset": "fw"}], "never": {"actions": ["Block *"]}},
     ("a contradiction: action 'block ip' with asset fw is expected, and never by expect: expect.never.actions[0]. "
     "Take one of them away, or say more of what never happens.")),
    ({"blocks": ["decide"], "never": {"blocks": [{"block": "decide"}]}},
     "a contradiction: block 'decide' is expected, and never"),
    ({"actions": [{"action": "x", "times": 3}, {"action": "x", "at_most": 2}]},
     "a contradiction: action 'x' is expected at least 3 times, and at most twice"),
    ({"changes": [{"field": "severity", "to": "high"}], "never": {"changes": ["severity"]}}, "a contradiction: change"),
    ({"outputs": {"score": 1}, "never": {"outputs": ["score"]}}, "a contradiction: output 'score'"),
    ({"calls": ["a"], "prompts": [{"block": "b"}]}, "a contradiction: prompt 'b' is expected, and never"),
    ({"calls": ["a", "...", "b"], "never": {"actions": [{"block": "b"}]}}, "a contradiction: a call of b is expected"),
    ({"actions": [{"action": "x", "at_least": 2, "at_most": 1}]}, "at least 2 and at most 1 times cannot be"),
    ({"actions": [{"action": "x", "times": 1, "at_most": 1}]}, "`times` says how often, and nothing can stand beside"),
    ({"never": {"actions": [{"action": "x", "times": 1}]}}, "`times` says nothing of what never happens"),
    ({"conditions": ["decide"]}, "'decide' says nothing of a condition. For instance 'decide: condition_1 true'."),
    ("sucess", "a run does not end as 'sucess'. Did you mean success?"),
    ({"actons": []}, "expect.actons: there is no such key. Did you mean actions?"),
    ({"actions": [{"acton": "x"}]}, "expect.actions[0].acton: there is no such key. Did you mean action?"),
], ids=str)
def test_what_cannot_be_expected_is_one_line(expected: Any, message: str):
    """When the scenario is read, and not when it is run."""
    with pytest.raises(InputError) as caught:
        Scenario.from_json({"expect": expected}, name="expect")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_names_the_lines_and_a_variant_is_merged(tmp_path: Path):
    """Where the two stand that cannot be together; a variant changes one key of what is expected."""
    file = tmp_path / "s.yaml"
    file.write_text("playbook: flow.py\nexpect:\n  status: failed\n  actions: [block ip]\nvariants:\n  plain: {}\n"
                    "  none:\n    expect:\n      actions: [{action: block ip, at_most: 4}]\n")
    plain, none = read_scenarios(file)
    assert (plain.expect, plain.playbook) == ("failed", tmp_path / "flow.py")
    assert (none.expect, none.expected.wanted[0].most, none.expected.wanted[0].where) == ("failed", 4, f"{file}:9")
    file.write_text("expect:\n  blocks: [a]\n  never:\n    blocks: [a]\n")
    with pytest.raises(InputError, match=rf"{file}:2: a contradiction: block 'a' is expected, and never by {file}:4"):
        read_scenarios(file)


def test_every_section_stands_in_the_schema_with_its_fields():
    """And nothing else does."""
    schema = json.loads(files("phantom_lab.scenarios").joinpath("scenario_schema.json").read_text(encoding="utf-8"))
    counts = {"times", "at_least", "at_most"}
    never = schema["$defs"]["expect"]["properties"]["never"]["properties"]
    assert [*SECTIONS] == [*never] == [
        one for one in schema["$defs"]["expect"]["properties"] if one not in ("status", "message", "calls", "never")]
    for name, section in SECTIONS.items():
        assert {*section.fields, *counts} == set(schema["$defs"][f"expected_{name}"]["properties"]), name


def test_a_success_hides_no_exception(tmp_path: Path):
    """Unless it is expected; and of a run that is to fail none has to be."""
    (tmp_path / "child.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n    1 / 0\n")
    lab = Lab({"name": "x"}, paths=[tmp_path])
    run = lab.run(Playbook.from_source("import phantom.rules as phantom\ndef on_start(container):\n"
                                       "    phantom.playbook('local/child', container=container)\n", name="flow"))
    assert run.status == "success"
    with pytest.raises(AssertionError, match="no exception that is not expected\n    there is ZeroDivisionError: "):
        run.expect("success")
    run.expect({"errors": [{"type": "ZeroDivisionError", "playbook": "child"}], "children": [{"status": "error"}]})


def test_an_exception_that_many_sets_raise_is_told_once(tmp_path: Path):
    """With how often it is so."""
    (tmp_path / "boom.py").write_text(
        "def boom(a=None, **kwargs):\n    if a:\n        raise ValueError('no')\n    return {}\n")
    run = Lab({"name": "x"}, paths=[tmp_path]).run(Playbook.from_source(
        "import phantom.rules as phantom\ndef on_start(container):\n"
        "    phantom.custom_function('local/boom', [{'a': 1}, {'a': 2}, {'a': 3}, {}])\n", name="flow"))
    with pytest.raises(AssertionError) as caught:
        run.expect("success")
    assert str(caught.value).count("no exception that is not expected") == 1
    assert "there is ValueError: no (boom), 3 times" in str(caught.value)


def test_assertions_read_like_the_domain(ran: PlaybookRun, tmp_path: Path):
    """Of a run, and of the file of a journal; what does not hold raises."""
    file = tmp_path / "run.jsonl"
    Lab(scenario=SITUATION).run(Playbook.from_source(SOURCE, name="parent"), journal=file)
    for one in (ran, asserted(file)):
        one.block("block_ip_1").called_once().with_parameter(ip="203.0.113.8").on("firewall").ended("success")
        one.block("ask_1").called(1)
        one.block("decide").reached(1)
        one.block("never_called").never_called().not_reached()
        one.action("block ip").called()
        one.changed("severity", to="high", from_="medium", object="container")
        one.unchanged("status")
        one.never("delete user", "never_called")
    with pytest.raises(AssertionError, match="action of blok_ip_1 is expected once\n    asked for were block_ip_1"):
        ran.block("blok_ip_1").called_once()
    with pytest.raises(AssertionError, match=r"block told ran; \.reached\(\) asserts that"):
        ran.block("told").called()
    with pytest.raises(AssertionError, match="action 'block ip' is never expected"):
        ran.never("block ip")
    with pytest.raises(AssertionError, match="parameters"):
        ran.block("block_ip_1").with_parameters([{"ip": "203.0.113.8"}])


@tabled(("asserts", "told"), [
    (lambda run: run.never("blok ip"),
     "action 'blok ip' is never expected, and nothing here asks for it; closest is 'Block IP'"),
    (lambda run: run.block("blok_ip_1").never_called(),
     "action of blok_ip_1 is never expected, and no playbook here has such a block; closest is 'block_ip_1'"),
    (lambda run: run.block("nevr_called").not_reached(),
     "block 'nevr_called' is never expected, and no playbook here has such a block; closest is 'never_called'"),
    (lambda run: run.never("quarantine device"), ""),  # a safeguard
    (lambda run: run.block("escalate").never_called(), ""),  # of a child playbook that did not run
])
def test_what_no_run_can_fail_is_a_warning(ran: PlaybookRun, asserts: Any, told: str):
    """In the line that asserts it: where the name is nearly one that the playbook has."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        asserts(ran)
    assert [(str(one.message), one.filename) for one in warned] == ([(told, __file__)] if told else [])


def test_a_block_that_did_not_run_is_told_with_those_that_did(ran: PlaybookRun):
    """By their names."""
    with pytest.raises(AssertionError, match="these ran: on_start, decide, ask, told; closest is 'told'"):
        ran.block("tolld").reached()
    with pytest.raises(AssertionError, match=r"    ask_1: to is kim$"):
        ran.expect({"prompts": [{"block": "ask_1", "to": "lee"}]})
    with pytest.raises(AssertionError, match="there is 1: Done: ws-1 was contained"):
        ran.expect({"notes": ["contained"]})


def test_what_was_seen_is_met_and_nothing_else_is(ran: PlaybookRun):
    """The same run meets it; one that asks, writes or answers otherwise does not."""
    expected = Scenario.from_json({"expect": seen(ran.journal, ran.playbook.blocks)}).expected
    assert unmet(ran.journal, expected) == []
    changed = {
        "order": SOURCE.replace("        ask(container)", "        pass").replace(
            'inputs={"ip": ["1"]})', 'inputs={"ip": ["1"]})\n    ask(container)'),
        "parameter": SOURCE.replace("203.0.113.8", "203.0.113.9"), "write": SOURCE.replace('"high"', '"low"'),
        "note": SOURCE.replace("was contained", "is contained"), "condition": SOURCE.replace('"=="', '"!="'),
        "more": SOURCE.replace('    phantom.debug("all done")', '    phantom.pin(container=container, message="x")')}
    for what, source in changed.items():
        run = Lab(scenario=SITUATION).run(Playbook.from_source(source, name="parent"))
        assert unmet(run.journal, expected), what
    moved = Playbook.from_source(f"# moved\n\n{SOURCE}".replace("all done", "done"), name="parent")
    assert unmet(Lab(scenario=SITUATION).run(moved).journal, expected) == []


def test_a_journal_that_is_read_is_judged_as_its_run(tmp_path: Path):
    """Everything is in the journal."""
    file = tmp_path / "run.jsonl"
    run = Lab(scenario=SITUATION).run(Playbook.from_source(SOURCE, name="parent"), journal=file)
    assert seen(read_journal(file)) == seen(run.journal)
