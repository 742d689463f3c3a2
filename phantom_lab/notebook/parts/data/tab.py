"""A tab: what it says of itself, and how its table is made once somebody opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from phantom_lab.notebook.page import Page

CHIPS = 24
"""Tables within a tab that can be chosen."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One of several tables of a tab."""

    key: str
    label: str
    make: Callable[[], Page]
    count: str = ""
    kind: str = ""
    """``good`` or ``bad``: how it went."""
    wait: str = ""
    """What making it takes, where that is more than a look."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; its first table is shown unless another is chosen."""

    key: str
    label: str
    group: str
    chips: Sequence[Chip]
    count: str = ""
    changed: str = ""
    """In words, what is not as it was at the last step."""
    kind: str = ""
    chosen: str = ""
    """The table that is shown first, where that is not the first one."""
    note: str = ""
    """How many tables there are of which only some can be chosen."""
    title: str = ""
    """More about the tab than its label."""
    argument: str = ""
    """The argument that it shows."""
    large: bool = False
    """Whether what is in it is not counted before it is opened."""

    def chip(self, key: str) -> Chip:
        """The table that is shown: the one that somebody chose, where it is still there."""
        wanted = {one.key: one for one in self.chips}
        return wanted.get(key) or wanted.get(self.chosen) or self.chips[0]


def single(key: str, label: str, group: str, make: Callable[[], Page], *, count: str = "", changed: str = "",
           kind: str = "", title: str = "") -> Tab:
    """A tab with one table."""
    return Tab(key, label, group, [Chip("", label, make)], count, changed, kind, title=title)
