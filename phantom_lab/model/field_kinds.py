"""The kinds of fields of containers and artifacts: what is read of a value, and what is said where it is of another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Tell = Callable[[str, str], None]
"""Hears of a field, and what is said of it."""


def _text(name: str, value: Any, tell: Tell) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        tell(name, f"{kind_of(value)}, which is read as a text")
        return json.dumps(value)
    tell(name, f"{kind_of(value)}, where the platform has a text: it is kept")
    return value


def _time(name: str, value: Any, tell: Tell) -> Any:
    try:
        if value != "":
            datetime.fromisoformat(value)
    except (TypeError, ValueError):
        tell(name, f"{kind_of(value)}, and no time as the platform writes it (2026-01-31T08:00:00.000000Z): it is kept")
    return value


def _number(name: str, value: Any, tell: Tell) -> Any:
    text = str(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    tell(name, f"{kind_of(value)}, and no number from 0: it is not read")
    return None


def _flag(name: str, value: Any, tell: Tell) -> Any:
    if not isinstance(value, bool):
        tell(name, f"{kind_of(value)}, where the platform has true or false: it is kept")
    return value


def _texts(name: str, value: Any, tell: Tell) -> Any:
    found = _decoded(value, list)
    if not isinstance(found, list):
        tell(name, f"{kind_of(value)}, where the platform has a list of texts: it is kept")
        return value
    if found is not value:
        tell(name, f"{kind_of(value)}, which is read as {'the' if found else 'an empty'} list")
    if any(not isinstance(one, str) for one in found):
        tell(name, "not all of them are texts: they are kept")
    return found


def _tags(name: str, value: Any, tell: Tell) -> Any:
    if not isinstance(_decoded(value, list), list):
        raise ValueError(f"`{name}` is {kind_of(value)}, not a list")
    return _texts(name, value, tell)


def _object(name: str, value: Any, tell: Tell) -> Any:
    found = _decoded(value, dict)
    if isinstance(found, dict):
        if found is not value:
            tell(name, f"{kind_of(value)}, which is read as {'the' if found else 'an empty'} object")
        return found
    tell(name, f"{kind_of(value)}, where the platform has an object: it is kept")
    return value


def _cef(name: str, value: Any, tell: Tell) -> Any:
    found = _decoded(value, dict)
    if not isinstance(found, dict):
        raise ValueError(f"`{name}` is {kind_of(value)}, not an object")
    return _object(name, value, tell)


def _types(name: str, value: Any, tell: Tell) -> Any:
    found = _decoded(value, dict)
    if not isinstance(found, dict):
        tell(name, f"{kind_of(value)}, where the platform has an object of lists of texts: it is not read")
        return {}
    return {field: _types_of_one(name, types, tell) for field, types in _object(name, value, tell).items()}


def _types_of_one(name: str, value: Any, tell: Tell) -> list[str]:
    types = value if isinstance(value, list) else [] if value in (None, "") else [value]
    read = [one for one in types if isinstance(one, str)]
    if read != types:
        tell(name, "the types of a field are a list of texts: anything else is not read")
    elif read and not isinstance(value, list):
        tell(name, "the types of a field are a list of texts: one text is read as a list of it")
    return read


def _any(name: str, value: Any, tell: Tell) -> Any:
    return value


READ: Mapping[str, Callable[[str, Any, Tell], Any]] = {
    "text": _text, "time": _time, "number": _number, "flag": _flag, "texts": _texts, "tags": _tags, "object": _object,
    "cef": _cef, "types": _types, "any": _any}
"""By kind, takes a field's name and value and gives what is read. Raises `ValueError` where playbooks could not walk
into it; the text says what it is."""


def _decoded(value: Any, kind: type) -> Any:
    """A value of a kind, as it is or as JSON text; what is empty is an empty one."""
    if isinstance(value, kind):
        return value
    if value in ("", [], {}):
        return kind()
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found if isinstance(found, kind) else value
    return value


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    names = {dict: "an empty object" if not value else "an object", list: "a list", str: "a text", bool: "a boolean",
             int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
