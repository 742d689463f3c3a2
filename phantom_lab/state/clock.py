"""The run's own time: deterministic, and still while the run rests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

TICK = timedelta(milliseconds=1)
"""What passes with every reading, so that a loop that waits for a moment comes to its end."""

FAR = timedelta(days=365 * 1000)
"""A wait for ever ends there: moments of the standard library do not go on without end."""


def stamp(moment: datetime) -> str:
    """A moment in UTC as the platform writes it: ISO 8601."""
    return moment.isoformat().replace("+00:00", "Z")


class Clock:
    """A virtual clock: it starts at a given moment, moves on by a tick per reading, and by whatever is waited for.

    Args:
        start: an aware moment; None is now.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self.start = start or datetime.now(UTC)
        self.so_far = timedelta()
        """Time since the start; to look here is no reading."""
        self.readings = 0
        """How often it was looked at."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        self.so_far += TICK
        self.readings += 1
        return self.start + self.so_far

    def stamp(self) -> str:
        """The present moment as the platform writes it: ISO 8601, UTC."""
        return stamp(self.now())

    @property
    def passed(self) -> float:
        """Seconds since the start; to look is no reading."""
        return self.so_far.total_seconds()

    def elapsed(self) -> float:
        """Seconds since the start."""
        return (self.now() - self.start).total_seconds()

    def advance(self, seconds: float) -> None:
        """Let time pass at once; a negative wait is none."""
        self.so_far = min(self.so_far + timedelta(seconds=min(max(seconds, 0.0), 10**9)), FAR)
