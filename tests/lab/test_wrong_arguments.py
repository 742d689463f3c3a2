"""Arguments of wrong types: every argument of the functions that act, ask, collect, decide and format."""

from __future__ import annotations

from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.history import RunEnded
from phantom_lab.rules.surface import surface
from tests.deep import TOO_DEEP
from tests.table import tabled
from tests.usual_calls import usual_arguments

VALUES = {
    "number": "5", "nan": "float('nan')", "true": "True", "huge": "'x' * 20_000", "bytes": "b'x'", "dict": "{'a': 1}",
    "objects": "[object()]", "ring": "ring()", "deep": "DEEP", "object": "object()", "function": "print",
}
ANY = frozenset(VALUES)
"""Whose truth alone counts, or what a playbook keeps for itself."""
TEXT, NUMBER, NUMBERS, FUNCTION = (frozenset(one.split()) for one in ("huge", "number", "number huge", "function"))
"""An id may be digits."""
NOTHING: frozenset[str] = frozenset()
JSON = frozenset({"number", "nan", "true", "huge", "dict"})
CONTAINER, RESULTS = frozenset({"number", "huge", "dict"}), frozenset({"dict", "objects", "ring", "deep"})
IDS = NUMBERS | {"objects", "ring", "deep"}
"""Within a list, what is no result or no id is passed over."""
DATA = {"container": CONTAINER, "scope": IDS, "trace": ANY}
COLLECT = {**DATA, "limit": NUMBER}
TEMPLATE = {**DATA, "filter_artifact_ids": IDS, "separator": TEXT, "drop_none": ANY, "parameters": TEXT,
            "name": TEXT}
ASK = {"user": NUMBERS, "message": TEXT, "respond_in_mins": NUMBER, "callback": FUNCTION, "name": TEXT}
TEST = {**COLLECT, "action_results": RESULTS, "conditions": NOTHING, "logical_operator": NOTHING, "name": TEXT,
        "filtered_artifacts": IDS, "filtered_results": RESULTS, "auto": ANY, "case_sensitive": ANY,
        "delimiter": TEXT}
KEPT = {"key": NUMBERS, "value": ANY, "auto": ANY, "trace": ANY}
RUN_IDS = {"action_run_id": NUMBERS, "app_run_id": NUMBERS}

ACCEPTED = {
    "act": {"action": TEXT, "parameters": NOTHING, "assets": TEXT, "tags": TEXT, "callback": FUNCTION,
            "reviewer": TEXT, "handle": JSON, "start_time": NOTHING, "name": TEXT, "asset_type": TEXT,
            "app": {"huge", "dict"}, "parent_action": JSON, "loop_state": {"dict"}},
    "prompt": {**ASK, **TEMPLATE, "options": JSON},
    "prompt2": {**ASK, **TEMPLATE, "response_types": NOTHING, "role": NUMBERS},
    "task": ASK,
    "custom_function": {"custom_function": NOTHING, "parameters": NOTHING, "callback": FUNCTION, "name": TEXT},
    "playbook": {"playbook": NOTHING, "container": ANY, "handle": JSON, "show_debug": ANY, "callback": FUNCTION,
                 "name": TEXT, "inherit_scope": ANY, "inputs": {"dict"}, "loop_state": {"dict"}},
    "completed": {"action_names": TEXT, "playbook_names": TEXT, "custom_function_names": TEXT, "trace": ANY},
    "actions_done": {"action_names": TEXT, "trace": ANY},
    "playbooks_completed": {"names": TEXT, "trace": ANY},
    "collect2": {**COLLECT, "action_results": RESULTS, "action_name": TEXT, "datapath": TEXT,
                 "filter_artifacts": IDS, "tags": TEXT},
    "collect": {**COLLECT, "container": CONTAINER | RESULTS, "datapath": TEXT, "none_if_first": ANY,
                "filter_artifact_ids": IDS},
    "collect_from_container": {**COLLECT, "datapath": TEXT, "none_if_first": ANY, "filter_artifact_ids": IDS,
                               "action_results": RESULTS},
    "collect_from_contains": {**COLLECT, "action_results": RESULTS, "contains": TEXT, "tags": TEXT,
                              "filter_artifacts": IDS, "include_params": ANY},
    "collect_from_action_result": {"action_result": RESULTS, "datapath": TEXT, "trace": ANY},
    "condition": {**TEST, "handle": ANY},
    "decision": TEST,
    "format": {**TEMPLATE, "template": TEXT},
    "get_format_data": {"name": TEXT},
    "get_filtered_data": {"name": TEXT},
    "get_action_results": {**RUN_IDS, "action": TEXT, "result_data": ANY, "action_name": TEXT,
                           "playbook_run_id": NUMBERS, "flatten": ANY, "trace": ANY},
    "get_action_info": {**RUN_IDS, "action": TEXT, "result_data": ANY},
    "get_summary": {"playbook_run_id": NUMBERS},
    "get_raw_data": {"container": CONTAINER},
    "parse_results": {"results": RESULTS},
    "parse_errors": {"results": RESULTS},
    "parse_success": {"action_results": RESULTS},
    "print_errors": {"action_results": RESULTS},
    "get_successful_action_results_v2": {"action_results": RESULTS},
    "save_run_data": KEPT,
    "save_block_result": KEPT,
    "get_run_data": {"key": NUMBERS},
    "get_block_result": {"key": NUMBERS},
    "set_parent_handle": {"handle": JSON},
    "set_action_limit": {"limit": NUMBER},
    "set_collect_limit_": {"limit": NUMBER},
}
START = """\
import phantom.rules as phantom

def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value

DEEP = deep(_TOO_DEEP_)

def ring():
    value = []
    value.append(value)
    return value

def on_start(container):
    phantom.set_action_limit(1_000)
    for block in ({blocks}):
        phantom.act("look up", parameters=[], callback=block)
""".replace("_TOO_DEEP_", str(TOO_DEEP))
BLOCK = """
def {argument}_with_{value}(container=None, **kwargs):
    phantom.{function}({arguments})
"""


