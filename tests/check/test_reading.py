"""What is read in a source without executing it."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab.errors import PlaybookLoadError
from phantom_lab.reading import texts
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.playbook import Playbook
from tests.table import tabled

USUAL = "import phantom.rules as phantom\n"


def reading(body: str, imports: str = USUAL) -> Reading:
    """Read a block's body."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return read(Playbook.from_source(f"{imports}def on_start(container):\n{lines}", name="sample"))


@tabled(("imports", "body"), [
    (USUAL, "phantom.act('look')"),
    ("import phantom.rules as p\n", "p.act('look')"),
    ("import phantom.rules\n", "phantom.rules.act('look')"),
    ("from phantom import rules\n", "rules.act('look')"),
    ("from phantom import rules as r\n", "r.act('look')"),
    ("from phantom.rules import act\n", "act('look')"),
    ("from phantom.rules import act as run\n", "run('look')"),
    ("from phantom.rules import *\n", "act('look')"),
    ("", "import phantom.rules as phantom\nphantom.act('look')"),
    ("", "from phantom.rules import act as run\nrun('look')"),
    (USUAL, "p = phantom\np.act('look')"),
    (USUAL, "run = phantom.act\nrun('look')"),
    (f"{USUAL}p = phantom\n", "def inner():\n    p.act('look')\ninner()"),
    (USUAL, "[phantom.act('look') for one in [1]]"),
    (USUAL, "phantom.update(container, {})\nphantom.act('look')"),
], ids=repr)
def test_a_call_is_found_under_every_name(imports: str, body: str):
    """However `phantom.rules` came in."""
    (call,) = reading(body, imports).calls_of("act")
    assert (call.name, call.function, call.arguments, call.misfit) == ("act", "on_start", {"action": "look"}, "")


@tabled("body", [
    "def phantom():\n    pass\nphantom.act('look')", "for phantom in []:\n    phantom.act('look')",
    "phantom, other = 1, 2\nphantom.act('look')", "other.phantom.act('look')", "act('look')",
])
def test_another_thing_of_the_name_is_not_the_platform(body: str):
    """A local name hides the module."""
    assert not list(reading(body).calls_of("act"))


@tabled(("text", "value"), [
    ("'a'", "a"), ("'a' 'b'", "ab"), ("'a' + 'b'", "ab"), ("f'a'", "a"), ("f'{container}'", COMPUTED), ("-1", -1),
    ("None", None), ("True", True), ("b'a'", COMPUTED), ("...", COMPUTED), ("('a', 1)", ["a", 1]),
    ("['a', container]", ["a", COMPUTED]), ("[*['a'], 'b']", ["a", "b"]), ("[*container]", COMPUTED),
    ("{'k': ['v', container]}", {"k": ["v", COMPUTED]}), ("{**container}", COMPUTED), ("{container: 1}", COMPUTED),
    ("[1] + [2]", [1, 2]), ("[1] + container", COMPUTED), ("container['id']", COMPUTED), ("len('a')", COMPUTED),
    ("phantom.APP_ERROR", False), ("once", "o"), ("once + 'x'", "ox"), ("twice", COMPUTED), ("grown", COMPUTED),
    ("stored", COMPUTED), ("looped", COMPUTED), ("given", COMPUTED), ("itself", COMPUTED), ("above", "top"),
    ("changed", COMPUTED), ("unknown", COMPUTED), ("pair", COMPUTED), ("kept", [1]), ("walrus", "w"),
], ids=str)
def test_a_value_is_known_as_far_as_the_text_tells_it(text: str, value: Any):
    """A name has a value where it is assigned once, in the function or around it, and its value never changes."""
    body = f"""once = 'o'
twice = 'a'
twice = 'b'
grown = []
grown.append(1)
stored = {{}}
stored['k'] = 1
for looped in 'ab':
    pass
itself = itself
pair, other = 1, 2
kept = [1]
(walrus := 'w')
def inner(given):
    phantom.debug({text})
inner(1)"""
    after = "def other():\n    global changed\n    changed = 2\n"
    imports = f"{USUAL}above = 'top'\nchanged = 1\n"
    (call,) = read(Playbook.from_source(f"{reading(body, imports).source.source}{after}", name="x")).calls_of("debug")
    assert call.arguments == {"message": value}


