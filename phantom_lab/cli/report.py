"""A run's summary, for machines and for people."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import fields
from typing import Any

from phantom_lab.journal import Summary
from phantom_lab.journal.receipt import ASKED

_COMPLETED = ("action", "custom_function", "playbook", "prompt")
_EXIT = {"success": 0, "failed": 1}
_EACH = {"before", "between", "after"}
"""Of a field that was written several times."""
_OTHER = 4
"""error, needs_outcome, not_emulated, stopped."""
_RESULTS, _LONGEST = 20, 300
"""Results of an action run, and characters of a message, that are told."""


def exit_code(status: str, expected: str = "") -> int:
    """What a command exits with after a run that ended so; 0 as well where just that was expected."""
    if expected:
        return 0 if status == expected else _EXIT.get(status, _OTHER) or 1
    return _EXIT.get(status, _OTHER)


def printing_aside() -> AbstractContextManager[Any]:
    """What a playbook prints is no part of a command's answer."""
    return redirect_stdout(sys.stderr)


def as_json(summary: Summary) -> str:
    """One JSON object."""
    return strict(as_dict(summary))


def as_dict(summary: Summary) -> dict[str, Any]:
    """A summary by the names of its fields."""
    return {one.name: getattr(summary, one.name) for one in fields(summary)}


def strict(found: Any) -> str:
    """Strict JSON: numbers that JSON does not have become texts."""
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
        lines += [f"        as {found['message']}" for found in summary.responsible if found["invocation"] == one["n"]]
    sections = (
        ("debug", summary.debug),
        ("actions", [line for run in summary.action_runs for line in _results(run)]),
        ("requests", [f"{one['method']} {cut(one['url'])}: {one['error'] or one['status_code']}{_source(one)}"
                      for one in summary.http]),
        ("custom functions", [f"{run['name']}: {run['status']}, {_message(run['message'])}" for run in
                              summary.custom_function_runs]),
        ("child playbooks", [f"run {run['id']}, {run['playbook']} ({run['name']}): {run['status']}"
                             f"{': ' if run['message'] else ''}{_message(run['message'])}"
                             for run in summary.playbook_runs]),
        ("changes", [f"{one['object']} {one['id']} {one['field']}: {_short(one['before'])} -> {_short(one['after'])}"
                     for one in summary.changes]),
        ("would have changed", _receipt(summary.receipt)),
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


def _results(run: dict[str, Any]) -> Iterator[str]:
    """The messages of an action run, but for those beyond the first: JSON has them all."""
    results = run["results"] or [{"message": run["message"]}]
    for one in results[:_RESULTS]:
        yield f"{run['name']}: {run['status']}, {_message(one['message'])}{_source(one)}"
    if len(results) > _RESULTS:
        yield f"{run['name']}: … and {len(results) - _RESULTS:,} more"


def _message(text: str) -> str:
    return cut(text, _LONGEST)


def _source(result: dict[str, Any]) -> str:
    return f" ({result['source']})" if result.get("source") else ""


def _receipt(rows: list[dict[str, Any]]) -> list[str]:
    """What is outside, and people, one by one; what is inside in one line, as the changes tell it; what only reads."""
    told = [_change(one) for one in rows if one["side"] in ("outside", "person")]
    inside = Counter(_written(one) for one in rows if one["side"] == "inside")
    if inside:
        told.append(f"inside: {', '.join(f'{count} {what}' for what, count in inside.items())}")
    reads = [_reads(known, [one for one in rows if one["side"] == "read" and one["known"] == known])
             for known in dict.fromkeys(one["known"] for one in rows if one["side"] == "read")]
    return [*told, *reads] if told else ["; ".join(["nothing", *reads])]


def _reads(known: str, rows: list[dict[str, Any]]) -> str:
    names = Counter(one["change"] for one in rows)
    are = "call is" if len(rows) == 1 else "calls are"
    what = "declared read-only" if known.startswith("declared") else "taken to only read, by the method"
    return f"{len(rows)} {are} {what}: {', '.join(f'{name} ({count})' for name, count in names.items())}"


def _written(one: dict[str, Any]) -> str:
    """The field, with the values that it had one after the other."""
    given = one["given"]
    values = [*given["between"], given["after"]] if isinstance(given, dict) and given.keys() == _EACH else []
    return f"{one['change']} ({', then '.join(map(cut, map(str, values)))})" if values else one["change"]


def _change(one: dict[str, Any]) -> str:
    known = "" if one["side"] == "person" or one["known"] in ("declared a change", "by its method") else (
        f"; {one['known']}")
    what = (f"to {cut(one['on'])}: {cut(str(one['given'].get('message')))}" if one["side"] == "person" else
            f"{_values(one['given'])}{' on ' if one['on'] else ''}{cut(one['on'])}".lstrip())
    told = [each for each in one["origins"] if one["side"] != "person" or each["parameter"] in ASKED]
    return f"{one['change']} {what}{_origins(told)}: {cut(one['status'])}{known}"


def _origins(told: list[dict[str, Any]]) -> str:
    """Where values came from, without the name of an only parameter; ``from`` stands only where one flowed."""
    names: dict[tuple[bool, str], list[str]] = {}
    for one in told:
        names.setdefault((one["flowed"], one["told"]), []).append("" if len(told) == 1 else one["parameter"])
    texts = [f"{', '.join(listed)} from {text}" if flowed else f"{', '.join(listed)}: {text}"
             for (flowed, text), listed in names.items()]
    return f" ({cut('; '.join(texts).removeprefix(': ').strip(), _LONGEST)})" if texts else ""


def _values(given: dict[str, Any]) -> str:
    """The only value, or all by name."""
    texts = {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
             for name, value in given.items()}
    return cut(", ".join(texts.values() if len(texts) == 1 else map("=".join, texts.items())))


def _placed(found: list[dict[str, Any]]) -> list[str]:
    return [f"{one['block']}, line {one['line']}: {one['message']}" for one in found]


def shown(line: str) -> str:
    """Text of hostile origin on one line: control and direction characters of it would steer the terminal."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def _short(value: Any) -> str:
    return cut(json.dumps(value, ensure_ascii=False))


def cut(text: str, length: int = 100) -> str:
    """The beginning of a long text."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"
