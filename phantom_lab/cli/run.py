"""``phantom-lab run``: one playbook, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from phantom_lab.apps import Apps
from phantom_lab.cli import given
from phantom_lab.cli.arguments import add_option, apps_of, note, seed
from phantom_lab.cli.executing import execute
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import InputError
from phantom_lab.lab import Lab
from phantom_lab.outcomes.contract import CONTRACTS, LENIENT
from phantom_lab.scenarios import Scenario, read_scenarios
from phantom_lab.source.playbook import Playbook
from phantom_lab.views.report import as_dict, as_text, exit_code, strict


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run", help="run a playbook to its end",
        description="Run a playbook to its end, offline; with several scenarios once in each, which prints a table. "
                    "What is given besides a scenario wins over what it says.",
        epilog="Exit codes: 0 success; 1 an action failed, or a child playbook was not started that a callback waits "
               "for; 2 bad usage or unreadable input; 4 a block, a custom function or a child playbook raised, an "
               "outcome is missing, something is not emulated yet, or the run does not end or was stopped. Of several "
               "runs the worst counts.")
    parser.add_argument("playbook", metavar="PLAYBOOK", help="a .py file, or a name to look for in --path")
    parser.add_argument("--container", metavar="FILE", action="append", default=[],
                        help="JSON: a container, an artifact list, a REST envelope, or both in one object; given "
                             "several times, the files of one event are joined; needed where no scenario holds one")
    parser.add_argument("--container-id", metavar="ID", type=int,
                        help="which container of the file, where it holds several (default: the first)")
    parser.add_argument("--scenario", metavar="FILE[#VARIANT]", action="append", default=[],
                        help="YAML or JSON: a situation, and what everything outside answers in it; all variants of a "
                             "file, unless one is chosen")
    parser.add_argument("--results", metavar="FILE",
                        help="JSON list of what actions, child playbooks and custom functions come back with")
    parser.add_argument("--recording", metavar="FILE", help="a journal, whose outcomes are given again")
    parser.add_argument("--apps", metavar="PATH",
                        help="manifests of SOAR apps: a folder (also of an app made with the Python SDK), a JSON file "
                             "or an archive; what they declare is what calls and results are held against, and results "
                             "generated from")
    parser.add_argument("--generate", action="store_true", help="make up the results that nothing else gives")
    parser.add_argument("--contract", choices=CONTRACTS, default=LENIENT,
                        help="what becomes of a result that is not what --apps declare: it is noted, refused, or not "
                             "looked at (default: %(default)s)")
    parser.add_argument("--input", metavar="NAME=JSON", action="append", default=[],
                        help="a value for an input playbook; text that is no JSON stands for itself")
    parser.add_argument("--scope", metavar="new|all|ID,ID",
                        help="which artifacts the playbook works on (default: the scenario's, or new)")
    parser.add_argument("--ran", action="store_true",
                        help="the playbook has run before on this container: its artifacts are not new any more")
    parser.add_argument("--finding", metavar="FILE",
                        help="JSON: the finding or investigation that an Enterprise Security playbook is about")
    parser.add_argument("--list", metavar="NAME=FILE", action="append", default=[],
                        help="a custom list: JSON rows, or CSV where the file's name ends in .csv")
    parser.add_argument("--file", metavar="FILE", action="append", default=[],
                        help="a file in the vault of the container; it is only read")
    parser.add_argument("--user", metavar="NAME", help="who starts the run (default: analyst)")
    add_option(parser)
    parser.add_argument("--seed", metavar="N", type=seed,
                        help="of ids, random and generated values, and of the order of sets (default: 0)")
    parser.add_argument("--path", metavar="DIR", action="append", default=[], help="folder to look in for playbooks")
    parser.add_argument("--maxmind", metavar="FILE", help="another City database for `geolocate ip`")
    parser.add_argument("--strict-assets", action="store_true",
                        help="an asset that is not configured is an error instead of being assumed")
    parser.add_argument("--journal", metavar="FILE", help="write the run's journal (JSON Lines)")
    add_isolated(parser, "run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Run, print, and say by the exit code how it went. Whatever is given is looked at before anything runs."""
    labs = list(_labs(chosen))
    _tell_of_several(chosen, labs[0])
    playbook = Playbook.load(chosen.playbook, paths=chosen.path)
    runs = [_prepared(chosen, lab, playbook, watched=len(labs) > 1) for lab in labs]
    if len(runs) > 1:
        from phantom_lab.cli.scenarios import run_all  # only now: it reads the playbook

        return run_all([lab.scenario for lab in labs if lab.scenario], runs, json=chosen.json)
    with suppress(KeyboardInterrupt):  # an interrupted run ended as `stopped`, and says so below
        execute(runs[0])
    summary, expected = runs[0].summary(), labs[0].scenario.expect if labs[0].scenario else ""
    print(strict({**as_dict(summary), **({"expected": expected} if expected else {})}) if chosen.json else
          _as_expected(as_text(summary), summary.status, expected))
    return exit_code(summary, expected)


def _as_expected(text: str, status: str, expected: str) -> str:
    """The text of a summary, whose last line begins with the status and says as well what was expected."""
    head, _, last = text.rpartition("\n")
    told = "as expected" if status == expected else f"expected {expected}"
    return f"{head}\n{status}, {told}{last.removeprefix(status)}" if expected else text


def _labs(chosen: argparse.Namespace) -> Iterator[Lab]:
    """A lab for every scenario, or for what is given without one."""
    scenarios: list[Scenario | None] = [one for file in chosen.scenario for one in read_scenarios(file)]
    if len(scenarios) > 1 and chosen.journal:
        raise InputError(f"--journal is for one run, and there are {len(scenarios)} scenarios",
                         hint="Choose one: --scenario FILE#VARIANT.")
    apps = apps_of(chosen.apps)
    for one in scenarios or [None]:
        yield _lab(chosen, one, apps)


def _lab(chosen: argparse.Namespace, scenario: Scenario | None, apps: Apps | None) -> Lab:
    lab = Lab(chosen.container or None, finding=chosen.finding, scenario=scenario, results=chosen.results,
              recording=chosen.recording, apps=apps, generate=chosen.generate, contract=chosen.contract,
              seed=chosen.seed, paths=chosen.path,
              maxmind=chosen.maxmind, strict_assets=chosen.strict_assets, lists=given.lists(chosen.list),
              user=chosen.user, options=given.options(chosen.option),
              files=[{"path": one, "container": chosen.container_id} for one in chosen.file])
    if not lab.containers:
        raise InputError("there is no container to run on", where=_place(scenario),
                         hint="Give --container FILE, --finding FILE, or --scenario FILE that holds one.")
    return lab


def _tell_of_several(chosen: argparse.Namespace, lab: Lab) -> None:
    if chosen.container and chosen.container_id is None and len(lab.containers) > 1:
        ids = ", ".join(map(str, lab.containers))
        held = f"{chosen.container[0]} holds" if len(chosen.container) == 1 else "the files hold"
        note(f"{held} {len(lab.containers)} containers ({ids}): the run is for the first. --container-id ID chooses "
             "another.")


def _prepared(chosen: argparse.Namespace, lab: Lab, playbook: Playbook, *, watched: bool) -> PlaybookRun:
    if chosen.ran:
        lab.ran(playbook, chosen.container_id)
    return lab.prepare(playbook, chosen.container_id, inputs=given.inputs(chosen.input),
                       scope=given.scope(chosen.scope, lab), journal=chosen.journal, watched=watched)


def _place(scenario: Scenario | None) -> str:
    return f"scenario {scenario.name}" if scenario else ""
