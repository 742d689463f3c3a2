"""Results as a platform tells them: what REST answers of app runs, and what a callback gets as ``results``.

Each action result becomes an entry of a results file, so that a production run can be run again offline.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from phantom_lab.errors import InputError

_MARKS = {"action_results", "result_data", "app_run_id", "action_run_id", "action_run", "app_run", "app_name"}
"""Keys that records of a platform have, and entries of a results file have not."""
_RESULT = {"parameter", "data", "summary", "status", "message"}
_HINT = ("GET /rest/app_run?_filter_container=ID&page_size=0&include_expensive=1 lists app runs with their "
         "result_data, and a callback's results can be printed by phantom.debug(results).")
"""``include_expensive`` is assumed: the documents name it for large fields."""


def entries_of(given: Any, where: str) -> Any:
    """What is given, where no record of a platform is in it; else the entries that stand for these records.

    Args:
        given: decoded JSON: a record, a list of records, or the REST list envelope.
        where: the file, for messages.

    Raises:
        InputError: a record does not tell what its action came back with, or REST told of an error.
    """
    if isinstance(given, dict):
        if given.get("failed") is True and "data" not in given:
            raise InputError(f"it holds an error of REST: {str(given.get('message'))[:200]!r}", where=where, hint=_HINT)
        listed = isinstance(given.get("data"), list) and ("count" in given or "num_pages" in given)
        if not listed and not is_record(given):
            return given
        given = given["data"] if listed else [given]
        if listed and given and not all(map(is_record, given)):
            raise InputError("it lists what are no runs of apps", where=where, hint=_HINT)
    if not isinstance(given, list) or not any(map(is_record, given)):
        return given
    found: list[dict[str, Any]] = []
    for number, one in enumerate(given):
        found += _entries(one, f"{where}[{number}]") if is_record(one) else [one]
    return _told_apart(found)


def is_record(given: Any) -> bool:
    """Whether something is a record of a platform."""
    return isinstance(given, dict) and bool(given.keys() & _MARKS)


def _entries(record: dict[str, Any], where: str) -> Iterator[dict[str, Any]]:
    action = record.get("action", record.get("action_name"))
    if not isinstance(action, str) or not action:
        raise InputError("it names no action", where=where, hint=_HINT)
    asset = record.get("asset") if isinstance(record.get("asset"), str) else record.get("asset_name")
    common = {"action": action, **({"name": str(record["name"])} if record.get("name") else {}),
              **({"asset": asset} if isinstance(asset, str) and asset else {})}
    key = next((one for one in ("action_results", "result_data") if one in record), "")
    results = record.get(key) if key else [record] if record.keys() & {"parameter", "data"} else None
    if isinstance(results, str):
        try:
            results = json.loads(results)
        except (ValueError, RecursionError):
            results = None
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise InputError(f"it tells of '{action}', and not what that came back with (action_results or result_data)",
                         where=where, hint=_HINT)
    if not results:
        yield {**common, **_answer(record)}
    yield from ({**common, **_answer(one), **_parameter(action, one)} for one in results)


def _answer(result: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an action result; of a prompt that was answered, its responses."""
    told = result.get("summary")
    summary: dict[str, Any] = told if isinstance(told, dict) else {}
    if result.get("status") != "failed" and isinstance(summary.get("responses"), list):
        return {"responses": summary["responses"]}
    found = {key: result[key] for key in ("message", "data") if result.get(key) is not None}
    return {"status": "failed" if result.get("status") == "failed" else "success", **found, "summary": summary}


def _parameter(action: str, result: dict[str, Any]) -> dict[str, Any]:
    """What it was called with, without the context, which is of one container; texts of a prompt count for nothing."""
    given = result.get("parameter")
    if not isinstance(given, dict) or action == "prompt":
        return {}
    return {"parameter": {key: value for key, value in given.items() if key != "context"}}


def _told_apart(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks' names stay only where an action was called with the same by several blocks, and came back with something
    else: a block may be renamed, and its results are the same."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in entries:
        groups.setdefault(json.dumps([one.get(key) for key in ("action", "asset", "parameter")], sort_keys=True), []
                          ).append(one)
    kept = {id(one) for group in groups.values() for one in group
            if one.get("action") == "prompt" or len({_told(other) for other in group}) > 1}
    return [one if id(one) in kept else {key: value for key, value in one.items() if key != "name"} for one in entries]


def _told(entry: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in entry.items() if key != "name"}, sort_keys=True)
