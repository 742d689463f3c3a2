"""Runs, what branched off from them, and where."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, shown
from phantom_lab.history import RunSpec, default_folder
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.progress import followed
from phantom_lab.views.moment import at


@dataclass(frozen=True, slots=True)
class Branch:
    """One run, in the order of a tree: what branched off from it comes next, a level deeper."""

    uid: str
    level: int
    """0: it branched off from nothing that is known here."""
    playbook: str
    status: str
    """``running`` where it has not ended."""
    invocations: int
    forked_from: str
    """Uid of the run that it branched off; empty: of none."""
    position: int
    """In that run's journal; -1: of none."""
    block: str
    """The block that it branched off in; empty where that run is not known here."""
    invocation: int
    """Its number; 0 where it is not known."""
    file: str
    """Of its journal; empty: it is kept in memory."""

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        place = (f"run {self.forked_from[:8]}, which is not here" if not self.level else
                 f"{self.block} (invocation {self.invocation})" if self.block else f"position {self.position}")
        branched = f", branched off from {place}" if self.forked_from else ""
        file = f"  {Path(self.file).name}" if self.file else ""
        return shown(f"{'  ' * self.level}{self.uid[:8]} {self.playbook}: {self.status}, {self.invocations} "
                     f"invocations{branched}{file}")


def history_tree(held: Iterable[Held] | str | Path | None = None) -> list[Branch]:
    """Runs and their branches, parents first.

    Args:
        held: runs, steppers, journals or files; a folder of journals; None: the folder of the user's own. A file that
            cannot be read, or is of an older version, is left out.

    Raises:
        InputError: there is no such folder.
    """
    known = {one.uid: (journal, one) for journal in _journals(held) if (one := _spec(journal)) is not None}
    below: dict[str, list[str]] = {}
    for uid, (_, spec) in known.items():
        parent = str(spec.forked_from[0]) if spec.forked_from else ""
        below.setdefault(parent if parent in known and parent != uid else "", []).append(uid)
    found: list[Branch] = []
    todo = [(uid, 0) for uid in reversed(below.get("", []))]
    seen: set[str] = set()
    while todo:
        uid, level = todo.pop()
        if uid in seen:  # a hand-made journal may name itself its own parent
            continue
        seen.add(uid)
        found.append(_branch(*known[uid], level, known))
        todo += [(one, level + 1) for one in reversed(below.get(uid, []))]
    return found


def _journals(held: Iterable[Held] | str | Path | None) -> Iterable[Journal]:
    if held is None or isinstance(held, str | Path):
        folder = default_folder() if held is None else Path(held)
        if folder is None or not folder.is_dir():
            raise InputError("there is no such folder of journals", where=str(folder or "(switched off)"))
        held = sorted(folder.glob("*.jsonl"))
    every = [*held]
    for one in followed(every, "journals", len(every)):
        try:
            yield journal_of(one)
        except InputError:
            if not isinstance(one, str | Path):
                raise


def _spec(journal: Journal) -> RunSpec | None:
    first = journal.events[0] if journal.length else None
    return first if isinstance(first, RunSpec) else None


def _branch(journal: Journal, spec: RunSpec, level: int, known: dict[str, tuple[Journal, RunSpec]]) -> Branch:
    parent, position = (str(spec.forked_from[0]), int(spec.forked_from[1])) if spec.forked_from else ("", -1)
    invocation, block = 0, ""
    if level and 0 <= position < known[parent][0].length:
        moment = at(known[parent][0], position)
        if (there := moment.invocation) is not None:
            invocation, block = there.started.n, there.started.block
    ended = journal.index.ends.get(spec.run)
    return Branch(spec.uid, level, str(journal.get(spec.playbook)["name"]), ended.status if ended else "running",
                  len(journal.index.invocations), parent, position, block, invocation,
                  str(journal.path or ""))
