"""Slips of writing that the platform passes over in silence: each is a hint with block and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookRun
from phantom_lab.datapath import datapaths_in, unfilled
from phantom_lab.history import Hinted, read_journal
from phantom_lab.notebook.extension import READS, _Reader
from phantom_lab.views import summarize
from tests.conftest import ROOT
from tests.table import tabled

READ_NOWHERE = "as a text: no datapath is read there"
COLLECT, FIELD = "(collect2 gives its values)", "(one in parameters is, for its {0})"
ANSWER = "phantom.act('ask', assets=['x'], name='ask_1', callback=after)"


@pytest.fixture
def run(lab: Lab, playbook: Callable[..., Any]) -> Callable[..., PlaybookRun]:
    """Run a playbook whose ``on_start`` is a statement in line 3."""
    lab.action("ask")(lambda parameter: [{"answer": "Yes", "blank": "high ", "list": ["A", "b"], "n": 5}])
    lab.action("prompt")(lambda: {"responses": ["Yes"]})
    lab.action("task")(lambda: {"responses": []})

    def execute(statement: str, rest: str = "", **options: Any) -> PlaybookRun:
        return lab.run(playbook(f"def on_start(container):\n    {statement}\n{rest}"), **options)

    return execute


def hints(run: PlaybookRun) -> list[str]:
    """What is hinted at; every line and block as it should be."""
    found = run.summary().hints
    assert {(one["block"], one["line"]) for one in found} <= {("on_start", 3), ("after", 5)}, found
    return [one["message"] for one in found]


TEXTS = {
    "phantom.act('ask', [{'ip': 'artifact:0.cef.destinationAddress'}], ['x'])":
        f"act 'ask': 'ip' is 'artifact:0.cef.destinationAddress' {READ_NOWHERE} {COLLECT}",
    "phantom.act('ask', [{'deep': {'of': ['x', 'look_1:action_result.data.*.y']}}], ['x'])":
        f"act 'ask': 'of' is 'look_1:action_result.data.*.y' {READ_NOWHERE} {COLLECT}",
    "phantom.act('ask', [{'q': 'src=artifact:*.cef.sourceAddress | head'}], ['x'])":
        f"act 'ask': 'q' holds 'artifact:*.cef.sourceAddress' {READ_NOWHERE} {COLLECT}",
    "phantom.act('ask', [{'ip': f'artifact:{0}.cef.x'}], ['x'])":
        f"act 'ask': 'ip' is 'artifact:0.cef.x' {READ_NOWHERE} {COLLECT}",
    "phantom.act('ask', [{'ip': 'custom_list:Hosts'}], ['x'])":
        f"act 'ask': 'ip' is 'custom_list:Hosts' {READ_NOWHERE} {COLLECT}",
    "phantom.pin(container=container, message='x', data='container:name')":
        f"pin: data is 'container:name' {READ_NOWHERE} {COLLECT}",
    "phantom.comment(container=container, comment='playbook_input:ip')":
        f"comment: comment is 'playbook_input:ip' {READ_NOWHERE} {COLLECT}",
    "phantom.add_note(container=container, note_type='general', title='x', content='f_1:formatted_data')":
        f"add_note: 'content' is 'f_1:formatted_data' {READ_NOWHERE} {COLLECT}",
    "phantom.add_list('Hosts', ['filtered-data:F:condition_1:artifact:*.cef.x'])":
        f"add_list: values is 'filtered-data:F:condition_1:artifact:*.cef.x' {READ_NOWHERE} {COLLECT}",
    "phantom.add_artifact(container=container, cef_data={'a': 'container:id'}, label='l', name='n')":
        f"add_artifact: 'a' is 'container:id' {READ_NOWHERE} {COLLECT}",
    "phantom.format(container=container, template='IP: artifact:*.cef.sourceAddress', parameters=[])":
        f"format: template holds 'artifact:*.cef.sourceAddress' {READ_NOWHERE} {FIELD}",
    "phantom.prompt2(user='admin', message='Block artifact:*.cef.x?', name='p')":
        f"prompt2: message holds 'artifact:*.cef.x' {READ_NOWHERE} {FIELD}",
    "phantom.prompt2(user='admin', message='?', response_types=[{'prompt': 'Block artifact:*.cef.x?', "
    "'options': {'type': 'message'}}], name='p')":
        f"prompt2: 'prompt' holds 'artifact:*.cef.x' {READ_NOWHERE} {COLLECT}",
    "phantom.prompt2(user='container:owner_name', message='?', name='p')":
        f"prompt2: user is 'container:owner_name' {READ_NOWHERE} {COLLECT}",
    "phantom.prompt2(role='playbook_input:role', message='?', name='p')":
        f"prompt2: role is 'playbook_input:role' {READ_NOWHERE} {COLLECT}",
    "phantom.task(user='admin', message='container:name', name='t')":
        f"task: message is 'container:name' {READ_NOWHERE} {FIELD}",
}
TEMPLATES = {
    "phantom.format(container=container, template='%%\\n{0}\\n', parameters=['artifact:*.id'])":
        "format: template: the '%%' in line 1 is never closed: it stays as text, and nothing is repeated",
    "phantom.format(container=container, template='a\\n%%\\n{0}\\n%%\\n%%', parameters=['artifact:*.id'])":
        "format: template: the '%%' in line 5 is never closed: it stays as text, and nothing is repeated",
    "phantom.format(container=container, template='a\\n%% {0} %%', parameters=['artifact:*.id'])":
        "format: template: the '%%' in line 2 does not stand alone in its line: it stays as text",
    "phantom.format(container=container, template='{0}', parameters=['artifact:*.id', 'container:name'])":
        "format: template: parameter 1 ('container:name') is used by no {1} in it",
    "phantom.format(container=container, template='{ip}', parameters=['artifact:*.id'])":
        "format: template: parameter 0 ('artifact:*.id') is used by no {0} in it; {ip} in it stays as text, "
        "as fields are numbers",
    "phantom.prompt2(user='admin', message='See {0}', name='p')":
        "prompt2: message: {0} stays as text: there are no parameters",
    "phantom.prompt(user='admin', message='%%\\n{0}', parameters=['container:name'], name='p')":
        "prompt: message: the '%%' in line 1 is never closed: it stays as text, and nothing is repeated",
}
MISSPELT = {
    "phantom.format(container=container, template='{0}', parameters=['artefact:*.id'])":
        "format: 'artefact:*.id' is no datapath, but a text; closest is 'artifact'",
    "phantom.format(container=container, template='{0}', parameters=['ask_1:action_reslt.data.*.x'])":
        "format: 'ask_1:action_reslt.data.*.x' is no datapath, but a text; closest is 'action_result'",
    "phantom.decision(container=container, conditions=[['containr:name', '==', 'x']])":
        "decision: 'containr:name' is no datapath, but a text; closest is 'container'",
    "phantom.decision(container=container, conditions=[['container.severity', '==', 'x']])":
        "decision: 'container.severity' is no datapath, but a text; closest is 'container:severity'",
    "phantom.format(container=container, template='{0}', parameters=['artifact.cef.sourceAddress'])":
        "format: 'artifact.cef.sourceAddress' is no datapath, but a text; closest is 'artifact:*.cef.sourceAddress'",
    "phantom.format(container=container, template='{0}', parameters=['ask_1.action_result.data.*.x'])":
        "format: 'ask_1.action_result.data.*.x' is no datapath, but a text; closest is 'ask_1:action_result.data.*.x'",
    "phantom.condition(container=container, conditions=[['x', 'in', 'costum_list:Hosts']], name='F')":
        "condition: 'costum_list:Hosts' is no datapath, but a text; closest is 'custom_list'",
    "phantom.decision(container=container, conditions=[['container:name', '==', 'x']], logical_operater='and')":
        "decision: the argument 'logical_operater' has no effect; closest is 'logical_operator'",
    "phantom.collect2(container=container, datapath=['artifact:*.id'], scope='al')":
        "collect2: scope 'al' is none, and is read as 'new' (assumed); closest is 'all'",
    "phantom.condition(container=container, conditions=[['x', '==', 'x']], scop='all')":
        "condition: the argument 'scop' has no effect; closest is 'scope'",
    "phantom.decision(container=container, conditions=[])": "decision: there are no conditions, and so none holds",
    "phantom.condition(conditions=[], name='F')": "condition: there are no conditions, and so none holds",
    "phantom.act('ask', assets=['x'], callback=after())":
        "act: callback=after(…) calls after at once, and what that returns is None: nothing is called back "
        "(callback=after passes the function)",
    "phantom.act('ask', assets=['x'],\n        callback=after())":
        "act: callback=after(…) calls after at once, and what that returns is None: nothing is called back "
        "(callback=after passes the function)",
}


@pytest.mark.parametrize(("statement", "hint"), [*TEXTS.items(), *TEMPLATES.items(), *MISSPELT.items()])
def test_a_slip_is_a_hint(run: Callable[..., PlaybookRun], statement: str, hint: str):
    """One, which says what is meant."""
    ended = run(statement, "def after(): pass\n")
    assert ended.status in ("success", "failed"), ended.message
    assert hints(ended) == [hint]


@pytest.mark.parametrize(("condition", "told"), [
    ("['ask_1:action_result.data.*.answer', '==', 'yes']", "('Yes') == 'yes': 'Yes' and 'yes'"),
    ("['ask_1:action_result.data.*.answer', '!=', 'YES ']", "('Yes') != 'YES ': 'Yes' and 'YES '"),
    ("['ask_1:action_result.data.*.blank', '==', 'high']", "('high ') == 'high': 'high ' and 'high'"),
    ("['ask_1:action_result.data.*.answer', 'in', ['no', 'yes']]", "('Yes') in ['no', 'yes']: 'Yes' and 'yes'"),
    ("['ask_1:action_result.data.*.answer', 'in', 'custom_list:Words']", ("('Yes') in custom_list:Words ('yes'): "
                                                                        "'Yes' and 'yes'")),
])
def test_texts_that_differ_in_case_or_blanks_alone_are_a_near_miss(run: Callable[..., PlaybookRun], lab: Lab,
                                                                  condition: str, told: str):
    """With both texts: what a person sees as equal, a condition does not."""
    lab.store.add_list("Words", [["yes"]])
    ended = run(ANSWER, f"def after(container=None, **kwargs):\n    phantom.decision(conditions=[{condition}])\n")
    (hint,) = hints(ended)
    assert hint.endswith(f"{told} differ only in case or blanks")


@pytest.mark.parametrize("call", [
    "decision(conditions=[['ask_1:action_result.data.*.answer', '==', 'yes']], case_sensitive=False)",
    "decision(conditions=[['ask_1:action_result.data.*.answer', '==', 'Yes']])",
    "decision(conditions=[['ask_1:action_result.data.*.answer', '==', 'Yesterday']])",
    "decision(conditions=[['ask_1:action_result.data.*.answer', 'in', 'oh yes']])",
    "decision(conditions=[['ask_1:action_result.data.*.list.*', '==', 'A']])",
    "decision(conditions=[['ask_1:action_result.data.*.n', '==', '5']])",
    "decision(conditions=[['ask_1:action_result.data.*.answer', '!=', '']])",
    "decision(conditions=[['ask_1:action_result.data.*.answer', '==', 'http://x.y:80/z']], conditions_dps=[['x']])",
    "format(container=container, template='{0}\\n%%\\n{1}\\n%%\\n', parameters=['container:name', 'artifact:*.id'])",
    "format(container=container, template='100%% of {{0}} {\"a\": {}}', parameters=[])",
    "format(container=container, template='{0}', parameters=['', 'container:name', None][1:2])",
    "format(container=container, template='x', parameters=['', None])",
    "format(container=container, template='{0}', parameters=['Container: see below', 'x'][:1])",
    "act('ask', [{'list': 'custom_list:Hosts'}], ['x'])",
    "act('ask', [{'url': 'https://x.y/artifact:1/z', 'image': 'container:latest', 'urn': 'urn:artifact:1'}], ['x'])",
    "act('ask', [{'text': phantom.collect2(container=container, datapath=['container:name'])[0][0]}], ['x'])",
    "pin(container=container, message='Container: x', data='status')",
    "debug('artifact:*.cef.x')",
    "act('ask', assets=['x'], callback=None)",
    "save_run_data(key='k', value='artifact:*.cef.x')",
])
def test_what_is_meant_as_it_stands_is_no_slip(run: Callable[..., PlaybookRun], call: str):
    """Silence where nothing is the matter."""
    ended = run(ANSWER, f"def after(container=None, **kwargs):\n    phantom.{call}\n")
    assert hints(ended) == []


def test_a_datapath_that_data_hold_is_nobodys_slip(lab: Lab, playbook: Callable[..., Any]):
    """Only what stands in the source is told: an artifact may say anything."""
    said = {"id": 90, "cef": {"x": "look_1:action_result.data.*.y"}}
    lab.add({"container": {"id": 9, "name": "c"}, "artifacts": [said]})
    lab.action("ask")(lambda parameter: [])
    ended = lab.run(playbook(
        "def on_start(container):\n    rows = phantom.collect2(container=container, datapath=['artifact:*.cef.x'])\n"
        "    phantom.act('ask', [{'ip': rows[0][0]}], ['x'])\n    phantom.pin(message='x', data=rows[0][0])\n"), 9)
    assert ended.summary().hints == []


def test_inputs_of_children_and_custom_functions_are_looked_at(lab: Lab, playbook: Callable[..., Any]):
    """They are passed as they stand."""
    lab.playbook("child")(lambda inputs: {})
    lab.custom_function("tool")(lambda text: [{"a": text}])
    ended = lab.run(playbook(
        "def on_start(container):\n"
        "    phantom.playbook('local/child', container=container, inputs={'ip': ['artifact:*.cef.x']})\n"
        "    phantom.custom_function('local/tool', parameters=[{'text': 'container:name'}], name='t')\n"))
    assert [one["message"] for one in ended.summary().hints] == [
        f"playbook: 'ip' is 'artifact:*.cef.x' {READ_NOWHERE} {COLLECT}",
        f"custom_function: 'text' is 'container:name' {READ_NOWHERE} {COLLECT}"]


def test_a_hint_is_in_the_journal_and_told_once_per_line(run: Callable[..., PlaybookRun], tmp_path: Any):
    """A loop says it once, with a count of its invocations; a journal that is read back says the same."""
    again = "def again(container):\n    for _ in range(2):\n        phantom.pin(message='x', data='container:name')\n"
    ended = run("[again(n) for n in range(3)]", again, journal=tmp_path / "run.jsonl")
    (hint,) = ended.summary().hints
    assert (hint["block"], hint["line"], hint["count"]) == ("again", 6, 3)
    assert sum(isinstance(event, Hinted) for event in ended.journal.events) == 3
    assert summarize(read_journal(tmp_path / "run.jsonl")).hints == ended.summary().hints


def test_a_cell_that_looks_leaves_no_hint(run: Callable[..., PlaybookRun]):
    """What a notebook reads of a run at rest is no part of it."""
    ended = run("pass")
    before = len(ended.journal.events)
    _Reader(ended).hint("x")
    assert READS
    assert len(ended.journal.events) == before


@tabled(("scope", "told"), [
    ("al", ["collect2: scope 'al' is none, and is read as 'new' (assumed); closest is 'all'"]),
    ("old", ["collect2: scope 'old' is none, and is read as 'new' (assumed)"]),
    ("all", []), ("NEW ", []), ("", []), ("1", [])])
def test_a_scope_that_is_none_is_told(run: Callable[..., PlaybookRun], scope: str, told: list[str]):
    """The platform may refuse it; an id is one."""
    assert hints(run(f"phantom.collect2(container=container, datapath=['artifact:*.id'], scope={scope!r})")) == told


def test_hostile_texts_are_looked_at_in_bounds(run: Callable[..., PlaybookRun]):
    """Values that hold themselves, deep ones, many and long ones; a hint shows the beginning."""
    ended = run("ring = {'a': ['container:name']}; ring['b'] = ring; phantom.render_template('x', ring); "
                "phantom.render_template('x', {'a': ['artifact:*.cef.x'] * 100_000}); "
                "phantom.render_template('x', {'a': 'artifact:*.cef.' + 'x' * 100_000})")
    assert all(len(one) < 400 for one in hints(ended))


def test_datapaths_within_a_text_are_found_in_the_forms_that_nothing_else_has():
    """A dotted word or an address is none."""
    fields = frozenset({"name", "id"})
    assert datapaths_in("a filtered-data:F:condition_2:x_1:action_result.data.*.y, b_1:playbook_output:z", fields) == [
        "filtered-data:F:condition_2:x_1:action_result.data.*.y", "b_1:playbook_output:z"]
    for text in ("", "x", "a:b", "http://a.b:80/c", "12:30", "container: x", "container:other", "playbook:x",
                 "Note: action_result.data", "C:\\artifact", "status", "summary.x", "a\nb:c"):
        assert datapaths_in(text, fields) == [], text


def test_a_template_in_order_has_nothing_to_tell():
    """Blocks, fields that are used, doubled braces, and blank parameters."""
    told: Iterator[str] = unfilled("{0}\r\n%%\r\n{1}\r\n%%\r\n{{2}}", ["a", "b", "", None])
    assert list(told) == []


def test_the_page_of_hints_quotes_what_is_said():
    """Every sentence of its first table stands in a hint of this module."""
    page = (ROOT / "docs" / "hints.md").read_text(encoding="utf-8")
    rows = [line for line in page.split("## ")[1].splitlines() if line.startswith("| `phantom.")]
    cases = {**TEXTS, **TEMPLATES, **MISSPELT}
    assert len(rows) > 6
    for row in rows:
        code, said = (part.strip("` ") for part in row.strip("| ").split(" | "))
        assert cases.get(code) == said, row


@tabled(("given", "told"), [
    ({"vaule": 1}, ["custom_function 'local/rate': the argument 'vaule' has no effect; closest is 'value'"]),
    ({"VALUE": 1}, ["custom_function 'local/rate': the argument 'VALUE' has no effect; closest is 'value'"]),
    ({"value": 1, "vaule": 1}, []), ({"value": 1, "limits": 2}, []), ({"unlike": 1}, [])])
def test_a_misspelt_parameter_of_a_custom_function_is_told(tmp_path: Path, given: dict[str, Any], told: list[str]):
    """The editor's functions take `**kwargs`, where it goes; one that reads it there has it."""
    (tmp_path / "rate.py").write_text(
        "def rate(value=None, limit=None, **kwargs):\n    return {'x': kwargs.get('limits')}\n")
    (tmp_path / "one.py").write_text(
        "import phantom.rules as phantom\ndef on_start(container):\n"
        f"    phantom.custom_function('local/rate', parameters=[{given!r}], name='r')\n")
    assert hints(Lab({"name": "x"}).run(tmp_path / "one.py")) == told
