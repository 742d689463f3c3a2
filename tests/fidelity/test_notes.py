"""Notes and comments."""

from __future__ import annotations

import json

import pytest

from tests.calls import calls, written

WORK = {"workbook_phase": [{"id": 1, "container": 1, "name": "Triage"}],
        "workbook_task": [{"id": 3, "container": 1, "phase": 1, "name": "Look"},
                          {"id": 4, "container": 1, "phase": 1, "name": "Ask"}],
        "container": [{"id": 2, "name": "other"}], "artifact": [{"id": 20, "container": 2}]}
PLACES = [("note_type='general'", "general"), ("note_type='General', note_format='markdown'", "general"),
          ("", "general"), ("note_type='artifact', artifact_id=2", "artifact"),
          ("note_type='TASK', task_id='3'", "task")]


@pytest.mark.observed
@pytest.mark.parametrize(("arguments", "kind"), PLACES)
def test_add_note_returns_the_id_of_the_note(lab, arguments, kind):
    """(True, message, note id); the note is a change of the run with all that was given."""
    lab.store.add_all(WORK)
    run, [(success, message, note_id)] = calls(
        lab, f"phantom.add_note(container=container, title='T', content='C', {arguments})")
    assert (success, type(message), type(note_id)) == (True, str, int)
    (change,) = run.summary().changes
    assert (change["object"], change["id"], change["before"], change["block"]) == ("note", note_id, None, "on_start")
    note = change["after"]
    assert (note["title"], note["content"], note["container"], note["note_type"]) == ("T", "C", 1, kind)
    assert note["note_format"] == ("markdown" if "markdown" in arguments else "html")
    assert (note["artifact"], note["task"]) == (2 if kind == "artifact" else None, 3 if kind == "task" else None)
    assert (note["author"], note["author_name"]) == (1, "analyst")


@pytest.mark.observed
@pytest.mark.parametrize("arguments", [
    "container=99", "container=container, note_type='other'", "container=container, note_type='artifact'",
    "container=container, note_type='task'",
])
def test_a_note_without_a_place_is_not_added(block, arguments):
    """An unknown container or type, or an artifact or task note without its id, gives (False, reason, None)."""
    run = block(f"phantom.add_note({arguments}, title='T', content='C')")
    success, message, note_id = json.loads(run.summary().debug[-1])
    assert (success, note_id) == (False, None)
    assert message
    assert run.summary().changes == []


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", ["note_type='task', task_id=77", "note_type='artifact', artifact_id=20",
                                       "note_format='rtf'", "title=print", "author=[]"])
def test_a_note_on_something_unknown_is_not_added(lab, arguments):
    """Another container's artifact counts as unknown."""
    lab.store.add_all(WORK)
    run, [(success, message, note_id)] = calls(lab, f"phantom.add_note(container=container, {arguments})")
    assert (success, bool(message), note_id, run.summary().changes) == (False, True, None, [])


@pytest.mark.assumed
def test_an_argument_that_add_note_does_not_know_has_no_effect(lab):
    """The lab says so, and where."""
    run, found = calls(lab, *["phantom.add_note(container, content='x', colour='red')"] * 2)
    assert [one[0] for one in found] == [True, True]
    assert run.notes == [f"on_start, line {line}: add_note: argument 'colour' has no effect" for line in (6, 7)]


@pytest.mark.observed
@pytest.mark.parametrize(("call", "titles"), [
    ("get_notes(container=container)", ["g", "a", "t", "u"]), ("get_notes(1)", ["g", "a", "t", "u"]),
    ("get_notes(container, artifact_id=2)", ["a"]), ("get_notes(container, task_id=3)", ["t"]),
    ("get_notes(task_id='4')", ["u"]), ("get_task_notes(container)", ["t", "u"]),
    ("get_task_notes(container, 4)", ["u"]), ("get_notes(container=2)", []),
])
def test_notes_are_read_by_container_artifact_and_task(lab, call, titles):
    """Each item says success, message and data; the keys that public playbooks read are there."""
    lab.store.add_all(WORK)
    _, found = calls(lab, "phantom.add_note(container, title='g', content='1', note_format='markdown')",
                     "phantom.add_note(container, 'artifact', title='a', artifact_id=2)",
                     "phantom.add_note(container, 'task', title='t', task_id=3)",
                     "phantom.add_note(container, 'task', title='u', task_id=4)", f"phantom.{call}")
    notes = found[-1]
    assert [note["data"]["title"] for note in notes] == titles
    assert all(note["success"] is True and note["data"]["container"] == 1 for note in notes)
    if "g" in titles:
        assert (notes[0]["data"]["content"], notes[0]["data"]["note_format"], notes[0]["data"]["id"]) == (
            "1", "markdown", found[0][2])


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["get_notes(99)", "get_notes(container, artifact_id=77)", "get_notes(task_id='x')",
                                  "get_task_notes(99)", "get_task_notes(container, 77)"])
def test_notes_that_cannot_be_read_are_one_item_without_success(lab, call):
    """A loop that asks for success goes on."""
    _, [[item]] = calls(lab, f"phantom.{call}")
    assert (item["success"], bool(item["message"]), item["data"]) == (False, True, {})


@pytest.mark.observed
@pytest.mark.parametrize("call", ["comment(container=container, comment='seen')", "comment(1, 'seen')",
                                  "comment(comment='seen')", "comment('1', 'seen', True)",
                                  "add_comment(container, 'seen')", "add_comment({'id': 1}, 'seen')"])
def test_a_comment_is_added_to_the_container(lab, call):
    """(True, message); it stands among the writes with who wrote it."""
    run, [(success, message)] = calls(lab, f"phantom.{call}")
    assert (success, type(message)) == (True, str)
    (comment,) = written(run, "container_comment")
    assert (comment["container"], comment["comment"], comment["user"]) == (1, "seen", 1)


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["comment(99, 'seen')", "comment(container, '')", "comment(container, {1})",
                                  "add_comment(container, print)"])
def test_a_comment_that_is_none_is_refused(lab, call):
    """(False, reason)."""
    run, [(success, message)] = calls(lab, f"phantom.{call}")
    assert (success, bool(message), run.summary().changes) == (False, True, [])
