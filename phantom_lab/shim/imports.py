"""What a playbook's ``import`` statements find, bound to one run."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from functools import wraps
from io import StringIO
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules import rules_module
from phantom_lab.shim.bound import bound_modules
from phantom_lab.shim.folders import make_root


def printing(run: PlaybookRun) -> Callable[..., None]:
    """A ``print`` that files its text under the invocation, besides printing it."""

    @wraps(print)
    def print_(*values: Any, **options: Any) -> None:
        print(*values, **options)
        if options.get("file") in (None, sys.stdout, sys.stderr):
            text = StringIO()
            print(*values, **{**options, "file": text, "flush": False})
            run.log("print", text.getvalue().removesuffix("\n"))

    return print_


class RunNamespace:
    """Builtins with an ``__import__`` of the run's own: two runs in one process never meet, nor does
    ``sys.modules`` know of either."""

    def __init__(self) -> None:
        self._roots: WeakKeyDictionary[PlaybookRun, str] = WeakKeyDictionary()

    def builtins_for(self, run: PlaybookRun) -> dict[str, Any]:
        """Builtins of the playbook's module.

        What a library does while it is imported is not refused (see `phantom_lab.engine.guard`): it finds out about
        the machine, and what it finds would stay wrong for the whole process.
        """
        package = ModuleType("phantom", "Emulated by phantom_lab.")
        package.rules = rules_module(run)  # type: ignore[attr-defined]
        bound = bound_modules(run)

        def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
            if not level and name in bound:
                return bound[name]
            if level or name.partition(".")[0] != "phantom":
                return builtins.__import__(name, globals, locals, fromlist, level)
            wanted = [name, *(f"{name}.{one}" for one in fromlist or ())] if name == "phantom" else [name]
            for one in wanted:
                if one not in ("phantom", "phantom.rules", "phantom.*"):
                    raise run.gap(f"module {one}", "modules")
            return package.rules if name == "phantom.rules" and fromlist else package

        return {**vars(builtins), "__import__": import_, "print": printing(run)}

    def root_for(self, run: PlaybookRun) -> str:
        """The folder that stands for ``/`` above the platform's own folders: made once per run."""
        if run not in self._roots:
            self._roots[run] = make_root(run)
        return self._roots[run]
