"""`datetime` on a run's own clock."""

from __future__ import annotations

import datetime as real
from typing import Any

from phantom_lab.state import Clock

_REAL = "__phantom_lab_real__"


class _Stand(type):
    """Type of the classes that stand for the real ones.

    All that such a class makes is of the real class, so that it is pickled, shown, compared and taken by libraries as
    anywhere else, and outlives the run. The class therefore says yes to what is real, and equals the real class.
    """

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, vars(cls).get(_REAL, ())) or super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, vars(cls).get(_REAL, ())) or super().__subclasscheck__(subclass)

    def __eq__(cls, other: object) -> bool:
        return cls is other or (_REAL in vars(cls) and other is vars(cls)[_REAL])

    def __hash__(cls) -> int:
        return hash(vars(cls).get(_REAL)) if _REAL in vars(cls) else super().__hash__()


def datetime_names(clock: Clock) -> dict[str, Any]:
    """``datetime`` and ``date``, whose ``now``, ``utcnow`` and ``today`` read the clock."""
    return {"datetime": _datetime(clock), "date": _date(clock)}


def _datetime(clock: Clock) -> type:
    class datetime(real.datetime, metaclass=_Stand):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return real.datetime.__new__(real.datetime if cls is datetime else cls, *args, **kwargs)

        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(clock.now().timestamp(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(clock.now().timestamp())

        @classmethod
        def utcnow(cls) -> Any:
            now = clock.now()
            return cls.combine(now.date(), now.time())

    return _dressed(datetime, real.datetime)


def _date(clock: Clock) -> type:
    class date(real.date, metaclass=_Stand):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return real.date.__new__(real.date if cls is date else cls, *args, **kwargs)

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(clock.now().timestamp())

    return _dressed(date, real.date)


def _dressed(stand: type, behind: type) -> type:
    """Give a class the names of the real one, which error messages and ``repr`` show."""
    setattr(stand, _REAL, behind)
    for name in ("__module__", "__qualname__", "__doc__"):
        setattr(stand, name, getattr(behind, name))
    return stand
