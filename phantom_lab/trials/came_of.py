"""What came of a run, so that two runs can be held against each other."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from phantom_lab.engine import PlaybookRun

_OWN = ("id", "guid", "time", "source_data_identifier", "vault_document")
"""Fields of a record that are its own; moments are so, too."""
Came = dict[str, Counter[str]]


def came_of(run: PlaybookRun) -> Came:
    """By ``status``, ``message``, ``blocks``, ``actions``, ``writes`` and ``outputs``; without ids and moments, and
    without the order in which it came."""
    told = run.summary()
    return {
        "status": Counter([told.status]), "message": Counter([told.message]),
        "blocks": Counter(str(one["block"]) for one in told.invocations),
        "actions": Counter(_text([one["name"], one["action"], one["status"], [
            [{**result["parameter"], "context": None} for result in app_run["action_results"]]
            for app_run in one["results"]]]) for one in told.action_runs),
        "writes": Counter(_text([one["object"], one["field"], _own(one["after"])]) for one in told.changes
                          if not _is_own(one["field"])),
        "outputs": Counter([_text(told.outputs)]),
    }


def differences(first: Came, other: Came) -> dict[str, dict[str, list[str]]]:
    """What another run lacks, and what it has instead, where the two are not the same."""
    return {what: {"missing": [*(first[what] - other[what]).elements()],
                   "instead": [*(other[what] - first[what]).elements()]}
            for what in first if other[what] != first[what]}


def _own(value: Any) -> Any:
    return {name: one for name, one in value.items() if not _is_own(name)} if isinstance(value, dict) else value


def _is_own(name: str) -> bool:
    return name in _OWN or name.endswith("_time")


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
