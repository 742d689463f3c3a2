"""What a playbook tells of its actions before it runs: whose they are, and what is read of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from phantom_lab.datapath import STAR, Family, Path, parse
from phantom_lab.datapath.compare import OPERATORS
from phantom_lab.errors import LabError
from phantom_lab.later import regex
from phantom_lab.model import naming
from phantom_lab.outcomes.declared import Connector, Demand, Read
from phantom_lab.reading import texts
from phantom_lab.reading.digging import digs
from phantom_lab.reading.export import connectors_of
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source as Text

_DEEPEST = 50
"""Steps of a datapath that results are made for."""
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "in": "==", "not in": "!="}
"""What a comparison says of its right side, of a single value."""
_PLAIN = regex(r"[^.\"\\]+")


def demand_of(playbook: Playbook) -> Demand:
    """What a playbook's source, and the export beside it, tell of its actions. Never raises for odd ones.

    Returns:
        Connectors by block name; reads by block name, in the order of the source.
    """
    return _demand(playbook.name, playbook.source, playbook.path, _stamp(playbook.path))


@lru_cache(maxsize=128)
def _demand(name: str, source: str, path: File | None, stamp: int) -> Demand:
    """`demand_of`, once for each state of source and export."""
    try:
        reading = read(Text(name, source, path))
    except LabError:
        return Demand(connectors_of(path))
    exported = connectors_of(path)
    connectors = {name: exported[found[0]] for name in reading.functions if (found := naming.meant(name, exported))}
    return Demand({**exported, **connectors, **_renamed(reading, connectors)}, _reads(reading))


def _stamp(path: File | None) -> int:
    try:
        return path.with_suffix(".json").stat().st_mtime_ns if path else 0
    except OSError:
        return 0


def _renamed(reading: Reading, connectors: dict[str, Connector]) -> dict[str, Connector]:
    """Connectors of actions that are called otherwise than the function they stand in."""
    return {name: connectors[call.function] for call in reading.calls_of("act")
            if isinstance(name := call.get("name"), str) and name not in connectors and call.function in connectors}


def _reads(reading: Reading) -> dict[str, tuple[Read, ...]]:
    found: dict[str, dict[str, Read]] = {}
    dug, numbers = _dug(reading)
    for block, one in (*_compared(reading), *_collected(reading), *dug):
        paths = found.setdefault(block, {})
        known = paths.setdefault(one.path, one)
        fresh = tuple(each for each in one.comparisons if each not in known.comparisons)
        paths[one.path] = replace(known, comparisons=known.comparisons + fresh)
    return {block: tuple(replace(one, type="numeric" if (block, one.path) in numbers else "") for one in paths.values())
            for block, paths in found.items()}


def _collected(reading: Reading) -> Iterator[tuple[str, Read]]:
    for one in texts.datapaths(reading):
        if place := _place(compiled(one)):
            yield place[0], Read(place[1], line=one.call.line, function=one.call.function)


def _compared(reading: Reading) -> Iterator[tuple[str, Read]]:
    for one in texts.conditions(reading):
        if isinstance(one.operator, str) and one.operator in OPERATORS:
            left, right = _side(one, one.left), _side(one, one.right)
            if left and _is_literal(one, one.right):
                yield left[0], Read(left[1], ((one.operator, one.right),), line=one.call.line,
                                    function=one.call.function)
            if right and _is_literal(one, one.left):
                mirrored = _MIRRORED.get(one.operator, one.operator)
                yield right[0], Read(right[1], ((mirrored, one.left),), line=one.call.line,
                                     function=one.call.function)


def _dug(reading: Reading) -> tuple[list[tuple[str, Read]], set[tuple[str, str]]]:
    """What code digs out of results, and what of it, or of results themselves, it takes for numbers."""
    read, numbers = digs(reading, lambda text: _start(parse(text)))
    return ([(block, Read(_joined(steps), line=line, function=reading.function_at(line), dug=True))
             for (block, steps), line in read.items() if len(steps) <= _DEEPEST],
            {(block, _joined(steps)) for block, steps in numbers})


def _joined(steps: tuple[str | int, ...]) -> str:
    return ".".join(map(_written, steps))


def _side(condition: texts.Condition, side: Any) -> tuple[str, str] | None:
    return _place(compiled(texts.Datapath(side, condition.call, True))) if isinstance(side, str) else None


def _is_literal(condition: texts.Condition, side: Any) -> bool:
    if isinstance(side, str):
        return compiled(texts.Datapath(side, condition.call, True)) is None
    return side is None or isinstance(side, bool | int | float) or (
        isinstance(side, list) and all(isinstance(one, str | int | float) for one in side))


def _place(path: Path | None) -> tuple[str, str] | None:
    """The block, and the path behind it, that a datapath reads of action results."""
    start = _start(path)
    return (start[0], _joined(start[1])) if start and len(start[1]) <= _DEEPEST else None


def _start(path: Path | None) -> tuple[str, tuple[str | int, ...]] | None:
    if path is None or path.source is not Family.ACTION_RESULT or not path.block or path.steps[0] != "action_result":
        return None
    return path.block, tuple("*" if step is STAR else step for step in path.steps)


def _written(step: str | int) -> str:
    """A step in a path's text: in quotes where it holds what means something else there."""
    if isinstance(step, int) or step == "*" or _PLAIN.fullmatch(step):
        return str(step)
    return '"' + re.sub(r'(["\\])', r"\\\1", step) + '"'
