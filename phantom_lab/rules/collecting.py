"""Data access automation API: ``collect`` and its relatives."""

from __future__ import annotations

from typing import Any

from phantom_lab.datapath import Family, Path, operand, parse
from phantom_lab.datapath import collect as walk
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import as_id
from phantom_lab.rules.arguments import brief, check_names, names
from phantom_lab.rules.data_access import flat_for, rows
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import datapaths, restrict, results_of
from phantom_lab.rules.sources import Restriction, app_runs, decoded


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
    check_names(call, "filtered_action_result_ids", filtered_action_result_ids, "a list of app run ids")
    path = operand(datapath, unnamed=bool(action_results))
    if path is None:
        return [datapath]
    if filtered_action_result_ids:
        chosen = {as_id(one) for one in names(filtered_action_result_ids)} - {None}
        passed = [one for one in app_runs(run, path.block, path.filter, Restriction(passed=passed))
                  if one.get("app_run_id") in chosen]
        if not passed and path.source in (Family.ACTION_RESULT, Family.ACTION_RESULTS):
            return []
    return _collect(run, call, container, datapath, scope, None, False, filtered_artifact_ids, passed,
                    ids_argument="filtered_artifact_ids")


def _collect(run: PlaybookRun, call: str, container: Any, datapath: Any, scope: Any, limit: Any, none_if_first: Any,
             artifact_ids: Any, results: Any, *, ids_argument: str = "filter_artifact_ids") -> list[Any]:
    texts = datapaths(call, datapath)
    restriction = restrict(run, call, container=container, scope=scope, limit=limit, none_if_first=none_if_first,
                           filter_artifacts=artifact_ids, ids_argument=ids_argument, action_results=results)
    return flat_for(datapath, rows(run, call, texts, restriction))


def _output_path(call: str, text: str) -> Path:
    path = parse(text) or parse(f"*:{text}")
    if path is None or path.source not in (Family.PLAYBOOK_OUTPUT, Family.PLAYBOOK_INPUT):
        raise PlaybookArgumentError(f"{call}: datapath must be like 'playbook_output:name', not {brief(text)}")
    return path


def _outputs(path: Path, given: list[dict[str, Any]]) -> list[Any]:
    """One path's values in the runs that it names."""
    found: list[Any] = []
    for one in given:
        if path.block in ("", "*", one.get("name")):
            values = _decoded(one.get("outputs" if path.source is Family.PLAYBOOK_OUTPUT else "inputs"))
            value = values.get(path.steps[0])
            elements = value if isinstance(value, list) else [value]
            found += [row[0] for row in walk(elements, [path.steps[1:]])]
    return found


def _decoded(given: Any) -> dict[Any, Any]:
    """Outputs as the platform keeps them: a list whose first element is the JSON text of a dict (observed)."""
    value = decoded(given[0] if isinstance(given, list) and given else given)
    return value if isinstance(value, dict) else {}
