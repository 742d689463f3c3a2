"""Custom lists: reading, searching, changing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom_lab import Lab, Playbook
from tests.table import tabled

LISTS = {"hosts": [["alpha", "10.0.0.1", None], ["Beta", "10.0.0.2"], ["gamma", "alpha"]], "empty": [],
         "mixed": [[7, True, None, 1.5], "alone", [["x"], {"a": 1}]]}
SOURCE = """
import json
import phantom.rules as phantom

def on_start(container):
    for expression in {expressions!r}:
        phantom.debug(json.dumps(eval(expression, globals())))
"""
CUSTOM_FUNCTION = "import phantom.rules as phantom\ndef tool(**kwargs):\n    return [{{'found': {expression}}}]\n"
BAD = ("None", "5", "True", "''", "[]", "{}", "object()", "b'x'", "{1, 2}", "float('nan')", "10**5000", "'nowhere'",
       "'\\ud800'", "phantom", "[[[]], {}]", "-1")


def evaluate(*expressions: str, lists: Any = None, lab: Lab | None = None) -> list[Any]:
    """What expressions give, one after the other, in a block of one run."""
    lab = lab or Lab({"container": {"id": 1}}, lists=LISTS if lists is None else lists)
    run = lab.run(Playbook.from_source(SOURCE.format(expressions=expressions), name="sample"))
    assert run.status == "success", run.summary().message
    return [json.loads(line) for line in run.summary().debug]


def value(*expressions: str, **options: Any) -> Any:
    """What the last of several expressions gives."""
    return evaluate(*expressions, **options)[-1]


def tried(expression: str, given: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """What an expression gives with one text after the other in place of its ``{}``, all in one run."""
    given = list(given)
    return zip(given, evaluate(*[expression.replace("{}", one) for one in given]), strict=True)


def rows(name: str, *before: str, **options: Any) -> Any:
    """The rows of a list after some calls."""
    return value(*before, f"phantom.get_list({name!r})[2]", **options)


# -- reading -----------------------------------------------------------------------------------------------------------

@pytest.mark.documented
def test_a_list_is_read_as_its_rows():
    """(True, message, list of lists)."""
    success, message, found = value("phantom.get_list(list_name='hosts')")
    assert (success, type(message), found) == (True, str, LISTS["hosts"])


@pytest.mark.documented
def test_cells_are_texts_or_nothing():
    """However the list was given: a value that is no row is one of a single cell."""
    assert rows("mixed") == [["7", "True", None, "1.5"], ["alone"], ['["x"]', '{"a": 1}']]


@pytest.mark.assumed
@tabled("arguments", ["'nowhere'", "'nowhere', values='x'", "'Hosts'", "' hosts'", "None", "''", "5"])
def test_an_unknown_list_is_a_failure(arguments):
    """(False, message, None); names compare with case and blanks."""
    success, message, found = value(f"phantom.get_list({arguments})")
    assert (success, found) == (False, None)
    assert message


@pytest.mark.observed
@pytest.mark.parametrize(("values", "places"), [("'alpha'", [0, 2]), ("['10.0.0.2', 'gamma']", [1, 2]),
                                                ("'10.0.0.1'", [0])])
def test_a_search_gives_the_rows_and_their_places(values, places):
    """As ``matches`` of a dict, each with ``index`` and ``value``, the whole row."""
    success, _, found = value(f"phantom.get_list(list_name='hosts', values={values})")
    assert success is True
    assert found == {"matches": [{"index": place, "value": LISTS["hosts"][place]} for place in places]}


@pytest.mark.assumed
@tabled(("arguments", "places"), [
    ("'ALPHA'", []), ("'alph'", []), ("'nowhere'", []), ("[]", []), ("'alpha', 0", [0]),
    ("'alpha', column_index=1", [2]), ("'alpha', column_index='1'", [2]), ("'alpha', column_index=None", [0, 2]),
    ("[None]", [0]), ("'alpha', 2", []),
])
def test_a_search_compares_whole_cells_of_a_column(arguments, places):
    """With case; -1 and None are any column. What is nowhere is a success without matches."""
    success, _, found = value(f"phantom.get_list('hosts', {arguments})")
    assert (success, [one["index"] for one in found["matches"]]) == (True, places)


@pytest.mark.assumed
@tabled(("stored", "searched"), [("7", "7"), (7, "7"), ("7", 7), (True, "True"), (1.5, 1.5)])
def test_a_search_compares_texts(stored, searched):
    """A number finds its digits."""
    assert len(value(f"phantom.get_list('l', values={searched!r})", lists={"l": [[stored]]})[2]["matches"]) == 1


@pytest.mark.assumed
@pytest.mark.parametrize(("column", "cells"), [(0, ["alpha", "Beta", "gamma"]), (2, [None, None, None])])
def test_a_column_alone_is_read_as_rows_of_one_cell(column, cells):
    """A row that does not reach so far gives None."""
    assert value(f"phantom.get_list('hosts', column_index={column})")[2] == [[cell] for cell in cells]


@pytest.mark.assumed
@tabled("column", ["3", "-2", "'x'", "1.5", "True", "[]"])
@tabled("values", ["None", "'alpha'"])
def test_a_column_that_no_row_has_is_a_failure(values, column):
    """As is what is no column; a list without rows has them all."""
    assert value(f"phantom.get_list('hosts', {values}, {column})")[::2] == [False, None]
    assert value("phantom.get_list('empty', None, 3)")[::2] == [True, []]


@pytest.mark.documented
@tabled(("arguments", "count"), [
    ("'alpha'", 2), ("'ALPHA'", 2), ("'alpha', case_sensitive=True", 2), ("'ALPHA', case_sensitive=True", 0),
    ("'alph'", 0), ("'alph', substring=True", 2), ("'ALPH', True, True", 0), ("'a', substring=True", 3),
    ("['beta', 'gamma']", 2), ("'10.0.0.', False, True", 2), ("'nowhere'", 0),
])
def test_rows_that_hold_a_value_are_counted(arguments, count):
    """Whole cells whatever their case, unless the call says otherwise; of several values one is enough."""
    assert value(f"phantom.check_list('hosts', {arguments})")[::2] == [True, count]


@pytest.mark.observed
def test_checking_an_unknown_list_is_a_failure_in_a_custom_function_too(tmp_path):
    """(False, message, 0), as the vendor's own self-test says."""
    (tmp_path / "tool.py").write_text(CUSTOM_FUNCTION.format(expression="phantom.check_list('nowhere', 'x')"))
    (tmp_path / "book.py").write_text(
        "import phantom.rules as phantom\ndef on_start(container):\n"
        "    phantom.debug(phantom.check_list('nowhere', 'x')[::2])\n"
        "    phantom.custom_function('local/tool', [{}], name='t', callback=after)\n"
        "def after(**kwargs):\n"
        "    phantom.debug(phantom.collect2(datapath=['t:custom_function_result.data.*.found'])[0][0][::2])\n")
    assert Lab({"container": {"id": 1}}).run(tmp_path / "book.py").summary().debug == ["(False, 0)", "[False, 0]"]


