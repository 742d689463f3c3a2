"""Frames as files for a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from phantom_lab import InputError, frames
from phantom_lab.frames.exported import FORMULA

FORMULAS = json.loads((Path(__file__).parents[1] / "notebook" / "payloads.json").read_text())["formula"]


def test_no_cell_of_a_csv_file_is_a_formula(tmp_path: Path) -> None:
    """Cells and column names; numbers stay numbers, what is nested becomes JSON."""
    frame = pd.DataFrame({one: [one, -1, {"a": one}, None] for one in FORMULAS}, dtype=object)
    with frames.export(frame, tmp_path / "x.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 5
    for row in rows:
        for cell in row:
            assert not cell.lstrip(" ").startswith(FORMULA) or cell == "-1", cell
    assert rows[2] == ["-1"] * len(FORMULAS)
    assert rows[1][0] == f"'{FORMULAS[0]}"


def test_no_cell_of_an_excel_file_is_a_formula(tmp_path: Path) -> None:
    """As Excel's own reader sees it."""
    openpyxl = pytest.importorskip("openpyxl", reason="install the test extra")
    frame = pd.DataFrame({"a": [*FORMULAS, "\x1b[2J", "x" * 40_000]}, dtype=object)
    sheet = openpyxl.load_workbook(frames.export(frame, tmp_path / "x.xlsx")).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert len(cells) == len(frame) + 1
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[-1].value.endswith("… cut: 40,000 characters")


@pytest.mark.parametrize(("name", "problem"), [("x.txt", "exported as .csv or .xlsx"),
                                               ("no/x.csv", "cannot be written")])
def test_a_file_that_cannot_be_is_one_line(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        frames.export(pd.DataFrame({"a": [1]}), tmp_path / name)
