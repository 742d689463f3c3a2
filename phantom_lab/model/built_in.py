"""Records that every platform has from the start."""

from __future__ import annotations

from typing import Any

_ROLES = ("Administrator", "Asset Owner", "Automation", "Automation Engineer", "Incident Commander", "Observer")

BUILT_IN: dict[str, list[dict[str, Any]]] = {
    "container_status": [
        {"name": "new", "status_type": "new", "is_default": True, "is_mutable": False},
        {"name": "open", "status_type": "open", "is_default": True, "is_mutable": False},
        {"name": "closed", "status_type": "resolved", "is_default": True, "is_mutable": False},
        {"name": "resolved", "status_type": "resolved", "order": 1, "is_mutable": False},
    ],
    "severity": [{"name": "high", "order": 0}, {"name": "medium", "order": 1, "is_default": True},
                 {"name": "low", "order": 2}],
    "role": [{"name": name, "immutable": True} for name in _ROLES],
    "scm": [{"name": "community", "read_only": True}, {"name": "local"}],
}
"""By kind. Names of statuses and severities are stored in lower case (documented); ``resolved`` is named by the
reference of ``set_status`` only, and the roles' names are assumed. Lower ``order`` is the higher severity."""
