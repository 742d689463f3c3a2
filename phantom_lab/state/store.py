"""The lab's own records: what every run starts from a copy of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.misspelt import meant, tell_keys
from phantom_lab.model import KINDS, Artifact, Container, Record, as_id, complete, given_json
from phantom_lab.model.built_in import BUILT_IN
from phantom_lab.model.container import Defaults
from phantom_lab.state.clock import stamp
from phantom_lab.state.contents import Files

Tell = Callable[[str], None]
"""Hears what is not read as it was given."""
_INNER = {"workbook_template": ("phases", "workbook_phase_template", "template"),
          "workbook_phase_template": ("tasks", "workbook_task_template", "phase")}
"""What a record may hold further records in: the field, their kind, and the field in which they name it."""


@cache
def _built_in() -> dict[str, list[Defaults]]:
    """The records that every platform has, but for their moments."""
    return {kind: [Defaults(complete(kind, one, record_id=number, now="")) for number, one in enumerate(records, 1)]
            for kind, records in BUILT_IN.items()}


class Store:
    """Records by kind and id; from the start, those that every platform has."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self.records: dict[str, dict[int, Record]] = {kind: {} for kind in KINDS}
        self.uncounted: dict[int, int] = {}
        """By container, how many artifacts it is said to have beyond those that were given."""
        self.files = Files()
        """The bytes of the vault."""
        now = self._now()
        for kind, records in _built_in().items():
            self.records[kind] = table = {number: one.fresh() for number, one in enumerate(records, 1)}
            for record in table.values() if "create_time" in KINDS[kind].fields else ():
                record["create_time"] = now

    def add(self, kind: str, given: Any) -> int:
        """Add a record; a missing or taken id is assigned. Returns its id.

        A built-in record is changed by one of the same name. A ``workbook_template`` may hold its ``phases``, and a
        phase its ``tasks``, as the vendor's REST takes them.

        Raises:
            InputError: there is no such kind, or it is no JSON object.
        """
        _check_kind(kind)
        record = given_json(given, f"a record of kind {kind}")
        if not isinstance(record, dict):
            raise InputError(f"a record of kind {kind} must be a JSON object, not {given!r}")
        table = self.records[kind]
        if kind != "container":  # what people give of those is told elsewhere
            tell_keys(f"a record of kind {kind}", record, [*KINDS[kind].fields, *_INNER.get(kind, ())[:1], "id"])
        if kind in BUILT_IN:
            record = _over_built_in(table, record)
        inner = record.pop(_INNER[kind][0], None) if kind in _INNER else None
        number = _wanted(record.get("id"), {*table}) or _next(table)
        table[number] = complete(kind, record, record_id=number, now=self._now())
        if inner is not None:
            self._add_inner(kind, number, inner)
        return number

    def copy(self) -> Store:
        """The same records, to which each may add others."""
        made = copy(self)
        made.records = {kind: dict(table) for kind, table in self.records.items()}
        made.uncounted = dict(self.uncounted)
        return made

    def _now(self) -> str:
        return stamp((self._start or datetime.now(UTC)).astimezone(UTC))

    def _add_inner(self, kind: str, number: int, records: Any) -> None:
        """The phases of a template, or the tasks of a phase."""
        name, inner, field = _INNER[kind]
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise InputError(f"{name} of a record of kind {kind} must be a list of JSON objects")
        for order, one in enumerate(records, 1):
            suggested = {key: one.pop(key) for key in ("playbooks", "actions") if key in one}
            self.add(inner, {"order": order, **one, field: number,
                             **({"suggestions": suggested} if suggested else {})})

    def add_all(self, given: Mapping[str, Any]) -> None:
        """Add records of several kinds, each kind a list of them.

        Raises:
            InputError: as for `add`.
        """
        for kind, records in given.items():
            _check_kind(kind)
            if not isinstance(records, list):
                raise InputError(f"records of kind {kind} must be a list")
            for one in records:
                self.add(kind, one)

    def add_container(self, container: Container, artifacts: list[Artifact], tell: Tell) -> int:
        """Add a container with its artifacts; missing or taken ids are assigned, of which `tell` hears. Returns its id.

        Where the container says how many artifacts it has, it goes on saying so.
        """
        number = self.add("container", container)
        _tell_new(as_id(container.get("id")), number, "container", tell)
        if isinstance(count := container.get("artifact_count"), int):
            self.uncounted[number] = count - len(artifacts)
        self._add_artifacts(number, artifacts, tell)
        return number

    def add_artifacts(self, number: int, artifacts: list[Artifact], tell: Tell) -> None:
        """Add artifacts to a container that is there; one that it has already counts once."""
        new = [one for one in artifacts if not self._has(number, one, tell)]
        if (missing := self.uncounted.get(number, 0)) > 0:
            self.uncounted[number] = max(0, missing - len(new))
        self._add_artifacts(number, new, tell)

    def _add_artifacts(self, number: int, artifacts: list[Artifact], tell: Tell) -> None:
        table = self.records["artifact"]
        taken = {*table}
        numbers = [_wanted(artifact.get("id"), taken) for artifact in artifacts]  # explicit ids first
        for wanted, artifact in zip(numbers, artifacts, strict=True):
            own = wanted or _next(taken)
            taken.add(own)
            table[own] = complete("artifact", {**artifact, "container": number}, record_id=own, now=self._now())
            _tell_new(as_id(artifact.get("id")), own, "artifact", tell)
        there = sum(one["container"] == number for one in table.values())
        self.records["container"][number]["artifact_count"] = there + self.uncounted.get(number, 0)

    def _has(self, number: int, artifact: Artifact, tell: Tell) -> bool:
        there = self.records["artifact"].get(as_id(artifact.get("id")) or 0, {})
        said = {name: value for name, value in artifact.items()
                if value is not None and name not in ("id", "container", "container_id")}
        has = there.get("container") == number and all(there.get(name) == value for name, value in said.items())
        if has:
            tell(f"artifact {there['id']} was given before, and counts once")
        return has

    def add_list(self, name: str, rows: Any) -> None:
        """Add a custom list; a row is a list of cells, or one cell.

        Raises:
            InputError: it is no list of rows.
        """
        rows = given_json(rows, f"list {name}")
        if not isinstance(rows, list):
            raise InputError(f"list {name} must be a list of rows", hint='For instance {"blocked": [["1.1.1.1"]]}.')
        self.add("decided_list", {"name": name, "content": [row if isinstance(row, list) else [row] for row in rows]})


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise InputError(f"there are no records of kind {kind!r}", hint=meant(str(kind), sorted(KINDS)))


def _tell_new(wanted: int | None, number: int, what: str, tell: Tell) -> None:
    if wanted and wanted != number:
        tell(f"the number {wanted} is taken: this {what} is {what} {number}")


def _over_built_in(table: dict[int, Record], record: Record) -> Record:
    """A record with what it does not say of the one of its name, which it takes the place of."""
    name = str(record.get("name")).lower()
    same = next((number for number, one in table.items() if str(one["name"]).lower() == name), None)
    return record if same is None else {**table.pop(same), **record}


def _wanted(given: Any, taken: set[int]) -> int | None:
    """An id that is a number and free, and is taken from now on."""
    number = as_id(given)
    if not number or number in taken:
        return None
    taken.add(number)
    return number


def _next(taken: Iterable[int]) -> int:
    return max(taken, default=0) + 1
