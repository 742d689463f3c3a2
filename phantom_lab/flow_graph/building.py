"""The graph of a playbook: what its export draws, and what its source does besides."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from phantom_lab.flow_graph.exported import Drawing, drawing_of
from phantom_lab.flow_graph.graph import (
    ACTION,
    CODE,
    CUSTOM_FUNCTION,
    DECISION,
    END,
    FILTER,
    FORMAT,
    HELPER,
    PLAYBOOK,
    PROMPT,
    START,
    UTILITY,
    Block,
    Branch,
    Edge,
    Graph,
    Layout,
)
from phantom_lab.flow_graph.placing import placed
from phantom_lab.history.encoding import digest
from phantom_lab.model import naming
from phantom_lab.reading.calls import Call
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.read import read
from phantom_lab.reading.starts import Ask, Start
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Function, functions

GATES = ("condition", "decision")
_KINDS = {"act": ACTION, "prompt": PROMPT, "prompt2": PROMPT, "task": PROMPT, "custom_function": CUSTOM_FUNCTION,
          "playbook": PLAYBOOK, "condition": FILTER, "decision": DECISION, "format": FORMAT}
"""What a function is by the first of these that it calls: the order decides."""
_DETAILS = {"act": "action", "custom_function": "custom_function", "playbook": "playbook"}
_PLAIN = frozenset({"debug", "error", "collect", "collect2", "concatenate", "get_run_data", "save_run_data",
                    "get_run_result", "save_block_result", "get_format_data", "completed", "print_errors"})
"""Calls that do not make a utility of a function."""


def graph_of(playbook: Playbook) -> Graph:
    """The graph of a playbook, made once of the same texts.

    Raises:
        PlaybookLoadError: its source cannot be read.
    """
    return _made(playbook)[0]


def layout_of(playbook: Playbook) -> Layout:
    """Where it is drawn: at the places of its export, and else at such that few edges cross.

    Raises:
        PlaybookLoadError: its source cannot be read.
    """
    return _made(playbook)[1]


_KEPT: dict[tuple[str, str, str], tuple[Graph, Layout]] = {}
_MOST = 256


def _made(playbook: Playbook) -> tuple[Graph, Layout]:
    key = playbook.name, digest(playbook.source), digest(playbook.export)
    if key not in _KEPT:
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        drawing = _drawing(playbook.export)
        graph = _Building(playbook, drawing).graph()
        meant = _meant(graph.owners)
        named = {meant(one.name): one.place for one in reversed(drawing.blocks)}
        _KEPT[key] = graph, placed(graph, {name: place for name, place in named.items() if place},
                                   sideways=drawing.classic)
    return _KEPT[key]


def _drawing(export: str) -> Drawing:
    try:
        return drawing_of(json.loads(export)) if export else Drawing()
    except (ValueError, RecursionError):
        return Drawing()


def _meant(functions: Iterable[str]) -> Callable[[str], str]:
    """Tells the function that an export means by a name; where the source has none, the name as it is."""
    known: dict[str, list[str]] = {}
    for one in functions:
        known.setdefault(naming.key(one), []).append(one)

    def function(name: str) -> str:
        alike = known.get(naming.key(name), [])
        return name if name in alike or len(alike) != 1 else alike[0]

    return function


class _Building:
    """Puts together what an export and a source say."""

    def __init__(self, playbook: Playbook, drawing: Drawing) -> None:
        self._playbook, self._drawing = playbook, drawing
        self._reading = read(playbook)
        self._flow = Flow(self._reading)
        self._meant = _meant(self._reading.functions)
        self._drawn = {self._meant(one.name): one for one in reversed(drawing.blocks)}
        self._nodes = {one.name: one for one in functions(self._reading.tree.body)}
        self._owners = {one: self._owner(one) for one in self._reading.functions}
        self._calls: dict[str, list[Call]] = defaultdict(list)
        for call in self._reading.calls:
            self._calls[call.function].append(call)

    def graph(self) -> Graph:
        lines = self._reading.functions
        own = [name for name in sorted(lines, key=lambda one: lines[one]) if self._owners[name] == name]
        names = [*own, *(name for name in self._drawn if name not in lines)]
        sides = {name: _gates(self._nodes[name], self._gates_of(name)) for name in own}
        blocks = tuple(self._block(name) for name in names)
        arrows = list(self._arrows())
        shown = {(one.source, one.target) for one in arrows}
        edges = [*arrows, *(one for one in self._ways(sides) if (one.source, one.target) not in shown)]
        ways = {one.name: len(one.branches) for one in blocks}
        return Graph(self._playbook.name, blocks, tuple(dict.fromkeys(
            one if one.branch is None or one.branch < ways[one.source] else Edge(one.source, one.target)
            for one in edges)), self._owners)

    def _owner(self, name: str) -> str:
        """The block that a function is a part of, as the editor generates them; itself else."""
        if name in self._drawn:
            return name
        for start, end in (("join_", ""), ("", "_callback"), ("loop_", "")):
            block = name.removeprefix(start).removesuffix(end)
            if block == name or f"{start}{block}{end}" != name or block not in self._reading.functions:
                continue
            if start == "join_":
                fits = any(one.target == block for one in self._flow.of[name])
            else:
                fits = any(isinstance(one.source, Ask) and one.source.function == block for one in self._flow.to[name])
            if fits:
                return block
        return name

    def _gates_of(self, name: str) -> list[Call]:
        return sorted((one for one in self._calls[name] if one.name in GATES), key=lambda one: one.line)

    def _block(self, name: str) -> Block:
        drawn, line = self._drawn.get(name), self._reading.functions.get(name, 0)
        kind, detail = (drawn.type, drawn.detail) if drawn else self._kind(name)
        gates = self._gates_of(name)
        labels = drawn.branches if drawn else ()
        lines = _by_number(gates)
        if len(labels) < len(gates):
            labels = (*labels, *_labels(gates)[len(labels):])
        branches = [Branch(label, lines.get(number, 0)) for number, label in enumerate(labels)]
        if not drawn and any(one.name == "decision" for one in gates):
            branches.append(Branch("else"))
        return Block(name, kind, detail, line, tuple(branches), drawn is not None)

    def _kind(self, name: str) -> tuple[str, str]:
        if name in ("on_start", "on_finish"):
            return (START if name == "on_start" else END), ""
        calls = self._calls[name]
        called = {one.name: one for one in reversed(calls)}
        for api, kind in _KINDS.items():
            if api in called:
                detail = called[api].get(_DETAILS[api]) if api in _DETAILS else ""
                return kind, detail if isinstance(detail, str) else ""
        if name not in self._playbook.blocks:
            return HELPER, ""
        deeds = [one.name for one in calls if one.name not in _PLAIN]
        return (UTILITY, ", ".join(dict.fromkeys(deeds))) if deeds else (CODE, "")

    def _arrows(self) -> Iterator[Edge]:
        """What the export draws."""
        for source, target, branch in self._drawing.arrows:
            yield Edge(self._meant(source), self._meant(target), branch)

    def _ways(self, sides: Mapping[str, Mapping[int, int]]) -> Iterator[Edge]:
        """What the source does."""
        for one in self._flow.starts:
            if isinstance(one.target, Ask):
                continue
            function = one.source.function if isinstance(one.source, Ask) else one.source
            source, target = self._owners[function], self._owners[one.target]
            if source != target or (one.target == target and not function.startswith("join_")):
                yield Edge(source, target, _branch(one, sides.get(function, {}), len(self._gates_of(function)))
                           if function == source else None)


def _by_number(gates: list[Call]) -> dict[int, int]:
    """Lines of calls by the index of the condition: a filter's name ends in it, decisions stand in their order."""
    found: dict[int, int] = {}
    for place, call in enumerate(gates):
        name = call.get("name")
        number = name.rpartition("condition_")[2] if isinstance(name, str) else ""
        known = number.isascii() and number.isdecimal() and 0 < int(number[:4]) <= len(gates)
        found.setdefault(int(number) - 1 if known else place, call.line)
    return found


