"""The whole of `phantom.rules`: exact signatures, constants, and honest gaps."""

from __future__ import annotations

import json
from ast import literal_eval
from inspect import Parameter, Signature, signature
from pathlib import Path

import pytest

import phantom_lab
from phantom_lab import Lab, Playbook
from phantom_lab.history import GapMet
from phantom_lab.rules import rules_module
from phantom_lab.rules.registry import EMULATED
from phantom_lab.rules.surface import surface
from tests.table import tabled

SURFACE = json.loads((Path(phantom_lab.__file__).parent / "rules" / "surface.json").read_text(encoding="utf-8"))
FUNCTIONS, CONSTANTS = SURFACE["functions"], SURFACE["constants"]
GAPS = sorted(FUNCTIONS.keys() - EMULATED.keys())
GUARDED = """
def on_start(container):
    try:
        phantom.{call}
    except{caught}:
        pass
    phantom.debug("went on")

def on_finish(container, summary):
    phantom.debug("finished")
"""


@pytest.fixture(scope="module")
def phantom():
    """The module of a run."""
    nothing = Playbook.from_source("def on_start(container):\n    pass\n", name="nothing")
    return rules_module(Lab({"name": "x"}).prepare(nothing))


def parameter(text, default):
    """One parameter, from its name as Python writes it (`x`, `*x`, `**x`) and the text of its default."""
    kinds = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    name = text.lstrip("*")
    return Parameter(name, kinds[len(text) - len(name)],
                     default=Parameter.empty if default is None else literal_eval(default))


@pytest.mark.observed
@tabled("name", FUNCTIONS)
def test_a_function_has_the_vendors_signature(phantom, name):
    """Names, order and defaults of all parameters are those of the public introspection dump."""
    wanted = Signature([parameter(one["name"], one.get("default")) for one in FUNCTIONS[name]["parameters"]])
    assert signature(getattr(phantom, name)) == wanted
    assert getattr(phantom, name).__name__ == name


@pytest.mark.observed
def test_the_shape_of_what_a_function_returns_is_told():
    """Of every function, even if only that nothing is documented."""
    assert [name for name, one in surface().functions.items() if not one.returns] == []
    rules = {"allowed", "refused", "unnamed", "known", "none"}
    assert {one.in_custom_function for one in surface().functions.values()} == rules


@pytest.mark.observed
def test_signatures_are_read_as_they_were_written():
    """The dump names what generated playbooks pass: a cross-check with signatures that are written here by hand."""
    written = {
        "act": "action=None, parameters=None, assets=None, tags=None, callback=None, reviewer=None, handle=None, "
               "start_time=None, name=None, asset_type=None, app=None, parent_action=None, loop_state=None",
        "completed": "action_names=None, playbook_names=None, custom_function_names=None, trace=False",
        "format": "container=None, template=None, parameters=None, scope=None, filter_artifact_ids=None, name=None, "
                  "trace=False, separator=None, drop_none=False",
        "condition": "container=None, action_results=None, conditions=None, logical_operator='or', scope=None, "
                     "filtered_artifacts=None, filtered_results=None, limit=None, trace=False, name=None, auto=True, "
                     "case_sensitive=True, handle=None, delimiter=','",
        "add_note": "container=None, note_type=None, trace=False, note_format='html', **kwargs",
        "concatenate": "*args, **kwargs",
    }
    for name, text in written.items():
        stored = [f"{one['name']}={one['default']}" if "default" in one else one["name"]
                  for one in FUNCTIONS[name]["parameters"]]
        assert ", ".join(stored) == text


@pytest.mark.observed
@tabled("name", CONSTANTS)
def test_a_constant_has_the_vendors_value(phantom, name):
    """Every constant of the dump is there, with its value and type."""
    text = CONSTANTS[name]
    inner = text.removeprefix("frozenset(")
    wanted = literal_eval(text) if inner == text else frozenset(literal_eval(inner.removesuffix(")")))
    assert getattr(phantom, name) == wanted
    assert type(getattr(phantom, name)) is type(wanted)


