"""What a run writes belongs to the run until `lab.apply(run)`."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.errors import ApplyConflictError
from phantom_lab.state import Records, apply, writes_of
from phantom_lab.state.ids import Ids

NOTE = "def on_start(container):\n    phantom.add_note(container=container, title='seen', content='x')"
RAISE = "def on_start(container):\n    phantom.set_severity(container=container, severity='high')"


def test_a_run_changes_nothing_in_the_lab(lab, playbook):
    """Not the container, and no note is there for the next run."""
    run = lab.run(playbook(NOTE + "\n    phantom.set_status(container=container, status='closed')"))
    assert {change["object"] for change in run.summary().changes} == {"note", "container"}
    assert (lab.containers[1]["status"], lab.store.records["note"]) == ("new", {})


def test_applied_writes_are_there_for_the_next_run(lab, playbook):
    """Fields and new records alike; its ids go on."""
    lab.apply(lab.run(playbook(RAISE + "\n    phantom.add_note(container=container, title='one', content='x')")))
    second = lab.run(playbook(NOTE + "\n    phantom.debug(phantom.get_container(container['id'])['severity'])"))
    assert second.summary().debug == ["high"]
    lab.apply(second)
    assert {n: one["title"] for n, one in lab.store.records["note"].items()} == {1: "one", 2: "seen"}


def test_new_records_of_two_runs_from_one_state_are_both_kept(lab, playbook):
    """The second gets another id."""
    runs = [lab.run(playbook(NOTE)) for _ in range(2)]
    for run in runs:
        lab.apply(run)
    assert [(one["id"], one["title"]) for one in lab.store.records["note"].values()] == [(1, "seen"), (2, "seen")]


def test_writes_of_the_same_field_are_a_conflict_and_nothing_is_applied(lab, playbook):
    """The message names the field, what it was, what it is and what it would be."""
    first = lab.run(playbook(RAISE))
    second = lab.run(playbook(RAISE.replace("high", "medium")
                              + "\n    phantom.add_note(container=container, title='t')"))
    lab.apply(first)
    with pytest.raises(ApplyConflictError) as caught:
        lab.apply(second)
    assert "severity of container 1 was 'low', is 'high', would be 'medium'" in str(caught.value)
    assert (lab.containers[1]["severity"], lab.store.records["note"]) == ("high", {})


def test_equal_writes_are_no_conflict(lab, playbook):
    """Two runs that raise the severity agree."""
    for run in [lab.run(playbook(RAISE)) for _ in range(2)]:
        lab.apply(run)
    assert lab.containers[1]["severity"] == "high"


def test_an_applied_run_counts_as_having_run(lab, playbook):
    """The artifacts that were there are not new to the playbook any more; those of other playbooks' runs stay so."""
    count = ("def on_start(container):\n"
             "    phantom.debug(len(phantom.collect2(container=container, datapath=['artifact:*.id'])))")
    lab.apply(lab.run(playbook(count)))
    assert lab.run(playbook(count)).summary().debug == ["0"]
    assert lab.run(playbook(count, "other")).summary().debug == ["5"]


@pytest.mark.parametrize(("records", "words"), [
    ({"notes": [{}]}, "there are no records of kind 'notes'"), ({"note": {}}, "must be a list"),
    ({"note": ["text"]}, "must be a JSON object"), ({"note": [{"title": {1, 2}}]}, "is not JSON")])
def test_records_that_cannot_be_read_are_named(records: Any, words: str):
    """One line says which."""
    with pytest.raises(InputError, match=words):
        Lab(records=records)


class Told:
    """A table that is being written to, and its writes."""

    def __init__(self, kind: str, given: dict[int, dict[str, Any]]) -> None:
        self.lines: list[tuple[Any, ...]] = []
        self.records = Records(kind, given, ids=Ids(), now=lambda: "now", told=lambda *line: self.lines.append(line))


def test_a_write_of_the_same_value_is_none():
    """A number is not the boolean that equals it, though."""
    told = Told("note", {3: {"id": 3, "title": 1}})
    told.records.update(3, title=1)
    assert told.lines == []
    told.records.update(3, title=True)
    assert told.lines == [("note", 3, "title", 1, True)]


def test_the_records_of_a_container_follow_every_write():
    """Also once they have been looked up."""
    told = Told("artifact", {1: {"id": 1, "container": 7}, 2: {"id": 2, "container": 8}})
    assert [*told.records.of_container(7)] == [1]
    added = told.records.add(container=7)["id"]
    assert [*told.records.of_container(7)] == [1, added]
    told.records.update(1, container=8)
    assert ([*told.records.of_container(7)], [*told.records.of_container(8)]) == ([added], [1, 2])
    told.records.delete(1)
    assert ([*told.records.of_container(8)], told.records.of_container(9)) == ([2], {})


def test_ids_go_on_after_the_records_there_are():
    """And a table keeps a copy of what it was given."""
    told, tags = Told("note", {3: {"id": 3}}), ["a"]
    record = told.records.add(title="x", tags=tags)
    tags.append("b")
    assert (record["id"], record["tags"], record["note_type"], record["create_time"]) == (4, ["a"], "general", "now")


def test_what_came_and_went_leaves_no_trace(lab, playbook):
    """A note that the run added and deleted is no write; references follow records that get another id."""
    run = lab.run(playbook("def on_start(container): pass"))
    tasks, notes = run.platform.records("workbook_task"), run.platform.records("note")
    gone = notes.add(title="gone")
    notes.delete(gone["id"])
    task = tasks.add(name="look", container=1)
    notes.add(title="kept", task=task["id"])
    notes.update(notes.first(title="kept")["id"], content="y")
    lab.store.add("workbook_task", {"id": task["id"], "name": "other"})
    apply(writes_of(run.journal), lab.store.records)
    assert [(one["title"], one["content"], one["task"]) for one in lab.store.records["note"].values()] == [
        ("kept", "y", task["id"] + 1)]
    assert [one["name"] for one in lab.store.records["workbook_task"].values()] == ["other", "look"]


def test_a_record_deleted_in_the_lab_meanwhile_is_a_conflict(lab, playbook):
    """And one that the run deleted goes away."""
    changed = lab.run(playbook(RAISE))
    deleting = lab.run(playbook("def on_start(container): pass"))
    deleting.platform.artifacts.delete(2)
    lab.apply(deleting)
    assert 2 not in lab.artifacts
    del lab.containers[1]
    with pytest.raises(ApplyConflictError, match="container 1 was deleted"):
        lab.apply(changed)


def test_two_runs_that_close_a_container_agree(lab, playbook):
    """The moments differ, which is no conflict."""
    runs = [lab.run(playbook(f"def on_start(container):\n    import time; time.sleep({seconds})\n"
                             "    phantom.close(container)")) for seconds in (1, 60)]
    for run in runs:
        lab.apply(run)
    assert lab.containers[1]["status"] == "closed"


def test_an_added_artifact_is_counted(lab, playbook):
    """In the lab's container, once the run is applied."""
    lab.apply(lab.run(playbook("def on_start(container):\n    phantom.add_artifact("
                               "container=container, cef_data={'n': 1}, label='event', name='a')")))
    assert lab.containers[1]["artifact_count"] == len(lab.artifacts) == 6


def test_runs_are_for_the_container_that_was_given():
    """Not for one among the further records."""
    lab = Lab({"name": "given"}, records={"container": [{"name": "other"}], "note": [{"container": 1, "title": "t"}]})
    assert [one["name"] for one in lab.containers.values()] == ["given", "other"]
