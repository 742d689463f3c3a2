"""POST to ``playbook_run`` from within a run: the playbook becomes a child playbook that nothing waits for."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.engine import PlaybookRun, asking
from phantom_lab.model import Record, as_id
from phantom_lab.rest.fields import container_id
from phantom_lab.rest.playbooks import named
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.views import rows
from phantom_lab.rest.world import World
from phantom_lab.source.inputs import refusal


def wanted_run(world: World, body: Record) -> Record:
    """What a body asks for: ``playbook`` (a name) and its ``record``, ``container_id``, ``inputs``, ``scope``.

    ``inputs`` may be JSON text (documented) or an object.

    Raises:
        RestError: there is no such playbook or container, or inputs and scope have another form.
    """
    given = body.get("playbook_id", body.get("playbook"))
    there = rows(world, "playbook")
    found = [one for one in there if one["id"] == as_id(given)] or named(there, str(given))
    if len(found) != 1:
        which = f"; it may be {' or '.join(str(one['name']) for one in found)}" if found else ""
        raise bad_request(f"there is no playbook {str(given)[:100]!r}{which}")
    record = found[0]
    number = container_id(world, body.get("container_id"))
    inputs, scope = _decoded(body.get("inputs")) or {}, body.get("scope") or "new"
    if body["run"] is not True:
        raise bad_request("run must be true")
    if not isinstance(inputs, dict):
        raise bad_request("inputs must be an object")
    if isinstance(scope, list):
        scope = [as_id(one) for one in scope]
    if scope not in ("new", "all") and not (isinstance(scope, list) and all(scope)):
        raise bad_request("scope must be new, all or a list of artifact ids")
    return {"record": record, "playbook": record["name"], "container_id": number, "inputs": inputs, "scope": scope}


def _decoded(given: Any) -> Any:
    """What a text says as JSON; the text itself where it says nothing."""
    try:
        return json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError):
        return given


def started(number: int) -> Record:
    """The answer to a POST that started a run; the id comes as a text (reported)."""
    return {"playbook_run_id": str(number), "received": True}


def start_child(run: PlaybookRun, world: World, body: Record) -> Record:
    """Start a playbook from within a run.

    Raises:
        RestError: as for `wanted_run`, or the playbook has no such inputs (assumed).
        LabError: the playbook cannot be loaded.
    """
    wanted = wanted_run(world, body)
    found = run.tree.outside.playbook(wanted["playbook"], run)
    if told := refusal(found, wanted["inputs"]):
        raise bad_request(told)
    options: dict[str, Any] = {"callback": None, "name": None, "handle": None, "loop_state": None}
    return started(asking.playbook(run, found, wanted["playbook"], container_id=wanted["container_id"],
                                   inputs=wanted["inputs"], inherit_scope=False, **options))
