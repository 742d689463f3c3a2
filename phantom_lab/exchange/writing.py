"""Writing what goes out: never over what came in, and never in part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from phantom_lab.errors import InputError
from phantom_lab.exchange.handover import Handover, prepared
from phantom_lab.source.kinds import is_archive
from phantom_lab.source.playbook import Playbook


def export(playbook: str | Path | Playbook, out: str | Path | None = None, *, original: str | Path | None = None,
           anyway: bool = False, paths: Sequence[str | Path] = ()) -> Handover:
    """Make of a playbook or custom function what the platform imports: what ``phantom-lab export`` does.

    Args:
        playbook: as for `Playbook.load`; also a custom function.
        out: a ``.tgz`` file, or a folder for ``NAME.py`` and ``NAME.json``; None: nothing is written.
        original: what the platform exported, an archive or a source with its export beside it. What is not changed is
            taken from there, and every line that the editor would write anew is told.
        anyway: whether it is written although something would be lost.
        paths: folders to look in.

    Raises:
        InputError, PlaybookLoadError: something cannot be read or written, or there is no export beside the source.
        LossError: something would be lost; nothing is written.
    """
    made = prepared(playbook, original=original, paths=paths)
    if made.lost and out is not None and not anyway:
        raise LossError(made)
    if out is not None:
        write(made, out, over=anyway)
    return made


class LossError(InputError):
    """The visual editor would erase something of what goes out."""

    def __init__(self, handover: Handover) -> None:
        first, more = handover.losses[0], len(handover.losses) - 1
        super().__init__(f"the editor would erase it: {first.what}{f' (and {more} more)' if more else ''}",
                         where=f"{handover.name}.py:{first.line}",
                         hint=f"{first.instead} anyway=True writes it anyway.")
        self.handover = handover


def write(made: Handover, out: str | Path, *, over: bool = False) -> None:
    """Write what goes out: an archive where the name is that of one, else its files into a folder.

    Args:
        over: whether another file may be written over.

    Raises:
        InputError: it would be written over what was given, or over another file; or it cannot be written.
    """
    place = Path(out)
    if is_archive(place) and not place.is_dir():
        files = {place: made.archive}
    elif place.suffix in (".py", ".json", ".tar", ".zip"):
        raise InputError("it is written as an archive or into a folder", where=str(out),
                         hint="Give FILE.tgz, or a folder.")
    else:
        files = {place / name: content for name, content in made.files.items()}
    for file, content in files.items():
        if file.exists() and file.read_bytes() != content and not (over or _is_export_of(file, made)):
            raise InputError("there is such a file, and it is another one", where=str(file),
                             hint="Choose another place, or --anyway (anyway=True) to write over it.")
    try:
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_bytes() != content:
                _replace(file, content)
            made.written.append(str(file))
    except OSError as exc:
        raise InputError(f"it cannot be written: {exc.strerror or exc}", where=str(exc.filename or out)) from None


def _is_export_of(file: Path, made: Handover) -> bool:
    """Whether a file is the export beside the source that was given: that one is meant to follow its source."""
    return file.suffix == ".json" and file.resolve() == made.source.with_suffix(".json").resolve()


def _replace(file: Path, content: bytes) -> None:
    """Write a file at once, so that it is never there in part."""
    handle, made = tempfile.mkstemp(prefix=f".{file.name[:50]}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.chmod(made, 0o666 & ~_umask())
        os.replace(made, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(made)
        raise


def _umask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found
