"""Pandas views of a run. Column names are the datapaths that an author would type."""

from phantom_lab.frames.explored import explored, never
from phantom_lab.frames.receipt import fan_out, origins, receipt
from phantom_lab.frames.tables import (
    arguments,
    artifacts,
    deeds,
    explode,
    filtered_artifacts,
    filtered_results,
    invocations,
    playbook_results,
    results,
    results_table,
)
from phantom_lab.frames.truth import diagnoses, truth_table

__all__ = ["arguments", "artifacts", "deeds", "diagnoses", "explode", "explored", "fan_out", "filtered_artifacts",
           "filtered_results", "invocations", "never", "origins", "playbook_results", "receipt", "results",
           "results_table", "truth_table"]
