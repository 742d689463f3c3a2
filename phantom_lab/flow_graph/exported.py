"""What the visual editor's export draws: blocks with their places, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phantom_lab.flow_graph.graph import (
    ACTION,
    CODE,
    CUSTOM_FUNCTION,
    DECISION,
    END,
    FILTER,
    FORMAT,
    PLAYBOOK,
    PROMPT,
    START,
    UTILITY,
    Point,
)
from phantom_lab.reading.export import ACTIONS, function_of, object_of, objects_of, text_of

_MODERN = {"start": START, "end": END, "filter": FILTER, "decision": DECISION, "code": CODE, "format": FORMAT,
           "prompt": PROMPT, "playbook": PLAYBOOK, "utility": UTILITY, **dict.fromkeys(ACTIONS, ACTION)}
_CLASSIC = {"coa.Action": ACTION, "coa.Filter": FILTER, "coa.Decision": DECISION, "coa.Format": FORMAT,
            "coa.Prompt": PROMPT, "coa.Task": PROMPT, "coa.FunctionBlock": CODE, "coa.API": UTILITY,
            "coa.CustomFunctionBlock": CUSTOM_FUNCTION, "coa.CallPlaybook": PLAYBOOK, "coa.StartEnd": END}
_FAR = 1e6
"""Pixels: no editor draws anything as far away."""
_MODERN_LEFT = {START: 20, END: 20, FILTER: 60, DECISION: 80, PROMPT: 80}
"""Pixels by which the left side of a block is right of that of a wide one in the same column."""
_MODERN_SIZE, _CLASSIC_SIZE = (300, 100), (180, 100)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block as an export draws it."""

    name: str
    type: str
    detail: str
    place: Point | None
    """Its middle, in pixels of the editor."""
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What an export draws."""

    blocks: tuple[Drawn, ...] = ()
    arrows: tuple[tuple[str, str, int | None], ...] = ()
    """From, to, and the index of the branch."""
    classic: bool = False


def drawing_of(export: Any) -> Drawing:
    """What an export draws; nothing where it is of another shape.

    Args:
        export: the JSON value of the whole file.
    """
    data = object_of(object_of(object_of(export).get("coa")).get("data"))
    nodes = data.get("nodes")
    if isinstance(nodes, dict | list) and nodes:
        return _modern(list(nodes.values()) if isinstance(nodes, dict) else nodes, data.get("edges"))
    return _classic(objects_of(object_of(data.get("joint")).get("cells")))


def _modern(nodes: list[Any], edges: Any) -> Drawing:
    found: dict[str, Drawn] = {}
    for node in objects_of(nodes):
        data, kind = object_of(node.get("data")), _MODERN.get(text_of(node.get("type")), UTILITY)
        named = text_of(object_of(data.get("customFunction")).get("name"))
        if kind == UTILITY and text_of(data.get("utilityType")) == "custom_function":
            kind = CUSTOM_FUNCTION
        details = {ACTION: text_of(data.get("action")), PLAYBOOK: text_of(data.get("playbookName")),
                   CUSTOM_FUNCTION: named, UTILITY: ", ".join(map(str, object_of(data.get("utilities"))))}
        if name := text_of(data.get("functionName")):
            found[str(node.get("id"))] = Drawn(name, kind, details.get(kind, ""),
                                               _middle(node, _MODERN_SIZE, _MODERN_LEFT.get(kind, 0)),
                                               _modern_branches(kind, objects_of(data.get("conditions"))))
    arrows: dict[tuple[str, str, int | None], None] = {}
    for edge in objects_of(edges):
        source, target = (found.get(str(edge.get(end))) for end in ("sourceNode", "targetNode"))
        if source and target:
            ways = [one.get("index") for one in objects_of(edge.get("conditions"))]
            known: list[int | None] = [one for one in ways if isinstance(one, int) and 0 <= one < len(source.branches)]
            for way in known or [None]:
                arrows[source.name, target.name, way] = None
    return Drawing(tuple(found.values()), tuple(arrows))


def _modern_branches(kind: str, conditions: list[dict[str, Any]]) -> tuple[str, ...]:
    """Their names; where the author gave none, those of the editor."""
    usual = [f"condition_{number}" if kind == FILTER else text_of(one.get("display")) or text_of(one.get("type"))
             for number, one in enumerate(conditions, 1)]
    return tuple(text_of(one.get("customName")) or other for one, other in zip(conditions, usual, strict=True))


def _classic(cells: list[dict[str, Any]]) -> Drawing:
    found: dict[str, Drawn] = {}
    for cell in cells:
        kind = _CLASSIC.get(text_of(cell.get("type")))
        if kind is None:
            continue
        name, details = function_of(cell), {
            ACTION: text_of(cell.get("action")), PLAYBOOK: text_of(cell.get("playbook")),
            CUSTOM_FUNCTION: text_of(cell.get("customFunction")), UTILITY: text_of(cell.get("api"))}
        if kind == END:
            kind, name = (END, "on_finish") if cell.get("inPorts") else (START, "on_start")
        branches = _classic_branches(kind, objects_of(cell.get("outputs"))) if kind in (FILTER, DECISION) else ()
        size = tuple(object_of(cell.get("size")).get(one) for one in ("width", "height"))
        place = _middle(object_of(cell.get("position")), size if all(map(_near, size)) else _CLASSIC_SIZE)
        found[str(cell.get("id"))] = Drawn(name, kind, details.get(kind, ""), place, branches)
    arrows: dict[tuple[str, str, int | None], None] = {}
    for cell in cells:
        ends = object_of(cell.get("source")), object_of(cell.get("target"))
        source, target = (found.get(str(end.get("id"))) for end in ends)
        if source and target:
            _, dash, number = text_of(ends[0].get("port")).rpartition("out-")
            way = int(number) - 1 if dash and number.isascii() and number.isdecimal() and len(number) < 4 else -1
            arrows[source.name, target.name, way if 0 <= way < len(source.branches) else None] = None
    return Drawing(tuple(found.values()), tuple(arrows), classic=True)


def _classic_branches(kind: str, outputs: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(f"condition_{number}" if kind == FILTER else text_of(one.get("display"))
                 for number, one in enumerate(outputs, 1))


def _middle(given: Mapping[str, Any], size: tuple[Any, ...], left: float = 0) -> Point | None:
    x, y = given.get("x"), given.get("y")
    return (x - left + size[0] / 2, y + size[1] / 2) if _near(x) and _near(y) else None  # type: ignore[operator]


def _near(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < _FAR