def _labels(gates: list[Call]) -> tuple[str, ...]:
    decides = [one.name for one in gates]
    return tuple(f"condition_{number}" if api == "condition" else "if" if number == 1 else "else if"
                 for number, api in enumerate(decides, 1))


def _gates(node: Function, gates: list[Call]) -> dict[int, int]:
    """Which condition each ``if`` of a function asks, by the number that `Start.sides` has of it."""
    found: dict[int, int] = {}
    if not gates:
        return found
    index = {line: number for number, line in _by_number(gates).items()}
    asked: dict[str, int] = {}
    for one in sorted((part for part in ast.walk(node) if isinstance(part, ast.Assign | ast.If)),
                      key=lambda part: (part.lineno, part.col_offset)):
        lines = range(one.lineno, (one.end_lineno or one.lineno) + 1)
        if isinstance(one, ast.Assign):
            number = next((index[line] for line in lines if line in index), None)
            for name in (part.id for target in one.targets for part in ast.walk(target) if isinstance(part, ast.Name)):
                asked.pop(name, None)
                if number is not None:
                    asked[name] = number
        else:
            test = range(one.test.lineno, (one.test.end_lineno or one.test.lineno) + 1)
            number = next((asked[part.id] for part in ast.walk(one.test)
                           if isinstance(part, ast.Name) and part.id in asked), None)
            number = next((index[line] for line in test if line in index), number)
            if number is not None:
                found[id(one)] = number
    return found


def _branch(start: Start, gates: Mapping[int, int], count: int) -> int | None:
    """The branch that a start lies on: the last condition that holds there, else the one behind all conditions."""
    asked = [(gates[place], side) for place, side in start.sides if place in gates]
    held = [number for number, side in asked if side == 1]
    return held[-1] if held else count if asked else None


