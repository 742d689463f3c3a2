"""`phantom.decision` and `phantom.condition`: which rows pass."""

from __future__ import annotations

import pytest

from tests.table import tabled

OPERATORS = "There are !=, <, <=, ==, >, >=, in, is None, is empty, is not None, is not empty, not in."

ANSWERS = [
    {"summary": {"score": 7}, "data": [{"id": "a", "n": 1}, {"id": "b", "n": 5}]},
    {"status": "failed", "data": []},
    {"data": [{"id": "c", "n": 5}]},
]


def decide(left, operator, right, **arguments):
    """The text of a decision of one comparison."""
    return call("decision", [[left, operator, right]], **arguments)


def call(function, conditions, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={given!r}" for name, given in arguments.items())
    return f"phantom.{function}(container=container, conditions={conditions!r}{more})"


def one_artifact(**cef):
    """A container with one artifact of these fields."""
    return {"container": {"id": 1}, "artifacts": [{"id": 1, "cef": cef, "tags": ["red", "hot"]}]}


def decision_of(value, stored, operator, right, **arguments):
    """What one comparison of the field `f` with a literal gives; `...` leaves the field out."""
    container = one_artifact() if stored is ... else one_artifact(f=stored)
    return value(decide("artifact:*.cef.f", operator, right, **arguments), container=container)


@pytest.mark.observed
@tabled(("stored", "operator", "right", "passes"), [
    ("a", "==", "a", True), ("a", "==", "b", False), ("a", "!=", "b", True), ("a", "!=", "a", False),
    (5, "==", "5", True), ("5", "==", 5, True), (5, "!=", "5", False), (5, "==", "x", False), (5.0, "==", 5, True),
    (51, ">=", "5", True), (51, "<", "6", False), ("51", ">", 6, True), (5, ">", 5, False), (5, ">=", 5, True),
    (4, "<", 5, True), (5, "<=", 5, True), (6, "<=", 5, False),
    ("abcdef", ">=", "1", True), ("2024-05-06T10:00", ">", "2024-05-05T23:00", True),
    ("2024-01", "<", "2023-12", False),
    (True, "==", True, True), (True, "==", "True", True), (True, "==", "true", True), (False, "==", "true", False),
    ("False", "==", False, True),
    ("two", "in", "one,two,three", True), ("four", "in", "one,two,three", False), ("two", "not in", "one, two", False),
    ("four", "not in", "one,two", True), ("TH", "in", ["KH", "TH"], True), ("US", "in", ["KH", "TH"], False),
    ("US", "not in", ["KH", "TH"], True), (["a", "b"], "in", ["b"], True), (["a"], "in", ["b"], False),
    ([], "==", [], True), ([1], "!=", [], True), ([1, 2], "==", [1, 2], True),
])
def test_an_operator_compares_after_type_correction(value, stored, operator, right, passes):
    """Quoted numbers and booleans compare as what they stand for; what is no number compares as text."""
    assert decision_of(value, stored, operator, right) is passes


@pytest.mark.observed
@tabled(("stored", "operator", "right", "passes"), [
    (..., "==", "", True), (..., "!=", "", False), (None, "==", "", True), (None, "!=", "", False),
    ("", "==", "", True), ("", "!=", "", False), ("x", "!=", "", True), ("x", "==", "", False), (0, "!=", "", True),
])
def test_a_missing_value_equals_the_empty_text(value, stored, operator, right, passes):
    """`!= ""` is the question whether there is a value."""
    assert decision_of(value, stored, operator, right) is passes


@pytest.mark.assumed
@tabled(("stored", "operator", "right", "passes"), [
    (..., "==", None, True), (..., "!=", None, False), (None, "==", None, True), ("", "==", None, False),
    ("", "!=", None, True), ("x", "!=", None, True), (0, "==", None, False),
    (..., ">", 1, False), (..., "<", 1, False), (..., ">=", "", False), (..., "<=", "a", False),
    (..., "in", "a,b", False), (..., "not in", "a,b", True), ("x", "in", None, False), ("x", "not in", None, True),
    ("ell", "in", "hello", True), (5, "in", "1,5", True), (5, "in", ["5"], True),
])
def test_none_equals_only_a_missing_value_and_is_in_no_order(value, stored, operator, right, passes):
    """The literal None does not match an empty text; order and membership never hold for a missing value."""
    assert decision_of(value, stored, operator, right) is passes


@pytest.mark.documented
@tabled(("stored", "operator", "right", "passes"), [
    ("10.1.2.3", "in", "10.0.0.0/8", True), ("11.1.2.3", "in", "10.0.0.0/8", False),
    ("192.168.1.9", "in", "192.168.0.1/16", True), ("192.168.1.9", "not in", "10.0.0.0/8,192.168.0.0/16", False),
    ("8.8.8.8", "not in", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", True),
    ("2001:db8::1", "in", "2001:db8::/32", True),
    ("not an address", "in", "10.0.0.0/8", False),
])
def test_an_address_is_in_a_network(value, stored, operator, right, passes):
    """A CIDR on the right of `in` means network membership."""
    assert decision_of(value, stored, operator, right) is passes


@pytest.mark.documented
@tabled(("stored", "operator", "right", "arguments", "passes"), [
    ("red, green", "==", "green", {}, True), ("red, green", "==", "gre", {}, False),
    ("red, green", "!=", "green", {}, False), ("red;green", "==", "green", {"delimiter": ";"}, True),
    ("red, green", "==", "green", {"delimiter": ";"}, False), ("red, green", "==", "green", {"delimiter": None}, False),
    ("Duplicate, cancel", "==", "Duplicate, cancel", {"delimiter": None}, True),
    ("x,blue", "in", ["blue"], {}, True), ("x,blue", "in", ["blue"], {"delimiter": None}, False),
    ("1,9", ">", 8, {}, True), ("1,9", ">", 9, {}, False),
])
def test_the_delimiter_splits_the_collected_value(value, stored, operator, right, arguments, passes):
    """A collected text is the list of its parts, by default split by commas; None never splits."""
    assert decision_of(value, stored, operator, right, **arguments) is passes


@pytest.mark.assumed
def test_a_value_with_a_comma_still_equals_itself(value):
    """The whole text counts besides its parts."""
    assert decision_of(value, "Washington, D.C.", "==", "Washington, D.C.") is True


@pytest.mark.observed
@tabled(("operator", "right", "sensitive", "passes"), [
    ("==", "ALPHA", True, False), ("==", "ALPHA", False, True), ("!=", "ALPHA", False, False),
    ("in", ["ALPHA"], True, False), ("in", ["ALPHA"], False, True), ("in", "ALPHA,BETA", True, False),
    ("in", "ALPHA,BETA", False, True), ("not in", "ALPHA,BETA", False, False),
])
def test_case_counts_unless_it_is_switched_off(value, operator, right, sensitive, passes):
    """`case_sensitive` is True by default."""
    assert decision_of(value, "alpha", operator, right, case_sensitive=sensitive) is passes
    if sensitive:
        assert decision_of(value, "alpha", operator, right) is passes


@pytest.mark.observed
@tabled(("left", "operator", "right", "passes"), [
    ("lph", "in", "artifact:*.cef.f", True), ("xyz", "in", "artifact:*.cef.f", False),
    ("red", "in", "artifact:*.tags", True), ("red", "not in", "artifact:*.tags", False),
    ("re", "in", "artifact:*.tags", False), ("alpha", "==", "artifact:*.cef.f", True),
    ("new", "==", "new", True), ("new", "==", "open", False), ("artifact:*.cef.f", "==", "artifact:*.cef.g", True),
    ("artifact:*.cef.f", "==", "artifact:*.name", False), ("container:status", "==", "new", True),
])
def test_operands_are_symmetric(value, left, operator, right, passes):
    """Either side may be a datapath or a literal: text in text means part of it, text in list means an element."""
    assert value(decide(left, operator, right), container=one_artifact(f="alpha", g="alpha")) is passes


@pytest.mark.documented
@pytest.mark.parametrize(("operator", "ids"), [("and", [2]), ("or", [2, 3])])
def test_and_holds_on_the_same_artifact(value, operator, ids):
    """With `and`, every comparison must hold on one artifact; with `or`, one of them on any."""
    fields = ((2, {"a": 1, "b": 2}), (3, {"a": 1, "b": 9}), (4, {"a": 8, "b": 8}))
    artifacts = [{"id": n, "cef": cef} for n, cef in fields]
    conditions = [["artifact:*.cef.a", "==", 1], ["artifact:*.cef.b", "==", 2]]
    container = {"container": {"id": 1}, "artifacts": artifacts}
    found = value(call("condition", conditions, logical_operator=operator), container=container)
    assert found == [ids, []]
    torn = [["artifact:*.cef.a", "==", 8], ["artifact:*.cef.b", "==", 9]]
    assert value(call("decision", torn, logical_operator=operator), container=container) is (operator == "or")


@pytest.mark.documented
def test_and_holds_on_the_same_result_item(value):
    """A value of one item and a value of another do not add up."""
    same = [["look_1:action_result.data.*.id", "==", "b"], ["look_1:action_result.data.*.n", "==", 5]]
    torn = [["look_1:action_result.data.*.id", "==", "a"], ["look_1:action_result.data.*.n", "==", 5]]
    assert value(call("decision", same, logical_operator="and"), answers=ANSWERS) is True
    assert value(call("decision", torn, logical_operator="and"), answers=ANSWERS) is False


@pytest.mark.assumed
@pytest.mark.parametrize(("operator", "other", "passes"), [("and", 7, True), ("and", 8, False), ("or", 8, True)])
def test_and_across_sources_asks_each_for_itself(value, operator, other, passes):
    """Comparisons on different sources are evaluated apart from each other."""
    conditions = [["artifact:*.id", "==", 5], ["look_1:action_result.summary.score", "==", other]]
    assert value(call("decision", conditions, logical_operator=operator), answers=ANSWERS) is passes


@pytest.mark.observed
def test_or_is_the_default_and_a_missing_operand_does_not_raise(value):
    """Each comparison is evaluated alone."""
    conditions = [["look_1:action_result.summary.responses.0", "==", "Yes"],
                  ["look_1:action_result.status", "==", "failed"]]
    assert value(call("decision", conditions), answers=ANSWERS) is True


@pytest.mark.assumed
@tabled(("operator", "right", "passes"), [
    ("==", "", True), ("!=", "", False), ("==", None, True), ("!=", None, False), ("==", "x", False),
    ("not in", "x", True),
])
def test_no_rows_count_as_one_row_of_none(value, operator, right, passes):
    """A container without artifacts, and a block that never ran, are like a missing value."""
    empty = {"id": 3, "name": "empty"}
    for path in ("artifact:*.id", "nobody:action_result.data.*.x"):
        assert value(decide(path, operator, right), container=empty) is passes


@pytest.mark.assumed
@tabled("function", ["decision", "condition"])
@tabled(("conditions", "told"), [
    ([["a", "startswith", "b"]], f"conditions have no operator 'startswith'. {OPERATORS}"),
    ([["a", "=="]], "conditions must be a list of [left, operator, right]; found ['a', '==']"),
    (None, "conditions must be a list of [left, operator, right], not NoneType"),
])
def test_what_cannot_be_evaluated_is_an_error_of_the_block(block, function, conditions, told):
    """An unknown operator, or something else than triples, leaves the block as an exception."""
    run = block(call(function, conditions))
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {function}: {told} (block after, ")


@pytest.mark.observed
def test_newer_generated_arguments_change_nothing(value):
    """`conditions_dps` and `name` of newer exports are accepted."""
    triple = [["artifact:*.id", "==", 1]]
    assert value(call("decision", triple, conditions_dps=triple, name="decision_1:condition_1")) is True
    assert value(call("condition", triple, conditions_dps=triple, name="F:condition_1", auto=True)) == [[1], []]
