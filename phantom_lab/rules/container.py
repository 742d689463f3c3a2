"""Container automation API."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import container_id as find
from phantom_lab.rules.registry import emulates

_STATUSES = {"new", "open", "resolved", "closed"}
_SEVERITIES = {"low", "medium", "high"}
_NOTE_TYPES = {"general", "artifact", "task"}


@emulates("get_container")
def get_container(run: PlaybookRun, container_id: Any) -> dict[str, Any] | None:
    """The container as it is now; None for an unknown id (assumed)."""
    number = find(run, container_id)
    if number is None:
        return None
    return run.container_copy(number)


@emulates("set_severity")
def set_severity(run: PlaybookRun, container: Any, severity: Any) -> tuple[bool, str]:
    """Set the severity; names compare without case. A name that is not built in is taken to be configured."""
    return _set(run, container, "severity", severity, _SEVERITIES)


@emulates("set_status")
def set_status(run: PlaybookRun, container: Any, status: Any, trace: Any) -> tuple[bool, str]:
    """Set the status; names compare without case. A name that is not built in is taken to be configured."""
    return _set(run, container, "status", status, _STATUSES)


@emulates("add_note")
def add_note(run: PlaybookRun, container: Any, note_type: Any, trace: Any, note_format: Any,
             kwargs: dict[str, Any]) -> tuple[bool, str, int | None]:
    """Add a note: ``(success, message, note_id)``. Artifact and task notes need the id of theirs."""
    number = find(run, container)
    if number is None:
        return False, _unknown(container), None
    kind = str(note_type or "general").lower()
    if kind not in _NOTE_TYPES:
        return False, f"note type '{note_type}' is not one of {', '.join(sorted(_NOTE_TYPES))}", None
    if kind != "general" and not kwargs.get(f"{kind}_id"):
        return False, f"a note of type '{kind}' needs {kind}_id", None
    note = {"note_type": kind, "note_format": note_format, "title": kwargs.get("title"),
            "content": kwargs.get("content"), "artifact_id": kwargs.get("artifact_id"),
            "task_id": kwargs.get("task_id")}
    return True, "note added", run.platform.add_note(number, note)


def _set(run: PlaybookRun, container: Any, field: str, value: Any, built_in: set[str]) -> tuple[bool, str]:
    number = find(run, container)
    if number is None:
        return False, _unknown(container)
    if not isinstance(value, str) or not value.strip():
        return False, f"{field} must be a name, not {value!r}"
    name = value.strip().lower() if value.strip().lower() in built_in else value.strip()
    if name not in built_in:
        run.note(f"{field} '{name}' is not built in: it is assumed to be configured")
    run.platform.set_container_field(number, field, name)
    return True, f"{field} set to {name}"


def _unknown(given: Any) -> str:
    return f"container {given.get('id') if isinstance(given, dict) else given} not found"
