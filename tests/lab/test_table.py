"""A table of cases: each is tried, and all that fail are told by their names."""

from __future__ import annotations

import inspect

import pytest

from tests.table import tabled

TRIED: list[tuple[int, str]] = []


@tabled("letter", "ab")
@tabled(("number", "twice"), [(1, 2), (2, 5), (3, 6)], ids=lambda one: f"<{one}>")
def doubled(given: list[int], number: int, twice: int, letter: str) -> None:
    """A test that fails for one row, and is skipped for one letter of another."""
    TRIED.append((number, letter))
    if (number, letter) == (3, "b"):
        pytest.skip("not here")
    assert [number * 2] == [twice, *given]


def test_every_case_is_tried_and_those_that_fail_are_named() -> None:
    """In every combination, with the traceback of each; one that is skipped is no success of the others."""
    assert [*inspect.signature(doubled).parameters] == ["given"]
    with pytest.raises(pytest.fail.Exception) as failed:
        doubled(given=[])
    told = str(failed.value)
    assert sorted(TRIED) == [(number, letter) for number in (1, 2, 3) for letter in "ab"]
    assert told.startswith("3 of 6 cases failed\n")
    assert [line for line in told.splitlines() if line[:2] in ("1.", "2.", "3.")] == [
        "1. letter='a', number=<2>, twice=<5>", "2. letter='b', number=<2>, twice=<5>",
        "3. letter='b', number=<3>, twice=<6>"]
    assert told.count("assert [number * 2] == [twice, *given]") == 2


def test_a_table_says_what_it_cannot_hold() -> None:
    """No cases, a case with a mark of its own, and a row that is too long."""
    for names, cases in (("a", []), ("a", [pytest.param(1)]), (("a", "b"), [(1, 2, 3)])):
        with pytest.raises((AssertionError, ValueError)):
            tabled(names, cases)(lambda a, b=0: None)
