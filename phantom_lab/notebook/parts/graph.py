"""The flow graph: the playbook, and where its run stands in it. What does not change is a part of its own."""

from __future__ import annotations

from typing import Any

from phantom_lab.errors import InputError, LabError, cut
from phantom_lab.flow_graph import Graph as FlowGraph
from phantom_lab.flow_graph import Layout, drawing, graph_of, layout_of, playbook_of, runs_of, state_of, telling
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.part import Part
from phantom_lab.terminal import visible
from phantom_lab.views.moment import Moment, at, moment_of

RUNS = 60
"""Runs that can be chosen: the latest."""
NAME = 80
"""Characters of a playbook's name, and of a condition."""


class Graph(Part):
    """The graph of the run that is looked at, or of one that was opened.

    ``{"type": "open", "run": 2}`` shows the graph of that run until ``{"type": "follow"}``; ``{"type": "break",
    "block": index, "condition"?}`` sets a breakpoint, and ``{"type": "unbreak", "block": index}`` takes it away. The
    drawing belongs to the part `Drawing`.
    """

    name = "graph"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._of = look.stepper
        self._kept: dict[int, tuple[FlowGraph, Layout]] = {}
        self._drawn: tuple[Any, dict[str, Any]] = None, {}

    def refresh(self) -> None:
        """Another branch is another run."""
        if self.look.stepper is not self._of:
            self._of, self.look.opened = self.look.stepper, None
            self._kept.clear()

    def take(self, message: dict[str, Any]) -> bool | None:
        """Another run, or a breakpoint."""
        kind = message.get("type")
        if kind == "open":
            run = message.get("run")
            self.look.opened = run if isinstance(run, int) and run in runs_of(self.look.journal) else None
            return True  # the drawing is another one
        if kind == "follow":
            self.look.opened = None
            return True
        if kind in ("break", "unbreak"):
            points, name = self.look.stepper.breakpoints, self._block(message.get("block"))
            if kind == "break":
                points.add(name, condition=str(message.get("condition") or ""))
            elif name in points:
                points.discard(name)
        return None

    def view(self) -> dict[str, Any]:
        """As `phantom_lab.flow_graph.telling`, with ``breaks`` (``{index of a block: condition}``), the ``runs`` that
        can be chosen (``[run, playbook]``) and whether the run that is looked at is shown (``follows``); only
        ``{"problem"}`` where there is no graph."""
        try:
            graph, layout = self.made()
            told = telling(graph, layout, state_of(self.moment(), graph, self.run()))
        except LabError as exc:
            return {"problem": visible(cut(str(exc), 400))}
        points = list(self.look.stepper.breakpoints)
        index = {one.name: number for number, one in enumerate(graph.blocks)}
        breaks = {str(index[one.block]): visible(cut(one.condition, NAME)) for one in points if one.block in index}
        runs = [[run, visible(cut(one.playbook, NAME))] for run, one in runs_of(self.look.journal).items()]
        return {**told, "breaks": breaks, "runs": runs[-RUNS:] if len(runs) > 1 else [],
                "follows": self.look.opened is None}

    def run(self) -> int:
        """The run whose graph is shown."""
        if self.look.opened is not None:
            return self.look.opened
        current, runs = self.look.current, runs_of(self.look.journal)
        return current.started.run if current else next(iter(runs), 0)

    def moment(self) -> Moment:
        """The one that is looked at."""
        journal = self.look.journal
        return moment_of(journal, self.look.n) if self.look.past else at(journal, -1)

    def made(self) -> tuple[FlowGraph, Layout]:
        """The graph and where it is drawn, kept for every run.

        Raises:
            LabError: there is none.
        """
        run = self.run()
        if run not in self._kept:
            playbook = playbook_of(self.look.journal, run)
            self._kept[run] = graph_of(playbook), layout_of(playbook)
        return self._kept[run]

    def _block(self, number: Any) -> str:
        blocks = self.made()[0].blocks
        if not isinstance(number, int) or not 0 <= number < len(blocks):
            raise InputError(f"the graph has no block {number!r}")
        return blocks[number].name


class Drawing(Graph):
    """What does not change while the run goes on: it is sent once for each graph, and asks for nothing."""

    name = "drawing"

    def take(self, message: dict[str, Any]) -> bool | None:
        """Nothing: a block is a matter of the graph."""

    def view(self) -> dict[str, Any]:
        """As `phantom_lab.flow_graph.drawing`; nothing where there is no graph."""
        try:
            made = self.made()
        except LabError:
            return {}
        if self._drawn[0] is not made:
            self._drawn = made, drawing(*made)
        return self._drawn[1]
