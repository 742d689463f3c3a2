"""Helpers: which parameters a call was given. One counts as given when it is not None.

Each check returns whether it holds, and a message where it does not (form observed of `_check_required_params`,
assumed of the others; texts assumed).
"""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import COLLECTIONS, needed
from phantom_lab.rules.registry import emulates

Checked = tuple[bool, str]


@emulates("_check_required_params")
def check_required_params(run: PlaybookRun, kwargs: dict[str, Any]) -> Checked:
    """Whether all are given."""
    absent = [name for name, value in kwargs.items() if value is None]
    return _checked(not absent, f"missing required parameters: {', '.join(absent)}")


@emulates("_check_at_least_one_param")
def check_at_least_one_param(run: PlaybookRun, kwargs: dict[str, Any]) -> Checked:
    """Whether any is given."""
    return _checked(bool(_given(kwargs)), f"at least one of these parameters is required: {', '.join(kwargs)}")


@emulates("_check_one_and_only_one_param")
def check_one_and_only_one_param(run: PlaybookRun, or_none: Any, kwargs: dict[str, Any]) -> Checked:
    """Whether exactly one is given; with `or_none` none is right as well."""
    number = len(_given(kwargs))
    return _checked(number == 1 or (bool(or_none) and not number),
                    f"{'at most' if or_none else 'exactly'} one of these parameters is allowed: {', '.join(kwargs)}")


@emulates("_check_param_in_choices")
def check_param_in_choices(run: PlaybookRun, choices: Any, kwargs: dict[str, Any]) -> Checked:
    """Whether each, given or not, is one of the choices."""
    needed("_check_param_in_choices", "choices", choices, (*COLLECTIONS, dict), "a list")
    wrong = [name for name, value in kwargs.items() if value not in list(choices)]
    return _checked(not wrong, f"{', '.join(wrong)} must be one of {', '.join(map(str, choices))}")


@emulates("_get_arity")
def get_arity(run: PlaybookRun, include_none: Any, kwargs: dict[str, Any]) -> int:
    """How many are given; with `include_none` how many there are (assumed)."""
    return len(kwargs if include_none else _given(kwargs))


def _given(kwargs: dict[str, Any]) -> list[str]:
    return [name for name, value in kwargs.items() if value is not None]


def _checked(right: bool, message: str) -> Checked:
    return right, "" if right else message
