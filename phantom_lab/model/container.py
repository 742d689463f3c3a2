"""Containers and artifacts: plain dicts in the vendor's shape, with every documented field filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.model.fields import ARTIFACT, CONTAINER
from phantom_lab.model.jsons import json_copy

Container = dict[str, Any]
Artifact = dict[str, Any]

CONTAINER_FIELDS: Container = {name: one.default for name, one in CONTAINER.items()}
"""Every field of a container (documented, or read by public playbooks), with its default in REST form."""
ARTIFACT_FIELDS: Artifact = {name: one.default for name, one in ARTIFACT.items()}
"""Every field of an artifact, with its default."""
_SEEN = {name: one.seen for name, one in CONTAINER.items()}


def complete_container(given: Container, *, container_id: int, now: str) -> Container:
    """Fill a container's defaults.

    REST gives ``owner`` as a number and the user name in ``owner_name``; a playbook sees the user name in
    ``owner`` (observed). ``external_id`` and ``source_data_identifier`` are two names for one value.
    """
    container = _filled(_CONTAINER, given, now)
    container["id"] = container_id
    if isinstance(container["owner"], int):
        container["owner"] = container["owner_name"] or str(container["owner"])
    container["owner_name"] = container["owner_name"] or container["owner"] or ""
    container["owner"] = container["owner"] or ""
    return _identified(container, f"container-{container_id}")


def complete_artifact(given: Artifact, *, artifact_id: int, container_id: int, now: str) -> Artifact:
    """Fill an artifact's defaults and tie it to its container."""
    artifact = _filled(_ARTIFACT, given, now)
    artifact.update(id=artifact_id, container=container_id, container_id=container_id)
    if artifact["update_time"] is None:  # playbooks sort by it
        artifact["update_time"] = artifact["create_time"]
    return _identified(artifact, f"artifact-{artifact_id}")


def seen(container: Mapping[str, Any]) -> Container:
    """A copy of a container as playbooks see it: where REST has null, the vendor's chapter shows an empty text."""
    return {name: _SEEN.get(name) if value is None else value if type(value) not in (dict, list) else json_copy(value)
            for name, value in container.items()}


class Defaults:
    """The fields of a kind with their defaults, made anew for every record."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._own = [name for name, value in fields.items() if isinstance(value, dict | list)]

    def fresh(self) -> dict[str, Any]:
        """The defaults, with dicts and lists of their own."""
        made = self._fields.copy()
        for name in self._own:
            made[name] = made[name].copy()
        return made


_CONTAINER, _ARTIFACT = Defaults(CONTAINER_FIELDS), Defaults(ARTIFACT_FIELDS)


def _filled(defaults: Defaults, given: dict[str, Any], now: str) -> dict[str, Any]:
    """An empty text that is given stays one."""
    filled = defaults.fresh()
    filled.update((key, value) for key, value in given.items() if value is not None or key not in filled)
    if filled["create_time"] is None:
        filled["create_time"] = now
    if filled["start_time"] is None:
        filled["start_time"] = filled["create_time"]
    return filled


def _identified(record: dict[str, Any], otherwise: str) -> dict[str, Any]:
    found = [one for one in (record["source_data_identifier"], record["external_id"]) if one is not None]
    identifier = next(filter(None, found), found[0] if found else otherwise)
    record["source_data_identifier"] = record["external_id"] = identifier
    return record
