"""Playbook automation API: what a run can learn of itself and its container."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.model import as_id, json_copy
from phantom_lab.rules.arguments import check, container_id
from phantom_lab.rules.registry import emulates

_REPOSITORY = "local"
"""Where every playbook of a lab counts as coming from."""


@emulates("get_playbook_info", gaps=("playbooks that do not run in the same tree are not known",))
def get_playbook_info(run: PlaybookRun, playbook_id: Any, playbook_name: Any,
                      playbook_repo: Any) -> list[dict[str, Any]]:
    """The current playbook as a list of one dict (documented).

    Asked for another one, it is found where it runs in the same tree; the list is empty otherwise (assumed).
    """
    call = "get_playbook_info"
    check(call, "playbook_id", playbook_id, (int, str), "a number")
    check(call, "playbook_name", playbook_name, (str,), "a text")
    check(call, "playbook_repo", playbook_repo, (str,), "a text")
    for one in [run, *run.tree.runs.values()]:
        info = _info(one)
        if ((playbook_id is None or as_id(playbook_id) == info["id"])
                and playbook_name in (None, info["name"], f"{info['repo_name']}/{info['name']}")
                and playbook_repo in (None, info["repo_name"])):
            return [info]
    return []


@emulates("get_current_playbook_info")
def get_current_playbook_info(run: PlaybookRun) -> list[dict[str, Any]]:
    """`get_playbook_info` of the current playbook (observed: a list whose first element is read)."""
    return [_info(run)]


@emulates("get_parent_playbook_run_id")
def get_parent_playbook_run_id(run: PlaybookRun) -> int:
    """The id of the run that started this one; 0 without a parent (assumed, after `get_playbook_info`)."""
    return run.parent.id if run.parent else 0


@emulates("get_playbook_run_id_")
def get_playbook_run_id(run: PlaybookRun) -> int:
    """The id of this run."""
    return run.id


@emulates("get_playbook_scope_")
def get_playbook_scope(run: PlaybookRun) -> Any:
    """The run's scope: ``new``, ``all`` or artifact ids (form assumed)."""
    return json_copy(run.state.scope)


@emulates("get_playbook_scope_artifacts_")
def get_playbook_scope_artifacts(run: PlaybookRun) -> list[int]:
    """The artifact ids that the run's scope names; none where it is ``new`` or ``all`` (assumed)."""
    scope = run.state.scope
    return [] if isinstance(scope, str) else list(scope)


@emulates("get_effective_user")
def get_effective_user(run: PlaybookRun) -> int:
    """The id of the user as whom the run executes (observed)."""
    return run.platform.user.id


@emulates("get_current_container_id_")
def get_current_container_id(run: PlaybookRun) -> int:
    """The id of the run's container, in a custom function too (documented)."""
    return run.state.container_id


@emulates("get_current_container_label_")
def get_current_container_label(run: PlaybookRun) -> str:
    """The label of the run's container."""
    return str(run.platform.containers[run.state.container_id]["label"])


@emulates("get_raw_data")
def get_raw_data(run: PlaybookRun, container: Any) -> str | None:
    """The ``data`` of a container as JSON text (observed); None for an unknown container (assumed)."""
    check("get_raw_data", "container", container, (dict, int, str), "a container or its id")
    number = container_id(run, container)
    return None if number is None else json.dumps(run.platform.containers[number]["data"])


def _info(run: PlaybookRun) -> dict[str, Any]:
    """Id, run id, name, repository, parent run and effective user are documented; the keys are observed."""
    return {"id": run.tree.ids.number("playbook", run.playbook.name), "name": run.playbook.name,
            "repo_name": _REPOSITORY, "run_id": run.id,
            "parent_playbook_run_id": get_parent_playbook_run_id(run),
            "effective_user_id": get_effective_user(run)}
