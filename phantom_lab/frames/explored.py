"""What exploring a playbook came to."""

from __future__ import annotations

import pandas as pd

from phantom_lab.errors import InputError
from phantom_lab.trials.found_branches import Exploration


def explored(found: Exploration) -> pd.DataFrame:
    """One row per situation that reached something new: what was changed, how the run ended, what it reached, and which
    joins wait at its end."""
    _explored(found)
    rows = [{"scenario": one.name, "status": one.status, "message": one.message, "reaches": ", ".join(one.new),
             "waits": "; ".join(one.waits)} for one in found.found]
    return pd.DataFrame(rows, columns=["scenario", "status", "message", "reaches", "waits"])


def never(found: Exploration) -> pd.DataFrame:
    """One row per function, branch and answer that no situation reached, with the reason, and one per place that may go
    several ways and is not counted."""
    _explored(found)
    rows = [{"what": one.what, "line": one.line, "counted": True, "why": one.why} for one in found.reasons]
    others = [{"what": f"{one.function or 'module'}, line {one.line}", "line": one.line, "counted": False,
               "why": f"not counted: {one.what}"} for one in found.coverage.uncounted]
    return pd.DataFrame([*rows, *others], columns=["what", "line", "counted", "why"])


def _explored(found: Exploration) -> None:
    if not isinstance(found, Exploration):
        raise InputError(f"a {type(found).__name__} is no exploration",
                         hint="Give what phantom_lab.explore(…) returns.")
