"""Journals that somebody made by hand: every line is whole, and what it says is not what a run writes."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phantom_lab.history import Journal
from phantom_lab.history.encoding import compact, encode

INSTEAD: list[Any] = [None, True, 0, -1, 7, 1e300, "", "x", "\ud800\n", [], [None], [[1]], {}, {"id": {}}, {"x": [0]},
                      10 ** 4000, "9" * 5000, [{}] * 50]
"""What stands where something else is expected."""


def written(journal: Journal, file: Path) -> bytes:
    """The file of a journal that is in memory."""
    copy = Journal(file)
    copy.restore(journal.events, journal.stamps, dict(journal._values), journal.cut)
    copy.open()
    copy.close()
    return file.read_bytes()


def sealed(told: Any) -> bytes:
    """A line that is whole: values keep the white space that they have."""
    if "value" in told:
        body = f'{{"value":{told["value"]},"is":{encode(told["is"])}'
    elif "journal" in told:
        body = encode(told)[:-1]
    else:
        body = compact(told)[:-1]
    data = body.encode()
    return b'%s,"crc32":"%08x"}\n' % (data, zlib.crc32(data))


def opened(data: bytes) -> list[Any]:
    """The lines, without their checksums."""
    lines = [json.loads(line) for line in data.splitlines()]
    return [{name: one for name, one in line.items() if name != "crc32"} for line in lines]


def forged(lines: list[Any], chance: random.Random) -> bytes:
    """With one to three things in it that are others, or not there."""
    lines = json.loads(json.dumps(lines))
    for _ in range(chance.choice([1, 1, 2, 3])):
        line = chance.choice(lines)
        holder, key = chance.choice(list(_places(line)))
        what = chance.randrange(6)
        if what == 0:
            holder.pop(key) if isinstance(holder, list) or key not in ("value", "is") else None
        elif what == 1 and isinstance(holder[key], int) and not isinstance(holder[key], bool):
            holder[key] += chance.choice([-1, 1, 1000])
        else:
            holder[key] = chance.choice(INSTEAD)
    return b"".join(map(sealed, lines))


def _places(held: Any) -> Iterator[tuple[Any, Any]]:
    for key, one in held.items() if isinstance(held, dict) else enumerate(held):
        if not (isinstance(held, dict) and "value" in held and key == "value"):
            yield held, key
        if isinstance(one, dict | list):
            yield from _places(one)
