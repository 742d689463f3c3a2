"""What stands for the clock and the random numbers of the system where a library asks for them on behalf of a playbook.

Playbook code itself finds modules that are its run's; libraries have their own names for the process's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from phantom_lab.isolation.paths import Original
from phantom_lab.isolation.room import Room, Whose
from phantom_lab.isolation.stand_ins import Act

HIDDEN = " ".join(name for name, one in vars(random).items() if getattr(one, "__self__", None) is random._inst)
"""Functions of the module ``random``, which are methods of one hidden generator."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _while_running(act: Callable[..., Any]) -> Act:
    """What a library asks for while it is imported, or once its run has ended, is the process's."""

    def called(who: Whose, original: Original, *args: Any, **kwargs: Any) -> Any:
        if who.importing or who.room.clock is None:
            return original(*args, **kwargs)
        return act(who.room, original, *args, **kwargs)

    return called


@_while_running
def read(room: Room, original: Original) -> float:
    """``time.time``."""
    return room.now().timestamp()


@_while_running
def read_exactly(room: Room, original: Original) -> int:
    """``time.time_ns``."""
    return (room.now() - _EPOCH) // timedelta(microseconds=1) * 1000


@_while_running
def split(room: Room, original: Original, seconds: float | None = None) -> Any:
    """``time.localtime``, ``time.gmtime`` and ``time.ctime``."""
    return original(room.now().timestamp() if seconds is None else seconds)


@_while_running
def of_email(room: Room, original: Original, dt: Any = None, *args: Any) -> Any:
    """``email.utils.localtime``."""
    return original(room.now() if dt is None else dt, *args)


@_while_running
def slept(room: Room, original: Original, seconds: float) -> None:
    """``time.sleep``: a library that waits for a moment of the run's clock comes to it."""
    if seconds < 0:
        original(seconds)  # raises that it is
    room.wait(seconds)


@_while_running
def entropy(room: Room, original: Original, size: int, *flags: int) -> bytes:
    """``os.urandom`` and ``os.getrandom``."""
    return original(size) if size < 0 else room.chance("entropy").randbytes(size)


@_while_running
def drawn(room: Room, original: Original, *args: Any, **kwargs: Any) -> Any:
    """A function of the module ``random``."""
    return getattr(room.chance("libraries"), original.__name__)(*args, **kwargs)
