"""Every notebook of the repository, executed in a real kernel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.patience import LONG

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IN_THE_BROWSER = "02_callbacks_for_analysts.ipynb"
"""Which `test_browser` runs from top to bottom, with the same judgement."""


@pytest.mark.parametrize("path", [one for one in NOTEBOOKS if one.name != IN_THE_BROWSER], ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom(path: Path) -> None:
    """Nobody clicks, and every cell works all the same."""
    import nbformat  # only now: together they take seconds to load
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=int(LONG), kernel_name="python3",
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    """What a reader sees is computed on the reader's machine."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
