"""``%phantom test``: scenarios as tests, by the command, behind its walls and apart from the kernel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from phantom_lab.errors import InputError, shown
from phantom_lab.expecting.verdict import Unmet
from phantom_lab.progress import following
from phantom_lab.repository.commands import command

COLUMNS = ("result", "scenario", "status", "unmet", "message", "seconds", "playbook", "journal")


def tested(words: Sequence[str]) -> pd.DataFrame:
    """One row per scenario, those first that are not as expected; what is not is told in ``unmet``.

    Args:
        words: paths and options of ``phantom-lab test``.

    Raises:
        InputError: nothing was run; the reason is the command's.
    """
    with following(lambda: 0, "commands", 1):
        done = command(Path(), "test", "--json", *words)
    try:
        found = json.loads(done.out)["scenarios"]
    except (ValueError, KeyError):
        lines = [shown(one).removeprefix("phantom-lab: ") for one in done.err.splitlines()]
        raise InputError("; ".join(lines) or f"phantom-lab test ended with {done.code}") from None
    rows = [{**one, "unmet": "\n".join(str(Unmet(**each)) for each in one["unmet"])} for one in found]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values("result", key=lambda column: column == "passed", kind="stable", ignore_index=True)

