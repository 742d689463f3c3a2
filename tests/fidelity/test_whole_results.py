"""Sources without a further path: all results of an app run in one cell, and what names no value."""

from __future__ import annotations

import pytest

from tests.table import tabled

ANSWERS = [{"data": [{"v": 1}]}, {"data": [{"v": 2}]}]
TWICE = "[*results, {**results[0], 'asset': 'other', 'action_results': results[0]['action_results'][1:]}]"
"""The app runs of two assets, of which the second has one result."""


def collect(*paths, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={text}" for name, text in arguments.items())
    return f"phantom.collect2(container=container, datapath={[*paths]!r}{more})"


@pytest.mark.observed
@pytest.mark.parametrize("arguments", [{}, {"action_results": "results"}, {"action_results": "[]"}])
def test_a_row_per_app_run_holds_the_list_of_its_results(value, arguments):
    """Two public playbooks loop over the rows and the results in each, and read parameter, status and data."""
    loop = (f"[[one['parameter']['item'], one['parameter']['context']['artifact_id'], one['status'], one['data']] "
            f"for row in {collect('look_1:action_results', **arguments)} for one in row[0]]")
    assert value(loop, answers=ANSWERS) == [[0, 1, "success", [{"v": 1}]], [1, 2, "success", [{"v": 2}]]]
    assert len(value(collect("look_1:action_results", **arguments), answers=ANSWERS)) == 1


@pytest.mark.observed
@pytest.mark.parametrize(("path", "lengths"), [("look_1:action_results", [2, 1]), ("action_results", [2, 1]),
                                               ("other_1:action_results", [])])
def test_every_app_run_that_was_passed_along_is_a_row(value, path, lengths):
    """Of two assets two rows."""
    found = value(f"[len(row[0]) for row in {collect(path, action_results=TWICE)}]", answers=ANSWERS)
    assert found == lengths


@pytest.mark.assumed
def test_the_list_is_a_shallower_cell_beside_the_results_one_by_one(value):
    """It is repeated for each of them."""
    call = collect("look_1:action_results", "look_1:action_result.parameter.item")
    assert value(f"[[len(row[0]), row[1]] for row in {call}]", answers=ANSWERS) == [[2, 0], [2, 1]]


@pytest.mark.assumed
def test_results_of_a_custom_function_are_a_list_likewise(value):
    """As `custom_function_results` of what its callback gets."""
    passed = "[{'name': 'tool_1', 'custom_function_results': [{'data': {'a': 1}}, {'data': {'a': 2}}]}]"
    assert value(collect("tool_1:custom_function_results", action_results=passed)) == [
        [[{"data": {"a": 1}}, {"data": {"a": 2}}]]]
    assert value(collect("tool_1:custom_function_result", action_results=passed)) == [
        [{"data": {"a": 1}}], [{"data": {"a": 2}}]]


@pytest.mark.assumed
def test_conditions_and_templates_read_the_same(value):
    """A filter keeps the app runs that pass as they are; a template writes the list as JSON."""
    setup = f"""
    rows = phantom.condition(container=container, action_results={TWICE}, name="f:condition_1", conditions=[
        ["look_1:action_results", "!=", ""]])
    """
    kept = collect("filtered-data:f:condition_1:look_1:action_results")
    single = collect("filtered-data:f:condition_1:look_1:action_result.parameter.item")
    assert value(f"[[len(row[0]) for row in {kept}], {single}, [len(one['action_results']) for one in rows[1]]]",
                 setup=setup, answers=ANSWERS) == [[2, 1], [[0], [1], [1]], [2, 1]]
    text = "phantom.format(container=container, template='{0}', parameters=['look_1:action_results'])"
    assert value(f"[one['data'] for one in json.loads({text})]", answers=ANSWERS) == [[{"v": 1}], [{"v": 2}]]
    decided = "phantom.decision(container=container, conditions=[['look_1:action_results', '==', '']])"
    assert value(decided, answers=ANSWERS) is False


@pytest.mark.assumed
def test_a_filter_of_artifacts_leaves_their_results_in_the_list(value):
    """As it does of results one by one."""
    setup = """
    phantom.condition(container=container, name="f:condition_1", conditions=[["artifact:*.id", "==", 2]])
    """
    kept = collect("filtered-data:f:condition_1:look_1:action_results")
    assert value(f"[[one['parameter']['item'] for one in row[0]] for row in {kept}]", setup=setup,
                 answers=ANSWERS) == [[1]]


@pytest.mark.assumed
@tabled(("text", "right"), [
    ("look_1:playbook_output", "look_1:playbook_output:NAME"),
    ("look_1:playbook_output:", "look_1:playbook_output:NAME"),
    ("playbook_output:x", "BLOCK:playbook_output:x"), ("look_1:custom_function", "look_1:custom_function:NAME"),
    ("look_1:playbook_input", "look_1:playbook_input:NAME"), ("playbook_input:", "playbook_input:NAME"),
    ("artifact:", "artifact:*.FIELD"), ("container:", "container:NAME"), ("custom_list:", "custom_list:NAME"),
    ("filtered-data:f", "filtered-data:f:condition_N:artifact:*.FIELD"),
    ("filtered-data:f:condition_1", "filtered-data:f:condition_1:artifact:*.FIELD"),
    ("filtered-data:f:condition_1:look_1:playbook_output", "filtered-data:f:condition_1:look_1:playbook_output:NAME"),
])
def test_what_names_no_value_is_told_with_the_form_that_does(block, text, right):
    """Collected it gives nothing; in templates and conditions it stands for itself."""
    run = block(f"[{collect(text)}, phantom.format(container=container, template='{{0}}', parameters=[{text!r}]), "
                f"phantom.decision(container=container, conditions=[[{text!r}, '==', 'x']])]")
    summary = run.summary()
    assert summary.debug[-1] == f'[[], "{text}", false]'
    assert [one["message"] for one in summary.diagnoses] == [
        f"'{text}' is no datapath: it gives no value; write {right}"]
    assert [one["message"] for one in summary.hints] == [
        f"'{text}' is no datapath, and stands for itself; write {right}"]


@pytest.mark.assumed
def test_a_word_alone_is_a_text_and_no_slip(block):
    """Only collected it is told of."""
    run = block("phantom.format(container=container, template='{0} {1}', parameters=['artifact', 'container'])")
    assert (run.summary().debug, run.summary().hints) == (['"artifact container"'], [])
