"""Functions of Python that others stand for while runs execute: for playbook code they do something else.

Everybody else gets the real one. They are put in when the first run starts, and taken out with the last.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from threading import get_ident
from typing import Any, NamedTuple

from phantom_lab.isolation.whose import passes_on, whose

Act = Callable[..., Any]
"""What is done instead: it is given `Whose` it is, the real function, and the arguments."""


class Row(NamedTuple):
    """Something that is stood in for."""

    module: str
    name: str
    """Of a function, or ``Class.method``."""
    act: Act


_REAL = "__phantom_lab_real__"
"""Attribute of a stand-in."""


class _Owner:
    """A module or class in which stand-ins are put, all at once: that is done for every run."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self._there = vars(owner)
        self.acts: dict[str, Act] = {}
        self._real: dict[str, Any] = {}
        self._standing: dict[str, Any] = {}

    def put_in(self) -> None:
        """Put the stand-ins in, for what is there now."""
        if self._holds(self._standing):
            return
        if not self._holds(self._real):
            for name, act in self.acts.items():
                there = self._there[name]
                if hasattr(there, _REAL):  # it was imported from where the stand-in was
                    self._standing[name], self._real[name] = there, getattr(there, _REAL)
                elif there is not self._real.get(name):
                    self._standing[name], self._real[name] = _standing(there, act), there
        self._put(self._standing)

    def take_out(self) -> None:
        """Put the real ones back, but where somebody, such as a debugger, has put something else meanwhile."""
        self._put(self._real if self._holds(self._standing) else {
            name: real for name, real in self._real.items() if self._there[name] is self._standing[name]})

    def _holds(self, names: dict[str, Any]) -> bool:
        return len(names) == len(self.acts) and [*map(self._there.get, names)] == [*names.values()]

    def _put(self, names: dict[str, Any]) -> None:
        if isinstance(self._there, dict):  # of a module: much quicker than to set attributes
            self._there.update(names)
        else:
            for name, what in names.items():
                setattr(self._owner, name, what)


_owners: dict[int, _Owner] = {}
"""By identity of the module or class."""
_waiting: list[Row] = []
"""Rows whose modules are not loaded yet."""
_loading: set[str] = set()
_threads: dict[int, int] = {}
"""How many are executing, by thread."""
_lock = threading.RLock()


@contextmanager
def standing_in() -> Iterator[None]:
    """Let the stand-ins stand; re-entrant, in any number of threads."""
    thread = get_ident()
    with _lock:
        if not _threads:
            look_again()
        _threads[thread] = _threads.get(thread, 0) + 1
    try:
        yield
    finally:
        with _lock:
            _threads[thread] -= 1
            if not _threads[thread]:
                del _threads[thread]
            if not _threads:
                for one in _owners.values():
                    one.take_out()


def stand_for(rows: Iterable[Row]) -> None:
    """Let something be stood in for, from the next time on."""
    _waiting.extend(rows)


def standing() -> bool:
    """Whether they stand."""
    return bool(_threads)


def load(module: str) -> None:
    """Import a module before somebody else does, if something in it is stood in for."""
    if module not in _loading and module not in sys.modules and any(row.module == module for row in _waiting):
        _loading.add(module)
        with suppress(ImportError):
            import_module(module)
        look_again()


def look_again() -> None:
    """Put the stand-ins in, as far as what they stand for is loaded."""
    for row in [row for row in _waiting if row.module in sys.modules]:
        *above, name = row.name.split(".")
        module = sys.modules[row.module]
        owner = getattr(module, above[0], None) if above else module
        if owner is not None and name in vars(owner):
            _owners.setdefault(id(owner), _Owner(owner)).acts[name] = row.act
            _waiting.remove(row)
        elif not getattr(getattr(module, "__spec__", None), "_initializing", False):
            _waiting.remove(row)  # there is none on this system
    for one in _owners.values():
        one.put_in()


def _standing(real: Any, act: Act) -> Any:
    if isinstance(real, staticmethod):
        return staticmethod(_standing(real.__func__, act))

    @passes_on
    @wraps(real)
    def call(*args: Any, **kwargs: Any) -> Any:
        who = whose(sys._getframe(1)) if get_ident() in _threads else None
        return real(*args, **kwargs) if who is None else act(who, real, *args, **kwargs)

    setattr(call, _REAL, real)
    for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if real in known:
            known.add(call)
    return call