@tabled(("call", "arguments", "misfit"), [
    ("phantom.act('a', [{}], ['x'])", {"action": "a", "parameters": [{}], "assets": ["x"]}, ""),
    ("phantom.act(action='a', nme='b')", {"action": "a", "nme": "b"},
     "got an unexpected keyword argument 'nme'; did you mean 'name'?"),
    ("phantom.get_run_data(1, 2, 3, 4)", {"key": 1}, "too many positional arguments"),
    ("phantom.act(*[1], name='a')", {"name": "a"}, ""),
    ("phantom.act('a', **container)", {"action": "a"}, ""),
    ("phantom.collect2(datapath=['a'])", {"datapath": ["a"]}, ""),
    ("phantom.decision(conditions=[], conditions_dps=[])", {"conditions": [], "conditions_dps": []}, ""),
    ("phantom.requests.get('u', verify=False)", {"0": "u", "verify": False}, ""),
    ("phantom.LoopState(state={'a': 1})", {"state": {"a": 1}}, ""),
    ("phantom.LoopState(1, 2)", {"state": 1}, "too many positional arguments"),
])
def test_arguments_are_bound_as_the_lab_binds_them(call: str, arguments: dict[str, Any], misfit: str):
    """By the vendor's signatures, and what the lab takes beyond them; a star leaves open what else is given."""
    (read_call,) = (one for one in reading(call).calls)
    given = {name: value for name, value in read_call.arguments.items() if value is not COMPUTED}
    assert (given, read_call.misfit) == (arguments, misfit)
    assert read_call.open is ("*" in call)


def test_what_is_named_without_a_call_is_a_use():
    """With its line and function; another module of the platform as a whole, where it is imported."""
    found = reading("print(phantom.APP_ERROR)\nx = phantom.requests.get\nimport phantom.utils as u\nu.is_ip('1')")
    assert [(one.name, one.line, one.function) for one in found.uses] == [
        ("APP_ERROR", 3, "on_start"), ("requests.get", 4, "on_start"), ("module phantom.utils", 5, "on_start")]
    assert [one.name for one in found.calls] == ["module phantom.utils.is_ip"]


def test_the_texts_of_a_source_are_found_where_they_stand():
    """Datapaths, comparisons, templates, references and callbacks, each with its call."""
    found = reading("""
parameters = ['artifact:*.id', container]
phantom.format(template='{0} {1}', parameters=parameters, name='text')
phantom.condition(conditions=[['a:action_result.status', '==', container], ['custom_list: hosts ', 'in']], name='f')
phantom.decision(conditions=[['x', 'in', 'custom_list: hosts ']])
phantom.collect2(container=container, datapath=['text:formatted_data'])
state = {'current_iteration': 1, 'max_iterations': 2, 'conditions': [['status', '==', 'done']]}
phantom.prompt2(user='admin', message='really?', name='ask', callback=on_start)
phantom.playbook('local/child', name=str(container))
phantom.custom_function('community/made', parameters=parameters)
phantom.act('look', assets=['one', container], name='look')
phantom.get_list(list_name='rows')""")
    assert {(one.text, one.call.name, one.operand) for one in texts.datapaths(found)} == {
        ("artifact:*.id", "format", True), ("a:action_result.status", "condition", True), ("x", "decision", True),
        ("custom_list: hosts ", "decision", True), ("text:formatted_data", "collect2", False),
        ("status", "LoopState", True), ("done", "LoopState", True)}
    assert [(one.left, one.operator, one.right, one.call.name) for one in texts.conditions(found)] == [
        ("a:action_result.status", "==", COMPUTED, "condition"), ("x", "in", "custom_list: hosts ", "decision"),
        ("status", "==", "done", "LoopState")]
    assert [(one.text, one.parameters) for one in texts.templates(found)] == [
        ("{0} {1}", ["artifact:*.id", COMPUTED]), ("really?", [])]
    assert [(one.kind, one.name) for one in texts.references(found)] == [
        ("playbook", "local/child"), ("custom function", "community/made"), ("asset", "one"), ("asset", ""),
        ("list", "rows"), ("list", "hosts")]
    assert texts.asked_names(found) == {"ask", "look", COMPUTED}
    assert [(call.name, name) for call, name in texts.callbacks(found)] == [("prompt2", "on_start")]


@pytest.mark.parametrize("depth", [200, 900, 5000])
def test_deep_nesting_is_read_or_told(depth: int):
    """A long sum is read, or ends in one line that says why not."""
    try:
        found = reading(f"x = {'1+' * depth}1\nphantom.debug(x)")
    except PlaybookLoadError as exc:
        assert "cannot be" in str(exc)  # noqa: PT017
    else:
        assert [one.name for one in found.calls] == ["debug"]


@tabled("lines", [
    [f"x{n} = x{n + 1} + x{n + 1}" for n in range(60)] + ["x60 = 'text'"],
    [f"x{n} = [x{n + 1}, x{n + 1}]" for n in range(60)] + ["x60 = 'text'"],
    [f"x{n} = [*x{n + 1}, *x{n + 1}]" for n in range(60)] + ["x60 = ['text']"],
    ["x0 = x1", "x1 = x0"], ["x0 = [x0]"], ["x0 = x0 + x0"],
])
def test_names_that_stand_for_each_other_take_no_time(lines: list[str]):
    """However much they would make."""
    (call,) = reading("\n".join([*reversed(lines), "phantom.collect2(datapath=x0)"])).calls
    assert call.name == "collect2"
