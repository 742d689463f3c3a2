"""``phantom-lab run``: one playbook, from the command line."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout, suppress
from typing import Any

from phantom_lab.cli import given
from phantom_lab.cli.report import as_json, as_text
from phantom_lab.engine import Playbook
from phantom_lab.engine.inputs import check_inputs
from phantom_lab.lab import Lab

_EXIT = {"success": 0, "failed": 1}
_OTHER = 4
"""error, needs_outcome, not_emulated, stopped."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run", help="run a playbook to its end", description="Run a playbook to its end, offline.",
        epilog="Exit codes: 0 success; 1 an action failed; 2 bad usage or unreadable input; 4 a block raised, an "
               "outcome is missing, something is not emulated yet, or the run was stopped.")
    parser.add_argument("playbook", metavar="PLAYBOOK", help="a .py file, or a name to look for in --path")
    parser.add_argument("--container", metavar="FILE", required=True,
                        help="JSON: a container, an artifact list, a REST envelope, or both in one object")
    parser.add_argument("--container-id", metavar="ID", type=int,
                        help="which container of the file, where it holds several (default: the first)")
    parser.add_argument("--results", metavar="FILE",
                        help="JSON list of what actions, child playbooks and custom functions come back with")
    parser.add_argument("--input", metavar="NAME=JSON", action="append", default=[],
                        help="a value for an input playbook; text that is no JSON stands for itself")
    parser.add_argument("--scope", metavar="new|all|ID,ID", default="new",
                        help="which artifacts the playbook works on (default: new)")
    parser.add_argument("--ran", action="store_true",
                        help="the playbook has run before on this container: its artifacts are not new any more")
    parser.add_argument("--list", metavar="NAME=FILE", action="append", default=[],
                        help="a custom list: JSON rows, or CSV where the file's name ends in .csv")
    parser.add_argument("--file", metavar="FILE", action="append", default=[],
                        help="a file in the vault of the container; it is only read")
    parser.add_argument("--user", metavar="NAME", help="who starts the run (default: analyst)")
    parser.add_argument("--option", metavar="NAME=VALUE", action="append", default=[],
                        help=f"a choice where the platform's behaviour is not known: {', '.join(given.OPTIONS)}")
    parser.add_argument("--path", metavar="DIR", action="append", default=[], help="folder to look in for playbooks")
    parser.add_argument("--maxmind", metavar="FILE", help="another City database for `geolocate ip`")
    parser.add_argument("--strict-assets", action="store_true",
                        help="an asset that is not configured is an error instead of being assumed")
    parser.add_argument("--journal", metavar="FILE", help="write the run's journal (JSON Lines)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Run, print, and say by the exit code how it went."""
    lab = Lab(chosen.container, results=chosen.results, paths=chosen.path, maxmind=chosen.maxmind,
              strict_assets=chosen.strict_assets, lists=given.lists(chosen.list), user=chosen.user,
              options=given.options(chosen.option),
              files=[{"path": one, "container": chosen.container_id} for one in chosen.file])
    if chosen.container_id is None and len(lab.containers) > 1:
        ids = ", ".join(map(str, lab.containers))
        print(f"phantom-lab: note: {chosen.container} holds {len(lab.containers)} containers ({ids}): the run is for "
              "the first. --container-id ID chooses another.", file=sys.stderr)
    playbook, inputs = Playbook.load(chosen.playbook, paths=chosen.path), given.inputs(chosen.input)
    check_inputs(playbook, inputs)
    if chosen.ran:
        lab.ran(playbook, chosen.container_id)
    playbook_run = lab.prepare(playbook, chosen.container_id, inputs=inputs, scope=given.scope(chosen.scope, lab),
                               journal=chosen.journal)
    # What the playbook prints is no part of our answer; an interrupted run ended as `stopped`, and says so below.
    with redirect_stdout(sys.stderr), suppress(KeyboardInterrupt):
        playbook_run.execute()
    summary = playbook_run.summary()
    print(as_json(summary) if chosen.json else as_text(summary))
    return _EXIT.get(summary.status, _OTHER)
