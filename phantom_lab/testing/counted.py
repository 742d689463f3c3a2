"""What the tests of a playbook reached of it: blocks, branches (plain ``if``s among them) and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.trials.coverage import Branch, Coverage


@dataclass(frozen=True, slots=True)
class Reached:
    """What one run reached of its playbook; blocks and branches are told by its journal."""

    playbook: str
    """The file."""
    blocks: frozenset[str]
    branches: frozenset[Branch]
    arcs: tuple[tuple[int, int], ...] = ()
    """Lines that followed each other, where lines are measured."""


@dataclass(slots=True)
class Counted:
    """One playbook, and what all of its tests reached."""

    playbook: str
    all_blocks: frozenset[str]
    all_branches: frozenset[Branch]
    uncounted: int
    """Places that may go several ways and are not counted: ``explore`` names them."""
    blocks: set[str] = field(default_factory=set)
    branches: set[Branch] = field(default_factory=set)
    lines: tuple[int, int] | None = None
    """How many were executed, and how many there are; None: they were not measured."""

    @property
    def missed(self) -> list[str]:
        """Blocks and branches that no test reached, in words."""
        blocks = self.all_blocks - self.blocks
        return [*sorted(blocks), *(str(one) for one in sorted(self.all_branches - self.branches)
                                   if one.function not in blocks)]

    def shares(self) -> Iterator[tuple[str, int, int]]:
        """What is counted, how many were reached, and how many there are."""
        yield "blocks", len(self.blocks), len(self.all_blocks)
        yield "branches", len(self.branches), len(self.all_branches)
        if self.lines is not None:
            yield "lines", *self.lines

    def to_json(self) -> dict[str, Any]:
        """For tools."""
        return {"playbook": self.playbook, **{name: {"reached": count, "all": every}
                                              for name, count, every in self.shares()}, "missed": self.missed,
                "not_counted": self.uncounted}


def there_is(coverage: Coverage, file: str) -> Counted:
    """What there is to reach in a playbook."""
    return Counted(file, coverage.functions, coverage.branches, len(coverage.uncounted))


def reached(coverage: Coverage, run: PlaybookRun, file: str, arcs: Iterable[tuple[int, int]] = ()) -> Reached:
    """What a watched run did of it."""
    own = coverage.fresh()
    own.add([run], run.playbook.file)
    return Reached(file, frozenset(own.seen & own.functions), frozenset(own.taken & own.branches), tuple(arcs))


def percent(count: int, every: int) -> float:
    """Of nothing, everything is reached."""
    return 100 * count / every if every else 100.0
