"""Playbook automation API: results, errors and summaries."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.registry import emulates


@emulates("parse_errors")
def parse_errors(run: PlaybookRun, results: Any) -> list[dict[str, Any]]:
    """Errors per asset and parameter set: ``{"asset", "parameter", "status", "message"}`` (element keys assumed)."""
    errors = []
    for app_run in _app_runs(results):
        found = app_run.get("action_results") or [{"status": app_run.get("status"), "message": app_run.get("message")}]
        errors += [{"asset": app_run.get("asset"), "parameter": one.get("parameter"), "status": one["status"],
                    "message": one.get("message")} for one in found if one.get("status") == "failed"]
    return errors


@emulates("parse_success")
def parse_success(run: PlaybookRun, action_results: Any) -> list[Any]:
    """Every data item of every result that did not fail, in one list (observed)."""
    return [item for app_run in _app_runs(action_results) for one in app_run.get("action_results") or ()
            if one.get("status", "success") != "failed" for item in one.get("data") or ()]


def _app_runs(results: Any) -> list[dict[str, Any]]:
    return [one for one in results or () if isinstance(one, dict)]
