"""A walk told step by step ends with what the datapath gives."""

from __future__ import annotations

from random import Random
from typing import Any

from phantom_lab.datapath import STAR, collect
from phantom_lab.datapath.walked import walked

KEYS = ("a", "b", 0, 1, STAR)


def value(chance: Random, depth: int) -> Any:
    """Some JSON: lists in lists, empty ones, numbers as keys."""
    kind = chance.randrange(6 if depth else 2)
    if kind < 2:
        return chance.choice([None, 1, "", "x", False])
    if kind < 4:
        return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {key: value(chance, depth - 1) for key in ("a", "b", "0") if chance.random() < 0.7}


def test_the_last_level_has_the_values_of_the_rows() -> None:
    """For data of any shape, and paths that do not fit it."""
    chance = Random(7)
    for _ in range(3_000):
        records = [value(chance, 4) for _ in range(chance.randrange(1, 4))]
        steps = tuple(chance.choice(KEYS) for _ in range(chance.randrange(5)))
        found = [row[0] for row in collect(records, [steps]) if row[0] is not None]
        levels = walked(records, steps, samples=10_000)
        assert list(levels[-1].samples) == found, (records, steps)
        assert (len(levels), levels[-1].there) == (len(steps) + 1, len(found))


def test_a_level_tells_what_is_lost_and_what_is_odd() -> None:
    """Of three records one has no such key; a list is met without a star, and a star meets an object."""
    levels = walked([{"a": [{"b": 1}, {"b": {"c": 2}}]}, {"a": []}, {}], ("a", "b", STAR, "c"))
    assert [(one.step, one.there, one.lost, one.odd) for one in levels] == [
        ("", 3, 0, ""), ("a", 2, 1, ""), ("b", 2, 1, "list"), ("*", 2, 0, "object"), ("c", 1, 1, "")]
    assert levels[1].before == ({},)
