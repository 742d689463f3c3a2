"""The records of the platform, at every position of a journal: what a run starts from, and its writes until then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from phantom_lab.history.events import Changed, Edited, Event, Ref, RunSpec, RunStarted
from phantom_lab.history.folded import Folded
from phantom_lab.history.index import Reducer
from phantom_lab.model import Record, json_copy

Get = Callable[[Ref], Any]
"""Gives a value of the journal, a fresh copy."""


class _Written(NamedTuple):
    """What was written of one record."""

    fields: dict[str, Ref]
    whole: Ref | None = None
    """What was added; None: what was there at the start."""
    deleted: bool = False


class _Writes(Folded[int, _Written]):
    """What was written of the records of a kind, by id.

    Args:
        containers: by run, for edits, which name none.
    """

    def __init__(self, containers: Mapping[int, int]) -> None:
        super().__init__()
        self._containers = containers

    def fold(self, now: dict[int, _Written], events: Sequence[Event]) -> None:
        """The next events."""
        own: set[int] = set()
        """Records whose fields are in no other copy."""
        for event in events:
            if isinstance(event, Changed):
                number, field = event.id, event.field
            elif isinstance(event, Edited):
                number, field = self._containers[event.run], event.name
            else:
                continue
            if field == "deleted":
                now[number] = _Written({}, deleted=True)
            elif field == "added":
                now.pop(number, None)  # it comes last, also where one of this id was deleted
                now[number] = _Written({}, event.after)
            elif number in own:
                now[number].fields[field] = event.after
            else:
                before = now.get(number, _Written({}))
                now[number] = _Written({**before.fields, field: event.after}, before.whole, before.deleted)
            own.add(number)


class WrittenRecords(Reducer):
    """Records as they were written, at any time."""

    takes = frozenset({Changed, Edited, RunSpec, RunStarted})

    def __init__(self) -> None:
        self._containers: dict[int, int] = {}
        self._written: defaultdict[str, _Writes] = defaultdict(lambda: _Writes(self._containers))
        self._snapshot: Ref = ""
        self._start: dict[str, Any] | None = None
        self._tables: dict[str, dict[int, Record]] = {}
        self._inside: dict[int, list[int]] | None = None

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        """The next events."""
        writes = defaultdict[str, list[int]](list)
        for position in positions:
            event = events[position]
            if isinstance(event, Changed):
                writes[event.kind].append(position)
            elif isinstance(event, Edited) and event.what == "container":
                writes["container"].append(position)
            elif isinstance(event, RunStarted):
                self._containers[event.run] = event.container_id
            elif isinstance(event, RunSpec):
                self._snapshot = event.snapshot
        for kind, places in writes.items():
            self._written[kind].take_all(events, places)

    def table(self, kind: str, position: int, get: Get) -> dict[int, Record]:
        """The records of a kind by id, in the order in which they came, after the event at a position."""
        start = self._table(kind, get)
        return self._made(kind, start, self._written[kind].at(position), get)

    def record(self, kind: str, number: int, position: int, get: Get) -> Record | None:
        """One record; None where there is none."""
        written = self._written[kind].at(position)
        return self._made(kind, [number], {number: written[number]} if number in written else {}, get).get(number)

    def artifacts(self, container: int, position: int, get: Get) -> list[Record]:
        """The artifacts of a container, in the order in which they came."""
        found = self._made("artifact", self._begun(container, get), self._written["artifact"].at(position), get)
        return [one for one in found.values() if one["container"] == container]

    def artifact_ids(self, container: int, position: int, get: Get) -> list[int]:
        """Their ids; of an artifact that nobody wrote to nothing is made."""
        start, written = self._begun(container, get), self._written["artifact"].at(position)
        others = self._made("artifact", (), written, get)
        return [*(one for one in start if one not in written or (
            one in others and written[one].whole is None and others[one]["container"] == container)),
            *(number for number, one in others.items() if one["container"] == container
              and (written[number].whole is not None or number not in start))]

    def _begun(self, container: int, get: Get) -> list[int]:
        """The ids of the artifacts that a container has at the start."""
        if self._inside is None:
            self._inside = defaultdict(list)
            for number, record in self._table("artifact", get).items():
                self._inside[record["container"]].append(number)
        return self._inside.get(container, [])

    def uncounted(self, container: int, get: Get) -> int:
        """How many artifacts a container is said to have beyond those that there are."""
        return int(self._told(get)["uncounted"].get(str(container), 0))

    def _made(self, kind: str, start: Iterable[int], written: dict[int, _Written], get: Get) -> dict[int, Record]:
        """Records of the start, but for those that were replaced, and then all others that were written."""
        there = self._table(kind, get)
        kept = [number for number in start if number in there
                and ((one := written.get(number)) is None or (one.whole is None and not one.deleted))]
        found: dict[int, Record] = dict(zip(kept, json_copy([there[number] for number in kept]), strict=True))
        for number, one in written.items():
            if one.whole is not None:
                found[number] = get(one.whole)
            elif number not in found and number in there and not one.deleted:
                found[number] = json_copy(there[number])
            if number in found:
                found[number].update({name: get(ref) for name, ref in one.fields.items()})
        return found

    def _told(self, get: Get) -> dict[str, Any]:
        if self._start is None:
            self._start = get(self._snapshot)
        return self._start

    def _table(self, kind: str, get: Get) -> dict[int, Record]:
        """The records of a kind at the start, decoded once: nobody writes to them."""
        if kind not in self._tables:
            told = self._told(get)["records"].get(kind)
            rows = get(told["rows"]) if told else []
            ids = told.get("ids") or [one["id"] for one in rows] if told else []
            self._tables[kind] = dict(zip(ids, rows, strict=True))
        return self._tables[kind]
