"""Whether what a file says of an event can have happened: types of its fields, and what it follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.history import events as vocabulary
from phantom_lab.history.events import (
    Cause,
    Event,
    Failure,
    InvocationEnded,
    InvocationStarted,
    RunStarted,
    Stamp,
)

_PLAIN: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (int, float), "str": (str,), "Ref": (str,), "bool": (bool,), "None": (type(None),),
    "Cause": (Cause,), "Failure": (Failure,)}
_NESTED: dict[str, type[Cause | Failure]] = {"cause": Cause, "failure": Failure}


def made(kind: Any, told: Mapping[str, Any], **earlier: Any) -> Any:
    """An event, or a part of one, of what stands in a line; what is not there has its default.

    Args:
        earlier: fields that no line holds.

    Raises:
        InputError: a field is of another type.
        KeyError: one is missing.
    """
    given = {}
    for name, default, fits, type_name in _checks(kind):
        if name not in told and default:
            continue
        value = told[name]
        if name in _NESTED and isinstance(value, dict):
            value = made(_NESTED[name], value)
        elif name == "failures" and isinstance(value, list):
            value = [made(Failure, one) if isinstance(one, dict) else one for one in value]
        if not fits(value):
            raise InputError(f"{name} of {kind.__name__} is no {type_name}")
        given[name] = value
    return kind(**given, **earlier)


def event_of(name: Any, told: Mapping[str, Any], **earlier: Any) -> Event:
    """An event by the name of its class; errors as of `made`."""
    kind = getattr(vocabulary, name, None) if isinstance(name, str) else None
    if not (isinstance(kind, type) and issubclass(kind, Event) and kind is not Event):
        raise InputError(f"there is no event {name!r}")
    event: Event = made(kind, told, **earlier)
    return event


def stamp_of(told: Any) -> Stamp:
    """When an event happened.

    Raises:
        InputError: that is no stamp.
    """
    if not (isinstance(told, list) and len(told) == 2 and type(told[0]) in (int, float) and type(told[1]) is int):
        raise InputError("the stamp is no list of seconds and the number of a command")
    return Stamp(*told)


class Order:
    """What has begun so far: nothing is part of what has not, so that whoever follows callers comes to an end."""

    def __init__(self) -> None:
        self._invocations: set[int] = set()
        self._runs: set[int] = set()

    def take(self, event: Event) -> None:
        """The next event.

        Raises:
            InputError: it is part of something that has not begun, or begins what has begun already.
        """
        if isinstance(event, InvocationStarted):
            if event.n in self._invocations:
                raise InputError(f"invocation {event.n} starts twice")
            self._begun("invocation", event.caller, self._invocations)
            self._invocations.add(event.n)
        elif isinstance(event, InvocationEnded):
            self._begun("invocation", event.n, self._invocations)
        elif isinstance(event, RunStarted):
            self._begun("run", event.parent, self._runs)
            self._runs.add(event.run)

    def _begun(self, what: str, number: int | None, begun: set[int]) -> None:
        if number is not None and number not in begun:
            raise InputError(f"{what} {number} has not begun here")


@cache
def _checks(kind: type[Any]) -> tuple[tuple[str, bool, Callable[[Any], bool], str], ...]:
    return tuple((one.name, one.default is not MISSING or one.default_factory is not MISSING, _fits(str(one.type)),
                  str(one.type)) for one in fields(kind) if one.metadata.get("stored", True))


def _fits(name: str) -> Callable[[Any], bool]:
    """Whether a value is of the type that an annotation names."""
    if name == "Any":
        return lambda value: True
    if " | " in name and "[" not in name.rpartition(" | ")[2]:
        first, _, last = name.rpartition(" | ")
        one, other = _fits(first), _fits(last)
        return lambda value: one(value) or other(value)
    if name in _PLAIN:
        kinds = _PLAIN[name]
        return lambda value: type(value) in kinds
    outer, _, inner = name.removesuffix("]").partition("[")
    if outer == "list":
        item = _fits(inner)
        return lambda value: isinstance(value, list) and all(map(item, value))
    assert outer == "dict", name
    item = _fits(inner.removeprefix("str, "))
    return lambda value: isinstance(value, dict) and all(map(item, value.values()))
