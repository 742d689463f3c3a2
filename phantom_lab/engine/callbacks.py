"""How the engine calls a block: which arguments it is offered, and which of them it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

_OLD_ORDER = ("action", "success", "container", "results", "handle")
"""The oldest playbooks take these five by position, under names of their own."""


def bind(callback: Callable[..., Any], offered: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Choose what a callback is called with.

    Args:
        callback: any callable.
        offered: every keyword argument that this kind of completion has.

    Returns:
        Positional and keyword arguments. A callable that declares nothing gets nothing; ``**kwargs`` gets exactly
        the offered keys; a required parameter of an unknown name makes the call positional, in the old order.
    """
    try:
        parameters = inspect.signature(callback).parameters.values()
    except (TypeError, ValueError):  # builtins without a signature
        return (), offered
    any_name = any(one.kind is one.VAR_KEYWORD for one in parameters)
    plain = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    by_position = any(one.default is one.empty and (one.name not in offered or one.kind is one.POSITIONAL_ONLY)
                      for one in plain)
    if by_position or (not any_name and any(one.kind is one.VAR_POSITIONAL for one in parameters)):
        taken = _OLD_ORDER[:len(plain)] if by_position else _OLD_ORDER
        rest = {name: value for name, value in offered.items() if name not in taken} if any_name else {}
        return tuple(offered.get(name) for name in taken), rest
    return (), offered if any_name else {one.name: offered[one.name] for one in parameters if one.name in offered}


def arguments_of(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call by parameter name; those of ``**kwargs`` under their own."""
    if not args:
        return kwargs
    code = getattr(function, "__code__", None)
    names = code.co_varnames[:code.co_argcount] if code else ()
    by_name = {names[n] if n < len(names) else f"argument {n + 1}": value for n, value in enumerate(args)}
    return {**by_name, **kwargs}


def with_changes(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                 changes: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Put new values in place of a call's arguments, by parameter name."""
    code = getattr(function, "__code__", None)
    places = {name: place for place, name in enumerate(code.co_varnames[:code.co_argcount])} if code else {}
    changed, rest = list(args), dict(kwargs)
    for name, value in changes.items():
        if places.get(name, len(args)) < len(args):
            changed[places[name]] = value
        else:
            rest[name] = value
    return tuple(changed), rest


def first_line(function: Callable[..., Any]) -> int:
    """Where a callable is defined; 0 for one that Python code does not define."""
    code = getattr(function, "__code__", None)
    return int(code.co_firstlineno) if code else 0


def label(callback: Callable[..., Any] | None) -> str | None:
    """A callback's name, for people: two callbacks may share one."""
    if callback is None:
        return None
    return getattr(callback, "__name__", None) or type(callback).__name__
