"""What is told of one place several times, told once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from phantom_lab.views.rows import Remark


Row = TypeVar("Row", bound="Remark")


def counted(found: Iterable[Row]) -> list[Row]:
    """Those that differ in more than their invocation, each with ``count``: how many there were, this one included."""
    together: dict[tuple[object, ...], Row] = {}
    for one in found:
        place = one["run"], one["block"], one["line"], one["message"]
        if place not in together:
            together[place] = one.copy()
            together[place]["count"] = 0
        together[place]["count"] += 1
    return list(together.values())
