"""Runs of a command's own."""

from __future__ import annotations

from phantom_lab.analysis.deadline import deadline
from phantom_lab.cli.report import printing_aside
from phantom_lab.engine import PlaybookRun

_PATIENCE = 1.5


def execute(run: PlaybookRun) -> None:
    """Execute a prepared run; one that waits for ever within a call of a library is ended as well."""
    with printing_aside(), deadline(run.tree.options.max_seconds, patience=_PATIENCE, told=""):
        run.execute()
