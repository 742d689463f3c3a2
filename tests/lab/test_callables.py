"""Any callable as a callback, and calls between blocks however Python makes them."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, PlaybookRun
from phantom_lab.history import ApiCalled, InvocationEnded, InvocationStarted
from tests import forked
from tests.patience import LONG

ACT = "phantom.act('look', parameters=[{'n': 1}], name='one', assets=['x'], callback=%s, handle={'h': 1})"
OFFERED = ["action", "container", "handle", "results", "success"]
HELD = """
import functools
class Kind:
    def __init__(self, success): phantom.debug(["class", success])
class Holder:
    word = "held"
    def bound(self, success): phantom.debug([self.word, success])  # bound
    @staticmethod
    def static(success, handle): phantom.debug([success, handle])  # static
    @classmethod
    def ofclass(cls, success): phantom.debug([cls.word, success])  # ofclass
    def __call__(self, handle, **more): phantom.debug([self.word, handle, sorted(more)])
    def __getattr__(self, name): raise AttributeError(name)
class Unhashable:
    def __init__(self, success=None): self.success = success
    def __eq__(self, other): return isinstance(other, Unhashable) and self.success == other.success
    def __call__(self, success): phantom.debug(["unhashable", success])
class Falsy:
    def __bool__(self): return False
    def __call__(self, success): phantom.debug(["falsy", success])
def outer(word):
    def inner(success): phantom.debug([word, success])  # inner
    return inner
def through(function):
    def wrapper(*args, **kwargs): return function(*args, **kwargs)
    return wrapper
def named(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs): return function(*args, **kwargs)
    return wrapper
def plain(container=None, success=None, **kwargs): phantom.debug([success, sorted(kwargs)])  # plain
@through
def unnamed(success=None, **kwargs): phantom.debug([success, sorted(kwargs)])  # unnamed
@named
def wrapped(success): phantom.debug([success])  # wrapped
def lazy(**kwargs):  # lazy
    phantom.debug("never")
    yield 1
