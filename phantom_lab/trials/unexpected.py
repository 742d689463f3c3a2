"""Values that playbooks do not expect, and that people, apps and other tools put into fields all the same."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any


class _Absent(Enum):
    ABSENT = "absent"


ABSENT = _Absent.ABSENT
"""Stands for a field that is not there."""
MANY = [f"sample {number}" for number in range(200)]
LONG = "a" * 100_000
_TEXTS = (
    "", " ", "sample", "0", "-1", "sample, other", "sample\nother", "it's", 'say "so"', "{0} {}", "{0.__class__}", "{",
    "%", "%%", "%s", "\\", "e\u0301", "\u05e9\u05dc\u05d5\u05dd", "\u202esample", "\U0001f600",
    "<script>alert(1)</script>", "../../sample", LONG)
_OTHERS = (0, -1, 1e308, True, [None], ["sample", 7], MANY, {"sample": {"deep": ["value"]}})
_SHOWN = 60
"""Characters of a value."""


def anything(sane: Any) -> tuple[Any, ...]:
    """Values for a field that holds any JSON, the simplest first.

    Args:
        sane: what it holds otherwise; None where that is not known.
    """
    own: list[Any] = [] if sane is None else [[sane], [sane, sane]]
    if isinstance(sane, str):
        own += [f"{sane},{sane}", f"{sane}\n"]
    elif isinstance(sane, int | float) and not isinstance(sane, bool):
        own.append(str(sane))
    return _others_than(sane, None, ABSENT, "", [], {}, *_TEXTS, *_OTHERS, *own)


def text(sane: Any = None, *, optional: bool = False) -> tuple[Any, ...]:
    """Values for a field that holds a text on the platform, whoever fills it.

    Args:
        optional: whether None is one of them.
    """
    return _others_than(sane, *([None] if optional else ()), *_TEXTS)


def texts(sane: Any = None) -> tuple[Any, ...]:
    """Values for a field that holds a list of texts, such as tags."""
    return _others_than(sane, [], [""], ["sample", "sample"], *([one] for one in _TEXTS[2:]), MANY)


def values(sane: Any = None) -> tuple[Any, ...]:
    """Values for a playbook's input: a list of anything."""
    first = sane[0] if isinstance(sane, list) and sane else None
    several: tuple[Any, ...] = (["sample", "sample"], [None, "sample"], ["sample", 7], MANY)
    return _others_than(sane, [], *([one] for one in anything(first) if one is not ABSENT), *several)


def rows(sane: Any = None) -> tuple[Any, ...]:
    """Contents of a custom list: rows of texts and empty cells."""
    several = ([[None], ["sample", "sample"]], [[one] * 3 for one in MANY])
    return _others_than(sane, ABSENT, [], [[]], [[None] * 3], *([[one] * 3] for one in _TEXTS), *several)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; 0 is another value than False."""
    return bool(_key(one) == _key(other))


def told(value: Any) -> str:
    """In words what a field holds."""
    if value is ABSENT:
        return "is not there"
    if isinstance(value, list) and len(value) > 5:
        return f"is a list of {len(value)} values"
    shown = repr(value)
    return f"is {shown}" if len(shown) <= _SHOWN else f"is {shown[:_SHOWN]}… ({len(shown):,} characters)"


def _others_than(sane: Any, *given: Any) -> tuple[Any, ...]:
    """Each value once, and none that is there already."""
    found = {_key(one): one for one in given}
    return tuple(one for key, one in found.items() if sane is None or key != _key(sane))


def _key(value: Any) -> Any:
    return value if value is ABSENT else json.dumps(value)
