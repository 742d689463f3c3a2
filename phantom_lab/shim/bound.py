"""Modules of the standard library that tell the time or draw lots, bound to one run."""

from __future__ import annotations

import datetime
import random
import secrets
import time
import uuid
from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.shim.chance import random_names, secrets_names, uuid_names
from phantom_lab.shim.datetimes import datetime_names
from phantom_lab.shim.times import time_names


def bound_modules(run: PlaybookRun) -> dict[str, ModuleType]:
    """By name: everything the real module has, with what reads the clock or draws lots replaced."""
    return {
        "datetime": _copy(datetime, datetime_names(run.clock)),
        "time": _copy(time, time_names(run)),
        "random": _copy(random, random_names(run)),
        "secrets": _copy(secrets, secrets_names(run)),
        "uuid": _copy(uuid, uuid_names(run)),
    }


def _copy(real: ModuleType, names: dict[str, Any]) -> ModuleType:
    module = ModuleType(real.__name__)
    module.__dict__.update({**vars(real), **names})
    return module
