"""Containers: creating and changing them."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import partial
from typing import Any

from phantom_lab.model import Container, Record, as_id
from phantom_lab.state.clock import stamp
from phantom_lab.state.container_fields import container_fields
from phantom_lab.state.names import Refused, is_nothing, json_object, parse_moment, shown, text, texts, written
from phantom_lab.state.platform import Platform
from phantom_lab.state.workbooks import add_workbook, find_template

_SIGNS = {"+": 1, "add": 1, "-": -1, "subtract": -1}


def add_container(platform: Platform, given: dict[str, Any]) -> Container:
    """Create a container, given in its REST form; a case gets the phases and tasks of ``template_id``, an id or a name.

    Raises:
        Refused: name or label are missing, a field is unknown or of another type, a case has no template (documented),
            or the asset has sent a container with its identifier (``existing``).
    """
    for name in ("name", "label"):
        if is_nothing(given.get(name)):
            raise Refused(f"a container needs a {name}")
    fields = {"source_data_identifier": platform.ids.guid(), **container_fields(platform, None, given)}
    same = platform.containers.first(source_data_identifier=fields["source_data_identifier"],
                                     asset_id=fields.get("asset_id"))
    if same is not None:
        raise Refused(f"container {same['id']} has this source_data_identifier already", existing=same["id"])
    template = find_template(platform, given.get("template_id")) if fields.get("container_type") == "case" else None
    if template is None and not is_nothing(given.get("template_id")):
        platform.tell("a container that is no case gets no workbook template")
    added = platform.containers.add(**fields)
    if template is not None:
        add_workbook(platform, added["id"], template)
    return added


def update_container(platform: Platform, container: int, given: Any) -> list[str]:
    """Write fields of a container, given in their REST form; all of them or, where one is refused, none.

    ``custom_fields`` are added to those that are there, ``data`` and ``tags`` replace them (assumed). With
    ``container_type`` ``case`` the container becomes a case, of ``template_id`` or of the default template where there
    is one.

    Returns:
        The names of the fields.

    Raises:
        Refused: a field is unknown or of another type, or there is no such template.
    """
    wanted = json_object("update", given)
    fields = container_fields(platform, container, wanted)
    template = _template_of(platform, container, wanted)
    _write(platform, container, fields)
    if template is not None:
        add_workbook(platform, container, template)
    return list(wanted)


def set_duetime(platform: Platform, container: int, operation: Any, minutes: Any) -> str:
    """Move the due time of a container; without one, from the present moment (assumed). Returns the new one.

    Raises:
        Refused: there is no such operation, or minutes are no number that leads to a moment.
    """
    sign = _SIGNS.get(text("operation", operation).strip().lower())
    if sign is None:
        raise Refused(f"operation must be one of {', '.join(_SIGNS)}, not {shown(operation)}")
    number = as_id(minutes)
    if number is None:
        raise Refused(f"minutes must be a number of minutes, not {shown(minutes)}")
    due = parse_moment("due_time", platform.containers[container]["due_time"] or platform.now())
    try:
        moved = stamp(due.astimezone(UTC) + sign * timedelta(minutes=number))
    except OverflowError:
        raise Refused(f"no moment lies {shown(minutes)} minutes from the due time") from None
    platform.containers.update(container, due_time=moved)
    return moved


def assign(platform: Platform, container: int, user: Any, role: Any) -> tuple[str, str]:
    """Set owner and role of a container; nobody takes them away (documented). Returns their names.

    Raises:
        Refused: there is no user or role with such an id, or it is neither a name nor an id.
    """
    fields = container_fields(platform, None, {"owner": user, "role": role})
    platform.containers.update(container, **fields)
    return fields["owner"], fields["role"] or ""


def add_tags(platform: Platform, container: int, tags: Any) -> list[str]:
    """Add tags that are not there yet. Returns those that the container has now.

    Raises:
        Refused: they are no texts.
    """
    return _set_tags(platform, container, [*tags_of(platform, container), *_tags(platform, tags)])


def remove_tags(platform: Platform, container: int, tags: Any) -> list[str]:
    """Take tags away; one that is not there is no error (assumed). Returns those that the container has now.

    Raises:
        Refused: they are no texts.
    """
    gone = _tags(platform, tags)
    return _set_tags(platform, container, [one for one in tags_of(platform, container) if one not in gone])


def tags_of(platform: Platform, container: int) -> list[str]:
    """The tags of a container."""
    found = platform.containers[container]["tags"]
    return list(map(str, found)) if isinstance(found, list) else []


def resolved_status(platform: Platform) -> str:
    """The status that closing gives: the default one of type ``resolved`` (documented)."""
    found = platform.records("container_status").first(status_type="resolved", is_default=True, disabled=False)
    return str(found["name"]) if found else "closed"


def _write(platform: Platform, container: int, fields: dict[str, Any]) -> None:
    platform.containers.update(container, **fields)
    if "close_time" in fields:
        for kept in platform.records("object").where(container_id=container, auto_delete=True):
            platform.records("object").delete(kept["id"])  # documented for save_object


def _template_of(platform: Platform, container: int, given: dict[str, Any]) -> Record | None:
    """The workbook template that an update brings along."""
    if not is_nothing(given.get("template_id")):
        return find_template(platform, given["template_id"])
    if given.get("container_type") != "case" or platform.containers[container]["container_type"] == "case":
        return None
    return platform.records("workbook_template").first(is_default=True)


def _tags(platform: Platform, given: Any) -> list[str]:
    found = [] if given is None else [one.strip() for one in texts("tags", given, partial(written, platform))]
    if not any(found):
        raise Refused("tags must be texts that are not empty")
    return [one for one in found if one]


def _set_tags(platform: Platform, container: int, tags: list[str]) -> list[str]:
    found = list(dict.fromkeys(tags))
    platform.containers.update(container, tags=found)
    return found
