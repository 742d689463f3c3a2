"""Notes, comments and pins of containers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from phantom_lab.model import Record
from phantom_lab.state.names import Refused, is_nothing, one_of, person, record_of, written
from phantom_lab.state.platform import Platform

NOTE_TYPES = ("general", "artifact", "task")
NOTE_FORMATS = ("html", "markdown")
PIN_TYPES = ("card", "data", "card_small", "card_medium", "card_large", "manual card")
PIN_STYLES = ("grey", "blue", "red", "white", "purple", "")
PIN_TEXT = 4096
"""Characters of a pin's message, and of its data (assumed; that there is a limit is documented)."""
_OWNED = {"artifact": "artifact", "task": "workbook_task", "phase": "workbook_phase"}


def add_note(platform: Platform, container: int, given: dict[str, Any]) -> Record:
    """Add a note, given in its REST form: ``title, content, note_type, note_format, artifact_id, task_id, phase_id,
    author``. The texts are kept as they are: nothing of them is sanitised.

    Raises:
        Refused: there is no such type, format, artifact, task or author, or a text is none.
    """
    given = {name: value for name, value in given.items() if not is_nothing(value)}
    kind = one_of("note type", given.get("note_type", "general"), NOTE_TYPES)
    fields: dict[str, Any] = {
        **{name: written(platform, name, given.get(name, "")) for name in ("title", "content")},
        "note_type": kind, "note_format": one_of("note_format", given.get("note_format", "html"), NOTE_FORMATS),
        **{name: _owner_id(platform, container, name, given.get(f"{name}_id")) for name in _OWNED}}
    if kind != "general" and fields[kind] is None:
        raise Refused(f"a note of type '{kind}' needs {kind}_id")
    fields["author"], fields["author_name"] = person(
        platform, "ph_user", given.get("author", platform.user.id))
    return platform.records("note").add(**fields, container=container, modified_time=platform.now())


def notes_of(platform: Platform, container: int, *, artifact_id: Any = None, task_id: Any = None) -> list[Record]:
    """The notes of a container, of one of its artifacts or of one of its tasks (documented).

    Raises:
        Refused: there is no such artifact or task.
    """
    if artifact_id is not None:
        number = _owner_id(platform, container, "artifact", artifact_id)
        return platform.records("note").where(container=container, artifact=number)
    if task_id is not None:
        return platform.records("note").where(
            container=container, task=_owner_id(platform, container, "task", task_id))
    return platform.records("note").where(container=container)


def add_comment(platform: Platform, container: int, comment: Any) -> Record:
    """Add a comment in the name of the user.

    Raises:
        Refused: it is no text, or an empty one.
    """
    kept = written(platform, "comment", comment)
    if not kept:
        raise Refused("a comment must not be empty")
    return platform.records("container_comment").add(
        container=container, comment=kept, user=platform.user.id, name=platform.user.name, time=platform.now())


def add_pin(platform: Platform, container: int, given: dict[str, Any], *, truncate: bool = True) -> Record:
    """Add a pin, given in its REST form, or update the container's pin of that name (documented).

    Raises:
        Refused: there is no such type or style, a text is none, or too long and not to be truncated (documented).
    """
    name = given.get("name")
    fields: dict[str, Any] = {"name": None if is_nothing(name) else written(platform, "name", name),
                              **_pin_fields(platform, given, truncate)}
    pins = platform.records("container_pin")
    same = pins.first(container=container, name=fields["name"]) if fields["name"] else None
    if same is None:
        return pins.add(**fields, container=container, author=platform.user.id, modified_time=platform.now())
    pins.update(same["id"], **fields, modified_time=platform.now())
    return same


def update_pin(platform: Platform, pin_id: Any, given: dict[str, Any]) -> Record:
    """Write fields of a pin; None leaves a field as it is.

    Raises:
        Refused: there is no such pin, and as for `add_pin`.
    """
    pin = record_of(platform, "container_pin", "pin", pin_id)
    fields = _pin_fields(platform, {name: value for name, value in given.items() if value is not None}, truncate=True)
    platform.records("container_pin").update(pin["id"], **fields, modified_time=platform.now())
    return pin


def delete_pin(platform: Platform, pin_id: Any) -> None:
    """Take a pin away.

    Raises:
        Refused: there is no such pin.
    """
    platform.records("container_pin").delete(record_of(platform, "container_pin", "pin", pin_id)["id"])


def _pin_fields(platform: Platform, given: dict[str, Any], truncate: bool) -> dict[str, str]:
    pinned = partial(_pinned, platform, truncate)
    read: dict[str, Callable[[str, Any], str]] = {
        "message": pinned, "data": pinned,
        "pin_type": partial(one_of, names=PIN_TYPES), "pin_style": partial(one_of, names=PIN_STYLES)}
    return {name: reader(name, given[name]) for name, reader in read.items() if name in given}


def _pinned(platform: Platform, truncate: bool, what: str, given: Any) -> str:
    found = "" if given is None else written(platform, what, given)
    if len(found) > PIN_TEXT:
        if not truncate:
            raise Refused(f"{what} has {len(found)} characters, more than {PIN_TEXT}")
        platform.tell(f"{what} of a pin has {len(found):,} characters: it is cut to {PIN_TEXT:,} (assumed)")
    return found[:PIN_TEXT]


def _owner_id(platform: Platform, container: int, what: str, given: Any) -> int | None:
    """The id of the artifact, task or phase of a container that something belongs to."""
    if is_nothing(given):
        return None
    found = record_of(platform, _OWNED[what], what, given)
    if found["container"] != container:
        raise Refused(f"{what} {found['id']} is not one of container {container}")
    return int(found["id"])

