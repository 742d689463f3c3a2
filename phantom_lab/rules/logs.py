"""Logging: ``debug`` and ``error``."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.registry import emulates


@emulates("debug")
def debug(run: PlaybookRun, message: Any) -> None:
    """Write a line to the debug log; anything is turned into text."""
    run.log("debug", str(message))


@emulates("error")
def error(run: PlaybookRun, message: Any) -> None:
    """Write a highlighted line to the debug log; the run's status stays."""
    run.log("error", str(message))
