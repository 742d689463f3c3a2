"""The lines of one invocation, as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from phantom_lab.history.held import Held
from phantom_lab.lab import inside as insides

_COLUMNS = ("line", "text", "values", "test", "round", "function", "depth", "returned", "raised", "unseen",
            "comprehensions")


def inside(run: Held, invocation: int | str, **choices: Any) -> pd.DataFrame:
    """One row per line that an invocation executed; arguments as of `phantom_lab.inside`.

    ``attrs["left_out"]`` and ``attrs["not_followed"]`` say what is not among them.
    """
    found = insides.inside(run, invocation, **choices)
    made = pd.DataFrame([asdict(one) for one in found.lines], columns=list(_COLUMNS))
    made.attrs["left_out"] = [asdict(one) for one in found.left_out]
    made.attrs["not_followed"] = [asdict(one) for one in found.not_followed]
    return made
