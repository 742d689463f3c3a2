"""``phantom-lab explore``: every branch of a playbook, and the scenarios that take it there."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import PLAYBOOK, add_option, apps_of, note, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.errors import InputError, shown
from phantom_lab.source.playbook import Playbook
from phantom_lab.views.report import by_scenario

if TYPE_CHECKING:
    from phantom_lab.source.forks import Uncounted
    from phantom_lab.trials.explore import Exploration
    from phantom_lab.trials.reasons import Reason
    from phantom_lab.trials.trial import Trials

_LINES = 6
"""Lines of a kind that are shown; ``--json`` has them all."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explore", help="drive a playbook through every branch it has",
        description="Make up situations until every function of a playbook is reached, and every branch: both sides of "
                    "conditions and plain ifs, loops that go round or never do, cases, handlers; and until every "
                    "action has failed, failed in part and found nothing, and every prompt was answered with each "
                    "choice and not at all. All of them are run, offline. What was never reached is told with the "
                    "reason, and so are joins that wait at the end of a run.",
        epilog="Exit codes: 0 every function, branch and answer was reached; 1 some were not, a run does not end, or "
               "the lab failed in a situation; 2 bad usage; 4 interrupted, and what was found until then is printed.")
    parser.add_argument("playbook", metavar="PLAYBOOK", help=PLAYBOOK)
    parser.add_argument("--apps", metavar="PATH", help="app manifests, or folders of apps made with the Python SDK, to "
                                                       "generate results from")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions")
    parser.add_argument("--runs", metavar="N", type=positive, default=200,
                        help="how often to run it at most (default: 200)")
    parser.add_argument("--seed", metavar="N", type=seed, default=0, help="chooses among possible values (default: 0)")
    parser.add_argument("--write", metavar="FILE", type=Path,
                        help="write the situations that reached something new, each with what was seen as what it "
                             "expects, into a scenario file (YAML), for phantom-lab test")
    add_option(parser)
    add_isolated(parser, "explore")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Explore, print, and write the scenarios."""
    from phantom_lab.cli.given import options
    from phantom_lab.trials.explore import explore  # only now: no other command needs it
    from phantom_lab.trials.prints import told_apart
    from phantom_lab.trials.trial import Trials

    playbook = Playbook.load(chosen.playbook, paths=chosen.path)
    trials = Trials(apps_of(chosen.apps), chosen.path, chosen.seed, options(chosen.option))
    with told_apart(playbook.file) as prints:
        found = explore(playbook, trials, budget=chosen.runs)
    if chosen.write:
        _write(chosen.write, found, trials)
    told = {**_as_json(found, cut=found.runs >= chosen.runs), "prints": prints.told(),
            "command": _command(chosen) if chosen.write else None}
    print(json.dumps(told, indent=2) if chosen.json else "\n".join(map(shown, _lines(found, told))))
    if found.not_run:
        tell_not_run("situations", found.not_run, found.runs + len(found.not_run))
        return INTERRUPTED
    endless = any(one.status == "endless" for one in found.found)
    return 1 if told["never"] or told["faults"] or endless else 0


def _command(chosen: argparse.Namespace) -> list[str]:
    """What runs the scenarios again, each to the end that it came to."""
    apps = ["--apps", chosen.apps] if chosen.apps else []
    seeded = ["--seed", str(chosen.seed)] if chosen.seed else []
    return ["phantom-lab", "run", chosen.playbook, "--scenario", str(chosen.write), *apps,
            *(text for one in chosen.path for text in ("--path", one)), *seeded]


def _write(path: Path, found: Exploration, trials: Trials) -> None:
    from phantom_lab.scenarios import read_scenarios
    from phantom_lab.scenarios.yaml_text import as_yaml
    from phantom_lab.trials.expecting import with_expectations
    from phantom_lab.trials.prints import told_apart

    scenarios = found.scenarios()
    plain = as_yaml(scenarios)
    try:
        path.write_text(plain, encoding="utf-8")
        if not scenarios["variants"]:
            return
        try:
            with told_apart(found.playbook.file):  # what it prints is told already
                told = with_expectations(scenarios, path, found.playbook, trials)
            path.write_text(as_yaml(told), encoding="utf-8")
            read_scenarios(path)
            if trials.seed:
                note(f"sets of texts stood in the order of --seed {trials.seed}; phantom-lab test has that of seed 0")
        except InputError as exc:
            path.write_text(plain, encoding="utf-8")
            note(f"what was seen cannot stand in a scenario file ({exc.what}): only how each run ends is expected")
    except OSError as exc:
        raise InputError(f"the scenarios cannot be written: {exc.strerror}", where=str(path)) from None


def _as_json(found: Exploration, *, cut: bool) -> dict[str, Any]:
    """What ``--json`` prints.

    Args:
        cut: whether the number of runs ended the search.
    """
    coverage, search = found.coverage, found.search
    return {"playbook": found.playbook.file, "runs": found.runs,
            "functions": _counted(coverage.seen, coverage.functions),
            "branches": _counted(coverage.taken, coverage.branches),
            "answers": _counted(search.answered, search.possible),
            "scenarios": [{"name": one.name, "status": one.status, "message": one.message, "new": one.new,
                           "waits": one.waits, "hints": one.hints} for one in found.found],
            "never": [{"what": one.what, "line": one.line, "why": _why(one, found.runs) if cut else one.why}
                      for one in found.reasons],
            "not_counted": list(_not_counted(coverage.uncounted)),
            "faults": [{"scenario": name, "error": error} for name, error in search.faults.items()],
            "not_run": found.not_run}


def _counted(reached: Collection[Any], there: Collection[Any]) -> dict[str, int]:
    return {"reached": len({*reached} & {*there}), "all": len(there)}


def _why(reason: Reason, runs: int) -> str:
    """What more runs might do is no reason."""
    told = f"not reached in {runs} run{'' if runs == 1 else 's'} (--runs N allows more)"
    return told if reason.tried else f"{told}; {reason.why}"


def _not_counted(found: Collection[Uncounted]) -> Iterator[dict[str, Any]]:
    """Kinds of places that may go several ways as well, with their lines."""
    for what in dict.fromkeys(one.what for one in found):
        yield {"what": what, "lines": sorted({one.line for one in found if one.what == what})}


def _lines(found: Exploration, told: dict[str, Any]) -> Iterator[str]:
    width = max([8, *(len(one.name) for one in found.found)])
    ends = max([6, *(len(one.status) for one in found.found)])
    yield f"{'scenario':<{width}}  {'status':<{ends}}  reaches for the first time"
    for one in found.found:
        more = f", … ({len(one.new) - 4} more)" if len(one.new) > 4 else ""
        yield f"{one.name:<{width}}  {one.status:<{ends}}  {', '.join(one.new[:4])}{more}".rstrip()
    yield from (f"{'raised' if one.ended else 'stopped'}: {one.name}: {one.message}"
                for one in found.found if one.message)
    yield from (f"waits: {one.name}: {wait}" for one in found.found for wait in one.waits)
    yield ""
    for what in ("functions", "branches", "answers"):
        yield f"{what:<10} {told[what]['reached']} of {told[what]['all']} reached"
    for one_ in told["never"]:
        where = f" (line {one_['line']})" if one_["line"] else ""
        yield f"never: {one_['what']}{where}: {one_['why']}"
    for one_ in told["not_counted"]:
        yield f"not counted: {one_['what']} (line{_some(one_['lines'])})"
    yield from (f"fault of the lab: {one_['scenario']}: {one_['error']}" for one_ in told["faults"])
    yield from by_scenario([(one.name, one.hints) for one in found.found])
    yield from (f"{one_['playbook']} printed: {one_['text']}" for one_ in told["prints"])
    yield f"{found.runs} runs, {len(found.found)} of them reached something new"
    if told["command"]:
        yield f"to run them again: {shlex.join(told['command'])}"


def _some(lines: list[int]) -> str:
    more = f", … {len(lines) - _LINES} more" if len(lines) > _LINES else ""
    return f"{'' if len(lines) == 1 else 's'} {', '.join(map(str, lines[:_LINES]))}{more}"
