"""``phantom-lab explore``: every branch of a playbook, and the scenarios that take it there."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import PLAYBOOK, add_option, apps_of, note, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.errors import InputError, shown
from phantom_lab.source.playbook import Playbook

if TYPE_CHECKING:
    from phantom_lab.trials.found_branches import Exploration
    from phantom_lab.trials.trial import Trials


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
    told = {**found.to_json(), "prints": prints.told(),
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


def _lines(found: Exploration, told: dict[str, Any]) -> Iterator[str]:
    yield from found.lines()
    yield from (f"{one['playbook']} printed: {one['text']}" for one in told["prints"])
    if told["command"]:
        yield f"to run them again: {shlex.join(told['command'])}"
