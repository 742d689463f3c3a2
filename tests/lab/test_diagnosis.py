"""Diagnoses: why a datapath gave no row, or nothing but None."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, frames
from phantom_lab.datapath import parse
from phantom_lab.history import Diagnosed, read_journal
from phantom_lab.rules.diagnosis import diagnose
from phantom_lab.rules.sources import Restriction
from phantom_lab.views import summarize
from tests.table import tabled

FILES = {
    "tool.py": "def tool(**kwargs):\n    return {'out': 1, 'ip': None}\n",
    "child.py": ("import phantom.rules as phantom\ndef on_start(container): pass\ndef on_finish(container, summary):\n"
                 "    phantom.save_playbook_output_data(output={'verdict': 'x', 'none': None, 'empty': []})\n"),
    "silent.py": "import phantom.rules as phantom\ndef on_start(container): pass\n",
}
BOOK = """
import phantom.rules as phantom

def on_start(container):
    phantom.custom_function(custom_function="local/tool", parameters=[{}], name="tool_1")
    phantom.playbook("local/child", container=container, name="child_1", callback=none)
    phantom.playbook("local/silent", container=container, name="silent_1", callback=none)
    phantom.act("fail", assets=["a"], name="failed_1")
    phantom.act("nothing", parameters=[{"n": 1}, {"n": 2}], assets=["a"], name="empty_1")
    phantom.act("look", parameters=[{"n": 1}], assets=["a"], name="look_1", callback=crash)
    phantom.save_run_data(key="code_1:x", value="[1, 2]")
    phantom.save_run_data(key="code_1:none", value="null")
    phantom.save_run_data(key="code_1:empty", value="[]")
    phantom.format(container=container, template="x", parameters=[], name="format_1")
    phantom.act("look", assets=["a"], name="wait_1", callback=wait)

def none(**kwargs): pass

def crash(**kwargs): raise ValueError("x")

def wait(container=None, **kwargs):
    phantom.act("look", assets=["a"], name="wait_2", callback=after)

def after(container=None, results=None, **kwargs):
    phantom.act("look", assets=["a"], name="late_1")
    for name, right in (("F:condition_1", 1), ("N:condition_1", 9)):
        phantom.condition(container=container, conditions=[["look_1:action_result.data.*.n", "==", right]], name=name)
    BODY
