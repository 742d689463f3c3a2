"""Every kind of finding: the smallest source that gives it, the nearest that does not, its line in the documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from phantom_lab.apps import Apps
from phantom_lab.apps.manifests import manifest_of
from phantom_lab.check.checking import check
from phantom_lab.check.kinds import KINDS
from tests.check.findings import EXAMPLES, MADE, PAGE, source, table
from tests.check.test_undeclared import MANIFEST


@pytest.fixture(autouse=True)
def usual_recursion_limit() -> Iterator[None]:
    """A run that rests in another test of the process raises it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


def kinds_of(folder: Path, text: str, file: str, inputs: tuple[str, ...]) -> dict[str, str]:
    """The level of each kind that is found in one file."""
    if inputs:
        (folder / "x.json").write_text(json.dumps({"coa": {"playbook_type": "data", "input_spec": [
            {"name": one, "description": "", "contains": []} for one in inputs]}}), encoding="utf-8")
    for name in {"x.py", MADE} - {file}:
        (folder / name).unlink(missing_ok=True)
    (folder / MADE).parent.mkdir(exist_ok=True)
    (folder / file).write_text(source(text, file), encoding="utf-8")
    declared = manifest_of(MANIFEST)
    assert declared is not None
    report = check([folder], apps=Apps([declared]))
    return {one.kind: one.level for one in (*report.remarks, *report.problems)}


@pytest.mark.parametrize("code", EXAMPLES)
def test_each_kind_is_found_and_its_nearest_neighbour_is_not(code: str, tmp_path: Path):
    """With a level that the table gives it."""
    for bad, good, file, inputs in EXAMPLES[code]:
        assert kinds_of(tmp_path, bad, file, inputs).get(code) in KINDS[code].levels.split(), source(bad, file)
        assert code not in kinds_of(tmp_path, good, file, inputs), source(good, file)


def test_every_kind_has_an_example_and_its_line_in_the_documents():
    """`python -m tests.check.findings` writes the table."""
    assert list(EXAMPLES) == list(KINDS)
    assert table() in PAGE.read_text(encoding="utf-8")
