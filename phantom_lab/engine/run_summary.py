"""The summary that ``on_finish`` receives, and a few words on an action run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phantom_lab.model import ActionRun, CustomFunctionRun


def run_summary(playbook: str, run_id: int, action_runs: Sequence[ActionRun],
                custom_function_runs: Sequence[CustomFunctionRun], *, failed: bool) -> dict[str, Any]:
    """The object whose JSON text ``on_finish`` receives.

    ``result`` holds one entry per action run, and after them one per custom function run (reported), which has no
    ``action_run_id`` and no ``app_runs``.
    """
    bad = failed or not all([run.success for run in action_runs] + [run.success for run in custom_function_runs])
    result: list[dict[str, Any]] = [{
        "name": run.name, "action": run.action, "action_run_id": run.id, "type": "generic", "status": run.status,
        "message": run.message, "app_runs": [{
            "app_run_id": app_run.id, "app": app_run.app, "app_id": app_run.app_id, "asset": app_run.asset,
            "asset_id": app_run.asset_id, "action": app_run.action, "status": one.status, "message": one.message,
            "parameter": one.parameter, "summary": one.summary,
        } for app_run in run.app_runs for one in app_run.results],
    } for run in action_runs]
    result += [{"name": run.name, "custom_function_name": run.function, "custom_function_run_id": run.id,
                "status": run.status, "message": run.message} for run in custom_function_runs]
    return {"playbook": f"local/{playbook}", "playbook_run_id": run_id, "status": "failed" if bad else "success",
            "message": "", "result": result}


def in_short(done: ActionRun) -> str:
    """What an action run came back with, in a few words."""
    if done.refused:
        return done.refused
    sets = sum(len(run.results) for run in done.app_runs)
    good = sum(run.succeeded for run in done.app_runs)
    assets = len(done.app_runs)
    return (f"{good} of {sets} result{'s' if sets != 1 else ''} succeeded on {assets} "
            f"asset{'s' if assets != 1 else ''}")
