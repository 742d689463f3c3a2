"""What a run wrote: to the debug log, and to the platform."""

from __future__ import annotations

import pandas as pd

from phantom_lab.frames.flatten import table
from phantom_lab.frames.tables import Run
from phantom_lab.history import Changed, block_of
from phantom_lab.history.held import journal_of
from phantom_lab.history.written_by import calls_of
from phantom_lab.views import summarize


def debug(run: Run) -> pd.DataFrame:
    """One row per line of the debug log, those of child playbooks among them."""
    return table(summarize(journal_of(run)).log, ["run", "block", "line", "level", "message"])


def changes(run: Run) -> pd.DataFrame:
    """One row per write to the platform: the field of which record, and its values before and after."""
    journal = journal_of(run)
    blocks = journal.index.invocations
    lines = {write: call.line for write, call in calls_of(journal).behind.items()}
    return table(({"run": event.run, "block": block_of(blocks, event.invocation), "line": lines.get(id(event)),
                   "object": event.kind, "id": event.id, "field": event.field, "before": journal.get(event.before),
                   "after": journal.get(event.after)} for event in journal.index.of_kind(Changed)),
                 ["run", "block", "line", "object", "id", "field", "before", "after"])
