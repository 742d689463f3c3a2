"""Playbook automation API: what blocks leave for each other, and a playbook for its parent."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.model import json_copy
from phantom_lab.rules.arguments import check, json_of, missing, needed
from phantom_lab.rules.diagnosis import diagnose_output
from phantom_lab.rules.registry import emulates


@emulates("save_run_data")
def save_run_data(run: PlaybookRun, value: Any, key: Any, auto: Any, trace: Any) -> str:
    """Keep a value for this run; without a key one is made (assumed). Returns the key."""
    check("save_run_data", "key", key, (str, int), "a text")
    name = str(key) if key else run.tree.ids.guid()
    run.state.run_data[name] = value
    run.keep("run data", name, value)
    return name


@emulates("get_run_data")
def get_run_data(run: PlaybookRun, key: Any) -> Any:
    """A kept value; ``""`` where there is none (observed). Without a key all of them as one text (documented)."""
    if key is None:
        return json.dumps(run.state.run_data, default=str)
    check("get_run_data", "key", key, (str, int), "a text")
    name = str(key)
    if name in run.state.run_data:
        return run.state.run_data[name]
    diagnose_output(run, "get_run_data", name)
    return missing(run, f"run data '{name}'", "")


@emulates("save_block_result")
def save_block_result(run: PlaybookRun, key: Any, value: Any, auto: Any, trace: Any) -> str:
    """The newer name of `save_run_data`: both keep the same values (observed)."""
    check("save_block_result", "key", key, (str, int), "a text")
    return save_run_data(run, value, key, auto, trace)


@emulates("get_block_result")
def get_block_result(run: PlaybookRun, key: Any) -> Any:
    """The newer name of `get_run_data` (observed)."""
    check("get_block_result", "key", key, (str, int), "a text")
    return get_run_data(run, key)


@emulates("get_parent_handle")
def get_parent_handle(run: PlaybookRun) -> Any:
    """What the parent playbook passed as ``handle`` (documented); None without a parent."""
    return json_copy(run.handle)


@emulates("set_parent_handle")
def set_parent_handle(run: PlaybookRun, handle: Any) -> None:
    """Set what the parent's callback receives as ``handle`` (documented)."""
    run.handle = json_of("set_parent_handle", "handle", handle)


@emulates("save_playbook_output_data")
def save_playbook_output_data(run: PlaybookRun, output: Any, trace: Any) -> None:
    """Keep the playbook's outputs; allowed in ``on_finish`` only (observed)."""
    if not run.finishing:
        raise RuntimeError('save_playbook_output_data is only allowed within the "on_finish"')
    needed("save_playbook_output_data", "output", output, (dict,), "a dict")
    run.store_outputs(json_of("save_playbook_output_data", "output", output))
