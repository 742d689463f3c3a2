"""Which file a playbook's or custom function's name means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from phantom_lab.errors import PlaybookLoadError
from phantom_lab.misspelt import near
from phantom_lab.model import naming
from phantom_lab.source.kinds import kind_of
from phantom_lab.source.source import read_source


def file_of(reference: str, places: Sequence[Path], kind: str) -> Path | None:
    """The file that a name means: of exactly this name, else one that is written out alike; None where there is none.

    The first place that has one counts. Files of the other kind are passed by, as a playbook and a custom function may
    have the same name.

    Args:
        reference: a name, with or without a repository.
        places: folders.
        kind: ``playbook`` or ``custom function``.

    Raises:
        PlaybookLoadError: several files of a place may be meant.
    """
    there = [[path for path in _alike(reference, place) if _holds(path) in (kind, "")] for place in places]
    named = naming.base(reference)
    if exact := next((path for some in there for path in some if path.stem == named), None):
        return exact
    found = next(filter(None, there), [])
    if len(found) > 1:
        raise PlaybookLoadError(f"{kind} '{reference}' may be {' or '.join(one.name for one in found)}",
                                where=str(found[0].parent), hint="Rename one of them, or call it by its exact name.")
    return found[0] if found else None


def others_of(reference: str, places: Sequence[Path]) -> list[Path]:
    """Every file of that name, whatever it holds."""
    return [path for place in places for path in _alike(reference, place)]


def like(reference: str, places: Sequence[Path]) -> str:
    """The file of another name that may be meant; empty where none is."""
    names = [path.stem for place in places for path in _files(place)]
    return next(iter(near(naming.base(reference), names)), "")


def _alike(reference: str, place: Path) -> Iterator[Path]:
    wanted = naming.key(naming.base(reference))
    yield from (path for path in _files(place) if naming.key(path.stem) == wanted)


def _files(place: Path) -> list[Path]:
    try:
        return sorted(place.glob("*.py"))
    except OSError:
        return []


def _holds(path: Path) -> str:
    """The kind of a file; one that cannot be read is for the loader to tell of."""
    try:
        return kind_of(path, read_source(path, "file"))
    except PlaybookLoadError:
        return ""
