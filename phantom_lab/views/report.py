"""A run's summary, for machines and for people."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from phantom_lab.errors import cut, shown
from phantom_lab.views import Summary
from phantom_lab.views.receipt import ASKED
from phantom_lab.why.origins.origin import ParameterRow

if TYPE_CHECKING:
    from phantom_lab.views.rows import (
        ActionRunRow,
        Hint,
        ReceiptRow,
        Remark,
        Unmet,
        UnrecordedRow,
        UnstartedRow,
    )

_COMPLETED = ("action", "custom_function", "playbook", "prompt")
_EXIT = {"success": 0, "failed": 1, "running": 0}
_EACH = {"before", "between", "after"}
"""Of a field that was written several times."""
_OTHER = 4
"""error, needs_outcome, not_emulated, endless, stopped."""
_RESULTS, _LONGEST, _LINES = 20, 300, 1_000
"""Results of an action run, characters of a message, and lines of a section, that are told."""


def exit_code(summary: Summary, expected: str = "") -> int:
    """What a command exits with after a run that ended so; 0 as well where just that was expected.

    What a run has started counts as well: an exception in a child playbook or a custom function is no success.
    """
    raised = max(_OTHER if summary.failures else 0, lacking(summary.unstarted, expected))
    if expected and summary.status == expected:
        return raised if expected == "success" else 0
    statuses = [summary.status, *(() if expected else (one["status"] for one in summary.playbook_runs))]
    return max(raised, *(_EXIT.get(one, _OTHER) for one in statuses)) or (1 if expected else 0)


def ending(summary: Summary) -> str:
    """Why a run ended so; of a success, what went wrong in the child playbooks and custom functions that it started."""
    if summary.message or summary.status != "success":
        return summary.message
    wrong = [*dict.fromkeys([one["message"] for one in summary.failures]),
             *not_started([one for one in summary.unstarted if one["waited"]]),
             *(f"child playbook {one['name']} ({one['playbook']}): {one['status']}{': ' if one['message'] else ''}"
               f"{one['message']}" for one in summary.playbook_runs if one["status"] not in ("success", "error"))]
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return f"but in what it started: {wrong[0]}{more}" if wrong else ""


def lacking(unstarted: Sequence[UnstartedRow], expected: str = "") -> int:
    """1 where a child playbook that a callback waits for was not started, unless the run is to end otherwise."""
    return int(expected in ("", "success") and any(one["waited"] for one in unstarted))


def not_started(unstarted: Sequence[UnstartedRow]) -> list[str]:
    """A line for each child playbook that was not started."""
    return [f"child playbook {one['playbook']} was not started ({one['block']}, line {one['line']})"
            f"{', and its callback not called' if one['waited'] else ''}" for one in unstarted]


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
    root = summary.invocations[0]["run"] if summary.invocations else 0

    def within(run: int) -> str:
        return "" if run == root else f"[playbook run {run}] "

    for one in summary.invocations:
        cause = one["cause"]
        by = {"call": f"called by {cause['caller']}", "execute": f"custom function {cause['name']}",
              "dispatch": f"prompt {cause['name']} sent",
              **{kind: f"{kind.replace('_', ' ')} {cause['name']} completed" for kind in _COMPLETED}}
        success = "" if one["success"] is None else f", success={one['success']}"
        lines.append(f"{one['n']:>4}  {within(one['run'])}{one['block']}  "
                     f"({by.get(cause['kind'], cause['kind'])}{success})")
        if one["error"]:
            lines.append(f"      raised {one['error']}")
        lines += [f"        as {found['message']}" for found in summary.responsible if found["invocation"] == one["n"]]
    sections = (
        ("failures", _once(f"{within(one['run'])}{one['message']}" for one in summary.failures
                           if one["run"] != root or one["custom_function"])),
        ("debug", [f"{within(one['run'])}{one['block']}, line {one['line']}: {one['message']}" for one in summary.log]),
        ("actions", [line for run in summary.action_runs for line in _results(run)]),
        ("requests", [f"{one['method']} {cut(one['url'])}: {one['error'] or one['status_code']}{_source(one)}"
                      for one in summary.http]),
        ("custom functions", [f"{run['name']}: {run['status']}, {_message(run['message'])}" for run in
                              summary.custom_function_runs]),
        ("child playbooks", [f"run {run['id']}, {run['playbook']} ({run['name']}): {run['status']}"
                             f"{': ' if run['message'] else ''}{_message(run['message'])}"
                             for run in summary.playbook_runs]),
        ("not started", not_started(summary.unstarted)),
        ("changes", [f"{one['object']} {one['id']} {one['field']}: {_short(one['before'])} -> {_short(one['after'])}"
                     for one in summary.changes]),
        ("would have changed", _receipt(summary.receipt)),
        ("edited by hand", [f"{one['what']} {one['name']} at {one['block']}: {_short(one['before'])} -> "
                            f"{_short(one['after'])}" for one in summary.edits]),
        ("outputs", [f"{name}: {_short(value)}" for name, value in (summary.outputs or {}).items()]),
        ("datapaths without a value", placed(summary.diagnoses)),
        ("no branch matched", [f"{one['block']}, line {one['line']}: {'; '.join(one['conditions'])}"
                               for one in summary.unmatched]),
        ("hints", placed(summary.hints)),
        ("not recorded", [_unrecorded(one) for one in summary.unrecorded]),
        ("notes", _once(summary.notes)),
    )
    lines = _beginning(lines)
    for title, found in sections:
        if found:
            lines += ["", title, *(f"      {line}" for line in _beginning(found))]
    lines = [shown(line) for line in lines]
    if summary.status == "running":  # a journal that is read: its process ended before the run did, or is still at it
        return "\n".join([*lines, "", "unfinished: the journal has no end of the run"])
    parts = filter(None, (summary.status, shown(ending(summary))))
    return "\n".join([*lines, "", (", " if summary.status == "success" else ": ").join(parts)])


def _once(lines: Iterable[str]) -> list[str]:
    """Each line once, with how many times it is told."""
    return [f"{line}{_times(count)}" for line, count in Counter(lines).items()]


def _beginning(lines: list[str]) -> list[str]:
    """The first lines, and how many more there are: JSON has them all."""
    return lines if len(lines) <= _LINES else [*lines[:_LINES], f"… and {len(lines) - _LINES:,} more"]


def _results(run: ActionRunRow) -> Iterator[str]:
    """The messages of an action run, but for those beyond the first: JSON has them all."""
    results = run["results"] or [{"message": run["message"]}]
    for one in results[:_RESULTS]:
        yield f"{run['name']}: {run['status']}, {_message(one['message'])}{_source(one)}"
    if len(results) > _RESULTS:
        yield f"{run['name']}: … and {len(results) - _RESULTS:,} more"


def _message(text: str) -> str:
    return cut(text, _LONGEST)


def _source(result: Mapping[str, Any]) -> str:
    return f" ({result['source']})" if result.get("source") else ""


def _receipt(rows: Sequence[ReceiptRow]) -> list[str]:
    """What is outside, and people, one by one; what is inside in one line, as the changes tell it; what only reads."""
    told = [_change(one) for one in rows if one["side"] in ("outside", "person")]
    told += _once(_failed(one) for one in rows if one["side"] == "inside" and not one["happened"])
    inside = Counter(_written(one) for one in rows if one["side"] == "inside" and one["happened"])
    if inside:
        told.append(f"inside: {', '.join(f'{count} {what}' for what, count in inside.items())}")
    reads = [_reads(known, [one for one in rows if one["side"] == "read" and one["known"] == known])
             for known in dict.fromkeys(one["known"] for one in rows if one["side"] == "read")]
    return [*told, *reads] if told else ["; ".join(["nothing", *reads])]


def _unrecorded(one: UnrecordedRow) -> str:
    """What another execution may find changed."""
    place = f" ({one['block']}, line {one['line']})" if one["line"] else ""
    return f"{one['what']} {cut(one['name'])}{place}: the journal does not hold it, and another execution may differ"


def _failed(one: ReceiptRow) -> str:
    """A write to the platform that came to nothing."""
    on = f" on {cut(one['on'])}" if one["on"] else ""
    return f"{one['change']}{on} ({one['block']}, line {one['line']}): {cut(one['status'], _LONGEST)}"


def _reads(known: str, rows: Sequence[ReceiptRow]) -> str:
    names = Counter(one["change"] for one in rows)
    are = "call is" if len(rows) == 1 else "calls are"
    what = "declared read-only" if known.startswith("declared") else "taken to only read, by the method"
    return f"{len(rows)} {are} {what}: {', '.join(f'{name} ({count})' for name, count in names.items())}"


def _written(one: ReceiptRow) -> str:
    """The field, with the values that it had one after the other."""
    given = one["given"]
    values = [*given["between"], given["after"]] if isinstance(given, dict) and given.keys() == _EACH else []
    return f"{one['change']} ({', then '.join(map(cut, map(str, values)))})" if values else one["change"]


def _change(one: ReceiptRow) -> str:
    known = "" if one["side"] == "person" or one["known"] in ("declared a change", "by its method") else (
        f"; {one['known']}")
    what = (f"to {cut(one['on'])}: {cut(str(one['given'].get('message')))}" if one["side"] == "person" else
            f"{_values(one['given'])}{' on ' if one['on'] else ''}{cut(one['on'])}".lstrip())
    told = [each for each in one["origins"] if one["side"] != "person" or each["parameter"] in ASKED]
    return f"{one['change']} {what}{_origins(told)}: {cut(one['status'])}{known}"


def _origins(told: Sequence[ParameterRow]) -> str:
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


def remarks(summary: Summary) -> list[Hint]:
    """Hints, and branches that nothing took: what a table of several runs tells of each."""
    unmet: list[Unmet] = [{**one, "message": f"no branch matched: {'; '.join(one['conditions'])}", "count": 1}
                          for one in summary.unmatched]
    return [*summary.hints, *unmet]


def placed(found: Sequence[Remark]) -> list[str]:
    """A line for each of them, with its block and line."""
    places = (f"{one['block']}, line {one['line']}: " if one["block"] else "" for one in found)
    return [f"{place}{one['message']}{_times(one['count'])}" for place, one in zip(places, found, strict=True)]


def by_scenario(found: Sequence[tuple[str, Sequence[Remark]]], before: str = "hint: ") -> Iterator[str]:
    """A line for each of them, once, with the scenarios that it is for."""
    where: dict[str, list[str]] = {}
    for name, hints in found:
        for told in placed(hints):
            where.setdefault(told, []).append(name)
    for told, names in where.items():
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield f"{before}{told} [{'all' if len(names) == len(found) else ', '.join(names[:3]) + more}]"


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def _short(value: Any) -> str:
    return cut(json.dumps(value, ensure_ascii=False))
