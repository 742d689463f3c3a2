"""Archives of playbooks as folders: unpacked once for a process, into a folder that goes away with it."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.history.folders import make_folder
from phantom_lab.misspelt import closest, closest_file
from phantom_lab.model import naming
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS, is_archive, kind_of
from phantom_lab.source.parsing import nodes
from phantom_lab.source.source import read_source


class _Folders:
    """Owner of the folders of this process, by archive as it was when it was read."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, int, int], Path] = {}
        self.given: dict[str, str] = {}
        """By folder, the archive as it was named."""


_folders = _Folders()


def chosen_in(given: str | Path) -> tuple[Path, str]:
    """An archive, or a folder, and the name that is chosen in it (``FILE.tgz#NAME``), which is empty where none is."""
    before, hash_sign, name = str(given).rpartition("#")
    if hash_sign and (is_archive(before) or os.path.isdir(before)) and not os.path.exists(given):
        return Path(before), name
    return Path(given), ""


def folder_of(given: str | Path) -> Path:
    """A folder as it is given; of an archive, the folder into which it is unpacked.

    Raises:
        PlaybookLoadError: it is an archive that cannot be read.
    """
    if not is_archive(given) or os.path.isdir(given):
        return Path(given)
    try:
        found = os.stat(given)
        key = os.path.realpath(given), found.st_mtime_ns, found.st_size
        if key not in _folders.made or not _folders.made[key].is_dir():
            _folders.made[key] = _unpack(Path(given))
        return _folders.made[key]
    except InputError as exc:
        raise PlaybookLoadError(exc.what, where=exc.where, hint=exc.hint) from None
    except FileNotFoundError:
        raise PlaybookLoadError(f"no such archive{closest_file(given)}", where=str(given)) from None
    except (OSError, ValueError) as exc:
        raise PlaybookLoadError(f"the archive cannot be unpacked: {getattr(exc, 'strerror', '') or exc}",
                                where=str(given)) from None


def _unpack(given: Path) -> Path:
    from phantom_lab.archives import read_archive  # only now: few playbooks are in one

    archive = read_archive(given)
    place = Path(make_folder(_folders), given.name)
    place.mkdir()
    _folders.given[str(place)] = str(given)
    for one in archive.members:
        file = place / one.name
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "xb") as opened:
            opened.write(one.content)
    return place


def as_given(told: Any) -> Any:
    """Texts, as they are or in JSON, in which files of archives are named by these: their folders go away."""
    if not _folders.given:
        return told
    if isinstance(told, Mapping):
        return {as_given(key): as_given(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [*map(as_given, told)]
    if isinstance(told, str):
        for place, archive in _folders.given.items():
            told = told.replace(place, archive)
    return told


def playbook_in(given: str | Path) -> Path:
    """The file of the playbook that an archive or a folder is about: the one that is named, else the only one that no
    other playbook in there starts.

    Args:
        given: an archive or a folder; ``#NAME`` behind it chooses.

    Raises:
        PlaybookLoadError: it cannot be read, holds no playbook, or several.
    """
    place, name = chosen_in(given)
    kinds = {file: _kind(file) for file in _sources(folder_of(place))}
    playbooks = [file for file, kind in kinds.items() if kind == PLAYBOOK]
    if name:
        wanted = [file for file in kinds if file.stem in naming.meant(name, [one.stem for one in kinds])]
        wanted = [file for file in wanted if file in playbooks] or wanted
        return wanted[0] if len(wanted) == 1 else _unclear(place, wanted or playbooks, name if not wanted else "")
    if not playbooks and len(kinds) == 1:
        return next(iter(kinds))  # whoever loads it says what it is instead
    if not playbooks:
        held = f"{len(kinds)} files of Python, none of them a playbook" if kinds else "no file of Python"
        raise PlaybookLoadError(f"it holds {held}", where=str(place), hint="A playbook defines on_start(container).")
    started = set().union(*map(_started, playbooks))
    roots = [file for file in playbooks if naming.key(file.stem) not in started] or playbooks
    return roots[0] if len(roots) == 1 else _unclear(place, roots, "")


def _unclear(place: Path, files: Sequence[Path], wanted: str) -> NoReturn:
    names = [file.stem for file in files]
    told = f"it holds no playbook {wanted!r}{closest(wanted, names)}" if wanted else f"it holds {len(files)} playbooks"
    raise PlaybookLoadError(told, where=str(place), hint=f"Choose one: {place}#NAME, of {', '.join(sorted(names)[:10])}"
                            f"{', …' if len(names) > 10 else ''}.")


def _sources(folder: Path) -> list[Path]:
    """The files of Python in a folder, and in its folder of custom functions; those of an archive wherever they lie."""
    inside = folder in _folders.made.values()
    return sorted(one for one in (folder.rglob("*.py") if inside else folder.glob("*.py"))
                  if inside or one.parent.name != CUSTOM_FUNCTIONS)


def _kind(file: Path) -> str:
    """Its kind; one that cannot be read is for the loader to tell of."""
    try:
        return kind_of(file, read_source(file, "file"))
    except PlaybookLoadError:
        return PLAYBOOK if file.parent.name != CUSTOM_FUNCTIONS else CUSTOM_FUNCTION


def _started(file: Path) -> set[str]:
    """How the playbooks are written out that one starts by a name in its source; a circle counts for nothing."""
    try:
        found = nodes(read_source(file, "playbook"))
    except (PlaybookLoadError, SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    calls = [node for node in found if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and node.func.attr == "playbook"]
    named = [one for call in calls for one in (*call.args[:1], *(key.value for key in call.keywords
                                                                if key.arg == "playbook"))]
    return {naming.key(naming.base(one.value)) for one in named
            if isinstance(one, ast.Constant) and isinstance(one.value, str)} - {naming.key(file.stem)}