@pytest.mark.observed
@tabled(("name", "given"), [
    ("APP_SUCCESS", True), ("APP_ERROR", False), ("APP_SUCCESS_STR", "success"), ("APP_ERROR_STR", "failed"),
    ("GET_ALL", "all"), ("GET_NEW", "new"), ("SEVERITY_LIST", ["low", "medium", "high"]),
    ("SENSITIVITY_LIST", ["red", "amber", "green", "white"]), ("NOTE_FORMAT_HTML", "html"),
    ("NOTE_FORMAT_MARKDOWN", "markdown"), ("DEFAULT_REST_BASE_URL", "https://127.0.0.1/rest/"),
])
def test_constants_that_playbooks_use(value, name, given):
    """The values that the reference states."""
    assert value(f"phantom.{name}") == given


@pytest.mark.observed
@tabled(("expression", "given"), [
    ("CEF_JSON['sourceAddress']", {"contains": ["ip"]}), ("CEF_JSON['deviceAction']", {"contains": []}),
    ("CEF_NAME_MAPPING['src']", "sourceAddress"), ("CEF_NAME_MAPPING['sourceAddress']", "src"),
    ("CEF_NAME_MAPPING['fileName']", "fileName"), ("DATA_PATH_MAP['action_result.data']", "result_data.*.data"),
    ("DATA_PATH_MAP['summary']", "result_summary"),
])
def test_tables_that_playbooks_can_look_up(value, expression, given):
    """What fields contain, their other names, and how records are stored."""
    assert value(f"phantom.{expression}") == given


@pytest.mark.assumed
def test_a_constant_that_a_playbook_changes_is_its_own(block):
    """Neither another run nor what the rules themselves look up knows of it."""
    setup = "phantom.SEVERITY_LIST.clear()\nphantom.CEF_JSON.clear()\nphantom.CEF_NAME_MAPPING.clear()"
    there = "[len(phantom.SEVERITY_LIST), phantom.get_cef_value(1, {'src': '1.1.1.1'}, 'sourceAddress')]"
    assert [block(there, setup=one).summary().debug for one in (setup, "pass")] == [
        ['[0, "1.1.1.1"]'], ['[3, "1.1.1.1"]']]


@pytest.mark.assumed
@pytest.mark.parametrize("caught", ["", " Exception", " BaseException"], ids=["bare", "Exception", "BaseException"])
@pytest.mark.parametrize("name", GAPS)
def test_a_name_that_is_not_emulated_stops_the_run(lab, playbook, name, caught):
    """The run ends as `not_emulated` and names the name and its chapter, however the playbook guards the call."""
    run = lab.run(playbook(GUARDED.format(call=f"{name}()", caught=caught)))
    chapter = FUNCTIONS[name]["chapter"]
    assert run.status == "not_emulated"
    assert run.summary().message == f"sample:5: {name} (chapter: {chapter}) is not emulated yet (block on_start)"
    gaps = [(gap.name, gap.chapter, gap.line) for gap in run.journal.events if isinstance(gap, GapMet)]
    assert gaps == [(name, chapter, 5)]
    assert run.summary().gaps == {name: 1}
    assert run.summary().debug == []


@pytest.mark.assumed
@pytest.mark.parametrize(("statement", "name"), [("from phantom.app import BaseConnector", "phantom.app"),
                                                 ("import phantom.action_result", "phantom.action_result"),
                                                 ("from phantom import cef", "phantom.cef")])
def test_a_module_that_is_not_emulated_stops_the_run(lab, playbook, statement, name):
    """An import in a block is a gap like a call."""
    source = GUARDED.replace("phantom.{call}", statement).replace("{caught}", " ImportError")
    run = lab.run(playbook(source))
    assert run.status == "not_emulated"
    assert run.summary().gaps == {f"module {name}": 1}


@pytest.mark.observed
def test_ways_of_importing_the_module(lab, playbook):
    """`phantom.rules` may be imported under any name, and names out of it."""
    run = lab.run(playbook("""
import phantom.rules
import phantom.rules as ph
from phantom import rules
from phantom.rules import debug, APP_SUCCESS_STR

def on_start(container):
    debug(phantom.rules.APP_SUCCESS_STR)
    ph.debug(rules.debug is debug)
    rules.debug(APP_SUCCESS_STR)
"""))
    assert run.summary().debug == ["success", "True", "success"]
