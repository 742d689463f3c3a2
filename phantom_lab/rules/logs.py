"""Logging: ``debug`` and ``error``."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.history.encoding import without_addresses
from phantom_lab.rules.registry import emulates


def _line(message: Any) -> str:
    return message if isinstance(message, str) else without_addresses(str(message))


@emulates("debug")
def debug(run: PlaybookRun, message: Any) -> None:
    """Write a line to the debug log; anything is turned into text, without addresses in memory."""
    run.log("debug", _line(message))


@emulates("error")
def error(run: PlaybookRun, message: Any) -> None:
    """Write a highlighted line to the debug log; the run's status stays."""
    run.log("error", _line(message))
