"""What a run wrote on the platform, in the end, and what it took back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phantom_lab.history.events import Changed
from phantom_lab.history.journal import Journal
from phantom_lab.views.each import each

if TYPE_CHECKING:
    from phantom_lab.views.rows import ChangeRow

BOTH = "added and deleted"
_FOLLOWS = frozenset({"open_time", "close_time", "modified_time", "update_time"})
"""Fields that the platform itself writes along with others."""
_EACH = frozenset({"status", "severity", "owner", "owner_name"})
"""Fields of which people and other playbooks may act on every value."""

Write = tuple[Changed, Any, list[Any]]
"""The first event, the value before it, and the values after: of fields that others act on each, else the last."""


def net_writes(journal: Journal) -> dict[tuple[str, int], dict[str, Write]]:
    """Writes by record and field; ``added``, ``deleted`` and ``added and deleted`` stand for a whole record."""
    found: dict[tuple[str, int], dict[str, Write]] = {}
    for event, row in zip(journal.index.of_kind(Changed), each(journal, Changed, change), strict=True):
        fields = found.setdefault((event.kind, event.id), {})
        before, after = row["before"], row["after"]
        if event.field == "deleted":
            came = fields.get("added")
            fields.clear()
            fields[BOTH if came else "deleted"] = (came[0], None, came[2]) if came else (event, before, [after])
        elif "added" in fields:
            first, none, (record,) = fields["added"]
            fields["added"] = first, none, [{**record, event.field: after}]
        else:
            first, before, values = fields.get(event.field, (event, before, []))
            fields[event.field] = first, before, [*(values if event.field in _EACH else ()), after]
    return {record: _without_followers(fields) for record, fields in found.items()}


def change(journal: Journal, event: Changed) -> ChangeRow:
    """A write for people: ``{"object", "id", "field", "before", "after", "block"}``."""
    return {"object": event.kind, "id": event.id, "field": event.field, "before": journal.get(event.before),
            "after": journal.get(event.after), "block": journal.index.block_of(event.invocation)}


def _without_followers(fields: dict[str, Write]) -> dict[str, Write]:
    """Fields but for those that follow; where there are no others they were written on their own."""
    return {name: write for name, write in fields.items() if name not in _FOLLOWS} or fields
