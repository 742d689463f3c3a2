"""The time zone that the process tells local times in, such as those of ``datetime.now()`` and ``time.localtime()``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

_FILE, _FOLDER = "/etc/localtime", "zoneinfo/"


def zone() -> str:
    """Its name, as the environment variable ``TZ`` takes it; without one, how far it is off UTC now."""
    if is_name(named := os.environ.get("TZ", "")):
        return named
    _, found, name = os.path.realpath(_FILE).partition(_FOLDER)
    if found:
        return name
    seconds = -time.localtime().tm_gmtoff
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"<local>{'-' if seconds < 0 else ''}{hours}:{minutes:02}"


def is_name(text: str) -> bool:
    """Whether a text names a zone, and no file: ``TZ`` may be the path of one, which another machine lacks, and which a
    journal that somebody made by hand must not have read."""
    return bool(text) and text.isprintable() and text[0] not in ":/" and ".." not in text


def take(name: str) -> None:
    """Tell local times in another zone from now on; an empty name, or a system that cannot do that, leaves it."""
    if _is_other(name):
        os.environ["TZ"] = name
        time.tzset()


def _is_other(name: str) -> bool:
    return bool(name) and hasattr(time, "tzset") and name != zone()


@contextmanager
def within(name: str) -> Iterator[None]:
    """Tell local times in another zone meanwhile; argument as of `take`."""
    before, other = os.environ.get("TZ"), _is_other(name)
    take(name)
    try:
        yield
    finally:
        if other:
            if before is None:
                del os.environ["TZ"]
            else:
                os.environ["TZ"] = before
            time.tzset()
