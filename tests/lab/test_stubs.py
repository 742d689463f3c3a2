"""Stubs at their edges: every way to declare arguments, and answers that are hard to copy."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab import InputError, Lab, frames

SOURCE = """
def on_start(container):
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb)
def cb(container=None, results=None, **kwargs):
    phantom.debug(results[0]["action_results"][0]["data"])
"""


@pytest.mark.parametrize(("stub", "seen"), [
    (lambda **kw: sorted(kw), ["action", "asset", "call", "name", "number", "parameter"]),
    (lambda parameter, **kw: [parameter["n"], "parameter" in kw], [1, False]),
    (lambda **kw: [kw["parameter"]["n"]], [1]),
    (lambda parameter, /: [parameter["n"]], [1]), (lambda anything, /: [anything["n"]], [1]),
    (lambda asset, /: [asset["n"]], [1]), (lambda *, parameter, asset: [parameter["n"], asset], [1, "x"]),
])
def test_a_stub_may_declare_its_arguments_in_any_way(stub, seen: list[Any], lab: Lab, playbook):
    """``**kw`` gets everything; a single positional one is the parameter, whatever its name."""
    lab.action("look")(stub)
    assert lab.run(playbook(SOURCE)).summary().debug == [str(seen)]


@pytest.mark.parametrize("place", ["data", "summary"])
def test_data_that_is_too_deep_needs_an_outcome(place: str, lab: Lab, playbook):
    """The message names the stub; nothing is raised into the playbook."""
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    lab.action("look")(lambda parameter: {place: [value] if place == "data" else {"v": value}})
    run = lab.run(playbook(SOURCE))
    assert run.status == "needs_outcome"
    assert "the result is nested too deeply" in run.summary().message


def test_the_decorator_without_parentheses_is_an_input_error(lab: Lab):
    """``@lab.action`` alone says how it is written."""
    with pytest.raises(InputError, match=r'lab\.action needs the action\'s name\. Write @lab\.action\("whois ip"\)'):
        @lab.action
        def look(parameter):
            return []


def test_a_stub_that_exits_does_not_end_the_process(lab: Lab, playbook):
    """It is a stub that raised, and the message names its block."""
    @lab.action("look")
    def look(parameter):
        raise SystemExit(3)

    run = lab.run(playbook(SOURCE))
    assert run.status == "needs_outcome"
    assert run.summary().message.startswith("the stub for 'look' raised SystemExit: 3 (block one, look (test_stubs.py:")


def test_data_that_is_no_data_is_refused_as_in_a_scenario(lab: Lab, playbook):
    """A list of objects, or one of them."""
    lab.action("look")(lambda parameter: {"data": "text"})
    run = lab.run(playbook(SOURCE))
    assert run.status == "needs_outcome"
    assert run.summary().message.startswith("`data` must be a list of data objects, or one of them, not str (block one")


def test_responses_that_are_too_few_are_counted_and_their_block_is_named(lab: Lab, playbook):
    """One response to two questions."""
    lab.action("prompt")(lambda parameter: {"responses": ["Yes"]})
    run = lab.run(playbook("""
def on_start(container):
    phantom.prompt2(container=container, user="kim", message="Go on?", name="ask", respond_in_mins=5,
                    response_types=[{"prompt": one, "options": {"type": "message"}} for one in ("a", "b")])
"""))
    assert run.summary().message.startswith("1 response to 2 questions (block ask, <lambda> (test_stubs.py:")


def test_what_is_missing_for_a_prompt_is_never_said_to_be_generated(lab: Lab, playbook):
    """Nobody's answer is made up."""
    run = lab.run(playbook("""
def on_start(container):
    phantom.prompt2(container=container, user="kim", message="Go on?", name="ask", respond_in_mins=5)
"""))
    assert run.status == "needs_outcome"
    assert "--generate" not in run.summary().message


def test_a_stub_of_a_cell_is_told_as_such(lab: Lab, playbook):
    """The file that IPython names is a number that nobody has seen."""
    for file in ("/tmp/ipykernel_12/3274540957.py", "C:\\Temp\\ipykernel_12\\3274540957.py", "<ipython-input-3-1f>"):
        held: dict[str, Any] = {}
        exec(compile("\n\ndef answer(parameter):\n    return []\n", file, "exec"), held)
        lab.action("look")(held["answer"])
        assert set(frames.results(lab.run(playbook(SOURCE)))["source"]) == {"stub answer (a cell, line 3)"}
