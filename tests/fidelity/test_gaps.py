"""What is not emulated stops the run, whatever the playbook does about it; what does not exist is Python's error."""

from __future__ import annotations

import pytest

from phantom_lab.rules import surface
from tests.table import tabled

NAMES = sorted(surface().names)
GAPS = {"call": ("phantom.fix_datapath()", "fix_datapath"),
        "name": ("phantom.JsonTranslator", "JsonTranslator"),
        "module": ("import phantom.app", "module phantom.app")}
GUARD = """    try:
        {call}
    except:
        pass
"""


@pytest.mark.assumed
@tabled("after", ["", "    return\n", "    print('no phantom call any more', end='')\n"])
@tabled("kind", GAPS)
def test_a_swallowed_gap_stops_the_run_without_on_finish(lab, playbook, kind, after):
    """A bare `except:` hides it from the playbook, not from the run's status and message."""
    call, name = GAPS[kind]
    run = lab.run(playbook(f"def on_start(container):\n{GUARD.format(call=call)}{after}"))
    assert run.status == "not_emulated"
    assert run.summary().gaps == {name: 1}
    assert run.summary().message.endswith("is not emulated yet (block on_start)")
    assert f"sample:4: {name} (chapter: " in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize("kind", GAPS)
def test_a_swallowed_gap_inside_on_finish_stops_the_run(lab, playbook, kind):
    """The very last call of a playbook may be the gap."""
    call, name = GAPS[kind]
    run = lab.run(playbook("def on_start(container):\n    pass\n"
                           f"def on_finish(container, summary):\n{GUARD.format(call=call)}"))
    assert run.status == "not_emulated"
    assert run.summary().gaps == {name: 1}
    assert run.summary().message.startswith(f"sample:6: {name} (chapter: ")


@pytest.mark.assumed
@pytest.mark.parametrize("place", ["b", "done", "helper"])
def test_a_swallowed_gap_ends_everything_that_was_still_to_come(lab, playbook, place):
    """No later block, callback, action or `phantom.*` call does anything."""
    lab.action("look up")(lambda parameter: [])
    run = lab.run(playbook(f"""
def helper(): {"phantom.fix_datapath()" if place == "helper" else "pass"}
def b(container): {"phantom.fix_datapath()" if place == "b" else "pass"}
def done(**kwargs):
    try:
        {"phantom.fix_datapath()" if place == "done" else "pass"}
    except:
        pass
def later(**kwargs): phantom.debug("after the gap")
def on_start(container):
    phantom.act("look up", assets=["a"], name="one", callback=done)
    phantom.act("look up", assets=["a"], name="two", callback=later)
    try:
        helper()
        b(container)
    except:
        pass
def on_finish(container, summary): phantom.debug("after the gap")
"""))
    assert run.status == "not_emulated"
    assert run.summary().debug == []
    assert "on_finish" not in [one["block"] for one in run.summary().invocations]


@pytest.mark.observed
def test_the_names_of_newer_systems_are_known():
    """None of them is one that has a signature, and none is emulated by accident."""
    assert {"JsonTranslator", "is_python_3_9"} <= set(NAMES)
    assert not set(NAMES) & (surface().functions.keys() | surface().constants.keys())


@pytest.mark.assumed
@tabled("use", ["phantom.{name}", "phantom.{name}(1, x=2)", "from phantom.rules import {name}"])
@tabled("name", NAMES)
def test_a_name_of_a_newer_system_stops_the_run(lab, playbook, name, use):
    """Of these no signature is known: to reach for one is a gap that names it."""
    run = lab.run(playbook(f"def on_start(container):\n{GUARD.format(call=use.format(name=name))}"))
    assert run.status == "not_emulated"
    assert run.summary().gaps == {name: 1}
    assert run.summary().message == (f"sample:4: {name} (chapter: names without a known signature) is not emulated yet "
                                     "(block on_start)")


@pytest.mark.assumed
@tabled(("name", "closest"), [
    ("no_such_name", ""), ("__wrapped__", ""), ("_private", ""), ("Act", "act"), ("collect3", "collect"),
    ("add_tag", "add_tags"), ("getcontainer", "get_container"), ("_check_required_param", "_check_required_params"),
    ("Loopstate", "LoopState"), ("APP_SUCESS", "APP_SUCCESS")])
def test_another_name_is_an_attribute_error(lab, playbook, name, closest):
    """As of any module: `hasattr` is False, and the block that reads it raises; told with the closest name."""
    run = lab.run(playbook(f"def on_start(container):\n    phantom.debug(hasattr(phantom, {name!r}))\n"
                           f"    phantom.{name}\n"))
    assert run.summary().debug == ["False"]
    assert run.status == "error"
    told = f"; closest is '{closest}'" if closest else ""
    assert run.summary().message == (f"AttributeError: module 'phantom.rules' has no attribute '{name}'{told} "
                                     "(block on_start, sample:4)")
    assert run.summary().gaps == {}
