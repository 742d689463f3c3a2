"""Contents of vault files: where their bytes lie, and what their bytes tell."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import weakref
from codecs import getincrementaldecoder
from collections.abc import Iterable, Mapping
from contextlib import suppress
from mimetypes import MimeTypes
from pathlib import Path
from typing import BinaryIO

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.model import Record

_CHUNK = 1 << 20
_SIGNATURES: dict[bytes, tuple[str, list[str]]] = {
    b"MZ": ("application/x-dosexec", ["pe file", "hash"]),
    b"%PDF-": ("application/pdf", ["pdf"]),
    b"MDMP": ("application/x-dmp", ["process dump"]),
    b"FWS": ("application/x-shockwave-flash", ["flash"]),
    b"CWS": ("application/x-shockwave-flash", ["flash"]),
    b"\x7fELF": ("application/x-executable", []),
    b"PK\3\4": ("application/zip", []),
    b"\x1f\x8b": ("application/gzip", []),
}
"""How contents begin, their type, and what an action may take them for (the vendor's table, observed)."""
_ENDINGS = {".vmsn": ["os memory dump", "vm snapshot file"], ".vmss": ["os memory dump", "vm suspend file"],
            ".js": ["javascript"], ".doc": ["doc"], ".docx": ["doc"]}
"""The same by the end of the name (observed)."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of some bytes."""

    sha1: str
    """The vault id."""
    sha256: str
    md5: str
    size: int
    head: bytes
    """How they begin."""

    def mime_type(self, name: str) -> str:
        """Their type: by how they begin, else by a name, else whether they are a text.

        The platform looks at all of the bytes; what it calls them beyond this table is not known.
        """
        if not self.size:
            return "inode/x-empty"
        for start, (found, _) in _SIGNATURES.items():
            if self.head.startswith(start):
                return found
        # A table of its own: the module's knows what the machine has installed. A whole name may look like a URL.
        by_name = MimeTypes().guess_type(f"x{os.path.splitext(name)[1]}")[0]
        return by_name or ("text/plain" if self._is_text() else "application/octet-stream")

    def contains(self, name: str) -> list[str]:
        """What they may be taken for: ``pe file``, ``pdf``, …"""
        found = next((kinds for start, (_, kinds) in _SIGNATURES.items() if self.head.startswith(start)), [])
        return [*found, *_ENDINGS.get(os.path.splitext(name)[1].lower(), [])]

    def _is_text(self) -> bool:
        with suppress(UnicodeDecodeError):
            return "\0" not in getincrementaldecoder("utf-8")().decode(self.head)
        return False


class Files(dict[str, Path]):
    """Where the bytes of vault files lie, by vault id; what it keeps itself goes away with it."""

    def __init__(self) -> None:
        super().__init__()
        self._folder: str | None = None

    def keep(self, attachments: Iterable[Record], files: Mapping[str, Path]) -> None:
        """Take over the bytes of attachments that lie in a place that goes away.

        Raises:
            InputError: they are not there any more.
        """
        for vault_id in [one["vault_id"] for one in attachments]:
            if isinstance(vault_id, str) and vault_id not in self and vault_id in files:
                if self._folder is None:
                    self._folder = tempfile.mkdtemp(prefix="phantom_lab-")
                    weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
                try:
                    self[vault_id] = Path(shutil.copyfile(files[vault_id], Path(self._folder, vault_id)))
                except OSError as exc:
                    raise InputError(f"vault file {vault_id} cannot be kept: {exc.strerror}") from None


def read_content(source: BinaryIO, target: BinaryIO | None = None) -> Content:
    """Read bytes, a piece at a time, and write them to a target where there is one.

    Raises:
        OSError: they cannot be read or written.
    """
    sums = hashlib.sha1(usedforsecurity=False), hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size, head = 0, b""
    while piece := source.read(_CHUNK):
        for one in sums:
            one.update(piece)
        head, size = head or piece[:1024], size + len(piece)
        if target is not None:
            target.write(piece)
    sha1, sha256, md5 = (one.hexdigest() for one in sums)
    return Content(sha1, sha256, md5, size, head)
