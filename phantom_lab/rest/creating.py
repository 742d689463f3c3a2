"""What a POST creates, by kind: through the plain functions that ``phantom.rules`` uses, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from phantom_lab.model import Record, as_id
from phantom_lab.rest.attachments import add_attachment
from phantom_lab.rest.endpoints import PLAIN
from phantom_lab.rest.fields import checked, chosen, container_id, named_ids, taken
from phantom_lab.rest.lists import add_list
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.world import World
from phantom_lab.state.artifacts import add_artifact, artifact_fields
from phantom_lab.state.containers import add_container
from phantom_lab.state.notes import add_comment, add_note, add_pin
from phantom_lab.state.workbooks import add_task

_SEVERAL = frozenset({"workbook_phase_template", "workbook_task_template", "workbook_phase"})
"""Those of which several may have one name."""


def _container(world: World, body: Record) -> Record:
    artifacts = body.get("artifacts") or []
    if not isinstance(artifacts, list) or not all(isinstance(one, dict) for one in artifacts):
        raise bad_request("artifacts must be a list of objects")
    read = [chosen("artifact", named_ids(world, one), world.platform.tell) for one in artifacts]
    for one in read:
        artifact_fields(world.platform, one)  # a wrong one leaves no container behind
    fields = chosen("container", named_ids(world, body), world.platform.tell)
    added = add_container(world.platform, fields)
    new = [add_artifact(world.platform, added["id"], one)["id"] for one in read]
    return {"id": added["id"], "new_artifact_ids": new}


def _artifact(world: World, body: Record) -> Record:
    number = _container_id(world, body)
    fields = chosen("artifact", named_ids(world, body), world.platform.tell)
    return {"id": add_artifact(world.platform, number, fields)["id"]}


def _note(world: World, body: Record) -> Record:
    number = _container_id(world, body)
    return {"id": add_note(world.platform, number, {**body, "author": body.get("author_id")})["id"]}


def _comment(world: World, body: Record) -> Record:
    return {"id": add_comment(world.platform, _container_id(world, body), body.get("comment"))["id"]}


def _pin(world: World, body: Record) -> Record:
    return {"id": add_pin(world.platform, _container_id(world, body), body)["id"]}


def _attachment(world: World, body: Record) -> Record:
    return add_attachment(world, _container_id(world, body), body)


def _evidence(world: World, body: Record) -> Record:
    """The same object twice is refused (observed)."""
    fields: Record = {"container": _container_id(world, body), "object_id": as_id(body.get("object_id")),
                      "content_type": str(body.get("content_type") or "")}
    if fields["object_id"] is None or not fields["content_type"]:
        raise bad_request("evidence needs object_id and content_type")
    records = world.platform.records("evidence")
    if records.first(**fields) is not None:
        raise bad_request("Already added to Evidence.")
    return {"id": records.add(**fields)["id"]}


def _task(world: World, body: Record) -> Record:
    fields = {name: value for name, value in body.items() if name not in ("container", "container_id")}
    return {"id": add_task(world.platform, _container_id(world, body), fields)["id"]}


def _plain(world: World, body: Record, *, kind: str) -> Record:
    fields, records, name = checked(kind, taken(kind, body)), world.platform.records(kind), PLAIN[kind]
    if not fields.get(name):
        raise bad_request(f"{kind} needs a {name}")
    if kind not in _SEVERAL and records.first(**{name: fields[name]}) is not None:
        raise bad_request(f"there is a {kind} {fields[name]!r} already")
    return {"id": records.add(**fields)["id"]}


def _container_id(world: World, body: Record) -> int:
    return container_id(world, body.get("container_id", body.get("container")))


CREATE: Mapping[str, Callable[[World, Record], Record]] = {
    "container": _container, "artifact": _artifact, "note": _note, "container_comment": _comment,
    "container_pin": _pin, "evidence": _evidence, "workbook_task": _task, "decided_list": add_list,
    "container_attachment": _attachment, **{kind: partial(_plain, kind=kind) for kind in PLAIN},
}
