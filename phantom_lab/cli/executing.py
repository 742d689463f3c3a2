"""Runs of a command's own."""

from __future__ import annotations

from contextlib import AbstractContextManager

from phantom_lab.engine import PlaybookRun
from phantom_lab.isolation.deadline import deadline
from phantom_lab.model import Options
from phantom_lab.views.report import printing_aside

_PATIENCE = 1.5


def execute(run: PlaybookRun) -> None:
    """Execute a prepared run; one that waits for ever within a call of a library is ended as well."""
    with printing_aside(), limited(run.tree.options):
        run.execute()


def limited(options: Options) -> AbstractContextManager[None]:
    """End playbook code that takes longer than its options allow, wherever it is; its module may do so, too."""
    return deadline(options.max_seconds, patience=_PATIENCE, told="")
