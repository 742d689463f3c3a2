"""What a request that leaves the platform comes back with."""

from __future__ import annotations

from collections.abc import Mapping

from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a request comes back with."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    source: str
    """Who says so, for people."""
    delay: float = 0.0
    """Seconds of the clock until it arrives."""
    error: str | None = None
    """Why there is no answer at all."""
