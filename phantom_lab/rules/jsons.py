"""Helpers: dicts, JSON, and two functions of the standard library."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import check, needed
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.results import concatenate


@emulates("get_json_object")
def get_json_object(run: PlaybookRun, data: Any) -> Any:
    """What a JSON text says, or None where it is no JSON; what is no text stays as it is (assumed)."""
    if not isinstance(data, str | bytes):
        return data
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


@emulates("dump_json")
def dump_json(run: PlaybookRun, dump_dict: Any, tag: Any) -> None:
    """Write a value as indented JSON to the debug log, behind the tag (form assumed)."""
    try:
        text = json.dumps(dump_dict, indent=4, default=str)
    except (TypeError, ValueError, RecursionError):  # keys of another type, a dict that holds itself
        text = str(dump_dict)
    run.log("debug", text if tag is None else f"{tag}: {text}")


@emulates("_merge_jsons")
def merge_jsons(run: PlaybookRun, default_json: Any, merge_json: Any) -> dict[str, Any]:
    """A new dict: the defaults with what is merged into them, dicts within dicts as well (depth assumed)."""
    for argument, given in (("default_json", default_json), ("merge_json", merge_json)):
        needed("_merge_jsons", argument, given, (dict,), "a dict")
    return _merged(default_json, merge_json)


@emulates("deduplicate_params")
def deduplicate_params(run: PlaybookRun, parameters: Any) -> list[Any]:
    """Parameter sets without those that equal an earlier one, ``context`` included (assumed)."""
    needed("deduplicate_params", "parameters", parameters, (list, tuple), "a list of dicts")
    return concatenate(run, (parameters,), {"dedup": True})


@emulates("remove_none_values")
def remove_none_values(run: PlaybookRun, input_dict: Any) -> dict[Any, Any]:
    """A new dict without the keys whose value is None; dicts within it stay as they are (assumed)."""
    needed("remove_none_values", "input_dict", input_dict, (dict,), "a dict")
    return {key: value for key, value in input_dict.items() if value is not None}


@emulates("deepcopy", gaps=("`_nil`: the library's own, of no effect",))
def deepcopy(run: PlaybookRun, x: Any, memo: Any, _nil: Any) -> Any:
    """``copy.deepcopy``, whose signature it has (observed)."""
    check("deepcopy", "memo", memo, (dict,), "a dict")
    return copy.deepcopy(x, memo)


@emulates("wraps")
def wraps(run: PlaybookRun, wrapped: Any, assigned: Any, updated: Any) -> Callable[..., Any]:
    """``functools.wraps``, whose signature it has (observed)."""
    return functools.wraps(wrapped, assigned, updated)


def _merged(default: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(default)
    for key, value in given.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = _merged(found[key], value) if both else copy.deepcopy(value)
    return found