def source(function: str) -> str:
    """A playbook with one branch per argument and value; the other arguments are usual ones."""
    cases = [(argument, value) for argument in ACCEPTED[function] for value in VALUES]
    return START.format(blocks=", ".join(f"{argument}_with_{value}" for argument, value in cases)) + "".join(
        BLOCK.format(argument=argument, value=value, function=function,
                     arguments=", ".join(f"{name}={text}" for name, text in (
                         usual_arguments(function) | {argument: VALUES[value]}).items()))
        for argument, value in cases)


@tabled("function", ACCEPTED)
def test_every_argument_has_its_case(function: str):
    """As the vendor's signature names them."""
    assert ACCEPTED[function].keys() == surface().functions[function].signature.parameters.keys()


@pytest.mark.parametrize("function", ACCEPTED)
def test_a_wrong_argument_names_function_argument_block_and_line(function: str, tmp_path: Path):
    """In one short line without addresses and without frames of the lab; what an argument may be is accepted."""
    text = source(function)
    (tmp_path / "sample.py").write_text(text)
    (tmp_path / "tool.py").write_text("def tool(**kwargs):\n    return {}\n")
    (tmp_path / "child.py").write_text("def on_start(container):\n    pass\n")
    lab = Lab({"container": {"id": 1, "name": "Case"}, "artifacts": [{"id": 1, "cef": {"sourceAddress": "10.0.0.1"}}]})
    for name in ("look up", "x" * 20_000, "prompt", "task", "approve"):
        lab.action(name)(lambda: {"status": "failed", "message": "nobody"})
    run = lab.run(tmp_path / "sample.py")
    (end,) = (event for event in run.journal.events if isinstance(event, RunEnded) and event.run == run.id)
    refused = ((argument, ANY - set(accepted)) for argument, accepted in ACCEPTED[function].items())
    assert {one.block for one in end.failures} == {
        f"{argument}_with_{value}" for argument, values in refused for value in values}
    assert run.summary().message == end.message
    for one in end.failures:
        argument = one.block.rpartition("_with_")[0]
        missing = one.type == "MissingSourceError"  # a text names it, and nothing is there
        assert missing or one.type == "PlaybookArgumentError", str(one)
        assert (function.replace("_", " ") if missing else function) in one.message
        assert missing or argument in one.message
        assert text.splitlines()[one.line - 2] == f"def {one.block}(container=None, **kwargs):"
        assert len(str(one)) < 4500
        assert "0x" not in str(one)
        assert "/phantom_lab/" not in one.traceback


@pytest.mark.parametrize(("output", "why"), [
    ("5", "must be a dict, not int"), ("[1]", "must be a dict, not list"), ("None", "must be a dict, not NoneType"),
    ("{'a': object()}", "is not JSON: "), ("{'a': b'x'}", "is not JSON: "), ("{'a': ring()}", "is not JSON: "),
    (f"{{'a': deep({TOO_DEEP})}}", "is not JSON: "),
])
def test_outputs_that_are_no_json_object_are_one_clear_error(output: str, why: str, tmp_path: Path):
    """In `on_finish`, where alone they can be saved."""
    (tmp_path / "sample.py").write_text(f"{START.format(blocks='')}\ndef on_finish(container, summary):\n"
                                        f"    phantom.save_playbook_output_data(output={output})\n")
    message = Lab({"id": 1, "name": "Case"}).run(tmp_path / "sample.py").summary().message
    assert message.startswith(f"PlaybookArgumentError: save_playbook_output_data: output {why}")
    assert message.endswith("(block on_finish, sample.py:22)")
