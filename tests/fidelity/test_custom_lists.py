"""`custom_list:` operands of conditions: whether a value equals a cell."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab
from tests.table import tabled

LISTS = {"Hosts": [["alpha", "10.0.0.0/8"], ["Beta", None], [7, "a,b"]], "one blank": [["alpha"]],
         "empty": [], "blank": [[""], [None]], "more": [["beta"], ["gamma"]]}
SOURCE = """
import json

def on_start(container):
    phantom.debug(json.dumps({expression}))
"""


@pytest.fixture
def run(playbook):
    """A run of one expression, in a container with one artifact per value of the field ``f``."""

    def execute(expression, *values, **options):
        artifacts = [{"cef": {} if one is ... else {"f": one}} for one in values]
        return Lab({"container": {"id": 1}, "artifacts": artifacts}, lists=LISTS).run(
            playbook(SOURCE.format(expression=expression)), **options)

    return execute


@pytest.fixture
def value(run):
    """What an expression gives."""

    def evaluate(*args, **options):
        summary = run(*args, **options).summary()
        assert summary.debug, summary.message
        return json.loads(summary.debug[-1])

    return evaluate


def call(left, operator, right, function="decision", **arguments):
    """The text of a call of one comparison."""
    more = "".join(f", {name}={given!r}" for name, given in arguments.items())
    return f"phantom.{function}(container=container, conditions={[[left, operator, right]]!r}{more})"


CELLS = [("alpha", True), ("alp", False), ("alpha ", False), ("beta", False), ("Beta", True), ("7", True), (7, True),
         (7.0, True), (70, False), ("a", False), ("b,a", False), ("a,b", True), ("x,alpha", True), ("10.1.2.3", False),
         ("10.0.0.0/8", True), ("None", False), (None, False), (..., False), ("", False), (["x", "alpha"], True),
         (["x"], False), ({"alpha": 1}, False)]


@pytest.mark.assumed
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("operator", "negated"), [("in", False), ("==", False), ("not in", True), ("!=", True)])
def test_a_value_is_in_a_list_if_it_equals_a_whole_cell(value, operator, negated, swapped):
    """Of any row and column, on either side; `==` acts as `in`; a part of a text, a network and None are no match."""
    for stored, inside in CELLS:
        sides = ("artifact:*.cef.f", operator, "custom_list:Hosts")
        text = call(*(sides[::-1] if swapped else sides))
        assert value(text, stored) is (inside is not negated), stored


@pytest.mark.observed
@tabled("name", ["Hosts", " Hosts", "Hosts ", "one blank", "  one blank"])
def test_blanks_around_the_name_do_not_count(value, name):
    """Public playbooks write one after the colon."""
    assert value(call("artifact:*.cef.f", "in", f"custom_list:{name}"), "x", "alpha") is True
    assert value(call("artifact:*.cef.f", "in", f"custom_list:{name}"), "x") is False


@pytest.mark.assumed
@tabled(("operator", "passes"), [("in", False), ("==", False), ("not in", True), ("!=", True)])
@tabled("name", ["empty", "nowhere"])
def test_nothing_is_in_a_list_without_cells(run, name, operator, passes):
    """A list that does not exist is like an empty one, and the log says so once."""
    found = run(call("artifact:*.cef.f", operator, f"custom_list:{name}"), "x", "y", "z").summary()
    assert json.loads(found.debug[-1]) is passes
    told = [line for line in found.debug if "does not exist" in line]
    assert told == (["custom list 'nowhere' does not exist (there are: Hosts, one blank, empty, blank, more)"]
                    if name == "nowhere" else [])


@pytest.mark.assumed
@tabled(("stored", "passes"), [("", True), (None, False), (..., False), ("x", False)])
def test_an_empty_cell_equals_the_empty_text_only(value, stored, passes):
    """A missing value is in no list, though it equals an empty text elsewhere."""
    assert value(call("artifact:*.cef.f", "in", "custom_list:blank"), stored) is passes


@pytest.mark.assumed
@tabled(("stored", "sensitive", "passes"), [
    ("ALPHA", True, False), ("ALPHA", False, True), ("beta", False, True), ("BET", False, False),
    (["BETA"], False, True),
])
def test_case_counts_as_the_call_says(value, stored, sensitive, passes):
    """By default it does."""
    assert value(call("artifact:*.cef.f", "in", "custom_list:Hosts", case_sensitive=sensitive), stored) is passes


@pytest.mark.documented
@pytest.mark.parametrize(("delimiter", "passes"), [(",", True), (None, False), (";", False)])
def test_a_collected_text_is_split_by_the_delimiter(value, delimiter, passes):
    """Each part may equal a cell; a cell itself is never split."""
    assert value(call("artifact:*.cef.f", "in", "custom_list:Hosts", delimiter=delimiter), "x, alpha") is passes


@pytest.mark.assumed
@tabled(("left", "operator", "right", "passes"), [
    ("alpha", "in", "custom_list:Hosts", True), ("alph", "in", "custom_list:Hosts", False),
    ("x,alpha", "in", "custom_list:Hosts", False), (["x", "alpha"], "in", "custom_list:Hosts", True),
    (7, "==", "custom_list:Hosts", True), (None, "==", "custom_list:Hosts", False),
    ("custom_list:Hosts", "in", "x, alpha", True), ("custom_list:Hosts", "in", "x,al", False),
    ("custom_list:Hosts", "not in", ["x", "alpha"], False), ("custom_list:Hosts", "!=", "gamma", True),
    ("custom_list:Hosts", "==", "custom_list:more", False), ("custom_list:Hosts", "in", "custom_list:more", False),
    ("custom_list:Hosts", ">", 6, True), ("custom_list:more", "<", "custom_list:Hosts", False),
], ids=str)
def test_literals_and_other_lists_are_compared_with_a_list(value, left, operator, right, passes):
    """A literal of `in` on the right stands for its parts; an order is asked of any cell."""
    assert value(call(left, operator, right)) is passes


@pytest.mark.assumed
def test_a_filter_keeps_the_rows_whose_value_is_in_the_list(value):
    """The artifacts, not the cells; a literal alone gates the next block."""
    text = call("custom_list:Hosts", "==", "artifact:*.cef.f", function="condition")
    assert value(text, "x", "alpha", "Beta", None) == [[2, 3], []]
    ids, found = value(call("alpha", "in", "custom_list:Hosts", function="condition"))
    assert (ids, bool(found)) == ([], True)


@pytest.mark.assumed
def test_thousands_of_rows_and_cells_are_compared(playbook):
    """Texts are looked up, not gone through."""
    lab = Lab({"container": {"id": 1}, "artifacts": []}, lists={"big": [[f"cell {n}", None] for n in range(20_000)]})
    text = call("playbook_input:x", "in", "custom_list:big", function="condition")
    found = lab.run(playbook(SOURCE.format(expression=f"len({text}[1])")),
                    inputs={"x": [f"cell {n}" for n in range(15_000, 45_000)]})
    assert found.summary().debug == ["5000"]
