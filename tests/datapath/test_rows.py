"""Rows of records that are regular, irregular, empty or hostile."""

from __future__ import annotations

import math

import pytest

from phantom_lab.datapath import STAR, collect, nearby, rows
from phantom_lab.errors import PlaybookArgumentError
from tests.deep import TOO_DEEP
from tests.table import tabled

ITEMS = {"id": 1, "data": [{"n": "p", "in": [{"x": 1, "y": 2}, {"x": 3}], "more": [{"z": 7}, {"z": 8}, {"z": 9}]},
                           {"n": "q"}]}
N, X, Y, Z = ("data", STAR, "n"), ("data", STAR, "in", STAR, "x"), ("data", STAR, "in", STAR, "y"), (
    "data", STAR, "more", STAR, "z")


def both(record, paths):
    """The rows, however they are asked for."""
    found = rows(record, paths)
    assert collect([record], paths) == collect([record], paths, copy=False) == found
    assert collect([record, {}, record], paths) == found + rows({}, paths) + found
    return found


@tabled(("paths", "table"), [
    ([], [[]]), ([("id",)], [[1]]), ([()], [[ITEMS]]), ([("id",), ("id",)], [[1, 1]]),
    ([N], [["p"], ["q"]]), ([N, ("id",)], [["p", 1], ["q", 1]]), ([X], [[1], [3], [None]]),
    ([N, X, Y, ("id",)], [["p", 1, 2, 1], ["p", 3, None, 1], ["q", None, None, 1]]),
    ([X, Z], [[1, 7], [3, 8], [None, 9], [None, None]]),
    ([Z, X, N], [[7, 1, "p"], [8, 3, "p"], [9, None, "p"], [None, None, "q"]]),
    ([("data", "n")], [["p"], ["q"]]), ([("data", "in", "x")], [[1], [3], [None]]),
    ([N, ("data", "in", "x")], [["p", 1], ["p", 3], ["q", None]]),
    ([("data",)], [[ITEMS["data"]]]), ([("data",), N], [[ITEMS["data"], "p"], [ITEMS["data"], "q"]]),
    ([("data", 1, "n")], [["q"]]), ([("data", 9, "n")], [[None]]), ([("data", STAR)], [[one] for one in ITEMS["data"]]),
    ([("none",)], [[None]]), ([("id", "x", STAR)], [[None]]), ([("id", STAR)], [[1]]), ([("id", 0)], [[None]]),
], ids=str)
def test_a_list_gives_a_row_for_each_element(paths, table):
    """Shallower cells are repeated, other lists stand beside it, what is missing is None."""
    assert both(ITEMS, paths) == table


@tabled(("data", "table"), [
    ([], [[None, 1]]), (None, [[None, 1]]), ({}, [[None, 1]]), ("", [[None, 1]]), (0, [[None, 1]]),
    ("text", [[None, 1]]),
    ({"n": 5}, [[5, 1]]), ([[]], [[None, 1]]), ([[{"n": 5}], [], {"n": 6}], [[5, 1], [None, 1], [6, 1]]),
    ([None, 5, "x", {"n": 7}], [[None, 1], [None, 1], [None, 1], [7, 1]]), ([{"n": None}], [[None, 1]]),
], ids=str)
def test_an_odd_value_where_a_list_should_be(data, table):
    """An empty list is one row of None, an object its own only element, a list in the list is walked as well."""
    assert both({"id": 1, "data": data}, [N, ("id",)]) == table


@tabled(("record", "table"), [
    (None, [[None]]), ([], [[None]]), ([{"a": 1}, {"a": 2}], [[1], [2]]), ("a", [[None]]), (5, [[None]]),
    ({"a": {"b": 1}}, [[{"b": 1}]]),
], ids=str)
def test_a_record_may_be_anything(record, table):
    """Whatever stands at the root is walked as it would be further down."""
    assert both(record, [("a",)]) == table


@tabled("key", ["'", '"', "\\", "\n", "{}", "a' + boom() + '", "\ud800", "é", "", "x" * 10_000])
def test_no_key_is_ever_read_as_python(key):
    """Generated code holds nothing but the key's `repr`."""
    record = {key: [{key: 5}]}
    assert both(record, [(key, STAR, key)]) == [[5]]


def test_a_digit_is_a_position_in_a_list_and_a_key_of_an_object():
    """`a.0` serves both."""
    assert both({"a": ["x"]}, [("a", 0)]) == both({"a": {"0": "x"}}, [("a", 0)]) == [["x"]]
    assert both({"a": "text"}, [("a", 0)]) == [[None]]


def test_an_irregular_record_between_regular_ones_keeps_its_place():
    """Its rows stand where it stands, and none of them twice."""
    odd = {"id": 2, "data": [{"n": "r", "in": [{"x": 5}]}, {"n": "s", "in": {"x": 6}}]}
    assert collect([ITEMS, odd, ITEMS], [("id",), X]) == [
        [1, 1], [1, 3], [1, None], [2, 5], [2, 6], [1, 1], [1, 3], [1, None]]


@tabled("paths", [[("data",)], [("data", STAR)], [()], [N, ("data",)], [("data", "in")], [X, Z, ()]])
def test_cells_are_the_callers_own(paths):
    """A change of a collected object never reaches the records; without copies the objects are the records' own."""
    before = repr(ITEMS)
    for row in collect([ITEMS], paths):
        for cell in row:
            if isinstance(cell, dict | list):
                cell.clear()
    assert repr(ITEMS) == before
    assert collect([ITEMS], [("data",)], copy=False)[0][0] is ITEMS["data"]


