"""Playbook runs, action runs and what belongs to them, as the platform's REST shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from phantom_lab.engine import PlaybookRun, PlaybookTree
from phantom_lab.history import ActionStarted, Logged, RunEnded
from phantom_lab.model import PEOPLE, ActionRun, AppRun, CustomFunctionRun, Record, complete
from phantom_lab.rest.block_results import block_results
from phantom_lab.state import Clock, Platform
from phantom_lab.state.clock import stamp

REPOSITORY = "local"
"""Where every playbook of a lab counts as coming from."""
_ENDS = {"success": "success", "failed": "failed", "error": "failed", "needs_outcome": "failed",
         "not_emulated": "failed", "endless": "failed", "stopped": "cancelled"}


def playbook_number(platform: Platform, name: str) -> int:
    """The id of a playbook: that of its record, or one for the whole run tree."""
    stored = platform.records("playbook").first(name=name)
    return int(stored["id"]) if stored else platform.ids.number("playbook", name)


def run_records(tree: PlaybookTree, kind: str) -> list[Record]:
    """The records of one kind that a tree of runs makes, as it stands; see `RUN_KINDS`."""
    return list(_MAKERS[kind](tree)) if kind in _MAKERS else []


def repository_number(platform: Platform) -> int | None:
    found = platform.records("scm").first(name=REPOSITORY)
    return found["id"] if found else None


def _playbook_runs(tree: PlaybookTree) -> Iterator[Record]:
    for run in tree.runs.values():
        state, parent = run.state, run.parent
        outputs = [] if state.outputs is None else [json.dumps(state.outputs)]
        yield record(tree, "playbook_run", run.id, playbook=playbook_number(tree.platform, run.playbook.name),
                     container=state.container_id, status=_status(run), message=_message(run),
                     inputs=[json.dumps(state.inputs)], outputs=outputs, misc=_misc(run), owner=tree.platform.user.id,
                     parent_run=parent.id if parent else None, start_time=stamp(tree.clock.start),
                     update_time=_now(tree.clock))


def _message(run: PlaybookRun) -> str:
    """The summary as JSON text; of a run that failed, with the reason."""
    ended = _ended(run)
    reason = {"status": _status(run), "message": ended.message} if ended and ended.status != "success" else {}
    return json.dumps({**run.run_summary(), **reason})


def _misc(run: PlaybookRun) -> dict[str, Any]:
    scope = run.state.scope
    found: dict[str, Any] = {"scope": scope if isinstance(scope, str) else "artifact",
                             "scope_artifact_ids": [] if isinstance(scope, str) else list(scope)}
    if run.parent is not None and run.child is not None:
        found["parent_playbook_run"] = {"parent_playbook_run_id": run.parent.id,
                                        "parent_playbook_name": run.parent.playbook.name,
                                        "child_playbook_name": run.playbook.name,
                                        "child_playbook_run_name": run.child.name}
    return found


def _action_runs(tree: PlaybookTree) -> Iterator[Record]:
    finished = _finished(tree)
    for run, asked in _asked(tree):
        done = finished.get(asked.action_run_id)
        yield record(
            tree, "action_run", asked.action_run_id, name=asked.name, action=asked.action, type="generic",
            container=run.state.container_id, playbook_run=run.id, callback=asked.callback,
            playbook=playbook_number(tree.platform, run.playbook.name), status=done.status if done else _open(run),
            message=done.message if done else "", targets=[_target(tree, asked, one) for one in asked.targets],
            handle=tree.journal.get(asked.handle), close_time=_now(tree.clock) if done else None)


def _target(tree: PlaybookTree, asked: ActionStarted, target: dict[str, str]) -> dict[str, Any]:
    ids = tree.ids
    return {"assets": [ids.number("asset", target["asset"])], "app_id": ids.number("app", target["app"]),
            "parameters": tree.journal.get(asked.parameters)}


def _app_runs(tree: PlaybookTree) -> Iterator[Record]:
    for run in tree.runs.values():
        yield from (_app_run(tree, run, one) for done in run.state.action_runs for one in done.app_runs)


def _app_run(tree: PlaybookTree, run: PlaybookRun, one: AppRun) -> Record:
    """One record per app run on an asset (observed on 4.8; later systems make one per parameter set)."""
    shown = one.to_json()
    return record(tree, "app_run", one.id, action=one.action, action_run=one.action_run_id, app=one.app_id,
                  app_name=one.app, asset=one.asset_id, container=run.state.container_id, playbook_run=run.id,
                  status=one.status, message=one.message, result_data=shown["action_results"],
                  result_summary=shown["summary"], effective_user=tree.platform.user.id,
                  start_time=stamp(tree.clock.start), end_time=_now(tree.clock))


def _approvals(tree: PlaybookTree) -> Iterator[Record]:
    finished = _finished(tree)
    for run, asked in _asked(tree):
        if asked.action not in PEOPLE:
            continue
        done, parameter = finished.get(asked.action_run_id), (tree.journal.get(asked.parameters) or [{}])[0]
        yield record(tree, "approval", asked.action_run_id, action_run=asked.action_run_id, name=asked.name,
                     action=asked.action, container=run.state.container_id, playbook_run=run.id,
                     message=str(parameter.get("message") or ""), user=parameter.get("to"),
                     start_time=stamp(tree.clock.start), **_reply(done))


def _reply(done: ActionRun | None) -> dict[str, Any]:
    """Answered is ``approved`` (observed); what the other ends are called is assumed."""
    if done is None:
        return {"status": "pending"}
    results = [one for app_run in done.app_runs for one in app_run.results]
    if done.success:
        return {"status": "approved", "responses": next((one.summary.get("responses", []) for one in results), [])}
    return {"status": "expired" if done.reason.startswith("no response") else "denied"}


def _custom_function_runs(tree: PlaybookTree) -> Iterator[Record]:
    for run in tree.runs.values():
        for one in run.state.custom_function_runs:
            yield record(tree, "custom_function_run", one.id, name=one.name, custom_function=one.function,
                         container=run.state.container_id, playbook_run=run.id, status=one.status,
                         message=one.message, result_data=_result_data(one))


def _result_data(done: CustomFunctionRun) -> dict[str, Any]:
    """``data`` is what the function returned (observed); of several parameter sets, a list of that (assumed)."""
    results = [one.to_json() for one in done.run_results]
    data = results[0]["data"] if len(results) == 1 else [one["data"] for one in results]
    return {"data": data, "custom_function_results": results}


def _details(tree: PlaybookTree) -> Iterator[Record]:
    for run in tree.runs.values():
        yield record(tree, "run_details", run.id, playbook_run=run.id, block_results=block_results(run),
                     log=list(_log(run)))


def _log(run: PlaybookRun) -> Iterator[Record]:
    lines = [one for one in run.journal.events if isinstance(one, Logged) and one.run == run.id]
    for number, one in enumerate(lines, 1):
        yield {"id": number, "playbook_run": run.id, "message": one.message, "message_type": one.level,
               "time": stamp(run.clock.start)}


_MAKERS: dict[str, Callable[[PlaybookTree], Iterable[Record]]] = {
    "playbook_run": _playbook_runs, "action_run": _action_runs, "app_run": _app_runs, "approval": _approvals,
    "custom_function_run": _custom_function_runs, "run_details": _details,
}
RUN_KINDS = tuple(_MAKERS)
"""Kinds of records that runs make."""


def _asked(tree: PlaybookTree) -> Iterator[tuple[PlaybookRun, ActionStarted]]:
    for event in tree.journal.events:
        if isinstance(event, ActionStarted) and event.run in tree.runs:
            yield tree.runs[event.run], event


def _finished(tree: PlaybookTree) -> dict[int, ActionRun]:
    return {done.id: done for run in tree.runs.values() for done in run.state.action_runs}


def _status(run: PlaybookRun) -> str:
    if not run.begun:
        return "pending"
    ended = _ended(run)
    return _ENDS.get(ended.status, "failed") if ended else "running"


def _ended(run: PlaybookRun) -> RunEnded | None:
    return run.journal.index.ends.get(run.id)


def _open(run: PlaybookRun) -> str:
    return "cancelled" if run.ended else "running"


def record(tree: PlaybookTree, kind: str, number: int, **fields: Any) -> Record:
    """A whole record that a tree has made."""
    return complete(kind, fields, record_id=number, now=stamp(tree.clock.start))


def _now(clock: Clock) -> str:
    """The present moment; to look is no reading of the clock."""
    return stamp(clock.start + timedelta(seconds=clock.passed))
