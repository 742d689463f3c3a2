"""``phantom-lab fuzz``: inputs that a playbook does not survive."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import PLAYBOOK, add_option, apps_of, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.errors import InputError, shown
from phantom_lab.source.playbook import Playbook

if TYPE_CHECKING:
    from phantom_lab.trials.fuzz import Crash

_LONG = 400
"""Characters of a line."""
_FAULT = 4


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "fuzz", help="search for inputs that a playbook does not survive",
        description="Run a playbook in a situation made up for it, and again with odd values in what it reads: "
                    "artifacts, container, inputs, custom lists, results of actions. Every crash is shrunk to the "
                    "smallest situation that shows it.",
        epilog="Exit codes: 0 no crash; 1 crashes; 2 bad usage or unreadable input; 4 the lab itself failed, or it was "
               "interrupted, and what was found until then is printed.")
    parser.add_argument("playbook", metavar="PLAYBOOK", help=PLAYBOOK)
    parser.add_argument("--apps", metavar="PATH",
                        help="app manifests to generate results from: a folder (also of an app made with the Python "
                             "SDK), a JSON file or an archive")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with playbooks and custom functions that it uses")
    parser.add_argument("--examples", metavar="N", type=positive, default=200,
                        help="how many situations are tried (default: 200); shrinking a crash takes more")
    parser.add_argument("--seed", metavar="N", type=seed, default=0, help="tries others (default: 0)")
    add_option(parser)
    add_isolated(parser, "fuzz")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--write", metavar="DIR", type=Path,
                        help="write each crash as a scenario into this folder, for phantom-lab run --scenario FILE")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Search, print, and say by the exit code whether there are crashes."""
    from phantom_lab.cli.given import options
    from phantom_lab.trials.fuzz import fuzz  # only now: no other command needs them
    from phantom_lab.trials.trial import Trials

    playbook = Playbook.load(chosen.playbook, paths=chosen.path)
    trials = Trials(apps_of(chosen.apps), tuple(chosen.path), chosen.seed, options(chosen.option))
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        found = fuzz(playbook, trials, examples=chosen.examples)
    files = [_written(chosen.write, playbook, number, one) for number, one in enumerate(found.crashes, 1)
             ] if chosen.write else []
    if chosen.json:
        print(json.dumps({**asdict(found), "files": files}, indent=2))
    else:
        print("\n".join(shown(_cut(line)) for line in found.lines(files)))
    if found.not_tried:
        print(f"phantom-lab: interrupted after {found.runs} run{'' if found.runs == 1 else 's'}: {found.not_tried} of "
              f"{chosen.examples} situations were not tried, and a crash that was being made smaller is not told",
              file=sys.stderr)
        return INTERRUPTED
    return _FAULT if found.faults else 1 if found.crashes else 0


def _written(folder: Path, playbook: Playbook, number: int, crash: Crash) -> str:
    """Write a crash as a scenario; returns the file.

    Raises:
        InputError: it cannot be written.
    """
    from phantom_lab.scenarios.yaml_text import as_yaml

    file = folder / f"{playbook.name}-{number}-{crash.type}.yaml"
    head = [crash.told, f"takes: {'; '.join(crash.difference) or 'nothing'}"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"# {shown(_cut(line))}\n" for line in head) + as_yaml(crash.situation),
                        encoding="utf-8")
    except OSError as exc:
        raise InputError(f"the scenario cannot be written: {exc.strerror}", where=str(file)) from None
    return str(file)


def _cut(line: str) -> str:
    return line if len(line) <= _LONG else f"{line[:_LONG]}…"
