"""Data built out of paths: ``data.*.score`` and its value become ``{"data": [{"score": 5}]}``."""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache
from typing import Any

from phantom_lab.later import dataclass, regex

Steps = tuple[str, ...]
STAR = "*"
_LONGEST = 20
"""Elements of a list that a path with an index asks for."""
_STEP = regex(r'(?:^|\.)(?:"((?:[^"\\]|\\.)*)"(?=\.|\Z)|([^.]*))', re.DOTALL)


@lru_cache(maxsize=16_384)
def steps_of(path: str) -> Steps:
    """The steps of a path below ``action_result``: ``data`` is a list, and ``summary`` is none, whatever a path says.

    A step that holds a dot stands in quotes.
    """
    found = tuple(plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
                  for quoted, plain in (match.groups() for match in _STEP.finditer(path)))
    steps = found[1:] if found[:1] == ("action_result",) else ()
    if steps[:1] == ("data",) and len(steps) > 1 and steps[1] != STAR and not steps[1].isdecimal():
        return "data", STAR, *steps[1:]
    while steps[:2] == ("summary", STAR):
        steps = ("summary", *steps[2:])
    return steps


@lru_cache(maxsize=16_384)
def name_of(steps: Steps) -> str:
    """The last step that is a name."""
    return next(reversed(names_of(steps)), "")


@lru_cache(maxsize=16_384)
def names_of(steps: Steps) -> Steps:
    """The steps that are names."""
    return tuple(step for step in steps if step != STAR and not step.isdecimal())


@dataclass(slots=True)
class Shape:
    """A value, or what is below it. What stands below wins over a value, and a fixed value over all.

    Published manifests declare the same node as list and as object, or as value and as object: a list wins, and its
    elements have the object's keys, which datapaths read in both ways.
    """

    below: dict[str, Shape] = field(default_factory=dict)
    value: Any = None
    filled: bool = False
    fixed: bool = False
    keyed: bool = False
    """Whether a number below it is the key of an object."""

    def put(self, steps: Steps, value: Any, *, keyed: bool = False, fixed: bool = False) -> None:
        """Set the value at a path; the first one stays, unless another is fixed.

        Args:
            keyed: whether numbers on the way are keys of objects, not places in lists.
            fixed: whether it stands for everything below it, too.
        """
        node = self
        for place, step in enumerate(steps):
            node.keyed = node.keyed or steps[:place] == ("summary",) or (keyed and place > 1 and step.isdecimal())
            node = node.below.setdefault(step, Shape())
        if fixed or not node.filled:
            node.value, node.filled, node.fixed = value, True, fixed or node.fixed
        if fixed:
            node.below.clear()

    def made(self) -> Any:
        """The value."""
        if self.fixed or not self.below:
            return self.value
        places = [step for step in self.below if step == STAR or (step.isdecimal() and not self.keyed)]
        names = {step: one for step, one in self.below.items() if step not in places and not step.isdecimal()}
        any_key = bool(names) and places == [STAR] and not self.below[STAR].below  # `x.*` beside `x.name`, both values
        if not places or any_key:
            return self._object()
        element = Shape(names)
        for step, one in self.below.items():
            if step not in names:
                element._take(one)
        last = max((int(step) for step in places if step != STAR), default=0)
        return [element.made() for _ in range(min(last, _LONGEST - 1) + 1)]

    def _object(self) -> dict[str, Any]:
        """An object. Where keys are names, some with a blank, and all values plain, a dot is part of a name."""
        below = {step: one for step, one in self.below.items() if step != STAR}
        if any(" " in step for step in below):
            chains = dict(one._chain(step) for step, one in below.items())
            below = chains if not any(one.below for one in chains.values()) else below
        return {step: one.made() for step, one in below.items()}

    def _chain(self, name: str) -> tuple[str, Shape]:
        """What is below as long as there is one thing, and the steps to it in one."""
        node = self
        while len(node.below) == 1 and STAR not in node.below:
            (step, node), = node.below.items()
            name = f"{name}.{step}"
        return name, node

    def _take(self, other: Shape) -> None:
        """Add what another one of the same place holds."""
        for step, one in other.below.items():
            self.below.setdefault(step, Shape())._take(one)
        self.keyed = self.keyed or other.keyed
        if other.filled and (other.fixed or not self.filled):
            self.value, self.filled, self.fixed = other.value, True, other.fixed
