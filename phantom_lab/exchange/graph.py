"""The graph of an export: which block each function of the source is of, and what code the export holds of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.model import naming

MODERN, CLASSIC, NONE, FUNCTION = "modern", "classic", "none", "custom function"
WITHOUT_MARKS = frozenset({"start", "decision", "filter", "prompt"})
"""Types of nodes into whose functions the editor of today writes no marks (observed: none of 569, and all others)."""
DATA = ("coa", "data")
CLASSIC_CODE = "userGeneratedCode"
"""Where a classic block has what ``userCode`` is of one of today."""
_DEF = re.compile(r"^def (\w+)\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Node:
    """A block as the export holds it."""

    function: str
    type: str
    path: tuple[str | int, ...]
    """Of its object in the export."""
    code: str | None
    """Between its marks; None where it has the usual text."""
    code_key: str
    own: str | None
    """The whole function, where somebody edited it in the editor: it is kept as it is, and has no marks."""
    any_api: bool = False
    """Whether it may call any function of the API."""
    data: dict[str, Any] = field(default_factory=dict)
    """Its settings."""
    shown: str = ""
    """Of a classic block, its whole function as the editor last showed it, where that has its code once."""

    @property
    def marks(self) -> bool:
        """Whether its function has marks."""
        return (self.type not in WITHOUT_MARKS or self.code is not None) and self.own is None


@dataclass(frozen=True, slots=True)
class Graph:
    """What an export tells of the code."""

    kind: str
    """``modern``, ``classic``, ``none`` where it has no blocks, or ``custom function``."""
    nodes: dict[str, Node]
    """By name of the function."""
    shared: str
    """The global custom code."""
    hash: str
    """Of the code, in hexadecimal; empty where there is none."""
    misfit: tuple[str, ...] = ()
    """Functions that several blocks claim."""


def graph_of(export: Any) -> Graph:
    """Read an export that was decoded; what is of another shape is as if it were not there."""
    export = _object(export)
    if "coa" not in export and {"inputs", "outputs"} <= export.keys():
        return Graph(FUNCTION, {}, "", "")
    data = _object(_object(export.get("coa")).get("data"))
    modern = _object(data.get("nodes"))
    found = list(_modern(modern) if modern else _classic(_object(data.get("joint")).get("cells")))
    nodes: dict[str, Node] = {}
    twice = []
    for one in found:
        if one.function in nodes:
            twice.append(one.function)
        nodes.setdefault(one.function, one)
    kind = MODERN if modern else CLASSIC if _object(data.get("joint")) else NONE
    return Graph(kind, nodes, str(data.get("globalCustomCode" if modern else "code_block") or ""),
                 str(data.get("hash") or ""), tuple(twice))


def _modern(nodes: dict[str, Any]) -> Iterator[Node]:
    for key, node in nodes.items():
        data = _object(_object(node).get("data"))
        if name := naming.key(str(data.get("functionName") or "")):
            yield Node(name, str(node.get("type") or ""), (*DATA, "nodes", key), _text(node.get("userCode")),
                       "userCode", _text(node.get("customCode")) or None,
                       any_api=node.get("type") == "utility" and data.get("utilityType") != "custom_function",
                       data=data)


def _classic(cells: Any) -> Iterator[Node]:
    """Only the blocks that have marks: those of custom code."""
    for number, cell in enumerate(cells if isinstance(cells, list) else []):
        code, block = (_text(_object(cell).get(key)) for key in (CLASSIC_CODE, "block_code"))
        if code is not None and block is not None and (name := _DEF.search(block)):
            yield Node(name[1], str(cell.get("type") or ""), (*DATA, "joint", "cells", number), code,
                       CLASSIC_CODE, None, shown=block if block.count(code) == 1 else "")


def _text(given: Any) -> str | None:
    return given if isinstance(given, str) else None


def objects(given: Any) -> list[dict[str, Any]]:
    """The objects in a list; nothing of anything else."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _object(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}
