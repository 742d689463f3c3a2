"""Records of the platform: plain dicts in the vendor's REST form, of the kinds that its REST endpoints name."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model.container import (
    ARTIFACT_FIELDS,
    CONTAINER_FIELDS,
    Defaults,
    complete_artifact,
    complete_container,
)
from phantom_lab.model.enterprise_security import ENTERPRISE_SECURITY

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What records of one kind hold."""

    fields: Record
    """Every field, with its default."""
    refers: dict[str, str] = field(default_factory=dict)
    """Fields that hold the id of another record, and of which kind that is."""


_CONTAINER = {"container": "container"}
_PHASE = {"phase": "workbook_phase"}

KINDS: dict[str, Kind] = {
    "container": Kind(CONTAINER_FIELDS, {"parent_container": "container", "current_phase": "workbook_phase"}),
    "artifact": Kind(ARTIFACT_FIELDS, {**_CONTAINER, "container_id": "container", "parent_container": "container",
                                       "parent_artifact": "artifact"}),
    "note": Kind({"container": None, "title": "", "content": "", "note_format": "html", "note_type": "general",
                  "artifact": None, "task": None, "phase": None, "author": None, "author_name": "", "success": None,
                  "create_time": None, "modified_time": None, "version": 1},
                 {**_CONTAINER, **_PHASE, "artifact": "artifact", "task": "workbook_task", "author": "ph_user"}),
    "container_comment": Kind({"container": None, "comment": "", "user": None, "name": "", "time": None}, _CONTAINER),
    "container_pin": Kind({"container": None, "message": "", "data": "", "pin_type": "card", "pin_style": "grey",
                           "name": None, "author": None, "playbook": None, "order": 0, "custom_field": None,
                           "preset_metric": None, "create_time": None, "modified_time": None}, _CONTAINER),
    "container_attachment": Kind({"container": None, "name": "", "vault_id": "", "size": 0, "mime_type": "",
                                  "metadata": {}, "contains": [], "create_time": None, "created_via": "automation",
                                  "user": "", "task": None, "path": "", "hash": "", "aka": [], "vault_document": None,
                                  "es_attachment_id": None}, _CONTAINER),
    "evidence": Kind({"container": None, "content_type": "", "object_id": None, "create_time": None}, _CONTAINER),
    "indicator": Kind({"value": "", "value_hash": "", "tags": [], "earliest_time": None, "latest_time": None,
                       "tenant": 0}),
    "decided_list": Kind({"name": "", "content": [], "tenant": None}),
    "workbook_template": Kind({"name": "", "description": "", "status": "published", "is_default": False,
                               "is_note_required": False, "creator": None, "create_time": None,
                               "modified_time": None}),
    "workbook_phase_template": Kind({"name": "", "order": 1, "template": None, "sla": None, "sla_type": "minutes"},
                                    {"template": "workbook_template"}),
    "workbook_task_template": Kind({"name": "", "order": 1, "phase": None, "description": "", "owner": None,
                                    "role": None, "is_note_required": False, "suggestions": {}, "sla": None,
                                    "sla_type": "minutes"}, {"phase": "workbook_phase_template"}),
    "workbook_phase": Kind({"name": "", "order": 1, "container": None, "template_phase": None, "start_time": None,
                            "end_time": None, "sla": None, "sla_type": "minutes"},
                           {**_CONTAINER, "template_phase": "workbook_phase_template"}),
    "workbook_task": Kind({"name": "", "order": 1, "description": "", "container": None, "phase": None, "status": 0,
                           "owner": None, "role": None, "is_note_required": False, "suggestions": {}, "sla": None,
                           "sla_type": "minutes", "start_time": None, "end_time": None, "notified": False,
                           "notes": [], "files": [], "create_time": None, "modified_time": None},
                          {**_CONTAINER, **_PHASE}),
    "ph_user": Kind({"username": "", "first_name": "", "last_name": "", "email": "", "title": "", "type": "normal",
                     "is_active": True, "default_label": "", "roles": []}),
    "role": Kind({"name": "", "description": "", "users": [], "immutable": False}),
    "container_status": Kind({"name": "", "status_type": "open", "is_default": False, "is_mutable": True,
                              "disabled": False, "order": 0, "create_time": None, "modified_time": None}),
    "severity": Kind({"name": "", "color": "", "is_default": False, "disabled": False, "order": None,
                      "create_time": None, "modified_time": None}),
    "scm": Kind({"name": "", "uri": "", "type": "git", "branch": "", "read_only": False, "disabled": False}),
    "playbook": Kind({"name": "", "scm": None, "active": False, "disabled": False, "category": "", "tags": [],
                      "labels": [], "playbook_type": "automation", "input_spec": [], "output_spec": [],
                      "description": "", "draft_mode": False, "version": 1, "python_version": "3.9",
                      "create_time": None, "update_time": None}, {"scm": "scm"}),
    "app": Kind({"name": "", "appid": "", "app_version": "", "product_name": "", "product_vendor": "", "type": ""}),
    "asset": Kind({"name": "", "app": None, "product_name": "", "product_vendor": "", "type": "", "description": "",
                   "tags": [], "configuration": {}, "disabled": False, "validation": None}, {"app": "app"}),
    "approval": Kind({"container": None, "name": "", "status": "pending", "responses": [], "playbook_run": None,
                      "action_run": None, "action": "prompt", "message": "", "create_time": None, "start_time": None,
                      "due_time": None, "type": "manual", "user": None},
                     {**_CONTAINER, "playbook_run": "playbook_run", "action_run": "action_run"}),
    "playbook_run": Kind({"playbook": None, "container": None, "status": "", "message": "", "inputs": [],
                          "outputs": [], "misc": {}, "owner": None, "parent_run": None, "run_as": None,
                          "test_mode": False, "start_time": None, "update_time": None, "version": 1},
                         {**_CONTAINER, "parent_run": "playbook_run", "playbook": "playbook"}),
    "action_run": Kind({"name": "", "action": "", "container": None, "playbook_run": None, "playbook": None,
                        "status": "", "message": "", "type": "", "targets": [], "callback": None, "handle": None,
                        "create_time": None, "close_time": None, "version": 1},
                       {**_CONTAINER, "playbook_run": "playbook_run", "playbook": "playbook"}),
    "app_run": Kind({"action": "", "action_run": None, "app": None, "app_name": "", "app_version": "", "asset": None,
                     "container": None, "playbook_run": None, "status": "", "message": "", "result_data": [],
                     "result_summary": {}, "extra_data": [], "effective_user": None, "exception_occured": False,
                     "node_guid": "", "start_time": None, "end_time": None, "version": 1},
                    {**_CONTAINER, "action_run": "action_run", "playbook_run": "playbook_run"}),
    "custom_function_run": Kind({"name": "", "custom_function": "", "container": None, "playbook_run": None,
                                 "status": "", "message": "", "result_data": {}, "exception_occured": False,
                                 "create_time": None},
                                {**_CONTAINER, "playbook_run": "playbook_run"}),
    "run_details": Kind({"playbook_run": None, "block_results": {}, "log": []}, {"playbook_run": "playbook_run"}),
    "data": Kind({"key": "", "value": None, "use_filesystem": False}),
    "object": Kind({"key": "", "value": {}, "container_id": None, "playbook_name": None, "repo_name": None,
                    "auto_delete": True}, {"container_id": "container"}),
    "case_item": Kind({"case": None, "kind": "", "item": None, "ioc_field": None, "copy": None, "create_time": None},
                      {"case": "container"}),
    **{name: Kind(fields) for name, fields in ENTERPRISE_SECURITY.items()},
}
"""``run_details`` (parts of a ``playbook_run``), what ``save_data``, ``save_object`` and ``merge`` keep, and what
Enterprise Security keeps, are no kinds of the vendor's REST."""
_DEFAULTS = {name: Defaults(kind.fields) for name, kind in KINDS.items()}


def complete(kind: str, given: Record, *, record_id: int, now: str) -> Record:
    """Fill a record's defaults.

    Args:
        kind: one of `KINDS`.
        given: the fields that are known; others than the kind's are kept.
        record_id: its id.
        now: the time of creation, where the kind has one and none is given: ISO 8601, UTC.
    """
    if kind == "container":
        return complete_container(given, container_id=record_id, now=now)
    if kind == "artifact":
        return complete_artifact(given, artifact_id=record_id, now=now,
                                 container_id=given.get("container") or given.get("container_id") or 0)
    found = {**_DEFAULTS[kind].fresh(), **given, "id": record_id}
    if "create_time" in found:
        found["create_time"] = found["create_time"] or now
    return found
