"""Which way code goes where it forks: every form of Python that decides, and that looking on changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.history import BranchTaken
from phantom_lab.trials.coverage import Coverage

START = datetime(2026, 1, 5, tzinfo=UTC)
HEAD = """import phantom.rules as phantom

def helper(value):
    return value

def on_start(container):
    rows, empty, text = [1, 2], [], "a"
"""
FORMS: dict[str, tuple[str, list[str]]] = {
    "an if that holds": ("if rows:\n    pass", ["if_1 true"]),
    "an if that does not": ("if empty:\n    pass", ["if_1 false"]),
    "elif and else": ("if empty:\n    pass\nelif rows:\n    pass\nelse:\n    pass", ["if_1 false", "if_2 true"]),
    "an early return": ("if rows:\n    return\nif rows:\n    pass", ["if_1 true"]),
    "a conditional expression": ("value = 1 if empty else 2", ["choice_1 false"]),
    "one within another": ("value = 1 if empty else (2 if rows else 3)", ["choice_1 false", "choice_2 true"]),
    "one in a lambda": ("(lambda one: 1 if one else 2)(rows)", ["choice_1 true"]),
    "a loop": ("for one in rows:\n    pass", ["for_1 entered"]),
    "a loop over nothing": ("for one in empty:\n    pass", ["for_1 never entered"]),
    "a loop over a generator": ("for one in (x for x in rows):\n    pass", ["for_1 entered"]),
    "a loop that is left": ("for one in rows:\n    break\nelse:\n    pass", ["else_1 left out", "for_1 entered"]),
    "a loop that comes to its end": (
        "for one in rows:\n    if one > 5:\n        break\nelse:\n    pass",
        ["else_1 taken", "for_1 entered", "if_1 false"]),
    "a break of an inner loop": (
        "for one in rows:\n    for two in rows:\n        break\n    if empty:\n        break\nelse:\n    pass",
        ["else_1 taken", "for_1 entered", "for_2 entered", "if_1 false"]),
    "while": ("while rows:\n    rows.pop()", ["while_1 entered"]),
    "while that is never entered": ("while empty:\n    pass", ["while_1 never entered"]),
    "while in a loop": ("for one in (0, 2):\n    while one:\n        one -= 1",
                        ["while_1 entered", "while_1 never entered"]),
    "while with a break and an else": ("while rows:\n    break\nelse:\n    pass",
                                       ["else_1 left out", "while_1 entered"]),
    "while true": ("while True:\n    if rows:\n        break", ["if_1 true"]),
    "a handler": ("try:\n    int(text)\nexcept ValueError:\n    pass", ["try_1 except ValueError"]),
    "the second of two handlers": (
        "try:\n    {}[1]\nexcept ValueError:\n    pass\nexcept (KeyError, IndexError):\n    pass",
        ["try_1 except (KeyError, IndexError)"]),
    "no exception": ("try:\n    pass\nexcept ValueError:\n    pass", ["try_1 no exception"]),
    "no exception, by a return": ("try:\n    return int('1')\nexcept ValueError:\n    pass", ["try_1 no exception"]),
    "no exception, by a bare return": ("try:\n    return\nexcept ValueError:\n    pass", ["try_1 no exception"]),
    "an exception within a return": ("try:\n    return int(text)\nexcept ValueError:\n    pass",
                                     ["try_1 except ValueError"]),
    "no exception, by continue": ("for one in rows:\n    try:\n        continue\n    except ValueError:\n        pass",
                                  ["for_1 entered", "try_1 no exception"]),
    "a loop within a try": ("try:\n    for one in rows:\n        continue\n    int(text)\nexcept ValueError:\n    pass",
                            ["for_1 entered", "try_1 except ValueError"]),
    "else and finally": ("try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    pass\nfinally:\n    pass",
                         ["try_1 no exception"]),
    "match": ("match text:\n    case 'b':\n        pass\n    case 'a':\n        pass", ["match_1 case 2"]),
    "match of nothing": ("match text:\n    case 'b':\n        pass", ["match_1 no case"]),
    "match with a guard": ("match text:\n    case 'a' if empty:\n        pass\n    case _:\n        pass",
                           ["match_1 case 2"]),
    "and that calls a function": ("rows and helper(1)", ["operand_1 true"]),
    "and that does not come to it": ("empty and helper(1)", ["operand_1 false"]),
    "or that calls a function of the platform": ("text or phantom.debug('x')", ["operand_1 true"]),
    "three operands": ("rows and text and helper(1)", ["operand_1 true", "operand_2 true"]),
    "a short-circuit in a test": ("if rows and helper(0):\n    pass", ["if_1 false", "operand_1 true"]),
    "a comprehension that calls a function": ("[helper(one) for one in rows if one > 1]",
                                              ["for_1 entered", "if_1 false", "if_1 true"]),
    "a generator that calls a function": ("list(helper(one) for one in rows if one > 5)", ["if_1 false"]),
    "a nested function": ("def inner():\n    if rows:\n        pass\ninner()", ["if_1 true"]),
    "asynchronous comprehensions": (
        ("import asyncio\nasync def some():\n    yield 1\n    yield 2\n"
         "async def inner():\n    return [helper(one) async for one in some() if one > 1]\nasyncio.run(inner())"),
        ["if_1 false", "if_1 true"]),
    "a method": ("class Inner:\n    def ask(self):\n        if rows:\n            pass\nInner().ask()", ["if_1 true"]),
    "what is decided already": ("if True:\n    pass\nfor one in (1, 2):\n    pass\nfor two in range(3):\n    pass", []),
}


def playbook(code: str) -> Playbook:
    """A playbook whose ``on_start`` holds some code."""
    return Playbook.from_source(HEAD + "".join(f"    {line}\n" for line in code.split("\n")), name="sample")


def watched(code: str) -> list[str]:
    """The ways that a run of it takes."""
    events = Lab({"name": "x"}).run(playbook(code), watched=True).journal.events
    return sorted(f"{one.name} {one.way}" for one in events if isinstance(one, BranchTaken))


@pytest.mark.parametrize(("code", "ways"), FORMS.values(), ids=FORMS)
def test_every_form_tells_which_way_it_goes(code: str, ways: list[str]):
    """By the kind of the place, how manieth of it, and the way."""
    assert watched(code) == ways


@pytest.mark.parametrize(("code", "ways"), FORMS.values(), ids=FORMS)
def test_whatever_is_taken_was_counted(code: str, ways: list[str]):
    """What there is to reach is told by the text alone."""
    coverage = Coverage.of(playbook(code))
    assert set(ways) <= {f"{one.name} {one.way}" for one in coverage.branches}


NOT_COUNTED = {
    "x = rows or text": "short-circuits that decide no call of a function of the playbook or of `phantom`",
    "[one for one in rows]": "comprehensions that call no function of the playbook or of `phantom`",
    "any(helper(one) for one in rows)": "whether a generator expression goes round at all",
    "assert rows": "assertions",
    "async def inner(): return [helper(one) async for one in some()]": "asynchronous loops",
    "with contextlib.suppress(ValueError):\n    int(text)": "exceptions that a `with` passes over",
    "handlers = {'a': helper, 'b': lambda value: 1}": "which function a look-up gives",
    "handlers[text](1)": "which function a look-up gives",
    "(helper, print)[rows == empty](1)": "which function a look-up gives",
    "handlers.get(text, helper)(1)": "which function a look-up gives",
    "getattr(rows, text)()": "which function a look-up gives",
    "exec(text)": "code that is made of texts",
    "value = eval(text)": "code that is made of texts",
    "found = list(filter(None, rows))": "what is filtered, or taken up to some value",
    "found = list(itertools.takewhile(bool, rows))": "what is filtered, or taken up to some value",
}
"""Names that nothing gives are as good here as others: nothing is executed."""
COUNTED = ["rows.filter(1)", "value = {'a': helper}", "value = rows[0]", "with open(text):\n    pass", "text.get(1)"]
"""What goes one way, as far as the text tells."""


@pytest.mark.parametrize(("code", "what"), NOT_COUNTED.items(), ids=NOT_COUNTED)
def test_what_is_not_counted_is_named(code: str, what: str):
    """With its line."""
    (one,) = (one for one in Coverage.of(playbook(code)).uncounted if one.function != "helper")
    assert (one.what, one.function, one.line) == (what, "on_start", 8)


@pytest.mark.parametrize("code", COUNTED)
def test_what_goes_one_way_is_not_named(code: str):
    """It would hide what does go several ways."""
    assert not [one for one in Coverage.of(playbook(code)).uncounted if one.function != "helper"]


def test_an_asynchronous_loop_is_named():
    """Its rounds cannot be looked at on the way."""
    code = "async def inner():\n    async for one in some():\n        pass"
    assert [(one.what, one.line) for one in Coverage.of(playbook(code)).uncounted if one.function != "helper"] == [
        ("asynchronous loops", 9)]


def test_a_class_that_passes_over_exceptions_is_known_by_its_exit():
    """Its name tells nothing."""
    code = "class Quiet:\n    def __exit__(self, *error):\n        return True\nwith Quiet():\n    int(text)"
    assert [one.what for one in Coverage.of(playbook(code)).uncounted if one.function != "helper"] == [
        "exceptions that a `with` passes over"]


def test_the_modules_own_level_and_what_nothing_leads_to_are_not_counted():
    """Neither has a run to choose in."""
    source = "import phantom.rules as phantom\nif phantom:\n    pass\ndef lost():\n    if 1 > x:\n        pass\n"
    coverage = Coverage.of(Playbook.from_source(f"{source}def on_start(container):\n    pass\n", name="sample"))
    assert (coverage.places, [(one.what, one.line) for one in coverage.uncounted]) == (
        (), [("code at the module's own level", 2), ("functions that nothing leads to", 4)])


STRICT = """
calls = []
class Odd:
    def __init__(self, value):
        self.value = value
    def __bool__(self):
        calls.append(self.value)
        return bool(self.value)
    def __iter__(self):
        calls.append("iter")
        return iter([self.value])

