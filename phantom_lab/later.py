"""What a module makes as it is loaded, made when it is first asked for: a command uses little of what it loads.

For a dataclass the standard library writes and compiles the source of about six functions, and a regular expression
takes as long. Here the same library makes them, only later: fields, signatures, methods and errors are its own.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "regex"]

if TYPE_CHECKING:
    from dataclasses import dataclass
    from re import compile as regex
else:
    def dataclass(cls=None, /, *, slots=False, frozen=False, eq=True, repr=True, kw_only=False):
        """As `dataclasses.dataclass`; later where there are slots, as these need a second class anyway."""
        options = {"frozen": frozen, "eq": eq, "repr": repr, "kw_only": kw_only}
        make = partial(_slotted, options) if slots else dataclasses.dataclass(**options)
        return make if cls is None else make(cls)

    class regex:
        """As `re.compile`; an expression that is wrong is told at its first use."""

        def __init__(self, pattern, flags=0):
            self._given = pattern, flags

        def __getattr__(self, name):
            found = getattr(re.compile(*self._given), name)
            setattr(self, name, found)  # next time it is there
            return found


class _Later:
    """Stands in a class for what the standard library makes of it, until one of those is asked for."""

    def __init__(self, written: dict[str, Any], options: dict[str, bool]) -> None:
        self.written, self.options = written, options

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: object, kind: type | None = None) -> Any:
        own = self.owner  # what is kept here stays as it is: another thread may be at the same
        made: type = dataclasses.dataclass(_again(own, dict(self.written)), **self.options)
        for name, value in list(vars(own).items()):
            if isinstance(value, _Later) and value.options == self.options:
                setattr(own, name, vars(made)[name])
        found = vars(own)[self.name]
        return found.__get__(instance, kind) if hasattr(found, "__get__") else found


def _slotted(options: dict[str, bool], cls: type) -> type:
    """A class with slots for its fields, and everything else later."""
    written = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    fields = {name: None for name, told in written.get("__annotations__", {}).items()
              if told != "KW_ONLY" and not told.startswith("ClassVar")}
    inherited = {name for base in cls.__mro__[1:] for name in vars(base).get("__slots__", ())}
    own = {name: value for name, value in written.items() if name not in fields}
    if own.get("__hash__") is None and "__eq__" in own:
        del own["__hash__"]  # Python's doing
    first, rest = {"__init__", "__dataclass_fields__", "__match_args__"}, {"__dataclass_params__"}
    first |= {"__replace__"} if sys.version_info >= (3, 13) else set()
    rest |= {"__repr__"} if options["repr"] else set()
    rest |= {"__eq__", "__hash__"} if options["eq"] else set()
    made: dict[str, Any] = {name: _Later(written, {**options, "repr": False, "eq": False}) for name in first}
    made |= {name: _Later(written, options) for name in rest}
    if options["frozen"]:
        made |= {"__setattr__": _refuse_change, "__delattr__": _refuse_deletion}
    elif options["eq"]:
        made["__hash__"] = None
    return _again(cls, {"__getstate__": _state, "__setstate__": _set_state, **made, **own,
                        "__slots__": tuple(one for one in fields if one not in inherited)})


def _again(cls: type, holds: dict[str, Any]) -> type:
    try:
        made: type = type(cls)(cls.__name__, cls.__bases__, {"__qualname__": cls.__qualname__, **holds})
    except RuntimeError as exc:  # Python 3.11 makes one of whatever is raised in a __set_name__: of an interrupt, too
        raise (exc.__cause__ if exc.__cause__ and not isinstance(exc.__cause__, Exception) else exc) from None
    return made


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


def _refuse_change(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
