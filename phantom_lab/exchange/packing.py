"""Archives for the platform: one that was read with some of its files changed, or a new one as the platform makes it.

Observed in 14 public exports: a gzip file (best compression, no name) around a .tar with two files at its top,
``NAME.py`` and ``NAME.json``, padded to 10,240 bytes.
"""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Mapping
from io import BytesIO

from phantom_lab.archives import Archive

_BLOCK, _RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE
_SIZE, _SUM = slice(124, 136), slice(148, 156)
"""Places in a header."""


def repacked(archive: Archive, changed: Mapping[str, bytes]) -> bytes:
    """An archive with other content in some of its files; every other byte of what is packed stays, and so does all of
    it where nothing changes.

    Args:
        changed: by name; names that the archive does not have are left out.
    """
    found, at, whole = [], 0, archive.unpacked
    for one in sorted(archive.members, key=lambda one: one.header):
        content = changed.get(one.name, one.content)
        if content == one.content:
            continue
        start = one.header + _BLOCK
        found += [whole[at:one.header], _header(whole[one.header:start], len(content)), _padded(content, _BLOCK)]
        at = start + -(-len(one.content) // _BLOCK) * _BLOCK
    if not found:
        return archive.packed
    made = b"".join([*found, whole[at:archive.end], bytes(2 * _BLOCK)])
    if not archive.packed.startswith(b"\x1f\x8b"):
        return _padded(made, _RECORD)
    return _gzip(_padded(made, _RECORD), int.from_bytes(archive.packed[4:8], "little"))


def packed(files: Mapping[str, bytes], *, time: int) -> bytes:
    """A new archive.

    Args:
        files: by name.
        time: seconds since 1970, of the files and the archive: equal arguments give equal bytes.
    """
    whole = BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.GNU_FORMAT) as opened:
        for name, content in files.items():
            one = tarfile.TarInfo(name)
            one.size, one.mtime, one.mode, one.uname, one.gname = len(content), time, 0o660, "phantom", "phantom"
            opened.addfile(one, BytesIO(content))
    return _gzip(whole.getvalue(), time)


def _header(before: bytes, size: int) -> bytes:
    """A header of a .tar with another size, and the sum that goes with it."""
    found = bytearray(before)
    found[_SIZE] = b"%011o\0" % size
    found[_SUM] = b" " * 8
    found[_SUM] = b"%06o\0 " % sum(found)
    return bytes(found)


def _padded(content: bytes, block: int) -> bytes:
    return content + bytes(-len(content) % block)


def _gzip(content: bytes, time: int) -> bytes:
    found = BytesIO()
    with gzip.GzipFile(fileobj=found, mode="wb", filename="", compresslevel=9, mtime=time) as opened:
        opened.write(content)
    return found.getvalue()
