"""What ``phantom-lab test`` prints."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import floor
from pathlib import Path
from typing import Any

from phantom_lab.errors import cut, shown
from phantom_lab.testing.collecting import Collected
from phantom_lab.testing.counted import Counted, percent
from phantom_lab.testing.running import Ended
from phantom_lab.views.report import by_scenario

_SHOWN = 8
"""Names that are told; ``--json`` has them all."""
_COLUMNS = ("result", "scenario", "status", "blocks", "branches", "seconds", "message")
_NUMBERS = frozenset({"blocks", "branches", "seconds"})


def _shares(counted: Sequence[Counted]) -> dict[str, tuple[int, int]]:
    """Of all playbooks together, by what is counted: how many were reached, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for one in counted:
        for name, count, every in one.shares():
            known = found.get(name, (0, 0))
            found[name] = known[0] + count, known[1] + every
    return found


def too_little(counted: Sequence[Counted], least: float | None) -> int:
    """1 where less than so many percent of something is reached, else 0."""
    return int(least is not None and any(percent(*one) < least for one in _shares(counted).values()))


def tell(ended: Sequence[Ended], counted: Sequence[Counted], collected: Collected, chosen: argparse.Namespace,
         page: str) -> None:
    """Print all of it, for people or as one JSON object."""
    if chosen.json:
        results = Counter(one.result for one in ended)
        print(json.dumps({
            **{name: results[name] for name in ("passed", "failed", "error")}, "scenarios": [*map(_as_json, ended)],
            "coverage": [one.to_json() for one in counted], "passed_over": collected.others,
            "fail_under": chosen.fail_under, "page": page}, indent=2))
    else:
        print("\n".join(map(shown, _lines(ended, counted, collected, chosen, page))))


def _as_json(one: Ended) -> dict[str, Any]:
    return {"scenario": one.key, "result": one.result, "status": one.status, "message": one.message,
            "unmet": [asdict(each) for each in one.unmet], "seconds": round(one.seconds, 3), "playbook": one.playbook,
            "journal": one.journal, "prints": list(one.prints),
            "hints": list(one.hints)}


def _lines(ended: Sequence[Ended], counted: Sequence[Counted], collected: Collected, chosen: argparse.Namespace,
           page: str) -> Iterator[str]:
    """The table, what failed, what was reached, and a line for all."""
    cells = [dict(zip(_COLUMNS, _COLUMNS, strict=True)), *map(_cells, ended)]
    widths = {name: max(len(one[name]) for one in cells) for name in _COLUMNS}
    for one in cells:
        yield "  ".join(one[name].rjust(widths[name]) if name in _NUMBERS else one[name].ljust(widths[name])
                        for name in _COLUMNS).rstrip()
    for bad in ended:
        if bad.result != "passed":
            yield from _told(bad)
    yield from _reached(counted)
    told = [line for unmatched in (False, True) for line in by_scenario([
        (one.name, [hint for hint in one.hints if ("conditions" in hint) == unmatched]) for one in ended])]
    yield from told[:_SHOWN]
    if len(told) > _SHOWN:
        yield f"hint: … and {len(told) - _SHOWN} more"
    if page:
        yield f"pages: {page}"
    if collected.others:
        yield f"passed over, as they look like no scenarios: {listed(collected.others)}"
    if too_little(counted, chosen.fail_under):
        yield f"fewer than {chosen.fail_under:g} % are reached"
    results = Counter(one.result for one in ended)
    yield ", ".join(f"{count} {name}" for name in ("passed", "failed", "error") if (count := results[name]))


def _cells(one: Ended) -> dict[str, str]:
    reached, there = one.reached, one.there
    counts = {"blocks": f"{len(reached.blocks)} of {len(there.all_blocks)}",
              "branches": f"{len(reached.branches)} of {len(there.all_branches)}"} if reached and there else {
                  "blocks": "", "branches": ""}
    return {"result": one.result if one.result == "passed" else one.result.upper(), "scenario": shown(one.name),
            "status": one.status, **counts, "seconds": f"{one.seconds:.2f}",
            "message": shown(cut(one.message)) if one.result == "failed" else ""}


def _told(one: Ended) -> Iterator[str]:
    yield from ("", f"{one.result.upper()} {one.key}")
    if one.result == "error":
        yield f"    {one.message}"
    for each in one.unmet:
        yield from (f"    {line}" for line in str(each).split("\n"))
    for line in one.prints:
        yield f"    printed: {line}"
    if one.journal:
        yield f"    journal: {one.journal}"


def _reached(counted: Sequence[Counted]) -> Iterator[str]:
    if counted:
        yield ""
    for one in counted:
        shares = ", ".join(f"{count} of {every} {name}" for name, count, every in one.shares())
        missed = f"; not reached: {listed(one.missed, '; ')}" if one.missed else ""
        others = f"; not counted, and named by explore: {one.uncounted}" if one.uncounted else ""
        yield f"{_near(one.playbook)}: {shares}{missed}{others}"
    if len(counted) > 1:
        told = ", ".join(f"{floor(percent(*found))} % of {found[1]} {name}" for name, found in _shares(counted).items())
        yield f"{len(counted)} playbooks: {told}"
    if counted:
        yield ""


def _near(file: str) -> str:
    """A path as it leads from here, where it does."""
    return os.path.relpath(file) if Path(file).is_relative_to(Path.cwd()) else file


def listed(names: Sequence[str], between: str = ", ") -> str:
    """The first names, and how many more there are."""
    more = f"{between}… ({len(names) - _SHOWN} more)" if len(names) > _SHOWN else ""
    return f"{between.join(names[:_SHOWN])}{more}"
