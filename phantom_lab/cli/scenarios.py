"""A playbook in several scenarios: a table, and one exit code for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.cli.executing import execute
from phantom_lab.cli.expected import ended, judged
from phantom_lab.cli.interrupted import tell_not_run
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import cut, shown
from phantom_lab.progress import followed
from phantom_lab.scenarios import Scenario
from phantom_lab.trials.coverage import Coverage
from phantom_lab.views.report import as_dict, by_scenario, ending, remarks, strict

_COLUMNS = ("scenario", "status", "blocks", "branches", "outside", "people", "inside", "hints", "message")
_NUMBERS = frozenset({"blocks", "branches", "outside", "people", "inside", "hints"})
_SHOWN = 8
"""Branches that are named; ``--json`` has them all."""


def run_all(scenarios: Sequence[Scenario], runs: Sequence[PlaybookRun], *, json: bool) -> int:
    """Execute prepared and watched runs one after another, and print how each ended.

    Returns:
        The exit code of the worst.
    """
    together = Coverage.of(runs[0].playbook)
    rows = list(_rows(scenarios, runs, together))
    codes: list[int] = [one.pop("exit_code") for one in rows]
    not_run = [one.name for one in scenarios[len(rows):]]
    if json:
        print(strict({"scenarios": rows, **_reached(together), "missed": together.missed,
                      "missed_branches": _missed(together), "not_counted": len(together.uncounted),
                      "not_run": not_run}))
    else:
        print("\n".join(map(shown, _lines(rows, together))))
    if not_run:
        tell_not_run("scenarios", not_run, len(runs))
    return max(codes)


def _rows(scenarios: Sequence[Scenario], runs: Sequence[PlaybookRun], together: Coverage) -> Iterator[dict[str, Any]]:
    """A row per run; an interrupt ends the run that it meets, and is the last one."""
    interrupted = False
    for scenario, run in followed(zip(scenarios, runs, strict=True), "scenarios", len(runs)):
        try:
            execute(run)
        except KeyboardInterrupt:
            interrupted = True
        yield {"scenario": scenario.name, "file": str(scenario.file), **_told(run, together, scenario)}
        if interrupted:
            return


def _told(run: PlaybookRun, together: Coverage, scenario: Scenario) -> dict[str, Any]:
    own, summary, found = together.fresh(), run.summary(), judged(run, scenario)
    for one in (own, together):
        one.add([run], run.playbook.file)
    sides = Counter(one["side"] for one in summary.receipt if one["side"] == "person" or one["happened"])
    return {"expected": "", "unmet": [], **found.to_json(), "status": summary.status, "message": ending(summary),
            "exit_code": found.code,
            "failures": len(summary.failures), "hints": [*remarks(summary), *found.idle], **_reached(own),
            "changes": len(summary.changes), "outside": sides["outside"], "people": sides["person"],
            "inside": sides["inside"],
            "summary": as_dict(summary)}


def _reached(coverage: Coverage) -> dict[str, int]:
    return {"reached": len(coverage.seen & coverage.functions), "functions": len(coverage.functions),
            "taken": len(coverage.taken & coverage.branches), "branches": len(coverage.branches)}


def _missed(coverage: Coverage) -> list[str]:
    return list(map(str, sorted(coverage.branches - coverage.taken)))


def _lines(rows: list[dict[str, Any]], together: Coverage) -> Iterator[str]:
    """The table, and what all scenarios have reached together."""
    cells = [dict(zip(_COLUMNS, _COLUMNS, strict=True)), *map(_cells, rows)]
    widths = {name: max(len(one[name]) for one in cells) for name in _COLUMNS}
    for one in cells:
        yield "  ".join(one[name].rjust(widths[name]) if name in _NUMBERS else one[name].ljust(widths[name])
                        for name in _COLUMNS).rstrip()
    yield ""
    for row in rows:
        if told := [line for one in row["unmet"] if one["section"] != "status" for line in _unmet(one)]:
            yield from (f"{row['scenario']}: not as expected", *told, "")
    ends = ", ".join(f"{count} {status}" for status, count in Counter(one["status"] for one in rows).items())
    yield f"{len(rows)} scenarios: {ends}"
    missed = f"; not reached: {', '.join(together.missed)}" if together.missed else ""
    yield f"{_blocks(_reached(together))} blocks reached{missed}"
    left = _missed(together)
    more = f", … ({len(left) - _SHOWN} more)" if len(left) > _SHOWN else ""
    named = f"; not taken: {', '.join(left[:_SHOWN])}{more}" if left else ""
    others = f"; not counted, and named by explore: {len(together.uncounted)}" if together.uncounted else ""
    yield f"{_branches(_reached(together))} branches taken{named}{others}"
    if any(row["hints"] for row in rows):
        yield from ("", "hints")
    yield from by_scenario([(row["scenario"], row["hints"]) for row in rows], "      ")


def _cells(row: dict[str, Any]) -> dict[str, str]:
    return {"scenario": shown(row["scenario"]), "status": ended(row["status"], row["expected"], len(row["unmet"])),
            "blocks": _blocks(row),
            "branches": _branches(row),
            **{name: str(row[name]) for name in ("outside", "people", "inside")}, "hints": str(len(row["hints"])),
            "message": shown(cut(row["message"]))}


def _unmet(one: dict[str, Any]) -> Iterator[str]:
    where = f"{one['where']}: " if one["where"] else ""
    yield from (f"      {where}{one['expected']}", *(f"          {line}" for line in one["actual"]))


def _branches(found: dict[str, Any]) -> str:
    return f"{found['taken']} of {found['branches']}"


def _blocks(found: dict[str, Any]) -> str:
    return f"{found['reached']} of {found['functions']}"
