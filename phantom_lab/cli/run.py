"""``phantom-lab run``: one playbook, from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import redirect_stdout, suppress
from typing import Any

from phantom_lab.cli.report import as_json, as_text
from phantom_lab.errors import InputError
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
    parser.add_argument("--results", metavar="FILE", help="JSON list of results that actions come back with")
    parser.add_argument("--input", metavar="NAME=JSON", action="append", default=[],
                        help="a value for an input playbook; text that is no JSON stands for itself")
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
              strict_assets=chosen.strict_assets)
    playbook_run = lab.prepare(chosen.playbook, inputs=_inputs(chosen.input), journal=chosen.journal)
    # What the playbook prints is no part of our answer; an interrupted run ended as `stopped`, and says so below.
    with redirect_stdout(sys.stderr), suppress(KeyboardInterrupt):
        playbook_run.execute()
    summary = playbook_run.summary()
    print(as_json(summary) if chosen.json else as_text(summary))
    return _EXIT.get(summary.status, _OTHER)


def _inputs(given: list[str]) -> dict[str, Any]:
    inputs = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise InputError(f"--input {one!r} is not NAME=JSON", hint="""For instance --input 'ip=["1.1.1.1"]'.""")
        try:
            inputs[name] = json.loads(text)
        except json.JSONDecodeError:
            inputs[name] = text
    return inputs
