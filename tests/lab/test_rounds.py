"""The counts that are compiled into playbook code change nothing of what it does."""

from __future__ import annotations

import ast
import traceback
from typing import Any

import pytest

from phantom_lab import Lab, Options, Playbook
from phantom_lab.engine.counts import Counts
from phantom_lab.source.rounds import NEXT, count_rounds
from phantom_lab.state import Clock

SOURCE = '''
import asyncio

def loops():
    seen = []
    for n in range(600):
        if n == 3:
            continue
        if n > 520:
            break
        seen.append(n)
    else:
        seen.append("for")
    while seen[-1] > 515:
        seen.pop()
    else:
        seen.append("while")
    for _ in ():
        pass
    else:
        seen.append("empty")
    return seen

def nested():
    return [(a, b) for a in range(3) if a for b in "xy" if b < "y"], {a: {b for b in range(a)} for a in range(3)}

def lazily():
    asked = []
    def gen():
        """What it gives."""
        n = 0
        while n < 3:
            asked.append(n)
            yield n
            n += 1
    found = (n * 2 for n in gen())
    return next(found), asked, list(found), asked, gen.__doc__

def functions():
    class Thing:
        """A thing."""
        rows = [n for n in range(3)]
        def size(self, more=lambda n: n + 1):
            """Its size."""
            return more(len(self.rows))
    falsy = (lambda: 0)(), (lambda: None)(), (lambda *a, **k: (a, k))(1, b=2)
    return Thing().size(), Thing.__doc__, Thing.size.__doc__, falsy, sorted(vars(Thing))

def names():
    for n in range(2):
        found = [one for one in range(n)]
    return sorted(locals()), [one for one in dir() if "lab" in one]

def unwinding():
    told = []
    for n in range(3):
        try:
            if n == 1:
                raise ValueError(n)
            told.append(n)
        except ValueError as exc:
            told.append(str(exc))
        finally:
            told.append("finally")
    return told

def waiting():
    async def numbers():
        for n in range(3):
            yield n
    async def gathered():
        found = [n async for n in numbers()]
        async for n in numbers():
            found.append(n)
        return found
    return asyncio.run(gathered())

def matching(given=(1, [2, 3])):
    match given:
        case (one, [*rest]):
            while rest:
                one += rest.pop()
            return one

def shadowing():
    next = "mine"
    return [next for n in range(2)], next
'''
FUNCTIONS = [one.name for one in ast.parse(SOURCE).body if isinstance(one, ast.FunctionDef)]


def plain(source: str) -> dict[str, Any]:
    """What a source defines without the lab."""
    names: dict[str, Any] = {"__name__": "plain"}
    exec(source, names)
    return names


def counted(source: str) -> dict[str, Any]:
    """What it defines in the lab."""
    run = Lab({"name": "X"}, options=Options(max_steps=10**6)).prepare(
        Playbook.from_source(f"{source}\ndef on_start(container): pass\n", name="p"))
    return vars(run._modules.playbook)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_counted_code_gives_what_it_gives_anywhere(name: str):
    """Every form of a loop, a comprehension and a function."""
    assert counted(SOURCE)[name]() == plain(SOURCE)[name]()


RAISING = '''
def fails():
    for n in [1, 2]:
        while n:
            rows = [1 / (2 - m)
                    for m in range(n + 1)]
            n -= 1
def takes(rows):
    for row in rows:
        pass
def compares(rows):
    return [row for row in rows
            if row > 1]
'''


@pytest.mark.parametrize("call", ["fails()", "takes(None)", "takes(5)", "compares([0, 'x'])", "compares(None)"])
def test_exceptions_have_the_same_lines(call: str):
    """And the same columns, from which is told which value was to blame."""
    told = []
    for names in (plain(RAISING), counted(RAISING)):
        with pytest.raises((TypeError, ZeroDivisionError)) as caught:
            eval(call, {**names})
        frames = traceback.extract_tb(caught.tb)
        told.append([(str(caught.value), one.lineno, one.end_lineno, one.colno, one.end_colno)
                     for one in frames if one.name in ("fails", "takes", "compares", "<listcomp>")])
    assert told[0] == told[1]


def test_every_round_is_counted():
    """Where it goes round, and in all."""
    source = "def go():\n    for n in range(1000):\n        k = n\n    return [n for n in range(5000)]\n"
    names = counted(source)
    counts = names["__builtins__"]["__phantom_lab_round__"].__self__
    assert isinstance(counts, Counts)
    before = counts.steps.counted
    names["go"]()
    assert {counts.source.places[number].kind: counts.since(number)[1] for number in range(2)} == {
        "loop": 1000, "comprehension": 5000}
    assert 6000 - 2 * 256 < counts.steps.counted - before <= 6000


def test_a_deep_expression_is_counted_as_well():
    """Nothing of it recurses."""
    tree = ast.parse("x = " + "+".join(["1"] * 900) + "\nwhile x:\n    x = 0\n")
    assert [one.kind for one in count_rounds(tree)] == ["loop"]
    assert NEXT in ast.unparse(tree.body[2])


def test_to_look_at_the_time_so_far_is_no_reading():
    """Only what a playbook sees moves the clock on."""
    clock = Clock()
    assert (clock.passed, clock.readings) == (0, 0)
    clock.now()
    assert (clock.passed, clock.readings) == (0.001, 1)
