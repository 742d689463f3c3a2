"""Child playbooks as a table: what they were given, and what they came back with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from phantom_lab.frames.flatten import quoted, table

_PARTS = ("input", "output")


def describe_children(results: Sequence[dict[str, Any]]) -> bool:
    """Whether a callback's ``results`` argument is that of a child playbook."""
    return any("playbook_run_id" in one and "outputs" in one for one in results)


def children_table(results: Sequence[dict[str, Any]], name: str | None) -> pd.DataFrame:
    """One row per run; inputs and outputs under the datapaths that read them, lists in one cell.

    Args:
        results: of callbacks of child playbooks.
        name: of the call; None for those of any name.
    """
    first = ["playbook", "run", "status"] if name else ["name", "playbook", "run", "status"]
    parts = [{part: _part(one, part, f"{name}:" if name else "") for part in _PARTS} for one in results]
    rows = [{**one, "run": one.get("playbook_run_id"), **found["input"], **found["output"]}
            for one, found in zip(results, parts, strict=True)]
    columns = [*first, *(column for part in _PARTS for found in parts for column in found[part]), "message"]
    return table([{column: row.get(column) for column in columns} for row in rows], columns)


def _part(result: dict[str, Any], part: str, front: str) -> dict[str, Any]:
    given = result.get(f"{part}s")
    return {f"{front}playbook_{part}:{quoted(str(key))}": value
            for one in (given if isinstance(given, list) else ()) for key, value in _decoded(one).items()}


def _decoded(text: Any) -> dict[str, Any]:
    """They stand in the results as JSON texts; a playbook may have put anything there."""
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
