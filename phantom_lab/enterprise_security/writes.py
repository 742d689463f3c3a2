"""Actions of the connector that write to the local Enterprise Security."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.enterprise_security.plans import task_by_ids, with_task
from phantom_lab.enterprise_security.reads import Action, Answer
from phantom_lab.model import Record, as_id
from phantom_lab.state.findings import find
from phantom_lab.state.given_findings import current_phase, with_ids
from phantom_lab.state.names import Refused, as_json, is_nothing, shown

_HEADER = ("name", "description", "status", "owner", "urgency", "disposition", "sensitivity")


def _update(run: PlaybookRun, given: Record) -> Answer:
    """Write header fields, and add the note that comes along."""
    kind, record = find(run.platform, given["id"])
    run.platform.records(kind).update(record["id"], **_header(run, given))
    note = given.get("incident_note")
    if isinstance(note, dict) and not (is_nothing(note.get("title")) and is_nothing(note.get("content"))):
        _add_note(run, record[f"{kind}_id"], note)
    return _done(record[f"{kind}_id"], "updated")


def _note(run: PlaybookRun, given: Record) -> Answer:
    of = _id(run, given["id"])
    return _done(_add_note(run, of, given), f"note added to {of}")


def _custom_fields(run: PlaybookRun, given: Record) -> Answer:
    kind, record = find(run.platform, given["incident_id"])
    run.platform.records(kind).update(record["id"], custom_fields={**record["custom_fields"], **_pairs(given)})
    return _done(record[f"{kind}_id"], "custom fields set")


def _start(run: PlaybookRun, given: Record) -> Answer:
    """An investigation of findings that there are, and of those that are given as data; default templates apply."""
    findings = [find(run.platform, one) for one in _list(given.get("finding_ids"))]
    number = run.platform.ids.guid()
    templates = run.platform.records("response_template").values()
    plans = [_applied(one, one["response_template_id"], run) for one in templates if one["is_default"]]
    run.platform.records("investigation").add(
        response_plans=plans, current_response_plan_phase=current_phase(plans[0]) if plans else {},
        **_header(run, given), investigation_id=number, display_id=_display_id(run),
        investigation_type=str(given.get("investigation_type") or ""))
    for kind, one in findings:
        if kind == "finding":
            run.platform.records("finding").update(one["id"], investigation_id=number)
    for data in _list(given.get("findings_data")):
        run.platform.records("finding").add(finding_id=run.platform.ids.guid(), investigation_id=number,
                                            fields=data if isinstance(data, dict) else {"value": data})
    return _done(number, "investigation started")


def _add_finding(run: PlaybookRun, given: Record) -> Answer:
    kind, record = find(run.platform, given["id"])
    if kind != "investigation":
        raise Refused(f"{shown(given['id'])} is a finding, not an investigation")
    for one in [find(run.platform, one) for one in _list(given.get("incident_ids"))]:
        if one[0] == "finding":
            run.platform.records("finding").update(one[1]["id"], investigation_id=record["investigation_id"])
    return _done(record["investigation_id"], "finding added")


def _add_plan(run: PlaybookRun, given: Record) -> Answer:
    """A copy of a response template; one that the lab has no record of is assumed to exist, without phases."""
    kind, record = find(run.platform, given["id"])
    if kind != "investigation":
        raise Refused(f"{shown(given['id'])} is a finding: response plans belong to investigations")
    wanted = given["response_template_id"]
    template = next((one for one in run.platform.records("response_template").values()
                     if wanted in (one["response_template_id"], one["name"])), None)
    if template is None:
        run.platform.tell(f"response template {shown(wanted)} is not among the lab's records: it is assumed to exist, "
                          "without phases (give a record of kind response_template)")
        template = {"name": str(wanted), "phases": []}
    plan = _applied(template, wanted, run)
    current = record["current_response_plan_phase"] or current_phase(plan)
    run.platform.records("investigation").update(
        record["id"], response_plans=[*record["response_plans"], plan], current_response_plan_phase=current)
    return [{"id": plan["id"], "name": plan["name"]}], "response plan added"


def _applied(template: Record, number: Any, run: PlaybookRun) -> Record:
    return with_ids({"name": template["name"], "phases": template["phases"], "response_template_id": number},
                    run.platform.ids.guid)


def _task_note(run: PlaybookRun, given: Record) -> Answer:
    _, record = find(run.platform, given["id"])
    task = task_by_ids(record.get("response_plans", []), given)
    return _done(_add_note(run, _id(run, given["id"]), {**given, "task_name": task["name"]}), "note added to the task")


def _update_task(run: PlaybookRun, given: Record) -> Answer:
    kind, record = find(run.platform, given["id"])
    written = {name: given[name] for name in ("name", "status", "order", "owner") if not is_nothing(given.get(name))}
    plans = with_task(record.get("response_plans", []), given["task_id"], written)
    run.platform.records(kind).update(record["id"], response_plans=plans)
    return _done(given["task_id"], "task updated")


def _event(run: PlaybookRun, given: Record) -> Answer:
    of = _id(run, given.get("id") or given.get("incident_id"))
    added = run.platform.records("finding_event").add(of=of, fields=_pairs(given))
    return _done(str(added["id"]), f"event added to {of}")


def _file(run: PlaybookRun, given: Record) -> Answer:
    of = _id(run, given["id"])
    try:
        size = len(base64.b64decode(str(given["data"]), validate=True))
    except (binascii.Error, ValueError):
        raise Refused("data must be the file's bytes in base64") from None
    added = run.platform.records("finding_file").add(
        of=of, file_name=str(given["file_name"]), source_type=str(given["source_type"]), size=size,
        data=str(given["data"]))
    return [{"id": str(added["id"]), "file_name": added["file_name"], "incident_id": of, "size": size,
             "source_type": added["source_type"], "source": of, "created_on": added["create_time"]}], "file added"


def _risk(run: PlaybookRun, given: Record) -> Answer:
    number = as_id(given.get("risk_modifier"))
    if number is None and not is_nothing(given.get("risk_modifier")):
        raise Refused(f"risk_modifier must be a number, not {shown(given['risk_modifier'])}")
    added = run.platform.records("risk_modifier").add(
        entity=str(given["entity"]), entity_type=str(given.get("entity_type") or ""), risk_modifier=number or 0)
    return _done(str(added["id"]), "risk modifier created")


def _create_incident(run: PlaybookRun, given: Record) -> Answer:
    return _start(run, {**given, "investigation_type": given["incident_type"]})


def _update_incident(run: PlaybookRun, given: Record) -> Answer:
    return _update(run, {**given, "id": given["incident_id"], "owner": given.get("assignee")})


def _summary_fields(run: PlaybookRun, given: Record) -> Answer:
    kind, record = find(run.platform, given["incident_id"])
    if kind != "investigation":
        raise Refused(f"{shown(given['incident_id'])} is a finding: summary fields belong to incidents")
    run.platform.records(kind).update(record["id"], summary={**record["summary"], **_pairs(given)})
    return _done(record["investigation_id"], "summary fields set")


def _header(run: PlaybookRun, given: Record) -> Record:
    """Header fields that are given; an empty text leaves one as it is, or clears it (`Options.empty_update`)."""
    clear = run.platform.options.empty_update == "clear"
    fields = {name: given[name] for name in _HEADER if given.get(name) is not None and (clear or given[name] != "")}
    if fields.get("owner") == "":
        fields["owner"] = None
    return {name: as_json(name, value) for name, value in fields.items()}


def _add_note(run: PlaybookRun, of: str, given: Record) -> str:
    added = run.platform.records("finding_note").add(
        of=of, title=str(given.get("title") or ""), content=str(given.get("content") or ""),
        author=run.platform.user.name, files=_list(given.get("files")), task_id=given.get("task_id"),
        task_name=given.get("task_name"))
    return str(added["id"])


def _pairs(given: Record) -> Record:
    """``[{"name", "value"}, …]`` as a dict.

    Raises:
        Refused: they have another form.
    """
    pairs = given.get("pairs")
    if not isinstance(pairs, list) or not all(isinstance(one, dict) and "name" in one for one in pairs):
        raise Refused('pairs must be a list of {"name": …, "value": …}')
    return {str(one["name"]): one.get("value") for one in pairs}


def _list(given: Any) -> list[Any]:
    """Several, one, or none: nothing is no entry."""
    many = given if isinstance(given, list) else [given]
    return [one for one in many if not is_nothing(one)]


def _id(run: PlaybookRun, given: Any) -> str:
    kind, record = find(run.platform, given)
    return str(record[f"{kind}_id"])


def _display_id(run: PlaybookRun) -> str:
    return f"ES-{len(run.platform.records('investigation')) + 1:05}"


def _done(number: str, message: str) -> Answer:
    return [{"id": number}], message


WRITES: dict[str, Action] = {
    "update finding or investigation": _update, "add finding or investigation note": _note,
    "set custom fields": _custom_fields, "start investigations": _start, "add finding to investigation": _add_finding,
    "add response plan": _add_plan, "add task note": _task_note, "update task in current phase": _update_task,
    "create event": _event, "add investigation file": _file, "create risk modifier of a risk entity": _risk,
    "update task": _update_task, "create incidents": _create_incident, "update incidents": _update_incident,
    "create events": _event, "set summary fields": _summary_fields, "add incident file": _file,
    "add incident note": _note,
}
"""By name."""
