"""Where in two values they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phantom_lab.later import dataclass

MOST = 100
"""Places of two values that are told."""


class Absent:
    """Stands for a value that is not there."""

    def __repr__(self) -> str:
        return "(nothing)"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Apart:
    """A place in two values, with what stands there."""

    path: str
    """Such as ``data.0.score``; empty: the values themselves."""
    left: Any
    """`ABSENT` where there is nothing."""
    right: Any

    def to_json(self) -> dict[str, Any]:
        """Without the side on which there is nothing."""
        sides = {"left": self.left, "right": self.right}
        return {"path": self.path, **{key: one for key, one in sides.items() if one is not ABSENT}}


def apart(left: Any, right: Any) -> list[Apart]:
    """The innermost places in which two values of JSON differ, in the order of their keys, at most `MOST`."""
    found: list[Apart] = []
    for one in _apart(left, right):
        found.append(one)
        if len(found) == MOST:
            break
    return found


def _apart(left: Any, right: Any) -> Iterator[Apart]:
    waiting = [("", left, right)]
    while waiting:  # values may be nested more deeply than Python calls
        path, one, other = waiting.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            names = dict.fromkeys([*one, *other])
            inner = [(_join(path, name), one.get(name, ABSENT), other.get(name, ABSENT)) for name in names]
        elif isinstance(one, list) and isinstance(other, list):
            inner = [(_join(path, str(n)), one[n] if n < len(one) else ABSENT, other[n] if n < len(other) else ABSENT)
                     for n in range(max(len(one), len(other)))]
        elif _same(one, other):
            continue
        else:
            yield Apart(path, one, other)
            continue
        waiting += reversed(inner)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are of one text: 1 is not True."""
    return type(one) is type(other) and bool(one == other)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
