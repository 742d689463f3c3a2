"""What the REST shows and changes: a platform, its runs, and the playbooks that can be found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import Record
from phantom_lab.state import Platform

Cef = Mapping[str, Mapping[str, Any]]
"""``{field: {"contains": [type, …]}}``."""


@dataclass(frozen=True, slots=True)
class World:
    """One for each run, and one for the lab itself."""

    platform: Platform
    cef: Cef
    live: Callable[[str], list[Record]] = lambda kind: []
    """Records of a kind that runs make as they go."""
    found: Callable[[], Iterable[tuple[str, Record]]] = tuple
    """Playbooks of the folders in which they are looked for, by name, as `playbooks.in_folders` tells of them."""
    playbooks: Callable[[], Sequence[str]] = tuple
    """Names of further playbooks."""
    root: Callable[[], str] = lambda: ""
    """The folder that stands for ``/`` above the platform's own folders."""
    busy: Callable[[], set[int]] = set
    """Containers for which playbooks run."""
    reply: Callable[[Record, Record], Record] | None = None
    """What a POST to an approval does, given the approval and its body; returns the answer."""
    start: Mapping[str, Callable[[Record], Record]] = field(default_factory=dict)
    """What a POST to ``playbook_run`` and ``action_run`` does, given its body; returns the answer."""

    def records(self, kind: str) -> list[Record]:
        """Stored and live records of a kind, by id."""
        stored = self.platform.records(kind)
        live = {one["id"]: one for one in self.live(kind)}
        return [*(one for number, one in stored.items() if number not in live), *live.values()]
