"""Response plans: finding a plan, a phase, a task; writing to a task."""

from __future__ import annotations

from typing import Any

from phantom_lab.model import Record
from phantom_lab.state.names import Refused, shown, there_are


def plan_named(record: Record, name: Any) -> Record:
    """The response plan of an investigation by its name or the id of its template.

    Raises:
        Refused: it has none of this name.
    """
    plans: list[Record] = record.get("response_plans", [])
    return _one("response plan", [one for one in plans if name in (one["name"], one.get("response_template_id"))], name,
                [one["name"] for one in plans])


def phase_named(plan: Record, name: Any) -> Record:
    """A phase of a plan by its name.

    Raises:
        Refused: it has none of this name.
    """
    return _one("phase", [one for one in plan["phases"] if one["name"] == name], name,
                [one["name"] for one in plan["phases"]])


def task_named(phase: Record, name: Any) -> Record:
    """A task of a phase by its name.

    Raises:
        Refused: it has none of this name.
    """
    return _one("task", [one for one in phase["tasks"] if one["name"] == name], name,
                [one["name"] for one in phase["tasks"]])


def task_by_ids(plans: list[Record], given: Record) -> Record:
    """A task by its id, the id of its phase and that of its response plan.

    Raises:
        Refused: one of these is not there.
    """
    plan = _one("response plan", [one for one in plans if one["id"] == given["response_plan_id"]],
                given["response_plan_id"], [one["id"] for one in plans])
    phase = _one("phase", [one for one in plan["phases"] if one["id"] == given["phase_id"]], given["phase_id"],
                 [one["id"] for one in plan["phases"]])
    return _one("task", [one for one in phase["tasks"] if one["id"] == given["task_id"]], given["task_id"],
                [one["id"] for one in phase["tasks"]])


def with_task(plans: list[Record], task_id: Any, written: Record) -> list[Record]:
    """Response plans in which a task has other fields.

    Raises:
        Refused: there is no such task.
    """
    known = [task["id"] for plan in plans for phase in plan["phases"] for task in phase["tasks"]]
    if task_id not in known:
        raise Refused(f"there is no task {shown(task_id)} in the response plans of the investigation{there_are(known)}")
    return [{**plan, "phases": [{**phase, "tasks": [
        {**task, **written} if task["id"] == task_id else task for task in phase["tasks"]]}
        for phase in plan["phases"]]} for plan in plans]


def _one(what: str, found: list[Record], name: Any, there: list[Any]) -> Record:
    if not found:
        raise Refused(f"there is no {what} {shown(name)}{there_are(there)}")
    return found[0]
