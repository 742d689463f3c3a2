"""Ids and names of what is not there: every function that takes one tells it as its documentation says."""

from __future__ import annotations

import pytest

from phantom_lab import Lab
from phantom_lab.rules.registry import EMULATED
from tests.calls import calls
from tests.table import tabled
from tests.usual_calls import usual_arguments

UNKNOWN = {
    **dict.fromkeys(("container", "container_id", "case"), ("99", "'99'", "'nowhere'")),
    **dict.fromkeys(("artifact_id", "task_id", "pin_id", "phase_id", "attachment_id", "phase",
                     "playbook_run_id", "action_run_id", "app_run_id", "custom_function_run_id"),
                    ("99", "'99'")),
    **dict.fromkeys(("vault_id", "s_hash"), ("'f' * 40", "'../../../etc/hostname'", "'/etc/hostname'")),
    "list_name": ("'nowhere'", "'../nowhere'"),
}
MADE = {("set_list", "list_name"), ("add_list", "list_name"), ("datastore_set", "list_name"),
        ("datastore_add", "list_name"), ("prompt", "container"), ("prompt2", "container")}
"""A list that is not there is made, and anybody may be asked, whatever the container. Users, roles and workbook
templates are assumed to be configured: see `tests/fidelity/test_written_texts.py`."""
LINES = ("playbook", "collect_from_contains")
"""They write an error line besides, which their own tests hold."""
INSTEAD = {
    **dict.fromkeys((
        "get_artifacts", "get_tagged_artifacts", "attacker_ips", "victim_ips", "get_attacked_ips", "get_URLs",
        "collect", "collect2", "collect_from_container", "collect_for_condition", "get_object", "datastore_get",
        "get_vault_item_info", "get_action_results", "get_action_info", "get_extra_data",
        "get_custom_function_results", "get_playbook_results")),
    **dict.fromkeys(("get_container", "get_raw_data", "clear_object", "get_vault_file", "get_vault_file_path")),
    "format": "None", "expand_datapaths_": ["None"], "condition": [[], []], "get_summary": {},
    **dict.fromkeys(("decision", "delete_artifact"), False), "datastore_present": {"present": False},
}
"""What a function gives that has no success to tell of; None stands for an empty list, too."""
ITEMS = ("get_notes", "get_task_notes", "get_tasks")
RAISES = {"save_object": "there is no container with this container_id"}
CASES = [(function, argument, given) for function in EMULATED for argument in usual_arguments(function)
         if function not in LINES and (function, argument) not in MADE for given in UNKNOWN.get(argument, ())]


def told(incident, function, argument, given):
    """What a call gives, through JSON; it has written nothing, and a failure stands among the hints."""
    arguments = usual_arguments(function) | {argument: given}
    instead = {"new_file()": "'x'", "vault_id": "'x'"}
    named = [f"{name}={'[]' if name == 'events' else instead.get(text, text)}"
             for name, text in arguments.items() if not name.startswith("*")]
    call = f"phantom.{function}({', '.join(named)})"
    run, (found,) = calls(Lab(incident), f"list({call})" if function == "get_tasks" else call)
    assert run.summary().changes == []
    failed = found[:1] == [False] if isinstance(found, list) else isinstance(found, dict) and not found.get("succeeded")
    if failed and function not in INSTEAD:
        assert [one["line"] for one in run.summary().hints] == [6]
    return found


@tabled(("function", "argument", "given"), CASES)
def test_what_is_not_there_is_told(incident, function, argument, given):
    """False with a message that names it, one item without success, or nothing; nothing is written."""
    if function in RAISES:
        with pytest.raises(AssertionError, match=RAISES[function]):
            told(incident, function, argument, given)
        return
    found = told(incident, function, argument, given)
    if function in ITEMS:
        assert [one["success"] for one in found] == [False]
    elif isinstance(found, dict) and "succeeded" in found:
        assert not found["succeeded"]
    elif function in INSTEAD:
        assert found == INSTEAD[function] or (INSTEAD[function] is None and found == [])
    else:
        assert found[0] is False
        assert isinstance(found[1], str)
        assert not any(found[2:])
