"""The older names of custom lists."""

from __future__ import annotations

import pytest

from tests.fidelity.test_lists import BAD, LISTS, NEVER_A_NAME, evaluate, rows, tried, value
from tests.table import tabled


@pytest.mark.observed
def test_a_list_is_read_as_its_rows_without_more():
    """Public playbooks take the length of what comes back, and the first cell of each row."""
    assert value("phantom.datastore_get('hosts')") == LISTS["hosts"]
    assert value("phantom.datastore_get('nowhere')") == []


@pytest.mark.assumed
def test_a_list_is_set_from_rows_or_single_values():
    """A public playbook passes texts, and later tests whether a value is in the list."""
    before = "phantom.datastore_set('new', ['a', 'b'])"
    assert rows("new", before) == [["a"], ["b"]]
    assert value(before, "phantom.decision(conditions=[['b', 'in', 'custom_list:new']])") is True
    assert rows("hosts", "phantom.datastore_set('hosts', [['x', 'y']])") == [["x", "y"]]


@pytest.mark.observed
@pytest.mark.parametrize(("values", "row"), [("'9.9.9.9'", ["9.9.9.9"]), ("['a', 'yes', 'url']", ["a", "yes", "url"])])
def test_a_row_is_added(values, row):
    """One text, or a list of them; a list that is not there is made."""
    assert rows("hosts", f"phantom.datastore_add('hosts', {values})") == [*LISTS["hosts"], row]
    assert rows("new", f"phantom.datastore_add('new', {values})") == [row]


@pytest.mark.assumed
def test_a_list_is_deleted():
    """Whole; once it is gone, that fails."""
    assert evaluate("phantom.datastore_delete('hosts')[0]", "phantom.datastore_get('hosts')",
                    "phantom.datastore_delete('hosts')[0]") == [True, [], False]


@pytest.mark.observed
@tabled(("arguments", "places"), [
    ("['alpha']", [0, 2]), ("'alpha'", [0, 2]), ("['alpha'], 0", [0]), ("['10.0.0.2', 'gamma']", [1, 2]),
])
def test_rows_with_a_value_are_found(arguments, places):
    """``present`` is true, and ``matches`` holds places and rows."""
    assert value(f"phantom.datastore_present('hosts', {arguments})") == {
        "present": True, "matches": [{"index": place, "value": LISTS["hosts"][place]} for place in places]}


@pytest.mark.assumed
@tabled("arguments", ["'hosts', ['nowhere']", "'nowhere', ['alpha']", "'hosts', 'alpha', 9",
                     "'hosts', 'alpha', 'x'", "None, 'alpha'", "'hosts', []", "'hosts', object()"])
def test_where_there_is_no_row_only_that_is_said(arguments):
    """Of an unknown list or column, too."""
    assert value(f"phantom.datastore_present({arguments})") == {"present": False}


@pytest.mark.assumed
@tabled("arguments", ["'hosts', 'ALPHA'", "'hosts', 'ALPHA', True", "'hosts', 'a', False, True",
                     "'nowhere', 'x'", "'hosts', None"])
def test_checking_is_that_of_the_newer_name(arguments):
    """Result for result."""
    assert value(f"phantom.datastore_check({arguments})") == value(f"phantom.check_list({arguments})")


@pytest.mark.assumed
@tabled(("call", "failed"), [
    ("datastore_get({})", []), ("datastore_set({}, [])[0]", False), ("datastore_add({}, 'x')[0]", False),
    ("datastore_delete({})[0]", False), ("datastore_present({}, 'x')", {"present": False}),
    ("datastore_check({}, 'x')[0]", False),
])
def test_what_is_no_name_is_no_exception(call, failed):
    """It is told by the form of the result."""
    for bad, result in tried(f"phantom.{call}", NEVER_A_NAME):
        assert result == failed, bad


@pytest.mark.assumed
@tabled("call", ["datastore_set('hosts', {})", "datastore_add('hosts', {})",
                "datastore_present('hosts', {})", "datastore_present('hosts', 'x', {})",
                "datastore_check('hosts', {}, {}, {})"])
def test_any_argument_gives_a_result(call):
    """Never an exception."""
    for bad, result in tried(f"phantom.{call}", BAD):
        assert result, bad
