"""A run's summary, for machines and for people."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from phantom_lab.journal import Summary

_COMPLETED = ("action", "custom_function", "playbook", "prompt")


def as_json(summary: Summary) -> str:
    """Strict JSON: numbers that JSON does not have become texts."""
    found = {one.name: getattr(summary, one.name) for one in fields(summary)}
    text = json.dumps(found)
    try:
        return json.dumps(json.loads(text, parse_constant=str), indent=2)
    except RecursionError:  # indenting is done by Python itself, which comes to its end sooner
        return json.dumps(json.loads(text, parse_constant=str))


def as_text(summary: Summary) -> str:
    """Invocations, debug lines, results, changes, and how the run ended."""
    lines = []
    for one in summary.invocations:
        cause = one["cause"]
        by = {"call": f"called by {cause['caller']}", "execute": f"custom function {cause['name']}",
              **{kind: f"{kind.replace('_', ' ')} {cause['name']} completed" for kind in _COMPLETED}}
        success = "" if one["success"] is None else f", success={one['success']}"
        within = "" if one["run"] == summary.invocations[0]["run"] else f"[playbook run {one['run']}] "
        lines.append(f"{one['n']:>4}  {within}{one['block']}  ({by.get(cause['kind'], cause['kind'])}{success})")
        if one["error"]:
            lines.append(f"      raised {one['error']}")
    sections = (
        ("debug", summary.debug),
        ("actions", [f"{run['name']}: {run['status']}, {result['message']}" for run in summary.action_runs
                     for result in run["results"] or [{"message": run["message"]}]]),
        ("custom functions", [f"{run['name']}: {run['status']}, {run['message']}" for run in
                              summary.custom_function_runs]),
        ("child playbooks", [f"run {run['id']}, {run['playbook']} ({run['name']}): {run['status']}"
                             f"{': ' if run['message'] else ''}{run['message']}" for run in summary.playbook_runs]),
        ("changes", [f"{one['object']} {one['id']} {one['field']}: {_short(one['before'])} -> {_short(one['after'])}"
                     for one in summary.changes]),
        ("edited by hand", [f"{one['what']} {one['name']} at {one['block']}: {_short(one['before'])} -> "
                            f"{_short(one['after'])}" for one in summary.edits]),
        ("outputs", [f"{name}: {_short(value)}" for name, value in (summary.outputs or {}).items()]),
        ("datapaths without a value", _placed(summary.diagnoses)),
        ("no branch matched", [f"{one['block']}, line {one['line']}: {'; '.join(one['conditions'])}"
                               for one in summary.unmatched]),
        ("hints", _placed(summary.hints)),
        ("notes", summary.notes),
    )
    for title, found in sections:
        if found:
            lines += ["", title, *(f"      {line}" for line in found)]
    lines = [shown(line) for line in lines]
    if summary.status == "running":  # a journal that is read: its process ended before the run did, or is still at it
        return "\n".join([*lines, "", "unfinished: the journal has no end of the run"])
    message = f": {shown(summary.message)}" if summary.message else ""
    return "\n".join([*lines, "", f"{summary.status}{message}"])


def _placed(found: list[dict[str, Any]]) -> list[str]:
    return [f"{one['block']}, line {one['line']}: {one['message']}" for one in found]


def shown(line: str) -> str:
    """Text of hostile origin on one line: control and direction characters of it would steer the terminal."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:100]}… ({len(text):,} characters)"
