"""A source and its export, as somebody names them: files beside each other, a folder, or an archive."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phantom_lab.archives import Archive, read_archive
from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.exchange.marks import Marked, marked
from phantom_lab.limits import FILE, SOURCE, read_plain
from phantom_lab.model import read_json
from phantom_lab.source.kinds import is_archive
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import read_source
from phantom_lab.source.unpacked import chosen_in, folder_of, playbook_in


@dataclass(frozen=True, slots=True)
class Side:
    """A source and its export, as they were given."""

    name: str
    file: Path
    content: bytes
    marked: Marked
    export: str
    """The text of the export; empty where there is none."""
    mark: bytes
    """What stands before that text in its file: a mark of its encoding, or nothing."""
    decoded: Any
    packed: Path | None = None
    """The archive that it is from."""
    archive: Archive | None = None
    within: Path = Path()
    """The folder of the archive in which it lies."""


def read_side(given: str | Path | Playbook, paths: Sequence[str | Path], *, like: str = "") -> Side:
    """Read a source and its export.

    Args:
        like: the name that is looked for in an archive or a folder with several.

    Raises:
        InputError, PlaybookLoadError: something cannot be read.
    """
    file, place = _file_of(given, paths, like)
    text = read_source(file, "source")
    try:
        content = read_plain(file, SOURCE)
        beside = file.with_suffix(".json")
        export = read_plain(beside, FILE) if beside.is_file() else b""
    except OSError as exc:
        raise InputError(f"it cannot be read: {exc.strerror}", where=str(file)) from None
    mark = codecs.BOM_UTF8 if export.startswith(codecs.BOM_UTF8) else b""
    decoded = read_json(beside, "export") if export else None
    archive = read_archive(place) if place else None
    return Side(file.stem, file, content, marked(text, str(file)), export[len(mark):].decode(), mark, decoded,
                place, archive, file.relative_to(folder_of(place)).parent if place else Path())


def _file_of(given: str | Path | Playbook, paths: Sequence[str | Path], like: str) -> tuple[Path, Path | None]:
    """The file of a source, and the archive that it lies in."""
    if isinstance(given, Playbook):
        if given.path is None:
            raise InputError(f"playbook {given.name} is in no file", hint="Only files have an export beside them.")
        return given.path, None
    place, name = chosen_in(given)
    held = is_archive(place) or place.is_dir()
    if held:
        try:
            return playbook_in(given), place if is_archive(place) else None
        except PlaybookLoadError:
            if name or not like:
                raise
            return playbook_in(f"{place}#{like}"), place if is_archive(place) else None
    if place.suffix == ".json" and place.with_suffix(".py").is_file():
        return place.with_suffix(".py"), None
    return (place, None) if place.is_file() else (Playbook.load(given, paths=paths).path or place, None)
