"""What exploring a playbook came to."""

from __future__ import annotations

import pandas as pd

from phantom_lab.analysis.explore import Exploration


def explored(found: Exploration) -> pd.DataFrame:
    """One row per situation that reached something new: what was changed, how the run ended, and what it reached."""
    rows = [{"scenario": one.name, "status": one.status, "message": one.message, "reaches": ", ".join(one.new)}
            for one in found.found]
    return pd.DataFrame(rows, columns=["scenario", "status", "message", "reaches"])


def never(found: Exploration) -> pd.DataFrame:
    """One row per function and branch that no situation reached, with the reason."""
    return pd.DataFrame(found.reasons.items(), columns=["what", "why"])
