"""Rows: what one record gives for several paths at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phantom_lab.datapath.path import STAR, Step

Steps = tuple[Step, ...]


def rows(record: Any, paths: Sequence[Steps]) -> list[list[Any]]:
    """Walk several paths in one record.

    A path through a list gives one row per element. Cells of a shallower path are repeated for every row of a
    deeper one; two paths through *different* lists are paired by position and padded with None (assumed). A
    missing value, and an empty list on the way, gives None, never a missing row.

    Returns:
        At least one row, each with one cell per path.
    """
    cells: list[Any] = [None] * len(paths)
    groups: dict[Steps, tuple[list[Any], list[int], list[Steps]]] = {}
    for number, steps in enumerate(paths):
        value, prefix, rest = _walk(record, steps)
        if rest is None:
            cells[number] = value
        else:
            _, numbers, rests = groups.setdefault(prefix, (value, [], []))
            numbers.append(number)
            rests.append(rest)
    if not groups:
        return [cells]
    columns = []
    for items, numbers, rests in groups.values():
        found = [row for item in items for row in rows(item, rests)] or [[None] * len(numbers)]
        columns.append((numbers, found))
    table = []
    for position in range(max(len(found) for _, found in columns)):
        row = cells.copy()
        for numbers, found in columns:
            if position < len(found):
                for number, value in zip(numbers, found[position], strict=True):
                    row[number] = value
        table.append(row)
    return table


def _walk(value: Any, steps: Steps) -> tuple[Any, Steps, Steps | None]:
    """Go down until the path ends or a list has to be spread.

    Returns:
        ``(leaf, _, None)``, or ``(list, steps to it without stars, steps below it)``.
    """
    prefix: list[Step] = []
    for position, step in enumerate(steps):
        if isinstance(value, list):
            if step is STAR:
                return value, tuple(prefix), steps[position + 1:]
            if not isinstance(step, int):  # a list met without a star is spread all the same
                return value, tuple(prefix), steps[position:]
            value = value[step] if step < len(value) else None
        elif isinstance(value, dict):
            if step is STAR:
                continue  # one object where a list could be: it stands for its only element
            value = value.get(step, value.get(str(step))) if isinstance(step, int) else value.get(step)
        elif step is not STAR:
            return None, (), None
        prefix.append(step)
    return value, (), None
