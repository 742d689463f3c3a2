"""Playbooks that recurse: as deep as Python lets them, and no deeper."""

from __future__ import annotations

import sys

import pytest

from phantom_lab import Lab
from tests.patience import LONG, in_time

DEPTH = 600
HEADS = {"block": "def down(container, n)", "helper": "def down(n, m)",
         "decorated": "@phantom.playbook_block()\ndef down(container, n)",
         "with keywords": "def down(container=None, n=0, **kwargs)"}


def source(kind: str, end: str) -> str:
    """A playbook whose function calls itself until `end` says otherwise."""
    first = "None" if kind == "helper" else "container"
    swap = "n - 1, m" if kind == "helper" else "container, n - 1"
    start = f"{DEPTH}, {first}" if kind == "helper" else f"{first}, {DEPTH}"
    return (f"{HEADS[kind]}:\n    {end}\n    return down({swap})\n"
            f"def on_start(container):\n    phantom.debug(down({start}))\n"
            "def on_finish(container, summary):\n    phantom.debug('finished')\n")


@pytest.mark.parametrize("stepped", [False, True], ids=["headless", "stepped"])
@pytest.mark.parametrize("kind", HEADS)
def test_a_function_may_call_itself_hundreds_of_times(kind: str, stepped: bool, lab: Lab, playbook):
    """The lab's own frames take nothing from what Python allows."""
    loaded = playbook(source(kind, "if n == 0: return 'bottom'"))
    if stepped:
        stepper = lab.step(loaded)
        stepper.resume()
        run = stepper.run
    else:
        run = lab.run(loaded)
    assert (run.status, run.summary().debug) == ("success", ["bottom", "finished"])
    calls = [one for one in run.summary().invocations if one["block"] == "down"]
    assert len(calls) == (0 if kind == "helper" else DEPTH + 1)


@pytest.mark.parametrize("kind", HEADS)
def test_endless_recursion_is_an_error_of_the_block(kind: str, lab: Lab, playbook):
    """It ends soon, with Python's own exception, and ``on_finish`` is called."""
    with in_time():
        run = lab.run(playbook(source(kind, "pass")))
    assert run.status == "error"
    assert run.summary().message.startswith("RecursionError: maximum recursion depth exceeded")
    assert run.summary().debug == ["finished"]


@pytest.mark.parametrize("body", ["pass", "down(container, 3)", "endless(container)", "raise ValueError('x')",
                                  "phantom.fix_datapath()", "phantom.act('look', assets=['x'])"])
def test_the_recursion_limit_is_back_afterwards(body: str, lab: Lab, playbook):
    """However a run ends, the process is left as it was."""
    before = sys.getrecursionlimit()
    lab.run(playbook("def down(container, n): return n and down(container, n - 1)\n"
                     f"def endless(container): endless(container)\ndef on_start(container):\n    {body}\n"))
    assert sys.getrecursionlimit() == before


def test_runs_at_the_same_time_leave_the_limit_as_it_was(lab: Lab, playbook):
    """The last one that ends puts it back, in whatever order they end."""
    before = sys.getrecursionlimit()
    loaded = playbook("def on_start(container):\n    pass\n")
    steppers = [lab.step(loaded) for _ in range(3)]
    for number in (1, 0, 2):
        lab.run(loaded)
        steppers[number].resume()
        assert steppers[number].run.status == "success"
    for one in steppers:
        one._worker._thread.join(LONG)
    assert sys.getrecursionlimit() == before
