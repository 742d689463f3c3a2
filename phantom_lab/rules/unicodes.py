"""Helpers from the platform's Python 2: texts out of bytes (``decode``), and bytes out of texts (``encode``).

Of these only names and signatures are known, and that dicts and lists are changed in place, as those functions return
nothing (observed). The encoding is UTF-8 (a constant of the platform); everything else is assumed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import needed
from phantom_lab.rules.registry import emulates

One = Callable[[Any], Any]


@emulates("convert_to_unicode")
def convert_to_unicode(run: PlaybookRun, value: Any) -> str:
    """Any value as a text (observed); bytes are decoded."""
    return str(_text(value))


@emulates("decode_unicode")
def decode_unicode(run: PlaybookRun, arg: Any) -> Any:
    """A value whose bytes are texts, inside of lists, tuples and dicts as well; the given one stays."""
    return _each(arg, _text)


@emulates("encode_unicode")
def encode_unicode(run: PlaybookRun, arg: Any) -> Any:
    """A value whose texts are bytes, inside of lists, tuples and dicts as well; the given one stays."""
    return _each(arg, _bytes)


@emulates("decode_unicode_dict")
def decode_unicode_dict(run: PlaybookRun, args: Any) -> None:
    """`decode_unicode` of a dict, its keys included, in place."""
    _in_place("decode_unicode_dict", args, dict, _text)


@emulates("encode_unicode_dict")
def encode_unicode_dict(run: PlaybookRun, args: Any) -> None:
    """`encode_unicode` of a dict, its keys included, in place."""
    _in_place("encode_unicode_dict", args, dict, _bytes)


@emulates("decode_unicode_list")
def decode_unicode_list(run: PlaybookRun, args: Any) -> None:
    """`decode_unicode` of a list, in place."""
    _in_place("decode_unicode_list", args, list, _text)


@emulates("encode_unicode_list")
def encode_unicode_list(run: PlaybookRun, args: Any) -> None:
    """`encode_unicode` of a list, in place."""
    _in_place("encode_unicode_list", args, list, _bytes)


@emulates("decode_unicode_tuple")
def decode_unicode_tuple(run: PlaybookRun, args: Any) -> tuple[Any, ...]:
    """`decode_unicode` of a tuple, which cannot change: a new one."""
    return _tuple("decode_unicode_tuple", args, _text)


@emulates("encode_unicode_tuple")
def encode_unicode_tuple(run: PlaybookRun, args: Any) -> tuple[Any, ...]:
    """`encode_unicode` of a tuple, which cannot change: a new one."""
    return _tuple("encode_unicode_tuple", args, _bytes)


@emulates("decode_unicode_parameters")
def decode_unicode_parameters(run: PlaybookRun, func: Any) -> Callable[..., Any]:
    """Decorator: the function gets its arguments as `decode_unicode` gives them."""
    return _before(func, _text)


@emulates("encode_unicode_parameters")
def encode_unicode_parameters(run: PlaybookRun, func: Any) -> Callable[..., Any]:
    """Decorator: the function gets its arguments as `encode_unicode` gives them."""
    return _before(func, _bytes)


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _bytes(value: Any) -> Any:
    return value.encode("utf-8", "replace") if isinstance(value, str) else value


def _each(value: Any, one: One) -> Any:
    if isinstance(value, list | tuple):
        return type(value)([_each(item, one) for item in value])
    if isinstance(value, dict):
        return {one(key): _each(item, one) for key, item in value.items()}
    return one(value)


def _tuple(call: str, given: Any, one: One) -> tuple[Any, ...]:
    needed(call, "args", given, (tuple, list), "a tuple")
    return tuple(_each(given, one))


def _in_place(call: str, given: Any, kind: type, one: One) -> None:
    needed(call, "args", given, (kind,), f"a {kind.__name__}")
    changed = _each(given, one)
    if isinstance(given, dict):
        given.clear()
        given.update(changed)
    elif isinstance(given, list):
        given[:] = changed


def _before(function: Any, one: One) -> Callable[..., Any]:
    @functools.wraps(function)
    def converted(*args: Any, **kwargs: Any) -> Any:
        return function(*(_each(value, one) for value in args),
                        **{name: _each(value, one) for name, value in kwargs.items()})

    return converted
