"""Slips that are told, and what is none."""

from __future__ import annotations

import pytest

from phantom_lab.check.lint import lint
from phantom_lab.check.unread import unread
from phantom_lab.reading.read import read
from phantom_lab.source.playbook import Playbook
from tests.table import tabled

START = "import phantom.rules as phantom\ndef on_start(container):\n"
JOIN = """phantom.act('a', name='one', callback=after)
def after(**kwargs):
    if phantom.completed({names}):
        pass"""


def findings(body: str) -> list[tuple[int, str, str]]:
    """Line, kind and message of everything that is found in a block's body; functions in it are the module's."""
    block, *functions = body.split("\ndef ")
    lines = "".join(f"    {line}\n" for line in block.split("\n")) + "".join(f"def {one}\n" for one in functions)
    reading = read(Playbook.from_source(START + lines, name="sample"))
    return [(line, kind, message) for line, _, kind, message in lint(reading)]


@tabled(("statement", "told"), [
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
    found = [message for _, kind, message in findings(statement) if kind == "no-effect"]
    assert len(found) == bool(told)
    assert all(told in one for one in found)


@tabled(("body", "told"), [
    ("pass\ndef lost(container):\n    pass", ["lost"]),
    ("pass\ndef itself(container):\n    itself(container)", ["itself"]),
    ("last = 1\ndef last(container):\n    pass", ["last"]),
    ("global last\nlast = 1\nlast\ndef last(container):\n    pass", []),
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


@tabled(("functions", "told"), [
    ({"one": "two", "two": "one"}, ["one; nor is the function behind it (two)"]),
    ({"one": "two", "two": "three", "three": ""}, ["one; nor are the 2 functions behind it (two, three)"]),
    ({"inner": "", "outer": "inner"}, ["outer; nor is the function behind it (inner)"]),
    ({"one": "both", "two": "both", "both": ""}, ["one; nor is the function behind it (both)", "two"]),
    ({f"f{number}": f"f{number + 1}" for number in range(8)} | {"f8": ""},
     ["f0; nor are the 8 functions behind it (f1, f2, f3, f4, f5, … 3 more)"]),
], ids=lambda one: " ".join(one))
def test_of_functions_that_nothing_reaches_the_first_are_told(functions: dict[str, str], told: list[str]):
    """With the number and the names of those that only they lead to."""
    body = "pass" + "".join(f"\ndef {name}(container):\n    {f'{led}(container)' if led else 'pass'}"
                            for name, led in functions.items())
    found = [message for _, kind, message in findings(body) if kind == "unreachable"]
    assert [one.replace(" is never called, nor a callback of anything that runs", "") for one in found] == told


@tabled(("names", "told"), [
    ("action_names=['one']", ""), ("action_names=['two']", "two"), ("playbook_names=['child']", "child"),
    ("custom_function_names=['made'], action_names=['one']", "made"), ("action_names=[str(kwargs)]", ""),
])
def test_a_join_that_waits_for_what_is_never_asked_for_is_told(names: str, told: str):
    """It would wait without end."""
    found = [message for _, kind, message in findings(JOIN.format(names=names)) if kind == "join"]
    assert found == ([f"after waits for '{told}', which the playbook never asks for"] if told else [])


@tabled(("names", "told"), [
    ("code_names=['after'], action_names=['one']", ""), ("code_names=['on_start']", ""),
    ("code_names=['aftr', 'after']", "'aftr', which the playbook does not have; closest is 'after'"),
    ("code_names='nobody'", "'nobody', which the playbook does not have"), ("code_names=[str(kwargs)]", ""),
])
def test_a_join_that_waits_for_a_code_block_that_is_not_there_is_told(names: str, told: str):
    """Its name is that of its function."""
    found = [message for _, kind, message in findings(JOIN.format(names=names)) if kind == "join"]
    assert found == ([f"after waits for the code block {told}"] if told else [])


def test_a_computed_name_may_be_any():
    """What only a run can tell is nothing to complain about."""
    assert not findings(f"phantom.act('b', name=str(container))\n{JOIN.format(names='action_names=[1, None, `two`]')}"
                        .replace("`", "'"))


@tabled(("datapath", "told"), [
    ("one:action_result.status", ""), ("made:custom_function_result.data.item", ""), ("text:formatted_data", ""),
    ("code:custom_function:out", ""), ("filtered-data:f:condition_1:artifact:*.id", ""), ("artifact:*.id", ""),
    ("below:playbook_output:o", ""), ("one:artifact:*.id", ""), ("below:playbook_input:i", ""),
    ("on:action_result.status",
     "'on:action_result.status' reads a block the playbook does not have: on; closest is 'one'"),
    ("one:formatted_data", "'one:formatted_data' reads a block the playbook does not have: one"),
    ("filtered-data:g:condition_1:artifact:*",
     "'filtered-data:g:condition_1:artifact:*' reads a filter the playbook does not have: g:condition_1{f}"),
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
        [told.format(made="'made:custom_function_result.data.item'", f="; closest is 'f:condition_1'")] if told else [])


def test_what_one_call_reads_of_a_missing_block_is_told_once():
    """A block that was renamed is one slip, however many of its fields are read."""
    found = findings("phantom.collect2(datapath=['gone:action_result.status', 'gone:action_result.data.*.a', "
                     "'gone:action_result.data.*.b', 'other:action_result.status'])")
    assert [message for _, _, message in found] == [
        "'gone:action_result.status' (and 2 more paths) reads a block the playbook does not have: gone",
        "'other:action_result.status' reads a block the playbook does not have: other"]


ASKS = """
def {0}(**kwargs):
    phantom.act('look up', name='{0}', callback={1})"""
TEXT = """
def {0}(**kwargs):
    phantom.format(template='', name='{0}')
    {1}"""
LAST = "\ndef last(**kwargs):\n    phantom.collect2(datapath=[{}])\n    {}"
ONE, TWO = "'one:action_result.data'", "'two:action_result.data'"
FORMAT = "'text:formatted_data'"
JOIN_OF = """
def {0}(**kwargs):
    if phantom.completed(action_names={1}):
        {2}()"""
ASK = """
def ask(**kwargs):
    if phantom.decision(conditions=[['one:action_result.status', '{}', {}]]):
        last()"""
NOT_BY_THEN = "last reads '{}', which need not be there by then: {}, and nothing waits for it"
FLOWS = {
    # what has come back, or is there at once, is no finding
    "in a callback": ("one()", ASKS.format("one", "last"), ONE, ""),
    "behind a callback": ("one()", ASKS.format("one", "two") + "\ndef two(**kwargs):\n    last()", ONE, ""),
    "behind a join": ("one()\ntwo()", ASKS.format("one", "both") + ASKS.format("two", "both")
                      + JOIN_OF.format("both", ["one", "two"], "last"), ONE, ""),
    "behind a join that returns": ("one()\ntwo()", ASKS.format("one", "both") + ASKS.format("two", "both") + """
def both(**kwargs):
    done = phantom.completed(action_names=['one', 'two'])
    if not done:
        return
    last()""", ONE, ""),
    "a text before it": ("text()\nlast()", TEXT.format("text", "pass"), FORMAT, ""),
    "a text in the same block": ("last()", "", f"{FORMAT} | phantom.format(template='', name='text')", ""),
    "a text that a callback writes before the join": (
        "one()\ntwo()", ASKS.format("one", "text") + TEXT.format("text", "both()") + ASKS.format("two", "more")
        + "\ndef more(**kwargs):\n    both()" + JOIN_OF.format("both", ["one", "two"], "last"), FORMAT, ""),
    "a text written beside an action that is waited for": (
        "two()\ntext()", ASKS.format("two", "last") + TEXT.format("text", "pass"), FORMAT, ""),
    "at the end": ("one()", f"{ASKS.format('one', 'None')}\ndef on_finish(container, summary):\n    last()", ONE, ""),
    "found by its name": ("globals()['last']()", ASKS.format("one", "None"), ONE, ""),
    "one of two branches, put together": (
        "one() if container else two()", ASKS.format("one", "last") + ASKS.format("two", "last"), f"{ONE}, {TWO}", ""),
    "two branches behind a join of what comes before": (
        "one()\ntwo()", ASKS.format("one", "both") + ASKS.format("two", "both")
        + JOIN_OF.format("both", ["one", "two"], "decide") + """
def decide(**kwargs):
    if phantom.decision(conditions=[]):
        text()
        return
    other()""" + TEXT.format("text", "last()") + TEXT.format("other", "last()"),
        f"{FORMAT}, 'other:formatted_data'", ""),
    "a text on one way, beside an artifact": (
        "text() if container else last()", TEXT.format("text", "last()"), f"{FORMAT}, 'artifact:*.id'", ""),
    "a join of the author's own": ("one()\ntwo()", ASKS.format("one", "both") + ASKS.format("two", "both") + """
def both(**kwargs):
    there = int(phantom.get_run_data(key='there') or 0) + 1
    phantom.save_run_data(key='there', value=str(there))
    if there == 2:
        last()""", f"{ONE}, {TWO}", ""),
    "a count in the module": ("one()\ntwo()", ASKS.format("one", "both") + ASKS.format("two", "both") + """
def both(**kwargs):
    global there
    there += 1
    if there == 2:
        last()""", f"{ONE}, {TWO}", ""),
    "what is asked for before": ("one()\nask()", ASKS.format("one", "None") + ASK.format("!=", "None"), ONE, ""),
    # what need not be there
    "beside it": ("one()\nlast()", ASKS.format("one", "None"), ONE,
                  NOT_BY_THEN.format("one", "it was asked for before")),
    "before it": ("last()\none()", ASKS.format("one", "None"), ONE, NOT_BY_THEN.format("one", "on_start starts both")),
    "behind a join for the other": (
        "two()\none()", ASKS.format("one", "both") + ASKS.format("two", "both")
        + JOIN_OF.format("both", ["two"], "last"), ONE, NOT_BY_THEN.format("one", "it was asked for before")),
    "behind a filter that may let both pass": (
        "if container:\n    one()\nif container:\n    two()", ASKS.format("one", "both") + ASKS.format("two", "both")
        + "\ndef both(**kwargs):\n    if phantom.get_run_data(key='both_called'):\n        return\n    last()",
        f"{ONE}, {TWO}", NOT_BY_THEN.format("one', 'two", "on_start starts both")),
    "a text behind it": ("last()\ntext()", TEXT.format("text", "pass"), FORMAT,
                         NOT_BY_THEN.format("text", "on_start starts both")),
    "in another branch": ("one() if container else last()", ASKS.format("one", "None"), ONE,
                          "last reads 'one', and nothing leads to it from one, which asks for that"),
    "on one of two ways": ("one() if container else last()", ASKS.format("one", "last"), ONE,
                           "last reads 'one', and nothing else of a block; a way to it leads past one"),
    "asked for by itself": ("last()", "", f"{ONE} | phantom.act('look up', name='one')",
                            "last reads 'one', and itself asks for it: only a later block gets it"),
}


@tabled("flow", FLOWS)
def test_a_read_from_a_block_that_is_not_upstream_is_told(flow: str):
    """What nothing leads from, what need not be over, and what a way leads past; not what is certain to be there, nor
    what either of two branches gives, nor what has been looked for."""
    start, functions, read, told = FLOWS[flow]
    datapaths, _, more = read.partition(" | ")
    body = start + functions + LAST.format(datapaths, more)
    found = [message for _, kind, message in findings(body) if kind == "upstream"]
    assert found == ([told] if told else [])


def test_who_decides_by_what_is_not_there_yet_is_told():
    """And not again for what stands behind the decision."""
    found = findings("one()\nask()" + ASKS.format("one", "None") + ASK.format("==", "'success'") + LAST.format(ONE, ""))
    assert [message for _, kind, message in found if kind == "upstream"] == [
        NOT_BY_THEN.format("one", "it was asked for before").replace("last", "ask", 1)]


def test_a_loop_of_the_editor_reads_its_own_results():
    """They have come back when the loop asks whether to go on."""
    found = findings("""one()
def one(**kwargs):
    state = {'max_iterations': 3, 'conditions': [['one:action_result.status', '==', 'success']]}
    phantom.act('look up', name='one', callback=loop_one, loop_state=state)
def loop_one(**kwargs):
    if kwargs['loop_state'].should_continue():
        one()""")
    assert not [one for one in found if one[1] == "upstream"]


@tabled(("read", "told"), [
    ("phantom.get_format_data(name='text')", True), ("phantom.get_format_data(name='text__as_list')", True),
    ("phantom.collect2(datapath=['text:formatted_data'])", True), ("phantom.get_run_data(key='other:out')", True),
    ("phantom.collect2(datapath=['filtered-data:kept:condition_1:artifact:*.id'])", True),
    ("phantom.get_run_data(key='state')", False),
])
def test_what_is_there_at_once_has_to_be_upstream_too(read: str, told: bool):
    """Formats, filters and what code blocks save: before it, and not behind; a key of the author's own may be
    anybody's."""
    other = f"""
def other(container):
    phantom.format(template='', name='text')
    phantom.condition(conditions=[], name='kept:condition_1')
    phantom.save_run_data(key='other:out', value='1')
    phantom.save_run_data(key='state', value='1')
    {read}
def last(container):
    {read}"""
    assert [line for line, kind, _ in findings(f"last(container)\nother(container){other}") if kind == "upstream"] == (
        [12] if told else [])
    assert not [line for line, kind, _ in findings(f"other(container)\nlast(container){other}") if kind == "upstream"]


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
APART = "both waits for 'one' and 'two', which stand in different branches of decide"


@tabled(("end", "other", "last", "told"), [
    ("return", "two", "pass", APART),
    ("pass", "two", "pass", ""),
    ("two(container)", "one", "pass", ""),
    ("two(container)\n        return", "one", "pass", ""),
    ("return", "one", "two()", "both waits for 'two', which is asked for behind it"),
])
def test_a_join_that_can_never_go_on_is_told(end: str, other: str, last: str, told: str):
    """It waits for both branches of a decision, or for what comes behind it."""
    found = findings(BRANCHES.format(end=end, other=other, last=last))
    assert [message for _, kind, message in found if kind == "join"] == ([told] if told else [])


ENDS = """
def one(**kwargs):
    phantom.act('look up', name='one', callback=both)
def two(**kwargs):
    phantom.act('look up', name='two', callback=both)
def last(**kwargs):
    pass
def both(**kwargs):
    {}"""


ALTERNATIVES = ["""if phantom.completed(action_names=['one']):
        two()
    if phantom.completed(action_names=['two']):
        last()""", """if phantom.completed(action_names=['two']):
        last()
    elif phantom.completed(action_names=['one']):
        two()""", """if phantom.completed(action_names=['one']) or phantom.completed(action_names=['two']):
        two()""", """if not phantom.completed(action_names=['two']):
        two()
        return
    last()""", """if phantom.completed(action_names=['one']):
        last()
    if phantom.completed(action_names=['two']):
        last()"""]


@tabled("join", ALTERNATIVES)
def test_alternatives_of_a_join_are_none_of_both(join: str):
    """Each waits for its own names, and is taken without the others."""
    for start in ("one()", "one() if container else two()"):
        assert not [one for one in findings(start + ENDS.format(join)) if one[1] == "join"]


@pytest.mark.parametrize("start", [
    "decide(container)\ndecide(container)",
    "phantom.act('a', name='a', callback=decide)\nphantom.act('b', name='b', callback=decide)"])
def test_a_decision_that_is_taken_twice_may_take_both_branches(start: str):
    """So a join may wait for both."""
    body = BRANCHES.format(end="return", other="two", last="pass").replace("decide(container)", start, 1)
    assert not [one for one in findings(body) if one[1] == "join"]


@tabled(("block", "told"), [
    ("phantom.act('block ip')", True), ("phantom.act('Delete File')", True), ("phantom.act('get file')", False),
    ("phantom.act('unblock ip')", False), ("phantom.act('block ip', reviewer='admin')", False),
    ("phantom.prompt2(name='ask', callback=go)\ndef go(**kwargs):\n    phantom.act('block ip')", False),
    ("phantom.prompt2(name='ask', callback=None)\ngo()\ndef go(**kwargs):\n    phantom.act('block ip')", False),
    ("phantom.act('block ip', callback=go)\ndef go(**kwargs):\n    phantom.prompt2(name='ask')", True),
    ("pass\ndef lost(**kwargs):\n    phantom.act('block ip')", False),
])
def test_an_action_that_takes_something_away_unasked_is_told(block: str, told: bool):
    """No prompt leads to it, and nobody reviews it."""
    found = [message for _, kind, message in findings(block) if kind == "unasked"]
    assert bool(found) is told
    assert all("nobody is asked before" in one for one in found)


COLLECT = "phantom.collect2(container=container, datapath=[{}])"
LOOPS = """{before}
users = {one}
hosts = {other}
parameters = []
for user in users:
    for host in {inner}:
        {append}
{behind}
phantom.act('a', parameters=parameters, name='last')"""
ARTIFACT = COLLECT.format("'artifact:*.cef.user'")
PAIR = "parameters.append({'user': user[0], 'host': host[0]})"
RAN = """
def look_up(**kwargs):
    ips = phantom.collect2(datapath=['artifact:*.cef.ip'])
    parameters = []
    for ip in ips:
        parameters.append({'ip': ip[0]})
    phantom.act('look up', name='look_up', parameters=parameters)
    phantom.act('find', name='find', parameters=parameters)
def who(**kwargs):
    users = phantom.collect2(datapath=['artifact:*.cef.user', 'artifact:*.id'])
    parameters = []
    for user in users:
        parameters.append({'user': user[0]})
    phantom.act('who', name='who', parameters=parameters)
def settings(**kwargs):
    parameters = []
    parameters.append({'name': 'x'})
    phantom.custom_function('local/settings', name='settings', parameters=parameters)
def mapped(**kwargs):
    rows = phantom.collect2(datapath=['settings:custom_function_result.data.table'])
    parameters = []
    for row in rows:
        parameters.append({'table': row[0]})
    phantom.custom_function('local/mapped', name='mapped', parameters=parameters)
def behind(**kwargs):
    found = phantom.collect2(datapath=['look_up:action_result.data.*.id'])
    parameters = []
    for one in found:
        parameters.append({'id': one[0]})
    phantom.act('again', name='again', parameters=parameters)"""
TOGETHER = {
    "both of the artifacts": (ARTIFACT, COLLECT.format("'artifact:*.cef.host'"), "which are both of the artifacts"),
    "both of one block": (COLLECT.format("'look_up:action_result.parameter.ip'"),
                          COLLECT.format("'filtered-data:f:condition_1:look_up:action_result.data.*.pid'"),
                          "which are both of 'look_up'"),
    "both let through by one filter": (COLLECT.format("'filtered-data:f:condition_1:playbook_input:user'"),
                                       COLLECT.format("'filtered-data:f:condition_1:playbook_input:host'"),
                                       "which are both of 'f:condition_1'"),
    "one made of the other": (ARTIFACT, COLLECT.format("'look_up:action_result.data.*.id'"),
                              "whose rows go back to the same: the artifacts"),
    "one made of the other, further on": (COLLECT.format("'look_up:action_result.data.*.id'"),
                                          COLLECT.format("'again:action_result.data.*.id'"),
                                          "whose rows go back to the same: 'look_up'"),
    "both made of the same": (COLLECT.format("'look_up:action_result.data.*.id'"),
                              COLLECT.format("'find:action_result.data.*.id'"),
                              "whose rows go back to the same: 'artifact:*.cef.ip'"),
    # nothing that belongs together, or nothing to be taken crosswise
    "of two inputs": (COLLECT.format("'playbook_input:user'"), COLLECT.format("'playbook_input:host'"), ""),
    "made of other fields of the artifacts": (COLLECT.format("'look_up:action_result.data.*.id'"),
                                              COLLECT.format("'who:action_result.data.*.id'"), ""),
    "of a block and an input": (COLLECT.format("'look_up:action_result.data.*.id'"),
                                COLLECT.format("'playbook_input:host'"), ""),
    "the only row of a block": (ARTIFACT, COLLECT.format("'settings:custom_function_result.data.user'"), ""),
    "rows made of the only row": (COLLECT.format("'settings:custom_function_result.data.user'"),
                                  COLLECT.format("'mapped:custom_function_result.data.host'"), ""),
    "a text that is not repeated": ("phantom.get_format_data(name='text__as_list')",
                                    COLLECT.format("'look_up:action_result.data.*.id'"), ""),
    "a list in the code": (ARTIFACT, "[['only']]", ""), "an empty list": (ARTIFACT, "[]", ""),
}


def loops(one: str = ARTIFACT, other: str = COLLECT.format("'artifact:*.cef.host'"), *, inner: str = "hosts",
          append: str = PAIR, behind: str = "") -> list[str]:
    """What is said of two loops, one in the other, that build parameters."""
    text = "phantom.format(template='{0}', parameters=['look_up:action_result.data.*.id'], name='text')"
    body = LOOPS.format(before=text, one=one, other=other, inner=inner, append=append,
                        behind=behind)
    calls = "look_up()\nwho()\nsettings()\nmapped()\nbehind()\n"
    return [message for _, kind, message in findings(calls + body + RAN) if kind == "product"]


@pytest.mark.parametrize("case", TOGETHER)
def test_parameters_of_every_combination_are_told(case: str):
    """Where rows that belong together are taken crosswise, and not where two lists are meant to be combined."""
    one, other, why = TOGETHER[case]
    assert loops(one, other) == ([f"act gets every combination of users x hosts, {why}"] if why else [])


@pytest.mark.parametrize("changed", [
    {"inner": "user"}, {"append": "print(user, host)"},
    {"behind": "parameters = [{'user': one[0], 'host': two[0]} for one, two in zip(users, hosts)]"}])
def test_parameters_that_are_no_combination_are_not_told(changed: dict[str, str]):
    """A loop in what the outer one gives, one that builds nothing, and one whose list is made anew behind it."""
    assert not loops(**changed)


def test_three_loops_are_told_once():
    """The outermost, with all lists."""
    found = loops(append=f"for port in users:\n            {PAIR}")
    assert found == ["act gets every combination of users x hosts x users, which are both of the artifacts"]


@tabled(("call", "kind", "told"), [
    ("phantom.collect2(container=container, datapath=['{slip}'])", "datapath", "'{slip}' is no datapath"),
    ("phantom.collect2(container=container, datapath='artifact:*.id')", "", ""),
    ("phantom.decision(conditions=[['action_result.status', '==', 'x']])", "datapath", "is a plain text here"),
    ("phantom.decision(action_results=[], conditions=[['action_result.status', '==', 'x']])", "", ""),
    ("phantom.decision(conditions=[['a.b: c', '==', 'see container: 1']])", "", ""),
    ("phantom.decision(conditions=[['artifact:*.id', 'is', 1]])", "condition", "there is no operator 'is'"),
    ("phantom.decision(conditions=[['artifact:*.id', ['=='], 1]])", "condition", "there is no operator ['==']"),
    ("phantom.condition(conditions=[['artifact:*.id', '==']])", "condition", "a condition is [left, operator, right]"),
    ("phantom.decision(conditions=[['artifact:*.id', 'is None']])", "", ""),
    ("phantom.collect2(container=container, datapath=['finding:id'])", "", ""),
    ("phantom.format(template='{{0}}', parameters=['finding:id'])", "", ""),
    ("phantom.condition(conditions=[['artifact:*.id', str(container), 1], container])", "", ""),
    ("phantom.format(template='{1}', parameters=['artifact:*.id'])", "template",
     "a field has no parameter: {1}, and 1 is given"),
    ("phantom.prompt2(message='{0} {2}')", "template", "a field has no parameter: {0}, {2}, and none is given"),
    ("phantom.format(template='{1}', parameters=list(container))", "", ""),
    ("phantom.format(template='{code} {0', parameters=['artifact:*.id'])", "", ""),
])
def test_a_text_that_the_parsers_do_not_read_is_told(call: str, kind: str, told: str):
    """As what it is meant to be."""
    found = list(unread(read(Playbook.from_source(f"{START}    {call}\n", name="sample"))))
    assert [one.kind for one in found] == ([kind] if kind else [])
    assert all(told in one.message for one in found)
