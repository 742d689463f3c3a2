"""Containers and artifacts from JSON as people have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model.container import Artifact, Container

_ARTIFACT_MARKS = {"cef", "cef_types", "cef_data"}
_CONTAINER_MARKS = {"container_type", "artifact_count", "sensitivity", "status", "current_rule_run_id", "owner_name"}
_FORMS = ("a container object, a list of artifacts, the REST list envelope {\"count\", \"num_pages\", \"data\"}, "
          "or {\"container\": ..., \"artifacts\": ...}")


@dataclass(frozen=True, slots=True)
class Situation:
    """One container as it was given, with its artifacts as they were given."""

    container: Container
    artifacts: list[Artifact]


def read_situation(given: Any, *, where: str = "container") -> list[Situation]:
    """Recognise the form of decoded JSON.

    Args:
        given: a playbook-side container, the REST form, an artifact list, a REST list envelope of artifacts or of
            containers, or an object holding ``container`` and ``artifacts``.
        where: file name or other origin, for messages.

    Returns:
        One entry per container; artifacts given without a container come with an empty one.

    Raises:
        InputError: none of these forms, or a part of the wrong type.
    """
    if isinstance(given, dict) and "data" in given and "count" in given and not _looks_like_container(given):
        return _from_list(given["data"], where)
    if isinstance(given, list):
        return _from_list(given, where)
    if not isinstance(given, dict) or not given:
        raise InputError(f"holds {_kind(given)}", where=where, hint=f"Give {_FORMS}.")
    if _looks_like_artifact(given):
        return [Situation(_container_of([given]), _checked([given], where))]
    if isinstance(given.get("container"), dict):
        container = dict(given["container"])
        inner = container.pop("artifacts", None)
        return [Situation(container, _artifacts({"artifacts": inner, **given}, where))]
    if "artifacts" in given and not _looks_like_container(given) and not given.get("name"):
        return [Situation({}, _artifacts(given, where))]
    if not (_looks_like_container(given) or {"name", "label", "id"} & given.keys()):
        keys = ", ".join(map(str, list(given)[:5]))
        raise InputError(f"an object with the keys {keys} is no container", where=where, hint=f"Give {_FORMS}.")
    container = {key: value for key, value in given.items() if key != "artifacts"}
    return [Situation(container, _artifacts(given, where))]


def _from_list(items: Any, where: str) -> list[Situation]:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InputError("the list must hold JSON objects only", where=where, hint=f"Give {_FORMS}.")
    if items and all(_looks_like_container(item) and not _looks_like_artifact(item) for item in items):
        return [one for item in items for one in read_situation(item, where=where)]
    return [Situation(_container_of(items), _checked(items, where))]


def _artifacts(given: dict[str, Any], where: str) -> list[Artifact]:
    found = given.get("artifacts")
    if isinstance(found, dict) and "data" in found:
        found = found["data"]
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InputError("`artifacts` must be a list of JSON objects", where=where)
    return _checked(found, where)


def _checked(artifacts: list[Artifact], where: str) -> list[Artifact]:
    """The fields that playbooks walk into must have the vendor's types."""
    for number, artifact in enumerate(artifacts):
        for field, wanted, name in (("cef", dict, "an object"), ("tags", list, "a list")):
            value = artifact.get(field)
            if value is not None and not isinstance(value, wanted):
                raise InputError(f"artifact {number}: `{field}` is {_kind(value)}, not {name}", where=where)
    return artifacts


def _container_of(artifacts: list[Artifact]) -> Container:
    """What artifacts given alone say of their container: its id, where they agree on one."""
    ids = [artifact.get("container", artifact.get("container_id")) for artifact in artifacts]
    ids = [one.get("id") if isinstance(one, dict) else one for one in ids]
    if ids and isinstance(ids[0], int) and all(one == ids[0] for one in ids):
        return {"id": ids[0], "name": f"Container {ids[0]}"}
    return {"name": "Container"}


def _looks_like_container(item: dict[str, Any]) -> bool:
    return bool(_CONTAINER_MARKS & item.keys())


def _looks_like_artifact(item: dict[str, Any]) -> bool:
    return bool(_ARTIFACT_MARKS & item.keys())


def _kind(value: Any) -> str:
    names = {dict: "an empty object" if not value else "an object", list: "a list", str: "a text", bool: "a boolean",
             int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
