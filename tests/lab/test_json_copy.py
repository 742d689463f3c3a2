"""The platform's JSON boundary: a copy is what writing and reading again gives."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import IntEnum
from typing import Any

from phantom_lab.model import json_copy


class Text(str):
    """A class of somebody's own."""


class Number(IntEnum):
    """Likewise."""

    ONE = 1


def nested(levels: int, wrap: Any) -> Any:
    value = wrap(1)
    for _ in range(levels):
        value = wrap(value)
    return value


RING: list[Any] = []
RING.append({"a": RING})
VALUES: list[Any] = [
    None, True, 0, -1, 1 << 64, -(1 << 64), 10 ** 400, 10 ** 5_000, 0.0, -0.0, 1e308, float("inf"), float("-inf"), "",
    "a", "é", "\ud83d\ude00", "\ud83d", "x\udc00", "\U0001f600", Text("a"), Number.ONE, b"a", {1}, object(), print, (),
    [], {}, (1, (2, [3])),
    {"a": (1,)}, {1: 2}, {None: 1, True: 2, 1.5: 3}, {"é": 1}, {"\ud83d\ude00": [1]}, {Text("a"): 1},
    {"a": 1, 1: 2}, {"1": 1, 1: 2}, {(1,): 2}, OrderedDict(a=1), {"a": OrderedDict(b=(1,))}, [Text("b"), {"c": {1}}],
    RING, nested(500, lambda one: [one]), nested(20_000, lambda one: {"a": one}), [[1.5, "é", {"ü": "\ud800\n"}]]]


def told(value: Any) -> str:
    """The types of a value's parts, and its JSON, in one text."""
    if isinstance(value, dict):
        return f"{type(value)}{{{', '.join(f'{told(key)}: {told(one)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"{type(value)}[{', '.join(map(told, value))}]"
    return f"{type(value)}{value!r}"


def outcome(copy: Any, value: Any) -> str:
    try:
        return told(copy(value))
    except (TypeError, ValueError, RecursionError) as exc:
        return f"{type(exc).__name__}: {str(exc)[:60]}"


def test_a_copy_is_what_writing_and_reading_again_gives():
    """With the same types, and the same errors."""
    for value in VALUES:
        assert outcome(json_copy, value) == outcome(lambda one: json.loads(json.dumps(one)), value), repr(value)[:80]


def test_a_copy_shares_nothing_that_can_be_changed():
    """However deep."""
    value = {"a": [{"b": [1]}], "é": [2]}
    copy = json_copy(value)
    copy["a"][0]["b"].append(2)
    copy["é"].append(3)
    assert value == {"a": [{"b": [1]}], "é": [2]}
