"""Paths of a ``set``, with the values that a generated result has there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.outcomes.shaping import Steps, steps_of
from phantom_lab.scenarios.entry_pool import Where

_WHOLE = {"data": (list, "a list"), "summary": (dict, "an object"), "message": (str, "a text")}
"""What the parts of a result are as a whole."""
_PARTS = (*_WHOLE, "status")
_THERE = f"A path begins with {', '.join(f'action_result.{part}' for part in _PARTS)}."


def check_paths(values: Mapping[str, Any], where: Where) -> None:
    """See whether every path leads into a result, and its value can stand there.

    Raises:
        InputError: one does not, or cannot.
    """
    for path, value in values.items():
        steps = steps_of(path)
        what, hint = _wrong(path, steps, value)
        if what:
            raise InputError(what, where=where("set", path), hint=hint)


def _wrong(path: str, steps: Steps, value: Any) -> tuple[str, str]:
    if not steps or steps[0] not in _PARTS or not all(steps):
        return f"`set` has the path {path!r}, which leads to nothing in a result", _meant(path)
    part, alone = steps[0], len(steps) == 1
    if part in ("status", "message") and not alone:
        return f"`set` has the path {path!r}, and below `{part}` there is nothing", _THERE
    if part == "status" and value not in ("success", "failed"):
        return f"`set` has {path!r}: this must be success or failed, not {value!r}", ""
    if part in _WHOLE and alone and not isinstance(value, _WHOLE[part][0]):
        return f"`set` has {path!r}: this must be {_WHOLE[part][1]}, not {value!r}", ""
    return "", ""


def _meant(path: str) -> str:
    full = f"action_result.{path}"
    return f"Did you mean {full}?" if steps_of(full)[0] in _PARTS else _THERE
