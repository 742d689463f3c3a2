"""The fields of a container, read from its REST form."""

from __future__ import annotations

from functools import partial
from typing import Any

from phantom_lab.misspelt import closest
from phantom_lab.model import as_id
from phantom_lab.state.names import (
    Refused,
    assumed,
    configured,
    json_object,
    moment,
    named,
    one_of,
    person,
    shown,
    text,
    texts,
    written,
)
from phantom_lab.state.platform import Platform
from phantom_lab.state.workbooks import find_phase

SENSITIVITIES = ("red", "amber", "green", "white")
TYPES = ("default", "case")

_WRITABLE = ("name", "description", "kill_chain", "url", "label", "status", "severity", "sensitivity", "container_type",
             "owner", "owner_id", "role", "role_id", "tags", "data", "custom_fields", "due_time", "start_time",
             "end_time", "open_time", "close_time", "current_phase_id", "source_data_identifier", "tenant_id",
             "asset_id")


def container_fields(platform: Platform, container: int | None, given: dict[str, Any]) -> dict[str, Any]:
    """Fields to write, from a container in its REST form; ``template_id`` is none of them.

    Args:
        container: the one to be written to; None for a new one.

    Raises:
        Refused: a field is of another type, or unknown.
    """
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name != "template_id":
            fields.update(_read(platform, container, name, value))
    return fields


def _read(platform: Platform, container: int | None, name: str, value: Any) -> dict[str, Any]:
    """The fields of a container that one field of the REST form stands for."""
    match name:
        case "name":
            return {name: written(platform, name, value)}
        case "description" | "kill_chain" | "url":
            return {name: value if value is None else written(platform, name, value)}
        case "label":
            return {name: _label(platform, value)}
        case "status":
            return _status(platform, container, configured(platform, "container_status", value))
        case "severity":
            return {name: configured(platform, "severity", value)}
        case "sensitivity" | "container_type":
            return {name: one_of(name, value, SENSITIVITIES if name == "sensitivity" else TYPES)}
        case "owner" | "owner_id":
            owner = person(platform, "ph_user", value)[1]
            return {"owner": owner, "owner_name": owner}
        case "role" | "role_id":
            return {"role": person(platform, "role", value)[1] or None}
        case "tags":
            return {name: texts(name, value, partial(written, platform))}
        case "data":
            return {name: json_object(name, value)}
        case "custom_fields":
            there = platform.containers[container][name] if container is not None else {}
            return {name: {**(there if isinstance(there, dict) else {}), **json_object(name, value)}}
        case "due_time" | "start_time" | "end_time" | "open_time" | "close_time":
            return {name: value if value is None else moment(name, value)}
        case "current_phase" | "current_phase_id" if container is not None:
            return {"current_phase": find_phase(platform, container, value)["id"]}
        case "source_data_identifier":
            identifier = written(platform, name, value)
            return {name: identifier, "external_id": identifier}
        case "tenant_id" | "asset_id" | "ingest_app_id":
            return _number(name, value)
    raise Refused(f"a container has no field {shown(name)} that can be written{closest(name, _WRITABLE)}")


def _number(name: str, value: Any) -> dict[str, Any]:
    number = as_id(value)
    if number is None:
        raise Refused(f"{name} must be a number, not {shown(value)}")
    return {name: number, "tenant": number} if name == "tenant_id" else {name: number}


def _label(platform: Platform, given: Any) -> str:
    label = text("label", given).strip()
    if not label:
        raise Refused("label must be a name, not ''")
    if label != "events" and platform.containers.first(label=label) is None:
        assumed(platform, f"label '{label}'")
    return label


def _status(platform: Platform, container: int | None, name: str) -> dict[str, Any]:
    """The status, and the moment at which it opens or closes the container."""
    record, fields = named(platform, "container_status", name), {"status": name}
    kind = record["status_type"] if record else None
    was = platform.containers[container] if container is not None else {}
    before = named(platform, "container_status", str(was.get("status")))
    if kind == "resolved" and not (was.get("close_time") and before and before["status_type"] == "resolved"):
        fields["close_time"] = platform.now()
    elif kind == "open" and not was.get("open_time"):
        fields["open_time"] = platform.now()
    return fields
