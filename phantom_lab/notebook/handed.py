"""What the panel hands to the cells of its notebook."""

from __future__ import annotations

import pandas as pd
from IPython.core.getipython import get_ipython

from phantom_lab.errors import InputError

VARIABLE = "panel_table"
"""What the frame is called there."""


def to_notebook(frame: pd.DataFrame) -> str:
    """Put a frame into a variable of the notebook; says which, and how large it is.

    Raises:
        InputError: there is no notebook.
    """
    shell = get_ipython()
    if shell is None:
        raise InputError("no notebook is there that could get the table")
    shell.push({VARIABLE: frame})
    return f"{VARIABLE} is a DataFrame of {len(frame):,} rows and {len(frame.columns):,} columns now"
