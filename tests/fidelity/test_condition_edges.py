"""`phantom.decision` and `phantom.condition` at their edges: odd texts, literals, several sources, what is kept."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab
from phantom_lab.model import Options
from tests.table import tabled

OPERATORS = "There are !=, <, <=, ==, >, >=, in, is None, is empty, is not None, is not empty, not in."

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
@tabled(("stored", "arguments"), [
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
@tabled(("stored", "operator", "right", "passes"), [
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
@tabled(("right", "passes"), [
    ("xyz", False), ("", False), ("a,b", False), ([], False), (["a"], False), (["", "a"], True),
], ids=repr)
def test_the_empty_text_is_in_no_text(decide, right, passes):
    """It is an element of a list that holds it, and part of nothing else."""
    assert decide("", "in", right) is passes
    assert decide("", "not in", right) is not passes


@pytest.mark.assumed
@tabled(("conditions", "operator", "passes"), [
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
@tabled(("left", "operator", "right", "passes"), [
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
@tabled(("function", "passes"), [("decision", True), ("condition", [[1], []])])
@tabled("unknown", [{"conditions_dps": []}, {"of_tomorrow": 1, "and_more": None}])
def test_keywords_of_newer_systems_change_nothing(value, function, passes, unknown):
    """What the signature does not know is ignored."""
    assert value(call(function, [["artifact:*.id", "==", 1]], **unknown)) == passes


@pytest.mark.observed
@pytest.mark.parametrize(("right", "passes"), [(5, True), (6, False)])
def test_a_decision_may_leave_the_container_out(value, right, passes):
    """It is the run's own then."""
    assert value(f"phantom.decision(conditions=[['artifact:*.id', '==', {right}]])") is passes


