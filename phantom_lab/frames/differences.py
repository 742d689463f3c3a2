"""What one run did otherwise than another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from phantom_lab.frames.flatten import table
from phantom_lab.frames.tables import Run
from phantom_lab.views.difference import Difference
from phantom_lab.views.differences import diff


def differences(left: Run, right: Run, *, effects: bool = False) -> pd.DataFrame:
    """One row per difference of two runs, and per place of a value in which they differ.

    See `phantom_lab.diff`. ``times_left`` and ``times_right`` say how often each did it, ``path`` where in the value
    they differ, and ``left`` and ``right`` what stands there. What no block or line of a playbook did, such as a
    result, has none.
    """
    found = diff(left, right, effects=effects)
    return table([row for one in found.differences for row in _rows(one)],
                 ["section", "what", "path", "left", "right", "times_left", "times_right", "block_left", "line_left",
                  "block_right", "line_right"])


def _rows(one: Difference) -> Iterator[dict[str, Any]]:
    sides = {"left": one.left, "right": one.right}
    shared = {"section": one.section, "what": one.what,
              **{f"times_{side}": seen.times if seen else 0 for side, seen in sides.items()},
              **{f"{name}_{side}": getattr(seen, name) or None for side, seen in sides.items() if seen
                 for name in ("block", "line")}}
    if where := one.apart:
        yield from ({**shared, **place.to_json()} for place in where)
    else:
        yield {**shared, "path": "", **{side: seen.value for side, seen in sides.items() if seen}}
