"""Playbook automation API: what is made of results that a playbook passes along."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import check_keywords
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import results_of
from phantom_lab.rules.sources import dicts


@emulates("parse_errors")
def parse_errors(run: PlaybookRun, results: Any) -> list[dict[str, Any]]:
    """Errors per asset and parameter set: ``{"asset", "parameter", "status", "message"}`` (element keys assumed)."""
    return _errors("parse_errors", "results", results)


@emulates("print_errors")
def print_errors(run: PlaybookRun, action_results: Any) -> None:
    """Write each of the `parse_errors` to the debug log (documented; the form of the line is assumed)."""
    for one in _errors("print_errors", "action_results", action_results):
        run.log("debug", str(one))


@emulates("parse_success")
def parse_success(run: PlaybookRun, action_results: Any) -> list[Any]:
    """Every data item of every result that did not fail, in one list (observed)."""
    return [item for one in _succeeded("parse_success", action_results)
            if isinstance(one.get("data"), list) for item in one["data"]]


@emulates("get_successful_action_results_v2")
def get_successful_action_results_v2(run: PlaybookRun, action_results: Any) -> list[dict[str, Any]]:
    """The action results that did not fail, of all app runs in one list (observed)."""
    return _succeeded("get_successful_action_results_v2", action_results)


@emulates("parse_results")
def parse_results(run: PlaybookRun, results: Any) -> dict[str, list[dict[str, Any]]]:
    """Action results, each with its asset, by ``success`` and ``failed`` (documented; the elements are assumed)."""
    found: dict[str, list[dict[str, Any]]] = {"success": [], "failed": []}
    for app_run in results_of("parse_results", "results", results) or []:
        for one in _results(app_run):
            status = "failed" if one.get("status") == "failed" else "success"
            found[status].append({"asset": app_run.get("asset"), **one})
    return found


@emulates("concatenate")
def concatenate(run: PlaybookRun, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """One list of all arguments: lists are flattened by one level (documented), None is left out (observed).

    `dedup` keeps the first of equal elements (order assumed).
    """
    check_keywords("concatenate", kwargs, ("dedup",))
    found: list[Any] = []
    for one in args:
        if isinstance(one, list | tuple | set | frozenset):
            found += one
        elif one is not None:
            found.append(one)
    return _distinct(found) if kwargs.get("dedup") else found


def _distinct(values: list[Any]) -> list[Any]:
    kept: dict[Any, Any] = {}
    for one in values:
        kept.setdefault(_identity(one), one)
    return list(kept.values())


def _identity(value: Any) -> Any:
    with suppress(TypeError):
        hash(value)
        return value
    try:
        return type(value), json.dumps(value, sort_keys=True, default=repr)
    except (TypeError, ValueError, RecursionError):  # keys of several types, an object that holds itself
        return type(value), id(value)


def _errors(call: str, argument: str, given: Any) -> list[dict[str, Any]]:
    return [{"asset": app_run.get("asset"), "parameter": one.get("parameter"), "status": "failed",
             "message": one.get("message")} for app_run in results_of(call, argument, given) or []
            for one in _results(app_run) or [app_run] if one.get("status") == "failed"]


def _succeeded(call: str, given: Any) -> list[dict[str, Any]]:
    return [one for app_run in results_of(call, "action_results", given) or [] for one in _results(app_run)
            if one.get("status", "success") != "failed"]


def _results(app_run: dict[str, Any]) -> list[dict[str, Any]]:
    return dicts(app_run.get("action_results"))
