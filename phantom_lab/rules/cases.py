"""Container automation API: cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.tree import RUNS
from phantom_lab.model import ActionRun, Record, as_id
from phantom_lab.rules.refusals import container_of, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import cases, notes
from phantom_lab.state.cases import Item
from phantom_lab.state.names import Refused, record_of, shown, text, written


@emulates("promote")
@refusable()
def promote(run: PlaybookRun, container: Any, template: Any, trace: Any) -> tuple[bool, str]:
    """Make a container a case, with a workbook template by id or name, or the default one; without any it fails
    (documented)."""
    number = container_of(run, container)
    found = cases.promote(run.platform, number, template)
    return True, f"container {number} is a case of workbook {shown(found['name'])}"


@emulates("merge", gaps=("logs of playbook runs are not copied",))
@refusable()
def merge(run: PlaybookRun, case: Any, container_id: Any, artifact_id: Any, ioc_field: Any, playbook_run_id: Any,
          action_run_id: Any, vault_id: Any, note_title: Any, note_description: Any, trace: Any) -> tuple[bool, str]:
    """Copy items into a case: ``(success, message)`` (documented).

    What is there already is refused, and so is a run that has not ended; of a container those are left out
    (documented). ``vault_id`` is the file's ``id`` (documented).
    """
    target = container_of(run, case)
    items = list(_items(run, container_id, artifact_id, ioc_field, playbook_run_id, action_run_id, vault_id))
    note = {name: written(run.platform, name, value)
            for name, value in (("title", note_title), ("content", note_description)) if value is not None}
    if not items and not note:
        raise Refused("nothing to add was given")
    run.tree.ids.after("playbook_run", run.tree.root.id + RUNS)  # ids up to there are those of the tree's own runs
    cases.merge(run.platform, target, items)
    if note:
        notes.add_note(run.platform, target, note)
    return True, f"added to case {target}: {', '.join(one.called for one in items) or 'a note'}"


def _items(run: PlaybookRun, container_id: Any, artifact_id: Any, ioc_field: Any, playbook_run_id: Any,
           action_run_id: Any, vault_id: Any) -> Iterator[Item]:
    platform = run.platform
    if ioc_field is not None and artifact_id is None:
        raise Refused("ioc_field needs artifact_id")
    if container_id is not None:
        found = record_of(platform, "container", "container", container_id)
        yield Item("container", found, parts=tuple(
            _playbook_run(run, one["id"]) for one in _playbook_runs(run) if one["container"] == found["id"]))
    if artifact_id is not None:
        field = text("ioc_field", ioc_field) if ioc_field is not None else ""
        yield Item("artifact", record_of(platform, "artifact", "artifact", artifact_id), field)
    if vault_id is not None:
        yield Item("container_attachment", record_of(platform, "container_attachment", "vault file", vault_id))
    if playbook_run_id is not None:
        yield _playbook_run(run, playbook_run_id)
    if action_run_id is not None:
        yield Item("action_run", _one("action run", _action_runs(run), action_run_id))


def _playbook_run(run: PlaybookRun, given: Any) -> Item:
    """A playbook run, with its action runs."""
    found = _one("playbook run", _playbook_runs(run), given)
    return Item("playbook_run", found, parts=tuple(
        Item("action_run", one) for one in _action_runs(run) if one["playbook_run"] == found["id"]))


def _one(what: str, records: Iterator[Record], given: Any) -> Record:
    number = as_id(given)
    for one in records:
        if one["id"] == number:
            return one
    raise Refused(f"{what} {shown(given)} not found")


def _playbook_runs(run: PlaybookRun) -> Iterator[Record]:
    """Those of this tree, and those that the lab has records of."""
    for one in run.tree.runs.values():
        status = "running" if not one.ended else "success" if one.status == "success" else "failed"
        yield {"id": one.id, "playbook": run.tree.ids.number("playbook", one.playbook.name), "status": status,
               "container": one.state.container_id, "parent_run": one.parent.id if one.parent else None}
    yield from run.platform.records("playbook_run").values()


def _action_runs(run: PlaybookRun) -> Iterator[Record]:
    for one in run.tree.runs.values():
        own = {"container": one.state.container_id, "playbook_run": one.id}
        yield from ({**own, **_finished(done)} for done in one.state.action_runs)
        yield from ({**own, "id": asked.id, "status": "running"} for asked in run.tree.queue.pending
                    if asked.run is one and asked.name in one.state.pending)
    yield from run.platform.records("action_run").values()


def _finished(done: ActionRun) -> Record:
    return {"id": done.id, "name": done.name, "action": done.action, "status": done.status, "message": done.message}
