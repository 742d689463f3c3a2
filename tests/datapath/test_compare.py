"""The operators of conditions on values of every kind."""

from __future__ import annotations

import math

import pytest

from phantom_lab.datapath import OPERATORS, UNARY, compare, comparison
from tests.table import tabled

COLLECTED, LITERAL_FIRST, BOTH, NEITHER = (
    {"left_collected": left, "right_collected": right} for left, right in (
        (True, False), (False, True), (True, True), (False, False)))
OPPOSITE = {"==": "!=", "!=": "==", "in": "not in", "not in": "in"}


def holds(left, operator, right, **how):
    """The verdict, which must be the opposite one for the opposite operator."""
    verdict = compare(left, operator, right, **how)
    assert comparison(operator, **how)(left, right) is verdict
    if operator in OPPOSITE:
        assert compare(left, OPPOSITE[operator], right, **how) is not verdict
    return verdict


def test_there_are_eight_operators_of_two_sides_and_four_of_one():
    """No other one occurs anywhere."""
    assert {"==", "!=", "<", "<=", ">", ">=", "in", "not in"} == OPERATORS - UNARY
    assert {"is None", "is not None", "is empty", "is not empty"} == UNARY


@tabled("operator", ["", "=", "startswith", "IN", None])
@tabled("function", [comparison, lambda operator: compare(1, operator, 1)])
def test_an_unknown_operator_is_an_error_at_once(operator, function):
    """Not only when the first pair is compared."""
    with pytest.raises(KeyError):
        function(operator)


@tabled("how", [COLLECTED, LITERAL_FIRST, BOTH, NEITHER], ids=str)
@tabled(("left", "right", "passes"), [
    ("a", "a", True), ("a", "b", False), ("", "", True), (None, None, True), ("a", "", False), ("a", None, False),
    (0, "", False), (0, None, False), (False, "", False), ([], "", False), ([], None, False), ({}, None, False),
    (5, "5", True), ("5", 5, True), (5, " 5 ", True), (5, 5.0, True), (5, "5.0", True), ("5", "5.0", False),
    (500, "5e2", True), (5, "x", False), (7, "007", True), ("7", "007", False), (1000, "1_000", False),
    (True, "True", True), (True, "true", True), ("TRUE", True, True), (False, "false", True), (True, "false", False),
    (True, 1, True), (True, "1", False), (True, False, False),
    (2**53 + 1, str(2**53 + 1), True), (2**53 + 1, str(2**53), False), (2**53, float(2**53), True),
    (10**400, 10**400, True), (10**400, "1" + "0" * 400, True), (10**400, math.inf, False),
    (math.inf, math.inf, True), (math.nan, math.nan, False), ("nan", "nan", True), (math.nan, "nan", True),
    (5, "inf", False), (0.1, "0.1", True),
    ([1], [1], True), ([1], ["1"], False), ([1], "[1]", False), ({"a": 1}, {"a": 1}, True), ([], [], True),
    ({"a": 1}, "x", False), ("ß", "SS", False), ("\ud800", "\ud800", True), ("\x00", 0, False),
], ids=repr)
def test_equality(left, right, passes, how):
    """Numbers and booleans equal their texts, whichever side they stand on and wherever they come from."""
    assert holds(left, "==", right, **how) is passes
    assert holds(right, "==", left, **how) is passes


@tabled(("left", "right", "how", "passes"), [
    (None, "", COLLECTED, True), ("", None, COLLECTED, False),
    ("", None, LITERAL_FIRST, True), (None, "", LITERAL_FIRST, False),
    (None, "", BOTH, True), ("", None, BOTH, True),
    (None, "", NEITHER, True), ("", None, NEITHER, False),
], ids=str)
def test_a_missing_value_equals_the_empty_text_and_the_literal_none_does_not(left, right, how, passes):
    """What counts is which side was collected, not which stands first."""
    assert holds(left, "==", right, **how) is passes
    if not isinstance(right, str):
        assert holds(left, "in", [right], **how) is passes


@tabled("left", ["red, green", "green,red", " green ,", "x,green"])
def test_a_collected_text_is_any_of_its_parts(left):
    """Parts are stripped; a literal is never split."""
    assert holds(left, "==", "green")
    assert holds("green", "==", left, **LITERAL_FIRST)
    assert holds(left, "in", ["green"])
    assert not holds(left, "==", "green", **LITERAL_FIRST)
    assert not holds("green", "==", left, **COLLECTED)
    assert not holds(left, "==", "green", delimiter=None)
    assert not holds(left, "==", "green", delimiter=";")
    assert not holds(left, "==", "green", delimiter="")


@tabled(("left", "operator", "right", "how", "passes"), [
    ("a, b", "==", "a, b", COLLECTED, True), ("a, b", "==", "a, b", BOTH, True), ("a,b", "==", "b,c", BOTH, True),
    ("a,b", "==", "c,d", BOTH, False), ("1,9", ">", 8, COLLECTED, True), ("1,9", ">", 9, COLLECTED, False),
    (8, "<", "1,9", LITERAL_FIRST, True), (9, "<", "1,9", LITERAL_FIRST, False), (",", "==", "", COLLECTED, False),
    ("a,,b", "==", "", COLLECTED, False), (["a,b"], "==", "b", COLLECTED, False), ("a,b", "==", None, COLLECTED, False),
])
def test_the_whole_text_counts_besides_its_parts(left, operator, right, how, passes):
    """On whichever side the collected text stands; an empty part never counts."""
    assert holds(left, operator, right, **how) is passes


