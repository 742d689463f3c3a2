"""Custom lists in files."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.limits import open_plain
from phantom_lab.model import read_json


def rows_of(path: Path) -> list[Any]:
    """The rows of a custom list in a file: JSON, or CSV where its name ends in ``.csv``.

    Raises:
        InputError: it cannot be read, or holds no list.
    """
    rows = _csv_rows(path) if path.suffix.lower() == ".csv" else read_json(path, "list")
    if not isinstance(rows, list):
        raise InputError("a custom list must be a JSON list of rows", where=str(path),
                         hint='For instance [["1.1.1.1", "scanner"]].')
    return rows


def _csv_rows(path: Path) -> list[list[str]]:
    try:
        with TextIOWrapper(open_plain(path), encoding="utf-8-sig", newline="") as file:
            return [row for row in csv.reader(file) if row]
    except FileNotFoundError:
        raise InputError("no such list file", where=str(path)) from None
    except OSError as exc:
        raise InputError(f"the list file cannot be read: {exc.strerror}", where=str(path)) from None
    except (ValueError, csv.Error) as exc:
        raise InputError(f"the list file is not CSV: {exc}", where=str(path)) from None
