"""``import phantom.rules as phantom``, bound to one run."""

from __future__ import annotations

import builtins
from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules import rules_module


class RunNamespace:
    """Builtins with an ``__import__`` of the run's own: two runs in one process never meet, nor does
    ``sys.modules`` know of either."""

    def builtins_for(self, run: PlaybookRun) -> dict[str, Any]:
        """Builtins of the playbook's module."""
        package = ModuleType("phantom", "Emulated by phantom_lab.")
        package.rules = rules_module(run)  # type: ignore[attr-defined]

        def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
            if level or name.partition(".")[0] != "phantom":
                return builtins.__import__(name, globals, locals, fromlist, level)
            wanted = [name, *(f"{name}.{one}" for one in fromlist or ())] if name == "phantom" else [name]
            for one in wanted:
                if one not in ("phantom", "phantom.rules", "phantom.*"):
                    raise run.gap(f"module {one}", "modules")
            return package.rules if name == "phantom.rules" and fromlist else package

        return {**vars(builtins), "__import__": import_}
