"""Container automation API: containers and their fields."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import container_id as find
from phantom_lab.rules.refusals import container_of, given_of, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import containers
from phantom_lab.state.names import is_nothing, shown
from phantom_lab.state.workbooks import assign_task

Done = tuple[bool, str]


@emulates("create_container")
@refusable(None)
def create_container(run: PlaybookRun, name: Any, label: Any, container_type: Any, template: Any, tenant_id: Any,
                     trace: Any) -> tuple[bool, str, int | None]:
    """Create a container: ``(success, message, id)`` (documented).

    A case gets the phases and tasks of its workbook template, or of the default one; without any it fails (documented).
    """
    added = containers.add_container(run.platform, given_of(
        name=name, label=label, container_type=container_type, template_id=template, tenant_id=tenant_id))
    return True, f"container {added['id']} created", added["id"]


@emulates("get_container")
def get_container(run: PlaybookRun, container_id: Any) -> dict[str, Any] | None:
    """The container as it is now (documented); None for an unknown id (assumed)."""
    number = find(run, container_id)
    return None if number is None else run.container_copy(number)


@emulates("update", gaps=("`unify_datetime_format`: what it does is not documented",))
@refusable()
def update(run: PlaybookRun, container: Any, update: Any, unify_datetime_format: Any) -> Done:
    """Write the fields that a dict gives (documented); the dict that was passed as container stays as it is (observed).

    One field that is unknown or of another type, and nothing is written (assumed).
    """
    written = containers.update_container(run.platform, container_of(run, container), update)
    return True, f"updated: {', '.join(written)}" if written else "nothing to update"


@emulates("set_label")
@refusable()
def set_label(run: PlaybookRun, container: Any, label: Any, trace: Any) -> Done:
    """Set the label; one that is on no container is taken to be configured (assumed)."""
    return _set(run, container, "label", label)


@emulates("set_severity")
@refusable()
def set_severity(run: PlaybookRun, container: Any, severity: Any) -> Done:
    """Set the severity; names compare without case. One that is not configured is taken to be (assumed)."""
    return _set(run, container, "severity", severity)


@emulates("set_sensitivity")
@refusable()
def set_sensitivity(run: PlaybookRun, container: Any, sensitivity: Any) -> Done:
    """Set the sensitivity: red, amber, green or white (documented), whatever the case (assumed)."""
    return _set(run, container, "sensitivity", sensitivity)


@emulates("set_status")
@refusable()
def set_status(run: PlaybookRun, container: Any, status: Any, trace: Any) -> Done:
    """Set the status; names compare without case. One that is not configured is taken to be (assumed).

    One of type resolved closes the container: with ``close_time``, and without the objects that were saved until then
    (documented for ``save_object``).
    """
    return _set(run, container, "status", status)


@emulates("close")
@refusable()
def close(run: PlaybookRun, container: Any, trace: Any) -> Done:
    """Set the default status of type resolved (documented), which is ``closed``."""
    return _set(run, container, "status", containers.resolved_status(run.platform))


@emulates("set_owner")
@refusable()
def set_owner(run: PlaybookRun, container: Any, user: Any, trace: Any, task_id: Any, role: Any) -> Done:
    """Assign a container, or the task of that id, to a user and a role, by name or id; nothing or ``""`` takes the
    assignment away (documented).

    A name that is not configured is taken to be (assumed).
    """
    number = container_of(run, container)
    if is_nothing(task_id):
        return True, _assigned(f"container {number}", *containers.assign(run.platform, number, user, role))
    task = assign_task(run.platform, task_id, user, role)
    return True, _assigned(f"task {task['id']}", task["owner"], task["role"])


@emulates("assign")
@refusable()
def assign(run: PlaybookRun, container: Any, user_id_or_name: Any, role_id_or_name: Any) -> Done:
    """`set_owner` of a container (assumed: it is not documented)."""
    return set_owner(run, container, user_id_or_name, False, None, role_id_or_name)


@emulates("set_duetime")
@refusable(None)
def set_duetime(run: PlaybookRun, container: Any, operation: Any, minutes: Any,
                trace: Any) -> tuple[bool, str, str | None]:
    """Move the due time by minutes, ``add`` or ``+``, ``subtract`` or ``-``: ``(success, message, due time)``
    (documented)."""
    due = containers.set_duetime(run.platform, container_of(run, container), operation, minutes)
    return True, f"due time set to {due}", due


def _set(run: PlaybookRun, container: Any, field: str, value: Any) -> Done:
    number = container_of(run, container)
    containers.update_container(run.platform, number, {field: value})
    return True, f"{field} set to {run.platform.containers[number][field]}"


def _assigned(what: str, owner: Any, role: Any) -> str:
    names = [shown(one) for one in (owner, role) if one]
    return f"{what} assigned to {' and '.join(names)}" if names else f"{what} assigned to nobody"
