"""What a command may take before the system ends it."""

from __future__ import annotations

import signal
from pathlib import Path


def limit(room: int, seconds: float) -> None:
    """Of this process: bytes besides those in use, and a time whose signal kills."""
    import resource  # not every system has one

    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + room,) * 2)
    signal.setitimer(signal.ITIMER_REAL, seconds)
