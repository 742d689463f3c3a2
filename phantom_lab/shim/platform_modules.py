"""Modules that the platform shows to playbooks: ``phantom.utils``, those within ``phantom.rules``, and libraries."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.isolation.processes import LIBRARIES, refuse_library
from phantom_lab.isolation.whose import imports_for
from phantom_lab.misspelt import attribute
from phantom_lab.rules import surface
from phantom_lab.rules.libraries import explained, library
from phantom_lab.rules.templates import template_class
from phantom_lab.shim.python2 import STAND_INS, tell
from phantom_lab.source import outdated


def show_modules(rules: ModuleType, bound: Callable[[str], ModuleType | None]) -> None:
    """Let ``phantom.rules`` show what the platform imports there, each when it is first asked for.

    Args:
        bound: gives the module of a name that is bound to the run; None: the real one is shown.
    """
    missing = rules.__dict__["__getattr__"]

    def lazily(name: str) -> Any:
        where = surface().imported.get(name)
        if where is None or name in dir(rules):
            return missing(name)
        module, _, inner = where.partition(":")
        found = bound(module) or library(module)
        value = template_class() if name == "Template" else getattr(found, inner) if inner else found
        setattr(rules, name, value)
        return value

    rules.__dict__["__getattr__"] = lazily


def utils_module(rules: ModuleType, run: PlaybookRun) -> ModuleType:
    """``phantom.utils``: the very functions and constants of ``phantom.rules`` that the platform has there too."""
    module = ModuleType("phantom.utils", "Emulated by phantom_lab.")
    names = surface().utils
    module.__dict__["__dir__"] = lambda: [*{*module.__dict__, *(names & {*dir(rules)})}]

    def missing(name: str) -> Any:
        if name in names and name in dir(rules):
            return module.__dict__.setdefault(name, getattr(rules, name))
        if name == "__all__":  # for `import *`
            return [one for one in dir(module) if not one.startswith("_")]
        if name in names:
            raise run.gap(f"phantom.utils.{name}", "modules")
        raise AttributeError(f"module 'phantom.utils' has no attribute '{name}'{attribute(name, module)}")

    module.__dict__["__getattr__"] = missing
    return module


@imports_for
def import_library(run: PlaybookRun, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (),
                   level: int = 0) -> Any:
    """``__import__`` of what is no part of the platform itself.

    Raises:
        ModuleNotFoundError: it is not installed; where the platform has it, the message says how it is.
        RefusedError: nothing that it does could be watched.
    """
    if not level and name.partition(".")[0] in LIBRARIES:  # of what is loaded already, the interpreter tells nothing
        refuse_library(run.acting(), name)
    if not level and name in STAND_INS:
        tell(run, name)
        return import_module(outdated.MODULES[name].today)
    try:
        found = builtins.__import__(name, globals, locals, fromlist, level)
    except ModuleNotFoundError as exc:
        raise explained(exc) from None
    gone = None if level else outdated.module(name)
    if gone and not gone.is_python_2:
        run.note(f"{gone.what} is there in this Python, and {gone.told}: a platform of today does not have it")
    for one in fromlist or ():  # before Python 3.12 the error would not say which name it is
        if (old := outdated.ATTRIBUTES.get(f"{name}.{one}")) and not hasattr(found, one):
            raise ImportError(f"cannot import name '{one}' from '{name}': that is {old.told}", name=name)
    return found
