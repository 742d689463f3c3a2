"""The platform that the runs of one tree share: records of every kind, assets, the user."""

from __future__ import annotations

import marshal
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping, Set
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import KINDS, Artifact, Asset, Options, Record, User, as_id, json_copy
from phantom_lab.model.built_in import BUILT_IN
from phantom_lab.state.ids import Ids
from phantom_lab.state.records import Records, Told

Scope = str | list[int]
Rows = list[list[Any]]
_SELDOM = frozenset({*BUILT_IN, "ph_user"})
"""Kinds of which every lab has records, and most runs look at none."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run starts from; nothing writes to it."""

    records: Mapping[str, dict[int, Record]]
    """By kind and id; a kind that is missing has none."""
    assets: tuple[Asset, ...] = ()
    strict_assets: bool = False
    user: User = User()
    """Who starts runs."""
    seen: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)
    """Artifact ids that were there when a playbook last ran on a container, by container id and playbook name."""
    files: MutableMapping[str, Path] = field(default_factory=dict)
    """Where the bytes of vault files lie, by vault id."""
    finding: str | None = None
    """Id of the finding or investigation that runs are about."""
    uncounted: Mapping[int, int] = field(default_factory=dict)
    """By container, how many artifacts it is said to have beyond those that there are."""


class Platform:
    """The run tree's own copy of the platform.

    Args:
        snapshot: copied, never written.
        ids: where new ids come from.
        now: gives the present moment, ISO 8601.
        changed: told of every write, see `Told`.
        tell: hears what the lab takes for granted.
        options: choices where the platform's behaviour is not known.
    """

    def __init__(self, snapshot: Snapshot, ids: Ids, now: Callable[[], str], changed: Told,
                 tell: Callable[[str], None], *, options: Options | None = None) -> None:
        self._changed = changed
        self._given: dict[str, dict[int, Record] | bytes | None] = dict.fromkeys(KINDS)
        for kind, table in snapshot.records.items():
            if table:
                self._given[kind] = _given(kind, table)
                ids.after(kind, max(table))
        self._tables: dict[str, Records] = {}
        """Made when they are first asked for."""
        self.assets = snapshot.assets
        self.strict_assets = snapshot.strict_assets
        self.user = snapshot.user
        self.ids = ids
        self.now = now
        self.tell = tell
        self.options = options or Options()
        self._seen = snapshot.seen
        self.uncounted: Mapping[int, int] = dict(snapshot.uncounted)
        self.files = ChainMap[str, Path]({}, snapshot.files)
        """Where the bytes of vault files lie, by vault id."""

    def records(self, kind: str) -> Records:
        """The records of a kind."""
        found = self._tables.get(kind)
        return found if found is not None else self._made(kind)

    def _made(self, kind: str) -> Records:
        given = self._given[kind]
        table = marshal.loads(given) if isinstance(given, bytes) else given or {}
        made = Records(kind, table, ids=self.ids, now=self.now, told=self._changed)
        return self._tables.setdefault(kind, made)  # another thread of a playbook may have made it meanwhile

    @property
    def containers(self) -> Records:
        """Containers by id."""
        return self.records("container")

    @property
    def artifacts(self) -> Records:
        """Artifacts by id, in creation order."""
        return self.records("artifact")

    @property
    def lists(self) -> dict[str, Rows]:
        """Rows of the custom lists, by name."""
        return {one["name"]: one["content"] for one in self.records("decided_list").values()}

    def artifacts_of(self, container_id: int, among: Set[int] | None = None) -> list[Artifact]:
        """The artifacts of a container, in creation order: all of them, or those with one of these ids."""
        found = self.artifacts.of_container(container_id)
        return [*found.values()] if among is None else [*map(found.__getitem__, filter(among.__contains__, found))]

    def artifact_count(self, container_id: int) -> int:
        """How many artifacts a container has, as far as its ``artifact_count`` was given with those that were not."""
        return len(self.artifacts.of_container(container_id)) + self.uncounted.get(container_id, 0)

    def seen_by(self, container_id: int, playbook: str) -> frozenset[int] | None:
        """Ids of the artifacts that were there when a playbook last ran on a container; None: it never did."""
        return self._seen.get((container_id, playbook))


def _given(kind: str, records: dict[int, Record]) -> dict[int, Record] | bytes:
    """A copy made at once, in which equal keys are one object: half the memory, and quicker to read. Of what most runs
    look at none, what a copy is made of."""
    if kind in _SELDOM:
        with suppress(ValueError):  # somebody has put something else there than JSON
            return marshal.dumps(records)
    return dict(zip(records, json_copy([*records.values()]), strict=True))


def ids_of(value: Any) -> set[int]:
    """Artifact ids from one of them or several, numbers or digits."""
    items = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return {number for item in items if (number := as_id(item)) is not None}
