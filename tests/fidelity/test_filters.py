"""`phantom.condition`: what it returns, and what a named filter keeps."""

from __future__ import annotations

import pytest

ANSWERS = [
    {"summary": {"score": 7}, "data": [{"id": "a", "n": 1}, {"id": "b", "n": 5}]},
    {"status": "failed", "data": []},
    {"data": [{"id": "c", "n": 5}]},
]


def call(function, conditions, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={given!r}" for name, given in arguments.items())
    return f"phantom.{function}(container=container, conditions={conditions!r}{more})"


@pytest.mark.observed
def test_a_condition_returns_artifact_ids_and_results(value):
    """Two lists: ids of the matching artifacts, and app runs cut down to the matching items; both empty without."""
    assert value(call("condition", [["artifact:*.cef.sourceAddress", "!=", ""]])) == [[1, 2], []]
    assert value(call("condition", [["artifact:*.id", "==", 99]])) == [[], []]
    ids, results = value(call("condition", [["look_1:action_result.data.*.n", "==", 5]]), answers=ANSWERS)
    assert ids == []
    assert [(run["name"], run["asset"]) for run in results] == [("look_1", "sample")]
    kept = results[0]["action_results"]
    found = [(one["parameter"]["item"], [item["id"] for item in one["data"]]) for one in kept]
    assert found == [(0, ["b"]), (2, ["c"])]


@pytest.mark.observed
def test_a_condition_on_other_sources_returns_something_true(value):
    """Generated code asks `matched_artifacts or matched_results`, whatever the source."""
    setup = "phantom.save_run_data(key='code_1:n', value='7')"
    for path, right, passes in (("code_1:custom_function:n", 7, True), ("code_1:custom_function:n", 8, False),
                                ("playbook_input:x", "", True), ("playbook_input:x", "a", False)):
        ids, results = value(call("condition", [[path, "==", right]]), setup=setup)
        assert ids == []
        assert bool(results) is passes


@pytest.mark.observed
@pytest.mark.parametrize(("operator", "rows"), [("==", [[None, 1]]), ("!=", [["a", 0], ["b", 0], ["c", 2]])])
def test_a_result_without_data_passes_the_empty_text_and_keeps_its_parameter(value, operator, rows):
    """`data: []` counts as one row of None, which a filter keeps with its parameter."""
    setup = call("condition", [["look_1:action_result.data.*.id", operator, ""]], name="F:condition_1")
    paths = [f"filtered-data:F:condition_1:look_1:action_result.{path}" for path in ("data.*.id", "parameter.item")]
    assert value(f"phantom.collect2(container=container, datapath={paths!r})", setup=setup, answers=ANSWERS) == rows


@pytest.mark.assumed
def test_a_filter_on_results_keeps_the_artifacts_of_their_contexts(value):
    """Artifacts are tied to results by the artifact id in the parameter's context."""
    setup = call("condition", [["look_1:action_result.data.*.n", "==", 5]], name="F:condition_1")
    text = "phantom.collect2(container=container, datapath=['filtered-data:F:condition_1:artifact:*.id'])"
    assert value(text, setup=setup, answers=ANSWERS) == [[1], [3]]


@pytest.mark.observed
def test_filters_chain_by_name_and_by_argument(value):
    """A filter may test what an earlier one kept: by `filtered-data:`, or given `filtered_artifacts`."""
    setup = call("condition", [["artifact:*.cef.sourceAddress", "!=", ""]], name="F:condition_1")
    path = "filtered-data:F:condition_1:artifact:*.cef.sourceAddress"
    assert value(call("condition", [[path, "!=", "1.1.1.1"]]), setup=setup) == [[2], []]
    assert value(call("condition", [["artifact:*.id", ">", 0]], filtered_artifacts=[2, 4])) == [[2, 4], []]


@pytest.mark.observed
def test_a_later_filter_of_the_name_replaces_the_earlier(value):
    """The last evaluation of a name is what its datapaths read."""
    setup = "\n".join(call("condition", [["artifact:*.id", "==", n]], name="F:condition_1") for n in (2, 3, 99, 4))
    text = "phantom.collect2(container=container, datapath='filtered-data:F:condition_1:artifact:*.id')"
    assert value(text, setup=setup) == [4]


@pytest.mark.assumed
def test_a_condition_that_holds_for_one_source_only_keeps_nothing(value):
    """With `and` across sources, rows that matched on one side are not let through."""
    conditions = [["artifact:*.id", "==", 2], ["look_1:action_result.summary.score", "==", 99]]
    text = call("condition", conditions, logical_operator="and", name="F:condition_1")
    kept = "phantom.collect2(container=container, datapath=['filtered-data:F:condition_1:artifact:*.id'])"
    assert value(f"[{text}, {kept}]", answers=ANSWERS) == [[[], []], []]