preset = functools.partial(lambda word, success: phantom.debug([word, success]), "preset")
twice = functools.partial(functools.partial(lambda a, b, success: phantom.debug([a, b, success]), 1), b=2)
shown = staticmethod(lambda success: phantom.debug(["staticmethod", success]))
TABLE = {"done": plain, ("x", 1): lambda handle: phantom.debug(handle)}  # table
"""
REST = ["action", "handle", "results"]


@pytest.fixture
def run(lab: Lab, playbook):
    """Run a playbook whose ``on_start`` acts once and registers what an expression gives."""
    lab.action("look")(lambda parameter: [{"x": 1}])

    def execute(callback: str, rest: str = HELD) -> PlaybookRun:
        return lab.run(playbook(f"{rest}\ndef on_start(container):\n    {ACT % callback}  # act\n"))

    return execute


def starts(run: PlaybookRun) -> list[InvocationStarted]:
    """The invocations, in order."""
    return [event for event in run.journal.events if isinstance(event, InvocationStarted)]


def line_of(run: PlaybookRun, mark: str) -> int:
    """The line of the source that ends in a comment."""
    return next(n for n, line in enumerate(run.playbook.source.split("\n"), 1) if line.endswith(f"# {mark}"))


@pytest.mark.parametrize(("callback", "block", "mark", "said"), [
    ("plain", "plain", "plain", [True, REST]),
    ("lambda success: phantom.debug([success])", "<lambda>", "act", [True]),
    ("lambda **kwargs: phantom.debug(sorted(kwargs))", "<lambda>", "act", OFFERED),
    ("lambda *, handle: phantom.debug(handle)", "<lambda>", "act", {"h": 1}),
    ("Holder().bound", "bound", "bound", ["held", True]),
    ("Holder.static", "static", None, [True, {"h": 1}]),
    ("Holder().static", "static", None, [True, {"h": 1}]),
    ("Holder.ofclass", "ofclass", None, ["held", True]),
    ("outer('closed')", "inner", "inner", ["closed", True]),
    ("unnamed", "unnamed", "unnamed", [True, ["action", "container", "handle", "results"]]),
    ("wrapped", "wrapped", "wrapped", [True]),
    ("TABLE['done']", "plain", "plain", [True, REST]),
    ("TABLE['x', 1]", "<lambda>", "table", {"h": 1}),
    ("Holder()", "Holder", None, ["held", {"h": 1}, ["action", "container", "results", "success"]]),
    ("Unhashable()", "Unhashable", None, ["unhashable", True]),
    ("Falsy()", "Falsy", None, ["falsy", True]),
    ("Kind", "Kind", None, ["class", True]),
    ("preset", "<lambda>", None, ["preset", True]),
    ("twice", "<lambda>", None, [1, 2, True]),
    ("shown", "<lambda>", None, ["staticmethod", True]),
])
def test_whatever_can_be_called_is_called_once_with_what_it_declares(run, callback: str, block: str, mark: str | None,
                                                                     said: Any):
    """Its cause is the action and the ``act`` call that registered it; its line is where its code stands."""
    ended = run(callback)
    assert (ended.status, ended.summary().message) == ("success", "")
    assert ended.summary().debug == [str(said)]
    second = starts(ended)[1]
    assert len(starts(ended)) == 2
    assert (second.block, second.depth, second.caller) == (block, 0, None)
    assert (second.cause.kind, second.cause.name, second.cause.caller) == ("action", "one", "on_start")
    assert second.cause.line == line_of(ended, "act")
    assert mark is None or second.line == line_of(ended, mark)


@pytest.mark.parametrize(("callback", "given", "returned"), [
    ("print", [f"argument {n}" for n in range(1, 6)], None), ("len", ["obj"], 4),
    ("functools.partial(dict, more=5)", sorted([*OFFERED, "more"]), None),
    ("lazy", OFFERED, {"__repr__": "<generator object lazy>"}),
    ("Unhashable", ["success"], {"__repr__": "<sample.Unhashable object>"}),
])
def test_builtins_classes_and_generator_functions_do_what_a_call_does(run, capsys, callback: str, given: list[str],
                                                                      returned: Any):
    """A builtin is called, a class makes an object, a generator function executes nothing of its body."""
    ended = run(callback)
    assert (ended.status, ended.summary().debug) == ("success", [])
    called = starts(ended)[-1]
    assert sorted(called.arguments) == given
    end = next(event for event in ended.journal.events if isinstance(event, InvocationEnded) and event.n == called.n)
    value = ended.journal.get(end.returned)
    if callback.startswith("functools"):
        assert (sorted(value), value["handle"], value["more"]) == (sorted([*OFFERED, "more"]), {"h": 1}, 5)
    else:
        assert value == returned
    assert capsys.readouterr().out.endswith(" {'h': 1}\n") is (callback == "print")


def test_a_partial_of_a_block_calls_the_block_with_its_keywords(run):
    """It is one invocation of the block, which got the preset keywords beside those the engine offers."""
    ended = run("functools.partial(plain, more=5)")
    assert ended.summary().debug == [str([True, ["action", "handle", "more", "results"]])]
    last = starts(ended)[-1]
    assert [one.block for one in starts(ended)] == ["on_start", "plain"]
    assert (last.block, last.line) == ("plain", line_of(ended, "plain"))
    assert sorted(last.arguments) == sorted([*OFFERED, "more"])


@pytest.mark.parametrize("chosen", range(32))
def test_any_subset_of_the_five_keywords_may_be_declared(run, chosen: int):
    """A callback gets the ones it names, and nothing else."""
    names = [name for place, name in enumerate(OFFERED) if chosen >> place & 1]
    ended = run("done", f"def done({', '.join(names)}): phantom.debug(sorted(locals()))\n")
    assert (ended.status, ended.summary().debug) == ("success", [str(names)])
    assert sorted(starts(ended)[-1].arguments) == names
    assert any("takes nothing of what" in note for note in ended.summary().notes) is (not names)


@pytest.mark.parametrize("callback", ["lambda: phantom.debug('called')", "Empty()", "Empty().go"])
def test_a_callable_that_declares_nothing_is_called_with_nothing_and_a_note(run, callback: str):
    """The note names it."""
    ended = run(callback, "class Empty:\n    def __call__(self): phantom.debug('called')\n"
                          "    def go(self): phantom.debug('called')\n")
    assert ended.summary().debug == ["called"]
    called = starts(ended)[-1]
    assert called.arguments == {}
    assert (f"callback {called.block} (line {called.line}) takes nothing of what it is offered: it is called without"
            in ended.summary().notes)


@pytest.mark.parametrize("callback", ["old", "lambda a, b, c, d, e: old(a, b, c, d, e)", "functools.partial(old)",
                                      "functools.partial(lambda first, *five: old(*five), 0)"])
def test_five_parameters_of_other_names_are_filled_by_position(run, callback: str):
    """In the order of the oldest playbooks: action, success, container, results, handle."""
    ended = run(callback, "import functools\ndef old(a, b, c, d, e):\n"
                          "    phantom.debug([a['name'], b, c['id'], d[0]['name'], e])\n")
    assert (ended.status, ended.summary().debug) == ("success", ["['one', True, 1, 'one', {'h': 1}]"])


@pytest.mark.parametrize(("callback", "kind"), [
    ("'plain'", "str"), ("''", "str"), ("5", "int"), ("0", "int"), ("False", "bool"), ("[plain]", "list"),
    ("{}", "dict"), ("plain.__name__", "str"), ("(plain,)", "tuple"), ("object()", "object")])
def test_what_cannot_be_called_is_one_error_with_block_and_line(run, callback: str, kind: str):
    """Nothing is queued, and the message says what to pass instead."""
    ended = run(callback)
    assert ended.status == "error"
    assert ended.summary().message == (
        f"PlaybookArgumentError: act: callback must be a function, not {kind}. Pass the function itself, not its name "
        f"or its result. (block on_start, sample:{line_of(ended, 'act')})")
    assert (ended.summary().action_runs, len(starts(ended))) == ([], 1)


@pytest.mark.parametrize("order", ["one two three", "three one two"])
def test_callbacks_of_one_name_are_told_apart_by_the_command_that_registered_them(lab: Lab, playbook, order: str):
    """``cause.command`` is the ``command`` of that ``act`` call, and ``cause.line`` its line."""
    lab.action("look")(lambda parameter: [])
    acts = "".join(f"    phantom.act('look', parameters=[{{}}], name='{name}', assets=['x'], callback={callback})\n"
                   for name, callback in zip(order.split(), (
                       "lambda success: phantom.debug(1)", "lambda success: phantom.debug(2)", "make(3)"), strict=True))
    ended = lab.run(playbook("def make(n):\n    done = lambda success: phantom.debug(n)\n    return done\n"
                             f"def on_start(container):\n    phantom.get_run_data(key='x')\n{acts}"))
    asked = {event.command: (ended.journal.get(event.arguments["name"]), event.line)
             for event in ended.journal.events if isinstance(event, ApiCalled) and event.name == "act"}
    told = {one.cause.command: (one.cause.name, one.cause.line) for one in starts(ended)[1:]}
    assert {one.block for one in starts(ended)[1:]} == {"<lambda>"}
    assert len(asked) == 3
    assert told == asked
    assert [one.cause.name for one in starts(ended)[1:]] == order.split()
    assert ended.summary().debug == ["1", "2", "3"]


def test_one_callback_registered_by_two_commands_is_told_of_each(lab: Lab, playbook):
    """The same function, twice, from one line of a loop: two commands."""
    lab.action("look")(lambda parameter: [])
    ended = lab.run(playbook(
        "def on_start(container):\n    for name in ('a', 'b'):\n"
        "        phantom.act('look', parameters=[{}], name=name, assets=['x'], callback=done)\n"
        "def done(container=None, **kwargs): pass\n"))
    asked = [event.command for event in ended.journal.events if isinstance(event, ApiCalled)]
    assert [one.cause.command for one in starts(ended)[1:]] == asked
    assert len({*asked}) == 2
    assert [one.cause.line for one in starts(ended)] == [None, 4, 4]


CALLS = {
    "recursion": ("def b(container, n):\n    if n:\n        b(container, n - 1)", "b(container, 3)"),
    "mutual": (("def even(container, n): return n == 0 or odd(container, n - 1)\n"
               "def odd(container, n):\n    return n != 0 and even(container, n - 1)"), "even(container, 5)"),
    "tree": ("def t(container, n):\n    for _ in range(n): t(container, n - 1)", "t(container, 3)"),
    "default": (("def b(container): pass\ndef a(container, then=b): then(container)\nold = b\n"
                "def c(container): old(container)\nb = c"), "a(container); c(container); b(0)"),
    "dispatch": ("def b(container): pass\ndef c(container): b(container)\nTABLE = {1: b, 2: c}",
                 "for key in (1, 2, 1):\n        TABLE[key](container)\n    [*map(TABLE[2], [1, 2])]"),
    "generator": (("def b(container): return 1\ndef each(c):\n    for n in range(2):\n        b(c)\n        yield n\n"
                  "def use(steps, **kwargs): next(steps)"),
                  "for n in each(container):\n        b(container)\n    use(each(container))"),
    "methods": (("class Way:\n    def __init__(self, c): b(c)\n    def go(self, c): return b(c)\n    @staticmethod\n"
                "    def s(c): b(c)\n    @property\n    def p(self): return b(0)\n    def __enter__(self): b(1)\n"
                "    def __exit__(self, *a): b(2)\n    def __getitem__(self, c): return b(c)\ndef b(container): pass"),
                "way = Way(0)\n    way.go(1); Way.s(2)\n    way.p\n    with way:\n        way[5]"),
    "nested": ("def b(container):\n    (lambda c: c and b(0))(container)",
               ("def inner(n):\n        if n: inner(n - 1)\n        b(container)\n    inner(2)\n"
               "    def other(container):\n        b(container)\n    other(container)")),
    "expressions": ("def b(container): return 1",
                    ("[b(n) for n in range(2)]\n    sorted([3, 1], key=b)\n    sum(b(n)\n        for n in range(2)\n"
                    "    )\n    f'{b(1)}' if b(0) else b(2)\n    b(\n        b(\n            1\n        )\n    )\n"
                    "    b(*[1]); b(**{'container': 2})")),
    "exceptions": (("def b(container):\n    raise ValueError\ndef c(container):\n    try:\n        b(container)\n"
                   "    finally:\n        d(container)\ndef d(container): pass"),
                   ("for _ in range(2):\n        try:\n            c(container)\n        except ValueError:\n"
                   "            d(container)")),
    "partial": ("import functools\ndef b(container, n=0): return n",
                "functools.partial(b, n=2)(container)\n    functools.reduce(lambda x, y: b(x, n=y), [1, 2, 3])"),
    "helpers": ("def help(c, f): return f(c)\ndef b(container): help(container, c)\ndef c(container): pass",
                "help(container, b)\n    help(container, lambda x: help(x, c))"),
    "guarded": (("if True:\n    def b(container): c(container)\n"
                "try:\n    def c(container): pass\nfinally:\n    pass"), "b(container)"),
}


PLAIN = """
import json, sys
source, blocks = json.load(sys.stdin)
space, numbers, found = {}, {}, []
exec(compile(source, "plain", "exec"), space)
def profile(frame, event, arg):
    code = frame.f_code
    if event == "call" and code.co_filename == "plain" and code.co_qualname in blocks:
        up = [frame]
        while up[-1].f_back:
            up.append(up[-1].f_back)
        above = [numbers[one] for one in up if one in numbers]
        line = next((one.f_lineno for one in up[1:] if one.f_code.co_filename == "plain"), None)
        numbers[frame] = len(found) + 1
        found.append([code.co_name, code.co_firstlineno, len(above), above[0] if above else None, line])
sys.setprofile(profile)
space["on_start"]({"id": 1})
sys.setprofile(None)
print(json.dumps(found))
"""


def as_python_does(playbook: Playbook) -> list[list[Any]]:
    """Block, its line, depth, number of the calling invocation, line of the call: a profile of plain Python."""
    given = json.dumps(["\n" + playbook.source.split("\n", 1)[1], [*playbook.blocks]])
    done = forked.run([sys.executable, "-c", PLAIN], input=given, capture_output=True, text=True, timeout=LONG,
                      check=True)
    found: list[list[Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", CALLS)
def test_direct_calls_are_recorded_as_python_makes_them(lab: Lab, playbook, kind: str):
    """Order, depth, caller and line of every call of a block, compared with a profile of plain Python."""
    blocks, body = CALLS[kind]
    loaded = playbook(f"{blocks}\ndef on_start(container):\n    {body}\n")
    expected = as_python_does(loaded)
    ended = lab.run(loaded)
    assert ended.status == "success", ended.summary().message
    assert [[one.block, one.line, one.depth, one.caller, one.cause.line] for one in starts(ended)] == expected
    assert len(expected) > 2
