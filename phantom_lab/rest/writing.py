"""POST and DELETE."""

from __future__ import annotations

from phantom_lab.model import Record
from phantom_lab.rest.changing import CHANGE
from phantom_lab.rest.creating import CREATE
from phantom_lab.rest.endpoints import PLAIN, lacking
from phantom_lab.rest.problems import RestError, bad_request
from phantom_lab.rest.world import World
from phantom_lab.state.names import Refused

_DELETABLE = frozenset({"container", "artifact", "note", "container_comment", "container_pin", "evidence",
                        "container_attachment", "decided_list", "workbook_task", *PLAIN})
_BELOW = ("artifact", "note", "container_comment", "container_pin", "container_attachment", "evidence",
          "workbook_phase", "workbook_task", "case_item")
"""What goes with a container."""


def create(world: World, kind: str, body: Record) -> Record:
    """Create a record, or start what a POST of its kind starts; returns the answer's body.

    Raises:
        RestError: it is refused, or cannot be created at all (405).
    """
    if (kind in world.start or kind in CREATE) and (missing := [*lacking(kind, body)]):
        raise bad_request(f"{kind} needs {', '.join(missing)}")
    if kind in world.start:
        return world.start[kind](body)
    if kind not in CREATE:
        raise RestError(405, f"{kind} cannot be created")
    try:
        return {"success": True, **CREATE[kind](world, body)}
    except Refused as exc:
        extra = {f"existing_{kind}_id": exc.existing} if exc.existing is not None else {}
        message = "artifact already exists" if kind == "artifact" and extra else str(exc)
        raise bad_request(message, **extra) from None


def update(world: World, kind: str, record: Record, body: Record) -> Record:
    """Change a record; returns the answer's body.

    Raises:
        RestError: it is refused, or cannot be changed at all (405).
    """
    if kind == "approval" and world.reply is not None:
        return world.reply(record, body)
    if kind not in CHANGE:
        raise RestError(405, f"{kind} cannot be changed")
    try:
        return {"success": True, "id": record["id"], **(CHANGE[kind](world, record, body) or {})}
    except Refused as exc:
        raise bad_request(str(exc)) from None


def delete(world: World, kind: str, record: Record) -> Record:
    """Take a record away, and what goes with it.

    Raises:
        RestError: it cannot be taken away.
    """
    number, records = record["id"], world.platform.records(kind)
    if kind not in _DELETABLE or record.get("immutable") or number not in records:
        raise RestError(405, f"this {kind} cannot be deleted")
    if kind == "container":
        if number in world.busy():
            raise bad_request(f"container {number} cannot be deleted: a playbook runs for it")
        for below in _BELOW:
            owner = "case" if below == "case_item" else "container"
            for one in world.platform.records(below).where(**{owner: number}):
                world.platform.records(below).delete(one["id"])
    records.delete(number)
    return {"success": True}
