"""Every notebook of the repository, executed in a real kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.patience import LONG

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IN_THE_BROWSER = "02_callbacks_for_analysts.ipynb"
"""Which `test_browser` runs from top to bottom, with the same judgement."""


@pytest.fixture(scope="module")
def in_order() -> Iterator[Any]:
    """Notebooks are executed in one kernel, which takes two seconds to load what each of them uses."""
    import nbformat  # only now: together they take seconds to load
    from nbclient import NotebookClient

    client = NotebookClient(nbformat.v4.new_notebook(), timeout=int(LONG), kernel_name="python3",
                            resources={"metadata": {"path": str(ROOT / "notebooks")}})
    with client.setup_kernel():
        yield client


@pytest.mark.parametrize("path", [one for one in NOTEBOOKS if one.name != IN_THE_BROWSER], ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom(path: Path, in_order: Any) -> None:
    """Nobody clicks, and every cell works all the same; it finds nothing of another notebook."""
    import nbformat

    forgotten = ["%unload_ext phantom_lab", "%reset -f"]
    in_order.nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in forgotten])
    in_order.execute(cleanup_kc=False)
    in_order.nb = notebook = nbformat.read(path, as_version=4)
    in_order.execute(cleanup_kc=False)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    """What a reader sees is computed on the reader's machine."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
