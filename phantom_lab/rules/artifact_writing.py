"""Container automation API: adding and deleting artifacts."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.refusals import container_of, given_of, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import artifacts
from phantom_lab.state.names import Refused

_NO_AUTOMATION = ("`run_automation`: the lab has no active playbooks to start",)


@emulates("add_artifact", gaps=_NO_AUTOMATION)
@refusable(None)
def add_artifact(run: PlaybookRun, container: Any, raw_data: Any, cef_data: Any, label: Any, name: Any, severity: Any,
                 identifier: Any, artifact_type: Any, field_mapping: Any, trace: Any,
                 run_automation: Any) -> tuple[bool, str, int | None]:
    """Add an artifact: ``(success, message, id)`` (documented). It is not new to the run that adds it (observed).

    Without an identifier it gets a GUID (documented); one that the container has already is refused (observed).
    ``field_mapping`` gives what CEF fields contain, and the container's severity is raised to the artifact's
    (observed).
    """
    added = artifacts.add_artifact(run.platform, container_of(run, container), given_of(
        data=raw_data, cef=cef_data, label=label, name=name, severity=severity, source_data_identifier=identifier,
        type=artifact_type, cef_types=field_mapping, run_automation=run_automation, playbook_run_id=run.id))
    return True, f"artifact {added['id']} added", added["id"]


@emulates("save_artifact", gaps=_NO_AUTOMATION)
def save_artifact(run: PlaybookRun, container: Any, raw_data: Any, cef_data: Any, label: Any, name: Any, severity: Any,
                  identifier: Any, artifact_type: Any, field_mapping: Any,
                  run_automation: Any) -> tuple[bool, str, int | None]:
    """The older form of `add_artifact` (assumed: it is not documented)."""
    return add_artifact(run, container, raw_data, cef_data, label, name, severity, identifier, artifact_type,
                        field_mapping, False, run_automation)


@emulates("delete_artifact")
def delete_artifact(run: PlaybookRun, artifact_id: Any) -> bool:
    """Take an artifact away; whether there was one (documented)."""
    try:
        artifacts.delete_artifact(run.platform, artifact_id)
    except Refused as exc:
        run.call_failed(str(exc))
        return False
    return True
