"""What a playbook's ``import`` statements find, bound to one run."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from io import StringIO
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from phantom_lab.engine import PlaybookRun
from phantom_lab.isolation.processes import refuse_library
from phantom_lab.isolation.whose import imports_for, whose
from phantom_lab.misspelt import SURE, attribute, closest
from phantom_lab.rules import rules_module
from phantom_lab.shim.bound import BoundModules
from phantom_lab.shim.platform_modules import import_library, show_modules, utils_module
from phantom_lab.shim.python2 import python2_builtins
from phantom_lab.shim.vault import vault_module

_OURS = ("rules", "utils", "vault")
"""Modules that there are of the platform's package."""


def printing(run: PlaybookRun) -> Callable[..., None]:
    """A ``print`` that files its text under the invocation before it prints it: what is seen is in the journal."""

    @wraps(print)
    def print_(*values: Any, **options: Any) -> None:
        file = options.pop("file", None)
        if file not in (None, sys.stdout, sys.stderr):
            print(*values, **options, file=file)
            return
        flush, text = options.pop("flush", False), StringIO()
        print(*values, **options, file=text)
        run.log("print", text.getvalue().removesuffix("\n"))
        print(text.getvalue(), end="", file=file, flush=flush)

    return print_


def _within(rules: ModuleType) -> Callable[[str], Any]:
    """What ``phantom.act`` meets after ``import phantom.rules``, which binds the package alone."""

    def missing(name: str) -> Any:
        there = f"; phantom.rules.{name} is there" if name in dir(rules) else ""
        raise AttributeError(f"module 'phantom' has no attribute '{name}'{there}")

    return missing


def _check(module: ModuleType, name: str) -> None:
    """Say why a name cannot be imported from a module of ours: Python itself would leave out what is closest.

    Raises:
        ImportError: it is not there.
    """
    if name != "*" and not hasattr(module, name):
        raise ImportError(f"cannot import name {name!r} from {module.__name__!r}{attribute(name, module)}",
                          name=module.__name__)


class RunNamespace:
    """Builtins with an ``__import__`` of the run's own: two runs in one process never meet, nor does
    ``sys.modules`` know of either."""

    def __init__(self) -> None:
        self._clients: WeakKeyDictionary[PlaybookRun, ModuleType] = WeakKeyDictionary()

    def builtins_for(self, run: PlaybookRun) -> dict[str, Any]:
        """Builtins of the playbook's module."""
        package = ModuleType("phantom", "Emulated by phantom_lab.")
        package.rules = rules_module(run)  # type: ignore[attr-defined]
        package.__dict__["__getattr__"] = _within(package.rules)
        package.vault = vault_module(run, package.rules)  # type: ignore[attr-defined]
        bound = BoundModules(run)

        def shown(name: str) -> ModuleType | None:
            if name == "requests":
                return self.requests_for(run)
            return package.vault if name == "phantom.vault" else bound.get(name)

        show_modules(package.rules, shown)
        package.utils = utils_module(package.rules, run)  # type: ignore[attr-defined]

        @imports_for
        def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
            if not level and (its := bound.get(name)) is not None:
                return its
            if not level and name.partition(".")[0] == "requests":
                return self._requests(run, name, fromlist)
            if level or name.partition(".")[0] != "phantom":
                if name in sys.modules and (who := whose(sys._getframe(1))) is not None:
                    refuse_library(who, name)  # what is loaded already is imported without a sound
                return import_library(run, name, globals, locals, fromlist, level)
            wanted = [name, *(f"{name}.{one}" for one in fromlist or ())] if name == "phantom" else [name]
            for one in wanted:
                within = one.removeprefix("phantom").removeprefix(".")
                if within not in ("", "*", *_OURS):
                    raise run.gap(f"module {one}", "modules", closest(within, _OURS, least=SURE))
            if name == "phantom" or not fromlist:
                return package
            found: ModuleType = getattr(package, name.removeprefix("phantom."))
            for one in fromlist:
                _check(found, one)
            return found

        return {**vars(builtins), **python2_builtins(run), "__import__": import_, "print": printing(run)}

    def _requests(self, run: PlaybookRun, name: str, fromlist: Any) -> Any:
        """What ``import requests.…`` and ``from requests.… import …`` find: the other modules are the real ones."""
        if name != "requests":
            real = import_module(name)
            if fromlist:
                return real
        return self.requests_for(run)

    def requests_for(self, run: PlaybookRun) -> ModuleType:
        """`requests` of a run: made once, and only when it is used: the library takes its time to be imported."""
        if run not in self._clients:
            from phantom_lab.shim.requests import requests_module

            self._clients[run] = requests_module(run)
        return self._clients[run]
