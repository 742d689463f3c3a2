"""Frames as files for a spreadsheet, in which no cell of hostile data is a formula."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from phantom_lab.errors import InputError

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""Beginnings of what a spreadsheet may read as a formula; the last four are full-width."""
CELL = 32_767
"""Characters of a cell that Excel takes."""


def export(frame: pd.DataFrame, file: str | Path) -> Path:
    """Write a frame as CSV or Excel file, by the name's ending; a text that a spreadsheet may take for a formula gets
    an apostrophe in front, column names too.

    Args:
        frame: any view.
        file: ``….csv``, or ``….xlsx`` (needs the package openpyxl).

    Raises:
        InputError: another ending, a file that cannot be written, or openpyxl is missing.
    """
    path = Path(file)
    inert = pd.DataFrame({number: [neutral(one) for one in frame.iloc[:, number]]
                          for number in range(len(frame.columns))}, dtype=object)
    inert.columns = pd.Index([neutral(str(name)) for name in frame.columns])
    try:
        if path.suffix == ".csv":
            inert.to_csv(path, index=False, errors="backslashreplace")
        elif path.suffix == ".xlsx":
            inert.to_excel(path, index=False)
        else:
            raise InputError("a table is exported as .csv or .xlsx", where=str(path))
    except ImportError:
        raise InputError("an Excel file needs the package openpyxl", where=str(path),
                         hint="pip install openpyxl, or choose .csv.") from None
    except OSError as exc:
        raise InputError(f"the table cannot be written: {exc.strerror or exc}", where=str(path)) from None
    return path


def neutral(value: Any) -> Any:
    """A cell that no spreadsheet executes; what is nested becomes JSON."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(one if one.isprintable() or one in "\n\t" else f"\\x{ord(one):02x}" for one in text)
    if len(text) > CELL:
        text = f"{text[:CELL - 40]}… cut: {len(text):,} characters"
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
