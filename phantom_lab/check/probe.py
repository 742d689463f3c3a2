"""What the lab gives to playbooks, asked of a run that never starts: so a check says what a run would do."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from phantom_lab.errors import NotEmulatedError
from phantom_lab.lab import Lab
from phantom_lab.rules import surface
from phantom_lab.rules.registry import EMULATED
from phantom_lab.shim import RunNamespace
from phantom_lab.source.playbook import Playbook


class Status(Enum):
    """What a playbook meets at a name."""

    THERE = "there"
    GAP = "gap"
    """The lab does not emulate it."""
    UNKNOWN = "unknown"
    """The platform does not have it."""
    MISSING = "missing"
    """A library that is not installed here."""


@cache
def status(name: str) -> Status:
    """What a name of ``phantom.rules`` is; of another module of ``phantom``, ``module phantom.<module>[.<name>]``."""
    path = name.removeprefix("module ") if name.startswith("module ") else f"phantom.rules.{name}"
    module, _, attribute = path.partition(".")[2].partition(".")
    if module == "rules" and attribute in surface().functions.keys() - EMULATED.keys():
        return Status.GAP
    try:
        found = _import(f"phantom.{module}")
        if attribute:
            getattr(found, attribute.partition(".")[0])
    except NotEmulatedError:
        return Status.GAP
    except AttributeError:
        return Status.UNKNOWN
    except ImportError:
        return Status.MISSING
    return Status.THERE


@cache
def installed(name: str) -> bool:
    """Whether a playbook finds a module, by the first part of its name."""
    try:
        return name == "phantom" or find_spec(name) is not None or _import(name) is not None
    except (ImportError, ValueError):
        return False


def _import(name: str) -> ModuleType:
    found: ModuleType = _importer()(name, fromlist=("*",))
    return found


@cache
def _importer() -> Callable[..., Any]:
    playbook = Playbook.from_source("def on_start(container):\n    pass\n", name="probe")
    run = Lab({"container": {"name": "probe"}, "artifacts": []}, maxmind=False).prepare(playbook)
    importer: Callable[..., Any] = RunNamespace().builtins_for(run)["__import__"]
    return importer
