"""Where journals go when nobody says where."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from phantom_lab.history.locks import is_written
from phantom_lab.later import regex

KEPT = 200
"""Journals that are kept in the default place; older ones make room."""
_NAME = regex(r"\d{8}-\d{6}-\d{6}-\d+-[\w.-]+\.jsonl")
"""How this module names its files: no other is ever removed, whatever the folder."""
_LONGEST = 1 << 16
"""Bytes of a first line."""
VARIABLE = "PHANTOM_LAB_JOURNALS"
"""Environment variable that names another folder, or ``off`` for none."""


def default_folder() -> Path | None:
    """The folder of the user's journals (on Linux ``~/.local/state/phantom_lab/journals``); None: switched off."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    from platformdirs import user_state_path  # only now: a run that writes no journal does not need it

    return user_state_path("phantom_lab", appauthor=False) / "journals"


def new_file(playbook: str) -> Path | None:
    """A new file's path in the default folder, and room for it; None: switched off. Where it cannot be written, whoever
    opens it tells that."""
    folder = default_folder()
    if folder is None:
        return None
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        newest = sorted((file for file in folder.iterdir() if _NAME.fullmatch(file.name) and file.is_file()), key=_age)
        if old := newest[KEPT - 1:]:
            for file in _unneeded(old, newest[:KEPT - 1]):
                file.unlink(missing_ok=True)
    name = re.sub(r"[^\w.-]+", "_", playbook)[:60]
    return folder / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{os.getpid()}-{name}.jsonl"


def _age(file: Path) -> float:
    """Of a file that another process may remove meanwhile."""
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0


def _unneeded(old: list[Path], kept: list[Path]) -> Iterator[Path]:
    """The old journals that nobody writes, and of whose runs no run branched off whose journal stays."""
    heads = {file: _head(file) for file in (*kept, *old)}
    free = {file for file in old if not is_written(file)}
    of_run: dict[str | None, list[Path]] = defaultdict(list)
    for file in free:
        of_run[heads[file][0]].append(file)
    wanted = [before for file, (_, before) in heads.items() if file not in free]
    while wanted:
        if run := wanted.pop():
            needed = of_run.pop(run, [])
            wanted += [heads[file][1] for file in needed]
            free.difference_update(needed)
    yield from free


def branches_of(file: Path) -> list[Path]:
    """The journals beside a journal, and in the default folder, of runs that branched off its run."""
    run = _head(file)[0]
    folders = dict.fromkeys([file.parent, default_folder() or file.parent]) if run else ()
    found: list[Path] = []
    for folder in folders:
        with suppress(OSError):
            found += (one for one in sorted(folder.glob("*.jsonl")) if one.is_file() and _head(one)[1] == run)
    return found


def _head(file: Path) -> tuple[str | None, str | None]:
    """Uid of the run of a journal, and of the one that it branched off; None where it does not say."""
    try:
        with file.open("rb") as there:
            told = json.loads(there.readline(_LONGEST))
        run, before = told.get("run"), (told.get("forked_from") or [None])[0]
        return run if isinstance(run, str) else None, before if isinstance(before, str) else None
    except (OSError, ValueError, AttributeError, TypeError, LookupError, RecursionError):
        return None, None
