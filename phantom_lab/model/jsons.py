"""JSON in and out: the platform hands every callback its own decoded copy."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, NotJSONError
from phantom_lab.later import regex
from phantom_lab.limits import check_dense, read_plain
from phantom_lab.misspelt import closest_file

_TEXT, _FIXED = frozenset({str}), frozenset({bool, float, type(None)})
_HALF = regex("[\ud800-\udfff]")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST = 1 << 64
"""Larger numbers may have too many digits to be written."""


def json_copy(value: Any) -> Any:
    """What is left of a value after the platform's JSON boundary: its own copy, tuples as lists.

    Texts and numbers are the value's own: nobody can change them.

    Raises:
        TypeError, ValueError: the value cannot be written as JSON.
    """
    try:
        return _copied(value)
    except RecursionError:  # a value that holds itself, or one that the library still reaches the end of
        return _decoded(value)


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind is dict and _TEXT.issuperset(map(type, value)) and all(map(str.isascii, value)):
        return {key: one if ((kind := type(one)) is str and one.isascii()) or kind in _FIXED or (
            kind is int and -_MOST < one < _MOST) else _copied(one) for key, one in value.items()}
    if kind is list or kind is tuple:
        return [one if ((kind := type(one)) is str and one.isascii()) or kind in _FIXED or (
            kind is int and -_MOST < one < _MOST) else _copied(one) for one in value]
    if kind in _FIXED or (kind is str and not _HALF.search(value)) or (kind is int and -_MOST < value < _MOST):
        return value
    return _decoded(value)  # halves of characters, keys that are no texts, classes of their own


def _decoded(value: Any) -> Any:
    return json.loads(json.dumps(value))


def read_json(path: str | Path, what: str, *, hints: Mapping[str, str] | None = None,
              twice: list[str] | None = None) -> Any:
    """Read a JSON file that a user named.

    Args:
        path: the file.
        what: what it should hold, for the message ("container", "results").
        hints: what to do with a file that is not JSON, by the ending of its name.
        twice: gets the keys that stand twice in one object; the last one counts.

    Raises:
        InputError: missing, no plain file, too large, unreadable, not UTF-8 or not JSON.
    """
    try:
        return json.loads(_text(path),
                          object_pairs_hook=None if twice is None else partial(_object, twice))
    except FileNotFoundError:
        raise InputError(f"no such {what} file{closest_file(path)}", where=str(path)) from None
    except OSError as exc:
        raise InputError(f"the {what} file cannot be read: {exc.strerror}", where=str(path)) from None
    except json.JSONDecodeError as exc:
        raise NotJSONError(f"the {what} file is not JSON: {exc.msg}", where=f"{path}:{exc.lineno}",
                           hint=(hints or {}).get(Path(path).suffix.lower(), "")) from None
    except UnicodeDecodeError as exc:
        begins = ": it begins as UTF-16 or UTF-32 does" if exc.object.startswith(_WIDE) else ""
        raise InputError(f"the {what} file is not JSON: not UTF-8 text{begins}", where=str(path),
                         hint="Save it as UTF-8." if begins else "") from None
    except RecursionError:
        raise InputError(f"the {what} file is not JSON: nested too deeply", where=str(path)) from None
    except ValueError as exc:  # a null byte in the name, a number of thousands of digits
        raise InputError(f"the {what} file cannot be read: {exc}", where=str(path)) from None


def _text(path: str | Path) -> str:
    check_dense(content := read_plain(path))
    return content.decode("utf-8-sig")


def _object(twice: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice += [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    return found


def given_json(value: Any, what: str, *, where: str = "") -> Any:
    """`json_copy` of something a user gave.

    Raises:
        InputError: it cannot be written as JSON.
    """
    try:
        return json_copy(value)
    except RecursionError:
        raise InputError(f"{what} is nested too deeply", where=where) from None
    except (TypeError, ValueError) as exc:
        raise InputError(f"{what} is not JSON: {exc}", where=where) from None
