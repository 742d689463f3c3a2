"""What is told of one place several times, told once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_PLACE = ("run", "block", "line", "message")


def counted(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that differ in more than their invocation, each with ``count``: how many there were, this one included."""
    together: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in found:
        first = together.setdefault(tuple(one[name] for name in _PLACE), {**one, "count": 0})
        first["count"] += 1
    return list(together.values())
