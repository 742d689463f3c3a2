"""Container automation API: workbooks, their phases and tasks."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.model import Record
from phantom_lab.rules.arguments import tell_unused
from phantom_lab.rules.refusals import container_of, given_of, items, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import workbooks
from phantom_lab.state.names import Refused


@emulates("add_workbook")
@refusable()
def add_workbook(run: PlaybookRun, container: Any, workbook_id: Any, trace: Any) -> tuple[bool, str]:
    """Copy the phases and tasks of a workbook template to a container (documented), as often as it is asked for
    (assumed). Its id is documented, its name assumed to do as well."""
    number = container_of(run, container)
    if workbook_id is None:
        raise Refused("workbook_id is missing")
    template = workbooks.find_template(run.platform, workbook_id)
    return True, f"{len(workbooks.add_workbook(run.platform, number, template))} phases added"


@emulates("add_task")
@refusable(None)
def add_task(run: PlaybookRun, container: Any, name: Any, owner: Any, role: Any, trace: Any,
             kwargs: dict[str, Any]) -> tuple[bool, str, int | None]:
    """Add a task to a container: ``(success, message, task id)`` (documented). Further arguments are fields of a task
    (assumed); without ``phase`` it comes into the current one (assumed)."""
    task = workbooks.add_task(run.platform, container_of(run, container),
                              {**kwargs, **given_of(name=name, owner=owner, role=role)})
    return True, f"task {task['id']} added", task["id"]


@emulates("get_tasks")
def get_tasks(run: PlaybookRun, container: Any, trace: Any, kwargs: dict[str, Any]) -> Generator[Record]:
    """The tasks of a container, each as ``{"success", "message", "data"}``: a generator (documented), in the order of
    the phases (assumed). An unknown container is one item without success (assumed)."""
    tell_unused(run, "get_tasks", kwargs, ("container",))
    found = items(run, lambda: workbooks.tasks_of(run.platform, container_of(run, container)))
    return (one for one in found)


@emulates("get_phase")
@refusable(None, None, write=False)
def get_phase(run: PlaybookRun, container: Any, trace: Any) -> tuple[bool, str, int | None, str | None]:
    """The current phase: ``(success, message, id, name)`` (documented); None for both before one is set (observed)."""
    number = run.platform.containers[container_of(run, container)]["current_phase"]
    phase = run.platform.records("workbook_phase").get(number)
    return (True, "", phase["id"], phase["name"]) if phase else (True, "no phase is current", None, None)


@emulates("set_phase")
@refusable()
def set_phase(run: PlaybookRun, container: Any, phase: Any, trace: Any) -> tuple[bool, str]:
    """Make a phase of the container, by id or name, the current one (documented)."""
    number = container_of(run, container)
    found = workbooks.find_phase(run.platform, number, phase)
    run.platform.containers.update(number, current_phase=found["id"])
    return True, f"phase set to {found['name']}"
