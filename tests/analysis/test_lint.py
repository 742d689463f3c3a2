"""Slips that are told, and what is none."""

from __future__ import annotations

import pytest

from phantom_lab.analysis.lint import lint
from phantom_lab.analysis.unread import unread
from phantom_lab.engine import Playbook
from phantom_lab.reading.read import read

START = "import phantom.rules as phantom\ndef on_start(container):\n"
JOIN = """phantom.act('a', name='one', callback=after)
def after(**kwargs):
    if phantom.completed({names}):
        pass"""
LOOPS = """users = phantom.collect2(container=container, datapath=['artifact:*.cef.user'])
hosts = {hosts}
parameters = []
for user in users:
    for host in {inner}:
        {append}
phantom.act('a', parameters=parameters, name='one')"""


def findings(body: str) -> list[tuple[int, str, str]]:
    """Line, kind and message of everything that is found in a block's body; functions in it are the module's."""
    block, *functions = body.split("\ndef ")
    lines = "".join(f"    {line}\n" for line in block.split("\n")) + "".join(f"def {one}\n" for one in functions)
    reading = read(Playbook.from_source(START + lines, name="sample"))
    return [(line, kind, message) for line, _, kind, message in lint(reading)]


@pytest.mark.parametrize(("statement", "told"), [
    ("url = 'a'\nurl + 'b'", "the value of url + 'b' is used by nobody"),
    ("url = 'a'\nurl + 'b{0}'.format(1)", "the value of url + 'b{0}'.format(1) is used by nobody"),
    ("x = 1\nx == 2", "the value of x == 2 is used by nobody"),
    ("container.items", "the value of container.items is used by nobody"),
    ("container['id']", "the value of container['id'] is used by nobody"),
    ("f'{container}'", "is used by nobody"), ("-container", "is used by nobody"),
    ("'a text'", ""), ("...", ""), ("container.items()", ""), ("[print(one) for one in container]", ""),
    ("container and print(1)", ""), ("try:\n    container['id']\nexcept KeyError:\n    pass", ""),
    ("x = container['id']", ""),
])
def test_an_expression_whose_value_is_lost_is_told(statement: str, told: str):
    """Not one that does something, nor one in a `try`, which may be there to raise."""
    found = [message for _, kind, message in findings(statement) if kind == "no effect"]
    assert len(found) == bool(told)
    assert all(told in one for one in found)


@pytest.mark.parametrize(("body", "told"), [
    ("pass\ndef lost(container):\n    pass", ["lost"]),
    ("pass\ndef one(container):\n    two(container)\ndef two(container):\n    one(container)", ["one", "two"]),
    ("pass\ndef itself(container):\n    itself(container)", ["itself"]),
    ("called(container)\ndef called(container):\n    pass", []),
    ("phantom.act('a', callback=after)\ndef after(**kwargs):\n    last()\ndef last():\n    pass", []),
    ("TABLE['a']()\ndef picked():\n    pass\ndef on_finish(container, summary):\n    x = {'a': picked}", []),
    ("Kind().go()\ndef on_finish(container, summary):\n    pass\nclass Kind:\n    def go(self):\n        pass", []),
    ("globals()['found']()\ndef found():\n    pass", []),
    ("pass\ndef on_finish(container, summary):\n    pass", []),
    ("pass\ndef used(function):\n    return function\ndef on_finish(container, summary, x=used(1)):\n    pass", []),
])
def test_a_function_that_nothing_reaches_is_told(body: str, told: list[str]):
    """From `on_start`, `on_finish`, or the module's own level; where names are looked up at run time, nothing is."""
    found = [message for _, kind, message in findings(body) if kind == "unreachable"]
    assert found == [f"{name} is never called, nor a callback of anything that runs" for name in told]


@pytest.mark.parametrize(("names", "told"), [
    ("action_names=['one']", ""), ("action_names=['two']", "two"), ("playbook_names=['child']", "child"),
    ("custom_function_names=['made'], action_names=['one']", "made"), ("action_names=[str(kwargs)]", ""),
])
def test_a_join_that_waits_for_what_is_never_asked_for_is_told(names: str, told: str):
    """It would wait without end."""
    found = [message for _, kind, message in findings(JOIN.format(names=names)) if kind == "join"]
    assert found == ([f"after waits for '{told}', which the playbook never asks for"] if told else [])


def test_a_computed_name_may_be_any():
    """What only a run can tell is nothing to complain about."""
    assert not findings(f"phantom.act('b', name=str(container))\n{JOIN.format(names='action_names=[1, None, `two`]')}"
                        .replace("`", "'"))


