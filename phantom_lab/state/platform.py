"""The platform that the runs of one tree share: containers, artifacts, assets, lists, users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.model import Artifact, Asset, Container, User, as_id, json_copy
from phantom_lab.state.ids import Ids

Scope = str | list[int]
Rows = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run starts from; nothing writes to it."""

    containers: dict[int, Container]
    artifacts: dict[int, Artifact]
    assets: tuple[Asset, ...] = ()
    strict_assets: bool = False
    lists: dict[str, Rows] = field(default_factory=dict)
    """Custom lists by name."""
    user: User = User()  # noqa: RUF009 - frozen
    """Who starts runs."""
    seen: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)
    """Artifact ids that were there when a playbook last ran on a container, by container id and playbook name."""


class Platform:
    """The run tree's own copy of the platform.

    Args:
        snapshot: copied, never written.
        ids: where new ids come from.
        changed: told of every write: ``(kind, id, field, before, after)``.
    """

    def __init__(self, snapshot: Snapshot, ids: Ids, changed: Callable[[str, int, str, Any, Any], None]) -> None:
        self.containers: dict[int, Container] = {key: json_copy(one) for key, one in snapshot.containers.items()}
        self.artifacts: dict[int, Artifact] = {key: json_copy(one) for key, one in snapshot.artifacts.items()}
        self.assets = snapshot.assets
        self.strict_assets = snapshot.strict_assets
        self.lists: dict[str, Rows] = json_copy(snapshot.lists)
        self.user = snapshot.user
        self.ids = ids
        self._seen = snapshot.seen
        self._changed = changed

    def set_container_field(self, container_id: int, name: str, value: Any) -> None:
        """Write one field of a container."""
        before = self.containers[container_id].get(name)
        self.containers[container_id][name] = value
        self._changed("container", container_id, name, before, value)

    def add_note(self, container_id: int, note: dict[str, Any]) -> int:
        """Add a note; returns its id."""
        note_id = self.ids.next("note")
        self._changed("note", note_id, "added", None, {"id": note_id, "container": container_id, **note})
        return note_id

    def artifacts_of(self, container_id: int) -> list[Artifact]:
        """The artifacts of a container, in creation order."""
        return [one for one in self.artifacts.values() if one["container"] == container_id]

    def seen_by(self, container_id: int, playbook: str) -> frozenset[int] | None:
        """Ids of the artifacts that were there when a playbook last ran on a container; None: it never did."""
        return self._seen.get((container_id, playbook))


def ids_of(value: Any) -> set[int]:
    """Artifact ids from one of them or several, numbers or digits."""
    items = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return {number for item in items if (number := as_id(item)) is not None}
