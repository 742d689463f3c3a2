"""A playbook as a graph: its blocks, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from phantom_lab.misspelt import Attributes

START, END, ACTION, FILTER, DECISION, CODE, FORMAT, PROMPT, CUSTOM_FUNCTION, PLAYBOOK, UTILITY, HELPER = TYPES = (
    "start", "end", "action", "filter", "decision", "code", "format", "prompt", "custom function", "playbook",
    "utility", "helper")
"""Types of blocks; a helper is a function that no one but the playbook's own code calls."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a filter or decision."""

    label: str
    line: int = 0
    """Of the call that decides; 0 where nothing is asked, as for an ``else``, or where the source has no such call."""


@dataclass(frozen=True, slots=True)
class Block(Attributes):
    """One block."""

    name: str
    """Of its function."""
    type: str
    """One of `TYPES`."""
    detail: str = ""
    """Which action, playbook, custom function or call; empty for the other types."""
    line: int = 0
    """Of its ``def``; 0: the export shows it, and the source has no such function."""
    branches: tuple[Branch, ...] = ()
    exported: bool = False
    """Whether the export shows it."""


@dataclass(frozen=True, slots=True)
class Edge(Attributes):
    """A block leads to another one: it calls it, or names it as the callback of what it asks for."""

    source: str
    target: str
    branch: int | None = None
    """Index among the branches of its source; None: on no condition, or on one of another kind."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where blocks and edges are drawn, in pixels from the upper left corner."""

    places: Mapping[str, Point]
    """The upper left corner of every block, all of which are of one size."""
    routes: Mapping[tuple[str, str], tuple[Point, ...]]
    """Points of an edge from border to border, by its two blocks; one that has none goes straight."""
    width: float
    height: float
    given: int
    """How many places are those of the export."""
    plain: bool = False
    """Whether blocks stand in plain rows: a good layout is not installed, or the graph is too large for it."""
    sideways: bool = False
    """Whether it goes from left to right, as the classic editor draws it, and not from top to bottom."""


@dataclass(frozen=True)
class Graph(Attributes):
    """Blocks in the order of their functions in the source, those that only the export shows last."""

    name: str
    """The playbook's."""
    blocks: tuple[Block, ...]
    edges: tuple[Edge, ...]
    owners: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Block by function, of every function: ``join_x``, ``x_callback`` and ``loop_x`` belong to block ``x``."""

    @cached_property
    def by_name(self) -> dict[str, Block]:
        """Blocks by their names."""
        return {one.name: one for one in self.blocks}

    @cached_property
    def ways(self) -> dict[tuple[str, str], tuple[str, str] | None]:
        """By two functions, the edge on which a way from one to the other is drawn, as far as it was looked for."""
        return {}

    @cached_property
    def leads(self) -> dict[str, list[str]]:
        """By block, those that it leads to."""
        found: dict[str, list[str]] = {}
        for one in self.edges:
            found.setdefault(one.source, []).append(one.target)
        return found

    def __repr__(self) -> str:
        return f"<Graph of {self.name}: {len(self.blocks)} blocks, {len(self.edges)} edges>"
