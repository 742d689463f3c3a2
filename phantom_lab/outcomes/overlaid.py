"""A result with other values at some of its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from phantom_lab.model import ActionResult, json_copy
from phantom_lab.outcomes.outcome import Outcome
from phantom_lab.outcomes.shaping import STAR, steps_of


def overlaid(outcome: Outcome, wanted: Mapping[str, Any]) -> Outcome:
    """An outcome in which paths have values.

    Args:
        wanted: by path, such as ``action_result.data.*.score``: in every row, and in a first one where there is none.
    """
    return replace(outcome, results=tuple(_result(one, wanted) for one in outcome.results))


def put(given: Any, steps: Sequence[Any], value: Any) -> Any:
    """A copy of JSON with a value at a place; what is in the way is replaced."""
    if not steps:
        return json_copy(value)
    step, *rest = steps
    if step == STAR:
        rows = given if isinstance(given, list) and given else [{}]
        return [put(one, rest, value) for one in rows]
    if isinstance(step, int) or (isinstance(given, list) and str(step).isdecimal()):
        rows = list(given) if isinstance(given, list) else []
        rows += [{}] * (int(step) + 1 - len(rows))
        return [put(one, rest, value) if place == int(step) else one for place, one in enumerate(rows)]
    known = given if isinstance(given, dict) else {}
    return {**known, str(step): put(known.get(str(step)), rest, value)}


def _result(result: ActionResult, wanted: Mapping[str, Any]) -> ActionResult:
    told: dict[str, Any] = {"message": result.message, "data": result.data, "summary": result.summary}
    for path, value in wanted.items():
        told = put(told, steps_of(path), value)
    return replace(result, **told)
