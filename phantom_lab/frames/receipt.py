"""What a run would have changed, where the values came from, and how many calls its actions make."""

from __future__ import annotations

import pandas as pd

from phantom_lab.frames.flatten import table
from phantom_lab.frames.tables import Run
from phantom_lab.history.held import journal_of
from phantom_lab.views import fan_out as fold_fan_out
from phantom_lab.views import handed_over
from phantom_lab.views import receipt as fold_receipt


def receipt(run: Run) -> pd.DataFrame:
    """One row per change: outside, by asking a person, or inside; then what only reads.

    See `phantom_lab.views.receipt`. ``given`` holds the parameters, the record, or the values before, between and
    after; ``from`` says where they came from, and ``origins`` the same as fields; ``known`` on what it rests, such as
    a declaration.
    """
    return table(fold_receipt(journal_of(run)),
                 ["side", "change", "on", "given", "from", "origins", "status", "happened", "known", "run", "block",
                  "line"])


def origins(run: Run) -> pd.DataFrame:
    """One row per parameter of everything that was handed over, custom functions and child playbooks included.

    See `phantom_lab.views.handed_over`. ``kind``, ``where`` and ``path`` say where the value came from, ``told`` the
    same in words; ``flowed`` is False of what is the playbook's own: a constant, or computed.
    """
    return table(handed_over(journal_of(run)),
                 ["run", "block", "line", "to", "set", "parameter", "kind", "where", "path", "told", "flowed"])


def fan_out(run: Run) -> pd.DataFrame:
    """One row per action that was asked for: its number of calls, and ``because`` of what; ``fired`` once it ran."""
    return table(fold_fan_out(journal_of(run)),
                 ["run", "block", "line", "name", "action", "assets", "sets", "calls", "because", "fired"])
