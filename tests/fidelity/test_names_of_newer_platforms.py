"""Functions, arguments, operators and names that playbooks of platforms 6.4 to 8.6 use; each with what it rests on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from phantom_lab import Lab
from tests.calls import calls
from tests.table import tabled

OBSERVED, ASSUMED = pytest.mark.observed, pytest.mark.assumed
HEAD = "import json\nimport phantom.rules as phantom\n"
READ = 'json.loads(_ if (_ := phantom.get_run_data(key="{}")) != "" else "null")'
ARTIFACT = {"name": "Case", "artifacts": [{"cef": {"none": None, "text": "x", "blank": "", "items": [], "keys": {}}}]}


@pytest.mark.parametrize(("expressions", "expected"), [
    pytest.param(["phantom.save_block_result(key='state', value='new')", "phantom.get_block_result('state')"],
                 ["state", "new"], marks=OBSERVED, id="a key, without its name"),
    pytest.param(["phantom.save_block_result(key='state', value='new', auto=True)",
                  "phantom.get_block_result(key='state')"], ["state", "new"], marks=OBSERVED, id="auto"),
    pytest.param(["phantom.save_block_result(key='look:ips', value=json.dumps(['10.0.0.1']))",
                  READ.format("look:ips")], ["look:ips", ["10.0.0.1"]], marks=OBSERVED, id="the older name reads it"),
    pytest.param(["phantom.save_run_data(key='look:ips', value='[1]')", "phantom.get_block_result(key='look:ips')"],
                 ["look:ips", "[1]"], marks=OBSERVED, id="the newer name reads it"),
    pytest.param([READ.format("look:ips")], [None], marks=OBSERVED, id="a key that is not there"),
    pytest.param(["phantom.get_block_result(key='look:ips')"], [""], marks=OBSERVED, id="which is an empty text"),
    pytest.param(["phantom.save_block_result(key='n', value=[1, None])", "phantom.get_block_result('n')"],
                 ["n", [1, None]], marks=ASSUMED, id="what is no text comes back as it is"),
    pytest.param(["phantom.save_block_result(key='a', value='1')", "phantom.save_run_data(key='b', value='2')",
                  "phantom.get_block_result()"], ["a", "b", '{"a": "1", "b": "2"}'], marks=ASSUMED, id="no key"),
    pytest.param(["phantom.get_block_result()"], ["{}"], marks=ASSUMED, id="no key, and nothing saved"),
    pytest.param(["phantom.save_block_result(key='a', value='1')", "phantom.save_block_result(key='a', value='2')",
                  "phantom.get_block_result('a')"], ["a", "a", "2"], marks=ASSUMED, id="the last one counts"),
])
def test_results_of_blocks(expressions, expected):
    """Both names keep the same values, for the run."""
    assert calls(Lab({"name": "x"}), *expressions)[1] == expected


JOIN = f"""{HEAD}
def on_start(container):
    phantom.act("look", parameters=[{{}}], assets=["a"], name="look_1", callback=join_report)
    {{code}}

def gather(container=None, **kwargs):
    phantom.save_block_result(key="gather_called", value="True")
    join_report(container=container)

def join_report(container=None, handle=None, **kwargs):
    if phantom.get_run_data(key="join_report_called"):
        return
    if phantom.completed(code_names=["gather"], action_names=["look_1"]):
        phantom.save_block_result(key="join_report_called", value="report")
        report(container=container, handle=handle)

def report(container=None, handle=None, **kwargs):
    phantom.debug("report " + phantom.get_run_data(key="gather_called"))
