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
from operator import getitem
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
    """A module or class in which stand-ins are put."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self.there = vars(owner)
        self.acts: dict[str, Act] = {}
        self.real: dict[str, Any] = {}
        self.standing: dict[str, Any] = {}

    def look(self) -> None:
        """Make stand-ins for what is there now."""
        for name, act in self.acts.items():
            there = self.there[name]
            if hasattr(there, _REAL):  # it stands already, or was imported from where a stand-in was
                self.standing[name], self.real[name] = there, getattr(there, _REAL)
            elif there is not self.real.get(name):
                self.standing[name], self.real[name] = _standing(there, act), there

    def put(self, names: dict[str, Any]) -> None:
        """Put what has these names there."""
        if isinstance(self.there, dict):  # of a module: much quicker than to set attributes
            self.there.update(names)
        else:
            for name, what in names.items():
                setattr(self._owner, name, what)


class _Owners:
    """All of them, looked through at once: that is done for every run."""

    def __init__(self) -> None:
        self._by_id: dict[int, _Owner] = {}
        self._places: list[Any] = []
        self._names: list[str] = []
        self._real: list[Any] = []
        self._standing: list[Any] = []

    def add(self, owner: Any, name: str, act: Act) -> None:
        """Stand in for something from the next time on."""
        self._by_id.setdefault(id(owner), _Owner(owner)).acts[name] = act
        self._real = []

    def put_in(self) -> None:
        """Put the stand-ins in, for what is there now."""
        if not self._real or self._there() != self._real:
            for one in self._by_id.values():
                one.look()
            every = [(one, name) for one in self._by_id.values() for name in one.acts]
            self._places = [one.there for one, _ in every]
            self._names = [name for _, name in every]
            self._real = [one.real[name] for one, name in every]
            self._standing = [one.standing[name] for one, name in every]
        for one in self._by_id.values():
            one.put(one.standing)

    def take_out(self) -> None:
        """Put the real ones back, but where somebody, such as a debugger, has put something else meanwhile."""
        all_stand = self._there() == self._standing
        for one in self._by_id.values():
            one.put(one.real if all_stand else {
                name: real for name, real in one.real.items() if one.there[name] is one.standing[name]})

    def _there(self) -> list[Any]:
        return [*map(getitem, self._places, self._names)]


_owners = _Owners()
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
            _put_in()
        _threads[thread] = _threads.get(thread, 0) + 1
    try:
        yield
    finally:
        with _lock:
            _threads[thread] -= 1
            if not _threads[thread]:
                del _threads[thread]
            if not _threads:
                _owners.take_out()


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
    """Put in what stands for something that was loaded meanwhile."""
    with _lock:
        if _threads:
            _put_in()


def _put_in() -> None:
    for row in [row for row in _waiting if row.module in sys.modules]:
        *above, name = row.name.split(".")
        module = sys.modules[row.module]
        owner = getattr(module, above[0], None) if above else module
        if owner is not None and name in vars(owner):
            _owners.add(owner, name, row.act)
            _waiting.remove(row)
        elif not getattr(getattr(module, "__spec__", None), "_initializing", False):
            _waiting.remove(row)  # there is none on this system
    _owners.put_in()


def _standing(real: Any, act: Act) -> Any:
    if isinstance(real, staticmethod):
        return staticmethod(_standing(real.__func__, act))

    @passes_on
    @wraps(real)
    def call(*args: Any, **kwargs: Any) -> Any:
        who = whose(sys._getframe(1))  # in any thread: what acts late may do it while somebody else's run executes
        return real(*args, **kwargs) if who is None else act(who, real, *args, **kwargs)

    setattr(call, _REAL, real)
    for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if real in known:
            known.add(call)
    return call
