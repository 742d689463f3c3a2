"""What a POST to a record changes, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from phantom_lab.model import Record
from phantom_lab.rest.cases import add_to_case
from phantom_lab.rest.endpoints import PLAIN
from phantom_lab.rest.fields import checked, chosen, named_ids, taken
from phantom_lab.rest.lists import update_list
from phantom_lab.rest.world import World
from phantom_lab.state.artifacts import change_artifact
from phantom_lab.state.containers import update_container
from phantom_lab.state.notes import add_note, update_pin
from phantom_lab.state.workbooks import task_fields


def _change_container(world: World, record: Record, body: Record) -> Record | None:
    if body.get("add_to_case"):
        return add_to_case(world, record["id"], body)
    update_container(world.platform, record["id"], chosen("container", named_ids(world, body), world.platform.tell))
    return None


def _change_artifact(world: World, record: Record, body: Record) -> None:
    change_artifact(world.platform, record["id"], chosen("artifact", named_ids(world, body), world.platform.tell))


def _change_note(world: World, record: Record, body: Record) -> None:
    fields = checked("note", {name: body[name] for name in ("title", "content", "note_format") if name in body})
    world.platform.records("note").update(record["id"], **fields, modified_time=world.platform.now())


def _change_pin(world: World, record: Record, body: Record) -> None:
    update_pin(world.platform, record["id"], body)


def _change_task(world: World, record: Record, body: Record) -> None:
    """``note``, ``title`` and ``note_format`` become a note of the task (observed)."""
    noted: Record = {name: body[name] for name in ("title", "note_format") if name in body}
    given = {name: value for name, value in body.items() if name not in ("note", "title", "note_format", "id")}
    fields = task_fields(world.platform, record["container"], given)
    if body.get("note"):
        add_note(world.platform, record["container"], {
            **noted, "content": body["note"], "note_type": "task", "task_id": record["id"]})
    world.platform.records("workbook_task").update(record["id"], **fields)


def _change_indicator(world: World, record: Record, body: Record) -> None:
    fields = checked("indicator", {"tags": body.get("tags", record["tags"])})
    materialise(world, "indicator", {name: record[name] for name in ("id", "value", "value_hash")}, fields)


def _change_playbook(world: World, record: Record, body: Record) -> None:
    names = ("active", "disabled", "category", "tags", "labels", "draft_mode")
    materialise(world, "playbook", record, checked("playbook", {one: body[one] for one in names if one in body}))


def materialise(world: World, kind: str, record: Record, fields: Record) -> None:
    """Store what was only shown so far, under the id it was shown with."""
    records = world.platform.records(kind)
    if record["id"] in records:
        records.update(record["id"], **fields)
    else:
        records.add(number=record["id"], **{**record, **fields})


def _change(world: World, record: Record, body: Record, *, kind: str) -> None:
    materialise(world, kind, record, checked(kind, taken(kind, body)))


CHANGE: Mapping[str, Callable[[World, Record, Record], Record | None]] = {
    "container": _change_container, "artifact": _change_artifact, "note": _change_note, "container_pin": _change_pin,
    "workbook_task": _change_task, "indicator": _change_indicator, "playbook": _change_playbook,
    "decided_list": update_list, **{kind: partial(_change, kind=kind) for kind in PLAIN},
}
