"""Answers of bounded length."""

import json
import random

import pytest

from phantom_lab.bounded import MOST, bounded


def made(chance, depth=0):
    """A value of JSON; hostile ones are long, wide, deep and of characters that take many bytes."""
    kind = chance.choice(("text", "number", "list", "dict")) if depth < 5 else "text"
    if kind == "text":
        return chance.choice(("x", "…", "\U0001f600", '"')) * chance.choice((0, 3, 30, 900))
    if kind == "number":
        return chance.choice((None, True, 0, 1.5, 10 ** 30))
    several = range(chance.choice((0, 2, 5, 7 if depth else 150)))
    if kind == "list":
        return [made(chance, depth + 1) for _ in several]
    return {f"{chance.choice(('key', 'k' * 300))}{number}": made(chance, depth + 1) for number in several}


@pytest.mark.parametrize("seed", range(3))
def test_an_answer_is_short_keeps_its_form_and_says_what_is_left_out(seed):
    chance = random.Random(seed)
    for _ in range(8):
        told = {f"field_{number}": made(chance) for number in range(6)}
        text = bounded(told)
        answer = json.loads(text)
        assert len(text.encode()) <= MOST
        assert answer.keys() - {"left_out"} == told.keys()
        assert (answer == told) != ("left_out" in answer)


def test_everything_is_given_where_somebody_asks_for_it():
    told = {"rows": ["x" * 100] * 1_000}
    assert json.loads(bounded(told, None)) == told
    assert json.loads(bounded(told))["left_out"]["rows"] > 900
