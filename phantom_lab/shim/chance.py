"""`random`, `secrets` and `uuid` on a run's own random numbers."""

from __future__ import annotations

import datetime
import random
import secrets
import uuid
from types import FunctionType
from typing import Any

from phantom_lab.engine import PlaybookRun

_CALENDAR = datetime.datetime(1582, 10, 15, tzinfo=datetime.UTC)
"""Where the time of a version 1 UUID begins (RFC 9562, section 5.1)."""


def random_names(run: PlaybookRun, lot: int) -> dict[str, Any]:
    """The functions of the module, which are methods of one hidden generator: those of the run's own instead.

    ``SystemRandom`` draws from one made from the run's; a ``Random`` that the playbook makes is its own affair.
    """
    hidden, own = random._inst, run.random
    names = {name: getattr(own, name) for name, value in vars(random).items()
             if getattr(value, "__self__", None) is hidden}
    return {**names, "_inst": own, "SystemRandom": _system_random(lot)}


def secrets_names(lot: int) -> dict[str, Any]:
    """All functions of the module, over a ``SystemRandom`` of the run's."""
    kind = _system_random(lot)
    own = kind()
    names = {**vars(secrets), "SystemRandom": kind, "_sysrand": own, "choice": own.choice, "randbits": own.getrandbits}
    names.update({name: FunctionType(one.__code__, names, name, one.__defaults__) for name, one in vars(secrets).items()
                  if isinstance(one, FunctionType) and one.__module__ == secrets.__name__})
    return names


def _system_random(lot: int) -> type[random.Random]:
    """A class whose numbers nobody can seed, as those of the real one, but all runs with one seed draw the same."""
    source = random.Random(f"{lot} secrets")

    class SystemRandom(random.Random):
        def __init__(self, x: Any = None) -> None:
            super().seed(source.getrandbits(64))

        def seed(self, *args: Any, **kwargs: Any) -> None:
            return

        def getstate(self, *args: Any, **kwargs: Any) -> Any:
            raise NotImplementedError("System entropy source does not have state.")

        setstate = getstate

    return SystemRandom


def uuid_names(run: PlaybookRun, lot: int) -> dict[str, Any]:
    """``uuid1``, ``uuid4`` and ``getnode``.

    They draw from a generator of their own, made from the run's: as in the real module, ``random.seed`` neither
    repeats an id, nor does an id change the random numbers that follow.
    """
    own = random.Random(lot)
    machine = own.getrandbits(48) | 1 << 40  # the multicast bit: no real network card's address

    def getnode() -> int:
        return machine

    def uuid4() -> uuid.UUID:
        return uuid.UUID(int=own.getrandbits(128), version=4)

    def uuid1(node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
        ticks = (run.clock.now() - _CALENDAR) // datetime.timedelta(microseconds=1) * 10
        sequence = own.getrandbits(14) if clock_seq is None else clock_seq
        return uuid.UUID(version=1, fields=(
            ticks & 0xffffffff, ticks >> 32 & 0xffff, ticks >> 48 & 0x0fff, sequence >> 8 & 0x3f, sequence & 0xff,
            machine if node is None else node))

    return {"getnode": getnode, "uuid1": uuid1, "uuid4": uuid4}
