"""What a run wrote on the platform, in the end."""

from __future__ import annotations

from typing import Any

from phantom_lab.journal.events import Changed
from phantom_lab.journal.journal import Journal

_FOLLOWS = frozenset({"open_time", "close_time", "modified_time", "update_time"})
"""Fields that the platform itself writes along with others."""


def net_writes(journal: Journal) -> dict[tuple[str, int], dict[str, tuple[Changed, Any, Any]]]:
    """Writes by record and field: the first event, the value before it, and the one after the last."""
    found: dict[tuple[str, int], dict[str, tuple[Changed, Any, Any]]] = {}
    for event in journal.events:
        if not isinstance(event, Changed) or event.field in _FOLLOWS:
            continue
        fields = found.setdefault((event.kind, event.id), {})
        before, after = journal.get(event.before), journal.get(event.after)
        if event.field == "deleted":
            came = "added" in fields
            fields.clear()
            if not came:
                fields["deleted"] = event, before, after
        elif "added" in fields:
            first, none, record = fields["added"]
            fields["added"] = first, none, {**record, event.field: after}
        else:
            first, before, _ = fields.get(event.field, (event, before, after))
            fields[event.field] = first, before, after
    return found
