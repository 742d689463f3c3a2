"""Texts that look like datapaths and are none: in templates and conditions they stand for themselves."""

from __future__ import annotations

import pytest

from tests.table import tabled

LITERALS = ["summary", "summary.txt", "summary.total_objects", "action_result", "action_result.data.*.x",
            "action_result.status", "filtered-action_result.message", "container: see below", "artifact: none",
            "status", "message", "app", "asset", "name", "note: call me", "http://host/a?b=c", "C:\\temp", "a:b:c",
            "12:30", "::1", ":note", ":container:id", "filtered-data:F", "filtered-data:F:condition_1",
            "x: summaryx", "*", ""]

SLIPS = [":action_result.x", ":artifact:*.cef.f", ":playbook_output:x", ":playbook_input:x",
         ":look_1:action_result.data", "filtered-data:F:condition_1::action_result.x",
         "artifact:*.cef.f.", "artifact:*.cef..f",
         "look_1:action_result.data.", "look_1:action_result.data*.x", "look_1:action_result.datadata.*.x",
         "look_1:action_results.0.data", "look_1:action_result.summary.{summaryVar}"]
"""Datapaths as they were published by mistake, and their like: a colon, dot or star too many."""


@pytest.mark.observed
@tabled("text", SLIPS)
def test_a_slip_has_no_value(value, text):
    """Neither a crash nor the text itself: collected it is nothing, written `None`, and compared a missing value."""
    call = f"phantom.format(container=container, template='{{0}}', parameters=[{text!r}])"
    condition = "phantom.decision(container=container, conditions=[[{!r}, '{}', {!r}]])"
    tests = [condition.format(text, *one) for one in (("==", ""), ("!=", ""), ("==", "x"), ("in", text))]
    rows = f"phantom.collect2(container=container, datapath=[{text!r}])"
    found = value(f"[[cell for row in {rows} for cell in row if cell], {call}, {', '.join(tests)}]",
                  container={"container": {"id": 1}, "artifacts": [{"id": 1, "cef": {"f": "x"}}]},
                  answers=[{"data": [{"x": 5}]}], inputs={"x": ["given"]})
    assert found == [[], "None", True, False, False, False]


@pytest.mark.assumed
@tabled("text", LITERALS)
def test_a_template_writes_a_text_that_is_no_datapath(value, text):
    """Outside and inside of `%%` it is the text itself."""
    call = f"phantom.format(container=container, template='<{{0}}>\\n%%\\n- {{0}}\\n%%', parameters=[{text!r}])"
    assert value(call) == f"<{text}>\n- {text}\n"


@pytest.mark.assumed
@pytest.mark.parametrize("text", LITERALS)
@pytest.mark.parametrize("function", ["decision", "condition"])
def test_a_condition_compares_a_text_that_is_no_datapath(value, function, text):
    """On either side it equals the same text and nothing else."""
    container = {"container": {"id": 1}, "artifacts": [{"id": 1, "cef": {"f": text}}]}
    for left, right in (("artifact:*.cef.f", text), (text, "artifact:*.cef.f")):
        call = f"phantom.{function}(container=container, delimiter=None, conditions=[[{left!r}, {{!r}}, {right!r}]])"
        found = [value(call.format(operator), container=container) for operator in ("==", "!=")]
        assert found == ([True, False] if function == "decision" else [[[1], []], [[], []]])


@pytest.mark.observed
@tabled(("path", "right", "passes"), [
    ("action_result.data.*.x", 5, True), ("action_result.data.*.x", 6, False),
    ("action_result.status", "success", True),
    ("summary.total_objects", 1, True), ("action_result.parameter.item", 0, True),
])
@tabled("passed", ["action_results", "filtered_results"])
def test_with_results_passed_along_an_unnamed_path_reads_them(value, path, right, passes, passed):
    """The very texts that are literals otherwise."""
    call = f"phantom.decision(container=container, {passed}=results, conditions=[[{path!r}, '==', {right!r}]])"
    assert value(call, answers=[{"data": [{"x": 5}]}]) is passes