"""


@pytest.mark.parametrize(("code", "told"), [
    pytest.param("gather(container=container)", ["report True"], marks=OBSERVED, id="both"),
    pytest.param("pass", [], marks=ASSUMED, id="a block that never ran")])
def test_a_join_waits_for_code_blocks_and_actions(playbook, code, told):
    """`completed(code_names=)` and the flag that a code block leaves say the same; where it waits, a hint tells why."""
    run = Lab({"name": "x"}, results=[{"action": "look"}]).run(playbook(JOIN.replace("{code}", code)))
    assert run.summary().debug == told
    waits = [one["message"] for one in run.summary().hints if "still waits" in one["message"]]
    assert len(waits) == 1 - len(told)
    assert all("gather" in one for one in waits)


OPERATORS = [pytest.param(operator, field, held, marks=mark, id=f"{operator}: {field}") for mark, table in (
    (OBSERVED, {"is None": {"none": True, "text": False, "absent": True},
                "is not empty": {"none": False, "text": True}}),
    (ASSUMED, {"is None": {"blank": False, "items": False, "keys": False},
               "is not None": {"none": False, "absent": False, "text": True, "blank": True},
               "is empty": {"none": True, "absent": True, "blank": True, "items": True, "keys": True, "text": False},
               "is not empty": {"blank": False, "items": False, "keys": False, "absent": False}}),
) for operator, some in table.items() for field, held in some.items()]


@pytest.mark.parametrize("third", [(), ("undefined",), ("",), (None,)], ids=str)
@pytest.mark.parametrize(("operator", "field", "held"), OPERATORS)
def test_operators_without_a_right_side(operator, field, held, third):
    """In decisions, filters and logic loops alike; a third element counts for nothing."""
    condition = [f"artifact:*.cef.{field}", operator, *third]
    state = {"current_iteration": 1, "max_iterations": 5, "delay_time": 0, "conditions": [condition]}
    assert calls(
        Lab(ARTIFACT), f"phantom.decision(container=container, conditions=[{condition!r}])",
        f"bool(phantom.condition(container=container, conditions=[{condition!r}], name='f:condition_1')[0])",
        f"phantom.LoopState(state={json.dumps(state)!r}).should_continue(container=container)",
    )[1] == [held, held, not held]


@pytest.mark.observed
def test_an_operator_without_a_right_side_stands_beside_others():
    """In one condition, joined as ever."""
    both = "phantom.decision(container=container, logical_operator={!r}, conditions=[{}])"
    conditions = "['artifact:*.cef.none', 'is None'], ['artifact:*.cef.text', '==', 'y']"
    assert calls(Lab(ARTIFACT), both.format("and", conditions), both.format("or", conditions))[1] == [False, True]


NAMES = [pytest.param(file, called, marks=mark) for file, called, mark in (
    ("aa_Start_Adv_Lab_1 | Start Infection Investigation", "Advanced_Solutions/{}", OBSERVED),
    ("dispatch_playbooks", "ABC SOAR Playbooks/{}", OBSERVED), ("[Phishing OSS] Look (v2)", "local/{}", OBSERVED),
    ("Solution: Lab 3", "local/{}", OBSERVED), ("Get Results v2.5", "local/{}", OBSERVED),
    ("a & b", "local/{}", ASSUMED), ("drei größer", "a/b/{}", ASSUMED))]


def beside(folder: Any, **sources: str) -> Any:
    """A folder with playbooks; returns that of the parent."""
    for name, text in sources.items():
        (folder / f"{name}.py").write_text(HEAD + text)
    return folder / "parent.py"


@pytest.mark.parametrize(("file", "called"), NAMES)
def test_a_child_may_have_any_name(tmp_path, file, called):
    """With bars, blanks, brackets and dots, behind a repository that may have blanks, too."""
    parent = beside(tmp_path, **{file: "def on_start(container): phantom.debug('child')\n"}, parent=(
        f"def on_start(container):\n    phantom.playbook({called.format(file)!r}, container=container, "
        "name='child_1', callback=after)\ndef after(success=None, **kwargs): phantom.debug(success)\n"))
    assert Lab({"name": "x"}).run(parent).summary().debug == ["child", "True"]


@pytest.mark.parametrize(("spelt", "given"), [
    pytest.param("Hash", "hash", marks=OBSERVED), pytest.param("Hash history", "hash_history", marks=OBSERVED),
    pytest.param("hash", "Hash", marks=ASSUMED)])
def test_an_input_is_given_as_it_is_written_out(tmp_path, spelt, given):
    """A published playbook spells its input `Hash`, and is called with `hash`."""
    parent = beside(tmp_path, child=(
        f"def on_start(container): phantom.debug(phantom.collect2(datapath=['playbook_input:{spelt}']))\n"), parent=(
        "def on_start(container):\n"
        f"    phantom.playbook('local/child', container=container, inputs={{{given!r}: ['a']}})\n"))
    (tmp_path / "child.json").write_text(json.dumps({"coa": {
        "playbook_type": "data", "input_spec": [{"name": spelt, "contains": []}], "data": {}}}))
    assert Lab({"name": "x"}).run(parent).summary().debug == ["[['a']]"]


@pytest.mark.observed
def test_a_child_that_was_renamed_is_told(tmp_path):
    """Published playbooks call some: the branch ends, and what is there is named."""
    parent = beside(tmp_path, **{"Lookup url (new)": "def on_start(container): pass\n"}, parent=(
        "def on_start(container): phantom.playbook('local/Lookup url', container=container)\n"))
    run = Lab({"name": "x"}).run(parent)
    assert run.status == "error"
    assert "no child playbook 'local/Lookup url'" in run.message
    assert "Lookup url (new)" in run.message


@pytest.mark.observed
@tabled("value", [
    ["F1", "F2"], [{"name": "a", "value": "b"}], {"title": "t", "content": ["c"]}, [], [[1, [2]]], {"x": None}],
    ids=str)
def test_parameters_may_be_lists_and_dicts(playbook, value):
    """They reach the app as they are: one call, not one per element."""
    lab, seen = Lab({"name": "x"}), []
    lab.action("update")(lambda parameter: seen.append(parameter["value"]) or {})
    lab.run(playbook("def on_start(container):\n"
                     f"    phantom.act('update', parameters=[{{'value': {value!r}}}], assets=['a'], name='u_1')\n"))
    assert seen == [value]
