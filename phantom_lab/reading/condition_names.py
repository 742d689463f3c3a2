"""The names of conditions, which stay the same when lines move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.read import Reading


def condition_names(calls: Iterable[Call]) -> list[tuple[Call, str]]:
    """Calls in the order of their lines, and their names: ``condition_1`` for the first ``condition`` or ``decision``
    of a function."""
    numbers: Counter[str] = Counter()
    found = []
    for call in sorted(calls, key=lambda one: one.line):
        numbers[call.function] += 1
        found.append((call, f"condition_{numbers[call.function]}"))
    return found


def conditions_of(reading: Reading) -> Iterable[Call]:
    """The calls that are named so."""
    return reading.calls_of(*texts.CONDITIONS[:2])
