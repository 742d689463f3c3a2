"""What blocks left for each other, under the flat keys of ``playbook_run/<id>/block_results`` (reported)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import Evaluated, Filtered, block_of


def block_results(run: PlaybookRun) -> dict[str, Any]:
    """Formats, filters and decisions of a run; what a filter's value holds is assumed."""
    found: dict[str, Any] = {f"{name}:formatted_data": one.text for name, one in run.state.formats.items()}
    blocks, decided = run.journal.index.invocations, Counter[int]()
    for event in run.journal.events:
        if event.run != run.id:
            continue
        if isinstance(event, Filtered):
            key = f"filtered-data:{event.name}"
            found[key] = {"artifact_ids": event.artifact_ids, "results": run.journal.get(event.results)}
            found[f"{key}:status"] = "success"
        elif isinstance(event, Evaluated) and event.api == "decision":
            decided[event.invocation] += 1
            name = event.name or f"{block_of(blocks, event.invocation) or ''}:condition_{decided[event.invocation]}"
            found[name] = {"result": event.passed}
    return found