@tabled("delimiter", [5, ["x"], object(), b","])
def test_a_delimiter_that_is_no_text_splits_nothing(delimiter):
    """It raises nothing either."""
    assert not holds("a,b", "==", "b", delimiter=delimiter)
    assert holds("a,b", "==", "a,b", delimiter=delimiter)


def test_a_delimiter_may_be_long():
    """And have a meaning in regular expressions."""
    assert holds("a .* b", "==", "b", delimiter=".*")


@tabled(("left", "operator", "right", "passes"), [
    (1, "<", 2, True), (1, "<", "2", True), ("10", ">", "9", True), ("10", ">", 9, True), ("b", ">", "a", True),
    ("abc", ">=", "1", True), ("", ">=", "1", False), ("2024-05-06T10:00", ">", "2024-05-05T23:00", True),
    (None, "<", 1, False), (1, ">", None, False), (None, "<=", None, False), (None, ">=", "", False),
    (10**400, ">", 5, True), (5, "<", 10**400, True), (10**400, ">", 1.5, True), (-10**400, "<", "-1", True),
    (math.inf, ">", 10**400, True), (math.nan, "<", 1, False), (math.nan, ">", 1, False), (5, "<", "inf", True),
    (5, "<", "nan", True), (5, ">", "nan", False), ("9" * 5000, ">", 1, True),
    (True, ">", 0, True), (True, ">=", "1", True), ([1], "<", [2], True), ({"a": 1}, ">", 5, True), ([], ">", "", True),
    (2**53 + 1, ">", str(2**53), True), (2**53 + 1, ">=", str(2**53 + 2), False), (5, ">", 5, False),
    (5, ">=", 5, True),
], ids=repr)
def test_order(left, operator, right, passes):
    """Two numbers compare as numbers, anything else as texts, and nothing with a missing value."""
    assert holds(left, operator, right, delimiter=None) is passes


@tabled(("left", "right", "passes"), [
    ("b", ["a", "b"], True), ("b", ["a"], False), ("b", [], False), ("b", ("a", "b"), True), ("b", {"b": 1}, True),
    ("b", {"b"}, True), (5, ["5"], True), ("5", [5], True), (True, ["true"], True), (["x", "b"], ["b"], True),
    (["x"], ["b"], False), ([], ["b"], False), ([], [], False), (["b"], "abc", True), ([["b"]], ["b"], True),
    (None, ["", "a"], True), (None, [None], True), ("", [None], False), ("", [""], True), (None, ["a"], False),
    ("ell", "hello", True), ("x", "hello", False), ("", "hello", False), (None, "hello", False), ("x", "", False),
    ("a", None, False), (None, None, False), ("two", "one, two", True), ("wo", "one,two", True), (5, "1,5", True),
    (5, "15", True), (5.0, "1, 5", True), (True, "false, true", True), (6, "1,5", False), ("5", 15, True),
    ({}, "x", False),
    ("10.1.2.3", "10.0.0.0/8", True), ("11.1.2.3", "10.0.0.0/8", False),
    ("10.1.2.3", "192.168.0.0/16, 10.0.0.0/8", True),
    ("192.168.1.9", "192.168.0.1/16", True), ("2001:db8::1", "2001:db8::/32", True),
    ("10.1.2.3", "2001:db8::/32", False),
    ("10.1.2.3", "10.0.0.0/99", False), ("10.1.2.3", "/", False), ("ten", "10.0.0.0/8", False),
    ("10.0.0.0", "10.0.0.0/8", True),
], ids=repr)
def test_membership(left, right, passes):
    """An element of a list, a part of a text, an item of a CSV text, an address in a network."""
    assert holds(left, "in", right) is passes


@tabled(("left", "operator", "right"), [
    ("Alpha", "==", "aLPHA"), ("Alpha", "in", ["ALPHA"]), ("LPH", "in", "alpha"), ("b,Alpha", "==", "ALPHA"),
    (["Alpha"], "in", "ALPHA,BETA"),
])
def test_case_counts_unless_it_is_switched_off(left, operator, right):
    """In every comparison for equality or membership."""
    assert not holds(left, operator, right)
    assert holds(left, operator, right, case_sensitive=False)


class Unfriendly:
    """Refuses to be compared, as arrays do."""

    def __eq__(self, other):
        raise ValueError

    __hash__ = None


@pytest.fixture(scope="module")
def odd():
    """What nobody expects as an operand."""
    endless, deep = [], []
    endless.append(endless)
    for _ in range(100_000):
        deep = [deep]
    yield [None, "", "a", 5, math.nan, 10**5000, -10**5000, True, [], {}, endless, deep, object(), Unfriendly(), b"x",
           "9" * 5000, "\ud800", {1}, (1,), 1j]
    while deep:  # freed level by level: the interpreter's own way of doing it is not what is tested
        deep = deep.pop()


@pytest.mark.parametrize("operator", sorted(OPERATORS))
@pytest.mark.parametrize("how", [COLLECTED, LITERAL_FIRST, BOTH, NEITHER], ids=str)
def test_no_operand_makes_a_comparison_raise(operator, how, odd):
    """Whatever stands on either side."""
    for left in odd:
        for right in odd:
            assert holds(left, operator, right, **how) in (True, False)


def test_many_networks_are_no_trouble():
    """A thousand of them in one text, ten thousand different addresses."""
    within = comparison("in")
    networks = ",".join(f"10.{n // 250}.{n % 250}.0/24" for n in range(1000))
    assert within("10.3.249.7", networks)
    assert not any(within(f"11.0.{n // 250}.{n % 250}", "10.0.0.0/8") for n in range(10_000))
