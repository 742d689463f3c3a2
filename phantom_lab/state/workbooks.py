"""Workbooks: templates, and the phases and tasks that a container has of them."""

from __future__ import annotations

from typing import Any

from phantom_lab.model import Record, as_id, json_copy
from phantom_lab.state.names import Refused, as_json, assumed, is_nothing, person, record_of, shown, written
from phantom_lab.state.platform import Platform

_TEMPLATE_ONLY = frozenset({"id", "template", "phase"})


def find_template(platform: Platform, given: Any = None) -> Record:
    """A workbook template by id or name; None is the default one.

    One that the lab has no record of is assumed to exist, without phases, and that is told.

    Raises:
        Refused: the templates are known, and none is the default one (documented); or it is neither a name nor an id.
    """
    templates = platform.records("workbook_template")
    if is_nothing(given):
        found = templates.first(is_default=True)
        if found is None and templates:
            raise Refused("there is no default workbook template: "
                          "give one as a record of kind workbook_template with is_default")
        return found or _assumed_template(platform, "the default workbook template")
    number = as_id(given)
    if number is None and not isinstance(given, str):
        raise Refused(f"a workbook template must be a name or an id, not {shown(given)}")
    found = templates.get(number) if number is not None else None
    return found or templates.first(name=given) or _assumed_template(platform, f"workbook template {shown(given)}",
                                                                    str(given))


def _assumed_template(platform: Platform, what: str, name: str = "") -> Record:
    assumed(platform, f"{what} (a record of kind workbook_template, with its phases and tasks)")
    return {"id": None, "name": name or what}


def add_workbook(platform: Platform, container: int, template: Record) -> list[Record]:
    """Copy a template's phases and tasks to a container; the current phase stays what it is (observed).

    Returns:
        The new phases.
    """
    added = []
    for phase in in_order(platform.records("workbook_phase_template").where(template=template["id"])):
        copy = platform.records("workbook_phase").add(**_copied(phase), container=container,
                                                      template_phase=phase["id"])
        for task in in_order(platform.records("workbook_task_template").where(phase=phase["id"])):
            platform.records("workbook_task").add(**_copied(task), container=container, phase=copy["id"])
        added.append(copy)
    if not platform.containers[container]["workflow_name"]:
        platform.containers.update(container, workflow_name=template["name"])
    return added


def phases_of(platform: Platform, container: int) -> list[Record]:
    """The phases of a container, in order."""
    return in_order(platform.records("workbook_phase").where(container=container))


def find_phase(platform: Platform, container: int, given: Any) -> Record:
    """A phase of a container by id or name; names compare without case where no other is spelt so.

    A container of which no phase is known may have got some from a template that the lab has no record of: a name is
    assumed to be one of them, and that is told.

    Raises:
        Refused: the container has none.
    """
    phases, number = phases_of(platform, container), as_id(given)
    name = given if isinstance(given, str) else ""
    found = ([one for one in phases if one["id"] == number] or [one for one in phases if one["name"] == name]
             or [one for one in phases if str(one["name"]).lower() == name.lower()])
    if not found and not phases and name and number is None:
        assumed(platform, f"phase {shown(name)} of container {container}")
        found = [platform.records("workbook_phase").add(name=name, container=container)]
    if not found:
        raise Refused(f"container {container} has no such phase: {shown(given)}")
    return found[0]


def tasks_of(platform: Platform, container: int) -> list[Record]:
    """Copies of the tasks of a container, in the order of their phases; ``notes`` holds the notes of each."""
    phases = {one["id"]: place for place, one in enumerate(phases_of(platform, container))}
    tasks = platform.records("workbook_task").where(container=container)
    return [task_view(platform, one) for one in sorted(
        tasks, key=lambda one: (phases.get(one["phase"], len(phases)), _place(one), one["id"]))]


def task_view(platform: Platform, task: Record) -> Record:
    """A copy of a task as the platform shows it: with its notes."""
    return dict(json_copy({**task, "notes": platform.records("note").where(task=task["id"])}))


def add_task(platform: Platform, container: int, given: dict[str, Any]) -> Record:
    """Add a task to a container, given in its REST form; without a phase it comes into the current one (assumed).

    Raises:
        Refused: it has no name, or a field is unknown or of another type.
    """
    fields: dict[str, Any] = {"order": 1 + max((_place(one) for one in tasks_of(platform, container)), default=0),
                              "phase": platform.containers[container]["current_phase"],
                              **task_fields(platform, container, given)}
    if not fields.get("name"):
        raise Refused("a task needs a name")
    return platform.records("workbook_task").add(**fields, container=container)


def assign_task(platform: Platform, task_id: Any, user: Any, role: Any) -> Record:
    """Set the owner and the role of a task; nobody takes it away (documented).

    Raises:
        Refused: there is no such task, user or role.
    """
    task = record_of(platform, "workbook_task", "task", task_id)
    platform.records("workbook_task").update(task["id"], owner=_assigned(platform, "ph_user", user),
                                             role=_assigned(platform, "role", role))
    return task


def task_fields(platform: Platform, container: int, given: dict[str, Any]) -> dict[str, Any]:
    """Fields to write, from a task in its REST form; None is left out.

    Raises:
        Refused: a field is unknown or of another type.
    """
    fields = {}
    for name, value in given.items():
        if value is not None:
            field = {"owner_id": "owner", "role_id": "role", "phase_id": "phase"}.get(name, name)
            fields[field] = _read(platform, container, field, value)
    return fields


def in_order(records: list[Record]) -> list[Record]:
    """By their ``order``, those without one last."""
    return sorted(records, key=lambda one: (_place(one), one["id"]))


def _read(platform: Platform, container: int, name: str, value: Any) -> Any:
    match name:
        case "name" | "description" | "sla_type":
            return written(platform, name, value)
        case "phase":
            return find_phase(platform, container, value)["id"]
        case "owner":
            return _assigned(platform, "ph_user", value)
        case "role":
            return _assigned(platform, "role", value)
        case "order" | "sla" | "status":
            number = as_id(value)
            if number is None or (name == "status" and number > 2):
                raise Refused(f"{name} must be a number{', 0 to 2' if name == 'status' else ''}, not {shown(value)}")
            return number
        case "is_note_required" | "suggestions":
            return as_json(name, value)
    raise Refused(f"a task has no field {shown(name)} that can be written")


def _assigned(platform: Platform, kind: str, given: Any) -> int | str | None:
    """The id; of a name that is only assumed to be configured, the name."""
    number, name = person(platform, kind, given)
    return number if number is not None else name or None


def _copied(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in _TEMPLATE_ONLY}


def _place(record: Record) -> int:
    order = record.get("order")
    return order if isinstance(order, int) else 10**6
