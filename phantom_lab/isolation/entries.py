"""What ``os.scandir`` gives of a folder of which a run has something of its own."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Any

from phantom_lab.isolation.overlay import Overlay


class Entry:
    """As ``os.DirEntry``."""

    def __init__(self, overlay: Overlay, found: str, name: str | bytes, path: str | bytes) -> None:
        self._overlay, self._found = overlay, found
        self.name = name
        self.path = path

    def __fspath__(self) -> str | bytes:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """As of ``os.stat``."""
        return os.lstat(self._overlay.place(self._overlay.resolved(self._found, last=follow_symlinks)))

    def inode(self) -> int:
        """Its number."""
        return self.stat(follow_symlinks=False).st_ino

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return self._is(stat.S_ISDIR, follow_symlinks)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a file."""
        return self._is(stat.S_ISREG, follow_symlinks)

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return self._is(stat.S_ISLNK, False)

    def is_junction(self) -> bool:
        """No: there are none on this system."""
        return False

    def _is(self, kind: Any, follow: bool) -> bool:
        try:
            return bool(kind(self.stat(follow_symlinks=follow).st_mode))
        except OSError:
            return False


class Entries:
    """As the iterator of ``os.scandir``."""

    def __init__(self, overlay: Overlay, found: str, given: Any, names: list[str]) -> None:
        below = "" if found == "/" else found
        start = "" if isinstance(given, int) else os.fspath(given)
        self._entries = iter([
            Entry(overlay, f"{below}/{one}", os.fsencode(one), os.path.join(start, os.fsencode(one)))
            if isinstance(start, bytes) else Entry(overlay, f"{below}/{one}", one, os.path.join(start, one))
            for one in names])

    def __iter__(self) -> Iterator[Entry]:
        return self

    def __next__(self) -> Entry:
        return next(self._entries)

    def close(self) -> None:
        """Give no more."""
        self._entries = iter(())

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()
