"""Writing a journal's file, which one process does at a time; what is there already is never lost."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.history.encoding import compact, digest
from phantom_lab.history.events import Event, Failure, Ref, Stamp
from phantom_lab.history.limits import JOURNAL
from phantom_lab.history.lines import HEAD, Moment, event_line, header_line, moment, value_line
from phantom_lab.history.locks import holder, lock


def _write_here(descriptor: int, data: bytes, place: int) -> int:
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.write(descriptor, data)


_write = getattr(os, "pwrite", _write_here)
_LONGEST_FAILURE = 1 << 20
"""Characters of one that is a value of its own."""


class Writer:
    """The file of a journal, under a lock that ends with the process or with `close`.

    Args:
        path: its name.
        descriptor: of the file, open and locked.
        most: bytes that it may have.
        size: bytes of its whole lines.
        values: that stand in it, in their order.
    """

    def __init__(self, path: Path, descriptor: int, most: int, size: int = 0, values: Sequence[Ref] = ()) -> None:
        self.path, self.size = path, size
        self._file, self._most = descriptor, most
        self._numbers = {ref: number for number, ref in enumerate(values)}
        self._waiting: list[bytes] = []
        self._before: Moment | None = None
        self._now: Moment | None = None

    def add(self, line: bytes) -> None:
        """A line that is written with the next `flush`."""
        self._waiting.append(line)
        self._before = self._now

    def value(self, ref: Ref, text: str, *, whole: bool = True) -> None:
        """A value, unless it stands there already."""
        if ref not in self._numbers:
            self._numbers[ref] = len(self._numbers)
            self.add(value_line(self._numbers[ref], text, "" if whole else ref))

    def event(self, event: Event, position: int, stamp: Stamp) -> bytes:
        """The line of an event; it is not added."""
        now = Moment(event.run, stamp, int(time.time() * 1000))
        line = event_line(event, position, moment(now, self._before), self._numbers, self._told)
        self._now = now
        return line

    def _told(self, failure: Failure) -> Any:
        text = compact(failure)
        if len(text) > _LONGEST_FAILURE:
            return failure  # in the line of its event, which is cut where it is too long
        ref = digest(text)
        self.value(ref, text)
        return self._numbers[ref]

    def flush(self, *, last: bool = False) -> None:
        """Hand to the system what was added; whatever happens, the file ends with a whole line.

        Args:
            last: it may be more than the file may have.

        Raises:
            OSError: it cannot be written, or would be too long; nothing of what was added is in the file.
        """
        data = b"".join(self._waiting)
        if self.size + len(data) > self._most and not last:
            self._forget()
            raise OSError(errno.EFBIG, f"it would have more than {self._most:,} bytes ({JOURNAL})")
        try:
            done = 0
            while done < len(data):  # at its place: what is interrupted is done again
                done += _write(self._file, data[done:] if done else data, self.size + done)
        except OSError:
            self._forget()
            with suppress(OSError):
                os.ftruncate(self._file, self.size)
            raise
        self.size, self._waiting = self.size + len(data), []

    def _forget(self) -> None:
        self._waiting, self._before, self._now = [], None, None

    def check(self) -> None:
        """Look whether the file is still there.

        Raises:
            OSError: it has no name any more.
        """
        if os.fstat(self._file).st_nlink == 0:
            raise OSError(errno.ENOENT, "it was removed while the run wrote it")

    def close(self) -> None:
        """Leave the file to others.

        Raises:
            OSError: the system says only now that something is not written.
        """
        os.close(self._file)


def create(path: Path, first: Event | None, most: int, fill: Callable[[Writer], None]) -> Writer:
    """Make a file anew that begins with the header; an older journal makes room once all is written.

    Args:
        first: event of the journal.
        fill: adds what stands in it from the beginning.

    Raises:
        InputError: it cannot be written, another run is writing it, or something else is there, which is not touched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        older = _claimed(path)
        try:
            return _made(path, older is not None, first, most, fill)
        finally:
            if older is not None:
                os.close(older)
    except (OSError, ValueError) as exc:
        raise refused(path, exc) from None


def refused(path: Path, exc: Exception) -> InputError:
    """Why a journal's file cannot be written, in one line."""
    return InputError(f"the journal cannot be written: {reason(exc)}", where=str(path))


def reason(exc: Exception) -> str:
    """What the system, or we, say of it."""
    return str(getattr(exc, "strerror", None) or exc)


def _claimed(path: Path) -> int | None:
    """The older journal that is there, locked; None: nothing is there."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ValueError("it is no plain file")
    try:
        found = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return None
    try:
        if os.read(found, len(HEAD)) not in (b"", HEAD):
            raise ValueError("it holds something else, and is left as it is")
        if not lock(found) or os.fstat(found).st_nlink == 0:
            raise ValueError(f"another run is writing it{holder(path)}; give it another name")
    except BaseException:
        os.close(found)
        raise
    return found


def _made(path: Path, replaces: bool, first: Event | None, most: int, fill: Callable[[Writer], None]) -> Writer:
    if replaces:
        made, name = tempfile.mkstemp(".new", ".", path.parent)  # the older one stays until this one is a journal
    else:
        name = str(path)
        made = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    if not lock(made):
        os.close(made)
        raise ValueError(f"another run is writing it{holder(path)}; give it another name")
    try:
        writer = Writer(path, made, most)
        writer.add(header_line(first))
        fill(writer)
        writer.flush()
        if replaces:
            os.replace(name, path)
    except BaseException:
        os.close(made)
        with suppress(OSError):
            os.unlink(name)
        raise
    return writer
