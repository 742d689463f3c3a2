"""What a run would have changed, and how many calls its actions make."""

from __future__ import annotations

import pandas as pd

from phantom_lab.frames.flatten import table
from phantom_lab.frames.tables import Run, journal_of
from phantom_lab.journal import fan_out as fold_fan_out
from phantom_lab.journal import receipt as fold_receipt


def receipt(run: Run) -> pd.DataFrame:
    """One row per change: outside, by asking a person, or inside; then what only reads.

    See `phantom_lab.journal.receipt`. ``given`` holds the parameters, the record, or the values before, between and
    after; ``from`` the artifact or container that they came from; ``known`` on what it rests, such as a declaration.
    """
    return table(fold_receipt(journal_of(run)),
                 ["side", "change", "on", "given", "from", "status", "known", "run", "block", "line"])


def fan_out(run: Run) -> pd.DataFrame:
    """One row per action that was asked for: its number of calls, and ``because`` of what; ``fired`` once it ran."""
    return table(fold_fan_out(journal_of(run)),
                 ["run", "block", "line", "name", "action", "assets", "sets", "calls", "because", "fired"])