# -- writing -----------------------------------------------------------------------------------------------------------

@pytest.mark.documented
@tabled(("values", "row"), [
    ("'x'", ["x"]), ("['x', 'y']", ["x", "y"]), ("('x', 5, True, 1.5, None)", ["x", "5", "True", "1.5", None]),
    ("7", ["7"]),
])
@tabled("name", ["hosts", "new"])
def test_a_row_is_added(name, values, row):
    """Its values become texts; a list that is not there is made. None stays an empty cell (assumed)."""
    before = [f"phantom.add_list(list_name={name!r}, values={values})"]
    assert value(*before)[0] is True
    assert rows(name, *before) == [*LISTS.get(name, []), row]
    assert rows(name, *before, *before) == [*LISTS.get(name, []), row, row]


@pytest.mark.observed
def test_no_values_make_the_list():
    """A public playbook makes its list so; a list that is there stays as it is."""
    assert rows("new", "phantom.add_list('new', [])") == []
    assert rows("hosts", "phantom.add_list('hosts', [])") == LISTS["hosts"]


@pytest.mark.documented
@pytest.mark.parametrize("name", ["hosts", "new"])
def test_a_list_is_replaced(name):
    """Texts, numbers, booleans and None may be cells."""
    before = f"phantom.set_list(list_name={name!r}, values=[['a', 1], [True, None], []])"
    assert value(before)[0] is True
    assert rows(name, before) == [["a", "1"], ["True", None], []]


