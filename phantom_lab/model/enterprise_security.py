"""What Enterprise Security keeps: findings, investigations, response plans, and what belongs to them.

The names of fields are those that generated code reads of ``finding:`` and of the built-in connector; which further
ones there are is not known. Ids of this product are texts.
"""

from __future__ import annotations

from typing import Any

HEADER: dict[str, Any] = {"name": "", "description": "", "status": "New", "owner": None, "urgency": "medium",
                          "disposition": "Undetermined", "sensitivity": "", "create_time": None, "custom_fields": {}}
"""Fields of findings and investigations alike, with their defaults (assumed)."""

LABEL = "es_soar_integration"
"""Of the containers in which playbooks of this product run."""
OF_FINDINGS = ("id", "finding_id", "investigation_id", "finding_ids")
"""What ``finding:`` reads of ids."""
ENTERPRISE_SECURITY: dict[str, dict[str, Any]] = {
    "finding": {**HEADER, "finding_id": "", "finding_time": None, "fields": {}, "investigation_id": None},
    "investigation": {**HEADER, "investigation_id": "", "display_id": "", "investigation_type": "", "summary": {},
                      "consolidated_findings": {}, "response_plans": [], "current_response_plan_phase": {}},
    "response_template": {"response_template_id": "", "name": "", "description": "", "phases": [],
                          "is_default": False, "create_time": None},
    "finding_note": {"of": "", "title": "", "content": "", "author": "", "files": [], "task_id": None,
                     "task_name": None, "create_time": None},
    "finding_file": {"of": "", "file_name": "", "source_type": "", "size": 0, "data": "", "create_time": None},
    "finding_event": {"of": "", "fields": {}, "create_time": None},
    "risk_modifier": {"entity": "", "entity_type": "", "risk_modifier": 0, "create_time": None},
}
"""Defaults of the fields, by kind. ``of`` is the id of the finding or investigation; a finding's ``fields`` are what
its search found."""
