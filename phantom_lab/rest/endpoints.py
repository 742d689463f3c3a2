"""The endpoints by name, and what the body of a POST needs and may say: for whoever answers one, and for whoever reads
a source that makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phantom_lab.model import ENTERPRISE_SECURITY, KINDS

ALIASES = {"workflow_task": "workbook_task", "workflow_phase": "workbook_phase", "custom_list": "decided_list"}
INTERNAL = frozenset({"data", "object", "run_details", "case_item", *ENTERPRISE_SECURITY})
"""Kinds of records that are no endpoint."""
PARTS: dict[str, dict[str, str]] = {
    "container": {"artifacts": "artifact", "comments": "container_comment", "phases": "workbook_phase",
                  "tasks": "workbook_task", "notes": "note", "pins": "container_pin", "evidence": "evidence",
                  "attachments": "container_attachment", "playbook_runs": "playbook_run", "actions": "action_run",
                  "action_runs": "action_run", "app_runs": "app_run", "approvals": "approval"},
    "playbook_run": {"actions": "action_run", "action_runs": "action_run", "app_runs": "app_run"},
    "action_run": {"app_runs": "app_run"},
    "workbook_template": {"phases": "workbook_phase_template"},
    "workbook_phase": {"tasks": "workbook_task"},
}
"""Lists below a record, which are read there and not written: by the record's kind, and by name the kind of what is
listed."""
PLAIN = {"ph_user": "username", "role": "name", "asset": "name", "scm": "name", "container_status": "name",
         "severity": "name", "workbook_template": "name", "workbook_phase_template": "name",
         "workbook_task_template": "name", "workbook_phase": "name"}
"""Kinds without rules of their own, and what one of them cannot do without."""
_CONTAINER = ("container_id", "container")
IDS = frozenset(_CONTAINER)
"""Fields that hold the id of a container."""
_REQUIRED: Mapping[str, tuple[tuple[str, ...], ...]] = {  # each with its other names; documented, but for the last
    "container": (("name",), ("label",)),
    "artifact": (_CONTAINER,),
    "note": (_CONTAINER, ("title",), ("note_type",), ("content",)),
    "container_comment": (_CONTAINER, ("comment",)),
    "container_pin": (_CONTAINER,),
    "container_attachment": (_CONTAINER, ("file_content",), ("file_name",)),
    "evidence": (_CONTAINER, ("object_id",), ("content_type",)),
    "workbook_task": (_CONTAINER, ("name",)),
    "decided_list": (("name",),),
    "playbook_run": (("playbook_id", "playbook"), ("container_id",), ("run",)),
    "action_run": (("action",), ("container_id",), ("name",), ("targets",)),
    **{kind: ((name,),) for kind, name in PLAIN.items()},
}
WRITABLE = {
    "container": frozenset({
        "name", "description", "kill_chain", "url", "label", "status", "severity", "sensitivity", "container_type",
        "owner", "owner_id", "role", "role_id", "tags", "data", "custom_fields", "due_time", "start_time", "end_time",
        "open_time", "close_time", "current_phase", "current_phase_id", "source_data_identifier", "tenant_id",
        "asset_id", "ingest_app_id", "template_id"}),
    "artifact": frozenset({
        "name", "label", "type", "description", "kill_chain", "source_data_identifier", "severity", "cef", "cef_types",
        "tags", "start_time", "end_time", "data", "playbook_run_id", "owner_id", "asset_id", "run_automation"}),
}
"""Fields that a body can write, of the kinds of which others have no effect."""


def is_kind(endpoint: str) -> bool:
    """Whether there are records behind an endpoint's name."""
    kind = ALIASES.get(endpoint, endpoint)
    return kind in KINDS and kind not in INTERNAL


def lacking(kind: str, body: Mapping[str, Any]) -> Iterator[str]:
    """What a body that is to create a record, or to start something, cannot do without, and does not say."""
    for names in _REQUIRED.get(kind, ()):
        if all(body.get(name) in (None, "", [], {}) for name in names):
            yield names[0]
