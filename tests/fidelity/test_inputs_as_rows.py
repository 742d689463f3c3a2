"""Values of inputs and of code blocks: one row per element, wherever a datapath may stand."""

from __future__ import annotations

import pytest

from tests.table import tabled

CODE = "phantom.save_run_data(key='code_1:x', value=json.dumps({value!r}))"
SOURCES = ["playbook_input:x", "code_1:custom_function:x"]
LISTS = [(["a", "b"], [["a"], ["b"]]), ([1, "1", None], [[1], ["1"], [None]]), ([], []),
         ([[1, 2], [3]], [[[1, 2]], [[3]]]),
         ([[]], [[[]]]), ([{"k": 1}, {"k": [2]}], [[{"k": 1}], [{"k": [2]}]]), ("a,b", [["a,b"]]),
         ({"k": 1}, [[{"k": 1}]]),
         (False, [[False]]), (0, [[0]]), ("", [[""]]), (None, [[None]])]


@pytest.fixture
def with_value(value):
    """What an expression gives where a source, an input or a code block's variable, holds a value."""

    def evaluate(expression, source, given, *, setup="", **options):
        if source.startswith("playbook_input"):
            return value(expression, setup=setup or "pass", inputs={"x": given}, **options)
        return value(expression, setup=f"{CODE.format(value=given)}\n{setup}", **options)

    return evaluate


def call(function, **arguments):
    """The text of a call for the run's container."""
    return f"phantom.{function}(container=container{''.join(f', {name}={one!r}' for name, one in arguments.items())})"


@pytest.mark.observed
@tabled("source", SOURCES)
@tabled(("given", "rows"), LISTS, ids=repr)
def test_every_element_of_a_list_is_one_row(with_value, source, given, rows):
    """An element stays as it is, also one that is a list; no element, no row; a value that is no list is one row."""
    assert with_value(call("collect2", datapath=[source]), source, given) == rows


@pytest.mark.observed
@pytest.mark.parametrize("source", SOURCES)
def test_a_path_goes_on_below_each_element(with_value, source):
    """A field of the elements is read element by element, None where it is missing."""
    text = call("collect2", datapath=[f"{source}.ip", f"{source}.n"])
    assert with_value(text, source, [{"ip": "a", "n": 1}, {"ip": "b"}, {}]) == [["a", 1], ["b", None], [None, None]]


@pytest.mark.observed
@tabled(("x", "y", "rows"), [
    ([1, 2], ["a", "b"], [[1, "a"], [2, "b"]]), ([1, 2, 3], ["a"], [[1, "a"], [2, None], [3, None]]),
    (1, ["a", "b"], [[1, "a"], [None, "b"]]), ([], ["a"], [[None, "a"]]), ([], [], []), (1, ..., [[1, None]]),
    (..., ..., [[None, None]]),
], ids=repr)
def test_two_inputs_stand_side_by_side(value, x, y, rows):
    """Elements of the same place make one row; the shorter input has None there."""
    inputs = {name: given for name, given in (("x", x), ("y", y)) if given is not ...}
    assert value(call("collect2", datapath=["playbook_input:x", "playbook_input:y"]), inputs=inputs) == rows


@pytest.mark.observed
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("given", "operator", "right", "passes"), [
    (["a", "b"], "==", "b", True), (["a", "b"], "==", "c", False), (["a", "b"], "in", "b,c", True),
    (["a", "b"], "in", ["c"], False), ([3, 9], ">", 8, True), ([3, 9], ">", 9, False), (["a"], "==", "", False),
    (["a", ""], "==", "", True), ([["a"]], "==", "a", False), ([], "==", "", True), ([], "!=", "", False),
], ids=repr)
def test_a_condition_tests_each_element(with_value, source, given, operator, right, passes):
    """One element that passes is enough; without any, the value counts as missing."""
    conditions = [[source, operator, right]]
    assert with_value(call("decision", conditions=conditions), source, given) is passes
    if given:  # without a row there is nothing that a filter could let through
        ids, results = with_value(call("condition", conditions=conditions), source, given)
        assert (ids, bool(results)) == ([], passes)


@pytest.mark.observed
@tabled(("given", "operator", "right", "passes"), [
    ([], "==", [], True), ([], "!=", [], False), ([1], "==", [], False), ([1], "!=", [], True),
    ([1, 2], "==", [1, 2], True), ([1, 2], "==", [2, 1], False), ([[]], "==", [], False), ("", "==", [], False),
], ids=repr)
def test_the_output_of_a_code_block_is_compared_with_a_list_as_a_whole(with_value, given, operator, right, passes):
    """Published playbooks ask `== []` and `!= []`."""
    text = call("decision", conditions=[["code_1:custom_function:x", operator, right]])
    assert with_value(text, "code_1:custom_function:x", given) is passes


@pytest.mark.observed
@tabled("source", SOURCES)
@tabled(("given", "text", "lines"), [
    (["a", "b"], "a, b", "- a\n- b\n"), ([1], "1", "- 1\n"), ([[1, 2], [3]], "[1, 2], [3]", "- [1, 2]\n- [3]\n"),
    ([], "None", ""), (None, "None", "- None\n"), ("a,b", "a,b", "- a,b\n"),
], ids=repr)
def test_a_template_writes_each_element(with_value, source, given, text, lines):
    """Outside `%%` the elements are joined, inside each has its line."""
    written = call("format", template="<{0}>\n%%\n- {0}\n%%", parameters=[source])
    assert with_value(written, source, given) == f"<{text}>\n{lines}"


@pytest.mark.assumed
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("operator", "rows"), [("!=", [["a"], ["c"]]), ("==", [["b"]]), (">", [["c"]]), ("<",
                                                                                                          [["a"]])])
def test_a_named_filter_keeps_the_elements_that_pass(with_value, source, operator, rows):
    """`filtered-data:` paths read them in collect2, in conditions and in templates."""
    setup = call("condition", conditions=[[source, operator, "b"]], name="F:condition_1")
    path = f"filtered-data:F:condition_1:{source}"
    given = ["a", "b", "c"]
    assert with_value(call("collect2", datapath=[path]), source, given, setup=setup) == rows
    joined = with_value(call("format", template="{0}", parameters=[path]), source, given, setup=setup)
    assert joined == ", ".join(row[0] for row in rows)
    for item in given:
        text = call("decision", conditions=[[path, "==", item]])
        assert with_value(text, source, given, setup=setup) is ([item] in rows)


@pytest.mark.assumed
def test_a_condition_on_two_inputs_holds_in_one_row(value):
    """With `and`, elements of the same place must pass together."""
    for right, passes in (("b", True), ("a", False)):
        conditions = [["playbook_input:x", "==", 2], ["playbook_input:y", "==", right]]
        text = call("decision", conditions=conditions, logical_operator="and")
        assert value(text, inputs={"x": [1, 2], "y": ["a", "b"]}) is passes
