"""What is left of Python 2 in old playbooks: ``unicode``, ``xrange`` and ``urlparse``.

Their platform had them. One of today runs Python 3 and has none of them, so that each use is noted.
"""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.source.outdated import BUILTINS, MODULES

STAND_INS = frozenset({"urlparse"})
"""Modules for which the one of today stands in."""


def python2_builtins(run: PlaybookRun) -> dict[str, Any]:
    """The names that Python 3 does not have."""

    def xrange(*args: Any) -> range:
        tell(run, "xrange")
        return range(*args)

    return {"unicode": _Unicode("unicode", (), {"run": run}), "xrange": xrange}


def tell(run: PlaybookRun, name: str) -> None:
    """Note that a playbook uses what its platform does not have."""
    one = BUILTINS.get(name) or MODULES[name]
    run.note(f"{one.what} is of Python 2, which platforms of today do not have: {one.today} stands in for it here")


class _Unicode(type):
    """Type of what stands in for `str`: it makes texts, and is their type."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls._text()(*args, **kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls._text())

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls._text())

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(cls._text(), name)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls._text()

    def __hash__(cls) -> int:
        return hash(str)

    def _text(cls) -> type[str]:
        tell(vars(cls)["run"], "unicode")
        return str
