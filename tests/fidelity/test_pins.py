"""Pins of the heads-up display."""

from __future__ import annotations

import pytest

from tests.calls import calls, written


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "pin"), [
    ("message='Users', data='3'", {"message": "Users", "data": "3", "pin_type": "card", "pin_style": "grey"}),
    ("message='m', data='d', pin_type='card_medium', pin_style='purple'", {"pin_type": "card_medium",
                                                                           "pin_style": "purple"}),
    ("pin_style='', pin_type='DATA', name='n'", {"pin_style": "", "pin_type": "data", "name": "n", "message": ""}),
    ("data=3", {"data": "3"}), ("data=None", {"data": ""}),
])
def test_a_pin_has_what_it_was_given(lab, arguments, pin):
    """(True, message, pin id); the styles and types are those that the reference and public playbooks use."""
    run, [(success, message, number)] = calls(lab, f"phantom.pin(container=container, {arguments})")
    assert (success, type(message), number) == (True, str, 1)
    (added,) = written(run, "container_pin")
    assert {name: added[name] for name in pin} == pin
    assert (added["container"], added["author"]) == (1, 1)


@pytest.mark.documented
def test_a_name_is_unique_in_a_container(lab):
    """A second pin of that name updates the first; in another container, and without a name, there is a new one."""
    lab.store.add("container", {"name": "other"})
    run, found = calls(lab, *[f"phantom.pin({n}, message='{text}', data='x', name={name!r})" for n, text, name in [
        (1, "one", "n"), (1, "two", "n"), (2, "three", "n"), (1, "four", None), (1, "five", None)]])
    assert [one[2] for one in found] == [1, 1, 2, 3, 4]
    assert written(run, "container_pin", "message") == ["two"]


@pytest.mark.documented
def test_long_texts_are_cut_or_refused(lab):
    """`truncate` says which; how long is assumed."""
    run, found = calls(lab, "phantom.pin(container, message='m', data='x' * 100000)",
                       "phantom.pin(container, message='x' * 100000, truncate=False)")
    assert (found[0][0], found[1][0], found[1][2]) == (True, False, None)
    (pin,) = written(run, "container_pin")
    assert 0 < len(pin["data"]) < 100000


@pytest.mark.documented
def test_a_pin_is_updated_and_deleted_by_its_id(lab):
    """What an update does not give stays; each returns (success, message)."""
    run, found = calls(lab, "one = phantom.pin(container, message='m', data='d', pin_style='red')",
                       "phantom.update_pin(one[2], data='new')",
                       "phantom.update_pin(pin_id=str(one[2]), pin_type='data')",
                       "phantom.delete_pin(one[2])", "phantom.delete_pin(pin_id=one[2])")
    assert [(one[0], len(one)) for one in found[1:]] == [(True, 2), (True, 2), (True, 2), (False, 2)]
    assert (written(run, "container_pin", "data"), written(run, "container_pin", "message")) == (["new"], [])
    gone = run.summary().changes[-1]
    assert gone["field"] == "deleted"
    assert (gone["before"]["message"], gone["before"]["pin_type"], gone["before"]["pin_style"]) == ("m", "data", "red")


@pytest.mark.documented
@pytest.mark.parametrize("call", [
    "pin(99, message='m')", "pin(container, message={1})", "pin(container, data=object)",
    "pin(container, pin_type='x')", "pin(container, pin_style='x')", "pin(container, name=print)", "update_pin()",
    "update_pin(99, data='x')", "update_pin('x')", "delete_pin()", "delete_pin(99)", "delete_pin(True)",
])
def test_a_pin_that_is_none_is_refused(lab, call):
    """(False, reason), and no id."""
    run, [found] = calls(lab, f"phantom.{call}")
    assert (found[0], bool(found[1]), found[2:], run.summary().changes) == (False, True, [None] * (len(found) - 2), [])
