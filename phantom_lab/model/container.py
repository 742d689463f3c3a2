"""Containers and artifacts: plain dicts in the vendor's shape, with every documented field filled."""

from __future__ import annotations

from typing import Any

Container = dict[str, Any]
Artifact = dict[str, Any]

CONTAINER_FIELDS: Container = {
    "id": None, "name": "", "label": "events", "description": "", "status": "new", "severity": "medium",
    "sensitivity": "amber", "container_type": "default", "owner": "", "owner_name": "", "role": None, "tags": [],
    "data": {}, "custom_fields": {}, "external_id": None, "source_data_identifier": None, "url": "",
    "create_time": None, "start_time": None, "open_time": None, "close_time": None, "due_time": None, "end_time": None,
    "artifact_count": 0, "artifact_update_time": None, "container_update_time": None, "asset": None, "asset_id": None,
    "ingest_app": None, "ingest_app_id": None, "closing_owner": None, "closing_owner_name": None,
    "closing_rule_run": None, "current_rule_run_id": None, "current_phase": None, "workflow_name": "",
    "in_case": False, "parent_container": None, "kill_chain": None, "hash": None, "node_guid": None, "tenant": 0,
    "tenant_id": 0, "version": 1,
}
"""Every field of a container as a playbook sees it (documented, or read by public playbooks), with its default."""

ARTIFACT_FIELDS: Artifact = {
    "id": None, "container": None, "container_id": None, "name": "artifact", "label": "artifact", "type": None,
    "description": None, "severity": "medium", "kill_chain": None, "tags": [], "cef": {}, "cef_types": {}, "data": {},
    "source_data_identifier": None, "external_id": None, "create_time": None, "start_time": None, "end_time": None,
    "update_time": None, "hash": None, "owner": None, "owner_id": None, "asset_id": None, "ingest_app": None,
    "playbook_run_id": None, "has_note": False, "in_case": False, "parent_artifact": None,
    "parent_container": None, "version": 1,
}
"""Every field of an artifact, with its default."""


def complete_container(given: Container, *, container_id: int, now: str) -> Container:
    """Fill a container's defaults.

    REST gives ``owner`` as a number and the user name in ``owner_name``; a playbook sees the user name in
    ``owner`` (observed). ``external_id`` and ``source_data_identifier`` are two names for one value.
    """
    container = _filled(CONTAINER_FIELDS, given, now)
    container["id"] = container_id
    if isinstance(container["owner"], int):
        container["owner"] = container["owner_name"] or str(container["owner"])
    container["owner_name"] = container["owner_name"] or container["owner"] or ""
    container["owner"] = container["owner"] or ""
    identifier = container["source_data_identifier"] or container["external_id"] or f"container-{container_id}"
    container["source_data_identifier"] = container["external_id"] = identifier
    return container


def complete_artifact(given: Artifact, *, artifact_id: int, container_id: int, now: str) -> Artifact:
    """Fill an artifact's defaults and tie it to its container."""
    artifact = _filled(ARTIFACT_FIELDS, given, now)
    artifact.update(id=artifact_id, container=container_id, container_id=container_id,
                    update_time=artifact["update_time"] or artifact["create_time"])  # playbooks sort by it
    identifier = artifact["source_data_identifier"] or artifact["external_id"] or f"artifact-{artifact_id}"
    artifact["source_data_identifier"] = artifact["external_id"] = identifier
    return artifact


def fresh(defaults: dict[str, Any]) -> dict[str, Any]:
    """The defaults, with dicts and lists of their own."""
    return {name: type(value)(value) if isinstance(value, dict | list) else value for name, value in defaults.items()}


def as_id(given: Any) -> int | None:
    """A number from a number or its decimal digits; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    text = str(given).strip() if isinstance(given, str) or abs(given) < 10**18 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _filled(defaults: dict[str, Any], given: dict[str, Any], now: str) -> dict[str, Any]:
    filled = fresh(defaults)
    filled.update((key, value) for key, value in given.items() if value is not None or key not in defaults)
    filled["create_time"] = filled["create_time"] or now
    filled["start_time"] = filled["start_time"] or filled["create_time"]
    return filled
