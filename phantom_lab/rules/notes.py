"""Container automation API: notes."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.model import Record
from phantom_lab.rules.arguments import tell_unused
from phantom_lab.rules.refusals import container_of, items, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import notes

_FIELDS = ("title", "content", "artifact_id", "task_id", "phase_id", "author")


@emulates("add_note", gaps=("HTML that the platform does not allow in notes stays in the content",))
@refusable(None)
def add_note(run: PlaybookRun, container: Any, note_type: Any, trace: Any, note_format: Any,
             kwargs: dict[str, Any]) -> tuple[bool, str, int | None]:
    """Add a note: ``(success, message, note id)``. Artifact and task notes need the id of theirs (documented)."""
    tell_unused(run, "add_note", kwargs, _FIELDS)
    note = notes.add_note(run.platform, container_of(run, container), {
        "note_type": note_type, "note_format": note_format, **{name: kwargs.get(name) for name in _FIELDS}})
    return True, "note added", note["id"]


@emulates("get_notes")
def get_notes(run: PlaybookRun, container: Any, artifact_id: Any, task_id: Any, trace: Any,
              kwargs: dict[str, Any]) -> list[Record]:
    """The notes of a container, or of one artifact or task of it, oldest first: ``[{"success", "message", "data"}]``
    (observed). What cannot be read is one such item without success (assumed)."""
    tell_unused(run, "get_notes", kwargs, ("container", "artifact_id", "task_id"))
    return items(run, lambda: notes.notes_of(run.platform, container_of(run, container), artifact_id=artifact_id,
                                             task_id=task_id))


@emulates("get_task_notes")
def get_task_notes(run: PlaybookRun, container: Any, task_id: Any, trace: Any, kwargs: dict[str, Any]) -> list[Record]:
    """The notes of one task of a container, or of all its tasks, in the form of `get_notes` (assumed)."""
    tell_unused(run, "get_task_notes", kwargs, ("container", "task_id"))

    def found() -> list[Record]:
        every = notes.notes_of(run.platform, container_of(run, container), task_id=task_id)
        return [one for one in every if one["task"] is not None]

    return items(run, found)
