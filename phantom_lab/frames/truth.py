"""Truth tables of conditions, computed from a journal; and the datapaths that gave no value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from phantom_lab.errors import LabError
from phantom_lab.frames.flatten import table
from phantom_lab.frames.tables import Run
from phantom_lab.history import Diagnosed, Evaluated, block_of
from phantom_lab.history.held import journal_of
from phantom_lab.views.truth import evaluated_rows

_COLUMNS = ("evaluation", "block", "line", "api", "name", "source", "row", "rows", "left", "left value", "operator",
            "right", "right value", "verdict", "row passed", "passed")


def truth_table(run: Run, at: int | None = None, name: str | None = None) -> pd.DataFrame:
    """How a condition came out: one row per row tested and comparison.

    ``evaluation`` counts the run's evaluations; ``source`` is where the row comes from, ``row`` its number there and
    ``rows`` how many there are (0: no rows, which count as one of None). ``verdict`` is None where the comparison says
    nothing of the row, or where too many values were compared for the journal to keep. ``row passed`` joins the
    verdicts of the row by the logical operator, and ``passed`` is what the call found.

    Args:
        run: a run, its stepper or its journal, which may have been read back from a file.
        at: number of an invocation: all its evaluations.
        name: of a filter, such as ``filter_1:condition_1``: its newest evaluation. Without both, the newest of all.

    Raises:
        LabError: there is no such evaluation.
    """
    journal = journal_of(run)
    every = journal.index.of_kind(Evaluated)
    found = [(number, event) for number, event in enumerate(every, 1)
             if name in (None, event.name) and at in (None, event.invocation)]
    if not found:
        raise LabError(f"no condition was evaluated{_wanted(at, name)}", hint=_known(every))
    blocks = journal.index.invocations
    rows: list[dict[str, Any]] = []
    for number, event in found if at is not None else found[-1:]:
        head = {"evaluation": number, "block": block_of(blocks, event.invocation), "line": event.line,
                "api": event.api, "name": event.name}
        rows += [{**head, **row, "passed": event.passed} for row in evaluated_rows(journal, event)]
    return table(rows, _COLUMNS)


def diagnoses(run: Run) -> pd.DataFrame:
    """Datapaths that gave no row, or nothing but None, with what was looked for and what there is instead."""
    journal = journal_of(run)
    blocks = journal.index.invocations
    rows = [{"invocation": event.invocation, "block": block_of(blocks, event.invocation), "line": event.line,
             "api": event.api, "argument": event.argument, "datapath": event.datapath,
             "message": event.message} for event in journal.index.of_kind(Diagnosed)]
    return table(rows, ["invocation", "block", "line", "api", "argument", "datapath", "message"])


def _wanted(at: int | None, name: str | None) -> str:
    named = f" under the name {name!r}" if name is not None else ""
    return named + (f" in invocation {at}" if at is not None else "")


def _known(every: Sequence[Evaluated]) -> str:
    if not every:
        return "condition() and decision() are, and the conditions of a loop."
    names = ", ".join(dict.fromkeys(event.name for event in every if event.name)) or "none"
    numbers = ", ".join(map(str, dict.fromkeys(event.invocation for event in every)))
    return f"Names: {names}; invocations: {numbers}."
