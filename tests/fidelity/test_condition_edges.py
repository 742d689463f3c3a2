"""`phantom.decision` and `phantom.condition` at their edges: odd texts, literals, several sources, what is kept."""

from __future__ import annotations

import pytest

ANSWERS = [{"summary": {"score": 7}, "data": [{"id": "a", "n": 1}, {"id": "b", "n": 5}]},
           {"data": [{"id": "c", "n": 5}]}, {"data": []}]
LABELS = {"container": {"id": 1}, "artifacts": [
    {"id": 1, "label": "event", "cef": {"n": 1}}, {"id": 2, "label": "flow", "cef": {"n": 2}},
    {"id": 3, "label": "flow", "cef": {"n": 3}}]}
FILTERED = "filtered-data:F:condition_1"


def call(function, conditions, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={given!r}" for name, given in arguments.items())
    return f"phantom.{function}(container=container, conditions={conditions!r}{more})"


def collect(*paths):
    """The text of a collect2."""
    return f"phantom.collect2(container=container, datapath={list(paths)!r})"


@pytest.fixture
def decide(value):
    """What comparing the field `f` of one artifact with a literal gives."""

    def decision(stored, operator, right, **arguments):
        container = {"container": {"id": 1}, "artifacts": [{"id": 1, "cef": {"f": stored}}]}
        return value(call("decision", [["artifact:*.cef.f", operator, right]], **arguments), container=container)

    return decision


@pytest.mark.documented
@pytest.mark.parametrize(("stored", "arguments"), [
    ("a,", {}), (",a", {}), ("a,,b", {}), (",,", {}), (",", {}), ("a, ,b", {}), (" , ", {}),
    ("a;;b", {"delimiter": ";"}),
    ("a||", {"delimiter": "|"}),
])
def test_an_empty_part_never_counts(decide, stored, arguments):
    """Commas at the end or next to each other do not make a value empty, which no part of it is."""
    assert decide(stored, "==", "", **arguments) is False
    assert decide(stored, "!=", "", **arguments) is True
    assert decide(stored, "in", ["", None], **arguments) is False


@pytest.mark.assumed
@pytest.mark.parametrize(("stored", "operator", "right", "passes"), [
    (1000, "==", "1_000", False), ("1_000", "==", 1000, False), ("1_000", "!=", "1000", True),
    (1000, "==", "1000", True),
    ("nan", "==", "nan", True), ("NaN", "==", "nan", False), ("inf", "==", "Infinity", False),
    ("inf", "==", "inf", True),
    (5, "<", "inf", True), (5, ">", "inf", False), (5, "<", "nan", True), (5, "==", "nan", False),
    ("infinity", ">", 10 ** 6, True), ("-inf", "<", 0, True), (5, "==", " 5 ", True), (500, "==", "5e2", True),
], ids=repr)
def test_only_digits_are_numbers(decide, stored, operator, right, passes):
    """Underscores, `nan` and `inf` are Python's spelling: such texts compare as texts."""
    assert decide(stored, operator, right) is passes


@pytest.mark.assumed
@pytest.mark.parametrize(("right", "passes"), [
    ("xyz", False), ("", False), ("a,b", False), ([], False), (["a"], False), (["", "a"], True),
], ids=repr)
def test_the_empty_text_is_in_no_text(decide, right, passes):
    """It is an element of a list that holds it, and part of nothing else."""
    assert decide("", "in", right) is passes
    assert decide("", "not in", right) is not passes


@pytest.mark.assumed
@pytest.mark.parametrize(("conditions", "operator", "passes"), [
    ([[1, "==", 1]], "or", True), ([["a", "==", "b"]], "or", False), ([["a", "in", ["a"]]], "and", True),
    ([[1, "==", 1], [1, "==", 2]], "or", True), ([[1, "==", 1], [1, "==", 2]], "and", False),
    ([["", "!=", ""]], "or", False), ([["a@b.c", "==", "a@b.c"]], "or", True),
], ids=repr)
def test_a_condition_of_literals_alone_gates_the_next_block(value, conditions, operator, passes):
    """Generated code asks `matched_artifacts or matched_results`: one of them is true where the condition holds."""
    ids, results = value(call("condition", conditions, logical_operator=operator, name="F:condition_1"))
    assert (ids, bool(results)) == ([], passes)
    assert value(call("decision", conditions, logical_operator=operator)) is passes


@pytest.mark.assumed
@pytest.mark.parametrize(("left", "operator", "right", "passes"), [
    ("artifact:*.cef.n", "!=", "look_1:action_result.data.*.n", True),
    ("artifact:*.cef.n", "!=", "look_1:action_result.summary.score", True),
    ("artifact:1.cef.n", "!=", "playbook_input:same", False), ("artifact:1.cef.n", "!=", "playbook_input:mixed", True),
    ("artifact:1.cef.n", "==", "playbook_input:mixed", True),
    ("artifact:1.cef.n", "not in", "playbook_input:mixed", False),
    ("artifact:1.cef.n", ">", "playbook_input:mixed", True), ("artifact:0.cef.n", "!=", "playbook_input:none", True),
])
def test_a_value_is_compared_with_any_value_of_another_source(value, left, operator, right, passes):
    """One right value that is unequal is enough for `!=`; only `not in` must hold for all of them."""
    inputs = {"same": [2, 2], "mixed": [1, 2, 3], "none": []}
    assert value(call("decision", [[left, operator, right]]), container=LABELS, answers=ANSWERS,
                 inputs=inputs) is passes


@pytest.mark.observed
@pytest.mark.parametrize(("function", "passes"), [("decision", True), ("condition", [[1], []])])
@pytest.mark.parametrize("unknown", [{"conditions_dps": []}, {"of_tomorrow": 1, "and_more": None}])
def test_keywords_of_newer_systems_change_nothing(value, function, passes, unknown):
    """What the signature does not know is ignored."""
    assert value(call(function, [["artifact:*.id", "==", 1]], **unknown)) == passes


@pytest.mark.observed
@pytest.mark.parametrize(("right", "passes"), [(5, True), (6, False)])
def test_a_decision_may_leave_the_container_out(value, right, passes):
    """It is the run's own then."""
    assert value(f"phantom.decision(conditions=[['artifact:*.id', '==', {right}]])") is passes


@pytest.mark.documented
@pytest.mark.parametrize(("other", "operator", "right", "ids"), [
    ("artifact:event.cef.n", "or", 1, [1, 2, 3]), ("artifact:event.cef.n", "and", 1, []),
    ("artifact:*.cef.n", "or", 1, [1, 2, 3]), ("artifact:*.cef.n", "and", 3, [3]), ("artifact:*.cef.n", "and", 1, []),
    ("artifact:2.cef.n", "and", 3, [3]), ("artifact:0.cef.n", "and", 1, []),
])
def test_labels_and_positions_mean_the_same_artifacts_as_a_star(value, other, operator, right, ids):
    """With `and` every comparison must hold on one artifact, however it is spelled: of two labels never."""
    conditions = [[other, "==", right], ["artifact:flow.cef.n", ">=", 2]]
    assert value(call("condition", conditions, logical_operator=operator), container=LABELS) == [ids, []]
    assert value(call("decision", conditions, logical_operator=operator), container=LABELS) is bool(ids)


@pytest.mark.assumed
@pytest.mark.parametrize("passed", ["", ", action_results=results"], ids=["own", "passed"])
@pytest.mark.parametrize("change", [
    "results[0]['action_results'][0]['data'][1]['id'] = 'changed'", "results[0]['action_results'].clear()",
    "results.clear()", "kept.clear()",
])
def test_what_a_filter_keeps_is_its_own_copy(value, passed, change):
    """Changing the results that were passed along afterwards changes neither the filter nor the run's own results."""
    named = call("condition", [["look_1:action_result.data.*.n", "==", 5]], name="F:condition_1")
    setup = f"_, kept = {named.removesuffix(')')}{passed})\n{change}"
    paths = [f"{FILTERED}:look_1:action_result.data.*.id", "look_1:action_result.data.*.id"]
    found = [value(collect(path), setup=setup, answers=ANSWERS) for path in paths]
    assert found == [[["b"], ["c"]], [["a"], ["b"], ["c"], [None]]]


@pytest.mark.assumed
@pytest.mark.parametrize("given", ["results", "filtered"])
def test_what_a_condition_returns_is_not_what_was_passed(value, given):
    """A change of the returned results does not reach the caller's."""
    setup = f"""
        import copy
        filtered = copy.deepcopy(results)
        _, kept = {call("condition", [["look_1:action_result.data.*.n", "==", 5]]).removesuffix(")")}, {
            "action_results" if given == "results" else "filtered_results"}={given})
        kept[0]["action_results"][0]["data"][0]["id"] = kept[0]["name"] = "changed"
    """
    text = f"[{given}[0]['name'], [one['data'] for one in {given}[0]['action_results']]]"
    assert value(text, setup=setup, answers=ANSWERS) == ["look_1", [one["data"] for one in ANSWERS]]


@pytest.mark.assumed
@pytest.mark.parametrize(("tested", "ids"), [
    (["==", 1], ["a", "b"]), (["==", 2], ["c"]), (["==", 3], [None]), (["<=", 2], ["a", "b", "c"]), (["==", 5], [])])
def test_a_filter_that_tested_artifacts_gives_the_results_of_these(value, tested, ids):
    """Results of an action whose context names an artifact that passed; the others are left out."""
    setup = call("condition", [["artifact:*.id", *tested]], name="F:condition_1")
    path = f"{FILTERED}:look_1:action_result.data.*.id"
    assert value(collect(path), setup=setup, answers=ANSWERS) == [[one] for one in ids]


HOSTILE = ["5", "'x'", "[None]", "[[]]", "['x', {}]", "{'a': 1}", "[{}]", "[{'action_results': None}]",
           "['1', 2.5, True]"]


@pytest.mark.assumed
@pytest.mark.parametrize("function", ["decision", "condition"])
@pytest.mark.parametrize("argument", ["filtered_artifacts", "filtered_results", "action_results"])
@pytest.mark.parametrize("given", HOSTILE)
@pytest.mark.parametrize("path", ["artifact:*.id", "look_1:action_result.status", "action_result.data.*.x"])
def test_odd_arguments_end_at_most_the_block(block, function, argument, given, path):
    """Whatever is passed as filtered artifacts or results, the run comes to its end; what is no list is named."""
    text = call(function, [[path, "==", 1]]).removesuffix(")")
    run = block(f"{text}, {argument}={given})", answers=ANSWERS)
    refused = given == "{'a': 1}" if argument == "filtered_artifacts" else given in ("5", "'x'")
    told = f"PlaybookArgumentError: {function}: {argument} must be a list of "
    assert run.status == ("error" if refused else "success")
    assert run.summary().message.startswith(told) is refused
