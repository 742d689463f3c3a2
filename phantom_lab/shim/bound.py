"""Modules of the standard library that tell the time or draw lots, bound to one run."""

from __future__ import annotations

import datetime
import random
import secrets
import time
import uuid
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.shim.chance import random_names, secrets_names, uuid_names
from phantom_lab.shim.datetimes import datetime_names
from phantom_lab.shim.times import time_names

_NAMES: dict[str, tuple[ModuleType, Callable[[PlaybookRun, int], dict[str, Any]]]] = {
    "datetime": (datetime, lambda run, lot: datetime_names(run.clock)),
    "time": (time, lambda run, lot: time_names(run)),
    "random": (random, lambda run, lot: random_names(run, lot)),
    "secrets": (secrets, lambda run, lot: secrets_names(lot)),
    "uuid": (uuid, uuid_names),
}
"""What reads the clock or draws lots, of a run and a number that is drawn before its playbook draws any."""


class BoundModules:
    """Those of a run, each made when it is first asked for: everything the real module has, but `_NAMES`."""

    def __init__(self, run: PlaybookRun) -> None:
        self._run, self._lot = run, _lot(run.seed)
        self._made: dict[str, ModuleType] = {}

    def get(self, name: str) -> ModuleType | None:
        """The module of a name; None: it is bound to no run."""
        if name in _NAMES and name not in self._made:
            real, names = _NAMES[name]
            self._made.setdefault(name, _copy(real, names(self._run, self._lot)))
        return self._made.get(name)


@lru_cache(maxsize=64)
def _lot(seed: int | str) -> int:
    return random.Random(seed).getrandbits(64)


def _copy(real: ModuleType, names: dict[str, Any]) -> ModuleType:
    module = ModuleType(real.__name__)
    module.__dict__.update({**vars(real), **names})
    return module
