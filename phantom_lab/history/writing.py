"""Writing a journal's file, which one process does at a time; what is there already is never lost."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.history.encoding import compact, digest
from phantom_lab.history.events import Event, Failure, Ref, Stamp
from phantom_lab.history.limits import JOURNAL
from phantom_lab.history.lines import HEAD, Moment, event_line, header_line, moment, value_line
from phantom_lab.history.locks import holder, lock
from phantom_lab.history.place import branches_of
from phantom_lab.misspelt import say


def _write_here(descriptor: int, data: bytes, place: int) -> int:
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.write(descriptor, data)


_write = getattr(os, "pwrite", _write_here)
_LONGEST_FAILURE = 1 << 20
"""Characters of one that is a value of its own."""


class Writer:
    """The file of a journal, under a lock that ends with the process or with `close`.

    Whatever is interrupted here can be done again: it comes to stand at the same place.

    Args:
        path: its name.
        descriptor: of the file, open and locked.
        most: bytes that it may have.
        size: bytes of its whole lines.
        values: that stand in it, in their order.
        events: how many stand in it.
    """

    def __init__(self, path: Path, descriptor: int, most: int, *, size: int = 0, values: Sequence[Ref] = (),
                 events: int = 0) -> None:
        self.path, self.size, self.events = path, size, events
        self._file, self._most = descriptor, most
        self._numbers = {ref: number for number, ref in enumerate(values)}
        self._waiting: dict[int, bytes] = {}
        """Values that are written with the next line, by number."""
        self._before: Moment | None = None

    def value(self, ref: Ref, text: str, *, whole: bool = True) -> int:
        """A value, unless it stands there already; returns its number."""
        number = self._numbers.get(ref)
        if number is None:
            number = len(self._numbers)
            self._waiting[number] = value_line(number, text, "" if whole else ref)
            self._numbers[ref] = number
        return number

    def line(self, event: Event, stamp: Stamp) -> tuple[bytes, Moment]:
        """What `write` is given of the next event."""
        before, wall = self._before, int(time() * 1000)
        if before is not None and before.wall == wall and before.run == event.run and before.stamp == stamp:
            return event_line(event, self.events, "", self._numbers, self._told), before  # as it mostly is
        now = Moment(event.run, stamp, wall)
        return event_line(event, self.events, moment(now, before), self._numbers, self._told), now

    def _told(self, failure: Failure) -> Any:
        text = compact(failure)
        return failure if len(text) > _LONGEST_FAILURE else self.value(digest(text), text)

    def write(self, line: bytes, now: Moment | None = None, *, last: bool = False) -> None:
        """Hand a line to the system, and the values that wait before it; the file ends with a whole line in any case.

        Args:
            now: of an event.
            last: it may be more than the file may have.

        Raises:
            OSError: it cannot be written, or would be too long; nothing of it, and of what waited, is in the file.
        """
        data = b"".join([*self._waiting.values(), line]) if self._waiting else line
        try:
            if self.size + len(data) > self._most and not last:
                raise OSError(errno.EFBIG, f"it would have more than {self._most:,} bytes ({JOURNAL})")
            done = 0
            while done < len(data):
                done += _write(self._file, data[done:] if done else data, self.size + done)
        except OSError:
            self._waiting, self._before = {}, None
            with suppress(OSError):
                os.ftruncate(self._file, self.size)
            raise
        self.size, self._waiting, self._before, self.events = (
            self.size + len(data), {}, now or self._before, self.events + (now is not None))

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
        branches = branches_of(path) if older is not None else []
        try:
            writer = _made(path, older is not None, first, most, fill)
            if branches:
                more = f" and {len(branches) - 1} more" if len(branches) > 1 else ""
                say(f"{path} is written anew: it held the run that {branches[0]}{more} branched off")
            return writer
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
        writer.write(header_line(first))
        fill(writer)
        if replaces:
            os.replace(name, path)
    except BaseException:
        os.close(made)
        with suppress(OSError):
            os.unlink(name)
        raise
    return writer
