"""Where journals go when nobody says where."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from phantom_lab.history.locks import is_written

KEPT = 200
"""Journals that are kept in the default place; older ones make room."""
_NAME = re.compile(r"\d{8}-\d{6}-\d{6}-\d+-[\w.-]+\.jsonl")
"""How this module names its files: no other is ever removed, whatever the folder."""
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
    """A new file's path in the default folder, and room for it; None: switched off, or no place to write."""
    folder = default_folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours = [file for file in folder.iterdir() if _NAME.fullmatch(file.name) and file.is_file()]
        old = sorted(ours, key=lambda file: file.stat().st_mtime, reverse=True)[KEPT - 1:]
        for file in old:
            if not is_written(file):
                file.unlink(missing_ok=True)
    except OSError:  # a read-only home must not keep anybody from stepping
        return None
    name = re.sub(r"[^\w.-]+", "_", playbook)[:60]
    return folder / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{os.getpid()}-{name}.jsonl"