@pytest.mark.parametrize(("datapath", "told"), [
    ("one:action_result.status", ""), ("made:custom_function_result.data.item", ""), ("text:formatted_data", ""),
    ("code:custom_function:out", ""), ("filtered-data:f:condition_1:artifact:*.id", ""), ("artifact:*.id", ""),
    ("below:playbook_output:o", ""), ("one:artifact:*.id", ""), ("below:playbook_input:i", ""),
    ("on:action_result.status", "'on:action_result.status' reads a block the playbook does not have: on"),
    ("one:formatted_data", "'one:formatted_data' reads a block the playbook does not have: one"),
    ("filtered-data:g:condition_1:artifact:*.id",
     "'filtered-data:g:condition_1:artifact:*.id' reads a filter the playbook does not have: g:condition_1"),
    ("made:custom_function:item",
     "'made:custom_function:item' gives nothing: 'made' is a custom function: write {made}"),
    ("code:custom_function_result.data.out",
     "'code:custom_function_result.data.out' gives nothing: 'code' is a code block: write 'code:custom_function:out'"),
    ("code:custom_function:other",
     "'code:custom_function:other' gives nothing: nothing saves run data 'code:other'"),
])
def test_a_datapath_of_no_block_or_of_another_kind_of_block_is_told(datapath: str, told: str):
    """With the right form, where there is one."""
    body = f"""phantom.act('a', name='one')
phantom.custom_function('local/made', name='made')
phantom.playbook('local/child', name='below')
phantom.format(template='', name='text')
phantom.condition(conditions=[], name='f:condition_1')
phantom.save_run_data(key='code:out', value='1')
phantom.collect2(container=container, datapath=['{datapath}'])"""
    assert [message for _, kind, message in findings(body) if kind in ("block", "form")] == (
        [told.replace("{made}", "'made:custom_function_result.data.item'")] if told else [])


ASKS = """
def {0}(**kwargs):
    phantom.act('look up', name='{0}', callback={1})"""
LAST = "\ndef last(**kwargs):\n    {}phantom.collect2(datapath=['one:action_result.data'])"
BOTH = ASKS.format("one", "both") + ASKS.format("two", "both") + """
def both(**kwargs):
    if phantom.completed(action_names={}):
        last()"""
PAST = "last reads 'one', and a way to it leads past one"
FLOWS = {
    "in a callback": ("one()", ASKS.format("one", "last"), ""),
    "behind a callback": ("one()", ASKS.format("one", "two") + "\ndef two(**kwargs):\n    last()", ""),
    "in another branch": ("one()\nlast()", ASKS.format("one", "None"),
                          "last reads 'one', and nothing leads to it from one, which asks for that"),
    "on one of two ways": ("one() if container else last()", ASKS.format("one", "last"), PAST),
    "at the end": ("one()", f"{ASKS.format('one', 'None')}\ndef on_finish(container, summary):\n    last()", ""),
    "behind a join": ("one()\ntwo()", BOTH.format(["one", "two"]), ""),
    "behind a join for the other": ("one()\ntwo()", BOTH.format(["two"]), PAST),
    "found by its name": ("globals()['last']()", ASKS.format("one", "None"), ""),
}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_read_from_a_block_that_is_not_upstream_is_told(flow: str):
    """A warning where it may be there by chance only, an info where some ways lead past it; a join makes sure."""
    start, functions, told = FLOWS[flow]
    found = findings(start + functions + LAST.format(""))
    assert [message for _, kind, message in found if kind == "upstream"] == ([told] if told else [])


def test_a_block_that_reads_what_it_asks_for_itself_is_told():
    """What comes back is there in a later block."""
    found = findings("last()" + LAST.format("phantom.act('look up', name='one')\n    "))
    assert [message for _, kind, message in found if kind == "upstream"] == [
        "last reads 'one', and itself asks for it: only a later block gets it"]


@pytest.mark.parametrize(("read", "told"), [
    ("phantom.get_format_data(name='text')", True), ("phantom.get_format_data(name='text__as_list')", True),
    ("phantom.collect2(datapath=['text:formatted_data'])", True), ("phantom.get_run_data(key='other:out')", True),
    ("phantom.collect2(datapath=['filtered-data:kept:condition_1:artifact:*.id'])", True),
    ("phantom.get_run_data(key='state')", False),
])
def test_what_is_there_at_once_has_to_be_upstream_too(read: str, told: bool):
    """Formats, filters and what code blocks save; a key of the author's own may be anybody's."""
    body = f"""other(container)
last(container)
def other(container):
    phantom.format(template='', name='text')
    phantom.condition(conditions=[], name='kept:condition_1')
    phantom.save_run_data(key='other:out', value='1')
    phantom.save_run_data(key='state', value='1')
    {read}
def last(container):
    {read}"""
    assert [line for line, kind, _ in findings(body) if kind == "upstream"] == ([12] if told else [])


