"""What one run reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.datapath import Rendered
from phantom_lab.model import ActionRun, Artifact, Asset, Container, as_id, json_copy
from phantom_lab.state.ids import Ids

Scope = str | list[int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run starts from; nothing writes to it."""

    containers: dict[int, Container]
    artifacts: dict[int, Artifact]
    assets: tuple[Asset, ...] = ()
    strict_assets: bool = False


@dataclass(frozen=True, slots=True)
class Subset:
    """What a named condition let through."""

    artifact_ids: list[int] = field(default_factory=list)
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """App runs in callback form, by action name, cut down to the matching rows."""
    values: dict[str, list[Any]] = field(default_factory=dict)
    """Matching values of other sources, by source and block."""


class RunState:
    """The run's own copy of the platform.

    Args:
        snapshot: copied, never written.
        container_id: the container the run is for.
        run_id: the playbook run's id.
        inputs: values of an input playbook.
        scope: ``all``, ``new`` or artifact ids.
        changed: told of every write: ``(kind, id, field, before, after)``.
    """

    def __init__(self, snapshot: Snapshot, *, container_id: int, run_id: int, inputs: dict[str, Any], scope: Scope,
                 changed: Callable[[str, int, str, Any, Any], None], ids: Ids) -> None:
        self.containers: dict[int, Container] = json_copy_keys(snapshot.containers)
        self.artifacts: dict[int, Artifact] = json_copy_keys(snapshot.artifacts)
        self.assets = snapshot.assets
        self.strict_assets = snapshot.strict_assets
        self.container_id = container_id
        self.containers[container_id]["current_rule_run_id"] = run_id
        self.inputs = inputs
        self.scope = scope
        self.ids = ids
        self.run_data: dict[str, Any] = {}
        self.formats: dict[str, Rendered] = {}
        self.subsets: dict[str, Subset] = {}
        self.decisions: dict[str, bool] = {}
        self.action_runs: list[ActionRun] = []
        self.pending: list[str] = []
        """Names of the asynchronous things that are queued or running."""
        self.outputs: dict[str, Any] | None = None
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

    def artifacts_in_scope(self, container_id: int, scope: Any = None) -> list[Artifact]:
        """The artifacts of a container that a scope covers, in creation order.

        Args:
            scope: ``all``, ``new``, one artifact id or a list of them; None is the run's own. Every artifact counts
                as new on a first run (documented).
        """
        chosen = self.scope if scope is None else scope
        found = [one for one in self.artifacts.values() if one["container"] == container_id]
        if isinstance(chosen, str) and as_id(chosen) is None:
            return found
        wanted = _ids(chosen)
        return [one for one in found if one["id"] in wanted]

    def results_of(self, name: str) -> list[dict[str, Any]]:
        """App runs, in callback form, of the latest action run of a name; none for an unknown name (assumed)."""
        for run in reversed(self.action_runs):
            if run.name == name:
                return run.results()
        return []

    def completed(self, names: Iterable[str]) -> bool:
        """Whether every named action has finished, succeeded or failed; a name never started has not."""
        done = {run.name for run in self.action_runs}
        return all(name in done and name not in self.pending for name in names)


def json_copy_keys(items: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """A deep copy through JSON that keeps the integer keys."""
    return {key: json_copy(value) for key, value in items.items()}


def _ids(value: Any) -> set[int]:
    items = value if isinstance(value, list | tuple | set) else [value]
    return {number for item in items if (number := as_id(item)) is not None}
