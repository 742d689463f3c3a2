"""Taking a run's writes over into the lab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from phantom_lab.errors import ApplyConflictError
from phantom_lab.history import Changed, Journal
from phantom_lab.later import dataclass
from phantom_lab.model import KINDS, Record

Key = tuple[str, int]
_UNIQUE = {"decided_list": ("name",), "data": ("key", "use_filesystem"),
           "container_attachment": ("vault_id", "container"),
           "object": ("key", "container_id", "playbook_name", "repo_name"),
           "indicator": ("value",), "case_item": ("case", "kind", "item", "ioc_field")}
"""Kinds of which there is one per value of some fields."""
_MOMENTS = frozenset({"open_time", "close_time", "modified_time", "update_time"})
"""Fields that follow from other ones: two runs write different moments there without contradicting each other."""


@dataclass(slots=True)
class Writes:
    """What became of one record."""

    added: Record | None = None
    deleted: bool = False
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Before the first write and after the last one, of a record that was there already."""


def writes_of(journal: Journal) -> dict[Key, Writes]:
    """What the runs of a journal wrote, by kind and id; what came and went again is left out."""
    found: dict[Key, Writes] = {}
    for event in journal.events:
        if isinstance(event, Changed):
            _fold(found.setdefault((event.kind, event.id), Writes()), event.field, journal.get(event.before),
                  journal.get(event.after))
    return {key: one for key, one in found.items() if one.added or one.deleted or one.fields}


def apply(writes: Mapping[Key, Writes], records: Mapping[str, dict[int, Record]],
          uncounted: Mapping[int, int] | None = None) -> None:
    """Merge writes into records; a new record whose id is taken by now gets another one.

    Args:
        uncounted: by container, how many artifacts it is said to have beyond those that there are.

    Raises:
        ApplyConflictError: somebody else wrote the same; nothing is applied.
    """
    if conflicts := list(_conflicts(writes, records)):
        raise ApplyConflictError("; ".join(conflicts), where="lab.apply",
                                 hint="Nothing was applied. Run the playbook again on the lab as it is now.")
    moved = _places(writes, records)
    for (kind, number), one in writes.items():
        table = records[kind]
        if one.added:
            table[moved[kind, number]] = {**_referring(kind, one.added, moved), "id": moved[kind, number]}
        elif one.deleted:
            table.pop(number, None)
        else:
            fields = {name: after for name, (_, after) in one.fields.items()}
            table[number].update(_referring(kind, fields, moved))
    for number, container in records["container"].items():
        there = sum(artifact["container"] == number for artifact in records["artifact"].values())
        container["artifact_count"] = there + (uncounted or {}).get(number, 0)


def _fold(one: Writes, name: str, before: Any, after: Any) -> None:
    if name == "added":
        one.added = dict(after)
    elif name == "deleted":
        one.deleted, one.added, one.fields = one.added is None, None, {}
    elif one.added:
        one.added[name] = after
    else:
        one.fields[name] = (one.fields.get(name, (before, None))[0], after)


def _conflicts(writes: Mapping[Key, Writes], records: Mapping[str, dict[int, Record]]) -> Iterable[str]:
    for (kind, number), one in writes.items():
        there = records[kind].get(number)
        names = _UNIQUE.get(kind)
        if one.added and names:
            if any(_same(other, one.added, names) and not _deleted(writes, kind, key)
                   for key, other in records[kind].items()):
                yield f"there is a {kind} {one.added[names[0]]!r} by now"
        elif one.fields and there is None:
            yield f"{kind} {number} was deleted"
        for name, (before, after) in one.fields.items():
            if name not in _MOMENTS and there is not None and there.get(name) not in (before, after):
                yield f"{name} of {kind} {number} was {before!r}, is {there.get(name)!r}, would be {after!r}"


def _same(one: Record, other: Record, names: tuple[str, ...]) -> bool:
    return all(one.get(name) == other.get(name) for name in names)


def _deleted(writes: Mapping[Key, Writes], kind: str, number: int) -> bool:
    """Whether the run took a record away before it added another of its name."""
    return (kind, number) in writes and writes[kind, number].deleted


def _places(writes: Mapping[Key, Writes], records: Mapping[str, dict[int, Record]]) -> dict[Key, int]:
    """The ids of new records: their own, or the next ones where those are taken."""
    taken = {kind: {*table} for kind, table in records.items()}
    places: dict[Key, int] = {}
    for kind, number in [key for key, one in writes.items() if one.added]:
        place = number if number not in taken[kind] else max(taken[kind]) + 1
        taken[kind].add(place)
        places[kind, number] = place
    return places


def _referring(kind: str, fields: Record, moved: Mapping[Key, int]) -> Record:
    refers = KINDS[kind].refers
    return {name: moved.get((refers[name], value), value) if name in refers and isinstance(value, int) else value
            for name, value in fields.items()}
