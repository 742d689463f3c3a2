"""What stands behind `API_COVERAGE.md`: gaps are found, evidence is told, and an unproven name, too."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.rules.registry import EMULATED
from phantom_lab.rules.surface import surface
from tests import forked
from tests.api_coverage import coverage, gaps_of
from tests.conftest import ROOT

TESTS = "tests/fidelity/test_lists.py::test_a_list_is_replaced"
PROOF = "import json; from tests.api_coverage import prove; prove(json.loads({calls!r}))"


def looks_at_key(run: Any, key: Any, **others: Any) -> Any:
    """Takes everything, looks at one argument."""
    return key


def looks_at_all(run: Any, **given: Any) -> Any:
    """Looks at everything that it is given."""
    return given


@pytest.mark.parametrize(("function", "said", "gaps"), [
    (looks_at_key, (), ["not looked at: `clear_data`, `use_filesystem`"]),
    (looks_at_key, ("`clear_data`: nothing is cleared",), ["`clear_data`: nothing is cleared",
                                                           "not looked at: `use_filesystem`"]),
    (looks_at_all, (), []),
])
def test_an_argument_that_is_not_looked_at_is_a_gap(monkeypatch, function, said, gaps):
    """However the function takes it; what is said of it stands for itself."""
    monkeypatch.setitem(EMULATED, "get_data", replace(EMULATED["get_data"], function=function, gaps=said))
    assert gaps_of("get_data") == gaps


def test_every_name_has_a_line_with_its_evidence():
    """The weakest evidence stands beside the strongest; the file with the most tests is named."""
    text = coverage({"collect": {"tests/fidelity/test_a.py::test_1": "assumed", "tests/fidelity/test_b.py::test_1":
                                 "documented", "tests/fidelity/test_b.py::test_2": "assumed"}})
    lines = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert lines.keys() >= surface().functions.keys()
    assert "| documented, assumed | test_b.py |" in lines["collect"]
    assert "| `artifact_values` | none |" in lines["artifact_values"]


def test_calls_are_recorded_and_a_name_without_a_test_that_notices_is_told(tmp_path: Path):
    """A run of the tests gives the calls; where a name's tests do not notice that it does nothing, the proof fails."""
    file = tmp_path / "calls.json"
    forked.run([sys.executable, "-m", "pytest", "-q", TESTS, f"--api-calls={file}"], cwd=ROOT, check=True,
               stdout=subprocess.DEVNULL)
    calls = json.loads(file.read_text(encoding="utf-8"))
    test, evidence = next(iter(calls["set_list"].items()))
    assert test.startswith(TESTS)
    assert evidence in ("documented", "observed", "assumed")
    proof = forked.run([sys.executable, "-c", PROOF.format(calls=json.dumps(calls))], cwd=ROOT, text=True,
                       capture_output=True)
    unproven = proof.stderr.rpartition("`return None`: ")[2].strip().split(", ")
    assert proof.returncode == 1
    assert "act" in unproven
    assert "set_list" not in unproven
