"""The situation that a command runs playbooks in: what ``phantom-lab run`` is given besides its playbook."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from phantom_lab.cli.arguments import add_option, apps_of, note, seed
from phantom_lab.errors import InputError

if TYPE_CHECKING:
    from phantom_lab.apps import Apps
    from phantom_lab.engine import PlaybookRun
    from phantom_lab.lab import Lab
    from phantom_lab.scenarios import Scenario
    from phantom_lab.source.playbook import Playbook


def add_situation(parser: argparse.ArgumentParser) -> None:
    """The options; `labs_of` makes labs of them."""
    from phantom_lab.outcomes.contract import CONTRACTS, LENIENT

    parser.add_argument("--container", metavar="FILE", action="append", default=[],
                        help="JSON: a container, an artifact list, a REST envelope, or both in one object; given "
                             "several times, the files of one event are joined; needed where no scenario holds one")
    parser.add_argument("--container-id", metavar="ID", type=int,
                        help="which container of the file, where it holds several (default: the first)")
    parser.add_argument("--scenario", metavar="FILE[#VARIANT]", action="append", default=[],
                        help="YAML or JSON: a situation, and what everything outside answers in it; all variants of a "
                             "file, unless one is chosen")
    parser.add_argument("--results", metavar="FILE",
                        help="what actions, child playbooks and custom functions come back with: a JSON list, app runs "
                             "as REST tells of them, or a log with a callback's results")
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


def is_given(chosen: argparse.Namespace) -> bool:
    """Whether anything is said of the situation but for what makes situations up as well."""
    return any(getattr(chosen, name) for name in (
        "container", "container_id", "scenario", "results", "recording", "generate", "input", "scope", "ran", "finding",
        "list", "file", "user", "maxmind", "strict_assets"))


def labs_of(chosen: argparse.Namespace) -> Iterator[Lab]:
    """A lab for every scenario, or for what is given without one."""
    from phantom_lab.scenarios import read_scenarios  # only now: two journals are compared without any of this

    scenarios: list[Scenario | None] = [one for file in chosen.scenario for one in read_scenarios(file)]
    apps = apps_of(chosen.apps)
    for one in scenarios or [None]:
        yield _lab(chosen, one, apps)


def _lab(chosen: argparse.Namespace, scenario: Scenario | None, apps: Apps | None) -> Lab:
    from phantom_lab.cli import given
    from phantom_lab.lab import Lab

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


def tell_of_several(chosen: argparse.Namespace, lab: Lab) -> None:
    """Say for which of several containers a run is, where nobody has."""
    if chosen.container and chosen.container_id is None and len(lab.containers) > 1:
        ids = ", ".join(map(str, lab.containers))
        held = f"{chosen.container[0]} holds" if len(chosen.container) == 1 else "the files hold"
        note(f"{held} {len(lab.containers)} containers ({ids}): the run is for the first. --container-id ID chooses "
             "another.")


def prepared(chosen: argparse.Namespace, lab: Lab, playbook: Playbook, *, journal: str | None = None,
             watched: bool = False) -> PlaybookRun:
    """A run of a playbook in one of the labs, that is not executed yet."""
    from phantom_lab.cli import given
    from phantom_lab.cli.executing import limited

    if chosen.ran:
        lab.ran(playbook, chosen.container_id)
    inputs, scope = given.inputs(chosen.input), given.scope(chosen.scope, lab)
    with limited(lab.options):
        return lab.prepare(playbook, chosen.container_id, inputs=inputs, scope=scope, journal=journal, watched=watched)


def _place(scenario: Scenario | None) -> str:
    return f"scenario {scenario.name}" if scenario else ""