BRANCHES = """decide(container)
def decide(container):
    if phantom.decision(conditions=[]):
        one(container)
        {end}
    {other}(container)
def one(container):
    phantom.act('look up', name='one', callback=both)
def two(**kwargs):
    phantom.act('look up', name='two', callback=both)
def both(**kwargs):
    if phantom.completed(action_names=['one', 'two']):
        last()
def last():
    {last}"""


@pytest.mark.parametrize(("end", "other", "last", "told"), [
    ("return", "two", "pass", "both waits for 'one' and 'two', which stand in different branches of decide"),
    ("pass", "two", "pass", ""),
    ("two(container)", "one", "pass", ""),
    ("two(container)\n        return", "one", "pass", ""),
    ("return", "one", "two()", "both waits for 'two', which is asked for behind it"),
])
def test_a_join_that_can_never_go_on_is_told(end: str, other: str, last: str, told: str):
    """It waits for both branches of a decision, or for what comes behind it."""
    found = findings(BRANCHES.format(end=end, other=other, last=last))
    assert [message for _, kind, message in found if kind == "join"] == ([told] if told else [])


@pytest.mark.parametrize(("block", "told"), [
    ("phantom.act('block ip')", True), ("phantom.act('Delete File')", True), ("phantom.act('get file')", False),
    ("phantom.act('unblock ip')", False), ("phantom.act('block ip', reviewer='admin')", False),
    ("phantom.prompt2(name='ask', callback=go)\ndef go(**kwargs):\n    phantom.act('block ip')", False),
    ("phantom.prompt2(name='ask', callback=None)\ngo()\ndef go(**kwargs):\n    phantom.act('block ip')", False),
    ("phantom.act('block ip', callback=go)\ndef go(**kwargs):\n    phantom.prompt2(name='ask')", True),
])
def test_an_action_that_takes_something_away_unasked_is_told(block: str, told: bool):
    """No prompt leads to it, and nobody reviews it."""
    found = [message for _, kind, message in findings(block) if kind == "unasked"]
    assert bool(found) is told
    assert all("nobody is asked before" in one for one in found)


@pytest.mark.parametrize(("hosts", "inner", "append", "told"), [
    ("phantom.collect2(container=container, datapath=['artifact:*.cef.host'])", "hosts",
     "parameters.append({'user': user[0], 'host': host[0]})", "act gets every combination of users x hosts"),
    ("[['only']]", "hosts", "parameters.append({'user': user[0], 'host': host[0]})", ""),
    ("[]", "user", "parameters.append({'user': host})", ""),
    ("phantom.collect2(container=container, datapath=['artifact:*.cef.host'])", "hosts", "print(user, host)", ""),
])
def test_parameters_of_every_combination_are_told(hosts: str, inner: str, append: str, told: str):
    """Two lists that know nothing of each other; not a loop in what the outer one gives, nor over one literal."""
    found = [message for _, _, message in findings(LOOPS.format(hosts=hosts, inner=inner, append=append))]
    assert found == ([told] if told else [])


@pytest.mark.parametrize(("call", "kind", "told"), [
    ("phantom.collect2(container=container, datapath=['{slip}'])", "datapath", "'{slip}' is no datapath"),
    ("phantom.collect2(container=container, datapath='artifact:*.id')", "", ""),
    ("phantom.decision(conditions=[['action_result.status', '==', 'x']])", "datapath", "is a plain text here"),
    ("phantom.decision(action_results=[], conditions=[['action_result.status', '==', 'x']])", "", ""),
    ("phantom.decision(conditions=[['a.b: c', '==', 'see container: 1']])", "", ""),
    ("phantom.decision(conditions=[['artifact:*.id', 'is', 1]])", "condition", "there is no operator 'is'"),
    ("phantom.decision(conditions=[['artifact:*.id', ['=='], 1]])", "condition", "there is no operator ['==']"),
    ("phantom.condition(conditions=[['artifact:*.id', '==']])", "condition", "a condition is [left, operator, right]"),
    ("phantom.condition(conditions=[['artifact:*.id', str(container), 1], container])", "", ""),
    ("phantom.format(template='{1}', parameters=['artifact:*.id'])", "template", "a field has no parameter"),
    ("phantom.format(template='{1}', parameters=list(container))", "", ""),
    ("phantom.format(template='{code} {0', parameters=['artifact:*.id'])", "", ""),
])
def test_a_text_that_the_parsers_do_not_read_is_told(call: str, kind: str, told: str):
    """As what it is meant to be."""
    found = list(unread(read(Playbook.from_source(f"{START}    {call}\n", name="sample"))))
    assert [one.kind for one in found] == ([kind] if kind else [])
    assert all(told in one.message for one in found)
