"""The threads of this process."""

from __future__ import annotations

import threading

LIMITS = "phantom_lab limit"
"""Name of the one that watches the time limits of whatever executes or rests, in any test (see `test_watchdog`)."""


def threads() -> set[threading.Thread]:
    """All but the one that watches limits."""
    return {one for one in threading.enumerate() if one.name != LIMITS}
