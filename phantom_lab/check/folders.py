"""What lies below a folder: the files that are read, and what is passed over."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from phantom_lab.later import dataclass

PYTHON = ".py"
_CACHES = {"__pycache__", "node_modules"}
_ARCHIVES = (".tgz", ".tar", ".tar.gz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".zip", ".gz", ".bz2", ".xz", ".7z",
             ".rar", ".spl")
"""``.tgz`` is what a platform exports playbooks as."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What is not read, and why."""

    path: Path
    why: str


def entries(folder: Path) -> Iterator[Path | PassedOver]:
    """Every Python file below a folder, in the order of their names, and a folder that cannot be listed.

    Each archive, notebook and hidden Python file is passed over by name; whatever else there is, in one line at the
    end. A folder is not gone into if a link leads to it, if its name begins with a dot, or if it is a cache.
    """
    lost: list[OSError] = []
    others: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for place, folders, files in os.walk(folder, onerror=lost.append):
        gone_by = [one for one in folders if _is_left(place, one)]
        left.update(f"{one} (a link)" if os.path.islink(os.path.join(place, one)) else one for one in gone_by)
        folders[:] = sorted(set(folders) - set(gone_by))
        for name in sorted(files):
            path = Path(place, name)
            if why := passed_over(path):
                yield PassedOver(path, why)
            elif path.suffix.lower() == PYTHON:
                yield path
            elif not (path.suffix == ".json" and f"{path.stem}{PYTHON}" in files):  # else it is read as its export
                others[path.suffix or "without an ending"] += 1
    yield from (Path(one.filename) for one in lost)
    number = sum(others.values())
    told = [f"{number} other file{'s' if number > 1 else ''} ({_listed(others)})"] if others else []
    told += [f"folders that are not gone into ({_listed(left)})"] if left else []
    if told:
        yield PassedOver(folder, f"passed over: {'; '.join(told)}")


def passed_over(path: Path) -> str:
    """Why a file is not read, though there may be playbooks in it; empty for any other."""
    name = path.name.lower()
    if name.endswith(_ARCHIVES):
        return "an archive: unpack it"
    if name.endswith(".ipynb"):
        return "a notebook: passed over, only .py files are read"
    return "a hidden file: passed over" if name.startswith(".") and name.endswith(PYTHON) else ""


def _is_left(place: str, name: str) -> bool:
    return name.startswith(".") or name in _CACHES or os.path.islink(os.path.join(place, name))


def _listed(counts: Counter[str]) -> str:
    """The most frequent first."""
    found = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(name if number == 1 else f"{number} {name}" for name, number in found)
