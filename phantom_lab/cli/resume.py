"""``phantom-lab resume``: go on with a run that was cut off."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import Any

from phantom_lab.cli.arguments import apps_of, note
from phantom_lab.cli.executing import execute
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.errors import InputError, shown
from phantom_lab.history.reading import held_by
from phantom_lab.lab import Lab
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.views.report import as_json, as_text, exit_code


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "resume", help="go on with a run that was cut off, from its journal",
        description="Go on where a journal ends: the recorded code is shown, executed again up to there with the "
                    "recorded answers, and goes on, in the same file. A run that was stopped, or needed an outcome, "
                    "goes on from before that as another branch, in a file of its own.",
        epilog="Exit codes: as of `phantom-lab run`; 2 as well where the run has ended, or the answer was no.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote")
    parser.add_argument("--results", metavar="FILE", help="JSON list of what actions come back with from there on")
    parser.add_argument("--scenario", metavar="FILE[#VARIANT]", help="YAML or JSON: what everything outside answers "
                                                                     "from there on")
    parser.add_argument("--apps", metavar="PATH", help="manifests of SOAR apps, as for `phantom-lab run`")
    parser.add_argument("--generate", action="store_true", help="make up the results that nothing else gives")
    parser.add_argument("--path", metavar="DIR", action="append", default=[], help="folder to look in for playbooks")
    parser.add_argument("--yes", action="store_true", help="do not ask before the code is executed")
    parser.add_argument("--source", action="store_true", help="show the code, and execute nothing")
    add_isolated(parser, "resume")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=resume)


def resume(chosen: argparse.Namespace) -> int:
    """Show the source, execute, and report as `run` does."""
    with held_by(chosen.journal):
        recorded = Lab(scenario=chosen.scenario, results=chosen.results, apps=apps_of(chosen.apps),
                       generate=chosen.generate, paths=chosen.path).open(chosen.journal)
        _show(recorded, sys.stdout if chosen.source else sys.stderr)
        if chosen.source:
            return 0
        _ask(chosen)
        run = recorded.prepare()
    if (file := run.journal.path) is not None:
        note(f"branched off into {file}")
    with suppress(KeyboardInterrupt):  # an interrupted run ended as `stopped`, and says so below
        execute(run)
    summary = run.summary()
    print(as_json(summary) if chosen.json else as_text(summary))
    return exit_code(summary)


def _show(recorded: RecordedRun, to: Any) -> None:
    """The code that is about to be executed, with its lines."""
    for title, source in recorded.sources():
        print(shown(f"--- {title}"), file=to)
        for number, line in enumerate(source.splitlines(), 1):
            print(shown(f"{number:5}  {line}"), file=to)


def _ask(chosen: argparse.Namespace) -> None:
    """Whoever sits at a terminal may say no."""
    if not chosen.yes and sys.stdin is not None and sys.stdin.isatty():
        print("Execute this code? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise InputError("nothing was executed", hint="--yes does not ask.")


