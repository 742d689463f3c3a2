"""Archives of playbooks as the platform exports them (``.tgz``): read whole, and never further than is allowed."""

from __future__ import annotations

import tarfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Self

from phantom_lab.errors import InputError
from phantom_lab.limits import EXPORT, largest, read_plain, too_much

MEMBERS = 2_000
"""Files of an archive; an export has two, and a repository some hundreds."""
HEADER = 1 << 14
"""Bytes of what stands before a file of a .tar."""
_STREAMS = 100
"""Parts of a packed file, which are as many as were joined."""
_BEFORE = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
           tarfile.SOLARIS_XHDTYPE)
_SYSTEM = ("._", ".DS_Store", "__MACOSX")
"""What systems put into archives beside somebody's files."""
_NOT_IN_NAMES = {*map(chr, range(32)), "\x7f", "\\", ":"}
"""Some system takes a name with one of these for a path, or for another name."""
_HINT = "Give the .tgz that the platform exports, or unpack it and give its files."


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    name: str
    """Its path in there, with ``/``; it leads nowhere else."""
    content: bytes
    header: int
    """Where in the unpacked archive its last header begins, which tells its size."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was read."""

    path: Path
    packed: bytes
    unpacked: bytes
    members: tuple[Member, ...]
    end: int
    """Where in it the last of them ends."""


class Header(tarfile.TarInfo):
    """A name, or further properties, may stand in front of a file: `tarfile` reads them whole."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Refuse what would take much memory."""
        found = super().frombuf(buf, encoding, errors)
        if found.type in _BEFORE and found.size > HEADER:
            raise ValueError(f"a header of {found.size:,} bytes is not read, at most {HEADER:,} are")
        return found


def read_archive(path: str | Path) -> Archive:
    """Read an archive; nothing is written.

    Raises:
        InputError: it is missing, none, damaged, or too large; or it holds what is no plain file, a name that leads
            out of it, or a name twice.
    """
    where = str(path)
    try:
        packed = read_plain(path, EXPORT)
        unpacked = _unpacked(packed)
        members, end = _members(unpacked, where)
        return Archive(Path(path), packed, unpacked, tuple(members), end)
    except InputError:
        raise
    except OSError as exc:
        raise InputError(f"the archive cannot be read: {exc.strerror or exc}", where=where) from None
    except Exception as exc:  # whatever a damaged archive makes of the library
        raise InputError(f"it is no archive of playbooks, or a damaged one: {exc}", where=where, hint=_HINT) from None


def _unpacked(packed: bytes) -> bytes:
    """What an archive holds, packed or not, up to the limit.

    Raises:
        OSError: it is more than is read.
        zlib.error, ValueError: it is damaged.
    """
    if not packed.startswith(b"\x1f\x8b"):
        if packed[257:262] == b"ustar":
            return packed
        raise ValueError("it does not begin as a gzip file does")
    most, left = largest(EXPORT), packed
    found: list[bytes] = []
    while left.startswith(b"\x1f\x8b"):
        if len(found) > _STREAMS:
            raise ValueError(f"it has more than {_STREAMS} parts")
        stream = zlib.decompressobj(31)
        found.append(stream.decompress(left, most + 1))
        most -= len(found[-1])
        if most < 0 or stream.unconsumed_tail:
            raise OSError(0, f"unpacked, {too_much(EXPORT)}")
        if not stream.eof:
            raise ValueError("it is cut off")
        left = stream.unused_data
    return b"".join(found)


def _members(unpacked: bytes, where: str) -> tuple[list[Member], int]:
    found: dict[str, Member] = {}
    with tarfile.open(fileobj=BytesIO(unpacked), mode="r:", tarinfo=Header) as opened:
        for number, one in enumerate(opened):
            if number >= MEMBERS:
                raise InputError(f"it holds more than {MEMBERS:,} files, which are not unpacked", where=where)
            if one.isdir():
                continue
            name = _name(one, where)
            if any(part.startswith(_SYSTEM) for part in PurePosixPath(name).parts):
                continue
            if name.casefold() in found:
                raise InputError(f"it holds {name!r} twice", where=where, hint="Nobody can tell which of them counts.")
            file = opened.extractfile(one)
            content = file.read() if file else b""
            if len(content) != one.size:
                raise ValueError("it is cut off")
            found[name.casefold()] = Member(name, content, one.offset_data - tarfile.BLOCKSIZE)
        end = int(opened.offset)
    names = {one.name.casefold() for one in found.values()}
    for each in found.values():  # a file of that name cannot be a folder as well
        if clash := next((str(up) for up in PurePosixPath(each.name).parents if str(up).casefold() in names), None):
            raise InputError(f"it holds {clash!r} as a file, and {each.name!r} in it", where=where)
    return list(found.values()), end


def _name(one: tarfile.TarInfo, where: str) -> str:
    """The path of a member, which leads nowhere else.

    Raises:
        InputError: it is no plain file, or its name may lead out of a folder.
    """
    shown = one.name.encode(errors="backslashreplace").decode()[:200]
    if one.issym() or one.islnk():
        raise InputError(f"it holds a link, {shown!r}, and links are not followed", where=where, hint=_HINT)
    if not one.isreg() or one.issparse():
        raise InputError(f"it holds {shown!r}, which is no plain file", where=where, hint=_HINT)
    path = PurePosixPath(one.name)
    if path.is_absolute() or ".." in path.parts:
        raise InputError(f"it holds {shown!r}, a path that leads out of it", where=where,
                         hint="Nothing of it is unpacked.")
    if not path.parts or not one.name.isprintable() or _NOT_IN_NAMES & {*one.name} or shown != one.name[:200]:
        raise InputError(f"it holds {shown!r}, which is no name of a file everywhere", where=where, hint=_HINT)
    return str(path)
