"""Pandas views of a run. Column names are the datapaths that an author would type."""

from phantom_lab.frames.tables import (
    arguments,
    artifacts,
    deeds,
    explode,
    filtered_artifacts,
    filtered_results,
    invocations,
    results,
    results_table,
)

__all__ = ["arguments", "artifacts", "deeds", "explode", "filtered_artifacts", "filtered_results", "invocations",
           "results", "results_table"]
