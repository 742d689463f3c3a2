"""Going on with a journal that another process, or an earlier run of this one, has left."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from phantom_lab.errors import InputError
from phantom_lab.history.journal import Journal
from phantom_lab.history.limits import JOURNAL, limit
from phantom_lab.history.lines import FORMAT, continued_line
from phantom_lab.history.locks import holder, lock
from phantom_lab.history.reading import Reader
from phantom_lab.history.writing import Writer, refused


def reopen(path: str | Path) -> Journal:
    """Read a journal and go on with it: what is appended is written after its last whole line.

    Values that stand in the file are not written again, and nothing that does is changed, but that a last line which
    was not written whole is taken off (`Journal.cut_tail` tells its bytes). Until `Journal.close`, the file is this
    journal's alone.

    Raises:
        InputError: it cannot be read or written, another run is writing it, or it is of an older format.
    """
    path = Path(path)
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as exc:
        raise refused(path, exc) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError("this is no plain file: nothing can go on with it", where=str(path))
        if not lock(descriptor) or os.fstat(descriptor).st_nlink == 0:  # else another journal has just taken its place
            raise InputError(f"another run is writing it{holder(path)}; it can be read", where=str(path))
        return _gone_on(path, descriptor)
    except OSError as exc:
        os.close(descriptor)
        raise refused(path, exc) from None
    except BaseException:
        os.close(descriptor)
        raise


def _gone_on(path: Path, descriptor: int) -> Journal:
    found, most = Reader(path), limit(JOURNAL)
    if found.format != FORMAT:
        told = f"it is of format {found.format}" if found.format else "it was cut off in its first line"
        raise InputError(f"nothing can go on with this journal: {told}", where=str(path), hint="It can be read.")
    if found.size >= most:
        raise InputError(f"the journal has the {most:,} bytes that it may have", where=str(path),
                         hint=f"{JOURNAL} allows more.")
    journal = found.journal()
    writer = Writer(path, descriptor, most, size=found.size, values=found.refs, events=journal.length)
    os.ftruncate(descriptor, found.size)
    writer.write(continued_line())
    journal.go_on(writer)
    return journal
