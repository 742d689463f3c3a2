"""Records of one kind, by id; every write is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, ValuesView
from typing import Any

from phantom_lab.model import Record, complete, json_copy
from phantom_lab.state.ids import Ids

_PLAIN = (int, str, type(None), bool, float)
"""Types of values by which records are looked up; those of others may not like to be compared."""
_OTHER = object()
Told = Callable[[str, int, str, Any, Any], None]
"""Hears of a write: ``(kind, id, field, before, after)``; the field is ``added`` or ``deleted`` for a whole record."""


class Records(Mapping[int, Record]):
    """A table. What it hands out is its own: readers do not write to it, and give copies away.

    Args:
        kind: one of `phantom_lab.model.KINDS`.
        given: the records it starts with; they become its own.
        ids: where new ids come from.
        now: gives the time of creation.
        told: hears of every write.
    """

    def __init__(self, kind: str, given: dict[int, Record], *, ids: Ids, now: Callable[[], str], told: Told) -> None:
        self.kind = kind
        self._records = given
        self._ids = ids
        self._now = now
        self._told = told
        self._by: dict[str, dict[Any, dict[int, Record]]] = {}
        """By field and value, the records of each id, in creation order: for the fields that somebody has asked for."""
        ids.after(kind, max(given, default=0))

    def __getitem__(self, record_id: int) -> Record:
        return self._records[record_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def values(self) -> ValuesView[Record]:
        """The records, in creation order."""
        return self._records.values()

    def of_container(self, container_id: int) -> dict[int, Record]:
        """Those of a container, by id, in creation order; looked up, as every datapath of artifacts needs them."""
        return self._with("container", container_id)

    def where(self, **equal: Any) -> list[Record]:
        """The records that have these values, in creation order."""
        return list(self._where(equal))

    def first(self, **equal: Any) -> Record | None:
        """The first record that has these values."""
        return next(self._where(equal), None)

    def add(self, *, number: int | None = None, **fields: Any) -> Record:
        """Add a record; its id is assigned, unless it is one that was handed out before it was stored (`number`)."""
        record_id = number or self._ids.next(self.kind)
        record = complete(self.kind, json_copy(fields), record_id=record_id, now=self._now())
        self._records[record_id] = record
        for name, index in self._by.items():
            index[_key(record.get(name))][record_id] = record
        self._told(self.kind, record_id, "added", None, record)
        return record

    def update(self, record_id: int, **fields: Any) -> None:
        """Write fields of a record; what stays as it is, is no write."""
        record = self._records[record_id]
        for name, value in json_copy(fields).items():
            before = record.get(name)
            if name not in record or before != value or type(before) is not type(value):
                record[name] = value
                self._by.pop(name, None)
                self._told(self.kind, record_id, name, before, value)

    def delete(self, record_id: int) -> None:
        """Take a record away."""
        record = self._records.pop(record_id)
        for name, index in self._by.items():
            index[_key(record.get(name))].pop(record_id, None)
        self._told(self.kind, record_id, "deleted", record, None)

    def forget(self) -> None:
        """Others have written to what it started with: look everything up anew."""
        self._by.clear()

    def _where(self, equal: dict[str, Any]) -> Iterator[Record]:
        name, first = next(iter(equal.items()), ("", _OTHER))
        found = self._with(name, first) if type(first) in _PLAIN else self._records
        return (one for one in found.values() if all(one.get(name) == value for name, value in equal.items()))

    def _with(self, name: str, value: Any) -> dict[int, Record]:
        """Those with a plain value in a field."""
        index = self._by.get(name)
        if index is None:
            index = self._by[name] = defaultdict(dict)
            for record_id, record in self._records.items():
                index[_key(record.get(name))][record_id] = record
        return index.get(value, {})


def _key(value: Any) -> Any:
    """What a value is found by; no plain value is found where one stands that is none."""
    return value if type(value) in _PLAIN else _OTHER