"""
CONTAINER = {"container": {"id": 1, "name": "c"}, "artifacts": [
    {"id": 1, "label": "event", "cef": {"sourceAddress": "1", "bytes": 3}},
    {"id": 2, "label": "event", "cef": {"bytes": 3}}]}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab with a custom function and two child playbooks beside the playbook."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    lab = Lab(CONTAINER, lists={"Hosts": [["x"]]})
    lab.action("look")(lambda parameter: {"data": [{"n": 1, "deep": None}], "summary": {"total": None}})
    lab.action("nothing")(lambda parameter: {"message": "Total events: 0"})
    lab.action("fail")(lambda parameter: {"status": "failed", "message": "timed out"})
    return lab


@pytest.fixture
def diagnosed(lab: Lab, tmp_path: Path) -> Callable[..., list[Diagnosed]]:
    """What a block that runs after all others is told."""

    def run(body: str, **options: Any) -> list[Diagnosed]:
        (tmp_path / "book.py").write_text(BOOK.replace("BODY", body))
        inputs = {"ips": ["1"], "none": None, "empty": []}
        spec = [{"name": name} for name in inputs]
        (tmp_path / "book.json").write_text(json.dumps({"coa": {"playbook_type": "data", "input_spec": spec}}))
        done = lab.run(tmp_path / "book.py", inputs=inputs, **options)
        assert len(done.failures) == 1, done.failures  # that of the block `crash`
        return [event for event in done.journal.events if isinstance(event, Diagnosed)]

    return run


def decide(path: str, **arguments: Any) -> str:
    """A decision over a path."""
    more = "".join(f", {name}={one!r}" for name, one in arguments.items())
    return f"phantom.decision(container=container, conditions=[[{path!r}, '==', 'zz']]{more})"


TOLD = {
    "artifact:evnt.id": "no row: no artifact has the label 'evnt' (closest: event)",
    "artifact:cef.bytes": "no row: no artifact has the label 'cef'; artifact:*.cef.bytes reads it",
    "artifact:9.id": "no row: there are only 2 artifacts, the first of which is number 0",
    "look_2:artifact:*.id": "no row: no block 'look_2' has run (closest: look_1)",
    "empty_1:artifact:*.id": "no row: no result of 'empty_1' names one of the artifacts in its context",
    "lok_1:action_result.data.*.n": "no row: no block 'lok_1' has run (closest: look_1)",
    "late_1:action_result.data.*.n": "no row: 'late_1' has not completed yet",
    "empty_1:action_result.data.*.n": "only None: all 2 results have no data (success: Total events: 0)",
    "failed_1:action_result.data.*.n": "only None: the result has no data (failed: timed out)",
    "tool_1:custom_function:out":
        "nothing: 'tool_1' is a custom function: tool_1:custom_function_result.data.out reads it",
    "tool_1:action_result.data.*.out":
        "no row: 'tool_1' is a custom function: tool_1:custom_function_result.data.out reads it",
    "look_1:custom_function:n": "nothing: 'look_1' is an action: look_1:action_result.data.*.n reads it",
    "look_1:custom_function_result.data.n": "no row: 'look_1' is an action: look_1:action_result.data.*.n reads it",
    "code_1:custom_function_result.data.x": "no row: 'code_1' is a code block: code_1:custom_function:x reads it",
    "code_1:custom_function_result.data.y":
        "no row: 'code_1' is a code block: code_1:custom_function:NAME reads what it saved (there are: x, none, empty)",
    "code_1:action_result.data.*.x": "no row: 'code_1' is a code block: code_1:custom_function:x reads it",
    "code_1:custom_function:y": "nothing: the block 'code_1' saved no 'y' (there are: x, none, empty)",
    "code_1:custom_function:emty": "nothing: the block 'code_1' saved no 'emty' (closest: empty)",
    "code_1:custom_function:none": "nothing: 'code_1:none' was saved as None",
    "code_1:custom_function:empty": "no row: 'code_1:empty' was saved as []",
    "code_9:custom_function:x": "nothing: no block 'code_9' has run (closest: code_1)",
    "crash:custom_function:x": "nothing: nothing was saved as 'crash:x': crash ended with ValueError in line 19",
    "none:custom_function:x": "nothing: nothing was saved as 'none:x': none has run, but not stored it",
    "after:custom_function:x": "nothing: nothing was saved as 'after:x': after is running",
    "child_1:playbook_output:verdct": "only None: the output 'verdct' is not set (closest: verdict)",
    "child_1:playbook_output:none": "only None: the output 'none' is None",
    "child_1:playbook_output:empty": "no row: the output 'empty' is an empty list",
    "child_1:custom_function:verdict":
        "nothing: 'child_1' is a child playbook: child_1:playbook_output:verdict reads it",
    "silent_1:playbook_output:x": "only None: the child playbook 'silent_1' (success) saved no outputs",
    "childs_1:playbook_output:x": "no row: no block 'childs_1' has run (closest: child_1, failed_1)",
    "child_1:playbook_input:nope": "only None: the input 'nope' is not set",
    "format_2:formatted_data": "only None: no format 'format_2' has run (closest: format_1)",
    "format_1:action_result.data.*.x": "no row: 'format_1' is a format: format_1:formatted_data reads it",
    "playbook_input:ip": "only None: the input 'ip' is not set (closest: ips)",
    "playbook_input:none": "only None: the input 'none' is None",
    "playbook_input:empty": "no row: the input 'empty' is an empty list",
    "filtered-data:G:condition_1:artifact:*.id":
        "no row: no filter has stored 'G:condition_1': G has not run (closest: N:condition_1, F:condition_1)",
    "filtered-data:F:condition_1:artifact:*.id":
        "no row: the filter 'F:condition_1' kept results of look_1, which name no artifact in their context",
    "filtered-data:N:condition_1:artifact:*.id": "no row: the filter 'N:condition_1' let nothing through",
    "filtered-data:F:condition_1:empty_1:action_result.data.*.n":
        "no row: the filter 'F:condition_1' kept nothing of it, but results of look_1",
    "filtered-data:F:condition_1:playbook_input:ip":
        "no row: the filter 'F:condition_1' kept nothing of it, but results of look_1",
}


def test_what_is_looked_for_and_what_there_is(diagnosed):
    """Blocks that never ran or are of another kind, names that are not set, filters that let nothing through."""
    found = {event.datapath: event.message for event in diagnosed("\n    ".join(map(decide, TOLD)))}
    assert found == {path: f"{path} gives {told}" for path, told in TOLD.items()}


@pytest.mark.parametrize("name", ["format_2", "format_2__as_list"])
def test_a_format_that_never_ran_is_told_by_its_getter_too(diagnosed, name):
    """What it returns is None, which a playbook writes into its note."""
    event, = diagnosed(f"phantom.get_format_data(name='{name}')")
    assert event.message == f"{name} gives only None: no format 'format_2' has run (closest: format_1)"
    assert (event.api, event.argument) == ("get_format_data", "name")


@pytest.mark.parametrize(("path", "closest"), [
    ("artifact:*.cef.sourceAdress", "sourceAddress"), ("look_1:action_result.sumary.x", "summary"),
    ("tool_1:custom_function_result.data.ot", "out"), ("container:nme", "name"),
    ("playbook:launching_user.nme", "name"), ("filtered-data:F:condition_1:look_1:action_result.data.*.dep", "deep"),
])
def test_a_misspelt_field_is_told_with_the_closest_one(diagnosed, path, closest):
    """The records are there, and lack the field."""
    event, = diagnosed(decide(path))
    assert event.message.startswith(f"{path} gives only None: ")
    assert f"closest is `{closest}`" in event.message


@pytest.mark.parametrize("path", ["look_1:action_result.data.*.deep", "look_1:action_result.summary.total",
                                  "tool_1:custom_function_result.data.ip"])
def test_a_field_that_is_there_and_none_is_told_so(diagnosed, path):
    """It is spelled right."""
    event, = diagnosed(decide(path))
    assert event.message.endswith("and it holds nothing")


@pytest.mark.parametrize("body", [
    decide("artifact:*.cef.sourceAddress"), decide("code_1:custom_function:x"), decide("playbook_input:ips"),
    "phantom.collect2(container=container, datapath=['artifact:*.id', 'artifact:*.cef.sourceAddress'])",
    "phantom.format(container=container, template='{0}', parameters=['artifact:*.cef.sourceAddress', 'text'])",
    "phantom.decision(container=container, conditions=[['code_1:custom_function:empty', '==', []]])",
    "phantom.decision(container=container, conditions=[['text', 'in', 'custom_list:Hosts'], [1, '==', 1]])",
])
def test_one_value_is_enough_to_say_nothing(diagnosed, body):
    """The other rows may be None."""
    assert diagnosed(body) == []


def test_no_more_is_looked_at_than_it_takes_to_find_a_value(lab: Lab, playbook):
    """Where there is a value, a diagnosis costs nothing."""
    run = lab.run(playbook("def on_start(container):\n    pass\n"))
    cells = iter([None, 0, 1, 2])
    path = parse("artifact:*.id")
    assert path is not None
    diagnose(run, "collect2", "datapath", path, Restriction(), cells)
    assert list(cells) == [1, 2]
    assert not [event for event in run.journal.events if isinstance(event, Diagnosed)]


@pytest.mark.parametrize(("api", "argument", "text"), [
    ("decision", "conditions", decide("playbook_input:ip")),
    ("decision", "conditions", "phantom.decision(conditions=[['playbook_input:ips', '==', 'playbook_input:ip']])"),
    ("decision", "conditions", "phantom.decision(conditions=[['artifact:*.id', '==', 'playbook_input:ip']])"),
    ("condition", "conditions", "phantom.condition(conditions=[['1', '==', 'playbook_input:ip']])"),
    ("collect2", "datapath", "phantom.collect2(datapath=['playbook_input:ips', 'playbook_input:ip'])"),
    ("format", "parameters", "phantom.format(template='{0}', parameters=['playbook_input:ip', 'playbook_input:ips'])"),
])
def test_the_call_and_its_argument_are_named(diagnosed, api, argument, text):
    """With the line and the block."""
    event, = diagnosed(text)
    assert (event.api, event.argument, event.datapath, event.line) == (api, argument, "playbook_input:ip", 28)
    assert event.message == "playbook_input:ip gives only None: the input 'ip' is not set (closest: ips)"


def test_a_datapath_is_told_once_per_invocation(diagnosed):
    """However often it is read, and by whatever call."""
    once = decide("playbook_input:ip")
    again = "phantom.collect2(datapath=['playbook_input:ip'])"
    body = f"{once}\n    {once}\n    {again}\n    second(container)\n\ndef second(container):\n    {again}\n    {once}"
    events = diagnosed(body)
    assert [event.api for event in events] == ["decision", "collect2"]
    assert len({event.invocation for event in events}) == 2


OUTSIDE = "what there is lies outside of the scope {0!r}: scope='all' reads it"


@tabled(("scope", "call_scope", "told"), [
    ("new", None, OUTSIDE.format("new")), ("new", "all", None), ("all", None, None),
    ("all", "new", OUTSIDE.format("new")), ("all", [8], OUTSIDE.format([8])),
])
@tabled("path", ["artifact:*.cef.old", "artifact:old.id"])
def test_the_scope_may_hide_what_there_is(playbook, scope, call_scope, told, path):
    """The default scope reads what is new to the playbook: authors lost hours over it."""
    lab = Lab({"container": {"id": 1}, "artifacts": [{"id": 7, "label": "old", "cef": {"old": 1}}]})
    book = playbook(f"def on_start(container):\n    phantom.collect2(container=container, datapath=[{path!r}], "
                    f"scope={call_scope!r})\n")
    lab.ran(book, 1)
    lab.artifacts[8] = {**lab.artifacts[7], "id": 8, "label": "new", "cef": {"new": 1}}
    messages = [one["message"].partition(": ")[2] for one in lab.run(book, scope=scope).summary().diagnoses]
    assert messages == ([told] if told else [])


@tabled(("container", "arguments", "told"), [
    ({"container": {"id": 1}}, {}, "container 1 has no artifacts"),
    (CONTAINER, {"filtered_artifacts": [9]}, "none of the 2 artifacts is among those that the call names"),
    (CONTAINER, {"limit": 0}, "none of the 2 artifacts is left by the scope, the tags and the limit"),
    (CONTAINER, {"container": 5}, "there is no such container"),
])
def test_no_artifacts_have_a_reason(playbook, container, arguments, told):
    """None there, or none left."""
    text = ", ".join(f"{name}={one!r}" for name, one in arguments.items())
    source = f"def on_start(container):\n    phantom.decision(conditions=[['artifact:*.id', '==', 9]], {text})\n"
    found, = Lab(container).run(playbook(source)).summary().diagnoses
    assert found["message"] == f"artifact:*.id gives no row: {told}"


def test_an_action_that_was_not_dispatched_is_told_with_the_reason(playbook):
    """It has no results to read."""
    source = ("def on_start(container):\n    phantom.act('look', name='look_1', callback=after)\n"
              "def after(**kwargs):\n    phantom.collect2(datapath=['look_1:action_result.status'])\n")
    found, = Lab(CONTAINER, strict_assets=True, maxmind=False).run(playbook(source)).summary().diagnoses
    assert found["message"] == ("look_1:action_result.status gives no row: 'look_1' was not dispatched: "
                                "no asset supports action 'look'")


def test_results_must_be_passed_along_for_a_path_without_a_block(playbook):
    """An empty list holds none."""
    source = "def on_start(container):\n    phantom.collect2(datapath=['action_result.data'], action_results=[])\n"
    found, = Lab(CONTAINER).run(playbook(source)).summary().diagnoses
    assert found["message"] == "action_result.data gives no row: no results were passed along (action_results=)"


def test_summary_frame_and_file_hold_the_diagnoses(lab: Lab, playbook, tmp_path: Path):
    """As everything else that the journal holds."""
    source = "def on_start(container):\n    phantom.collect2(datapath=['playbook_input:x'])\n"
    run = lab.run(playbook(source), journal=tmp_path / "run.jsonl")
    expected = {"block": "on_start", "line": 3, "api": "collect2", "argument": "datapath",
                "datapath": "playbook_input:x", "message": "playbook_input:x gives only None: the input 'x' is not set"}
    told = {"run": 1, **expected, "count": 1}
    assert run.summary().diagnoses == [told]
    read = read_journal(tmp_path / "run.jsonl")
    assert summarize(read).diagnoses == [told]
    for one in (run, read):
        assert frames.diagnoses(one).to_dict("records") == [{"invocation": 1, **expected}]
    empty = frames.diagnoses(lab.run(playbook("def on_start(container):\n    pass\n")))
    assert (len(empty), list(empty.columns)) == (0, ["invocation", *expected])


@pytest.mark.parametrize(("call", "argument"), [
    ("phantom.format(container=container, template='{0} {3}', parameters=['container:id'])", "template"),
    ("phantom.prompt2(container=container, user='bob', message='{0} {3}', parameters=['container:id'])", "message")])
def test_a_field_without_a_parameter_is_told_with_its_argument(lab, playbook, call, argument):
    """The exception has the platform's words; the diagnosis says which call and argument, and how many there are."""
    run = lab.run(playbook(f"def on_start(container):\n    {call}\n"))
    api = call.partition("(")[0].removeprefix("phantom.")
    assert run.summary().message.startswith("IndexError: Replacement index 3 out of range for positional args tuple (")
    (told,) = run.summary().diagnoses
    assert (told["block"], told["line"], told["api"], told["argument"]) == ("on_start", 3, api, argument)
    assert told["message"] == (f"{api}: Replacement index 3 out of range for positional args tuple: "
                               f"the {argument} has a field without a parameter, there are 1")
