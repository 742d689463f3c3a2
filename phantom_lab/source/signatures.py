"""What callables declare, and the arguments of a call by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import CodeType, FunctionType
from typing import Any

PLAIN = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
"""Kinds of parameters that a value can be passed to by position."""
_ALL = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


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
        names = tuple(one.name for one in parameters_of(function) or () if one.kind in PLAIN)
    by_name = {names[n] if n < len(names) else f"argument {n + 1}": value for n, value in enumerate(args)}
    return {**by_name, **kwargs}


def with_changes(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                 changes: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Put new values in place of a call's arguments, by parameter name."""
    if not changes:
        return args, kwargs
    names = [one.name for one in parameters_of(function) or () if one.kind in PLAIN][:len(args)]
    changed, rest = list(args), dict(kwargs)
    for name, value in changes.items():
        if name in names:
            changed[names.index(name)] = value
        else:
            rest[name] = value
    return tuple(changed), rest


def takes(function: Callable[..., Any], name: str) -> bool:
    """Whether a callable can be given an argument of this name."""
    parameters = parameters_of(function)
    if parameters is None:
        return True
    named = {one.name for one in parameters if one.kind is not one.VAR_POSITIONAL}
    return name in named or any(one.kind is one.VAR_KEYWORD for one in parameters)


def required(function: Callable[..., Any]) -> list[str]:
    """Names of the parameters that have no default."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [one.name for one in parameters_of(function) or () if one.kind in named and one.default is one.empty]


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


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """What is declared by whatever looks at the arguments: a wrapper that passes everything on does not.

    Returns:
        None where nothing tells.
    """
    try:
        return list(_signature(function).parameters.values())
    except (TypeError, ValueError, RecursionError):  # builtins without a signature, wrappers in a circle
        return None


def named_plainly(function: Callable[..., Any]) -> tuple[tuple[str, ...], set[str], bool]:
    """What `parameters_of` says of a plain function, far quicker: the names by which all parameters can be given, those
    that have no default, and whether it takes any other as well. No names: something else has to be looked at."""
    if type(function) is not FunctionType or not vars(function).keys().isdisjoint(("__wrapped__", "__signature__")):
        return (), set(), False
    code, defaults = function.__code__, function.__defaults__ or ()
    if code.co_posonlyargcount or code.co_flags & inspect.CO_VARARGS:
        return (), set(), False
    names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
    optional = {*names[code.co_argcount - len(defaults):code.co_argcount], *(function.__kwdefaults__ or ())}
    return names, {*names} - optional, bool(code.co_flags & inspect.CO_VARKEYWORDS)


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    if isinstance(function, staticmethod):  # taken out of its class
        return _signature(function.__func__)
    own = inspect.signature(function, follow_wrapped=False)
    kinds = {one.kind for one in own.parameters.values()}
    if inspect.Parameter.VAR_KEYWORD not in kinds or not kinds <= _ALL:
        return own
    wrapped = vars(function).get("__wrapped__") if isinstance(function, FunctionType) else None
    return _signature(wrapped) if callable(wrapped) else inspect.signature(function)
