"""Numbers of records."""

from __future__ import annotations

from typing import Any

_MOST = 10**18


def as_id(given: Any) -> int | None:
    """A number from a number or its decimal digits; None for anything else."""
    if type(given) is int:  # as it mostly is
        return given if 0 <= given < _MOST else None
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    text = str(given).strip() if isinstance(given, str) or abs(given) < _MOST else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
