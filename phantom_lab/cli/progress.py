"""Progress in a terminal: one line that is taken away again."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from phantom_lab.progress import AFTER, Told, in_words

_EVERY = 0.2
"""Seconds between two changes of the line."""


def _terminal() -> TextIO:
    """The real stream: what `sys.stderr` is shows what moves the cursor as text."""
    return sys.__stderr__ or sys.stderr


@contextmanager
def line(what: str, most: int | None) -> Iterator[Told]:
    """On stderr, once it takes long."""
    begun = shown = time.monotonic()
    drawn = False

    def told(done: int) -> None:
        nonlocal shown, drawn
        now = time.monotonic()
        if now - begun > AFTER and now - shown > _EVERY:
            told = in_words(done, what, most, now - begun)
            _terminal().write(f"\r\x1b[K{told} (Ctrl+C stops, and tells what there is)")
            _terminal().flush()
            shown, drawn = now, True

    try:
        yield told
    finally:
        if drawn:
            _terminal().write("\r\x1b[K")
            _terminal().flush()
