"""Archives made for tests, of files that no platform would write as well."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PLAYBOOK = "def on_start(container):\n    pass\n"


def written(path: Path, files: Mapping[str, str | bytes] | Sequence[tuple[str, str | bytes]] = (), *,
            others: Sequence[tarfile.TarInfo] = (), mode: str = "w:gz") -> Path:
    """An archive with these files, and members that are none."""
    with tarfile.open(path, mode) as opened:  # type: ignore[call-overload]
        for name, content in files.items() if isinstance(files, Mapping) else files:
            data = content.encode() if isinstance(content, str) else content
            one = tarfile.TarInfo(name)
            one.size = len(data)
            opened.addfile(one, io.BytesIO(data))
        for other in others:
            opened.addfile(other)
    return path


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member of another kind."""
    one = tarfile.TarInfo(name)
    one.type, one.linkname = kind, target
    return one
