"""What one run keeps for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any

from phantom_lab.datapath import Rendered
from phantom_lab.later import dataclass
from phantom_lab.model import ActionRun, Artifact, ChildRun, CustomFunctionRun, as_id
from phantom_lab.state.platform import Platform, Scope, ids_of

ACTIONS = 50
"""Calls of `act` that one run may make unless it says otherwise (documented: per container and playbook)."""


@dataclass(frozen=True, slots=True)
class Subset:
    """What a named condition let through."""

    artifact_ids: list[int] = field(default_factory=list)
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """App runs in callback form, by action name, cut down to the matching rows."""
    values: dict[str, list[Any]] = field(default_factory=dict)
    """Matching values of other sources, by source and block."""


class RunState:
    """A run's inputs and scope, and what its blocks leave for each other.

    Args:
        platform: shared with the other runs of the tree.
        container_id: the container the run is for.
        playbook: name of the playbook, by which *new* artifacts are told.
        inputs: values of an input playbook.
        scope: ``all``, ``new`` or artifact ids.
    """

    def __init__(self, platform: Platform, *, container_id: int, playbook: str, inputs: dict[str, Any],
                 scope: Scope) -> None:
        self.platform = platform
        self.container_id = container_id
        self.playbook = playbook
        self.inputs = inputs
        self.scope = scope
        seen = platform.seen_by(container_id, playbook)
        self._first = seen is None
        self._new = {one["id"] for one in platform.artifacts_of(container_id)} - (seen or frozenset())
        self.run_data: dict[str, Any] = {}
        self.formats: dict[str, Rendered] = {}
        self.subsets: dict[str, Subset] = {}
        self.diagnosed: set[tuple[int, str]] = set()
        """Datapaths of which the run was told that they give nothing, by invocation."""
        self.hinted: set[tuple[int, int, str]] = set()
        """Hints that the run was given, by invocation and line."""
        self.action_runs: list[ActionRun] = []
        """Finished ones, prompts among them."""
        self.custom_function_runs: list[CustomFunctionRun] = []
        self.children: dict[str, ChildRun] = {}
        """Child playbooks by the name of the call; of several of one name the latest."""
        self.pending: list[str] = []
        """Names of the asynchronous things that are queued or running."""
        self.invoked: set[str] = set()
        """Names of the blocks that were invoked."""
        self.sent: dict[str, list[dict[str, Any]]] = {}
        """What a prompt that has gone out gives in callback form until somebody answers, by name."""
        self.outputs: dict[str, Any] | None = None
        self.collect_limit: int | None = None
        self.action_limit = ACTIONS
        self.action_calls = 0
        """Calls of `act` so far."""

    def artifacts_in_scope(self, container_id: int, scope: Any = None, *,
                           none_if_first: bool = False) -> list[Artifact]:
        """The artifacts of a container that a scope covers, in creation order.

        Args:
            scope: ``all``, ``new``, one artifact id or a list of them; None is the run's own. *New* is what came
                between this playbook's last run on the container and the start of this run; on its first run, whatever
                was there at the start (documented). What the run itself adds is not new (observed).
            none_if_first: on a first run, nothing is new (documented).
        """
        chosen = self.scope if scope is None else scope
        if not isinstance(chosen, str) or as_id(chosen) is not None:
            return self.platform.artifacts_of(container_id, ids_of(chosen))
        if chosen.strip().lower() == "all" or container_id != self.container_id:
            return self.platform.artifacts_of(container_id)
        if none_if_first and self._first:
            return []
        return self.platform.artifacts_of(container_id, self._new)

    def results_of(self, name: str) -> list[dict[str, Any]]:
        """Results in callback form of the latest action or custom function run of a name; none for an unknown name."""
        if name in self.sent:
            return self.sent[name]
        finished: list[ActionRun | CustomFunctionRun] = [*self.custom_function_runs, *self.action_runs]
        return next((run.results() for run in reversed(finished) if run.name == name), [])

    def completed(self, names: Iterable[str]) -> bool:
        """Whether everything named has finished, succeeded or failed; a name never started has not."""
        done = {run.name for run in self.action_runs} | {run.name for run in self.custom_function_runs}
        done.update(name for name, child in self.children.items() if child.status)
        return all(name in done and name not in self.pending for name in names)
