"""How much the lab reads, and makes: one variable of the environment sets the limit of everything."""

from __future__ import annotations

import errno
import os
import re
import stat
from io import BufferedReader
from pathlib import Path

from phantom_lab.errors import InputError, PlaybookArgumentError
from phantom_lab.later import regex

VARIABLE = "PHANTOM_LAB_LARGEST"
"""Bytes, instead of all the usual ones."""
FILE, SOURCE, SCENARIO, MANIFEST = 100_000_000, 500_000, 1_000_000, 5_000_000
"""Usual bytes of a file of JSON or rows, of Python source, of a scenario, and of the manifest of an app."""
ARCHIVE, STORED = 1_000_000_000, 1_000_000_000
"""Of an archive, also unpacked; of a file in the vault."""
EXPORT = 50_000_000
"""Of an archive of playbooks, packed and unpacked; an export has some tens of thousands."""
PRINTED = 5_000_000
"""Characters of a log in which results were printed: what Python wrote takes much memory to read."""
TEXT = 100_000_000
"""Usual characters of a text that a template makes."""

PER_BYTE, ROOM = 10, 200_000_000
"""Bytes of memory that JSON may take, for each of its own and besides."""
_STRING = regex(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)


def bytes_of(variable: str, usual: int, least: int = 0) -> int:
    """How many bytes a variable of the environment allows.

    Raises:
        InputError: it holds no such number.
    """
    chosen = os.environ.get(variable, "")
    if not chosen:
        return usual
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 and int(chosen) >= least):
        raise InputError(f"{chosen[:40]!r} is no number of bytes{f' from {least:,}' if least else ''}", where=variable,
                         hint=f"For instance {variable}={usual}.")
    return int(chosen)


def largest(usual: int = FILE) -> int:
    """How many bytes of a file are read, or characters of a text made.

    Raises:
        InputError: the variable holds no number.
    """
    return bytes_of(VARIABLE, usual)


def too_much(usual: int, size: int = 0, *, of: str = "bytes") -> str:
    """Why something is refused; with its size, where that is known."""
    known = f"{size:,} {of}, and " if size else ""
    return f"{known}more than {largest(usual):,} {of} are not read ({VARIABLE}={size or 10 * largest(usual)} allows it)"


def check_made(size: int) -> None:
    """Whether a text that playbook code asks for may be made.

    Raises:
        PlaybookArgumentError: it would have too many characters.
    """
    if size > largest(TEXT):
        raise PlaybookArgumentError(f"the text would have {size:,} characters, and at most {largest(TEXT):,} are made "
                                    f"({VARIABLE}={size} allows it)")


def open_plain(path: str | Path, usual: int | None = FILE) -> BufferedReader:
    """Open a file that somebody named: a plain one, of no more bytes than are read; None: of any size.

    Raises:
        OSError: it is missing, no plain file, or too large; ``strerror`` is the reason.
        ValueError: no file can have this name.
    """
    _check(os.stat(path), path, usual)  # opening a device may do something already
    handle = os.open(path, os.O_RDONLY | sum(getattr(os, one, 0) for one in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC",
                                                                             "O_BINARY")))
    try:
        _check(os.fstat(handle), path, usual)  # a pipe may have taken its place
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_plain(path: str | Path, usual: int = FILE) -> bytes:
    """`open_plain`, and read it whole.

    Raises:
        OSError, ValueError: as `open_plain` does.
    """
    with open_plain(path, usual) as file:
        content = file.read(largest(usual) + 1)  # the files of /proc have no size, and a log grows
    if len(content) > largest(usual):
        raise OSError(errno.EFBIG, too_much(usual), str(path))
    return content


def check_dense(content: bytes) -> None:
    """Whether JSON has no more values than its size lets one expect: a list of empty lists takes fifty times its text.

    Raises:
        OSError: it would take too much memory; ``strerror`` is the reason.
    """
    most = max(PER_BYTE * len(content) + ROOM, largest(0))
    if _memory(content) > most and (needed := _memory(_STRING.sub(b"", content))) > most:
        raise OSError(errno.EFBIG, f"{len(content):,} bytes with so many values would take {needed:,} bytes of memory, "
                                   f"and more than {most:,} are not taken ({VARIABLE}={needed} allows it)")


def _memory(content: bytes) -> int:
    """Bytes that the values of a text of JSON take in a run, about."""
    return 150 * (content.count(b"[") + content.count(b"{")) + 30 * content.count(b",")


def _check(found: os.stat_result, path: str | Path, usual: int | None) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for test, name in _KINDS if test(found.st_mode)), "no plain file")
        raise OSError(errno.EINVAL, f"it is {kind}, and only plain files are read", str(path))
    if usual is not None and found.st_size > largest(usual):
        raise OSError(errno.EFBIG, too_much(usual, found.st_size), str(path))


_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
          (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))
