"""Pandas views of a run. Column names are the datapaths that an author would type."""

from typing import TYPE_CHECKING, Any

from phantom_lab.frames.differences import differences
from phantom_lab.frames.explored import explored, never
from phantom_lab.frames.exported import export
from phantom_lab.frames.inside import inside
from phantom_lab.frames.receipt import fan_out, origins, receipt
from phantom_lab.frames.tables import (
    arguments,
    artifacts,
    deeds,
    explode,
    filtered_artifacts,
    filtered_results,
    finding,
    invocations,
    playbook_results,
    results,
    results_table,
)
from phantom_lab.frames.truth import diagnoses, truth_table
from phantom_lab.frames.written import changes, debug
from phantom_lab.misspelt import unknown

__all__ = ["arguments", "artifacts", "changes", "debug", "deeds", "diagnoses", "differences", "explode", "explored",
           "export", "fan_out", "filtered_artifacts", "filtered_results", "finding", "inside",
           "invocations", "never", "origins", "playbook_results", "receipt", "results", "results_table",
           "truth_table"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        raise unknown("frames", name, __all__)