def test_copies_keep_every_value():
    """Also what JSON does not know, such as NaN, huge numbers, half a surrogate, sets and dates."""
    odd = [10 ** 5000, "\ud800", -0.0, {1, 2}, (1, [2]), b"x", object, {"k": print}]
    copied = collect([{"a": odd}], [("a",)])[0][0]
    assert copied == odd
    assert copied is not odd
    assert math.isnan(collect([{"a": [math.nan]}], [("a",)])[0][0][0])


def test_subclasses_of_dict_and_list_are_walked_too():
    """They are no regular shape, and have the same rows."""
    class Record(dict):
        pass

    class Items(list):
        pass

    assert both(Record(data=Items([Record(n=1), {"n": 2}])), [N]) == [[1], [2]]
    assert type(collect([{"a": Items([1])}], [("a",)])[0][0]) in (list, Items)


@tabled("depth", [14, 15, 16, 20, 21, 50, 200, 900])
def test_many_stars_are_no_trouble(depth):
    """Python nests twenty loops; deeper paths are walked step by step, and the stack does not grow with them."""
    record = 5
    for _ in range(depth):
        record = {"a": [record]}
    assert both(record, [("a", STAR) * depth]) == [[5]]
    assert both(record, [("a",) * depth]) == [[[5]]]


@pytest.mark.parametrize("beside", [[], [(STAR,) * 200], [(STAR,) * 200 + ("y",), (STAR,) * 200 + (0,)]])
def test_many_stars_through_lists_in_lists_are_no_trouble(beside):
    """As deep as the data is, and over its elements in their order."""
    record = [[{"x": 1, "y": 2}], [{"x": 3}]]
    for _ in range(198):
        record = [record, []]
    table = both(record, [(STAR,) * 200 + ("x",), *beside])
    assert [row[0] for row in table] == [1, 3, *[None] * 198]


def test_data_too_deep_for_many_paths_at_once_is_a_clear_error():
    """Where every level of lists ends a path of its own."""
    record = 5
    for _ in range(TOO_DEEP):
        record = [record]
    with pytest.raises(PlaybookArgumentError, match="the data is nested too deeply to be read by 250 datapaths"):
        collect([record], [(STAR,) * depth for depth in range(250)])


@tabled("depth", [50, 70, 250, 900])
def test_many_keys_are_no_trouble(depth):
    """Neither brackets nor recursion grow with the path."""
    record = 5
    for _ in range(depth):
        record = {"a": record}
    assert collect([record], [("a",) * depth]) == rows(record, [("a",) * depth]) == [[5]]
    assert collect([record], [("b",) * 50_000]) == [[None]]


@tabled("paths", [[("x",)], [("x",), (STAR, "x")], [(STAR,), ("x",)], [()]])
def test_lists_in_lists_are_no_trouble(paths):
    """Nine hundred of them, as deep as JSON is read at all."""
    record = [{"x": 5}]
    for _ in range(900):
        record = [record]
    assert len(collect([record], paths)) == len(collect([record], paths, copy=False)) == 1


@tabled(("steps", "told"), [
    (("cef", "sourceAdres"),
     "walked `cef`, no `sourceAdres`; there are `sourceAddress`, `bytes`; closest is `sourceAddress`"),
    (("bytes",), "no `bytes`; there are `id`, `cef`, `data`, `empty`; it is in `cef.bytes`"),
    (("cfe", "x"), "no `cfe`; there are `id`, `cef`, `data`, `empty`; closest is `cef`"),
    (("cef", "zzz"), "walked `cef`, no `zzz`; there are `sourceAddress`, `bytes`"),
    (("data", STAR, "m"), "walked `data.*`, no `m`; there are `n`, `o`"),
    (("data", "m"), "walked `data`, no `m`; there are `n`, `o`"),
    (("data", 5, "n"), "walked `data`, no `5`; there are `n`, `o`"),
    (("id", "x"), "walked `id`, no `x`; there is only int"),
    (("empty", STAR), "walked `empty`, no `*`; there is only NoneType"),
    (("empty",), "walked `empty`, and it holds nothing"), (("cef", "bytes"), ""), (("data", "n"), ""), ((), ""),
])
def test_what_was_not_found_is_explained(steps, told):
    """How far the walk got, what is there, and what was probably meant."""
    record = {"id": 1, "cef": {"sourceAddress": "1.1.1.1", "bytes": 5}, "data": [{"n": 1}, {"o": 2}], "empty": None}
    assert nearby([record, {"id": 2, "cef": {}}], steps) == told


def test_an_explanation_looks_at_a_few_elements_only():
    """Of lists in lists as well, however many there are; lists may be as deep as they will."""
    looked = []

    class Items(list):
        def __iter__(self):
            for item in super().__iter__():
                looked.append(item)
                yield item

    inner = Items([{"q": 1}] * 1000)
    wide = {"a": Items([Items([inner] * 1000)] * 1000)}
    assert nearby([wide] * 30, ("a", "x")) == "walked `a`, no `x`; there are `q`"
    assert len(looked) < 2000
    deep = [{"q": 1}]
    for _ in range(5000):
        deep = [deep]
    assert nearby([{"a": deep}], ("a", "x")) == "walked `a`, no `x`; there are `q`"


def test_an_explanation_is_short():
    """Eight keys, and of long ones the beginning; the first twenty records."""
    record = {f"key {number}": 1 for number in range(100)}
    assert nearby([record], ("none",)).endswith("`key 7` and 92 more")
    assert len(nearby([{"x" * 10_000: 1}], ("y" * 10_000,))) < 400
    assert nearby([{}] * 20 + [{"late": 1}], ("late",)) == "no `late`; there is only an empty dict"
    assert nearby([], ("a",)) == nearby([], ()) == "there are no records"