@pytest.mark.assumed
@tabled(("write", "told"), [
    ("add_list('n', [['a', 1], 'b'])", "a cell is no text but a list: it is written as '[\"a\", 1]' (assumed)"),
    ("set_list('n', [['a', {'x': 1}]])", "a cell is no text but a dict: it is written as '{\"x\": 1}' (assumed)"),
    ("set_list('n', ['a', 'b'])", "values hold 'a', which is no row: it becomes one of a single cell (assumed)"),
    ("set_list('n', [['a', 1], [True, None], []])", ""), ("add_list('n', 5)", "")])
def test_what_becomes_of_other_cells_and_rows_is_told(write, told):
    """Once of each kind; that numbers become texts is documented."""
    playbook = Playbook.from_source(SOURCE.format(expressions=[f"phantom.{write}"]), name="sample")
    run = Lab({"container": {"id": 1}}).run(playbook)
    assert [one.partition(": ")[2] for one in run.summary().notes] == ([told] if told else [])


@pytest.mark.assumed
def test_a_flat_list_is_rows_of_one_cell():
    """For `set_list` and the older name."""
    assert rows("n", "phantom.set_list('n', ['a', 'b'])") == [["a"], ["b"]]


@pytest.mark.documented
@tabled(("arguments", "left"), [
    ("value='Beta'", [["alpha", "10.0.0.1", None], [None, "10.0.0.2"], ["gamma", "alpha"]]),
    ("value='alpha', column=0", [[None, "10.0.0.1", None], ["Beta", "10.0.0.2"], ["gamma", "alpha"]]),
    ("value='alpha', remove_all=True", [[None, "10.0.0.1", None], ["Beta", "10.0.0.2"], ["gamma", None]]),
    ("value='alpha', column=1, remove_row=True", LISTS["hosts"][:2]),
    ("value='alpha', column=None, remove_all=True, remove_row=True", [["Beta", "10.0.0.2"]]),
])
def test_a_value_is_deleted_from_its_cell_or_with_its_row(arguments, left):
    """A cell that is emptied holds None."""
    before = f"phantom.delete_from_list(list_name='hosts', {arguments})"
    assert value(before)[0] is True
    assert rows("hosts", before) == left


@pytest.mark.documented
@pytest.mark.parametrize("remove_row", [False, True])
def test_deleting_one_of_several_values_fails(remove_row):
    """Unless all are meant; nothing is deleted."""
    before = f"phantom.delete_from_list('hosts', 'alpha', remove_row={remove_row})"
    success, message = value(before)
    assert (success, "remove_all=True" in message) == (False, True)
    assert rows("hosts", before) == LISTS["hosts"]


@pytest.mark.assumed
@tabled("arguments", ["'nowhere'", "'beta'", "'alph'", "'alpha', 2", "'alpha', 3", "'alpha', -2",
                     "None", "[['alpha']]", "['Beta']", "{}"])
def test_deleting_what_is_not_there_fails(arguments):
    """Cells compare whole and with case."""
    before = f"phantom.delete_from_list('hosts', {arguments})"
    assert value(before)[0] is False
    assert rows("hosts", before) == LISTS["hosts"]


@pytest.mark.documented
def test_a_list_is_removed_or_emptied():
    """An empty one is there; a removed one is not."""
    assert evaluate("phantom.remove_list('hosts', empty_list=True)[0]", "phantom.get_list('hosts')[::2]",
                    "phantom.remove_list('hosts')[0]", "phantom.get_list('hosts')[::2]",
                    "phantom.remove_list('hosts')[0]", "phantom.remove_list('hosts', True)[0]") == [
        True, [True, []], True, [False, None], False, False]


