"""Playbook automation API."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from phantom_lab.datapath import Path, operand, render
from phantom_lab.engine import AssetSelection, PlaybookRun
from phantom_lab.engine.actions import read_parameters
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import json_copy
from phantom_lab.rules.arguments import names
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.sources import Restriction, table, values


@emulates("act")
def act(run: PlaybookRun, action: Any, parameters: Any, assets: Any, tags: Any, callback: Any, reviewer: Any,
        handle: Any, start_time: Any, name: Any, asset_type: Any, app: Any, parent_action: Any,
        loop_state: Any) -> None:
    """Run one action on every matching asset × every parameter set; the callback is called once, when all are done."""
    if not isinstance(action, str) or not action.strip():
        raise PlaybookArgumentError(f"act: action must be the name of an action, not {action!r}")
    _check_callback("act", callback)
    for argument, given in (("reviewer", reviewer), ("start_time", start_time), ("loop_state", loop_state)):
        if given:
            raise run.gap(f"act({argument}=)", "playbook")
    try:
        passed = json_copy(handle)
    except (TypeError, ValueError) as exc:
        raise PlaybookArgumentError(f"act '{action}': handle is not JSON: {exc}") from None
    chosen = AssetSelection(names(assets) if assets is not None else None, frozenset(names(tags)),
                            frozenset(names(asset_type)), app if isinstance(app, dict) else {"name": app})
    run.start_action(action, read_parameters(parameters, action), chosen, callback=callback, handle=passed,
                     name=str(name) if name else None, parent=parent_action)


@emulates("completed")
def completed(run: PlaybookRun, action_names: Any, playbook_names: Any, custom_function_names: Any,
              trace: Any) -> bool:
    """Whether all of these have finished, succeeded or failed; a name that was never started has not (assumed)."""
    return run.state.completed([*names(action_names), *names(playbook_names), *names(custom_function_names)])


@emulates("format")
def format_(run: PlaybookRun, container: Any, template: Any, parameters: Any, scope: Any, filter_artifact_ids: Any,
            name: Any, trace: Any, separator: Any, drop_none: Any) -> str:
    """Fill a template with the values of datapaths; a parameter that is no datapath stands for itself."""
    restriction = Restriction(container, scope, None, filter_artifact_ids)
    given = [parameters] if isinstance(parameters, str) else list(parameters or ())
    paths = [operand(parameter) for parameter in given]
    columns = [values(run, path, restriction) if path else [parameter]
               for path, parameter in zip(paths, given, strict=True)]

    def pair(numbers: Sequence[int]) -> dict[int, list[Any]]:
        """Parameters of one source are read together, so that their rows belong together."""
        paired = {number: columns[number] for number in numbers}
        by_origin: dict[Any, list[tuple[int, Path]]] = {}
        for number in numbers:
            if path := paths[number]:
                by_origin.setdefault(path.origin, []).append((number, path))
        for same in by_origin.values():
            rows = table(run, [path for _, path in same], restriction) if len(same) > 1 else []
            paired.update({number: [row[place] for row in rows] for place, (number, _) in enumerate(same) if rows})
        return paired

    rendered = render(str(template or ""), columns, pair=pair, separator=separator, drop_none=bool(drop_none))
    if name:
        run.state.formats[str(name)] = rendered
    return rendered.text


@emulates("get_format_data")
def get_format_data(run: PlaybookRun, name: Any) -> Any:
    """The text of a named format, or with ``__as_list`` its rows; None for one that never ran (observed)."""
    key = str(name)
    rendered = run.state.formats.get(key.removesuffix("__as_list"))
    if rendered is None:
        return None
    return list(rendered.items) if key.endswith("__as_list") else rendered.text


@emulates("save_run_data")
def save_run_data(run: PlaybookRun, value: Any, key: Any, auto: Any, trace: Any) -> str:
    """Keep a value for this run; without a key one is made (assumed). Returns the key."""
    name = str(key) if key else run.state.ids.guid()
    run.state.run_data[name] = value
    return name


@emulates("get_run_data")
def get_run_data(run: PlaybookRun, key: Any) -> Any:
    """A kept value; ``""`` where there is none (observed). Without a key all of them as one text (documented)."""
    if key is None:
        return json.dumps(run.state.run_data, default=str)
    return run.state.run_data.get(str(key), "")


@emulates("save_playbook_output_data")
def save_playbook_output_data(run: PlaybookRun, output: Any, trace: Any) -> None:
    """Keep the playbook's outputs; allowed in ``on_finish`` only (observed)."""
    if not run.finishing:
        raise RuntimeError('save_playbook_output_data is only allowed within the "on_finish"')
    if not isinstance(output, dict):
        raise PlaybookArgumentError(f"save_playbook_output_data: output must be a dict, not {type(output).__name__}")
    run.store_outputs(json_copy(output))


@emulates("parse_errors")
def parse_errors(run: PlaybookRun, results: Any) -> list[dict[str, Any]]:
    """Errors per asset and parameter set: ``{"asset", "parameter", "status", "message"}`` (element keys assumed)."""
    errors = []
    for app_run in _app_runs(results):
        found = app_run.get("action_results") or [{"status": app_run.get("status"), "message": app_run.get("message")}]
        errors += [{"asset": app_run.get("asset"), "parameter": one.get("parameter"), "status": one["status"],
                    "message": one.get("message")} for one in found if one.get("status") == "failed"]
    return errors


@emulates("parse_success")
def parse_success(run: PlaybookRun, action_results: Any) -> list[Any]:
    """Every data item of every result that did not fail, in one list (observed)."""
    return [item for app_run in _app_runs(action_results) for one in app_run.get("action_results") or ()
            if one.get("status", "success") != "failed" for item in one.get("data") or ()]


@emulates("playbook_block")
def playbook_block(run: PlaybookRun, block_name: Any, cf_run_id: Any) -> Callable[[Any], Any]:
    """The decorator of generated blocks. The loader itself sees every function, decorated or not."""
    return lambda function: function


def _app_runs(results: Any) -> list[dict[str, Any]]:
    return [one for one in results or () if isinstance(one, dict)]


def _check_callback(name: str, callback: Any) -> None:
    if callback is not None and not callable(callback):
        raise PlaybookArgumentError(f"{name}: callback must be a function, not {type(callback).__name__}",
                                    hint="Pass the function itself, not its name or its result.")
