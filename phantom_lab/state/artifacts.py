"""Artifacts: adding them, changing them, taking them away."""

from __future__ import annotations

from functools import partial
from typing import Any

from phantom_lab.model import Artifact
from phantom_lab.state.names import (
    Refused,
    as_json,
    configured,
    json_object,
    moment,
    named,
    record_of,
    shown,
    texts,
    written,
)
from phantom_lab.state.platform import Platform

DEFAULT_SEVERITY = "medium"
"""Of an artifact that is added without one (documented)."""


def add_artifact(platform: Platform, container: int, given: dict[str, Any]) -> Artifact:
    """Add an artifact, given in its REST form; it raises a container whose severity is lower (observed).

    Without ``source_data_identifier`` it gets a GUID (documented).

    Raises:
        Refused: a field is of another type or unknown, or the container has an artifact with its identifier
            (``existing``).
    """
    fields = artifact_fields(platform, {"severity": DEFAULT_SEVERITY, **given})
    identifier = fields.get("source_data_identifier") or platform.ids.guid()
    same = platform.artifacts.first(container=container, source_data_identifier=identifier)
    if same is not None:
        raise Refused(f"container {container} has an artifact with the identifier {shown(identifier)} already: "
                      f"artifact {same['id']}", existing=same["id"])
    added = platform.artifacts.add(**{**fields, "container": container, "source_data_identifier": identifier})
    _raise_severity(platform, container, added["severity"])
    return added


def change_artifact(platform: Platform, artifact_id: int, given: dict[str, Any]) -> None:
    """Write fields of an artifact, given in its REST form; what is given of ``cef`` replaces all of it.

    Its ``update_time``, by which playbooks sort, becomes the present moment where that changes something.

    Raises:
        Refused: as for `add_artifact`, or there is no such artifact.
    """
    record = record_of(platform, "artifact", "artifact", artifact_id)
    fields = artifact_fields(platform, given)
    if any(record.get(name) != value for name, value in fields.items()):
        fields["update_time"] = platform.now()
    platform.artifacts.update(artifact_id, **fields)


def delete_artifact(platform: Platform, artifact_id: Any) -> None:
    """Take an artifact away.

    Raises:
        Refused: there is no such artifact.
    """
    platform.artifacts.delete(record_of(platform, "artifact", "artifact", artifact_id)["id"])


def artifact_fields(platform: Platform, given: dict[str, Any]) -> dict[str, Any]:
    """Fields to write, from an artifact in its REST form; None is left out.

    Raises:
        Refused: a field is of another type, or unknown.
    """
    fields = {}
    for name, value in given.items():
        if name == "run_automation":
            if not (value is None or value is False):
                platform.tell("run_automation starts the active playbooks on the platform; the lab starts none")
        elif value is not None:
            fields[name] = _read(platform, name, value)
    return fields


def _read(platform: Platform, name: str, value: Any) -> Any:
    match name:
        case "name" | "label" | "type" | "description" | "kill_chain" | "source_data_identifier":
            return written(platform, name, value)
        case "severity":
            return configured(platform, "severity", value)
        case "cef":
            return json_object(name, value)
        case "cef_types":
            return {field: texts(f"cef_types of {shown(field)}", types)
                    for field, types in json_object(name, value).items()}
        case "tags":
            return texts(name, value, partial(written, platform))
        case "start_time" | "end_time":
            return moment(name, value)
        case "data" | "playbook_run_id" | "owner_id" | "asset_id":
            return as_json(name, value)
    raise Refused(f"an artifact has no field {shown(name)} that can be written")


def _raise_severity(platform: Platform, container: int, name: str) -> None:
    own, new = _rank(platform, platform.containers[container]["severity"]), _rank(platform, name)
    if own is not None and new is not None and new < own:
        platform.containers.update(container, severity=name)


def _rank(platform: Platform, severity: Any) -> Any:
    """Lower is higher; None where nobody says how high it is."""
    found = named(platform, "severity", str(severity))
    return found["order"] if found and isinstance(found["order"], int) else None