@pytest.mark.documented
@tabled(("other", "operator", "right", "ids"), [
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
@tabled(("tested", "ids"), [
    (["==", 1], ["a", "b"]), (["==", 2], ["c"]), (["==", 3], [None]), (["<=", 2], ["a", "b", "c"]), (["==", 5], [])])
def test_a_filter_that_tested_artifacts_gives_the_results_of_these(value, tested, ids):
    """Results of an action whose context names an artifact that passed; the others are left out."""
    setup = call("condition", [["artifact:*.id", *tested]], name="F:condition_1")
    path = f"{FILTERED}:look_1:action_result.data.*.id"
    assert value(collect(path), setup=setup, answers=ANSWERS) == [[one] for one in ids]


HOSTILE = ["5", "'x'", "[None]", "[[]]", "['x', {}]", "{'a': 1}", "[{}]", "[{'action_results': None}]",
           "['1', 2.5, True]"]


@pytest.mark.assumed
@tabled("function", ["decision", "condition"])
@tabled("argument", ["filtered_artifacts", "filtered_results", "action_results"])
@tabled("given", HOSTILE)
@tabled("path", ["artifact:*.id", "look_1:action_result.status", "action_result.data.*.x"])
def test_odd_arguments_end_at_most_the_block(block, function, argument, given, path):
    """Whatever is passed as filtered artifacts or results, the run comes to its end; what is no list is named."""
    text = call(function, [[path, "==", 1]]).removesuffix(")")
    run = block(f"{text}, {argument}={given})", answers=ANSWERS)
    refused = given == "{'a': 1}" if argument == "filtered_artifacts" else given in ("5", "'x'")
    told = f"PlaybookArgumentError: {function}: {argument} must be a list of "
    assert run.status == ("error" if refused else "success")
    assert run.summary().message.startswith(told) is refused


@pytest.fixture
def told(playbook):
    """What an expression gives in a run with an option."""

    def evaluate(expression, container=None, *, inputs=None, **options):
        source = f"import json\ndef on_start(container):\n    phantom.debug(json.dumps({expression}))\n"
        lab = Lab(container or {"container": {"id": 1}}, options=Options(**options))
        read = {name: one for name, one in (inputs or {}).items() if f"playbook_input:{name}" in source}
        summary = lab.run(playbook(source), inputs=read).summary()
        assert summary.debug, summary.message
        return json.loads(summary.debug[-1])

    return evaluate


@pytest.mark.assumed
@tabled(("conditions", "none", "skip"), [
    ([["artifact:*.id", "==", ""]], True, False), ([["artifact:*.id", "==", None]], True, False),
    ([["artifact:*.id", "!=", "x"]], True, False), ([["artifact:*.id", "not in", "x"]], True, False),
    ([["artifact:*.id", "==", "x"]], False, False), ([["artifact:*.id", ">", 1]], False, False),
    ([["nobody:action_result.data.*.x", "==", ""]], True, False), ([["playbook_input:none", "==", ""]], True, False),
    ([[f"{FILTERED}:artifact:*.id", "==", ""]], True, False), ([["", "==", "artifact:*.id"]], True, False),
    ([["playbook_input:x", "!=", "playbook_input:none.y"]], True, True),
    ([["playbook_input:x", "==", "artifact:*.id"]], False, False),
    ([["playbook_input:x", "!=", "artifact:*.id"]], True, False),
    ([["playbook_input:x", "not in", "artifact:*.id"]], True, True),
    ([["artifact:*.id", "==", "playbook_input:x"]], False, False),
    ([["container:id", "==", 1], ["artifact:*.id", "==", ""]], True, True),
    ([[[], "==", ""]], True, False), ([[[], "!=", "x"]], True, False), ([[1, "==", 1]], True, True),
], ids=str)
def test_an_operand_without_rows_is_one_of_none_or_none_at_all(told, conditions, none, skip):
    """Nothing shows which of the two it is on the platform: an option."""
    inputs = {"x": [1], "none": []}
    assert told(call("decision", conditions), inputs=inputs, no_rows="none") is none
    assert told(call("decision", conditions), inputs=inputs, no_rows="skip") is skip


@pytest.mark.assumed
@pytest.mark.parametrize("no_rows", ["none", "skip"])
def test_with_and_a_source_without_rows_is_asked_for_itself(told, no_rows):
    """It has no artifact that another spelling could meet."""
    container = {"container": {"id": 1}, "artifacts": [{"id": 4, "cef": {"n": 1}}]}
    conditions = [["artifact:*.cef.n", "==", 1], [f"{FILTERED}:artifact:*.cef.n", "==", ""]]
    text = call("condition", conditions, logical_operator="and")
    assert told(text, container, no_rows=no_rows) == [[4] if no_rows == "none" else [], []]


@pytest.mark.assumed
@tabled(("left", "operator", "right", "passes"), [
    ("new", "==", "new", True), (["new"], "==", "new", True), (["open", "new"], "==", "new", True),
    (["open"], "==", "new", False), (["open", "new"], "!=", "new", True), (["new"], "!=", "new", False),
    ("new", "==", ["open", "new"], True), ("new", "!=", ["new"], False), ([3, 9], ">", 8, True),
    (8, "<", [3, 9], True), ([], "==", "", True), ([None], "!=", "", False), ([1], "==", [1], True),
    ([1], "==", [2], False), ([], "==", [], True), ([], "!=", [], False), (["a", "b"], "in", ["b"], True),
    (["a"], "not in", ["b"], True), (["a", "b"], "in", "b,c", True), (("a", "b"), "==", "b", True),
    (True, "==", "true", True), (None, "==", "", True),
], ids=str)
def test_python_values_stand_for_what_a_datapath_gave(value, left, operator, right, passes):
    """Generated code passes variables: a list against one value has a row per element, a list is compared as one."""
    assert value(call("decision", [[left, operator, right]])) is passes
    ids, found = value(call("condition", [[left, operator, right]]))
    assert (ids, bool(found)) == ([], passes)


@pytest.mark.observed
@tabled(("stored", "right", "operator", "passes"), [
    ("[]", [], "==", True), ("[]", [], "!=", False), ("[1]", [1], "==", True), ("[1]", [], "!=", True),
    ("[1]", 1, "==", True), ('{"k": []}', [], "==", False),
])
@tabled("swapped", [False, True])
def test_a_code_blocks_value_is_compared_with_a_list_from_either_side(value, stored, right, operator, passes, swapped):
    """As a whole; with anything else element by element."""
    sides = ["code_1:custom_function:x", operator, right]
    text = call("decision", [sides[::-1] if swapped else sides])
    assert value(text, setup=f"phantom.save_run_data(key='code_1:x', value={stored!r})") is passes


@pytest.mark.assumed
def test_a_field_of_a_code_blocks_value_is_no_whole_value(value):
    """Below the variable, elements are compared."""
    setup = "phantom.save_run_data(key='code_1:x', value='[{\"k\": []}, {\"k\": [1]}]')"
    for right, passes in (([], True), ([1], True), ([2], False)):
        assert value(call("decision", [["code_1:custom_function:x.k", "==", right]]), setup=setup) is passes


@pytest.mark.observed
@tabled(("right", "ids"), [("artifact:*.cef.b", [2]), ("artifact:flow.cef.b", [1, 2]),
                          (f"{FILTERED}:artifact:*.cef.b", [2, 3]), ("playbook_input:b", [3])])
def test_two_paths_of_one_source_are_compared_row_by_row(value, right, ids):
    """Those of different sources with any value of the other one (assumed)."""
    artifacts = [{"id": 1, "label": "event", "cef": {"a": 1, "b": 3}},
                 {"id": 2, "label": "flow", "cef": {"a": 2, "b": 2}},
                 {"id": 3, "label": "flow", "cef": {"a": 3, "b": 1}}]
    setup = call("condition", [["artifact:*.id", "<", 3]], name="F:condition_1")
    text = call("condition", [["artifact:*.cef.a", "==", right]])
    assert value(text, setup=setup, container={"container": {"id": 1}, "artifacts": artifacts},
                 inputs={"b": [3, 4]}) == [ids, []]


@pytest.mark.assumed
@tabled("function", ["decision", "condition"])
@tabled(("argument", "given", "told"), [
    ("logical_operator", "xor", "logical_operator must be 'and' or 'or', not 'xor'"),
    ("delimiter", 5, "delimiter must be a text or None, not 5"),
    ("limit", "5", "limit must be a number of artifacts, not '5'"),
    ("limit", -1, "limit must be a number of artifacts, not -1"),
    ("limit", True, "limit must be a number of artifacts, not True"),
    ("scope", 1.5, "scope must be 'new', 'all' or artifact ids, not float"),
    ("container", [], "container must be a container, its id or None, not list"),
    ("conditions", {}, "conditions must be a list of [left, operator, right], not dict"),
    ("conditions", [["a", ["=="], "b"]], f"conditions have no operator ['==']. {OPERATORS}"),
    ("conditions", ["a == b"], "conditions must be a list of [left, operator, right]; found 'a == b'"),
    ("conditions", [["a", None, "b"]], f"conditions have no operator None. {OPERATORS}"),
], ids=str)
def test_an_argument_of_a_wrong_kind_is_named(block, function, argument, given, told):
    """It ends the block, with the function and the argument in the message."""
    arguments = {"container": None, "conditions": [["artifact:*.id", "==", 1]], argument: given}
    run = block(f"phantom.{function}({', '.join(f'{name}={one!r}' for name, one in arguments.items())})")
    assert run.summary().message == f"PlaybookArgumentError: {function}: {told} (block after, sample:10)"


@pytest.mark.documented
@tabled(("arguments", "ids"), [
    ({}, [1, 2, 3, 4, 5]), ({"limit": 2}, [1, 2]), ({"limit": 0}, []), ({"scope": "all"}, [1, 2, 3, 4, 5]),
    ({"scope": 3}, [3]), ({"scope": [2, 4]}, [2, 4]), ({"scope": "3"}, [3]), ({"filtered_artifacts": [5, 1]}, [1, 5]),
    ({"filtered_artifacts": ["5"]}, [5]), ({"filtered_artifacts": [9]}, []), ({"scope": [2, 4], "limit": 1}, [2]),
    ({"logical_operator": "AND"}, [1, 2, 3, 4, 5]), ({"logical_operator": None}, [1, 2, 3, 4, 5]),
], ids=str)
def test_what_restricts_the_artifacts_restricts_what_is_tested(value, arguments, ids):
    """`limit`, `scope` and `filtered_artifacts`, as in collect2."""
    assert value(call("condition", [["artifact:*.id", ">", 0]], **arguments)) == [ids, []]
    assert value(call("decision", [["artifact:*.id", ">", 0]], **arguments)) is bool(ids)


@pytest.mark.documented
@tabled(("setup", "kept"), [
    ("results[0]['action_results'] = results[0]['action_results'][:1]", ["b"]),
    ("results[0]['name'] = 'other'", ["b", "c"]),
    ("results = []", ["b", "c"]), ("results = None", ["b", "c"]),
])
@tabled("argument", ["filtered_results", "action_results"])
def test_results_passed_along_are_tested_where_they_are_of_the_block(value, setup, kept, argument):
    """Results of another name are ignored (documented), and then the run's own are tested (assumed)."""
    text = call("condition", [["look_1:action_result.data.*.n", "==", 5]]).removesuffix(")")
    shape = "[item['id'] for one in kept for each in one['action_results'] for item in each['data']]"
    assert value(shape, setup=f"{setup}\n_, kept = {text}, {argument}=results)", answers=ANSWERS) == kept