def first(values):
    for one in values:
        calls.append(one)
        yield one

def on_start(container):
    if Odd(0):
        pass
    for one in first([1, 2, 3]):
        if one == 2:
            break
    while Odd(0):
        pass
    left = Odd(5) and 7
    grown = [1]
    for one in grown:
        if len(grown) < 4:
            grown.append(one + 1)
    for one in Odd(9):
        pass
    lazy = (helper(one) for one in first([8]))
    calls.append("before")
    list(lazy)
    phantom.debug(repr((calls, left, grown)))
    for one in 5:
        pass
"""


def test_looking_on_changes_nothing():
    """Each value is asked as often as before, loops take what they would, and an exception stands in the same place."""
    code = Playbook.from_source(HEAD.partition("def on_start")[0] + STRICT, name="sample")
    plain, told = (Lab({"name": "x"}).run(code, watched=one) for one in (False, True))
    assert plain.summary().debug == told.summary().debug
    assert (plain.status, plain.message) == (told.status, told.message)
    assert plain.message.startswith("TypeError: 'int' object is not iterable (block on_start, sample:42)")


@pytest.mark.parametrize("code", [one for one, _ in FORMS.values()], ids=FORMS)
def test_the_journal_is_the_same_but_for_the_branches(code: str):
    """And a run that nobody watches has none."""
    plain, told = (Lab({"name": "x"}, start=START).run(playbook(code), watched=one) for one in (False, True))
    spec, *events = told.journal.events
    assert list(plain.journal.events) == [replace(spec, watched=False),
                                          *(one for one in events if not isinstance(one, BranchTaken))]


def test_a_stop_is_not_held_up_by_the_branches():
    """A handler that swallows everything is a branch, too; what unwinds the run is none of the playbook's."""
    source = HEAD.replace("def on_start", "def begin") + """
def on_start(container):
    try:
        phantom.act("look up", parameters=[{}], assets=["x"], name="look_1", callback=on_done)
    except:
        pass

def on_done(**kwargs):
    pass
"""
    run = Lab({"name": "x"}).run(Playbook.from_source(source, name="sample"), watched=True)
    assert run.status == "needs_outcome"
    assert [one.way for one in run.journal.events if isinstance(one, BranchTaken)] == ["no exception"]
