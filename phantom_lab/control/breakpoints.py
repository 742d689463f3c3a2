"""Where a stepped run comes to rest besides the next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from types import CodeType
from typing import Any

from phantom_lab.engine.binding import CALLBACK_ARGUMENTS
from phantom_lab.errors import StepperError, shown
from phantom_lab.later import dataclass
from phantom_lab.misspelt import Attributes, closest, keyworded, meant, say
from phantom_lab.views.watching import check_watched

EVENTS = frozenset({"failure", "not_emulated"})


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """One place to rest at. Blocks are named, so that a breakpoint survives a change of the playbook."""

    block: str
    """Name of a block; ``*``, ``?`` and ``[…]`` match as in file names."""
    when: str = "before"
    """``before`` the block executes, or ``after`` it."""
    hits: int = 1
    """Rest from this hit on."""
    condition: str = ""
    """Python expression over the keyword arguments, such as ``success is False``; empty: always."""
    code: CodeType | None = None

    def holds(self, arguments: dict[str, Any]) -> bool:
        """Evaluate the condition over copies of the arguments; whatever it raises is the caller's to show."""
        return self.code is None or bool(eval(self.code, dict.fromkeys(CALLBACK_ARGUMENTS) | arguments))

    def __str__(self) -> str:
        parts = [self.when, self.block, f"from hit {self.hits}" if self.hits > 1 else "",
                 f"if {self.condition}" if self.condition else ""]
        return " ".join(part for part in parts if part)


@keyworded
class Breakpoints(Attributes):
    """Breakpoints by block, events to rest at, and blocks to pass by.

    A lab keeps one for all its runs: what is set stays set when a changed playbook is stepped again.
    """

    def __init__(self, blocks: Iterable[str] = ()) -> None:
        self._points: dict[tuple[str, str], Breakpoint] = {}
        self.changes: set[str] = set()
        """Expressions, as of `phantom_lab.watch`: rest at the next invocation after the value of one has changed."""
        self.events: set[str] = set()
        """Of ``failure`` (a block raised, or is told of a failed action) and ``not_emulated``."""
        self.ignored: set[str] = set()
        """Blocks that no step rests at."""
        self.logged: set[str] = set()
        """Blocks that no step rests at, and whose arguments are noted in the journal instead."""
        self._blocks: set[str] = set()
        """Those of the playbooks that were stepped so far."""
        self.update(blocks)

    def add(self, block: str, *, when: str = "before", hits: int = 1, condition: str = "") -> None:
        """Rest at a block; one that no playbook stepped so far has is told in one line.

        Raises:
            StepperError: an impossible `when`, `hits` or `condition`.
        """
        if not isinstance(block, str) or not isinstance(condition, str):
            raise StepperError("a breakpoint needs the name of a block, and a condition as text")
        if when not in ("before", "after"):
            raise StepperError(f"a breakpoint is 'before' or 'after' a block, not {when!r}")
        if not isinstance(hits, int) or isinstance(hits, bool) or hits < 1:
            raise StepperError(f"the hit count of a breakpoint is a number from 1, not {hits!r}")
        try:
            code = compile(condition.strip(), "<condition>", "eval") if condition.strip() else None
        except (SyntaxError, ValueError, MemoryError, RecursionError) as exc:
            reason = exc.args[0] if exc.args else type(exc).__name__
            raise StepperError(f"the condition {condition[:200]!r} is no Python expression: {reason}") from None
        self._points[block, when] = Breakpoint(block, when, hits, condition.strip(), code)
        if self._blocks:
            self._tell([block])

    def check(self, blocks: Iterable[str]) -> None:
        """Tell in one line each what fits none of these blocks, nor one of a playbook that was stepped before."""
        self._blocks.update(blocks)
        self._tell(dict.fromkeys([*(point.block for point in self), *self.ignored, *self.logged]))

    def update(self, blocks: Iterable[str]) -> None:
        """Rest before each of these blocks."""
        for block in [blocks] if isinstance(blocks, str) else blocks:
            self.add(block)

    def discard(self, block: str) -> None:
        """No longer rest at a block, before or after; where nothing did, it says so in one line."""
        found = [key for key in self._points if key[0] == block]
        for key in found:
            del self._points[key]
        if not found:
            say(f"there is no breakpoint at {block!r}{closest(str(block), (point.block for point in self))}")

    def on(self, event: str) -> None:
        """Rest on ``failure`` or at the first thing that is ``not_emulated``.

        Raises:
            StepperError: there is no such event.
        """
        if event not in EVENTS:
            raise StepperError(f"no event {event!r}", hint=meant(str(event), sorted(EVENTS)))
        self.events.add(event)

    def on_change(self, expression: str) -> None:
        """Rest whenever the value of an expression has changed, such as ``container:severity``.

        Raises:
            InputError: it is no expression that can be watched.
        """
        check_watched(expression)
        self.changes.add(expression)

    def clear(self) -> None:
        """Remove everything."""
        self._points.clear()
        for names in (self.changes, self.events, self.ignored, self.logged):
            names.clear()

    def at(self, block: str, when: str) -> list[Breakpoint]:
        """The breakpoints that a block meets."""
        self._blocks.add(block)  # of a child playbook or a custom function, too
        return [point for point in self._points.values() if point.when == when and fnmatchcase(block, point.block)]

    def passes_by(self, block: str) -> bool:
        """Whether no step rests at a block."""
        return self.logs(block) or any(fnmatchcase(block, name) for name in self.ignored)

    def logs(self, block: str) -> bool:
        """Whether a block's arguments are noted instead."""
        return any(fnmatchcase(block, name) for name in self.logged)

    def _tell(self, names: Iterable[str]) -> None:
        known = {*self._blocks}  # a run adds to it meanwhile
        for name in names:
            if not any(fnmatchcase(block, name) for block in known):
                near = closest(name, known) or " so far; a child playbook may have one"
                say(f"no block matches {name!r}{near}")

    def __iter__(self) -> Iterator[Breakpoint]:
        return iter(self._points.values())

    def __contains__(self, block: object) -> bool:
        return any(point.block == block for point in self)

    def __len__(self) -> int:
        return len(self._points)

    def __repr__(self) -> str:
        told = [f"on a change of {one}" for one in sorted(self.changes)]
        return shown(f"<Breakpoints: {'; '.join(map(str, (*self, *told))) or 'none'}>")
