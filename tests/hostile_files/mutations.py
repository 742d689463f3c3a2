"""What becomes of a good file in hostile hands: the same for the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.deep import TOO_DEEP

CODE = "__import__('os').system('touch CANARY')"
"""What must never be executed."""
TOKENS = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"\\ud800"', b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"-" + b"9" * 400,
    b"[" * TOO_DEEP, b'{"a":' * TOO_DEEP, b'{"a": 1, "a": 2}', b"\n" * 1000, b"\r", b"\x1b[2J", "\u202e".encode(),
    b"a*" * 100, b"(a+)+$", b"{{" * 1000, b"%%\n", b"0001-01-01T00:00:00Z", b"99999-99-99", b"*a", b"&a [*a, *a]",
    b"!!python/object/apply:os.system ['touch CANARY']", f"${{{CODE}}}".encode(), f"{{% {CODE} %}}".encode(), b"\x80",
    b"/dev/zero", b"../../../../etc/passwd", b"-1", b"1.5", b"true", b"null", b"{}", b"[]", b'""', b": ", b"- ", b"#",
]
"""Put anywhere."""
VALUES: list[Any] = [
    None, True, 0, -1, 2**63, 10**400, 1.5, float("nan"), float("inf"), 1e308, "", "x" * 100_000, "\ud800", "\0", CODE,
    [], {}, [None], [[]] * 1000, {"": None}, {"id": "x"}, {"a": {"b": [1, {"c": []}]}}, "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999+00:00", "1970-01-01", "/dev/zero", "*" * 200, "a*" * 100, "(a+)+$", "artifact:*.cef.*",
    "http://[", "%s", "__class__", [1, "a", None, {}], -2**31, 4294967296, "²", "٣", "true",
]
"""In place of a value of JSON."""


def of_bytes(good: bytes, rng: Random) -> bytes:
    """Some bytes are others, doubled, gone, or a token."""
    data = bytearray(good)
    for _ in range(rng.choice([1, 1, 2, 5, 30])):
        place = rng.randrange(len(data) + 1)
        end = min(len(data), place + rng.choice([1, 1, 4, 40, 1000]))
        way = rng.randrange(6)
        if way == 0 and place < len(data):
            data[place] = rng.randrange(256)
        elif way == 1:
            data[place:place] = rng.choice(TOKENS)
        elif way == 2:
            del data[place:end]
        elif way == 3:
            data[place:place] = data[place:end] * rng.choice([1, 2, 1000])
        elif way == 4:
            data[place:end] = rng.choice(TOKENS)
        else:
            del data[place if place > len(data) // 2 else len(data):]
    return bytes(data)


def of_json(good: bytes, rng: Random) -> bytes:
    """Some values are others, some keys, too."""
    data = json.loads(good)
    for _ in range(rng.choice([1, 1, 2, 4])):
        places = list(_places([data], []))
        holder, key = rng.choice(places)
        way = rng.randrange(5)
        if way == 4 and isinstance(holder, dict):
            holder[rng.choice(["", "id", "name", "__class__", "\ud800", "x" * 10_000])] = holder.pop(key)
        elif way == 3 and isinstance(holder[key], list) and holder[key]:
            holder[key] = holder[key] * rng.choice([2, 100])
        else:
            holder[key] = rng.choice(VALUES)
        if not isinstance(data, dict | list):
            break
    return json.dumps(data).encode()


def of_lines(good: bytes, rng: Random) -> bytes:
    """Lines of a journal are missing, twice, in another order, or of other values; whose checksums are right."""
    lines = good.splitlines(keepends=True)
    place, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    way = rng.randrange(4)
    if way == 0:
        del lines[place]
    elif way == 1:
        lines.insert(place, lines[other])
    elif way == 2:
        lines[place], lines[other] = lines[other], lines[place]
    else:
        lines[place] = of_json(lines[place], rng) + b"\n"
    return b"".join(lines)


def _places(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    for key in [*node] if isinstance(node, dict) else range(len(node)):
        found.append((node, key))
        if isinstance(node[key], dict | list):
            _places(node[key], found)
    return found


def ways(file: str) -> list[Callable[[bytes, Random], bytes]]:
    """What may be done to a file of this name."""
    if file.endswith(".json"):
        return [of_bytes, of_json, of_json]
    return [of_bytes, of_lines] if file.endswith(".jsonl") else [of_bytes]
