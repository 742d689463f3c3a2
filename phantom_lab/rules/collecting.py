"""Data access automation API: ``collect`` and its relatives."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from phantom_lab.datapath import Path, Source, operand, parse
from phantom_lab.datapath import collect as walk
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import as_id, json_copy
from phantom_lab.rules.data_access import flat_for, rows
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import check, datapaths, restrict, results_of
from phantom_lab.rules.sources import LIMIT


@emulates("collect")
def collect(run: PlaybookRun, container: Any, datapath: Any, scope: Any, limit: Any, none_if_first: Any,
            filter_artifact_ids: Any, trace: Any) -> list[Any]:
    """Collect a flat list of values for one datapath, for a list of them rows (form assumed).

    `container` may be results, as a callback gets them (documented).
    """
    results = container if isinstance(container, list | tuple) else None
    return _collect(run, "collect", None if results is not None else container, datapath, scope, limit, none_if_first,
                    filter_artifact_ids, results)


@emulates("collect_from_container")
def collect_from_container(run: PlaybookRun, container: Any, datapath: Any, scope: Any, limit: Any,
                           none_if_first: Any, filter_artifact_ids: Any, action_results: Any, trace: Any) -> list[Any]:
    """`collect`, beside results that are passed along (assumed)."""
    return _collect(run, "collect_from_container", container, datapath, scope, limit, none_if_first,
                    filter_artifact_ids, action_results)


@emulates("collect_from_action_result")
def collect_from_action_result(run: PlaybookRun, action_result: Any, datapath: Any, trace: Any) -> list[Any]:
    """`collect` from results alone: one of them, or a list (assumed)."""
    call = "collect_from_action_result"
    found = results_of(call, "action_result", action_result) or []
    return _collect(run, call, None, datapath, None, None, False, None, found)


@emulates("collect_from_playbook_results")
def collect_from_playbook_results(run: PlaybookRun, playbook_results: Any, datapath: Any, trace: Any) -> list[Any]:
    """Collect outputs or inputs from what the callback of a child playbook gets (assumed).

    ``playbook_output:NAME`` reads every run that was passed, ``BLOCK:playbook_output:NAME`` those of that name.
    """
    call = "collect_from_playbook_results"
    given = results_of(call, "playbook_results", playbook_results) or []
    columns = [_outputs(_output_path(call, text), given) for text in datapaths(call, datapath)]
    found = [[column[place] if place < len(column) else None for column in columns]
             for place in range(max(map(len, columns), default=0))]
    return flat_for(datapath, found)


@emulates("collect_for_condition")
def collect_for_condition(run: PlaybookRun, container: Any, action_results: Any, filtered_artifact_ids: Any,
                          filtered_action_result_ids: Any, datapath: Any, scope: Any) -> list[Any]:
    """The values of one operand of a condition; a text that is no datapath stands for itself (assumed).

    `filtered_action_result_ids` are taken for ids of app runs (assumed).
    """
    call = "collect_for_condition"
    passed = results_of(call, "action_results", action_results)
    check(call, "filtered_action_result_ids", filtered_action_result_ids, (list, tuple, set), "a list of app run ids")
    if filtered_action_result_ids and passed is not None:
        chosen = {as_id(one) for one in filtered_action_result_ids}
        passed = [one for one in passed if one.get("app_run_id") in chosen]
    if operand(datapath, unnamed=bool(action_results)) is None:
        return [datapath]
    return _collect(run, call, container, datapath, scope, None, False, filtered_artifact_ids, passed,
                    ids_argument="filtered_artifact_ids")


@emulates("get_collect_limit_")
def get_collect_limit(run: PlaybookRun) -> int:
    """How many artifacts a call reads that does not say so itself (assumed)."""
    return LIMIT if run.state.collect_limit is None else run.state.collect_limit


@emulates("set_collect_limit_")
def set_collect_limit(run: PlaybookRun, limit: Any) -> None:
    """Set how many artifacts collecting calls of this run read; None is the default again (assumed)."""
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 0):
        raise PlaybookArgumentError(f"set_collect_limit_: limit must be a number of artifacts, not {limit!r}")
    run.state.collect_limit = limit


def _collect(run: PlaybookRun, call: str, container: Any, datapath: Any, scope: Any, limit: Any, none_if_first: Any,
             artifact_ids: Any, results: Any, *, ids_argument: str = "filter_artifact_ids") -> list[Any]:
    texts = datapaths(call, datapath)
    restriction = restrict(run, call, container=container, scope=scope, limit=limit, none_if_first=none_if_first,
                           filter_artifacts=artifact_ids, ids_argument=ids_argument, action_results=results)
    return flat_for(datapath, rows(run, call, texts, restriction))


def _output_path(call: str, text: str) -> Path:
    path = parse(text) or parse(f"*:{text}")
    if path is None or path.source not in (Source.PLAYBOOK_OUTPUT, Source.PLAYBOOK_INPUT):
        raise PlaybookArgumentError(f"{call}: datapath must be like 'playbook_output:name', not {text!r}")
    return path


def _outputs(path: Path, given: list[dict[str, Any]]) -> list[Any]:
    """One path's values in the runs that it names."""
    found: list[Any] = []
    for one in given:
        if path.block in ("", "*", one.get("name")):
            values = _decoded(one.get("outputs" if path.source is Source.PLAYBOOK_OUTPUT else "inputs"))
            value = values.get(path.steps[0])
            elements = value if isinstance(value, list) else [value]
            found += [row[0] for row in walk(json_copy(elements), [path.steps[1:]])]
    return found


def _decoded(given: Any) -> dict[Any, Any]:
    """Outputs as the platform keeps them: a list whose first element is the JSON text of a dict (observed)."""
    value = given[0] if isinstance(given, list) and given else given
    with suppress(TypeError, ValueError):
        value = json.loads(value)
    return value if isinstance(value, dict) else {}
