"""Values that are no texts where the platform keeps a text: the editor hands lists to pins, notes and comments."""

from __future__ import annotations

import pytest

from phantom_lab import Lab
from phantom_lab.model import Options
from tests.calls import calls, written
from tests.table import tabled

VALUES = [("['a', 'b']", "['a', 'b']", '["a", "b"]'), ("[]", "[]", "[]"), ("{'a': None}", "{'a': None}", '{"a": null}'),
          ("3", "3", "3"), ("1.5", "1.5", "1.5"), ("True", "True", "true"), ("('a', 1)", "['a', 1]", '["a", 1]')]
"""What is given, as ``str`` and as ``json`` writes it."""
PLACES = [
    ("phantom.pin(container, message={}, data='d')", "container_pin", "message"),
    ("phantom.pin(container, message='m', data={})", "container_pin", "data"),
    ("phantom.comment(container, comment={})", "container_comment", "comment"),
    ("phantom.add_comment(container, {})", "container_comment", "comment"),
    ("phantom.add_note(container, note_type='general', title='t', content={})", "note", "content"),
    ("phantom.add_note(container, note_type='general', title={}, content='c')", "note", "title"),
    ("phantom.add_artifact(container, {{}}, {{}}, label='l', name={}, severity='low', identifier='i')", "artifact",
     "name"),
    ("phantom.add_task(container, name={})", "workbook_task", "name"),
    ("phantom.create_container(name={}, label='events')", "container", "name"),
]
"""Calls, with the kind of the record and the field."""


@pytest.mark.assumed
@tabled(("call", "kind", "field"), PLACES)
@tabled(("given", "as_str", "as_json"), VALUES)
@tabled("how", ["str", "json"])
def test_a_value_becomes_a_text(incident, how, given, as_str, as_json, call, kind, field):
    """By `str`, or as JSON where the option says so; never lost, and a note names the block, the line and the field."""
    run, [found] = calls(Lab(incident, options=Options(written_texts=how)), call.format(given))
    assert found[0] is True
    assert written(run, kind)[0][field] == (as_str if how == "str" else as_json)
    (note,) = [one for one in run.summary().notes if one.startswith(f"on_start, line 6: {field} is no text but ")]
    assert "(assumed)" in note


@pytest.mark.assumed
@pytest.mark.parametrize("field", ["name", "description", "source_data_identifier"])
def test_a_field_of_a_container_becomes_a_text(lab, field):
    """`update` follows the same rule."""
    run, [(success, _)] = calls(lab, f"phantom.update(container, {{'{field}': ['a']}})")
    assert (success, written(run, "container", field)) == (True, ["['a']"])


@pytest.mark.assumed
def test_tags_are_texts_one_by_one(lab):
    """A number among them is written as a text."""
    run, [(success, _)] = calls(lab, "phantom.add_tags(container, ['a', 7])")
    assert (success, written(run, "container", "tags")) == (True, [["a", "7"]])


@pytest.mark.assumed
def test_none_is_a_text_where_the_text_is_all_there_is(lab):
    """A comment of None says so; None for one of several texts is one that was not given."""
    run, found = calls(lab, "phantom.comment(container, comment=None)",
                       "phantom.pin(container, message='m', data=None)")
    assert [one[0] for one in found] == [True, True]
    assert (written(run, "container_comment")[0]["comment"], written(run, "container_pin")[0]["data"]) == ("None", "")


@pytest.mark.assumed
@pytest.mark.parametrize("given", ["print", "{1, 2}", "b'x'", "object"])
def test_what_is_no_json_is_refused_and_told(lab, given):
    """It has no text that the platform could get."""
    run, [found] = calls(lab, f"phantom.comment(container, {given})")
    assert (found[0], run.summary().changes) == (False, [])
    assert [one["status"] for one in run.summary().receipt] == [f"not carried out: {found[1]}"]


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "kind", "field", "name"), [
    ("phantom.set_owner(container, 'nobody known')", "container", "owner", "nobody known"),
    ("phantom.set_owner(container, 88)", "container", "owner", "user 88"),
    ("phantom.set_owner(container, role=88)", "container", "role", "role 88"),
    ("phantom.set_status(container, 'parked')", "container", "status", "parked"),
    ("phantom.set_severity(container, 'dreadful')", "container", "severity", "dreadful"),
    ("phantom.set_label(container, 'hunt')", "container", "label", "hunt"),
    ("phantom.add_workbook(container, 'Hunt')", "container", "workflow_name", "Hunt"),
    ("phantom.add_workbook(container, 7)", "container", "workflow_name", "7"),
    ("phantom.set_phase(container, 'Contain')", "workbook_phase", "added", "Contain"),
])
def test_what_an_administrator_configures_is_assumed_to_be(lab, call, kind, field, name):
    """The lab cannot know it: the write is carried out, and one note says so."""
    run, [found] = calls(lab, call)
    assert found[0] is True
    (value,) = written(run, kind, field)
    assert (value["name"] if isinstance(value, dict) else value) == name
    (note,) = run.summary().notes
    assert "is not among the lab's records: it is assumed to be configured" in note
    assert run.summary().hints == []
