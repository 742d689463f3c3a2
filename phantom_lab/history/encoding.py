"""Values and events as JSON text, however hostile the values are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from phantom_lab.errors import is_from_within
from phantom_lab.history.events import Cause, Failure, Ref
from phantom_lab.later import regex

_ADDRESS = regex(r" at 0x[0-9a-fA-F]+")
"""Addresses differ from run to run, and journals are compared."""
_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|[][{}]')
_SHOWN, _DEEPEST = 2000, 100
"""Characters of a ``repr``, and its levels."""
_LEVELS = 500
"""Of a value that cannot be read whole, how many are."""


def encode(value: Any) -> str:
    """JSON text of any value; what is no JSON is shown by its ``repr``, without addresses, cut at 2,000 characters."""
    return _text(value, _encoder)


def without_addresses(text: str) -> str:
    """The text of an object without its address in memory, which is another one in every process."""
    return _ADDRESS.sub("", text)


def compact(value: Any) -> str:
    """The same without white space, and of events' parts without the fields that have their defaults."""
    if type(value) is Cause or type(value) is Failure:
        value = _represent(value)
    return _text(value, _compact)


def _text(value: Any, encoder: json.JSONEncoder) -> str:
    try:
        return repr(value) if type(value) is int else encoder.encode(value)
    except BaseException as exc:  # circular, too deep, keys that are no texts, methods that raise
        if not is_from_within(exc):
            raise
        return json.dumps(_as_text(value))


def decode(text: str) -> Any:
    """The value of a JSON text; what is nested too deeply in it is left out, and says so."""
    try:
        value, end = _scan(text, 0)
        return value if end == len(text) else json.loads(text)
    except StopIteration:  # white space around it, or no JSON
        return json.loads(text)
    except RecursionError:  # a run wrote it, which may nest more deeply than whoever reads
        return json.loads(_cut(text))


def _cut(text: str) -> str:
    depth = start = end = 0
    parts = []
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            start = token.start() if depth == _LEVELS else start
        elif token[0] in "]}":
            if depth == _LEVELS:
                parts += [text[end:start], '{"__repr__": "nested too deeply"}']
                end = token.end()
            depth -= 1
    return "".join([*parts, text[end:]])


def digest(text: str) -> Ref:
    """What stands for the JSON text of a value."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _represent(value: Any) -> Any:
    if type(value) in (set, frozenset):
        return sorted(value, key=_safe_repr)
    if type(value) in (Cause, Failure):
        told = ((name, getattr(value, name), default) for name, default in _defaults(type(value).__name__))
        return {name: one for name, one, default in told if one != default}
    return _as_text(value)


@cache
def _defaults(kind: str) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, [] if one.default_factory is not MISSING else one.default)
                 for one in fields(Cause if kind == Cause.__name__ else Failure))


def _as_text(value: Any) -> dict[str, str]:
    return {"__repr__": without_addresses(_safe_repr(value))}


def _safe_repr(value: Any) -> str:
    """The beginning of a value's ``repr``; of a large text or collection no more is made."""
    try:
        parts, size = [], 0
        for part in _parts(value, ()):
            parts.append(part)
            size += len(part)
            if size >= _SHOWN:
                break
        return "".join(parts)[:_SHOWN]
    except BaseException as exc:
        if not is_from_within(exc):
            raise
        return f"<{type(value).__name__}, whose repr raised {type(exc).__name__}>"


def _parts(value: Any, within: tuple[int, ...]) -> Iterator[str]:
    kind = type(value)
    if kind in (str, bytes, bytearray):
        yield repr(_head(value))
    elif kind not in _BRACKETS or not value:
        yield repr(value)
    elif id(value) in within:
        yield "{...}" if kind is dict else f"{_BRACKETS[kind][0]}...{_BRACKETS[kind][1]}"
    elif len(within) == _DEEPEST:
        yield "…"
    else:
        within = (*within, id(value))
        first, last = _BRACKETS[kind]
        yield first
        for number, one in enumerate(value):
            yield ", " if number else ""
            yield from _parts(one, within)
            if kind is dict:
                yield ": "
                yield from _parts(value[one], within)
        yield ",)" if kind is tuple and len(value) == 1 else last


def _head(value: Any) -> Any:
    """What of a text, or of bytes, its ``repr`` begins with; which quotes it has depends on the rest."""
    quotes = "'\"" if isinstance(value, str) else (b"'", b'"')
    return value[:_SHOWN] + type(value)().join(one for one in quotes if value.find(one, _SHOWN) >= 0)


_BRACKETS: dict[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")"), dict: ("{", "}"), set: ("{", "}"),
                                          frozenset: ("frozenset({", "})")}
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]
_encoder = json.JSONEncoder(default=_represent)
_compact = json.JSONEncoder(default=_represent, separators=(",", ":"))
