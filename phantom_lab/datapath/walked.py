"""How a datapath is walked, step by step: how many values there are after each, and where it loses them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from phantom_lab.datapath.path import STAR, Step


@dataclass(frozen=True, slots=True)
class Level:
    """What is there after a step."""

    step: str
    """Empty: the records, before the first."""
    there: int
    """Values that are not None."""
    lost: int
    """Values in which the step found nothing."""
    odd: str = ""
    """``list`` where a list was met without a star, and all its elements were read; ``object`` where a star met one."""
    samples: tuple[Any, ...] = ()
    """The first values."""
    before: tuple[Any, ...] = ()
    """The first values in which the step found nothing."""


def walked(records: Iterable[Any], steps: Sequence[Step], *, samples: int = 3) -> list[Level]:
    """The levels of a walk, as `phantom_lab.datapath.collect` does it for one path; the first are the records.

    Args:
        samples: values that stand for those of a level.
    """
    values = list(records)
    levels = [_level("", values, [], "", samples)]
    for place, step in enumerate(steps):
        values, lost, odd = _down(values, step, of_list=place > 0 and steps[place - 1] is STAR)
        levels.append(_level("*" if step is STAR else str(step), values, lost, odd, samples))
    return levels


def _level(step: str, values: list[Any], lost: list[Any], odd: str, samples: int) -> Level:
    there = [one for one in values if one is not None]
    return Level(step, len(there), len(lost), odd, tuple(there[:samples]), tuple(lost[:samples]))


def _down(values: list[Any], step: Step, *, of_list: bool) -> tuple[list[Any], list[Any], str]:
    found: list[Any] = []
    lost: list[Any] = []
    odd = ""
    for value in values:
        if isinstance(value, list) and step is not STAR and not isinstance(step, int):
            below = [_key(item, step) for item in _flat(value)] if value or of_list else [None]
            odd = "list"
        elif isinstance(value, list):
            below = [value[step] if step < len(value) else None] if isinstance(step, int) else value or [None]
        elif step is STAR:
            odd = "object" if isinstance(value, dict) else odd
            below = [value]
        else:
            below = [_key(value, step)]
        if value is not None and all(one is None for one in below):
            lost.append(value)
        found += below
    return found, lost, odd


def _key(value: Any, step: Step) -> Any:
    if not isinstance(value, dict):
        return None
    return value.get(step, value.get(str(step))) if isinstance(step, int) else value.get(step)


def _flat(values: list[Any]) -> list[Any]:
    """What lists in lists hold; an empty one counts as one None."""
    found: list[Any] = []
    stack = [iter(values or [None])]
    while stack:
        for item in stack[-1]:
            if isinstance(item, list) and item:
                stack.append(iter(item))
                break
            found.append(None if isinstance(item, list) else item)
        else:
            stack.pop()
    return found
