"""A playbook or custom function as it goes out to the platform: its source and its export, changed where the source is,
and what the visual editor would erase of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.exchange.function import of_function
from phantom_lab.exchange.graph import CLASSIC, NONE, Graph, graph_of
from phantom_lab.exchange.losses import Loss, losses, untold
from phantom_lab.exchange.marks import Marked
from phantom_lab.exchange.packing import packed, repacked
from phantom_lab.exchange.put_back import Change, hash_ends, put_back
from phantom_lab.exchange.sides import Side, read_side
from phantom_lab.source.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes out, and what there is to say of it."""

    name: str
    kind: str
    """``modern`` or ``classic`` by its editor, ``none`` where its export has no blocks, or ``custom function``."""
    files: dict[str, bytes] = field(repr=False)
    """``NAME.py`` and ``NAME.json``."""
    archive: bytes = field(repr=False)
    """The same as the platform's archive (``.tgz``)."""
    changes: list[Change]
    """What of the export is not as it was."""
    losses: list[Loss]
    """What the visual editor erases or writes anew at its next save."""
    unchanged: bool
    """Whether it goes out byte for byte as it came."""
    notes: list[str]
    lost: bool
    """Whether something would be lost that did not come so from the platform."""
    source: Path = field(repr=False)
    """The file that the source was read from."""
    written: list[str] = field(default_factory=list)
    """The files that were written."""

    def to_json(self) -> dict[str, Any]:
        """As JSON, without the files themselves."""
        return {"name": self.name, "kind": self.kind, "unchanged": self.unchanged, "lost": self.lost,
                "written": self.written, "losses": [asdict(one) for one in self.losses],
                "changes": [asdict(one) for one in self.changes], "notes": self.notes}


def prepared(playbook: str | Path | Playbook, *, original: str | Path | None = None,
             paths: Sequence[str | Path] = ()) -> Handover:
    """What would go out; nothing is written. Arguments and errors as for `export`."""
    ours = read_side(playbook, paths)
    theirs = None if original is None else read_side(original, (), like=ours.name)
    if not ours.export and not (theirs and theirs.export):
        raise InputError(f"there is no export {ours.name}.json beside it, and the platform imports both",
                         where=str(ours.file), hint="Save a playbook of this name there, export it, and name that: "
                                                    "--original FILE.tgz (original=…).")
    held = ours if ours.export or theirs is None else theirs
    was, graph = theirs.marked if theirs else None, graph_of(held.decoded)
    exported, changes = put_back(held.export, ours.marked, was)
    notes = list(_notes(ours, theirs, graph))
    if ours.archive and theirs is None and changes:
        told = ", ".join(one.block or one.member for one in changes)
        notes.append(f"{ours.file.name} and its export hold other code for {told}: it goes out as it came")
        exported, changes = held.export, []
    found = _losses(ours, held, was)
    same = not changes and (not theirs or (ours.content, held.export) == (theirs.content, theirs.export))
    known = same and bool(ours.archive or theirs or hash_ends(graph, ours.marked) is not None)
    files = {f"{ours.name}.py": ours.content, f"{ours.name}.json": held.mark + exported.encode()}
    return Handover(ours.name, graph.kind, files, _archive(ours, theirs, files), changes, found, same, notes,
                    lost=not known and bool({*map(_told, found)} - {*map(_told, _losses(theirs) if theirs else ())}),
                    source=ours.file)


def _losses(ours: Side, held: Side | None = None, before: Marked | None = None) -> list[Loss]:
    decoded = (held or ours).decoded
    return [*losses(graph_of(decoded), ours.marked, before), *of_function(decoded, ours.marked, ours.name)]


def _told(loss: Loss) -> tuple[str, str, str]:
    """A loss wherever it stands: one that the original has as well is none of ours."""
    return loss.block, loss.kind, loss.what


def _notes(ours: Side, theirs: Side | None, graph: Graph) -> Iterator[str]:
    if b"\r" in ours.content:
        yield f"{ours.file.name} has line ends of Windows, and the platform's have none: they go out as they are"
    if theirs and theirs.name != ours.name:
        yield f"it is held against {theirs.name}, and goes out as {ours.name}"
    if untold(graph, ours.marked) and not theirs and not ours.archive:
        yield (f"{ours.file.name} has other lines outside the marks than its export was saved with, by the hash in "
               "there: the export as it came from the platform tells which (--original FILE, original=…)")
    if graph.kind == CLASSIC:
        yield ("it is of the classic editor: what that writes anew is told by the export as it came from the platform "
               "only (--original FILE, original=…), and platforms from 6.4 on do not show it")
    elif graph.kind == NONE:
        yield "its export has no blocks: the editor shows none, and erases nothing"


def _archive(ours: Side, theirs: Side | None, files: dict[str, bytes]) -> bytes:
    for side in (theirs, ours):
        if side and side.archive and side.name == ours.name:
            names = {Path(one.name).name: one.name for one in side.archive.members
                     if Path(one.name).parent == side.within}
            if files.keys() <= names.keys():
                return repacked(side.archive, {names[name]: content for name, content in files.items()})
    return packed(files, time=int(ours.file.stat().st_mtime))
