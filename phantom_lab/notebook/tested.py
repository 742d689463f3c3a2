"""``%phantom test``: scenarios as tests, by the command, behind its walls and apart from the kernel."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pandas as pd

from phantom_lab.errors import InputError, shown
from phantom_lab.expecting.verdict import Unmet

COLUMNS = ("result", "scenario", "status", "unmet", "message", "seconds", "playbook", "journal")


def tested(words: Sequence[str]) -> pd.DataFrame:
    """One row per scenario, those first that are not as expected; what is not is told in ``unmet``.

    Args:
        words: paths and options of ``phantom-lab test``.

    Raises:
        InputError: nothing was run; the reason is the command's.
    """
    done = subprocess.run([sys.executable, "-P", "-m", "phantom_lab", "test", "--json", *words], text=True,
                          capture_output=True, encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL)
    try:
        found = json.loads(done.stdout)["scenarios"]
    except (ValueError, KeyError):
        lines = [shown(one).removeprefix("phantom-lab: ") for one in done.stderr.splitlines()]
        raise InputError("; ".join(lines) or f"phantom-lab test ended with {done.returncode}") from None
    rows = [{**one, "unmet": "\n".join(str(Unmet(**each)) for each in one["unmet"])} for one in found]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values("result", key=lambda column: column == "passed", kind="stable", ignore_index=True)

