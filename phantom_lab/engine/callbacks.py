"""How the engine calls a block: which arguments it is offered, and which of them it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import CodeType, FunctionType
from typing import Any

_PLAIN = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_OLD_ORDER = ("action", "success", "container", "results", "handle")
"""The oldest playbooks take these five by position, under names of their own."""


def bind(callback: Callable[..., Any], offered: dict[str, Any],
         order: tuple[str, ...] = _OLD_ORDER) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Choose what a callback is called with.

    Args:
        callback: any callable.
        offered: every keyword argument that this kind of completion has.
        order: what is given by position, where it has to be.

    Returns:
        Positional and keyword arguments. A callable that declares nothing gets nothing; ``**kwargs`` gets exactly
        the offered keys; a required parameter of an unknown name makes the call positional, in `order`.
    """
    try:
        parameters = inspect.signature(callback).parameters.values()
    except (TypeError, ValueError):  # builtins without a signature
        return (), offered
    any_name = any(one.kind is one.VAR_KEYWORD for one in parameters)
    plain = [one for one in parameters if one.kind in _PLAIN]
    by_position = any(one.default is one.empty and (one.name not in offered or one.kind is one.POSITIONAL_ONLY)
                      for one in plain)
    if by_position or (not any_name and any(one.kind is one.VAR_POSITIONAL for one in parameters)):
        taken = order[:len(plain)] if by_position else order
        rest = {name: value for name, value in offered.items() if name not in taken} if any_name else {}
        return tuple(offered.get(name) for name in taken), rest
    return (), offered if any_name else {one.name: offered[one.name] for one in parameters if one.name in offered}


def arguments_of(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call by parameter name; those of ``**kwargs`` under their own."""
    if isinstance(function, partial):
        return arguments_of(function.func, (*function.args, *args), {**function.keywords, **kwargs})
    if not args:
        return kwargs
    if isinstance(function, FunctionType) and not hasattr(function, "__wrapped__"):  # the common case, and a fast one
        code = function.__code__
        names = code.co_varnames[:code.co_argcount]
    else:
        names = tuple(one.name for one in _parameters(function) or () if one.kind in _PLAIN)
    by_name = {names[n] if n < len(names) else f"argument {n + 1}": value for n, value in enumerate(args)}
    return {**by_name, **kwargs}


def with_changes(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                 changes: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Put new values in place of a call's arguments, by parameter name."""
    if not changes:
        return args, kwargs
    names = [one.name for one in _parameters(function) or () if one.kind in _PLAIN][:len(args)]
    changed, rest = list(args), dict(kwargs)
    for name, value in changes.items():
        if name in names:
            changed[names.index(name)] = value
        else:
            rest[name] = value
    return tuple(changed), rest


def takes(function: Callable[..., Any], name: str) -> bool:
    """Whether a callable can be given an argument of this name."""
    parameters = _parameters(function)
    if parameters is None:
        return True
    named = {one.name for one in parameters if one.kind is not one.VAR_POSITIONAL}
    return name in named or any(one.kind is one.VAR_KEYWORD for one in parameters)


def required(function: Callable[..., Any]) -> list[str]:
    """Names of the parameters that have no default."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [one.name for one in _parameters(function) or () if one.kind in named and one.default is one.empty]


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """The code that a callable runs: of a function, a method, a partial's function, an object's ``__call__``."""
    while isinstance(function, partial):
        function = function.func
    for candidate in (function, type(function).__call__):
        code = getattr(candidate, "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None


def label(callback: Callable[..., Any] | None) -> str | None:
    """A callback's name, for people: two callbacks may share one."""
    if callback is None:
        return None
    while isinstance(callback, partial):
        callback = callback.func
    name = getattr(callback, "__name__", None)
    return name if isinstance(name, str) else type(callback).__name__


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """None where nothing tells them."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # builtins without a signature
        return None