@pytest.mark.observed
def test_a_condition_reads_what_was_written():
    """`custom_list:` operands see the list as it is now."""
    condition = "phantom.decision(conditions=[['{}', 'in', 'custom_list:hosts']])"
    assert evaluate(condition.format("delta"), "phantom.add_list('hosts', ['delta', 5])[0]", condition.format("delta"),
                    condition.format("5")) == [False, True, True, True]


@pytest.mark.assumed
def test_what_is_read_is_the_callers_own():
    """Changing rows changes no list."""
    assert evaluate("phantom.get_list('hosts')[2].clear()",
                    "phantom.get_list('hosts', 'alpha')[2]['matches'][0]['value'].clear()",
                    "phantom.get_list('hosts')[2]")[-1] == LISTS["hosts"]


NEVER_A_NAME = [bad for bad in BAD if bad not in ("'nowhere'", "'\\ud800'")]


@pytest.mark.assumed
@tabled("call", ["get_list({})", "set_list({}, [])", "add_list({}, 'x')", "check_list({}, 'x')",
                "delete_from_list({}, 'x')", "remove_list({})", "remove_list({}, True)"])
def test_what_is_no_name_is_a_failure(call):
    """With a message, and never an exception."""
    for bad, (success, message) in tried(f"list(phantom.{call})[:2]", NEVER_A_NAME):
        assert success is False, bad
        assert "list_name must be" in message, bad


@pytest.mark.assumed
@tabled("call", [
    "get_list('hosts', values={})", "get_list('hosts', column_index={})", "set_list('hosts', {})",
    "set_list('hosts', [{}])", "add_list('hosts', {})", "check_list('hosts', {})", "check_list('hosts', 'x', {}, {})",
    "delete_from_list('hosts', {})", "delete_from_list('hosts', 'Beta', column={})",
    "delete_from_list('hosts', 'alpha', None, {}, {})", "remove_list('hosts', {})",
])
def test_any_argument_gives_a_result(call):
    """A flag and a message, and never an exception; where it is a failure, nothing was written."""
    lists = "phantom.get_list('hosts')[2]"
    for bad, (before, (success, message), after) in tried(f"[{lists}, list(phantom.{call})[:2], {lists}]", BAD):
        assert (type(success), type(message)) == (bool, str), bad
        assert success or before == after, bad


CELLS = st.none() | st.text(max_size=5) | st.integers(-9, 9) | st.booleans()
TABLES = st.lists(st.lists(CELLS, max_size=4), max_size=6)


@pytest.mark.assumed
@settings(deadline=None, max_examples=60)
@given(table=TABLES, wanted=st.text(max_size=3) | st.integers(-9, 9))
def test_searching_counting_and_deleting_agree(table, wanted):
    """What is found is counted, and gone once it is deleted; the rest stays."""
    cells = [[None if cell is None else str(cell) for cell in row] for row in table]
    hits = [place for place, row in enumerate(cells) if str(wanted) in row]
    searched, counted, deleted, left = evaluate(
        f"phantom.get_list('l', values={wanted!r})[2]['matches']",
        f"phantom.check_list('l', {wanted!r}, case_sensitive=True)[2]",
        f"phantom.delete_from_list('l', {wanted!r}, remove_all=True)[0]",
        "phantom.get_list('l')[2]", lists={"l": table})
    assert [one["index"] for one in searched] == hits
    assert (counted, deleted) == (len(hits), bool(hits))
    assert left == [[None if cell == str(wanted) else cell for cell in row] for row in cells]


@pytest.mark.assumed
def test_lists_go_over_into_the_lab():
    """With what the next run adds, and also where a list was removed and made again."""
    lab = Lab({"container": {"id": 1}}, lists={"l": [["a"]]})
    for calls in (["phantom.add_list('l', 'b')"], ["phantom.remove_list('l')", "phantom.add_list('l', 'c')"]):
        run = lab.run(Playbook.from_source(SOURCE.format(expressions=calls), name="sample"))
        assert rows("l", lab=lab) != run.platform.lists["l"]
        lab.apply(run)
    assert rows("l", lab=lab) == [["c"]]
