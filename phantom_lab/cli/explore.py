"""``phantom-lab explore``: every branch of a playbook, and the scenarios that take it there."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import add_option, apps_of, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.engine import Playbook
from phantom_lab.errors import InputError, shown

if TYPE_CHECKING:
    from phantom_lab.analysis.explore import Exploration

_NEVER = " never "
"""In a reason that says what no run does."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explore", help="drive a playbook through every branch it has",
        description="Make up situations until every function of a playbook is reached, and both sides of every "
                    "condition: with other values in what conditions compare, actions that fail or find nothing, "
                    "prompts answered with each choice and not at all. All of them are run, offline, and what was "
                    "never reached is told with the reason.",
        epilog="Exit codes: 0 every function and branch was reached; 1 some were not, or a run does not end; 2 bad "
               "usage; 4 interrupted, and what was found until then is printed.")
    parser.add_argument("playbook", metavar="PLAYBOOK", help="a .py file, or a name to look for in --path")
    parser.add_argument("--apps", metavar="PATH", help="app manifests to generate results from")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions")
    parser.add_argument("--runs", metavar="N", type=positive, default=100,
                        help="how often to run it at most (default: 100)")
    parser.add_argument("--seed", metavar="N", type=seed, default=0, help="chooses among possible values (default: 0)")
    parser.add_argument("--write", metavar="FILE", type=Path,
                        help="write the situations that reached something new into a scenario file (YAML)")
    add_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Explore, print, and write the scenarios."""
    from phantom_lab.analysis.explore import explore  # only now: no other command needs it
    from phantom_lab.analysis.trial import Trials
    from phantom_lab.cli.given import named_options

    playbook = Playbook.load(chosen.playbook, paths=chosen.path)
    trials = Trials(apps_of(chosen.apps), chosen.path, chosen.seed, named_options(chosen.option))
    with redirect_stdout(sys.stderr):
        found = explore(playbook, trials, budget=chosen.runs)
    if chosen.write:
        _write(chosen.write, found)
    told = _as_json(found, cut=found.runs >= chosen.runs)
    print(json.dumps(told, indent=2) if chosen.json else "\n".join(map(shown, _lines(found, told))))
    if found.not_run:
        tell_not_run("situations", found.not_run, found.runs + len(found.not_run))
        return INTERRUPTED
    return 1 if found.reasons or any(one.status == "endless" for one in found.found) else 0


def _write(path: Path, found: Exploration) -> None:
    from phantom_lab.outcomes.yaml_text import as_yaml

    try:
        path.write_text(as_yaml(found.scenarios()), encoding="utf-8")
    except OSError as exc:
        raise InputError(f"the scenarios cannot be written: {exc.strerror}", where=str(path)) from None


def _as_json(found: Exploration, *, cut: bool) -> dict[str, Any]:
    """What ``--json`` prints.

    Args:
        cut: whether the number of runs ended the search.
    """
    coverage = found.coverage
    return {"playbook": found.playbook.file, "runs": found.runs,
            "functions": {"reached": len(coverage.seen & coverage.functions), "all": len(coverage.functions)},
            "branches": {"reached": len(coverage.taken & coverage.branches), "all": len(coverage.branches)},
            "scenarios": [{"name": one.name, "status": one.status, "message": one.message, "new": one.new}
                          for one in found.found],
            "never": [{"what": what, "why": _why(why, found.runs) if cut else why}
                      for what, why in found.reasons.items()],
            "not_run": found.not_run}


def _why(reason: str, runs: int) -> str:
    """What more runs might do is no reason."""
    told = f"not reached in {runs} run{'' if runs == 1 else 's'} (--runs N allows more)"
    return told if _NEVER in reason else f"{told}; {reason}"


def _lines(found: Exploration, told: dict[str, Any]) -> Iterator[str]:
    width = max([8, *(len(one.name) for one in found.found)])
    yield f"{'scenario':<{width}}  status   reaches for the first time"
    for one in found.found:
        more = f", … ({len(one.new) - 4} more)" if len(one.new) > 4 else ""
        yield f"{one.name:<{width}}  {one.status:<8} {', '.join(one.new[:4])}{more}"
    yield from (f"stopped: {one.name}: {one.message}" for one in found.found if one.message)
    yield ""
    for what in ("functions", "branches"):
        yield f"{what:<10} {told[what]['reached']} of {told[what]['all']} reached"
    for one_ in told["never"]:
        yield f"never: {one_['what']}: {one_['why']}"
    yield f"{found.runs} runs, {len(found.found)} of them reached something new"
