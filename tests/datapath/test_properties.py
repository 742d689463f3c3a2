"""Whatever the data, the code agrees with the slow reading of the rules."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from phantom_lab.datapath import OPERATORS, STAR, collect, compare, comparison, nearby, parse, render, rows
from tests.datapath import reference
from tests.datapath.examples import ATOMS, JSON, KEYS, examples

STEPS = st.lists(KEYS | st.just(STAR) | st.sampled_from([0, 1, 2]), max_size=6).map(tuple)
ITEM = st.fixed_dictionaries({}, optional={"x": ATOMS, "y": st.just([1, {"z": 2}]), "deep": st.just({"n": 5})})
INNER = st.lists(ITEM, max_size=3) | st.sampled_from([None, "", 0, {"x": 1}, [[{"x": 2}], []]])
OUTER = st.fixed_dictionaries({}, optional={"n": ATOMS, "inner": INNER, "other": INNER, "deep": st.just({"n": 5})})
RECORD = st.fixed_dictionaries({"data": st.lists(OUTER, max_size=3) | st.just({"n": 1})},
                               optional={"id": ATOMS, "parameter": st.just({"context": {"artifact_id": 3}})})
USUAL = st.sampled_from([("id",), (), ("data",), ("parameter", "context", "artifact_id"), ("data", STAR, "n"),
                         ("data", STAR), ("data", "n"), ("data", STAR, "deep", "n"), ("data", STAR, "inner", STAR, "x"),
                         ("data", STAR, "inner", STAR, "y", 1, "z"), ("data", STAR, "inner", "x"), ("data", 0, "n"),
                         ("data", STAR, "inner", STAR, "deep", "n"), ("data", STAR, "other", STAR, "x")])

WORDS = st.sampled_from([
    "filtered-data", "F", "condition_1", "b", "action_result", "artifact", "*", "custom_function_result", "playbook",
    "custom_list", "summary", "formatted_data", "custom_function", "loop_state", ":", ".", '"', "", "0"])


def same(left: Any, right: Any) -> bool:
    """Equal in value and type; NaN equals itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right or (isinstance(left, float) and math.isnan(left) and math.isnan(right))


def mutable(value: Any) -> set[int]:
    """Identities of all objects and lists in a value."""
    if isinstance(value, dict):
        return {id(value)}.union(*map(mutable, value.values()))
    return {id(value)}.union(*map(mutable, value)) if isinstance(value, list) else set()


@examples
@given(st.lists(JSON, max_size=4), st.lists(STEPS, max_size=4))
def test_any_paths_in_any_records(records, paths):
    """`rows` and `collect` are the rows of the reference; copies are equal and nobody else's."""
    expected = [row for record in records for row in reference.rows(record, paths)]
    assert same([row for record in records for row in rows(record, paths)], expected)
    assert same(collect(records, paths, copy=False), expected)
    copied = collect(records, paths)
    assert same(copied, expected)
    assert not mutable(records) & mutable([cell for row in copied for cell in row])


@examples
@given(st.lists(RECORD, max_size=4), st.lists(USUAL, min_size=1, max_size=5))
def test_usual_paths_in_records_of_the_usual_shape(records, paths):
    """Where some records are irregular, all rows of all records still stand in order."""
    expected = [row for record in records for row in reference.rows(record, paths)]
    assert same([row for record in records for row in rows(record, paths)], expected)
    assert same(collect(records, paths, copy=False), expected)
    copied = collect(iter(records), paths)
    assert same(copied, expected)
    assert not mutable(records) & mutable([cell for row in copied for cell in row])


@examples
@given(st.lists(JSON, max_size=4), STEPS)
def test_a_diagnosis_is_one_short_line(records, steps):
    """`nearby` is empty only where there is a value, and never long."""
    told = nearby(records, steps)
    assert len(told) < 2000
    if not told:
        assert any(row[0] is not None for record in records for row in reference.rows(record, [steps]))


@examples
@given(st.text(alphabet='ab0:.*"\\[] -{}\n', max_size=30) | st.lists(WORDS).map("".join))
def test_any_text_is_a_path_or_a_literal(text):
    """No text makes the parser raise, and what it gives can be walked."""
    path = parse(text)
    if path is not None:
        assert path.text == text
        assert rows({"action_result": {"data": [1]}}, [path.steps])


TEXTS = st.sampled_from([
    "", "a", "A", "b", "a,b", "b, a", ",", " , ", "a;b", "1", "1.0", " 1 ", "01", "-3", "1e2", "100", "1_0", "10",
    "nan", "inf", "-inf", "1e999", "true", "True", "FALSE", "None", "10.1.2.3", "10.0.0.0/8",
    "10.0.0.0/8,192.168.0.0/16", "2001:db8::1", "2001:db8::/32", "10.0.0.0/99", "/", "a/b", "2024-01-01", "[1]", "ß",
    "SS", "9" * 5000,
    str(2**53 + 1)])
OPERAND = st.recursive(
    TEXTS | ATOMS | st.sampled_from([2**53 + 1, 10**400, -10**400, math.inf, -math.inf, math.nan, 1.0, 1, 0, 100]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2))


@examples
@given(OPERAND, st.sampled_from(sorted(OPERATORS)), OPERAND, st.booleans(), st.sampled_from([",", ";", None, "", ", "]),
       st.booleans(), st.booleans())
def test_any_two_operands(left, operator, right, sensitive, delimiter, left_collected, right_collected):
    """`compare` and `comparison` hold where the reference holds, and never raise."""
    expected = reference.compare(left, operator, right, sensitive, delimiter, left_collected, right_collected)
    how = {"case_sensitive": sensitive, "delimiter": delimiter, "left_collected": left_collected,
           "right_collected": right_collected}
    assert compare(left, operator, right, **how) is expected
    assert comparison(operator, **how)(left, right) is expected


PIECES = st.lists(st.sampled_from([
    "{0}", "{1}", "{2}", "{00}", "{", "}", "{{", "}}", "{}", "{code}", "{0:>4}", "{-1}", "%%", "%%\n", "\n%%\n",
    "\r\n%%\r\n", " %% \n", "\t%%", "\n", "\r\n", "\r", "text", "%", " ", "{9}"]), max_size=14).map("".join)
COLUMN = st.lists(JSON | st.sampled_from(["{0}", "{{", "%%", "\n%%\n", None]), max_size=4)


@examples
@given(PIECES, st.lists(COLUMN, max_size=3), st.sampled_from([", ", "", " | ", "{0}"]), st.booleans(),
       st.sampled_from(["json", "str"]))
def test_any_template(template, columns, separator, drop_none, objects):
    """`render` writes what the reference writes, and fails for the same numbers."""
    try:
        expected = reference.render(template, columns, separator, drop_none, objects)
    except IndexError:
        expected = None
    try:
        made = render(template, columns, separator=separator, drop_none=drop_none, objects=objects)
    except IndexError:
        assert expected is None
        return
    assert (made.text, made.items) == expected


@examples
@given(PIECES.filter(lambda text: "%%" not in text), st.lists(st.text(max_size=3), min_size=3, max_size=3))
def test_a_strict_template_does_what_python_does(template, texts):
    """Outside of repeated lines it is `str.format` on texts, exceptions included."""
    def outcome(make):
        try:
            return make()
        except (IndexError, KeyError, ValueError) as exc:
            return type(exc)

    expected = outcome(lambda: template.format(*texts))
    made = outcome(lambda: render(template, [[text] for text in texts], strict=True).text)
    if isinstance(expected, str) or isinstance(made, str):
        assert made == expected
