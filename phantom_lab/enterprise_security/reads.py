"""Actions of the connector that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.enterprise_security.plans import phase_named, plan_named, task_named
from phantom_lab.model import Record, as_id, json_copy
from phantom_lab.state.findings import columns, find, finding_view
from phantom_lab.state.names import Refused, is_nothing, shown, there_are
from phantom_lab.state.platform import Platform

Answer = tuple[list[Any], str]
"""The ``data`` of an action result, and its message."""
Action = Callable[[PlaybookRun, Record], Answer]


def _get(run: PlaybookRun, given: Record) -> Answer:
    view = _whole(run.platform, given["id"])
    if given.get("map_consolidated_findings") not in (None, "", 0, "0", False):
        kind, record = find(run.platform, given["id"])
        view["consolidated_findings_map"] = {  # the keys are observed, what they lead to is assumed
            name: {str(one): 1 for one in values} for name, values in columns(run.platform, kind, record).items()}
    return [view], f"{view['name'] or view['id']} found"


def _refresh(run: PlaybookRun, given: Record) -> Answer:
    """What ``finding:`` reads is renewed for the rest of the run (assumed: `Options.finding`)."""
    view = _whole(run.platform, given["id"])
    if run.tree.finding.refresh(finding_view(run.platform, given["id"])):
        run.record_finding()
    return [{"data": view}], f"{view['name'] or view['id']} refreshed"


def _finding(run: PlaybookRun, given: Record) -> Answer:
    kind, record = find(run.platform, given["id"])
    if kind != "finding":
        raise Refused(f"{shown(given['id'])} is an investigation, not a finding")
    return [{**finding_view(run.platform, given["id"]), **_labels(record)}], "1 finding"


def _metadata(run: PlaybookRun, given: Record) -> Answer:
    view = finding_view(run.platform, given.get("id") or run.tree.finding.id)
    notes = [{**one, "incident_id": one["of"]} for one in run.platform.records("finding_note").where(of=view["id"])]
    return [json_copy({**view, "notes": notes})], "1 record"


def _findings(run: PlaybookRun, given: Record) -> Answer:
    found = [one for one in run.platform.records("finding").values()
             if _among(one, "status", given.get("status")) and _among(one, "disposition", given.get("disposition"))]
    limit = as_id(given.get("limit"))
    items = [json_copy({**one, "event_id": one["finding_id"], **_labels(one)}) for one in found][:limit or len(found)]
    return [{"items": items}], f"{len(items)} findings"


def _investigations(run: PlaybookRun, given: Record) -> Answer:
    term = str(given.get("investigation_search_term") or "").lower()
    found = [one for one in run.platform.records("investigation").values()
             if _among(one, "status", given.get("status"))
             and (not term or term in f"{one['name']} {one['description']}".lower())]
    return [finding_view(run.platform, one["investigation_id"]) for one in found], f"{len(found)} investigations"


def _events(run: PlaybookRun, given: Record) -> Answer:
    view = finding_view(run.platform, given["id"])
    events = [json_copy(one["fields"]) for one in run.platform.records("finding_event").where(of=view["id"])]
    limit = as_id(given.get("limit"))
    return [{"events": events[:limit or len(events)]}], f"{len(events)} events"


def _notes(run: PlaybookRun, given: Record) -> Answer:
    view = finding_view(run.platform, given["id"])
    items = [{**one, "author": {"realname": one["author"]},
              "response_plan_info": {"response_task": {"id": one["task_id"], "name": one["task_name"]}}}
             for one in run.platform.records("finding_note").where(of=view["id"])]
    return [json_copy({"items": items})], f"{len(items)} notes"


def _templates(run: PlaybookRun, given: Record) -> Answer:
    items = [{**one, "id": one["response_template_id"]} for one in run.platform.records("response_template").values()]
    return [json_copy({"items": items})], f"{len(items)} response plans"


def _phase_id(run: PlaybookRun, given: Record) -> Answer:
    plan = plan_named(find(run.platform, given["id"])[1], given["response_template_name"])
    phase = phase_named(plan, given["phase_name"])
    return [{"phase_id": phase["id"], "response_plan_id": plan["id"]}], f"phase {phase['id']}"


def _task_id(run: PlaybookRun, given: Record) -> Answer:
    plan = plan_named(find(run.platform, given["id"])[1], given["response_template_name"])
    task = task_named(phase_named(plan, given["phase_name"]), given["task_name"])
    return [{"task_id": task["id"], "response_plan_id": plan["id"]}], f"task {task['id']}"


def _files(run: PlaybookRun, given: Record) -> Answer:
    of = finding_view(run.platform, given.get("id") or run.tree.finding.id)["id"]
    items = [{name: value for name, value in one.items() if name != "data"}
             for one in run.platform.records("finding_file").where(of=of)]
    return [json_copy({"items": items})], f"{len(items)} files"


def _incident(run: PlaybookRun, given: Record) -> Answer:
    _, record = find(run.platform, given["id"])
    return [{**finding_view(run.platform, given["id"]), "display_id": record.get("display_id", ""),
             "summary": json_copy(record.get("summary", {}))}], "1 incident"


def _tasks(run: PlaybookRun, given: Record) -> Answer:
    found = list(_every_task(find(run.platform, given["id"])[1]))
    return json_copy(found), f"{len(found)} tasks"


def _task(run: PlaybookRun, given: Record) -> Answer:
    tasks = list(_every_task(find(run.platform, given["id"])[1]))
    found = [one for one in tasks if one["id"] == given["task_id"]]
    if not found:
        raise Refused(f"there is no task {shown(given['task_id'])}{there_are(one['id'] for one in tasks)}")
    return json_copy(found), "1 task"


def _phases(run: PlaybookRun, given: Record) -> Answer:
    """The phases of an incident; by the id of a phase that phase (which of the two the id is, is not known)."""
    phases = [(one, phase) for one in run.platform.records("investigation").values()
              for plan in one["response_plans"] for phase in plan["phases"]]
    found = [phase for one, phase in phases
             if given["id"] in (one["investigation_id"], one["display_id"], phase["id"])]
    if not found:
        raise Refused(f"there is no phase of {shown(given['id'])}{there_are(phase['id'] for _, phase in phases)}")
    return json_copy(found), f"{len(found)} phases"


def _every_task(record: Record) -> Iterator[Record]:
    for plan in record.get("response_plans", []):
        for phase in plan["phases"]:
            for task in phase["tasks"]:
                yield {**task, "phase_id": phase["id"], "response_plan_id": plan["id"]}


def _whole(platform: Platform, given: Any) -> Record:
    view = finding_view(platform, given)
    return {**view, "status_name": view["status"], "source_event_id": view["finding_id"] or view["id"]}


def _labels(record: Record) -> Record:
    return {"status_label": record["status"], "disposition_label": record["disposition"]}


def _among(record: Record, field: str, given: Any) -> bool:
    """Whether a field has one of the values that a comma-separated text names; nothing named admits all."""
    wanted = [] if is_nothing(given) else [one.strip().lower() for one in str(given).split(",")]
    return not wanted or str(record[field]).lower() in wanted


READS: dict[str, Action] = {
    "get finding or investigation": _get, "refresh finding or investigation": _refresh, "get finding by id": _finding,
    "get finding metadata": _metadata, "list findings": _findings, "list investigations": _investigations,
    "get events": _events, "get notes in finding or investigation": _notes, "get response plans": _templates,
    "get phase id": _phase_id, "get task id": _task_id, "list file attachments": _files, "get incident": _incident,
    "get tasks": _tasks, "get task": _task, "get phase": _phases,
}
"""By name."""
