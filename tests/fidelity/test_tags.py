"""Tags of containers."""

from __future__ import annotations

import pytest

from tests.calls import calls, written


@pytest.mark.documented
@pytest.mark.parametrize(("tags", "now"), [("'urgent'", ["urgent"]), ("['b', 'a']", ["b", "a"]),
                                           ("('b', 'a')", ["b", "a"])])
def test_tags_are_added_as_one_or_as_a_list(lab, tags, now):
    """(True, message), and (True, message, tags) when they are read."""
    run, found = calls(lab, f"phantom.add_tags(container=container, tags={tags})", "phantom.get_tags(container)")
    assert (found[0][0], type(found[0][1])) == (True, str)
    assert (found[1][0], found[1][2]) == (True, now)
    assert written(run, "container", "tags") == [now]


@pytest.mark.documented
def test_tags_are_taken_away_as_one_or_as_a_list(lab):
    """The others stay."""
    _, found = calls(lab, "phantom.add_tags(1, ['a', 'b', 'c', 'd'])", "phantom.remove_tags(1, 'b')",
                     "phantom.remove_tags(container, ['d', 'a'])", "phantom.get_tags()")
    assert [one[0] for one in found] == [True] * 4
    assert found[3][2] == ["c"]


@pytest.mark.assumed
def test_a_tag_is_there_once_and_an_absent_one_is_no_error(lab):
    """Both calls succeed and write nothing."""
    run, found = calls(lab, "phantom.add_tags(1, 'a')", "phantom.add_tags(1, ['a'])", "phantom.remove_tags(1, 'x')",
                       "phantom.get_tags(1)[2]")
    assert [one[0] for one in found[:3]] == [True] * 3
    assert (found[3], written(run, "container", "tags")) == (["a"], [["a"]])


@pytest.mark.documented
@pytest.mark.parametrize("call", ["add_tags(99, 'a')", "add_tags(container)", "add_tags(container, '')",
                                  "add_tags(container, [{5}])", "remove_tags(99, 'a')", "remove_tags(container, None)"])
def test_tags_that_are_none_are_refused(lab, call):
    """(False, reason)."""
    run, [(success, message)] = calls(lab, f"phantom.{call}")
    assert (success, bool(message), run.summary().changes) == (False, True, [])


@pytest.mark.documented
def test_tags_of_an_unknown_container_cannot_be_read(lab):
    """(False, reason, [])."""
    _, [(success, message, tags)] = calls(lab, "phantom.get_tags('x')")
    assert (success, bool(message), tags) == (False, True, [])
