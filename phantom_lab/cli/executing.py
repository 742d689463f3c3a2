"""Runs of a command's own."""

from __future__ import annotations

from phantom_lab.engine import PlaybookRun
from phantom_lab.isolation.deadline import deadline
from phantom_lab.views.report import printing_aside

_PATIENCE = 1.5


def execute(run: PlaybookRun) -> None:
    """Execute a prepared run; one that waits for ever within a call of a library is ended as well."""
    with printing_aside(), deadline(run.tree.options.max_seconds, patience=_PATIENCE, told=""):
        run.execute()
